"""Commands with which the secretariat changes settings in the site.

``version`` is the version of the settings that the page showed. A command that is given an outdated version raises ``Conflict``
with the stored settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.site_settings.models import StoredSettings
from cogwg.site_settings.rules import (
    DAYS_FIELDS,
    HOST_LIMIT,
    checked_contact,
    checked_days,
    checked_public_text,
    checked_text,
    incomplete_groups,
)

HOST_FIELDS = ("hosted_by_en", "hosted_by_fr")
SUBJECT = ("settings", 1)


def change_host_and_contact(session: Session, typed: Mapping[str, str], *, version: int, by: Actor, at: datetime) -> bool:
    """Change who hosts the site and whom to contact, if ``typed`` has these fields; return whether anything changed.

    An empty field goes back to the default. The audit log only records whether there is a contact, because it can be a
    person's email address. Raises ``Conflict``, and ``Invalid`` with each problem.
    """
    problems: list[tuple[str, Message]] = []
    values: dict[str, str | None] = {}
    for field, text in typed.items():
        try:
            values[field] = checked_text(field, text, HOST_LIMIT) if field in HOST_FIELDS else checked_contact(text)
        except Invalid as refusal:
            problems += refusal.problems
    hosts = [field for field in HOST_FIELDS if field in values]
    if len(hosts) == len(HOST_FIELDS) and not problems and any(values[f] for f in hosts) != all(values[f] for f in hosts):
        empty = next(field for field in hosts if not values[field])
        problems.append((empty, Message(N_("In both languages, enter who hosts the site, or leave both fields empty."))))
    if problems:
        raise Invalid(*problems)
    return store_settings(session, "settings.host-changed", values, version=version, by=by, at=at)


def change_reminder_days(session: Session, typed: Mapping[str, str], *, version: int, by: Actor, at: datetime) -> bool:
    """Change the days on which reminders are sent, if ``typed`` has these fields; return whether anything changed.

    An empty field goes back to the default. Raises ``Conflict``, and ``Invalid`` with each problem.
    """
    problems: list[tuple[str, Message]] = []
    values: dict[str, str | None] = {}
    for field, text in typed.items():
        try:
            values[field] = checked_days(field, text)
        except Invalid as refusal:
            problems += refusal.problems
    if problems:
        raise Invalid(*problems)
    return store_settings(session, "settings.reminders-changed", values, version=version, by=by, at=at)


def change_public_texts(session: Session, typed: Mapping[str, str], *, version: int, by: Actor, at: datetime) -> bool:
    """Change the owner, the jurisdiction and the licence of the open data, if ``typed`` has these fields; return whether
    anything changed.

    An empty field goes back to the default. Raises ``Conflict``, and ``Invalid`` with each problem.
    """
    problems: list[tuple[str, Message]] = []
    values: dict[str, str | None] = {}
    for field, text in typed.items():
        try:
            values[field] = checked_public_text(field, text)
        except Invalid as refusal:
            problems += refusal.problems
    for field in incomplete_groups(typed):
        problems.append((field, Message(N_("Fill in this field too, or leave all fields of this group empty."))))
    if problems:
        raise Invalid(*problems)
    return store_settings(session, "settings.public-texts-changed", values, version=version, by=by, at=at)


def change_search_engines(session: Session, is_allowed: bool, *, version: int, by: Actor, at: datetime) -> bool:
    """Allow search engines to index the public pages, or ask them not to; return whether anything changed.

    Raises ``Conflict`` if ``version`` is outdated.
    """
    values = {"search_engines": is_allowed}
    return store_settings(session, "settings.search-engines-changed", values, version=version, by=by, at=at)


def change_answer_links(session: Session, is_on: bool, *, version: int, by: Actor, at: datetime) -> bool:
    """Turn the private links in reminders on or off for everyone; return whether anything changed.

    Raises ``Conflict`` if ``version`` is outdated. While they are off, new reminders have no private link, and the links in
    earlier reminders do not work.
    """
    values = {"answer_links": None if is_on else False}
    return store_settings(session, "settings.answer-links-changed", values, version=version, by=by, at=at)


def store_settings(session: Session, action: str, values: Mapping[str, Any], *, version: int, by: Actor, at: datetime) -> bool:
    """Store checked values, and record the change as ``action``; return whether anything changed. Raises ``Conflict`` if
    ``version`` is outdated.
    """
    row = select(StoredSettings).with_for_update().execution_options(populate_existing=True)
    stored = session.execute(row).scalar_one()
    if version != stored.version:
        raise Conflict(stored)
    before = {field: getattr(stored, field) for field in values}
    changed = [field for field, value in values.items() if value != before[field]]
    if not changed:
        return False
    for field in changed:
        setattr(stored, field, values[field])
    stored.version += 1
    session.flush()
    facts = [{field: _fact(field, side[field]) for field in changed} for side in (before, values)]
    record_event(session, action, SUBJECT, by=by, at=at, before=facts[0], after=facts[1])
    return True


def _fact(field: str, value: Any) -> Any:
    """Return a value as the audit log stores it; None for the default."""
    if field in DAYS_FIELDS and value is not None:
        return [int(day) for day in value.split(",")]
    return value is not None if field == "contact" else value
