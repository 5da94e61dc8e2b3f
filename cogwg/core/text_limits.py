"""The length limit of entered text, with one error message for all packages."""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import N_, Message

TEXT_LIMIT = 4000


def length_problems(field: str, text: str, limit: int = TEXT_LIMIT) -> Iterator[tuple[str, Message]]:
    """Yield the field and an error message if the text is too long; ``limit`` is in characters."""
    if (over := len(text) - limit) > 0:
        yield (
            field,
            Message(
                N_("Shorten this text to at most %(limit)s characters (%(over)s too many)."),
                {"over": grouped_number(over), "limit": grouped_number(limit)},
            ),
        )


def bilingual_length_problems(field: str, text: Bilingual, limit: int = TEXT_LIMIT) -> Iterator[tuple[str, Message]]:
    """Yield a field and an error message for each language in which the text is too long.

    The fields are ``field`` followed by ``_en`` or ``_fr``.
    """
    for lang in Language:
        yield from length_problems(f"{field}_{lang.value}", text.exact_text(lang), limit)


def grouped_number(number: int) -> Bilingual:
    """Return a number with its thousands separated: by a comma in English, by a no-break space in French."""
    english = f"{number:,}"
    return Bilingual(english, english.replace(",", "\u00a0"))
