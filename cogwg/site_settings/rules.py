"""Rules for the settings that the secretariat changes in the site. These rules need no database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cogwg.core.addresses import is_reachable_address
from cogwg.core.bilingual import clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.settings import LICENCE_FIELDS, LICENCE_ID, MAX_REMINDER_DAY, SITE_VARIABLES, SiteSettings
from cogwg.core.web_addresses import address_problem, complete_address

HOST_LIMIT, CONTACT_LIMIT, MAX_DAYS = 120, 254, 10
DAYS_FIELDS = ("remind_days", "remind_after")
ADDRESS_FIELDS = ("licence_url_en", "licence_url_fr")
PUBLIC_GROUPS = (("owner_en", "owner_fr"), ("jurisdiction_en", "jurisdiction_fr"), LICENCE_FIELDS)
"""The fields about the open data, in groups whose fields must be set together."""
DEFAULTS = SiteSettings()


def checked_text(field: str, typed: str, limit: int) -> str | None:
    """Return a text on one line; None if it is empty or the default, so that nothing is stored. Raises ``Invalid`` if it is
    too long.
    """
    text = clean_line(typed)
    if len(text) > limit:
        raise Invalid((field, Message(N_("Use at most %(most)s characters."), {"most": limit})))
    return None if text in ("", getattr(DEFAULTS, field)) else text


def checked_contact(typed: str) -> str | None:
    """Return a contact, which is an email address or another text; None if it is empty. Raises ``Invalid`` if it is too long,
    or looks like an email address but is not valid.
    """
    contact = checked_text("contact", typed, CONTACT_LIMIT)
    if contact is not None and "@" in contact and " " not in contact and not is_reachable_address(contact):
        raise Invalid(("contact", Message(N_("Enter an email address, such as name@example.ca."))))
    return contact


def checked_public_text(field: str, typed: str) -> str | None:
    """Return a text about the open data; None if it is empty or the default, so that nothing is stored. Raises ``Invalid`` if
    it is too long, or not a valid URL or licence id.
    """
    if field in ADDRESS_FIELDS and typed.strip():
        typed = complete_address(typed)
        if problem := address_problem(typed):
            raise Invalid((field, problem))
    text = checked_text(field, typed, CONTACT_LIMIT if field in ADDRESS_FIELDS else HOST_LIMIT)
    if field == "licence_id" and text is not None and not LICENCE_ID.fullmatch(text):
        raise Invalid((field, Message(N_("Use at most 60 letters, digits, dots and hyphens, for example ca-ogl-lgo."))))
    return text


def incomplete_groups(typed: Mapping[str, str]) -> Iterator[str]:
    """Yield the first empty field of each group in ``PUBLIC_GROUPS`` of which only some fields are filled in."""
    for group in PUBLIC_GROUPS:
        if all(field in typed for field in group):
            empty = [field for field in group if not clean_line(typed[field])]
            if empty and len(empty) < len(group):
                yield empty[0]


def checked_days(field: str, typed: str) -> str | None:
    """Return days as they are stored: sorted and separated by commas; None if there are none or they are the default, so that
    nothing is stored.

    Raises ``Invalid`` if they are not numbers from 1 to ``MAX_REMINDER_DAY``, or are too many.
    """
    written = [part for part in re.split(r"[\s,;]+", typed) if part]
    is_number = all(part.isascii() and part.isdecimal() and len(part) < 4 for part in written)
    days = {int(part) for part in written} if is_number else set()
    if not is_number or len(days) > MAX_DAYS or not all(1 <= day <= MAX_REMINDER_DAY for day in days):
        values = {"most": MAX_REMINDER_DAY, "count": MAX_DAYS}
        sentence = N_("Enter at most %(count)s numbers of days from 1 to %(most)s, separated by commas, for example 14, 3.")
        raise Invalid((field, Message(sentence, values)))
    ordered = tuple(sorted(days, reverse=field == "remind_days"))
    return None if ordered in ((), getattr(DEFAULTS, field)) else ",".join(map(str, ordered))


def given_values(stored: Any) -> dict[str, Any]:
    """Return the fields of ``SiteSettings`` that are set in a row with the columns of ``StoredSettings``, with their values."""
    given = {field: getattr(stored, field) for field in SITE_VARIABLES if getattr(stored, field) is not None}
    return {field: parse_days(value) if field in DAYS_FIELDS else value for field, value in given.items()}


def parse_days(text: str) -> tuple[int, ...]:
    """Return stored days as numbers."""
    return tuple(map(int, text.split(",")))
