"""What a commitment steward enters about an engagement cycle, as frozen values, and the rules for these values. This module
needs no database.

In a value that was read, ``stale`` lists its texts that are stale in a language. It is not stored when the value is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT, bilingual_length_problems, length_problems
from cogwg.core.text_states import StalePairs
from cogwg.core.web_addresses import address_problem
from cogwg.engagement.scales import Channel

TITLE_LIMIT, WHEN_LIMIT, LABEL_LIMIT = 200, 200, 200
"""The most characters that the columns can store."""
LIST_LIMIT = 50
"""The most phases of a cycle, and the most documents or lines of a phase."""
MOST_PER_NETWORK = 1000
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
RESERVED_KEYS = frozenset({"new", "comments", "moderation", "what-we-heard"})
"""Words that cannot be keys, because they are part of the URLs of other pages on engagement."""
Problems = Iterator[tuple[str, Message]]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document of a phase: its URL, and its label."""

    url: str
    label: Bilingual = EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """All stored values of a phase. For the meaning of the fields, see ``EngagementPhase``."""

    key: str
    title: Bilingual
    starts_on: date
    ends_on: date | None = None
    when: Bilingual = EMPTY_TEXT
    about: Bilingual = EMPTY_TEXT
    asked: Bilingual = EMPTY_TEXT
    result: Bilingual = EMPTY_TEXT
    result_link: str = ""
    channels: tuple[Channel, ...] = ()
    documents: tuple[DocumentFacts, ...] = ()
    takes_comments: bool = False
    most_per_network: int = 20
    publishable: bool = True
    report_expected: bool = True
    going_forward: bool = True
    participants: Bilingual = EMPTY_TEXT
    subjects: tuple[Bilingual, ...] = ()
    departments: tuple[Bilingual, ...] = ()
    rationale: Bilingual = EMPTY_TEXT
    stale: StalePairs = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """All stored values of a cycle, with its phases in order. ``plan`` is the first year of its action plan, or None."""

    key: str
    title: Bilingual
    summary: Bilingual = EMPTY_TEXT
    throughout: tuple[Bilingual, ...] = ()
    plan: int | None = None
    phases: tuple[PhaseFacts, ...] = ()
    stale: StalePairs = field(default=(), compare=False)


def phase_part(key: str) -> str:
    """Return the name by which ``still_right`` refers to a phase of a cycle."""
    return f"phase {key}"


def check_cycle(facts: CycleFacts) -> None:
    """Check the values, as far as this needs no database. Raises ``Invalid`` with all problems, each with its field, such as
    ``phases-0-title_en``.
    """
    problems = [*_cycle_problems(facts), *_phase_problems(facts.phases)]
    if problems:
        raise Invalid(*problems)


def _cycle_problems(facts: CycleFacts) -> Problems:
    yield from _key_problems("key", facts.key)
    if not facts.title:
        yield "title_en", Message(N_("Enter the title, in English or French."))
    yield from bilingual_length_problems("title", facts.title, TITLE_LIMIT)
    yield from bilingual_length_problems("summary", facts.summary)
    yield from _lines_problems("throughout", facts.throughout)


def _key_problems(field: str, key: str) -> Problems:
    if not _KEY.fullmatch(key):
        sentence = N_(
            "Enter a word of at most 40 characters for the web address, such as fourth-plan. Use only lowercase letters "
            "without accents, digits and hyphens."
        )
        yield field, Message(sentence)
    elif key in RESERVED_KEYS:
        yield field, Message(N_("The web address of another page already uses “%(key)s”. Enter another word."), {"key": key})


def _lines_problems(name: str, lines: tuple[Bilingual, ...]) -> Problems:
    if len(lines) > LIST_LIMIT:
        yield name, _too_many()
    for lang in ("en", "fr"):
        yield from length_problems(f"{name}_{lang}", "\n".join(line.exact_text(lang) for line in lines), TEXT_LIMIT)


def _too_many() -> Message:
    return Message(N_("Enter at most %(limit)s items."), {"limit": LIST_LIMIT})


def _phase_problems(phases: tuple[PhaseFacts, ...]) -> Problems:
    if len(phases) > LIST_LIMIT:
        yield "phases", _too_many()
    keys: set[str] = set()
    for i, phase in enumerate(phases):
        field = f"phases-{i}"
        yield from _key_problems(f"{field}-key", phase.key)
        if phase.key in keys:
            sentence = N_("This cycle already has a phase “%(key)s”. Enter another word for the web address.")
            yield f"{field}-key", Message(sentence, {"key": phase.key})
        keys.add(phase.key)
        if not phase.title:
            yield f"{field}-title_en", Message(N_("Enter the title, in English or French."))
        if phase.ends_on is not None and phase.ends_on < phase.starts_on:
            yield (
                f"{field}-ends_on",
                Message(N_("The last day is before the first day. Correct it, or leave the field empty.")),
            )
        if not 1 <= phase.most_per_network <= MOST_PER_NETWORK:
            sentence = N_("Enter a number from 1 to %(limit)s.")
            yield f"{field}-most_per_network", Message(sentence, {"limit": MOST_PER_NETWORK})
        if not phase.going_forward and not phase.rationale:
            yield f"{field}-rationale_en", Message(N_("Explain why this phase is not going forward."))
        yield from bilingual_length_problems(f"{field}-title", phase.title, TITLE_LIMIT)
        yield from bilingual_length_problems(f"{field}-when", phase.when, WHEN_LIMIT)
        for name in ("about", "asked", "result", "participants", "rationale"):
            yield from bilingual_length_problems(f"{field}-{name}", getattr(phase, name))
        for name in ("subjects", "departments"):
            yield from ((f"{field}-{own}", message) for own, message in _lines_problems(name, getattr(phase, name)))
        if phase.result_link and (problem := address_problem(phase.result_link)):
            yield f"{field}-result_link", problem
        yield from _document_problems(field, phase.documents)


def _document_problems(phase: str, documents: tuple[DocumentFacts, ...]) -> Problems:
    if len(documents) > LIST_LIMIT:
        yield f"{phase}-documents", _too_many()
    for i, document in enumerate(documents):
        field = f"{phase}-documents-{i}"
        if problem := address_problem(document.url):
            yield f"{field}-url", problem
        if not document.label:
            yield f"{field}-label_en", Message(N_("Enter what this document is, in English or French."))
        yield from bilingual_length_problems(f"{field}-label", document.label, LABEL_LIMIT)
