"""Rules for news: what a milestone or challenge must contain, and the state transitions of a challenge. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_line, clean_text, same_wording_key
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems, length_problems
from cogwg.core.text_states import language_to_translate
from cogwg.core.web_addresses import address_problem
from cogwg.core.written_dates import exact_date_problem
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.rules import LABEL_LIMIT, LabelledLink, label_texts

THEME_LIMIT = 60
LINKS_LIMIT = 10

Problem = tuple[str, Message]


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    """The content of a milestone; ``happened`` is its date as typed: 2020-09, 2020-09-24 or empty."""

    text: Bilingual
    links: tuple[LabelledLink, ...] = ()
    under_way: bool = False
    happened: str = ""

    @property
    def texts(self) -> dict[str, Bilingual]:
        """The texts by name. The name of a link's label includes the link's URL."""
        return {"text": self.text} | label_texts(self.links)


@dataclass(frozen=True, slots=True)
class ChallengeDraft:
    """The content of a challenge: its theme and its text."""

    theme: Bilingual = EMPTY_TEXT
    text: Bilingual = EMPTY_TEXT

    @property
    def texts(self) -> dict[str, Bilingual]:
        """The text and the theme, by name."""
        return {"text": self.text, "theme": self.theme}


@dataclass(frozen=True, slots=True)
class DayOrMonth:
    """A day or, with ``month_only``, a month; ``day`` is None if no date was given."""

    day: date | None = None
    month_only: bool = False

    def __str__(self) -> str:
        """Return the date as it is typed into a form (2020-09-24 or 2020-09), empty if there is none."""
        return self.day.isoformat()[: 7 if self.month_only else 10] if self.day is not None else ""


CHALLENGE_STATE_LABELS = {
    ChallengeState.OPEN: Bilingual("Open", "Ouvert"),
    ChallengeState.MITIGATED: Bilingual("Mitigated", "Atténué"),
    ChallengeState.RESOLVED: Bilingual("Resolved", "Résolu"),
}


class ChallengeMove(StrEnum):
    """An action that changes a challenge's state."""

    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    REOPEN = "reopen"


CHALLENGE_TRANSITIONS: dict[tuple[ChallengeState, ChallengeMove], ChallengeState] = {
    (ChallengeState.OPEN, ChallengeMove.MITIGATE): ChallengeState.MITIGATED,
    (ChallengeState.OPEN, ChallengeMove.RESOLVE): ChallengeState.RESOLVED,
    (ChallengeState.MITIGATED, ChallengeMove.RESOLVE): ChallengeState.RESOLVED,
    (ChallengeState.MITIGATED, ChallengeMove.REOPEN): ChallengeState.OPEN,
    (ChallengeState.RESOLVED, ChallengeMove.MITIGATE): ChallengeState.MITIGATED,
    (ChallengeState.RESOLVED, ChallengeMove.REOPEN): ChallengeState.OPEN,
}
"""The allowed transitions of a challenge, from a state and a move to the next state."""


def next_challenge_state(state: ChallengeState, move: ChallengeMove) -> ChallengeState:
    """Return the challenge's state after this move. Raises ``Invalid`` if the transition is not allowed."""
    after = CHALLENGE_TRANSITIONS.get((state, move))
    if after is None:
        raise Invalid(("", Message(N_("This challenge already has this status. Choose another status."))))
    return after


def possible_moves(state: ChallengeState) -> tuple[ChallengeMove, ...]:
    """Return the moves that are possible from a state, in the order of the table."""
    return tuple(move for (before, move) in CHALLENGE_TRANSITIONS if before is state)


_DAY_OR_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)


