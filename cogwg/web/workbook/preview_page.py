"""The page that shows what a workbook would change: problems, questions, conflicts, then changes. Nothing is saved yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.queries import person_names
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.errors import Invalid, NotFound
from cogwg.imports.previews import Cell, Change, FieldConflict, Preview, Problem
from cogwg.imports.queries import StoredPreview
from cogwg.reporting.merge import MarkedRuns, mark_differences
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts, current_period
from cogwg.web.auth.access import current_user
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.report_fields import field_kind, field_label, field_lang, status_of
from cogwg.web.workbook.forms import (
    ApplyForm,
    accept_name,
    asks_for_row,
    choice_name,
    question_name,
    reason_name,
    text_name,
)
from cogwg.web.workbook.uploader import current_uploader
from cogwg.workbook.plan_layout import PLAN_SHEETS
from cogwg.workbook.previewing import Answers, acceptable_codes, previewed_reports, ready_codes
from cogwg.workbook.queries import StoredReports
from cogwg.workbook.since import accepts
from cogwg.workbook.submitting import ONE_LANGUAGE, needs_one_language

NO_ANSWERS = Answers()


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem: what to do, what is in its cells, the cells, and the reports that it is about, in words."""

    sentence: str
    content: str
    cells: tuple[Cell, ...]
    where: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its answers as (value, label, whether it is chosen); without answers if it is only a note."""

    problem: ProblemView
    name: str
    answers: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict, as a choice between what is stored (theirs), what is in the file (yours) and, for texts, both."""

    code: str
    title: Bilingual
    label: str
    kind: str
    lang: str
    cell: Cell
    name: str
    text_name: str
    chosen: str
    base: str
    theirs: str
    yours: str
    theirs_marked: MarkedRuns
    yours_marked: MarkedRuns
    both: str
    can_keep_both: bool
    changed_by: str
    changed_for: Bilingual
    is_own: bool
    changed_at: object
    is_missing: bool = False

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A changed field, before and after. The new parts of a text are marked."""

    label: str
    kind: str
    lang: str
    before: str
    after: str
    after_marked: MarkedRuns
    cell: Cell
    is_merged: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """The changes to an activity."""

    code: str
    title: Bilingual
    changes: tuple[ChangeView, ...]


@dataclass(frozen=True, slots=True)
class AcceptView:
    """A row that breaks a rule and that the secretariat can accept, with a reason."""

    code: str
    title: Bilingual
    sentences: str
    name: str
    reason_name: str
    is_accepted: bool
    reason: str

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")


def render_preview(
    stored: StoredPreview,
    *,
    answers: Answers = NO_ANSWERS,
    missing: Sequence[tuple[str, str]] = (),
    problems: Sequence[str] = (),
    status: int = 200,
    is_outdated: bool = False,
    is_compared_again: bool = False,
) -> Response:
    """Render the preview of an upload with the answers that were given, and the conflicts that lack a choice.

    ``problems`` say why nothing was saved. With ``is_outdated``, that is because reports have changed since the preview; with
    ``is_compared_again``, the page says so before the person tries to save. Raises ``NotFound`` if the person may no longer
    see the reports of the file.
    """
    head, preview, uploader = stored.head, stored.preview, current_uploader()
    try:
        reports = previewed_reports(session(), stored.payload, uploader, now=clocks.now())
    except Invalid:
        raise NotFound(f"reports of upload {head.id}") from None
    lang = i18n.current_language().value
    ready = ready_codes(stored.payload)
    acceptable = acceptable_codes(stored.payload) if uploader.may_accept else ()
    names = person_names(session(), {by for row in reports.rows.values() if row.report and (by := row.report.last_change[0])})
    conflicts = [_conflict(conflict, reports, answers, missing, names) for conflict in preview.conflicts]
    rows = _rows(preview, reports, {*ready, *acceptable})
    is_closed = bool(reports.rows) and not any(accepts(reports, row) for row in reports.rows.values())
    page = render_template(
        "workbook/preview.html",
        status_of=status_of,
        upload=head,
        form=ApplyForm(formdata=None, data={"revision": str(head.revision)}),
        period=reports.period,
        open_period=_other_open_quarter(reports),
        plan=reports.plan,
        summary=_summary(preview, ready, reports) if not is_closed else [],
        is_closed=is_closed,
        errors=[problem_view(problem) for problem in preview.errors],
        later=[problem_view(problem) for problem in preview.later],
        questions=[_question(number, question, answers) for number, question in enumerate(preview.questions)],
        conflicts=conflicts,
        rows=rows,
        change_count=sum(len(row.changes) for row in rows),
        acceptable=[_acceptance(code, preview, reports, answers) for code in acceptable],
        count=len(ready),
        can_save=bool(ready or acceptable) and not is_closed,
        blocked_codes=_blocked_codes(preview, reports),
        left_out=preview.left_out,
        unchanged=preview.unchanged,
        problems=problems,
        missing=[view for view in conflicts if view.is_missing],
        is_outdated=is_outdated,
        is_compared_again=is_compared_again,
        submitted_codes=[code for code in ready if _is_submitted(reports, code)],
        marked_url=url_for("workbook.marked_file", lang=lang, id=head.id) if _has_cells(preview) else "",
        apply_url=url_for("workbook.upload_apply", lang=lang, id=head.id),
    )
    return make_response(page, status)


def _other_open_quarter(reports: StoredReports) -> PeriodFacts | None:
    """Return the quarter that accepts reports now, if the workbook is for another one."""
    quarters = [each.period for each in periods_with_missing_counts(session(), clocks.now(), local_day(clocks.now()))]
    period = current_period(quarters)
    return period if period is not None and period.key != reports.period.key else None


def problem_sentence(problem: Problem) -> str:
    """Return a sentence that says what is wrong and what to do."""
    messages = (problem.message, ONE_LANGUAGE) if needs_one_language(problem) else (problem.message,)
    return " ".join(map(i18n.translate_message, messages))


def _has_cells(preview: Preview) -> bool:
    """Return whether a copy of the workbook would have a cell to mark."""
    return bool(preview.conflicts) or any(problem.cells for problem in preview.problems)


def _summary(preview: Preview, ready: Sequence[str], reports: StoredReports) -> list[str]:
    """Return phrases that say how many reports are ready, need a choice, or have problems."""
    in_conflict = {conflict.subject for conflict in preview.conflicts}
    blocked = _blocked_codes(preview, reports)
    incomplete = {code for problem in preview.later for code in problem.subjects if code not in in_conflict}
    clear = len([code for code in ready if code not in in_conflict and code not in incomplete])
    later = len(incomplete)
    parts = (
        (clear, ngettext("%(num)s report is ready to save", "%(num)s reports are ready to save", clear)),
        (
            later,
            ngettext(
                "%(num)s report can be saved but not submitted yet", "%(num)s reports can be saved but not submitted yet", later
            ),
        ),
        (len(in_conflict), ngettext("%(num)s report needs your choice", "%(num)s reports need your choice", len(in_conflict))),
        (len(blocked), ngettext("%(num)s report has problems", "%(num)s reports have problems", len(blocked))),
    )
    return [text for number, text in parts if number]


def _is_submitted(reports: StoredReports, code: str) -> bool:
    row = reports.rows.get(code)
    return row is not None and row.report is not None and row.report.is_submitted


def _blocked_codes(preview: Preview, reports: StoredReports) -> list[str]:
    """Return the codes of the person's own reports that have problems."""
    own = {code for problem in preview.errors for code in problem.subjects if code in reports.rows}
    return sorted(own, key=_code_key)


