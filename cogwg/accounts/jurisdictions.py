"""Commands that the secretariat uses on jurisdictions: adding, renaming, and setting the contact.

``version`` is the version of the jurisdiction that the page showed. A command that is given an outdated version raises
``Conflict`` with the jurisdiction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cogwg.accounts.models import EarlierName, Jurisdiction, OrderOfGovernment
from cogwg.audit.services import Actor, record_event
from cogwg.core.addresses import is_reachable_address
from cogwg.core.bilingual import Bilingual, Language, clean_line, same_wording_key
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Conflict, Invalid, Message, NotFound

CODE_LIMIT, NAME_LIMIT, SHORT_LIMIT, CONTACT_LIMIT = 10, 120, 40, 120
_CODE = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SAME_NAME = N_("Another jurisdiction is called “%(name)s”. Enter a different name.")
_SAME_CODE = N_("“%(name)s” has this code. Enter a different code.")

Problem = tuple[str, Message]


@dataclass(frozen=True, slots=True)
class JurisdictionDraft:
    """What a person enters about a jurisdiction. A short name that is left empty is the name itself."""

    kind: OrderOfGovernment | None
    name: Bilingual
    short: Bilingual


def add_jurisdiction(session: Session, draft: JurisdictionDraft, *, code: str, by: Actor, at: datetime) -> Jurisdiction:
    """Add a jurisdiction or national municipal organization. Raises ``Invalid`` with each problem."""
    code = clean_line(code).lower()
    others = list(session.scalars(select(Jurisdiction)))
    kind, name, short, problems = _checked(draft, others)
    problems = [*_code_problems(code, others), *problems]
    if problems or kind is None:
        raise Invalid(*problems)
    jurisdiction = Jurisdiction(code=code, kind=kind, name=name, short=short)
    session.add(jurisdiction)
    _flush(session)
    record_event(
        session, "jurisdiction.added", _subject(jurisdiction), by=by, at=at, after={"code": code, **_facts(jurisdiction)}
    )
    return jurisdiction


def jurisdiction_to_change(session: Session, code: str) -> Jurisdiction:
    """Return the jurisdiction with this code, locked until the transaction ends. Raises ``NotFound`` if there is none."""
    row = select(Jurisdiction).where(Jurisdiction.code == code).with_for_update(key_share=True)
    jurisdiction = session.scalar(row.execution_options(populate_existing=True))
    if jurisdiction is None:
        raise NotFound(f"jurisdiction {code}")
    return jurisdiction


def rename_jurisdiction(
    session: Session, jurisdiction: Jurisdiction, draft: JurisdictionDraft, *, version: int, by: Actor, at: datetime
) -> bool:
    """Change the names and the order of government, and keep the earlier names with their last day.

    Return whether anything changed. Raises ``Conflict``, and ``Invalid`` with each problem.
    """
    if version != jurisdiction.version:
        raise Conflict(jurisdiction)
    others = list(session.scalars(select(Jurisdiction).where(Jurisdiction.id != jurisdiction.id)))
    kind, name, short, problems = _checked(draft, others)
    if problems or kind is None:
        raise Invalid(*problems)
    before = _facts(jurisdiction)
    if (name, short) != (jurisdiction.name, jurisdiction.short):
        session.add(
            EarlierName(
                jurisdiction_id=jurisdiction.id, name=jurisdiction.name, short=jurisdiction.short, held_until=local_day(at)
            )
        )
    jurisdiction.kind, jurisdiction.name, jurisdiction.short = kind, name, short
    after = _facts(jurisdiction)
    if after == before:
        return False
    jurisdiction.version += 1
    _flush(session)
    record_event(session, "jurisdiction.renamed", _subject(jurisdiction), by=by, at=at, before=before, after=after)
    return True


def set_contact(
    session: Session, jurisdiction: Jurisdiction, name: str, email: str, *, version: int, by: Actor, at: datetime
) -> bool:
    """Set the name and email address of a jurisdiction's contact, or remove the contact if both are empty.

    Return whether anything changed. The audit log only records whether there is a contact. Raises ``Conflict``, and
    ``Invalid`` for an invalid name or address, or if only one of them is empty.
    """
    if version != jurisdiction.version:
        raise Conflict(jurisdiction)
    name, email = clean_line(name), clean_line(email)
    problems: list[Problem] = []
    if (email and not name) or len(name) > CONTACT_LIMIT:
        problems.append(("contact_name", Message(N_("Enter the contact’s name, in 120 characters or fewer."))))
    if (name or email) and not (_EMAIL.fullmatch(email) and len(email) <= 254 and is_reachable_address(email)):
        problems.append(("contact_email", Message(N_("Enter an email address, such as name@example.ca."))))
    if problems:
        raise Invalid(*problems)
    if (name, email) == (jurisdiction.contact_name, jurisdiction.contact_email):
        return False
    before = {"has_contact": bool(jurisdiction.contact_email)}
    jurisdiction.contact_name, jurisdiction.contact_email = name, email
    jurisdiction.version += 1
    session.flush()
    after = {"has_contact": bool(email)}
    record_event(session, "jurisdiction.contact-changed", _subject(jurisdiction), by=by, at=at, before=before, after=after)
    return True


def _code_problems(code: str, others: list[Jurisdiction]) -> list[Problem]:
    if not _CODE.fullmatch(code) or len(code) > CODE_LIMIT:
        return [
            ("code", Message(N_("Enter a code of 10 characters or fewer, with letters without accents, digits and hyphens.")))
        ]
    return [("code", Message(_SAME_CODE, {"name": other.name})) for other in others if other.code == code]


def _checked(
    draft: JurisdictionDraft, others: list[Jurisdiction]
) -> tuple[OrderOfGovernment | None, Bilingual, Bilingual, list[Problem]]:
    """Return the order of government, the name and the short name to store, and the problems of the draft."""
    problems: list[Problem] = []
    if draft.kind is None:
        problems.append(("kind", Message(N_("Choose an order of government."))))
    name = Bilingual(clean_line(draft.name.en), clean_line(draft.name.fr))
    short = Bilingual(clean_line(draft.short.en) or name.en, clean_line(draft.short.fr) or name.fr)
    for lang in Language:
        problems += _name_problems(lang, name, short, others)
    return draft.kind, name, short, problems


def _name_problems(lang: Language, name: Bilingual, short: Bilingual, others: list[Jurisdiction]) -> list[Problem]:
    full, brief = name.exact_text(lang), short.exact_text(lang)
    if not full or len(full) > NAME_LIMIT:
        return [(f"name_{lang}", Message(N_("Enter the name in both languages, in 120 characters or fewer.")))]
    problems: list[Problem] = []
    if len(brief) > SHORT_LIMIT:
        problems.append((f"short_{lang}", Message(N_("Enter a short name of 40 characters or fewer."))))
    taken = {same_wording_key(text): text for other in others for text in _names(other, lang)}
    for field, text in (("name", full), ("short", brief)):
        same = taken.get(same_wording_key(text))
        if same is not None and (field == "name" or brief != full):
            problems.append((f"{field}_{lang}", Message(_SAME_NAME, {"name": same})))
    return problems


def _names(jurisdiction: Jurisdiction, lang: Language) -> tuple[str, str]:
    return jurisdiction.name.exact_text(lang), jurisdiction.short.exact_text(lang)


def _flush(session: Session) -> None:
    """Write the jurisdiction. Raises ``Invalid`` if one with the same code or name was saved at the same time."""
    try:
        session.flush()
    except IntegrityError:
        raise Invalid(
            ("name_en", Message(N_("A jurisdiction with this code or name was saved at the same time. Open the page again.")))
        ) from None


def _subject(jurisdiction: Jurisdiction) -> tuple[str, int]:
    return "jurisdiction", jurisdiction.id


def _facts(jurisdiction: Jurisdiction) -> dict[str, Any]:
    return {
        "kind": jurisdiction.kind.value,
        "name": [jurisdiction.name.en, jurisdiction.name.fr],
        "short": [jurisdiction.short.en, jurisdiction.short.fr],
    }
