"""Selecting which reported items (candidates) the deck shows, in which order and wording."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import request
from flask_babel import gettext as _

from cogwg.briefing.outline import Outline, PickedChange, PickedNews
from cogwg.briefing.overrides import changed_text, with_override
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.web.briefings.editor.fields import (
    UNPLACED,
    BilingualForm,
    RowPosition,
    focus_target,
    move_row,
    posted_order,
    posted_original,
    posted_text,
    pressed_button,
    row_positions,
)
from cogwg.web.briefings.editor.merging import merge_text, merge_value
from cogwg.web.briefings.editor.step import EditorContext, LabelledText, MergedForm, StepForm, bilingual_texts
from cogwg.web.http import i18n, pagination
from cogwg.web.http.filters import in_language_of

MAX_ROWS_WITH_BOXES = 200
"""In a list of up to this many rows, each row has its text boxes on the page.

In a longer list without pages, only rows that are reworded, or whose boxes the user asked for, have text boxes.
"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reported item that the deck may show. ``original`` is its text before any rewording.

    Its title is ``lead``, such as the jurisdiction, followed by ``words``, which are taken from ``original``. The item can be
    moved only within its ``group``. ``facts`` is the reported item itself, which the page describes.
    """

    key: str
    group: Hashable
    lead: str
    words: str
    original: Bilingual
    facts: Any

    @property
    def title(self) -> str:
        return f"{self.lead}{self.words}"

    @property
    def heading(self) -> str:
        """The title as HTML. ``words`` are marked up with their language if that is not the page's."""
        return in_language_of(self.original, self.words, self.lead)

    @property
    def label(self) -> str:
        """The label of the checkbox: the lead and the whole text, so that the page does not repeat the text."""
        return in_language_of(self.original, self.original.text(i18n.current_language()), self.lead)