def _code_key(code: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (0, part) for part in code.split(".")]


def problem_view(problem: Problem) -> ProblemView:
    """Return a problem as pages show it."""
    codes = ", ".join(problem.subjects)
    where = str(ngettext("Report %(codes)s", "Reports %(codes)s", len(problem.subjects), codes=codes)) if codes else ""
    return ProblemView(problem_sentence(problem), problem.content, problem.cells, where)


def _question(number: int, question: Problem, answers: Answers) -> QuestionView:
    name = question_name(number)
    choices: tuple[tuple[str, str, bool], ...] = ()
    if question.field:
        removes = any((code, question.field) in answers.removals for code in question.subjects)
        choices = (("keep", _("Keep the text"), not removes), ("remove", _("Remove it"), removes))
    elif asks_for_row(question):
        saves = answers is not NO_ANSWERS and not answers.left_out.intersection(question.subjects)
        choices = (("leave", _("Do not save the row"), not saves), ("save", _("Save the row"), saves))
    return QuestionView(problem_view(question), name, choices)


def _conflict(
    conflict: FieldConflict,
    reports: StoredReports,
    answers: Answers,
    missing: Sequence[tuple[str, str]],
    names: Mapping[int, str],
) -> ConflictView:
    place = conflict.subject, conflict.field
    row, kind = reports.rows.get(conflict.subject), field_kind(conflict.field)
    can_keep_both = kind in ("text", "links")
    theirs_marked, yours_marked = mark_differences(conflict.theirs, conflict.yours)
    report = row.report if row is not None else None
    by, at = report.last_change if report is not None else (None, None)
    is_own = by == current_user().person_id
    return ConflictView(
        code=conflict.subject,
        title=row.row.title if row is not None else EMPTY_TEXT,
        label=field_label(conflict.field),
        kind=kind,
        lang=field_lang(conflict.field),
        cell=conflict.cell,
        name=choice_name(*place),
        text_name=text_name(*place),
        chosen=answers.choices.get(place, "both" if can_keep_both and not is_own and answers is NO_ANSWERS else ""),
        base=conflict.base,
        theirs=conflict.theirs,
        yours=conflict.yours,
        theirs_marked=theirs_marked,
        yours_marked=yours_marked,
        both=answers.texts.get(place, conflict.both),
        can_keep_both=can_keep_both,
        changed_by=names.get(by or 0, ""),
        changed_for=report.written_for if report is not None and by == report.changed_by_id else EMPTY_TEXT,
        is_own=is_own,
        changed_at=at,
        is_missing=place in missing,
    )