def parse_day_or_month(written: str, today: date) -> DayOrMonth:
    """Parse a day or month as it was typed. Raises ``Invalid`` if the text is neither, or if the date is in the future."""
    if not written:
        return DayOrMonth()
    match = _DAY_OR_MONTH.fullmatch(written)
    try:
        day = date(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None
    except ValueError:
        day = None
    if problem := exact_date_problem(written):
        raise Invalid(("happened", problem))
    if match is None or day is None:
        raise Invalid(("happened", Message(N_("Enter a month, such as 2020-09, or a date, such as 2020-09-24."))))
    if day > today:
        raise Invalid(("happened", Message(N_("This date is in the future. Leave this field empty until then."))))
    return DayOrMonth(day, month_only=match[3] is None)


def check_milestone(draft: MilestoneDraft, today: date) -> DayOrMonth:
    """Check a milestone and return when it happened. Raises ``Invalid`` with every problem at once.

    A milestone needs a sentence in at least one language, and complete links. Its date must not be in the future.
    """
    problems = [
        *_required_text_problems("text", draft.text, N_("Describe what was achieved in one sentence.")),
        *_link_problems(draft.links),
    ]
    happened = DayOrMonth()
    try:
        happened = parse_day_or_month(draft.happened, today)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    if problems:
        raise Invalid(*problems)
    return happened


def check_challenge(draft: ChallengeDraft) -> None:
    """Check that a challenge has a theme and a sentence, each in at least one language and not too long.

    Raises ``Invalid`` with every problem at once.
    """
    problems = [*_required_text_problems("text", draft.text, N_("Describe the challenge in one sentence."))]
    if not draft.theme:
        problems.append(("theme", Message(N_("Choose a theme or enter a new theme."))))
    for lang in Language:
        problems.extend(length_problems("new_theme", draft.theme.exact_text(lang), THEME_LIMIT))
    if problems:
        raise Invalid(*problems)


def check_translation(text: str, limit: int) -> None:
    """Raise ``Invalid`` if a translation is empty or too long."""
    problems = list(length_problems("text", text, limit))
    if not text:
        problems.append(("text", Message(N_("Enter the translation."))))
    if problems:
        raise Invalid(*problems)


def clean_translation(translation: str, limit: int) -> str:
    """Return a translation cleaned like its field: a text whose limit is not ``TEXT_LIMIT``, such as the label of a link,
    becomes one line.
    """
    return clean_text(translation) if limit == TEXT_LIMIT else clean_line(translation)


def add_translation(text: Bilingual, source_text: str, translation: str, stale: str | None = None) -> Bilingual | None:
    """Return the text with ``translation`` in the language in which it is missing or stale.

    Returns None if no language is missing or stale, or if the text in the other language is no longer ``source_text``.
    """
    lang = language_to_translate(text, stale)
    if lang is None or text.exact_text(lang.other) != source_text:
        return None
    return Bilingual(translation, text.fr) if lang is Language.EN else Bilingual(text.en, translation)


def match_known_theme(theme: Bilingual, known_themes: Iterable[Bilingual]) -> Bilingual:
    """Return the known theme with the same name, preferably one that is in both languages, or else the theme as typed.

    Two names are the same if they differ only in case, whitespace, apostrophes, hyphens or how accents are encoded.
    """
    known = list(known_themes)
    if not theme.missing_languages:
        return theme if theme in known else next((other for other in known if _same_in_both(theme, other)), theme)
    alike = [other for other in known if any(_same_name(theme.exact_text(lang), other.exact_text(lang)) for lang in Language)]
    return min(alike, key=lambda other: len(other.missing_languages), default=theme)


def check_theme_name(name: Bilingual, other_themes: Iterable[Bilingual]) -> None:
    """Raise ``Invalid`` if the new name of a theme is empty, too long, or the name of another theme."""
    problems: list[Problem] = [] if name else [("name_en", Message(N_("Enter a name for the theme.")))]
    for lang in Language:
        problems += length_problems(f"name_{lang}", name.exact_text(lang), THEME_LIMIT)
        if any(_same_name(name.exact_text(lang), other.exact_text(lang)) for other in other_themes):
            taken = N_("Another theme already has this name. To keep only one, merge them.")
            problems.append((f"name_{lang}", Message(taken)))
    if problems:
        raise Invalid(*problems)


def _same_name(first: str, second: str) -> bool:
    return bool(first) and same_wording_key(first) == same_wording_key(second)


def _same_in_both(first: Bilingual, second: Bilingual) -> bool:
    return all(_same_name(first.exact_text(lang), second.exact_text(lang)) for lang in Language)


def _required_text_problems(field: str, text: Bilingual, missing_message: str) -> Iterator[Problem]:
    if not text:
        yield field, Message(missing_message)
    yield from bilingual_length_problems(field, text)


def _link_problems(links: tuple[LabelledLink, ...]) -> Iterator[Problem]:
    for n, link in enumerate(links, 1):
        if not link.url:
            yield f"link{n}_url", Message(N_("Enter the web address of this link, or remove its name."))
        elif problem := address_problem(link.url):
            yield f"link{n}_url", problem
        yield from bilingual_length_problems(f"link{n}_label", link.label, LABEL_LIMIT)
    if len(links) > LINKS_LIMIT:
        yield (
            f"link{LINKS_LIMIT + 1}_url",
            Message(N_("Remove some links. You can have up to %(limit)s."), {"limit": LINKS_LIMIT}),
        )
