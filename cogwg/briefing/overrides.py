"""Override default texts with a deck's own wording, one language at a time. Pure functions.

A language that a co-chair did not reword follows the current data. A sentence that was reworded only in English therefore does
not keep outdated figures in French, and the checklist can show that the French was not reworded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cogwg.briefing.gap_sources import GapSource
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language

Lines = Sequence[Bilingual]


@dataclass(frozen=True, slots=True)
class OneLanguageOverride:
    """A text that was reworded in one language only: ``lang`` is that language, and ``source`` the place where the text can be
    fixed.
    """

    lang: Language
    source: GapSource


def with_override(override: Bilingual, default: Bilingual) -> Bilingual:
    """Return the override in each language that has one, else the default text."""
    return Bilingual(override.en or default.en, override.fr or default.fr)


def changed_text(text: Bilingual, default: Bilingual) -> Bilingual:
    """Return the text in the languages in which it differs from the default; in the others it is empty."""
    return Bilingual("" if text.en == default.en else text.en, "" if text.fr == default.fr else text.fr)


def overridden_language(override: Bilingual, default: Bilingual) -> Language | None:
    """Return the language in which the text was reworded, if it is only one and the default has text in both; None otherwise.

    A text in a language in which the default is empty is a translation, not a rewording.
    """
    new = [lang for lang in Language if changed_text(override, default).exact_text(lang)]
    return new[0] if len(new) == 1 and not default.missing_languages and default else None


def lines_with_override(override: Lines, default: Lines) -> tuple[Bilingual, ...]:
    """Return, for each language, the override's lines or, if it has none in that language, the default lines."""
    en, fr = (_column(override, lang) or _column(default, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def changed_lines(lines: Lines, default: Lines) -> tuple[Bilingual, ...]:
    """Return, for each language, all lines if any of them differs from the default; a language without changes is empty."""
    en, fr = ([] if _column(lines, lang) == _column(default, lang) else _column(lines, lang) for lang in Language)
    return tuple(Bilingual(*pair) for pair in zip_longest(en, fr, fillvalue=""))


def overridden_lines_language(override: Lines, default: Lines) -> Language | None:
    """Return the reworded language if lines were reworded in only one and the default has lines in both; None otherwise.

    Also returns None if one language has more lines than the other, because the missing lines are a gap of their own.
    """
    if len(set(line_counts(lines_with_override(override, default)).values())) > 1:
        return None
    without_translations = tuple(
        Bilingual(*(line.exact_text(lang) if usual.exact_text(lang) else "" for lang in Language)) if usual else line
        for line, usual in zip_longest(override, default, fillvalue=EMPTY_TEXT)
    )
    return overridden_language(
        *(Bilingual(*("\n".join(_column(lines, lang)) for lang in Language)) for lines in (without_translations, default))
    )


def line_counts(lines: Lines) -> dict[Language, int]:
    """Return the number of points or paragraphs in each language."""
    return {lang: len(_column(lines, lang)) for lang in Language}


def _column(lines: Lines, lang: Language) -> list[str]:
    """Return the lines in a language, without the empty ones at the end."""
    column = [line.exact_text(lang) for line in lines]
    while column and not column[-1]:
        column.pop()
    return column