@dataclass(frozen=True, slots=True)
class CandidateChoice:
    """A candidate, and whether it is selected. ``is_new`` means that it was reported after the selection was saved.

    Only a choice that ``has_boxes`` has its text boxes on the page. The others keep the reported text.
    """

    candidate: Candidate
    is_ticked: bool
    wording: Bilingual
    is_new: bool = False
    position: RowPosition = UNPLACED
    has_boxes: bool = True

    @property
    def text_form(self) -> BilingualForm:
        return BilingualForm(self.candidate.key, _("Text for the deck"), self.wording, has_focus=self.is_wording_requested)

    @property
    def is_wording_requested(self) -> bool:
        return self.position.focused_button == "words"

    @property
    def is_reworded(self) -> bool:
        return bool(self.wording) and self.wording != self.candidate.original

    @property
    def is_open(self) -> bool:
        """Whether the section with the text boxes is open, because the user asked for them or a text has an error."""
        return self.is_wording_requested or self.text_form.has_errors

    @property
    def deck_wording(self) -> Bilingual:
        """Return the wording to store: only what differs from the reported text."""
        return changed_text(self.wording, self.candidate.original)


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The candidates for one list in the deck. ``picks`` are the keys of the selected ones, in order, with their wording.

    Until a selection is saved, ``is_saved`` is false and ``picks`` is the default. If ``has_pages``, a long list is shown in
    pages, and a posted form has the rows of one page.
    """

    candidates: Sequence[Candidate]
    picks: Sequence[tuple[str, Bilingual]]
    is_saved: bool
    has_pages: bool = False

    @property
    def is_paged(self) -> bool:
        return self.has_pages and len(self.candidates) > pagination.PAGE_SIZE

    def stored_choices(self, outline: Outline) -> list[CandidateChoice]:
        """Return the stored choices: the selected candidates in their order, then the rest.

        A candidate that the saved selection left out is not new, and keeps its wording.
        """
        known = {c.key: c for c in self.candidates}
        picked = {key: with_override(wording, known[key].original) for key, wording in self.picks if key in known}
        old = {*picked, *outline.left}
        wordings = {left_out.key: left_out.wording for left_out in outline.left_wordings}
        rest = [(c, with_override(wordings.get(c.key, EMPTY_TEXT), c.original)) for c in self.candidates if c.key not in picked]
        return self._with_positions(
            [CandidateChoice(known[key], True, wording) for key, wording in picked.items()]
            + [CandidateChoice(c, False, words, is_new=self.is_saved and c.key not in old) for c, words in rest]
        )

    def posted_choices(self, outline: Outline) -> list[CandidateChoice]:
        """Return the posted choices, changed by the action of the pressed button.

        Rows on other pages stay as stored in the outline, unless the button selects all or none.
        """
        known = {c.key: c for c in self.candidates}
        verb, key = pressed_button()
        posted = [row for row in posted_order() if row in known]
        choices = {row: CandidateChoice(known[row], _is_ticked(row, verb), _posted_wording(known[row])) for row in posted}
        order = posted
        if self.is_paged:
            stored = self.stored_choices(outline)
            order = _merge_order(stored, posted)
            choices = {c.candidate.key: _changed_elsewhere(c, verb) for c in stored} | choices
        if key in known:
            order = move_row(order, key, verb, [row for row in order if known[row].group == known[key].group])
        rest = [c for c in self.candidates if c.key not in choices]
        return self._with_positions(
            [choices[row] for row in order] + [CandidateChoice(c, verb == "all", c.original, is_new=True) for c in rest]
        )

    def _with_positions(self, choices: Sequence[CandidateChoice]) -> list[CandidateChoice]:
        """Return the choices with their positions. The row that the user just moved, or asked to reword, gets the focus."""
        groups = [[c.candidate.key for c in group] for group in by_group(choices).values()]
        positions = {position.key: position for keys in groups for position in row_positions(keys, *focus_target())}
        placed = [replace(c, position=positions[c.candidate.key]) for c in choices]
        if self.is_paged or len(choices) <= MAX_ROWS_WITH_BOXES:
            return placed
        return [replace(c, has_boxes=c.is_reworded or c.is_wording_requested) for c in placed]


def _merge_order(stored: Sequence[CandidateChoice], posted: Sequence[str]) -> list[str]:
    """Return the order of all rows: in each group, the posted rows share the places that they had, in their new order."""
    order: list[str] = []
    for group in by_group(stored).values():
        keys = [c.candidate.key for c in group]
        own = set(keys)
        moved = iter([row for row in posted if row in own])
        shown = set(posted)
        order += [next(moved) if key in shown else key for key in keys]
    return order


def _changed_elsewhere(choice: CandidateChoice, verb: str) -> CandidateChoice:
    """Return the choice for a row that is not on the posted page. Only the buttons for all rows change it."""
    return replace(choice, is_ticked=verb == "all", is_new=False) if verb in ("all", "none") else choice


def _is_ticked(key: str, verb: str) -> bool:
    return verb == "all" or (verb != "none" and f"tick-{key}" in request.form)


def _posted_wording(candidate: Candidate) -> Bilingual:
    """Return the typed wording. A box that is empty, was not sent or still has the default text gets the reported text."""
    return with_override(changed_text(posted_text(candidate.key), posted_original(candidate.key)), candidate.original)


def by_group(choices: Iterable[CandidateChoice]) -> dict[Hashable, list[CandidateChoice]]:
    """Return the choices by group, in their order."""
    groups: dict[Hashable, list[CandidateChoice]] = {}
    for choice in choices:
        groups.setdefault(choice.candidate.group, []).append(choice)
    return groups


@dataclass(frozen=True, slots=True)
class SelectionForm(StepForm):
    """A step that selects what the deck's lists show.

    ``lists`` maps the name of the outline's field that stores a list to the choices of the list.
    """

    lists: Mapping[str, Sequence[CandidateChoice]]

    @staticmethod
    @abstractmethod
    def candidate_lists(editor: EditorContext) -> Mapping[str, CandidateList]:
        """Map the name of each field of the outline that stores a selection to the candidates of its list."""

    @staticmethod
    @abstractmethod
    def picks(ticked: Sequence[CandidateChoice]) -> tuple[PickedChange | PickedNews, ...]:
        """Return the selected candidates of a list as the outline stores them."""

    @classmethod
    def load(cls, editor: EditorContext) -> Self:
        outline = editor.briefing.outline
        return cls({name: candidates.stored_choices(outline) for name, candidates in cls.candidate_lists(editor).items()})

    @classmethod
    def parse(cls, editor: EditorContext) -> Self:
        outline = editor.briefing.outline
        return cls({name: candidates.posted_choices(outline) for name, candidates in cls.candidate_lists(editor).items()})

    @property
    def choices(self) -> list[CandidateChoice]:
        return [choice for choices in self.lists.values() for choice in choices]

    @property
    def ticked_count(self) -> int:
        return len(_ticked(self.choices))

    @property
    def texts(self) -> Iterable[BilingualForm]:
        return [choice.text_form for choice in self.choices]

    @property
    def positions(self) -> Iterable[RowPosition]:
        return [choice.position for choice in self.choices]

    @property
    def order(self) -> str:
        return " ".join(choice.candidate.key for choice in self.choices)

    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with the selection, and the keys and wordings of the candidates that were not selected.

        Candidates that are new are not among these keys.
        """
        others = tuple(key for key in outline.left if _list_name(key) not in self.lists)
        other_wordings = tuple(left_out for left_out in outline.left_wordings if _list_name(left_out.key) not in self.lists)
        own = tuple(PickedChange(c.candidate.key, c.deck_wording) for c in self.choices if c.deck_wording and not c.is_ticked)
        left_out = tuple(c.candidate.key for c in self.choices if not (c.is_ticked or c.is_new))
        selected: dict[str, Any] = {name: self.picks(_ticked(choices)) for name, choices in self.lists.items()}
        return replace(outline, left=others + left_out, left_wordings=other_wordings + own, **selected)

    def labelled_texts(self) -> dict[str, LabelledText]:
        """Return the selection as text: for each list its order, and for each item whether it is selected and its wording."""
        return {**self._item_texts(), **self._order_texts()}

    def _item_texts(self) -> dict[str, LabelledText]:
        texts = {}
        for choice in self.choices:
            key, title = choice.candidate.key, choice.candidate.title
            state = _("selected") if choice.is_ticked else _("not selected")
            texts[f"tick-{key}"] = LabelledText(title, state)
            texts |= bilingual_texts(key, title, choice.wording)
        return texts

    def _order_texts(self) -> dict[str, LabelledText]:
        headings = {"changes": _("Changes"), "milestones": _("Milestones"), "challenges": _("Challenges")}
        return {
            name: LabelledText(
                _("%(heading)s in the deck, in order", heading=headings[name]),
                "; ".join(choice.candidate.title for choice in _ticked(choices)),
            )
            for name, choices in self.lists.items()
        }

    def merge(self, base: Self, stored: Self) -> MergedForm[Self]:
        """Merge the selection and the wording of each item. The order is the typed one if this person moved an item."""
        lists, moved_twice = {}, []
        for name, typed in self.lists.items():
            lists[name], has_two_orders = _merge_choices(base.lists[name], stored.lists[name], typed)
            if has_two_orders:
                moved_twice.append(name)
        form = replace(self, lists=lists)
        new_rows = {choice.candidate.key for choice in self.choices if choice.is_new}

        def texts_of(version: Self) -> dict[str, LabelledText]:
            orders = version._order_texts()
            items = {key: text for key, text in version._item_texts().items() if not _is_about(key, new_rows)}
            return items | {name: orders[name] for name in moved_twice}

        return MergedForm(form, texts_of(base), texts_of(stored), texts_of(self), form.labelled_texts())


