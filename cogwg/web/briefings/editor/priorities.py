"""The step that adds text to each priority's slide: progress to highlight, and requests to the Joint Councils."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ActivityState
from cogwg.briefing.outline import AskTerms, Outline, PriorityWording, set_priority_wording
from cogwg.briefing.services import OutlineChange
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.status import Status
from cogwg.plan.queries import PriorityFacts
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.fields import BilingualForm, DayForm, focus_target, posted_text, pressed_button
from cogwg.web.briefings.editor.merging import MatchedItem, merge_lists, merge_text
from cogwg.web.briefings.editor.step import (
    EditorContext,
    LabelledText,
    MergedForm,
    StepForm,
    bilingual_texts,
    handle_step,
)
from cogwg.web.briefings.editor.terms import (
    NO_TYPED_TERMS,
    TermsFields,
    TypedTerms,
    merge_terms,
    posted_terms,
    stored_terms,
)

Ask = tuple[Bilingual, TypedTerms]
NO_ASK: Ask = (EMPTY_TEXT, NO_TYPED_TERMS)
ASKS_LIMIT = 20
"""The maximum number of requests on a priority's slide."""


@dataclass(frozen=True, slots=True)
class AskRow:
    """The fields of a request: its text, who decides, and by when. The names of its fields begin with ``name``."""

    name: str
    label: str
    text: Bilingual = EMPTY_TEXT
    typed_terms: TypedTerms = NO_TYPED_TERMS
    has_focus: bool = False

    @property
    def text_form(self) -> BilingualForm:
        problem = _("Enter the request.") if self.typed_terms and not self.text else ""
        return BilingualForm(self.name, self.label, self.text, problems=problem, has_focus=self.has_focus, rows=1)

    @property
    def terms(self) -> TermsFields:
        return TermsFields(self.name, _("Who decides"), self.typed_terms)

    @property
    def request(self) -> tuple[Bilingual, AskTerms]:
        return self.text, AskTerms(self.typed_terms.who, self.terms.by)

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.typed_terms)

    @property
    def has_errors(self) -> bool:
        return self.text_form.has_errors or self.terms.has_errors


@dataclass(frozen=True, slots=True)
class TypedAdditions:
    """What the co-chairs add to a priority's slide, as stored or as typed: a highlight and requests with their terms."""

    highlight: Bilingual
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class PriorityRow:
    """A priority with its overall status, the reason for that status, and what the co-chairs add to its slide.

    ``highlight_options`` are the activities whose progress may be highlighted. ``focused_button`` is the action just taken on
    this priority: the text box that was filled ("use") or added ("ask") gets the focus.
    """

    facts: PriorityFacts
    status: Status | None
    reason: Bilingual
    highlight_options: tuple[ActivityState, ...]
    year: int
    typed: TypedAdditions
    focused_button: str = ""

    @property
    def number(self) -> int:
        return self.facts.number

    @property
    def highlight_form(self) -> BilingualForm:
        uses_line = self.focused_button == "use"
        return BilingualForm(f"highlight-{self.number}", _highlight_label(), self.typed.highlight, has_focus=uses_line)

    @property
    def asks(self) -> list[AskRow]:
        """Return the fields for each request, and for one more request if the limit allows it."""
        asks = self.typed.asks if len(self.typed.asks) >= ASKS_LIMIT else (*self.typed.asks, NO_ASK)
        adds_ask = self.focused_button == "ask"
        return [
            AskRow(f"ask-{self.number}-{n}", _ask_label(n), text, terms, has_focus=adds_ask and n == len(asks))
            for n, (text, terms) in enumerate(asks, 1)
        ]

    @property
    def texts(self) -> Iterator[BilingualForm]:
        yield self.highlight_form
        for ask in self.asks:
            yield from (ask.text_form, ask.terms.who_form)

    @property
    def additions(self) -> PriorityWording:
        """Return the additions as they are stored, without a day that cannot be read as a date."""
        requests = (ask.request for ask in self.asks if not ask.is_empty)
        return PriorityWording(self.number, self.typed.highlight, year=self.year).with_requests(requests)


