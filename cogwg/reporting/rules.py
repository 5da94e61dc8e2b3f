"""Rules for reports, without a database: what a report must contain, and when a quarter accepts reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import a_week_earlier
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.status import Status, Timeliness
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems
from cogwg.core.web_addresses import address_problem
from cogwg.reporting.models import PeriodState

LABEL_LIMIT = 200
NEXT_STEP_LIMIT = 200
"""The maximum length of a next step, in characters; it takes one line in the briefing."""
REPORT_TEXTS = ("progress", "challenge", "evidence_note", "next_step")
PROGRESS = Bilingual("Progress", "Progrès")
"""The label of the text that describes the progress. It is not in the message catalogue, where "Progress" is a view of the
plan."""
LABEL_PREFIX = "label "
"""The name of a link's label among the texts of an item is this prefix followed by the link's URL."""
LINKS_LIMIT = 10
EVIDENCE_REQUEST = Message(N_("Add a link that shows the activity is complete, or explain why there is no link."))
LOW_PROGRESS_STATUSES = (Status.NOT_STARTED, Status.LIMITED)


def report_text_limit(name: str) -> int:
    """Return the limit, in characters, of the text with this name in a report."""
    if name.startswith(LABEL_PREFIX):
        return LABEL_LIMIT
    return NEXT_STEP_LIMIT if name == "next_step" else TEXT_LIMIT


@dataclass(frozen=True, slots=True)
class LabelledLink:
    """A link that supports a report or a milestone, with a label that may be in one language only."""

    url: str
    label: Bilingual = EMPTY_TEXT


def label_texts(links: Iterable[LabelledLink]) -> dict[str, Bilingual]:
    """Return the labels of links by name. Each name includes the link's URL, so it does not depend on the order of
    the links.
    """
    return {f"{LABEL_PREFIX}{link.url}": link.label for link in links}


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """The content of a report on one activity in one quarter, not yet validated."""

    status: Status | None
    progress: Bilingual = EMPTY_TEXT
    challenge: Bilingual = EMPTY_TEXT
    evidence_note: Bilingual = EMPTY_TEXT
    evidence: tuple[LabelledLink, ...] = ()
    nothing_to_report: bool = False
    next_step: Bilingual = EMPTY_TEXT

    @property
    def texts(self) -> dict[str, Bilingual]:
        """The texts by name."""
        return {name: getattr(self, name) for name in REPORT_TEXTS} | label_texts(self.evidence)

    @property
    def has_text_and_mark(self) -> bool:
        """Whether the draft both describes progress and says "Nothing to report"; such a draft is never stored."""
        return self.nothing_to_report and bool(self.progress)

    def without_mark(self) -> ReportDraft:
        """Return the draft without "Nothing to report"."""
        return replace(self, nothing_to_report=False)


def period_state(
    opens_on: date, due_at: datetime, opened_at: datetime | None, closed_at: datetime | None, now: datetime, today: date
) -> PeriodState:
    """Return the quarter's state.

    It is planned until its first day or until it is opened early, open until the due time, then late until it is closed.
    """
    if closed_at is not None:
        return PeriodState.CLOSED
    if today < opens_on and opened_at is None:
        return PeriodState.PLANNED
    return PeriodState.OPEN if now < due_at else PeriodState.LATE


def earlier_due_at(due_at: datetime, original_due_at: datetime | None, now: datetime) -> datetime | None:
    """Return a quarter's due time without its latest extension; None if it was not extended or if that time has passed."""
    earlier = a_week_earlier(due_at)
    return earlier if original_due_at is not None and original_due_at <= earlier and now < earlier else None


def check_takes_reports(state: PeriodState, *, is_reopened: bool = False) -> None:
    """Raise ``Invalid`` unless the quarter is open or late, or reopened for the reporting jurisdiction."""
    if state is PeriodState.PLANNED:
        raise Invalid(("", Message(N_("This quarter is not open yet. You can report once it opens."))))
    if state is PeriodState.CLOSED and not is_reopened:
        raise Invalid(("", Message(N_("This quarter is closed. If you need to report, ask a co-chair to reopen it."))))


