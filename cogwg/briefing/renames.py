"""Changes between two decks that are only a jurisdiction's new name, and no change of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from cogwg.accounts.queries import names_since_rename
from cogwg.briefing.deck import ChangeKind, PlanChange
from cogwg.core.bilingual import Bilingual, Language


def without_renames(session: Session, changes: Iterable[PlanChange]) -> tuple[PlanChange, ...]:
    """Return the changes without those of leads and partners who only have a new name.

    The names are read from the database, in one SQL statement, only if there are such changes.
    """
    changes = tuple(changes)
    if all(change.kind is not ChangeKind.LEAD_CHANGED for change in changes):
        return changes
    names = {
        lang: {earlier.exact_text(lang): now.exact_text(lang) for earlier, now in names_since_rename(session)}
        for lang in Language
    }
    return tuple(change for change in changes if not _is_rename(change, names))


def _is_rename(change: PlanChange, names: Mapping[Language, Mapping[str, str]]) -> bool:
    if change.kind is not ChangeKind.LEAD_CHANGED:
        return False
    return all(_renamed(change.before, lang, names[lang]) == _renamed(change.after, lang, names[lang]) for lang in Language)


def _renamed(carried_by: Bilingual, lang: Language, names: Mapping[str, str]) -> str:
    """Return the leads and partners, such as "Ontario (L), Alberta (P)", with today's names."""
    text = carried_by.exact_text(lang)
    if not names:
        return text
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.sub(rf"(?:(?<=^)|(?<=[,;] ))(?:{known})(?=$|[,;]| \()", lambda match: names[match[0]], text)
