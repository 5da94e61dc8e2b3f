"""The labels of a commitment's fields, for pages that show what changed in a published version."""

from __future__ import annotations

from cogwg.core.errors import N_
from cogwg.tracker.commitments import PublishedChange, PublishedCommitment
from cogwg.web.http import i18n

FIELD_NAMES = {
    "title": N_("Title"),
    "text": N_("Text"),
    "description": N_("Description"),
    "result": N_("Planned result"),
    "state": N_("State"),
    "starred": N_("Starred"),
    "lead": N_("Lead institution"),
    "support": N_("Supporting institutions"),
    "areas": N_("Policy areas"),
    "done": N_("Other completed milestones"),
    "questions": N_("Questions to the public"),
    "enquiries": N_("Email address for enquiries"),
    "source": N_("Source"),
    "lineage": N_("Continues"),
    "served_by": N_("Contributing priorities and activities"),
    "start": N_("Start"),
    "end": N_("End"),
    "completion": N_("Completion"),
    "note": N_("Note"),
    "target": N_("Target"),
    "deadline": N_("Deadline"),
    "milestone": N_("Milestone"),
    "progress": N_("Progress"),
    "number": N_("Number"),
    "status": N_("Status"),
    "nothing_to_report": N_("Nothing to report"),
    "evidence": N_("Evidence"),
    "challenges": N_("Challenges"),
    "kind": N_("Type of assessment"),
    "assessor": N_("Assessor"),
    "on": N_("Date"),
    "verifiable": N_("Verifiable"),
    "specificity": N_("Specificity"),
    "impact": N_("Potential impact"),
    "carried_forward": N_("Carried forward"),
    "relevance": N_("Relevance"),
    "openness": N_("Did it open government?"),
    "sources": N_("Sources"),
}
"""The label of each field that can change. Some fields' names are followed by the number of a milestone."""
SUBJECTS = {
    "milestone": N_("Milestone %(what)s"),
    "report": N_("Report from an organization on milestone %(what)s"),
    "indicator": N_("Indicator %(what)s"),
    "actual": N_("Indicator %(what)s"),
    "assessment": N_("Assessment %(what)s"),
}


def changed_subject(change: PublishedChange, content: PublishedCommitment) -> str:
    """Return the label of the item that a change is about; empty for the commitment itself."""
    return subject_name(change.subject, content)


def changed_field(change: PublishedChange) -> str:
    """Return the label of a changed field; empty for a whole item."""
    return field_name(change.field)


def subject_name(subject: str, content: PublishedCommitment) -> str:
    """Return the label of an item of a commitment, such as a milestone; empty for the commitment itself."""
    kind, _space, what = subject.partition(" ")
    if not kind:
        return ""
    if kind == "assessment":
        own = next((each for each in content.assessments if each.key == what), None)
        if own is not None:
            return f"{own.kind.label.text(i18n.current_language())}, {own.on}"
    parts = what.split(" ")
    words = str(i18n.gettext(SUBJECTS[kind], what=parts[0]))
    return f"{words}, {parts[1]}" if len(parts) > 1 else words


def field_name(field: str) -> str:
    """Return the label of a field, followed by the number of a milestone if there is one; empty for a whole item."""
    name, _space, rest = field.partition(" ")
    if not name:
        return ""
    number = rest.rpartition(" ")[2]
    return i18n.gettext(FIELD_NAMES[name]) + (f" ({number})" if number else "")