def check_not_retired(retired_on: date | None) -> None:
    """Raise ``Invalid`` if the activity was retired from the plan."""
    if retired_on is not None:
        sentence = N_(
            "This activity was retired on %(day)s. Its report can no longer be saved or submitted. What was saved is kept."
        )
        raise Invalid(("", Message(sentence, {"day": dates.day(retired_on)})))


def check_period_order(key: str, last_key: str) -> None:
    """Raise ``Invalid`` if the activity has a report in a later quarter, because its last submission sets its current status.

    ``key`` is the key of the quarter to report on, ``last_key`` the key of the last quarter reported on.
    """
    if key < last_key:
        year, month = last_key.split("-")
        sentence = N_("This activity already has a report for Quarter %(quarter)s of %(year)s. Update that report instead.")
        raise Invalid(("", Message(sentence, {"quarter": int(month) // 3, "year": year})))


def check_submittable(draft: ReportDraft, timeliness: Timeliness, *, is_accepted: bool = False) -> None:
    """Check that a report can be submitted. Raises ``Invalid`` with every problem at once.

    A status is required. Progress is required unless there is nothing to report. A challenge is required if the activity is
    due or overdue and its status is "Not started" or "Limited progress". "Complete" requires evidence: a link or a note. The
    problems of ``draft_problems`` are included. A report that the secretariat accepted may lack a text or a link, but never
    its status.
    """
    problems: list[tuple[str, Message]] = [*draft_problems(draft)]
    if draft.status is None:
        problems.append(("status", Message(N_("Select the status of this activity."))))
    if is_accepted:
        if problems:
            raise Invalid(*problems)
        return
    if not draft.progress and not draft.nothing_to_report:
        problems.append(("progress", Message(N_("Describe the progress, or select “Nothing to report”."))))
    if draft.status is not None and needs_challenge(draft.status, timeliness) and not draft.challenge:
        problems.append(("challenge", challenge_request(draft.status, timeliness)))
    if draft.status is Status.COMPLETE and not draft.evidence and not draft.evidence_note:
        problems.append(("evidence", EVIDENCE_REQUEST))
    if problems:
        raise Invalid(*problems)


def submission_problems(draft: ReportDraft, timeliness: Timeliness) -> tuple[tuple[str, Message], ...]:
    """Return what a report still needs before it can be submitted, by field; empty if it is ready."""
    try:
        check_submittable(draft, timeliness)
    except Invalid as refusal:
        return tuple(refusal.problems)
    return ()


def needs_challenge(status: Status | None, timeliness: Timeliness) -> bool:
    """Return whether a report must explain a challenge: the activity is due or overdue, and progress is low."""
    return status in LOW_PROGRESS_STATUSES and timeliness in (Timeliness.DUE, Timeliness.OVERDUE)


def challenge_request(status: Status, timeliness: Timeliness) -> Message:
    """Return the sentence that asks for a challenge because of this status, which it names."""
    sentence = (
        N_("Describe the challenge. It is required because this activity is overdue and its status is “%(status)s”.")
        if timeliness is Timeliness.OVERDUE
        else N_("Describe the challenge. It is required because this activity is due and its status is “%(status)s”.")
    )
    return Message(sentence, {"status": status.label})


def draft_problems(draft: ReportDraft) -> list[tuple[str, Message]]:
    """Return the problems that prevent saving even a draft: a progress text together with "Nothing to report", texts that are
    too long, and too many or invalid links.
    """
    problems: list[tuple[str, Message]] = []
    if draft.has_text_and_mark:
        problems.append(("nothing_to_report", Message(N_("Choose what to keep: your text or “Nothing to report”."))))
    for field in REPORT_TEXTS:
        problems.extend(bilingual_length_problems(field, getattr(draft, field), report_text_limit(field)))
    if len(draft.evidence) > LINKS_LIMIT:
        problems.append(("evidence", Message(N_("Keep no more than %(limit)s links."), {"limit": LINKS_LIMIT})))
    for link in draft.evidence:
        if problem := address_problem(link.url):
            problems.append(("evidence", problem))
        problems.extend(bilingual_length_problems("evidence_label", link.label, LABEL_LIMIT))
    return problems
