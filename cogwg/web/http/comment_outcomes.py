"""What came of a comment: its themes, and what took them up (commitments and activities), with their published status today."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.tracker.commitments import Rating
from cogwg.tracker.engagement import PublishedTheme, ThemeLink
from cogwg.tracker.published import PublicRecord
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class ThemeResult:
    """A commitment or an activity that took up a theme. ``url`` is "" if it is not public.

    ``completion`` is the rating of a commitment, and ``status`` the status of an activity, as published today. Either is None
    for the other kind of item, and if none is published.
    """

    label: Bilingual
    url: str
    completion: Rating | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class ThemeOutcome:
    """A theme of a comment, and the commitments and activities that took it up."""

    theme: PublishedTheme
    results: tuple[ThemeResult, ...]


def outcomes_of_comment(record: PublicRecord, cycle: str, comment_id: int) -> tuple[ThemeOutcome, ...]:
    """Return the themes that "What we heard" gives a comment, with their results; empty if that report is not public."""
    report = record.heard(cycle)
    if report is None:
        return ()
    return tuple(ThemeOutcome(theme, theme_results(record, theme)) for theme in report.content.themes_of(comment_id))


def theme_results(record: PublicRecord, theme: PublishedTheme) -> tuple[ThemeResult, ...]:
    """Return the commitments and activities that took up a theme, with their published status today.

    Those that are no longer public have no URL.
    """
    return tuple(_result(record, link) for link in theme.links)


def _result(record: PublicRecord, link: ThemeLink) -> ThemeResult:
    return _commitment(record, link.key) if link.kind == "commitment" else _activity(record, link.key)


def _commitment(record: PublicRecord, identifier: str) -> ThemeResult:
    name = Bilingual(f"Commitment {identifier}", f"Engagement {identifier}")
    edition = next((e for e in record.commitments if e.content.identifier == identifier), None)
    if edition is None:
        return ThemeResult(name, "")
    own = edition.content.own_word
    url = url_for("public.commitment", lang=i18n.current_language().value, identifier=identifier)
    return ThemeResult(_titled(name, edition.content.title), url, completion=own.completion if own is not None else None)


def _activity(record: PublicRecord, key: str) -> ThemeResult:
    year, _, code = key.partition("/")
    name = Bilingual(f"Activity {code}", f"Activité {code}")
    edition = record.latest(int(year)) if year.isdecimal() else None
    activity = next((a for a in edition.content.activities if a.code == code), None) if edition is not None else None
    if activity is None:
        return ThemeResult(name, "")
    url = url_for("public.tracker_activity", lang=i18n.current_language().value, code=code)
    return ThemeResult(_titled(name, activity.title), url, status=activity.status)


def _titled(name: Bilingual, title: Bilingual) -> Bilingual:
    return Bilingual(f"{name.en}: {title.text('en')}", f"{name.fr}\u00a0: {title.text('fr')}")
