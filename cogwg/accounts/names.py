"""The name of a person whose name and email address were removed: stored in both languages, and shown in one."""

from __future__ import annotations

import re

from cogwg.core.bilingual import Bilingual

_FORMER = re.compile(r"(Former member (\d+)) / (Ancien membre \2)")


def former_name(person_id: int) -> str:
    """Return the name to store for a person whose name was removed, in both languages: "Former member 7 / Ancien membre 7"."""
    return f"Former member {person_id} / Ancien membre {person_id}"


def name_by_language(name: str) -> Bilingual:
    """Return a stored name as it is shown in each language. The two differ only for a former member."""
    former = _FORMER.fullmatch(name)
    return Bilingual(former[1], former[3]) if former is not None else Bilingual(name, name)
