"""Messages in both languages, from the same catalogue as the site, because a workbook shows both at once."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Message

_CATALOGUE = Path(__file__).parents[1] / "translations/fr/LC_MESSAGES/messages.mo"


@cache
def _french() -> GNUTranslations:
    with _CATALOGUE.open("rb") as file:
        return GNUTranslations(file)


def bilingual(message: Message) -> Bilingual:
    """Return a message in both languages."""
    french = _french().gettext(message.id)
    if not message.values:
        return Bilingual(message.id, french)
    values = [
        {name: value.text(lang) if isinstance(value, Bilingual) else value for name, value in message.values.items()}
        for lang in Language
    ]
    return Bilingual(message.id % values[0], french % values[1])


def both_lines(text: Bilingual, lang: Language) -> str:
    """Return a text in both languages on two lines, with ``lang`` first."""
    texts = [text.exact_text(lang), text.exact_text(lang.other)]
    return "\n".join(dict.fromkeys(filter(None, texts)))
