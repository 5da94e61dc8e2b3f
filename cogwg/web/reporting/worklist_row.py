"""A row of My updates: an activity with its report for the quarter. Rows are grouped by urgency."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, LocalizedText
from cogwg.core.calendar import local_day
from cogwg.core.errors import Message
from cogwg.core.status import Status, Timeliness
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import ActivityFacts, PriorityFacts
from cogwg.plan.rewordings import Rewording
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.queries import CurrentStatus, ReportFacts
from cogwg.reporting.report_progress import URGENCY_ORDER, ReportStage, is_report_expected, report_stage
from cogwg.reporting.rules import (
    EVIDENCE_REQUEST,
    PROGRESS,
    ReportDraft,
    challenge_request,
    needs_challenge,
    submission_problems,
)
from cogwg.web.http import i18n
from cogwg.web.http.filters import day_short
from cogwg.web.http.i18n import gettext as _
from cogwg.web.reporting.forms import UpdateForm, form_field_names


@dataclass(frozen=True, slots=True)
class WorklistItem:
    """An activity to report on, with its priority."""

    priority: PriorityFacts
    activity: ActivityFacts


@dataclass(frozen=True, slots=True)
class TranslatedText:
    """A text of a report that a translator wrote in one language."""

    label: str
    text: str
    lang: str
    translator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaleTexts:
    """The texts of a report that are stale in one language, because the other one changed later."""

    labels: tuple[str, ...]
    lang: str


def text_label(name: str) -> str:
    """Return the label of the text with this name in a report."""
    labels: dict[str, str] = {
        "progress": PROGRESS.text(i18n.current_language()),
        "challenge": _("Challenge"),
        "evidence_note": _("Why there is no link"),
        "next_step": _("Next step"),
    }
    return labels.get(name) or str(_("Name of a link in a report"))


@dataclass(frozen=True, slots=True)
class DraftProblem:
    """What a saved draft still needs, as a sentence, and the id of the field that asks for it."""

    sentence: str
    field_id: str


@dataclass(frozen=True, slots=True)
class LaterReport:
    """The report on the same activity for a later quarter, which prevents changes to this quarter's report."""

    quarter: int
    year: int
    url: str


