"""The name of the working group."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual

GROUP_NAME = Bilingual("Canada Open Government Working Group", "Groupe de travail canadien sur le gouvernement ouvert")
