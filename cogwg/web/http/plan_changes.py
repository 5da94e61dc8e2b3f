"""The sentences about changes to a plan: who did what, the values before and after in words, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.status import Status
from cogwg.plan.changes import (
    JURISDICTION,
    ChangedRow,
    ChangeScope,
    RecordedChange,
    RowPlaces,
    count_changes,
    plan_changes,
    row_places,
)
from cogwg.plan.models import AssignmentRole, Confirmation, PlanItemKind
from cogwg.plan.rules import DueDate
from cogwg.plan.wording import CHANGE_SENTENCES, OTHER_CHANGE, ROLE_LABELS, TO_CONFIRM_LABEL, VACANT_LABEL
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.http.filters import day as day_in_words
from cogwg.web.http.filters import due_date, localized, person_name, plain
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.pagination import PAGE_SIZE, list_page, page_offset

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A value before and after a change, each in words. ``before`` is empty if there was none."""

    label: Markup
    before: Markup | str
    after: Markup | str


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change as a page lists it. ``jurisdiction`` is empty if the person acted on behalf of another one."""

    at: datetime
    person: Markup | str
    behalf_of: Bilingual
    jurisdiction: Bilingual
    sentence: Markup
    lines: tuple[ChangeLine, ...]
    reason: Bilingual


def render_changes(
    scope: ChangeScope, endpoint: str, url_values: Values, *, name: str, parents: Sequence[tuple[str, str]]
) -> str:
    """Render a page of the changes to the rows in ``scope``, newest first, fifty to a page.

    ``url_values`` are the values of the endpoint besides the language, ``name`` says what changed, and ``parents`` are the
    names and URLs of the pages above.
    """
    total = count_changes(session(), scope, CHANGE_SENTENCES)
    start = page_offset(total)
    changes = plan_changes(session(), scope, CHANGE_SENTENCES, offset=start, limit=PAGE_SIZE)
    places = row_places(session(), changes)
    entries = [_entry(change, places) for change in changes]
    page = list_page(entries, start, total, endpoint, **url_values)
    return render_template("http/changes.html", list_page=page, name=name, parents=parents)


def _entry(change: RecordedChange, places: RowPlaces) -> ChangeEntry:
    what = _what(change.subject, places)
    return ChangeEntry(
        at=change.at,
        person=_("The system") if change.is_by_system else person_name(change.person or _("A former member")),
        behalf_of=change.behalf_of,
        jurisdiction=EMPTY_TEXT if change.behalf_of else change.jurisdiction,
        sentence=_(CHANGE_SENTENCES.get(change.action, OTHER_CHANGE), what=what, priority=what, activity=what),
        lines=tuple(_lines(change, places)),
        reason=change.reason,
    )


def _what(subject: tuple[str, int], places: RowPlaces) -> Markup:
    """Return the name of a row for use in a sentence, with its link: priority 3, activity 3.2."""
    kind, id_ = subject
    lang = i18n.current_language().value
    if kind == PlanItemKind.ASSIGNMENT:
        kind, id_ = PlanItemKind.PRIORITY, places.roles.get(id_, 0)
    if kind == PlanItemKind.PRIORITY and id_ in places.priorities:
        year, number = places.priorities[id_]
        url = url_for("plan.priority_page", lang=lang, year=year, number=number)
        return Markup('<a href="{}">{}</a>').format(url, _("priority %(number)s", number=number))
    if kind == PlanItemKind.ACTIVITY and id_ in places.activities:
        year, code = places.activities[id_]
        url = url_for("activities.page", lang=lang, year=year, code=code)
        return Markup('<a href="{}">{}</a>').format(url, _("activity %(code)s", code=code))
    return _("the jurisdiction") if kind == JURISDICTION else _("the plan")


def _lines(change: RecordedChange, places: RowPlaces) -> Iterator[ChangeLine]:
    """Yield the values that changed: those of rows, or else those in the event itself.

    The values of rows that were added with the plan are not listed. For a row that was added later, the main values are listed.
    """
    if not change.rows:
        yield from _lines_of_event(change)
        return
    kind, _id = change.subject
    for row in change.rows:
        if row.before or kind != PlanItemKind.PLAN:
            is_subject = (row.kind, row.id) == change.subject
            for line in _lines_of_row(row):
                yield line if is_subject else _about(_what((row.kind, row.id), places), line)


def _about(what: Markup, line: ChangeLine) -> ChangeLine:
    return ChangeLine(Markup("{}, {}").format(what, line.label), line.before, line.after)


def _lines_of_event(change: RecordedChange) -> Iterator[ChangeLine]:
    before, after = change.before, change.after
    if "due" in before and "due" in after:
        yield ChangeLine(_("Due date"), *(due_date(DueDate.from_key(values["due"])) for values in (before, after)))
    if change.action.startswith("priority.") and ("status" in before or "status" in after):
        yield ChangeLine(_("Overall status"), *(_status(values.get("status")) for values in (before, after)))
    for name, label in (("name", _("Name")), ("short", _("Short name"))):
        if change.subject[0] == JURISDICTION and name in after:
            yield from _text_lines(label, Bilingual(*before.get(name, ("", ""))), Bilingual(*after[name]))


def _status(code: str | None) -> str:
    return plain(Status(code).label) if code else str(_("calculated"))


def _lines_of_row(row: ChangedRow) -> Iterator[ChangeLine]:
    """Yield the values of a row that differ, in the order in which a page shows them."""
    for name, label in _text_labels().items():
        if f"{name}_en" in row.after:
            yield from _text_lines(label, _text(row.before, name), _text(row.after, name))
        elif name in row.after and name in ("consequences", "results"):
            yield from _text_lines(label, _list(row.before.get(name)), _list(row.after[name]))
    for label, in_words in _facts_of(row.kind).items():
        before, after = in_words(row.before) if row.before else "", in_words(row.after)
        if before != after:
            yield ChangeLine(label, before, after)


def _text_labels() -> dict[str, Markup]:
    return {
        "title": _("Title"),
        "short": _("Short title"),
        "text": _("Description"),
        "issue": _("Issue"),
        "consequences": _("What the issue leads to"),
        "outcome": _("Expected outcome"),
        "results": _("What the outcome leads to"),
        "due_words": _("Due date as worded in the plan"),
    }


def _facts_of(kind: PlanItemKind) -> dict[Markup, Callable[[Values], Markup | str]]:
    if kind is PlanItemKind.PLAN:
        return {
            _("Link"): lambda values: str(values["link"]),
            _("Adopted on"): lambda values: _day(values["adopted_on"]),
            _("Closed on"): lambda values: _day(values["closed_on"]),
        }
    if kind is PlanItemKind.ACTIVITY:
        return {
            _("Due date"): lambda values: due_date(DueDate(values["due_year"], values["due_month"], values["due_day"])),
            _("Ongoing"): lambda values: _("yes") if values["ongoing"] else _("no"),
        }
    if kind is PlanItemKind.ASSIGNMENT:
        return {_("Jurisdiction"): _holder, _("Role"): _role}
    return {}


def _day(iso: str | None) -> str:
    return day_in_words(date.fromisoformat(iso)) if iso else ""


def _holder(values: Values) -> Markup | str:
    """Return who has a role, with a note if that is to be confirmed."""
    confirmation = Confirmation(values["confirmation"])
    if confirmation is Confirmation.VACANT:
        return plain(VACANT_LABEL)
    name = localized(_text(values, "assignee"))
    if confirmation is Confirmation.CONFIRMED:
        return name
    return Markup("{} ({})").format(name, plain(TO_CONFIRM_LABEL))


def _role(values: Values) -> Markup | str:
    label = ROLE_LABELS.get(AssignmentRole(values["role"]))
    return plain(label) if label is not None else _("role not specified in the plan")


def _text(values: Values, name: str) -> Bilingual:
    return Bilingual(values.get(f"{name}_en", ""), values.get(f"{name}_fr", ""))


def _list(pairs: Sequence[Sequence[str]] | None) -> Bilingual:
    return Bilingual(*("\n".join(pair[place] for pair in pairs or ()) for place in range(2)))


def _text_lines(label: Markup, before: Bilingual, after: Bilingual) -> Iterator[ChangeLine]:
    """Yield a line for each language in which a text differs, or a single line for a new text."""
    if not before:
        if after:
            yield ChangeLine(label, "", localized(after))
        return
    for lang in Language:
        was, now = before.exact_text(lang), after.exact_text(lang)
        if was != now:
            name = _("%(text)s in English", text=label) if lang is Language.EN else _("%(text)s in French", text=label)
            yield ChangeLine(name, _in_language(was, lang), _in_language(now, lang))


def _in_language(text: str, lang: Language) -> Markup | str:
    return text if lang is i18n.current_language() or not text else Markup('<span lang="{}">{}</span>').format(lang.value, text)