@dataclass(frozen=True)
class UpdateRow:
    """An activity on the worklist: as text or, with ``is_open``, as a form, which is built when a template needs it.

    ``translators`` are the names of the people who translated texts of the report; ``confirm_url`` is the URL to confirm these
    texts. ``later_report`` is set if a later quarter has a report already. ``also_for`` names the other jurisdictions that the
    report is for, ``participants`` the priority's jurisdictions as the function of that name returns them.
    With ``is_from_before``, another jurisdiction submitted the report before the reader's had a role in the priority.
    ``form_key`` is the key under which unsaved text of the form is stored, empty without a quarter; ``is_closed`` is whether
    the quarter is closed for the reader. ``rewording`` is how the activity was reworded since its last report, if it was.
    """

    current_status: CurrentStatus
    priority: PriorityFacts
    report: ReportFacts | None
    url: str
    bound_form: UpdateForm | None = None
    is_open: bool = False
    confirm_url: str = ""
    translators: Mapping[int, str] = field(default_factory=dict)
    later_report: LaterReport | None = None
    also_for: Bilingual = EMPTY_TEXT
    participants: tuple[tuple[Bilingual, bool], ...] = ()
    is_from_before: bool = False
    form_key: str = ""
    is_closed: bool = False
    rewording: Rewording | None = None

    @property
    def item(self) -> WorklistItem:
        return WorklistItem(self.priority, self.current_status.activity)

    @property
    def form(self) -> UpdateForm:
        """Return the form of a failed save, or else a form filled from the report, or else from the last status."""
        if self.bound_form is not None:
            return self.bound_form
        return UpdateForm(self.current_status.activity.id, self._initial_draft(), self.version, formdata=None)

    @property
    def version(self) -> int:
        return self.report.version if self.report is not None else 0

    @property
    def saved_url(self) -> str:
        """Return the URL of the row as text, without its form."""
        return f"{self.url}{'&' if '?' in self.url else '?'}as=saved"

    @property
    def errors(self) -> dict[str, Any]:
        return self.bound_form.errors if self.bound_form is not None else {}

    @property
    def last_report(self) -> CurrentStatus | None:
        """Return the last submission, unless it is this quarter's report."""
        return (
            self.current_status
            if self.current_status.submitted_at is not None and self.stage is not ReportStage.SUBMITTED
            else None
        )

    @property
    def previous_status(self) -> Status | None:
        """Return the status before this quarter's report if the report is submitted, else the one that others see now.

        Return None if there is no report.
        """
        if self.report is None:
            return None
        return self.report.status_before if self.stage is ReportStage.SUBMITTED else self.current_status.status

    @property
    def challenge_requests(self) -> dict[str, str]:
        """Map the code of each status that needs a challenge now to the sentence that asks for it."""
        timeliness = self.current_status.timeliness
        return {
            status.value: i18n.translate_message(challenge_request(status, timeliness))
            for status in Status
            if needs_challenge(status, timeliness)
        }

    @property
    def evidence_requests(self) -> dict[str, str]:
        """Map the code of the status that needs evidence to the sentence that asks for it."""
        return {Status.COMPLETE.value: i18n.translate_message(EVIDENCE_REQUEST)}

    @property
    def is_asked(self) -> bool:
        """Whether a report is expected this quarter and was submitted already or still can be."""
        return not self.is_superseded and is_report_expected(self.current_status.status, is_begun=self.report is not None)

    @cached_property
    def stage(self) -> ReportStage:
        return report_stage(self.current_status, self.report)

    @property
    def is_returned(self) -> bool:
        """Whether a co-chair returned the report and it has not been submitted again."""
        return self.report is not None and self.report.is_returned

    @property
    def is_submitted(self) -> bool:
        return self.stage is ReportStage.SUBMITTED

    @property
    def is_superseded(self) -> bool:
        """Whether this quarter's report was not submitted and can no longer be, because a later quarter has one."""
        return self.later_report is not None and not self.is_submitted

    @property
    def needs_work(self) -> bool:
        """Whether the reader still has to write or correct the report."""
        return not self.is_superseded and self.stage in (ReportStage.TO_DO, ReportStage.TO_CORRECT)

    @property
    def starts_from_last_report(self) -> bool:
        """Whether the form is filled from the last report, not from one of this quarter."""
        return self.last_report is not None and self.report is None

    @property
    def shows_last_report(self) -> bool:
        """Whether the row shows the last report: as long as this quarter has no stored report, and when the form is open."""
        return self.last_report is not None and (self.report is None or self.is_open)

    @property
    def last_day(self) -> str:
        """The day of the last report; empty if the row does not show the last report."""
        last = self.last_report if self.shows_last_report else None
        return day_short(last.submitted_at) if last is not None and last.submitted_at is not None else ""

    @property
    def folded_facts(self) -> tuple[Hashable, ...]:
        """Return what the row shows while it is collapsed, in the order of the last parameters of its macro."""
        status = self.current_status
        return (
            *(status.activity, self.priority.number, self.priority.title, self.stage.value, self.url),
            *(status.status, status.timeliness, status.days, self.last_day),
            *(self.participants, self.also_for, self.nothing_to_report_problems, self.wording_facts),
        )

    @property
    def wording_facts(self) -> tuple[date, tuple[LocalizedText, ...], bool] | None:
        """The day on which the activity was reworded, its earlier texts, and whether it has a report.

        None if it was not reworded since its last report.
        """
        if self.rewording is None:
            return None
        texts = self.rewording.earlier_texts(i18n.current_language())
        return local_day(self.rewording.at), texts, self.last_report is not None

    @property
    def translations(self) -> list[TranslatedText]:
        """Return the texts of the report that a translator wrote and that no lead has changed or confirmed yet."""
        if self.report is None:
            return []
        texts = self.report.draft.texts
        return [
            TranslatedText(
                text_label(name),
                texts[name].exact_text(mark["lang"]),
                mark["lang"],
                self.translators.get(mark["by"], _("a former member")),
                datetime.fromisoformat(mark["at"]),
            )
            for name, mark in self.report.translated.items()
        ]

    @property
    def misses_language(self) -> bool:
        """Whether a text of the report exists in one language only."""
        return self.report is not None and any(text.missing_languages for text in self.report.draft.texts.values())

    @property
    def stale_texts(self) -> list[StaleTexts]:
        """Return the stale texts of the report, grouped by the language in which they are stale."""
        if self.report is None:
            return []
        stale = self.report.stale
        names = {lang: [name for name in stale if stale[name] == lang] for lang in sorted(set(stale.values()))}
        return [StaleTexts(tuple(text_label(n) for n in own), lang) for lang, own in names.items()]

    @property
    def is_folded(self) -> bool:
        """Whether the row has only buttons, to open its form or to report nothing: no report is saved, and one still can be."""
        return self.report is None and not self.is_open and not self.is_closed and self.later_report is None

    @property
    def body_template(self) -> str:
        """Return the name of the template for what is below the row's heading. A collapsed row does not use it."""
        if self.is_open:
            return "reporting/_update_form.html"
        if self.report is not None:
            return "reporting/_update_saved.html"
        return "reporting/_update_closed.html"

    @property
    def accepts_drafts(self) -> bool:
        """Whether the report can be saved as a draft: a submitted report can only be changed by submitting it again."""
        return self.report is None or not self.report.is_submitted

    @property
    def draft_problems(self) -> list[str]:
        """Return what a saved draft still needs, in sentences."""
        return [problem.sentence for problem in self.linked_draft_problems]

    @cached_property
    def linked_draft_problems(self) -> list[DraftProblem]:
        """Return what a saved draft still needs, each with the field of the form that asks for it."""
        if self.report is None or self.stage is ReportStage.SUBMITTED:
            return []
        return [
            DraftProblem(i18n.translate_message(message), self._field_id(field))
            for field, message in submission_problems(self.report.draft, self.current_status.timeliness)
        ]

    def _field_id(self, field: str) -> str:
        """Return the id of the form field for this field of the rules. For a text, it is the field in the page's language."""
        name = form_field_names(i18n.current_language()).get(field, field)
        return f"r{self.current_status.activity.id}-{name}{'-0' if field == 'status' else ''}"

    @property
    def code(self) -> str:
        return self.current_status.activity.code

    @property
    def nothing_to_report_problems(self) -> tuple[str, ...]:
        """Return what prevents submitting "nothing to report" with the last status; empty if one click is enough."""
        problems = _problems_of_nothing_to_report(self.current_status.status, self.current_status.timeliness)
        return tuple(i18n.translate_message(message) for message in problems)

    def as_form(self) -> UpdateRow:
        return replace(self, is_open=True)

    def with_form(self, form: UpdateForm) -> UpdateRow:
        return replace(self, bound_form=form, is_open=True)

    def _initial_draft(self) -> ReportDraft:
        return self.report.draft if self.report is not None else ReportDraft(self.current_status.status)