def _is_about(key: str, candidates: Collection[str]) -> bool:
    """Return whether the key of a text is that of one of these candidates."""
    return key.removeprefix("tick-") in candidates or key.rpartition("-")[0] in candidates


def _merge_choices(
    base: Sequence[CandidateChoice], stored: Sequence[CandidateChoice], typed: Sequence[CandidateChoice]
) -> tuple[list[CandidateChoice], bool]:
    """Merge the choices of a list. The second value is whether both people moved items.

    A row that was not on the posted page stays as it is stored.
    """
    before, saved, own = ({choice.candidate.key: choice for choice in choices} for choices in (base, stored, typed))
    moves_typed = _is_reordered(base, typed)
    has_two_orders = moves_typed and _is_reordered(base, stored) and _is_reordered(stored, typed)

    def merge(key: str) -> CandidateChoice:
        versions = [choices[key] for choices in (before, saved, own)]
        if own[key].is_new:
            return saved[key]
        return replace(
            own[key] if moves_typed else saved[key],
            is_ticked=merge_value(*(choice.is_ticked for choice in versions)),
            wording=merge_text(*(choice.wording for choice in versions)),
            is_new=False,
            has_boxes=saved[key].has_boxes or own[key].has_boxes,
        )

    return [merge(key) for key in (own if moves_typed else saved)], has_two_orders


def _is_reordered(before: Sequence[CandidateChoice], after: Sequence[CandidateChoice]) -> bool:
    """Return whether the items that are selected in both versions are in a different order."""
    orders = [[choice.candidate.key for choice in _ticked(choices)] for choices in (before, after)]
    common = set(orders[0]) & set(orders[1])
    first, second = ([key for key in order if key in common] for order in orders)
    return first != second


def _list_name(key: str) -> str:
    """Return the name of the list that offers a candidate with this key."""
    return {"milestone": "milestones", "challenge": "challenges"}.get(key.partition("-")[0], "changes")


def _ticked(choices: Iterable[CandidateChoice]) -> list[CandidateChoice]:
    return [choice for choice in choices if choice.is_ticked]
