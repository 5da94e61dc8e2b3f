"""The subject of a comment from the public: its label, its page, and the subjects that a form offers.

All of them come from what is published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import url_for

from cogwg.core.bilingual import Bilingual, Language
from cogwg.engagement.scales import Subject
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.values import PublishedPriority

PHASE_CODE = Subject.PHASE.value
_QUESTION = "q"
_LONGEST = 110
"""The maximum number of characters of a title in a choice, because a drop-down list does not wrap its lines."""


@dataclass(frozen=True, slots=True)
class SubjectItem:
    """The subject of a comment. ``code`` identifies it in URLs and forms, such as "milestone/CA0060/19.1"."""

    about: str
    key: str
    label: Bilingual

    @property
    def code(self) -> str:
        return f"{self.about}/{self.key}" if self.key else self.about


SubjectGroup = tuple[Bilingual, tuple[SubjectItem, ...]]

_PRIORITIES = Bilingual("Priorities of the working group", "Priorités du groupe de travail")
_WHOLE = SubjectItem(PHASE_CODE, "", Subject.PHASE.label)


def split_code(code: str) -> tuple[str, str]:
    """Split a subject's code into the kind of subject and its key."""
    about, _, key = code.partition("/")
    return about or PHASE_CODE, key


def find_subject(record: PublicRecord, about: str, key: str) -> SubjectItem | None:
    """Return the subject of a comment as it is published now, or None if it is not public."""
    if about == PHASE_CODE:
        return None if key else _WHOLE
    if about == Subject.PRIORITY:
        return _find_priority(record, key)
    identifier = key.partition("/")[0]
    return next((item for item in items_of_commitment(record, identifier) if (item.about, item.key) == (about, key)), None)


def items_of_commitment(record: PublicRecord, identifier: str) -> tuple[SubjectItem, ...]:
    """Return a commitment, its questions and its milestones as subjects; empty if the commitment is not public."""
    content = next((e.content for e in record.commitments if e.content.identifier == identifier), None)
    if content is None:
        return ()
    name = Bilingual(f"{identifier}, question", f"{identifier}, question")
    milestone = Bilingual(f"{identifier}, milestone", f"{identifier}, jalon")
    return (
        _commitment_item(content),
        *(
            SubjectItem(Subject.COMMITMENT.value, f"{identifier}/{n}", _labelled(_numbered(name, str(n)), question))
            for n, question in enumerate(content.questions, start=1)
        ),
        *(
            SubjectItem(
                Subject.MILESTONE.value, f"{identifier}/{each.number}", _labelled(_numbered(milestone, each.number), each.text)
            )
            for each in content.milestones
        ),
    )


def subject_groups(record: PublicRecord, cycle: PublishedCycle, asked: str, today: date) -> tuple[SubjectGroup, ...]:
    """Return the subjects that a form offers, in groups.

    They are the phase, the priorities, the commitment that the link names with its parts, and the other commitments of one
    plan: the cycle's own plan if its commitments are published, else the current action plan.
    """
    about, key = split_code(asked)
    opened = key.partition("/")[0] if about in (Subject.COMMITMENT, Subject.MILESTONE) else ""
    latest = record.latest()
    priorities = latest.content.priorities if latest is not None else ()
    offered = tuple(_priority_item(latest.content.year, each) for each in priorities) if latest is not None else ()
    plan = _offered_plan(record, cycle, today)
    others = [e.content for e in record.commitments if e.content.cycle == plan and e.content.identifier != opened]
    groups = [
        (_PRIORITIES, offered),
        (Bilingual(f"Commitment {opened}", f"Engagement {opened}"), items_of_commitment(record, opened)),
    ]
    if others:
        title = others[0].plan_title
        heading = Bilingual(f"Commitments: {title.text('en')}", f"Engagements\u00a0: {title.text('fr')}")
        groups.append((heading, tuple(_commitment_item(each) for each in others)))
    return ((Bilingual("", ""), (_WHOLE,)), *(group for group in groups if group[1]))


def open_phases(record: PublicRecord, today: date) -> tuple[tuple[PublishedCycle, PublishedPhase], ...]:
    """Return the phases that take comments on a day, each with its cycle, latest cycle first."""
    return tuple((e.content, phase) for e in record.cycles for phase in e.content.commentable(today))


def open_form(record: PublicRecord, today: date) -> tuple[str, str] | None:
    """Return the keys of the latest cycle with a phase that takes comments on a day, and of the phase; None without one."""
    return next(((cycle.key, phase.key) for cycle, phase in open_phases(record, today)), None)


def subject_url(about: str, key: str, lang: Language | str) -> str:
    """Return the URL of the page of a comment's subject; "" if the subject is the phase."""
    language = Language(lang).value
    if about == Subject.PRIORITY:
        return url_for("public.tracker_priority", lang=language, number=int(key.partition("/")[2]))
    if about in (Subject.COMMITMENT, Subject.MILESTONE):
        return url_for("public.commitment", lang=language, identifier=key.partition("/")[0])
    return ""


def _offered_plan(record: PublicRecord, cycle: PublishedCycle, today: date) -> int | None:
    """Return the first year of the plan whose commitments a form offers; None if no commitments are published."""
    plans = {edition.content.cycle for edition in record.commitments}
    if cycle.plan in plans:
        return cycle.plan
    return max((year for year in plans if year <= today.year), default=None)


def _commitment_item(content: PublishedCommitment) -> SubjectItem:
    name = Bilingual(content.identifier, content.identifier)
    return SubjectItem(Subject.COMMITMENT.value, content.identifier, _labelled(name, content.title))


def _find_priority(record: PublicRecord, key: str) -> SubjectItem | None:
    year, _, number = key.partition("/")
    if not (year.isascii() and year.isdecimal() and number.isascii() and number.isdecimal() and len(key) < 12):
        return None
    edition = record.latest(int(year))
    priority = edition.content.priority(int(number)) if edition is not None else None
    return _priority_item(int(year), priority) if priority is not None else None


def _priority_item(year: int, priority: PublishedPriority) -> SubjectItem:
    name = _numbered(Bilingual("Priority", "Priorité"), str(priority.number))
    return SubjectItem(Subject.PRIORITY.value, f"{year}/{priority.number}", _labelled(name, priority.title))


def _numbered(name: Bilingual, number: str) -> Bilingual:
    return Bilingual(f"{name.en} {number}", f"{name.fr} {number}")


def _labelled(name: Bilingual, title: Bilingual) -> Bilingual:
    return Bilingual(f"{name.en}: {_cut(title.text('en'))}", f"{name.fr}\u00a0: {_cut(title.text('fr'))}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]}…"