def plan_changes(preview: Preview) -> list[RowView]:
    """Return the changes to a plan, grouped by item. Each field has the name of its column in the workbook."""
    headings = {column.code: column.heading for sheet in PLAN_SHEETS for column in sheet.columns}
    by_code: dict[str, list[ChangeView]] = {}
    for change in preview.changes:
        _before, after = mark_differences(change.before, change.after)
        lang = change.field[-2:] if change.field.endswith(("_en", "_fr")) else ""
        heading = headings.get(change.field, Bilingual(change.field, change.field))
        label = heading.text(i18n.current_language())
        view = ChangeView(label, "text", lang, change.before, change.after, after, change.cell, change.is_merged)
        by_code.setdefault(change.subject, []).append(view)
    return [RowView(code, EMPTY_TEXT, tuple(changes)) for code, changes in by_code.items()]


def _rows(preview: Preview, reports: StoredReports, codes: Collection[str]) -> list[RowView]:
    """Return the changes to these reports, which can be saved."""
    by_code: dict[str, list[ChangeView]] = {}
    for change in preview.changes:
        if change.subject in codes:
            by_code.setdefault(change.subject, []).append(_change(change))
    return [
        RowView(code, reports.rows[code].row.title if code in reports.rows else EMPTY_TEXT, tuple(by_code[code]))
        for code in sorted(by_code, key=_code_key)
    ]


def _change(change: Change) -> ChangeView:
    kind = field_kind(change.field)
    _before, after_marked = mark_differences(change.before, change.after) if kind == "text" else ((), ())
    return ChangeView(
        field_label(change.field),
        kind,
        field_lang(change.field),
        change.before,
        change.after,
        after_marked,
        change.cell,
        change.is_merged,
    )


def _acceptance(code: str, preview: Preview, reports: StoredReports, answers: Answers) -> AcceptView:
    own = [problem_sentence(problem) for problem in preview.errors if code in problem.subjects]
    return AcceptView(
        code,
        reports.rows[code].row.title if code in reports.rows else EMPTY_TEXT,
        " ".join(own),
        accept_name(code),
        reason_name(code),
        code in answers.accepted,
        answers.accepted.get(code, ""),
    )
