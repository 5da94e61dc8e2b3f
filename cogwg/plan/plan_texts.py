"""The texts of priorities and activities, and what they must contain. Pure functions, without a database.

An adopted plan must have its titles in both languages. In a draft, one language is enough, because drafts are translated as
they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems, length_problems
from cogwg.plan.rules import DUE_WORDING_LIMIT

TITLE_LIMIT, SHORT_LIMIT, ACTIVITY_TITLE_LIMIT = 300, 60, 200
"""The maximum lengths in characters, which are those of the database columns."""
Problems = Iterator[tuple[str, Message]]
_MISSING = {Language.EN: N_("Enter this text in English."), Language.FR: N_("Enter this text in French.")}


@dataclass(frozen=True, slots=True)
class PriorityTexts:
    """The texts of a priority. The issue leads to ``consequences``, and the expected outcome leads to ``results``."""

    title: Bilingual
    short: Bilingual
    issue: Bilingual = EMPTY_TEXT
    outcome: Bilingual = EMPTY_TEXT
    consequences: tuple[Bilingual, ...] = ()
    results: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityTexts:
    """The title and text of an activity, the plan's own wording of its due date, and whether it is ongoing."""

    title: Bilingual
    text: Bilingual = EMPTY_TEXT
    due_words: Bilingual = EMPTY_TEXT
    ongoing: bool = False


class HasPriorityTexts(Protocol):
    """A priority of a plan, a draft or a published quarter."""

    @property
    def title(self) -> Bilingual: ...
    @property
    def short(self) -> Bilingual: ...
    @property
    def issue(self) -> Bilingual: ...
    @property
    def outcome(self) -> Bilingual: ...
    @property
    def consequences(self) -> Sequence[Bilingual]: ...
    @property
    def results(self) -> Sequence[Bilingual]: ...


class HasActivityTexts(Protocol):
    """An activity of a plan, a draft or a published quarter."""

    @property
    def title(self) -> Bilingual: ...
    @property
    def text(self) -> Bilingual: ...
    @property
    def due_words(self) -> Bilingual: ...


def priority_texts(priority: HasPriorityTexts) -> dict[str, Bilingual | Sequence[Bilingual]]:
    """Return the texts and lists of a priority by name, in the order of its page."""
    return {name: getattr(priority, name) for name in ("title", "short", "issue", "consequences", "outcome", "results")}


def activity_texts(activity: HasActivityTexts) -> dict[str, Bilingual]:
    """Return the texts of an activity by name."""
    return {"title": activity.title, "text": activity.text, "due_words": activity.due_words}


def check_priority_texts(texts: PriorityTexts, *, is_draft: bool = False) -> None:
    """Check the texts of a priority. Raises ``Invalid`` with all problems, each with its field and language (``title_fr``)."""
    problems = [
        *_line_problems("title", texts.title, TITLE_LIMIT, is_draft=is_draft),
        *_line_problems("short", texts.short, SHORT_LIMIT, is_draft=is_draft),
        *bilingual_length_problems("issue", texts.issue),
        *_list_problems("consequences", texts.consequences, is_draft=is_draft),
        *bilingual_length_problems("outcome", texts.outcome),
        *_list_problems("results", texts.results, is_draft=is_draft),
    ]
    if problems:
        raise Invalid(*problems)


def check_activity_texts(texts: ActivityTexts, *, is_draft: bool = False) -> None:
    """Check the texts of an activity. Raises ``Invalid`` with all problems, each with its field and language (``title_fr``)."""
    problems = [
        *_line_problems("title", texts.title, ACTIVITY_TITLE_LIMIT, is_draft=is_draft),
        *bilingual_length_problems("text", texts.text),
        *bilingual_length_problems("words", texts.due_words, DUE_WORDING_LIMIT),
    ]
    if problems:
        raise Invalid(*problems)


def _line_problems(field: str, text: Bilingual, limit: int, *, is_draft: bool) -> Problems:
    """Yield the problems of a text that is required: in at least one language in a draft, and in both otherwise."""
    if is_draft and not text:
        yield f"{field}_en", Message(N_("Enter this text in English or French."))
    elif not is_draft:
        yield from ((f"{field}_{lang}", Message(_MISSING[lang])) for lang in Language if not text.exact_text(lang))
    yield from bilingual_length_problems(field, text, limit)


def _list_problems(field: str, lines: tuple[Bilingual, ...], *, is_draft: bool) -> Problems:
    """Yield the problems of a bilingual list: lines without a translation at the same position (unless it is a draft), and
    texts that are too long.
    """
    for lang in Language:
        own = [line.exact_text(lang) for line in lines]
        if not is_draft and "" in own:
            sentence = N_("Use the same number of lines in both languages, in the same order.")
            yield f"{field}_{lang}", Message(sentence)
        yield from length_problems(f"{field}_{lang}", "\n".join(own), TEXT_LIMIT)
