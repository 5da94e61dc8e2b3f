"""Edit conflicts of an item of a plan: a field that two people changed is shown in both versions; other changes are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cogwg.core.bilingual import Bilingual, Language
from cogwg.plan.edit_history import PlanEdit
from cogwg.plan.plan_texts import ActivityTexts, PriorityTexts
from cogwg.plan.rules import DueDate
from cogwg.reporting.merge import MarkedRuns, mark_differences
from cogwg.web.admin.plan_forms import ActivityForm, EditForm, PriorityForm, activity_values, priority_values
from cogwg.web.auth.access import is_current_user
from cogwg.web.http.i18n import gettext as _

Values = dict[str, Any]
"""The values of an item; the keys are the names of its form's fields."""


@dataclass(frozen=True, slots=True)
class FieldComparison:
    """A field that both people changed. ``base`` is the value that both began from, or None if it is not known."""

    label: str
    lang: str
    base: str | None
    theirs: MarkedRuns
    yours: MarkedRuns


@dataclass(frozen=True, slots=True)
class PlanConflict:
    """What another person saved in the meantime. ``saved_at`` is None if it is not known.

    ``is_own`` means that this person saved it themselves, in another tab. ``only_theirs`` are the labels of the fields that
    only the other person changed; the form has the other person's values.
    """

    saved_by: str
    saved_at: datetime | None
    is_own: bool
    comparisons: tuple[FieldComparison, ...]
    only_theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergedValues:
    """The values of a form after a merge. Fields that only the other person changed have that person's value.

    ``both`` and ``only_theirs`` are the names of the fields that both people changed, and that only the other person changed.
    """

    values: Values
    both: tuple[str, ...]
    only_theirs: tuple[str, ...]


def merge_values(base: Values | None, theirs: Values, yours: Values) -> MergedValues:
    """Merge two versions of an item. Without a ``base``, every field that differs counts as changed by both."""
    differing = [name for name in yours if yours[name] != theirs[name]]
    only_theirs = [name for name in differing if base is not None and yours[name] == base[name]]
    only_yours = [name for name in differing if base is not None and theirs[name] == base[name]]
    both = tuple(name for name in differing if name not in only_theirs and name not in only_yours)
    return MergedValues({**yours, **{name: theirs[name] for name in only_theirs}}, both, tuple(only_theirs))


def fill(form: EditForm, values: Values, shown: str) -> None:
    """Set these values in a form that was posted, and the state on which it is now based."""
    for name, value in values.items():
        form[name].data = value
    form.shown.data = shown


def conflict_of(
    form: EditForm, merged: MergedValues, base: Values | None, theirs: Values, yours: Values, edit: PlanEdit | None
) -> PlanConflict:
    """Return the conflict to show; ``edit`` is the change that the other person made, if it is known."""
    return PlanConflict(
        edit.person if edit is not None else "",
        edit.at if edit is not None else None,
        edit is not None and is_current_user(edit.person_id),
        tuple(
            FieldComparison(
                str(form[name].label.text),
                name[-2:] if name[-3:] in ("_en", "_fr") else "",
                None if base is None else _words(form, name, base[name]),
                *mark_differences(_words(form, name, theirs[name]), _words(form, name, yours[name])),
            )
            for name in merged.both
        ),
        tuple(str(form[name].label.text) for name in merged.only_theirs),
    )


def _words(form: EditForm, name: str, value: Any) -> str:
    """Return a value in words, as the page shows it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(dict(getattr(form[name], "choices", None) or ()).get(value, value))


def priority_form_values(form: PriorityForm) -> Values:
    return priority_values(form.texts)


def activity_form_values(form: ActivityForm) -> Values:
    """Return the values of the form; the month and the day are those that were typed, valid or not."""
    return {**activity_values(form.texts), "month": form.month.data or "", "day": form.day.data or ""}


def activity_state(texts: ActivityTexts, due: DueDate) -> Values:
    """Return the values of an activity; the keys are the names of its form's fields."""
    return {**activity_values(texts), "month": DueDate(due.year, due.month).key, "day": str(due.day or "")}


def priority_state_of(content: Mapping[str, Any]) -> Values:
    """Return the values of a priority from an entry of the plan's history."""
    title, short, issue, outcome = (_bilingual(content, name) for name in ("title", "short", "issue", "outcome"))
    consequences, results = (tuple(Bilingual(*pair) for pair in content[name]) for name in ("consequences", "results"))
    return priority_values(PriorityTexts(title, short, issue, outcome, consequences, results))


def activity_state_of(content: Mapping[str, Any]) -> Values:
    """Return the values of an activity from an entry of the plan's history."""
    title, text, words = (_bilingual(content, name) for name in ("title", "text", "due_words"))
    due = DueDate(content["due_year"], content["due_month"], content["due_day"])
    return activity_state(ActivityTexts(title, text, words, content["ongoing"]), due)


def _bilingual(content: Mapping[str, Any], name: str) -> Bilingual:
    return Bilingual(*(content[f"{name}_{lang}"] for lang in Language))
