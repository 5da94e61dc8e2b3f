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
class OneLanguageOverride:
    """A text of a slide that is reworded in one language only: a ``is_line`` that was picked for it, else words of its own."""

    slide: str
    lang: Language
    is_line: bool = False


def with_override(override: Bilingual, default: Bilingual) -> Bilingual:
    """The deck's words where there are some, else what the record says."""
    return Bilingual(override.en or default.en, override.fr or default.fr)


def changed_text(text: Bilingual, default: Bilingual) -> Bilingual:
    """Of these words those that are not what the record says."""
    return Bilingual("" if text.en == default.en else text.en, "" if text.fr == default.fr else text.fr)


def overridden_language(override: Bilingual, default: Bilingual) -> Language | None:
    """The only language that is reworded, where the record says something in the other one too."""
    new = [lang for lang in Language if changed_text(override, default).exact_text(lang)]
    return new[0] if len(new) == 1 and default.exact_text(new[0].other) else None


def lines_with_override(override: Lines, default: Lines) -> tuple[Bilingual, ...]:
    """The same of points or paragraphs, all of a language together."""
    en, fr = (_column(override, lang) or _column(default, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def changed_lines(lines: Lines, default: Lines) -> tuple[Bilingual, ...]:
    """The same of points or paragraphs, all of a language together."""
    en, fr = ([] if _column(lines, lang) == _column(default, lang) else _column(lines, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def overridden_lines_language(override: Lines, default: Lines) -> Language | None:
    """The same of points or paragraphs, all of a language together; a language that lacks lines is a gap of its own."""
    if len(set(line_counts(lines_with_override(override, default)).values())) > 1:
        return None
    return overridden_language(
        *(Bilingual(*("\n".join(_column(lines, lang)) for lang in Language)) for lines in (override, default))
    )


def line_counts(lines: Lines) -> dict[Language, int]:
    """How many points or paragraphs there are in each language."""
    return {lang: len(_column(lines, lang)) for lang in Language}


def _column(lines: Lines, lang: Language) -> list[str]:
    """The lines of a language, without the empty ones at its end."""
    found = [line.exact_text(lang) for line in lines]
    while found and not found[-1]:
        found.pop()
    return found
