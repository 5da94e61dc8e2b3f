"""What a private link asks for: its rows with their forms, and the review of what would be submitted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from cogwg.accounts.queries import name_and_jurisdiction
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.reporting.answer_links import AnswerLinkFacts
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.receipts import receipts_by_link
from cogwg.reporting.report_progress import NotSubmittedReason, not_submitted_reason
from cogwg.reporting.rules import ReportDraft, submission_problems
from cogwg.reporting.services import ReportToSubmit
from cogwg.reporting.timeline import draft_at_version
from cogwg.web.http import clocks, i18n
from cogwg.web.http.filters import person_name
from cogwg.web.http.i18n import gettext as _
from cogwg.web.reporting.answer_forms import FORM_FIELDS, AnswerRowForm, is_row_posted
from cogwg.web.reporting.worklist import Worklist
from cogwg.web.reporting.worklist_loader import load_worklist
from cogwg.web.reporting.worklist_row import UpdateRow


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """The version of a report that was saved in the meantime: who saved it, and what was stored.

    ``is_own`` is whether the person of the link saved it themselves, in another tab or signed in.
    """

    name: str
    jurisdiction: Bilingual
    report: ReportFacts
    is_own: bool = False

    @property
    def summary(self) -> str:
        """Return a sentence for the list of problems: who saved or submitted the report in the meantime, and what to do."""
        if self.is_own and self.report.is_submitted:
            return _("You already submitted this report. Choose which version to keep.")
        if self.is_own:
            return _("You saved a draft of this report in another tab. Choose which version to keep.")
        if self.report.is_submitted:
            return _("%(name)s submitted this report. Choose which version to keep.", name=self.named)
        return _("%(name)s saved a draft of this report. Choose which version to keep.", name=self.named)

    @property
    def named(self) -> str:
        """Return the person's name with their jurisdiction, in the language of the page."""
        lang = i18n.current_language()
        return f"{self.name} ({self.jurisdiction.text(lang)})" if self.jurisdiction else self.name


@dataclass(frozen=True)
class ReviewItem:
    """A report as it would be submitted, or with what it still needs; ``problem_field`` is the field of the first problem."""

    form: AnswerRowForm
    draft: ReportDraft
    problems: tuple[str, ...] = ()
    problem_field: str = ""

    @property
    def row(self) -> UpdateRow:
        return self.form.row


@dataclass(frozen=True)
class AskedReports:
    """The reports that a link asks for, each with its form, and those that are already submitted.

    ``repeated`` are the reports that the request posted although they are already submitted: with the same content, or
    submitted by another person and not filled in here. ``is_without_change`` is whether the person reports that nothing has
    changed; of what they filled in, only the challenges then count.
    """

    link: AnswerLinkFacts
    worklist: Worklist
    forms: tuple[AnswerRowForm, ...]
    repeated: tuple[AnswerRowForm, ...] = ()
    is_without_change: bool = False

    @property
    def only_repeats(self) -> bool:
        """Whether the request posted only reports that are already submitted.

        They are all reports of the link, or all those that the person answered.
        """
        if not self.forms:
            return bool(self.repeated)
        return any(form.is_answered for form in self.repeated) and not self.answered and not self.is_without_change

    @property
    def submitted_meanwhile(self) -> bool:
        """Whether the request posted a report that was not filled in here and is already submitted."""
        return any(not form.is_answered for form in self.repeated)

    @property
    def submitted_rows(self) -> list[UpdateRow]:
        asked = {form.row.code for form in self.forms}
        return [row for row in self.worklist.expected_rows if row.is_submitted and row.code not in asked]

    @cached_property
    def answered(self) -> list[ReviewItem]:
        """Return the reports in which the person chose or typed something; none if they report that nothing has changed."""
        return [] if self.is_without_change else self.filled_in

    @cached_property
    def filled_in(self) -> list[ReviewItem]:
        """Return the reports in which the person chose or typed something that counts."""
        return [_review_item(form) for form in self.forms if form.is_answered]

    @property
    def news(self) -> list[AnswerRowForm]:
        """Return the rows in which the person reports that something has changed."""
        return [form for form in self.forms if form.has_news]

    @cached_property
    def unchanged(self) -> list[ReviewItem]:
        """Return the other reports that can be submitted without changes: as nothing to report, or as a draft that is ready."""
        return [item for item in self._left_alone if not item.problems]

    @cached_property
    def left_out(self) -> list[ReviewItem]:
        """Return the reports that were not filled in and cannot be submitted without changes."""
        return [item for item in self._left_alone if item.problems]

    @cached_property
    def _left_alone(self) -> list[ReviewItem]:
        answered = {item.form for item in self.answered}
        return [_review_item(form) for form in self.forms if form not in answered and not form.row.is_submitted]

    def outdated(self, items: list[ReviewItem]) -> list[ReviewItem]:
        return [item for item in items if item.form.is_outdated]

    def check_answers(self) -> bool:
        """Add to each answered row what it still needs; return whether nothing is missing."""
        for item in self.answered:
            _add_problems(item)
        for form in self.forms:
            if form.lacks_choice:
                form.keep.errors = [_("Choose which version to keep.")]
        return not any(form.errors for form in self.forms)

    def check_unchanged(self) -> bool:
        """Add to each row that was not filled in what it still needs; return whether nothing is missing."""
        for item in self.left_out:
            _add_problems(item)
        return not self.left_out

    def other_versions(self, session: Session) -> dict[str, OtherVersion]:
        """Map the code of each activity about which the person is asked to the version that was saved in the meantime."""
        conflicts = ((form.row.code, form.row.report) for form in self.forms if form.conflict.data)
        own_id = self.link.person.person_id
        return {code: _other_version(session, report, own_id) for code, report in conflicts if report is not None}

    def receipts(self, session: Session) -> list[tuple[int, datetime]]:
        """Return the number and time of each receipt that the person of the link has for this quarter, newest first."""
        return receipts_by_link(session, self.link.person.person_id, self.link.period.id)

    def to_submit(self, items: list[ReviewItem]) -> list[ReportToSubmit]:
        target = self.worklist.context.target
        return [ReportToSubmit(target(item.row.item), item.draft, item.row.version) for item in items]

    def not_submitted(self, items: list[ReviewItem]) -> dict[int, NotSubmittedReason]:
        """Map the id of each activity whose report is left out of ``items`` and still asked for to the reason."""
        sent = {item.row.code for item in items}
        return {
            item.row.current_status.activity.id: _not_submitted_reason(item)
            for item in self._left_alone
            if item.row.code not in sent
        }


