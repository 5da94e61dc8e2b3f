"""Convert a plan to the texts of its workbook's cells, and changed cells to parts of a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, fold_text
from cogwg.core.web_addresses import complete_address
from cogwg.core.written_dates import parse_written_date
from cogwg.plan.drafts import (
    DraftActivity,
    DraftAssignment,
    DraftPlan,
    DraftPriority,
    with_stale_activity_texts,
    with_stale_texts,
)
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.rules import DueDate
from cogwg.workbook.layout import YES_CHOICE, choice, mark_of
from cogwg.workbook.plan_layout import (
    ACTIVITY,
    DUE,
    JURISDICTION,
    ONGOING,
    PLAN,
    PRIORITY,
    ROLE,
    ROLE_KIND,
    ROLE_LABELS,
    jurisdiction_choice,
    role_of,
)

Jurisdictions = Mapping[int, tuple[str, Bilingual]]
Texts = Mapping[str, str]
PlanItem = DraftPlan | DraftPriority | DraftActivity | DraftAssignment


def plan_texts(plan: DraftPlan, jurisdictions: Jurisdictions) -> dict[tuple[str, str], dict[str, str]]:
    """Return the texts of each item of the plan, by kind and code, in the order of the plan."""
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for kind, code, item in plan_items(plan):
        texts[kind, code] = {kind: code, **_item_texts(item, jurisdictions)}
    return texts


def plan_items(plan: DraftPlan) -> Iterator[tuple[str, str, PlanItem]]:
    """Yield the kind, the code and the value of each item of the plan."""
    yield PLAN, str(plan.year), plan
    for number, priority in enumerate(plan.priorities, 1):
        yield PRIORITY, str(number), priority
        for place, activity in enumerate(priority.activities, 1):
            yield ACTIVITY, f"{number}.{place}", activity
        for place, role in enumerate(priority.assignments):
            yield ROLE, role_code(number, place), role


def stale_columns(item: PlanItem) -> tuple[str, ...]:
    """Return the codes of the columns with a stale text, that is, one whose other language was changed later. A list counts as
    one text.
    """
    if not isinstance(item, DraftPriority | DraftActivity):
        return ()
    return tuple(dict.fromkeys(f"{name.partition(' ')[0]}_{lang}" for name, lang in item.stale))


def role_code(number: int, place: int) -> str:
    """Return the code of a priority's role, such as 3a for the first role of priority 3."""
    return f"{number}{chr(97 + place)}"


def _item_texts(item: PlanItem, jurisdictions: Jurisdictions) -> dict[str, str]:
    if isinstance(item, DraftPlan):
        return {**_pair("title", item.title), "link": item.link}
    if isinstance(item, DraftPriority):
        pairs = {name: getattr(item, name) for name in ("title", "short", "issue", "outcome")}
        lists = {
            name: Bilingual("\n".join(line.en for line in lines), "\n".join(line.fr for line in lines))
            for name, lines in (("consequences", item.consequences), ("results", item.results))
        }
        return {code: text for name, value in (pairs | lists).items() for code, text in _pair(name, value).items()}
    if isinstance(item, DraftActivity):
        texts = {**_pair("title", item.title), **_pair("text", item.text), **_pair("due_words", item.due_words)}
        due = DueDate(item.due_year, item.due_month, item.due_day).key
        return {**texts, DUE: due, ONGOING: YES_CHOICE if item.ongoing else ""}
    own = jurisdictions.get(item.jurisdiction_id or 0)
    return {
        JURISDICTION: jurisdiction_choice(*own) if own else "",
        ROLE_KIND: choice(ROLE_LABELS[item.role]),
        **_pair("assignee", item.assignee),
    }


