"""Sentences about what is published, for every page that shows it: a plan's status at a quarter, and what was withdrawn."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from cogwg.core.calendar import Quarter
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published_editions import QuarterEdition, WithdrawalNotice
from cogwg.tracker.values import PublishedCounts
from cogwg.web.http.filters import day, month_name
from cogwg.web.http.i18n import gettext
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.i18n import translate_plural as ngettext


def init(app: Flask) -> None:
    app.jinja_env.globals.update(
        published_counts=published_counts,
        published_summary=published_summary,
        quarter_months=quarter_months,
        withdrawal_title=withdrawal_title,
    )


def withdrawal_title(notice: WithdrawalNotice) -> str:
    """Return the title of a withdrawal notice, such as "Withdrawn: commitment CA0064"."""
    if notice.kind is PublicationKind.QUARTER:
        return gettext("Withdrawn: Quarter %(quarter)s of %(year)s", quarter=int(notice.key[5:]) // 3, year=notice.year)
    if notice.kind is PublicationKind.COMMITMENT:
        return gettext("Withdrawn: commitment %(identifier)s", identifier=notice.key)
    if notice.kind is PublicationKind.CYCLE:
        return gettext("Withdrawn: engagement cycle “%(key)s”", key=notice.key)
    if notice.kind is PublicationKind.HEARD:
        return gettext("Withdrawn: What we heard for “%(key)s”", key=notice.key)
    return gettext("Withdrawn: briefing of %(day)s", day=day(notice.meeting_on))


def published_counts(counts: PublishedCounts, edition: QuarterEdition) -> Markup:
    """Return a sentence that says how many activities were complete and overdue when a quarter was published.

    For example, "6 of 21 activities were complete and 4 were overdue when Quarter 2 was published on July 31, 2020."
    """
    content = edition.content
    when = {"quarter": content.quarter.number, "day": day(content.published_on)}
    complete = ngettext(
        "<b>%(num)s of %(total)s</b> activities was complete",
        "<b>%(num)s of %(total)s</b> activities were complete",
        counts.complete,
        total=counts.total,
    )
    if not counts.overdue:
        sentence = _("%(complete)s when Quarter %(quarter)s was published on %(day)s.", complete=complete, **when)
        return sentence + " " + _("None was overdue.")
    overdue = ngettext(
        'and <b class="late">%(num)s</b> was overdue', 'and <b class="late">%(num)s</b> were overdue', counts.overdue
    )
    return _(
        "%(complete)s %(overdue)s when Quarter %(quarter)s was published on %(day)s.",
        complete=complete,
        overdue=overdue,
        **when,
    )


def published_summary(counts: PublishedCounts) -> Markup:
    """Return the counts in short: "1 of 4 complete; 1 overdue"."""
    complete = ngettext("%(num)s of %(total)s complete", "%(num)s of %(total)s complete", counts.complete, total=counts.total)
    if not counts.overdue:
        return complete
    return complete + "; " + _('<b class="late">%(num)s overdue</b>', num=counts.overdue)


def quarter_months(quarter: Quarter) -> Markup:
    """Return the months of a quarter with its year: "April to June 2020"; "avril à juin 2020"."""
    last = quarter.number * 3
    return _("%(first)s to %(last)s %(year)s", first=month_name(last - 2), last=month_name(last), year=quarter.year)
