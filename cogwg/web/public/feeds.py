"""The feed of what is published, corrected and withdrawn, and the calendar of the published plan's due dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core import atom, ics
from cogwg.core.bilingual import Language
from cogwg.core.calendar import Quarter, end_of_day
from cogwg.core.group import GROUP_NAME
from cogwg.core.status import Status
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)
from cogwg.tracker.reading import CommitmentBatch, Event, EventKind, corrections_made, events
from cogwg.tracker.values import PublishedActivity
from cogwg.web.auth.access import public
from cogwg.web.http import clocks
from cogwg.web.http.filters import clock_eastern, day, plain
from cogwg.web.http.public_addresses import public_url_for
from cogwg.web.http.published_sentences import quarter_months, withdrawal_title
from cogwg.web.public import blueprint
from cogwg.web.public.responses import respond

QUARTERS = 4


@blueprint.get("/<any(en, fr):lang>/feeds/published.atom")
@public
def published_feed(lang: str) -> Response:
    """Return the feed: each publication, correction and withdrawal, newest first."""
    return respond(lambda record: _feed(record, lang), "application/atom+xml; charset=utf-8")


@blueprint.get("/<any(en, fr):lang>/feeds/published.ics")
@public
def published_calendar(lang: str) -> Response:
    """Return the due dates of activities and reports of the latest published plan."""
    return respond(lambda record: _calendar(record, lang), "text/calendar; charset=utf-8")


def _feed(record: PublicRecord, lang: str) -> bytes:
    return atom.feed(
        _("COGWG work plan: what is published"),
        [_entry(event, lang) for event in events(record)],
        key="published",
        lang=Language(lang),
        author=plain(GROUP_NAME),
        page=public_url_for("public.tracker_publications", lang=lang),
        address=public_url_for("public.published_feed", lang=lang),
        since=end_of_day(clocks.today() - timedelta(days=1)),
    )


def _entry(event: Event, lang: str) -> atom.Entry:
    subject = event.subject
    if isinstance(subject, QuarterEdition):
        title, summary, url = _quarter_words(subject, event.kind, lang)
    elif isinstance(subject, BriefingEdition):
        title, summary, url = _briefing_words(subject, lang)
    elif isinstance(subject, CommitmentBatch):
        title, summary, url = _commitment_words(subject, lang)
    elif isinstance(subject, CycleEdition | HeardEdition):
        title, summary, url = _engagement_words(subject, lang)
    else:
        title, summary, url = withdrawal_words(subject, lang)
    withdrawn = "/withdrawn" if event.kind is EventKind.WITHDRAWAL else ""
    return atom.Entry(f"publication/{event.id}{withdrawn}/{lang}", title, event.at, plain(GROUP_NAME), summary, url)


def _quarter_words(edition: QuarterEdition, kind: EventKind, lang: str) -> tuple[str, str, str]:
    """Return the title, summary and URL of the entry of a published quarter or its correction."""
    content = edition.content
    number = content.quarter.number
    if kind is EventKind.CORRECTION:
        title = _("Correction to Quarter %(quarter)s of %(year)s", quarter=number, year=content.year)
        reasons = dict.fromkeys(plain(correction.reason) for correction in corrections_made(edition))
        words = [*reasons]
    else:
        title = _("Reports for Quarter %(quarter)s, %(months)s", quarter=number, months=quarter_months(content.quarter))
        words = [str(ngettext("%(num)s report", "%(num)s reports", len(content.reports)))]
    if content.sample:
        words.append(_("sample data"))
    url = public_url_for("public.tracker", lang=lang, quarter=content.key, edition=edition.edition)
    return title, " · ".join([*words, *fingerprints(edition)]), url


def _briefing_words(briefing: BriefingEdition, lang: str) -> tuple[str, str, str]:
    content = briefing.content
    title = _("Briefing of %(day)s", day=day(content.meeting_on))
    words = [plain(content.audience), *([_("sample data")] if content.sample else [])]
    url = public_url_for("public.tracker_briefing", lang=lang, day=content.meeting_on.isoformat())
    return title, " · ".join([*words, *fingerprints(briefing)]), url


def _commitment_words(batch: CommitmentBatch, lang: str) -> tuple[str, str, str]:
    title = str(ngettext("%(num)s commitment published", "%(num)s commitments published", len(batch.editions)))
    words = [f"{edition.content.identifier} (SHA-256: {edition.sha256})" for edition in batch.editions]
    url = public_url_for("public.tracker_publications", lang=lang, _anchor=f"publication-{batch.id}")
    return title, " · ".join(words), url


def _engagement_words(edition: CycleEdition | HeardEdition, lang: str) -> tuple[str, str, str]:
    if isinstance(edition, CycleEdition):
        title = _("Engagement: %(title)s", title=plain(edition.content.title))
        url = public_url_for("public.engagement_cycle", lang=lang, cycle=edition.content.key)
    else:
        title = _("What we heard: %(title)s", title=plain(edition.content.cycle_title))
        url = public_url_for("public.engagement_cycle", lang=lang, cycle=edition.content.cycle)
    words = [_("sample data")] if edition.content.sample else []
    return title, " · ".join([*words, *fingerprints(edition)]), url


def withdrawal_words(notice: WithdrawalNotice, lang: str) -> tuple[str, str, str]:
    """Return the title, summary and URL of the entry of a withdrawal."""
    anchor = f"publication-{notice.id}-withdrawn"
    url = public_url_for("public.tracker_publications", lang=lang, _anchor=anchor)
    return withdrawal_title(notice), plain(notice.reason), url


def fingerprints(
    edition: QuarterEdition | BriefingEdition | CommitmentEdition | CycleEdition | HeardEdition,
) -> list[str]:
    """Return the hash of what was published and, if there is one, the last entry of the audit log before it, in words."""
    head = [_("Last entry of the audit log: %(head)s", head=edition.witness)] if edition.witness else []
    return [_("SHA-256 hash: %(hash)s", hash=edition.sha256), *head]


def _calendar(record: PublicRecord, lang: str) -> bytes:
    latest = record.latest()
    happenings = [] if latest is None else [*_reports_due(latest, lang), *_activities_due(latest, lang)]
    stamp = record.updated_at() or end_of_day(clocks.today() - timedelta(days=1))
    return ics.calendar(_("COGWG work plan: published due dates"), happenings, lang=Language(lang), stamp=stamp)


def _reports_due(latest: QuarterEdition, lang: str) -> Iterator[ics.CalendarEvent]:
    """Yield the day on which the reports for each quarter of the plan are due; for the latest quarter, the published day."""
    content = latest.content
    for number in range(1, QUARTERS + 1):
        quarter = Quarter(content.year, number)
        due_time = clock_eastern(quarter.due_at)
        yield ics.CalendarEvent(
            uid=f"published-{content.year}-quarter-{number}-reports@cogwg",
            on=content.due_on if quarter == content.quarter else quarter.due_at.date(),
            summary=_(
                "Quarter %(number)s reports are due at %(time)s (Eastern time)",
                number=number,
                time=due_time,
            ),
            url=public_url_for("public.tracker", lang=lang),
        )


def _activities_due(latest: QuarterEdition, lang: str) -> Iterator[ics.CalendarEvent]:
    content = latest.content
    for activity in content.activities:
        title = f"{activity.code} {plain(activity.title)}"
        status = plain(activity.status.label) if activity.status is not None else _("No report yet")
        yield ics.CalendarEvent(
            uid=f"published-{content.year}-activity-{activity.code}-due@cogwg",
            on=activity.due.last_day,
            summary=_due_words(latest, activity, title),
            description=_("Status: %(status)s, as published on %(day)s", status=status, day=day(content.published_on)),
            url=public_url_for("public.tracker_activity", lang=lang, code=activity.code),
        )


def _due_words(latest: QuarterEdition, activity: PublishedActivity, title: str) -> str:
    """Return the title of the calendar entry for an activity: "Complete", "Overdue" or "Due", and the activity's title."""
    if activity.status is Status.COMPLETE:
        return str(_("Complete: %(title)s", title=title))
    if latest.content.is_overdue(activity):
        return str(_("Overdue: %(title)s", title=title))
    return str(_("Due: %(title)s", title=title))