def _pair(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_en": text.en, f"{name}_fr": text.fr}


def jurisdiction_of(text: str, jurisdictions: Jurisdictions) -> int | None:
    """Return the id of the jurisdiction with this code, name or drop-down label, or None."""
    words = {
        fold_text(word): id_
        for id_, (code, name) in jurisdictions.items()
        for word in (jurisdiction_choice(code, name), name.en, name.fr, code)
    }
    return words.get(" ".join(fold_text(text).split()))


def due_of(text: str, year: int) -> DueDate | None:
    """Parse a due month or day; return None if the text is not one. A date without a year is in the plan's year."""
    written = parse_written_date(text, date(year, 1, 1), is_past=False)
    if written is None or not 2000 <= written.day.year <= 2100:
        return None
    return DueDate(written.day.year, written.day.month, None if written.month_only else written.day.day)


def with_texts(item: PlanItem, changed: Texts, year: int, jurisdictions: Jurisdictions) -> PlanItem:
    """Return an item of a plan with the texts of the changed columns, which must be valid."""
    if isinstance(item, DraftPlan):
        link = complete_address(changed["link"]) if "link" in changed else item.link
        return replace(item, title=_changed_pair("title", item.title, changed), link=link)
    if isinstance(item, DraftPriority):
        pairs = {name: _changed_pair(name, getattr(item, name), changed) for name in ("title", "short", "issue", "outcome")}
        lists = {name: _changed_lines(name, getattr(item, name), changed) for name in ("consequences", "results")}
        return with_stale_texts(item, replace(item, **pairs, **lists))  # type: ignore[arg-type]
    if isinstance(item, DraftActivity):
        pairs = {name: _changed_pair(name, getattr(item, name), changed) for name in ("title", "text", "due_words")}
        due = due_of(changed.get(DUE, ""), year) or DueDate(item.due_year, item.due_month, item.due_day)
        ongoing = bool(mark_of(changed[ONGOING])) if ONGOING in changed else item.ongoing
        dated = replace(item, due_year=due.year, due_month=due.month, due_day=due.day, ongoing=ongoing)
        return with_stale_activity_texts(item, replace(dated, **pairs))  # type: ignore[arg-type]
    role = role_of(changed.get(ROLE_KIND, "")) or item.role
    id_, confirmation = item.jurisdiction_id, item.confirmation
    if JURISDICTION in changed:
        id_ = jurisdiction_of(changed[JURISDICTION], jurisdictions)
        confirmation = Confirmation.VACANT if id_ is None else Confirmation.TO_CONFIRM
    assignee = _changed_pair("assignee", item.assignee, changed)
    return replace(item, role=role, jurisdiction_id=id_, confirmation=confirmation, assignee=assignee)


def _changed_pair(name: str, text: Bilingual, changed: Texts) -> Bilingual:
    return Bilingual(changed.get(f"{name}_en", text.en), changed.get(f"{name}_fr", text.fr))


def _changed_lines(name: str, lines: tuple[Bilingual, ...], changed: Texts) -> tuple[Bilingual, ...]:
    if f"{name}_en" not in changed and f"{name}_fr" not in changed:
        return lines
    sides = [
        changed[f"{name}_{lang}"].split("\n") if f"{name}_{lang}" in changed else [line.exact_text(lang) for line in lines]
        for lang in ("en", "fr")
    ]
    count = max(map(len, sides))
    english, french = ([line.strip() for line in side] + [""] * (count - len(side)) for side in sides)
    return tuple(Bilingual(en, fr) for en, fr in zip(english, french, strict=True) if en or fr)


_NEW: dict[str, Callable[[int, int], PlanItem]] = {
    PRIORITY: lambda key, _: DraftPriority(key, EMPTY_TEXT, EMPTY_TEXT),
    ACTIVITY: lambda key, year: DraftActivity(key, EMPTY_TEXT, EMPTY_TEXT, year, 12),
    ROLE: lambda key, _: DraftAssignment(key, AssignmentRole.NOT_STATED, Confirmation.VACANT),
}


def new_item(kind: str, key: int, year: int) -> PlanItem:
    """Return an item of this kind without texts."""
    return _NEW[kind](key, year)