@dataclass(frozen=True, slots=True)
class PrioritiesForm(StepForm):
    """The priorities that have a slide: those of the announced plan if there is one, else those of the briefing's plan."""

    step = "priorities"
    action = OutlineChange.NOTED_PRIORITY
    template = "briefings/editor/priorities.html"
    next_step = "next-steps"
    erases_emptied_texts = True

    year: int
    rows: tuple[PriorityRow, ...]

    @classmethod
    def load(cls, editor: EditorContext) -> Self:
        outline = editor.briefing.outline
        return cls._make(editor, lambda wording, _options: _stored_additions(wording), outline)

    @classmethod
    def parse(cls, editor: EditorContext) -> Self:
        return cls._make(editor, _posted_additions, editor.briefing.outline)

    @classmethod
    def _make(
        cls,
        editor: EditorContext,
        additions_of: Callable[[PriorityWording, tuple[ActivityState, ...]], TypedAdditions],
        outline: Outline,
    ) -> Self:
        shown = editor.source.announced or editor.source
        year = shown.plan.year
        verb, key = focus_target()
        rows = []
        for facts, assessment, row in zip(shown.plan.priorities, shown.overall_assessments, shown.rows, strict=True):
            options = tuple(state for state in row.states if state.progress)
            typed = additions_of(outline.priority_wording(year, facts.number), options)
            button = verb if key.partition(" ")[0] == str(facts.number) else ""
            rows.append(PriorityRow(facts, assessment.status, assessment.reason, options, year, typed, button))
        return cls(year, tuple(rows))

    @property
    def texts(self) -> Iterable[BilingualForm]:
        return [text for row in self.rows for text in row.texts]

    @property
    def days(self) -> Iterable[DayForm]:
        return [ask.terms.day_form for row in self.rows for ask in row.asks]

    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with these additions. Raises ``Invalid`` if a field of a request has an error."""
        if any(ask.has_errors for row in self.rows for ask in row.asks):
            raise Invalid(("priorities", Message(N_("Check the requests."))))
        for row in self.rows:
            if row.additions != outline.priority_wording(row.additions.year, row.number):
                outline = set_priority_wording(outline, row.additions)
        return replace(outline, priorities=tuple(p for p in outline.priorities if p.highlight or p.asks))

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        texts: dict[str, LabelledText] = {}
        for row in self.rows:
            name = _("Priority %(number)s", number=row.number)
            texts |= bilingual_texts(f"highlight-{row.number}", f"{name}, {_highlight_label()}", row.additions.highlight)
            for ask in row.asks:
                if not ask.is_empty:
                    texts |= bilingual_texts(ask.name, f"{name}, {ask.label}", ask.text)
                    texts |= ask.terms.labelled_texts(f"{name}, {ask.label}")
        return texts

    def merge(self, base: Self, stored: Self) -> MergedForm[Self]:
        versions = zip(base.rows, stored.rows, self.rows, strict=True)
        merged = [_merge_additions(*(row.typed for row in rows)) for rows in versions]

        forms = [
            replace(self, rows=tuple(replace(row, typed=typed[n]) for row, typed in zip(self.rows, merged, strict=True)))
            for n in range(4)
        ]
        return MergedForm(forms[3], *(form.labelled_texts() for form in forms))

    def saved_sentence(self) -> str:
        return str(_("The text for the priority slides was saved."))


def _merge_additions(
    base: TypedAdditions, stored: TypedAdditions, typed: TypedAdditions
) -> tuple[TypedAdditions, TypedAdditions, TypedAdditions, TypedAdditions]:
    """Merge what was added to a slide. Return the three versions and the merged one, with the same requests in each."""
    highlight = merge_text(base.highlight, stored.highlight, typed.highlight)
    slots = merge_lists(base.asks, stored.asks, typed.asks, lambda ask: ask[0]).slots
    return (
        TypedAdditions(base.highlight, tuple(slot.base or NO_ASK for slot in slots)),
        TypedAdditions(stored.highlight, tuple(slot.stored or NO_ASK for slot in slots)),
        TypedAdditions(typed.highlight, tuple(slot.typed or NO_ASK for slot in slots)),
        TypedAdditions(highlight, tuple(map(_merge_ask, slots))),
    )


def _merge_ask(slot: MatchedItem[Ask]) -> Ask:
    """Merge a request. If one person removed a request that the other changed, it stays."""
    if slot.typed is None or slot.stored is None:
        return slot.typed or slot.stored or NO_ASK
    base, stored, typed = slot.base or NO_ASK, slot.stored, slot.typed
    return merge_text(base[0], stored[0], typed[0]), merge_terms(base[1], stored[1], typed[1])


def _highlight_label() -> str:
    return str(_("Progress to highlight"))


def _ask_label(number: int) -> str:
    return str(_("Request %(number)s", number=number))


def _stored_additions(wording: PriorityWording) -> TypedAdditions:
    asks = tuple((text, stored_terms(terms.who, terms.by)) for text, terms in wording.requests)
    return TypedAdditions(wording.highlight, asks)


def _posted_additions(wording: PriorityWording, options: tuple[ActivityState, ...]) -> TypedAdditions:
    """Return the additions typed for a priority. The button "use" highlights the progress of one of the ``options``.

    A stored request whose text was emptied is removed with its terms. The terms of a new request without a text stay.
    """
    verb, key = pressed_button()
    number = wording.number
    highlight = posted_text(f"highlight-{number}")
    if verb == "use":
        highlight = next((option.progress for option in options if key == f"{number} {option.code}"), highlight)
    names = [f"ask-{number}-{n}" for n in range(1, ASKS_LIMIT + 1)]
    asks = [(posted_text(name), posted_terms(name)) for name in names]
    stored = len(wording.asks)
    return TypedAdditions(highlight, tuple(ask for n, ask in enumerate(asks) if ask[0] or (ask[1] and n >= stored)))


@blueprint.route("/briefings/<int:id>/priorities", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def priorities(lang: str, id: int) -> Response:
    """Edit the text that the co-chairs add to each priority's slide."""
    return handle_step(lang, id, PrioritiesForm)