def report_form_key(period: PeriodFacts, activity_id: int) -> str:
    """Return the key under which the unsaved text of a report's form is stored."""
    return f"report:{period.key}:{activity_id}"


@cache
def _problems_of_nothing_to_report(status: Status | None, timeliness: Timeliness) -> tuple[Message, ...]:
    draft = ReportDraft(status, nothing_to_report=True)
    return tuple(message for _field, message in submission_problems(draft, timeliness))


def participants(priority: PriorityFacts) -> tuple[tuple[Bilingual, bool], ...]:
    """Return the priority's jurisdictions if there are several, each with whether it still has to accept its role."""
    held = [a for a in priority.assignments if a.jurisdiction_id is not None]
    return tuple((a.name, a.confirmation is Confirmation.TO_CONFIRM) for a in held) if len(held) > 1 else ()


@dataclass(frozen=True, slots=True)
class UrgencyGroup:
    """Rows that are equally urgent, with the heading of their group."""

    heading: str
    anchor: str
    rows: list[UpdateRow]


def group_by_urgency(rows: list[UpdateRow], *, is_closed: bool = False) -> Iterator[UrgencyGroup]:
    """Group the rows by urgency: returned, overdue, due, not yet due; then those that are complete, and those submitted.

    Then come those that others submitted before the reader had a role, and last those that can no longer be submitted. In a
    closed quarter nothing is urgent any more, so the rows are only split into those not submitted and those submitted.
    """
    lang = i18n.current_language()
    submitted = [r for r in rows if r.is_submitted and not r.is_from_before]
    earlier = [r for r in rows if r.is_from_before]
    unsent = [r for r in rows if not r.is_submitted and (is_closed or r.is_superseded)]
    yield from _waiting_groups([r for r in rows if not r.is_submitted and r not in unsent], lang)
    if unsent and is_closed:
        yield UrgencyGroup(_("Not submitted"), "not-submitted", unsent)
    if submitted:
        yield UrgencyGroup(_("Submitted"), "submitted", submitted)
    if earlier:
        yield UrgencyGroup(_("Submitted before you accepted your role"), "earlier", earlier)
    if unsent and not is_closed:
        yield UrgencyGroup(_("Not submitted"), "not-submitted", unsent)


def _waiting_groups(rows: list[UpdateRow], lang: Language) -> Iterator[UrgencyGroup]:
    if returned := [r for r in rows if r.is_returned]:
        yield UrgencyGroup(_("Returned reports"), "returned", returned)
    others = [r for r in rows if not r.is_returned]
    for when in URGENCY_ORDER:
        own = [r for r in others if r.current_status.timeliness is when]
        if own:
            heading = _("Due now") if when is Timeliness.DUE else when.label.text(lang)
            yield UrgencyGroup(heading, when.value, own)
    finished = [r for r in others if r.current_status.timeliness not in URGENCY_ORDER]
    if finished:
        yield UrgencyGroup(Status.COMPLETE.label.text(lang), "complete", finished)