def load_asked_reports(
    session: Session, link: AnswerLinkFacts, *, is_posted: bool, is_without_change: bool = False
) -> AskedReports:
    """Return the reports that a link asks for, with what the request posted for them.

    A posted row is included even if its report is submitted.

    ``is_without_change`` is as in ``AskedReports``.

    Raises ``NotFound`` if the plan of the quarter no longer exists.
    """
    key = link.period.key
    worklist = load_worklist(session, link.person, clocks.now(), "", year=int(key[:4]), quarter=key, with_texts=True)
    asked = [row for row in worklist.expected_rows if not row.is_submitted or (is_posted and is_row_posted(row))]
    forms = [_form(session, row, is_posted=is_posted, is_set_aside=is_without_change) for row in asked]
    remaining = tuple(form for form in forms if not _is_submitted_as_answered(form))
    repeated = tuple(form for form in forms if form not in remaining)
    return AskedReports(link, worklist, remaining, repeated, is_without_change=is_without_change)


def _form(session: Session, row: UpdateRow, *, is_posted: bool, is_set_aside: bool) -> AnswerRowForm:
    """Return the form of a row, based on the version that it was filled from."""
    stored = row.report.draft if row.report is not None else ReportDraft(None)
    form = AnswerRowForm(row, stored, is_posted=is_posted, is_set_aside=is_set_aside)
    if form.is_outdated and row.report is not None:
        version = form.posted_version
        form.base = (draft_at_version(session, row.report.id, version) if version > 0 else None) or ReportDraft(None)
    form.follow_page_language()
    return form


def _is_submitted_as_answered(form: AnswerRowForm) -> bool:
    """Whether a row is submitted and the person has nothing to add: they did not fill it in, or they sent the same before."""
    report = form.row.report
    return form.row.is_submitted and report is not None and (not form.is_answered or form.repeats(report.draft))


def _review_item(form: AnswerRowForm) -> ReviewItem:
    draft = form.draft()
    problems = list(_problems(form, draft))
    return ReviewItem(form, draft, tuple(sentence for _name, sentence in problems), problems[0][0] if problems else "")


def _problems(form: AnswerRowForm, draft: ReportDraft) -> Iterator[tuple[str, str]]:
    """Yield what a report still needs: the field of the form and the sentence."""
    row = form.row
    if not form.is_answered and row.is_returned:
        yield "text", _("A co-chair requested changes: %(note)s", note=row.report.returned_note if row.report else "")
    for field, message in submission_problems(draft, row.current_status.timeliness):
        is_empty = field == "progress" and not draft.progress
        sentence = _("Describe what has changed.") if is_empty else i18n.translate_message(message)
        yield FORM_FIELDS.get(field, "evidence_url"), sentence


def _not_submitted_reason(item: ReviewItem) -> NotSubmittedReason:
    """Return why a report that was not filled in is left out: what it lacks or, if it lacks nothing, the person's choice."""
    if not item.problems:
        return NotSubmittedReason.LEFT_FOR_LATER
    if item.row.report is not None:
        return not_submitted_reason(item.row.stage, is_returned=item.row.is_returned)
    return _LACKING.get(item.problem_field, NotSubmittedReason.NOT_STARTED)


_LACKING = {"status": NotSubmittedReason.WITHOUT_STATUS, "challenge": NotSubmittedReason.WITHOUT_CHALLENGE}


def _add_problems(item: ReviewItem) -> None:
    for name, sentence in _problems(item.form, item.draft):
        field = item.form._fields[name]
        field.errors = [*field.errors, sentence]


def _other_version(session: Session, report: ReportFacts, own_id: int) -> OtherVersion:
    changed_by, _at = report.last_change
    name, home = name_and_jurisdiction(session, changed_by) if changed_by is not None else ("", EMPTY_TEXT)
    return OtherVersion(person_name(name), home, report, is_own=changed_by == own_id)
