"""The name of a person whose identifiers were removed: stored in both languages, and shown in one."""

from __future__ import annotations

import re

from cogwg.core.bilingual import Bilingual

_FORMER = re.compile(r"(Former member (\d+)) / (Ancien membre \2)")


def former_name(person_id: int) -> str:
    """Return the name that is stored for a person whose identifiers were removed. It is in both languages."""
    return f"Former member {person_id} / Ancien membre {person_id}"


def name_by_language(name: str) -> Bilingual:
    """Return a stored name as each language shows it; only the name of a former member differs."""
    former = _FORMER.fullmatch(name)
    return Bilingual(former[1], former[3]) if former is not None else Bilingual(name, name)
