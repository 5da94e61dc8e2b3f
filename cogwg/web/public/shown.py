"""The published quarter in a URL: by default the latest one, or ``?plan=2020&quarter=2020-06`` as it was published.

``edition`` names an edition that a correction replaced. Links within such pages keep these parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from cogwg.core.errors import NotFound
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import QuarterEdition, WithdrawalNotice
from cogwg.tracker.reading import Histories
from cogwg.tracker.values import PublishedQuarter
from cogwg.web.http.forms import parse_number

ASKED = ("plan", "quarter", "edition")
"""The query parameters that say which quarter a URL is about."""
MAX_TOLD = 40
"""How many characters of a value in the URL an error message repeats at most."""
_QUARTER = re.compile(r"\d{4}-(?:03|06|09|12)", re.ASCII)


class Withdrawn(Exception):
    """A publication that was public and has been withdrawn."""

    def __init__(self, notice: WithdrawalNotice) -> None:
        super().__init__(notice.key)
        self.notice = notice


class NotPublished(NotFound):
    """A part of the URL names something that is not published; ``sentence`` names the part, in the page's language."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Shown:
    """The edition of a quarter that a page shows. ``asked`` are the query parameters that select it."""

    record: PublicRecord
    edition: QuarterEdition
    asked: dict[str, str]

    @property
    def content(self) -> PublishedQuarter:
        return self.edition.content

    @property
    def query(self) -> str:
        """The query string of every page that shows this edition; empty for the latest."""
        return f"?{urlencode(self.asked)}" if self.asked else ""

    @property
    def permanent_query(self) -> str:
        """The query string of a URL that always shows this edition."""
        return f"?quarter={self.content.key}&edition={self.edition.edition}"

    @cached_property
    def histories(self) -> Histories:
        return Histories(self.record, self.edition)

    @property
    def quarters(self) -> tuple[QuarterEdition, ...]:
        """The published quarters of the plan."""
        return self.record.quarters_of(self.content.year)

    @property
    def newest(self) -> QuarterEdition:
        """The newest edition of the quarter."""
        return self.record.quarter(self.content.key)

    @property
    def is_newest_edition(self) -> bool:
        return self.newest.id == self.edition.id

    @property
    def latest(self) -> QuarterEdition:
        """The latest quarter of the latest plan."""
        return self.record.latest() or self.edition

    @property
    def is_latest(self) -> bool:
        return self.latest.id == self.edition.id

    def query_of(self, edition: QuarterEdition) -> str:
        """Return the query string of a page that shows this quarter instead; empty for the latest."""
        return "" if edition.id == self.latest.id else f"?quarter={edition.content.key}"


def shown_quarter(record: PublicRecord) -> Shown | None:
    """Return the edition requested in the URL, by default the latest; None if the URL requests none and no quarter is public.

    Raises ``NotPublished`` for a quarter that is not public, and ``Withdrawn`` for one that was withdrawn.
    """
    asked = {name: value for name in ASKED if (value := request.args.get(name, "").strip())}
    if not asked:
        latest = record.latest()
        return Shown(record, latest, {}) if latest is not None else None
    edition = _asked_edition(record, asked)
    return Shown(record, edition, _fields_for(record, edition, with_edition="edition" in asked))


def require_quarter(record: PublicRecord) -> Shown:
    """Return the edition requested in the URL, by default the latest.

    Raises ``NotFound`` if none is public, and ``Withdrawn`` if it was withdrawn.
    """
    shown = shown_quarter(record)
    if shown is None:
        raise NotFound("published quarter")
    return shown


def _asked_edition(record: PublicRecord, asked: dict[str, str]) -> QuarterEdition:
    year, number = (parse_number(asked[name]) if name in asked else None for name in ("plan", "edition"))
    key = asked.get("quarter", "")
    if "plan" in asked and year not in record.years:
        raise _unknown_plan(record, asked["plan"])
    if not key:
        latest = record.latest(year)
        if "edition" in asked or latest is None:
            raise _unknown_quarter(record, "")
        return latest
    if not _QUARTER.fullmatch(key):
        raise _unknown_quarter(record, key)
    refuse_withdrawn(record, PublicationKind.QUARTER, key)
    own = [edition for edition in record.editions if edition.content.key == key]
    if not own or year not in (None, own[-1].content.year):
        raise _unknown_quarter(record, key)
    if "edition" in asked and number not in [edition.edition for edition in own]:
        raise NotPublished(_("Quarter %(key)s has no version “%(value)s”.", key=key, value=asked["edition"][:MAX_TOLD]))
    return record.quarter(key, number)


def _unknown_plan(record: PublicRecord, value: str) -> NotPublished:
    known = ", ".join(str(year) for year in reversed(record.years)) or _("none yet")
    return NotPublished(_("The plan “%(value)s” is not published. Published: %(known)s.", value=value[:MAX_TOLD], known=known))


def _unknown_quarter(record: PublicRecord, value: str) -> NotPublished:
    known = ", ".join(edition.content.key for edition in record.quarters) or _("none yet")
    return NotPublished(
        _("The quarter “%(value)s” is not published. Published: %(known)s.", value=value[:MAX_TOLD], known=known)
    )


def refuse_withdrawn(record: PublicRecord, kind: PublicationKind, key: str) -> None:
    """Raise ``Withdrawn`` if this publication was withdrawn."""
    for notice in record.withdrawals:
        if (notice.kind, notice.key) == (kind, key):
            raise Withdrawn(notice)


def _fields_for(record: PublicRecord, edition: QuarterEdition, *, with_edition: bool) -> dict[str, str]:
    """Return the query parameters that select this edition: as few as possible, none for the latest quarter."""
    if with_edition:
        return {"quarter": edition.content.key, "edition": str(edition.edition)}
    latest = record.latest()
    return {} if latest is not None and latest.id == edition.id else {"quarter": edition.content.key}
