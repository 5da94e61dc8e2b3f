"""The deck's own words over what the record says, a language at a time. Pure.

What a co-chair left as it is follows the record, in either language: so that a sentence reworded in English does not keep
yesterday's figures in French, and the checklist can say that the French is not reworded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cogwg.core.bilingual import Bilingual, Language

Lines = Sequence[Bilingual]


@dataclass(frozen=True, slots=True)
class HalfWorded:
    """A text of a slide that is reworded in one language only: a ``line`` that was picked for it, else words of its own."""

    slide: str
    lang: Language
    line: bool = False


def over(own: Bilingual, usual: Bilingual) -> Bilingual:
    """The deck's words where there are some, else what the record says."""
    return Bilingual(own.en or usual.en, own.fr or usual.fr)


def apart(said: Bilingual, usual: Bilingual) -> Bilingual:
    """Of these words those that are not what the record says."""
    return Bilingual("" if said.en == usual.en else said.en, "" if said.fr == usual.fr else said.fr)


def half(own: Bilingual, usual: Bilingual) -> Language | None:
    """The only language that is reworded, where the record says something in the other one too."""
    new = [lang for lang in Language if apart(own, usual).exact_text(lang)]
    return new[0] if len(new) == 1 and usual.exact_text(new[0].other) else None


def lines_over(own: Lines, usual: Lines) -> tuple[Bilingual, ...]:
    """The same of points or paragraphs, all of a language together."""
    en, fr = (_column(own, lang) or _column(usual, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def lines_apart(said: Lines, usual: Lines) -> tuple[Bilingual, ...]:
    """The same of points or paragraphs, all of a language together."""
    en, fr = ([] if _column(said, lang) == _column(usual, lang) else _column(said, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def lines_half(own: Lines, usual: Lines) -> Language | None:
    """The same of points or paragraphs, all of a language together; a language that lacks lines is a gap of its own."""
    if len(set(lines_each(lines_over(own, usual)).values())) > 1:
        return None
    return half(*(Bilingual(*("\n".join(_column(lines, lang)) for lang in Language)) for lines in (own, usual)))


def lines_each(lines: Lines) -> dict[Language, int]:
    """How many points or paragraphs there are in each language."""
    return {lang: len(_column(lines, lang)) for lang in Language}


def _column(lines: Lines, lang: Language) -> list[str]:
    """The lines of a language, without the empty ones at its end."""
    found = [line.exact_text(lang) for line in lines]
    while found and not found[-1]:
        found.pop()
    return found
