"""Text in the two official languages, as one value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """The two official languages; the value is the first segment of every URL path."""

    EN = "en"
    FR = "fr"

    @property
    def other(self) -> Language:
        return Language.FR if self is Language.EN else Language.EN


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text with the language it is actually in, so that a page can set the right ``lang``."""

    text: str
    lang: Language

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in English and French; a language whose text is empty is not translated yet."""

    en: str
    fr: str

    def __composite_values__(self) -> tuple[str, str]:
        return self.en, self.fr

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)

    def exact_text(self, lang: Language | str) -> str:
        """Return the text in exactly this language; empty when it is missing."""
        return self.en if lang == Language.EN else self.fr

    def localized(self, lang: Language | str) -> LocalizedText:
        """Return the text in this language, or else in the other one, with the language it is in."""
        language = Language(lang)
        text = self.exact_text(language)
        if text:
            return LocalizedText(text, language)
        return LocalizedText(self.exact_text(language.other), language.other if self else language)

    def text(self, lang: Language | str) -> str:
        """Return the text in this language, or else in the other one."""
        return self.localized(lang).text

    @property
    def missing_languages(self) -> tuple[Language, ...]:
        """Return the languages in which the text is missing; none if the text is empty in both."""
        return tuple(lang for lang in Language if self and not self.exact_text(lang))


EMPTY_TEXT = Bilingual("", "")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE_EDGE = "\u200b\u200c\u200d\u2060\ufeff\u00a0"


def clean_text(text: str | None) -> str:
    """Return text trimmed and normalized to NFC, with LF line endings and without characters that XML forbids.

    The exchange formats require this: any stored text must be the same after it is written to a workbook and read back.
    """
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _NOT_XML.sub("", plain)).strip().strip(_INVISIBLE_EDGE).strip()


def sort_key(text: str) -> str:
    """Return a sort key that ignores accents and case, so that the order is the same with every database engine."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
