"""Leave out changes between two decks that are only the new name of a jurisdiction, not a change to the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cogwg.briefing.deck import ChangeKind, PlanChange
from cogwg.core.bilingual import Bilingual, Language


def without_renames(changes: Iterable[PlanChange], renames: Iterable[tuple[Bilingual, Bilingual]]) -> tuple[PlanChange, ...]:
    """Return the changes without changes to leads and partners that are only new names of jurisdictions.

    ``renames`` are the names of renamed jurisdictions, each with the jurisdiction's current name (see ``names_by_rename``).
    """
    known = tuple(renames)
    names = {lang: {name.exact_text(lang): now.exact_text(lang) for name, now in known} for lang in Language}
    return tuple(change for change in changes if not _is_rename(change, names))


def _is_rename(change: PlanChange, names: Mapping[Language, Mapping[str, str]]) -> bool:
    if change.kind is not ChangeKind.LEAD_CHANGED:
        return False
    return all(_renamed(change.before, lang, names[lang]) == _renamed(change.after, lang, names[lang]) for lang in Language)


def _renamed(carried_by: Bilingual, lang: Language, names: Mapping[str, str]) -> str:
    """Return a list of leads and partners, such as "Ontario (L), Alberta (P)", with the current names."""
    text = carried_by.exact_text(lang)
    if not names:
        return text
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?:(?<=^)|(?<=[,;] ))(?:{known})(?=$|[,;]| \()", lambda match: names[match[0]], text)
