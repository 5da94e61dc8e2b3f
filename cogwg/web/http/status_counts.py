"""The sentence that counts a plan's activities by timeliness, for every page that shows these counts."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from markupsafe import Markup

from cogwg.reporting.status_counts import StatusCounts
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.i18n import translate_plural as ngettext


def init(app: Flask) -> None:
    app.jinja_env.globals.update(counts_sentence=counts_sentence)


def counts_sentence(counts: StatusCounts, *, is_closed: bool = False) -> Markup | str:
    """Return a sentence that says how many activities are complete, overdue, due and not yet due; "" if there are none.

    In a closed plan, nothing is due any more: what was not complete yet and not overdue is counted as not complete. Counts of 0
    are left out. Only the first count is followed by the word "activities".
    """
    parts = [*_parts(counts, is_closed=is_closed)]
    if not parts:
        return ""
    sentence, last = parts[0], len(parts) - 1
    for i, part in enumerate(parts[1:], 1):
        sentence += (" " + _("and") + " " if i == last else ", ") + part
    return sentence + "."


def _parts(counts: StatusCounts, *, is_closed: bool) -> Iterator[Markup]:
    is_first = True
    if counts.complete:
        yield ngettext(
            "<b>%(num)s of %(total)s</b> activities is complete",
            "<b>%(num)s of %(total)s</b> activities are complete",
            counts.complete,
            total=counts.total,
        )
        is_first = False
    if counts.overdue:
        yield (
            ngettext("<b>%(num)s</b> activity is overdue", "<b>%(num)s</b> activities are overdue", counts.overdue)
            if is_first
            else ngettext("<b>%(num)s</b> is overdue", "<b>%(num)s</b> are overdue", counts.overdue)
        )
        is_first = False
    if is_closed:
        if left := counts.due + counts.not_yet_due:
            yield (
                ngettext("<b>%(num)s</b> activity is not complete", "<b>%(num)s</b> activities are not complete", left)
                if is_first
                else ngettext("<b>%(num)s</b> is not complete", "<b>%(num)s</b> are not complete", left)
            )
        return
    if counts.due:
        yield _due_part(counts, is_first=is_first)
        is_first = False
    if counts.not_yet_due:
        yield (
            ngettext("<b>%(num)s</b> activity is not yet due", "<b>%(num)s</b> activities are not yet due", counts.not_yet_due)
            if is_first
            else ngettext("<b>%(num)s</b> is not yet due", "<b>%(num)s</b> are not yet due", counts.not_yet_due)
        )


def _due_part(counts: StatusCounts, *, is_first: bool) -> Markup:
    if not counts.due_in_days:
        if is_first:
            return ngettext("<b>%(num)s</b> activity is due today", "<b>%(num)s</b> activities are due today", counts.due)
        return ngettext("<b>%(num)s</b> is due today", "<b>%(num)s</b> are due today", counts.due)
    days = ngettext("%(num)s day", "%(num)s days", counts.due_in_days)
    if is_first:
        return ngettext(
            "<b>%(num)s</b> activity is due in %(days)s", "<b>%(num)s</b> activities are due in %(days)s", counts.due, days=days
        )
    return ngettext("<b>%(num)s</b> is due in %(days)s", "<b>%(num)s</b> are due in %(days)s", counts.due, days=days)
