"""Text in the two official languages, as one value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """An official language; its value is the first segment of the URL path of each page."""

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
    """A text in English and French. A language in which the text is missing has an empty string."""

    en: str
    fr: str

    def __composite_values__(self) -> tuple[str, str]:
        return self.en, self.fr

    def __bool__(self) -> bool:
        return bool(self.en or self.fr)

    def exact_text(self, lang: Language | str) -> str:
        """Return the text in exactly this language, empty if it is missing."""
        return self.en if lang == Language.EN else self.fr

    def localized(self, lang: Language | str) -> LocalizedText:
        """Return the text in this language or, if it is missing, in the other one, with the language it is in."""
        language = Language(lang)
        text = self.exact_text(language)
        if text:
            return LocalizedText(text, language)
        return LocalizedText(self.exact_text(language.other), language.other if self else language)

    def text(self, lang: Language | str) -> str:
        """Return the text in this language or, if it is missing, in the other one."""
        text, other = (self.en, self.fr) if lang == Language.EN else (self.fr, self.en)
        return text or other

    @property
    def missing_languages(self) -> tuple[Language, ...]:
        """Return the languages in which the text is missing.

        A text that is empty in both languages counts as missing in neither.
        """
        return tuple(lang for lang in Language if self and not self.exact_text(lang))


EMPTY_TEXT = Bilingual("", "")
_NOT_XML = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
"""Line ends: a vertical tab is Word's line break within a paragraph, a form feed its page break."""
_MEANINGLESS = re.compile("[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
"""Invisible characters of pasted text: soft hyphens, zero-width spaces, byte order marks and marks of direction."""
_INVISIBLE = re.compile("[\\s\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0]")
"""Spaces and characters that look like them. Joiners and variation selectors have a meaning between visible characters."""
_WORD_BULLET = re.compile(
    "^([ \t]*)[\uf0b7\uf0a7\uf0d8\u00b7\u2022\u25aa\u25cf](?:[ \xa0]*\t[ \t\xa0]*|[ \xa0]{2,})", re.MULTILINE
)
_SYMBOL_FONT_BULLET = re.compile("[\uf0b7\uf0a7\uf0d8]")
_LINE_END = re.compile("[ \t\n\xa0]*[\t\n][ \t\n\xa0]*")
_QUOTED_CELL = re.compile('"((?:[^"]|"")*)"')


def clean_text(text: str | None) -> str:
    """Return the text trimmed and normalized to NFC, with LF line endings and without characters that XML forbids.

    The exchange formats require this: any stored text must be the same after it is written to a workbook and read back. A text
    pasted from Word or a spreadsheet has the same meaning afterwards: its line breaks and bullets are those of plain text, the
    quotes that a spreadsheet puts around a cell of several lines are removed, and so are invisible characters. Tabs, quotes
    and no-break spaces stay as typed. A text that consists only of invisible characters becomes empty.
    """
    plain = _NOT_XML.sub("", _MEANINGLESS.sub("", _LINE_BREAK.sub("\n", text or "")))
    plain = _trim(unicodedata.normalize("NFC", plain))
    while ("\n" in plain or "\t" in plain) and (quoted := _QUOTED_CELL.fullmatch(plain)):
        plain = _trim(quoted[1].replace('""', '"'))
    return _SYMBOL_FONT_BULLET.sub("\u2022", _WORD_BULLET.sub("\\1\u2022 ", plain))


def clean_line(text: str | None) -> str:
    """Return the text of a one-line field, cleaned as by ``clean_text``, with a space for each tab or line break."""
    return _LINE_END.sub(" ", clean_text(text))


def _trim(text: str) -> str:
    """Return text without invisible characters at its ends, except variation selectors after the last visible character."""
    visible = _INVISIBLE.sub("", text)
    if not visible:
        return ""
    start, end = text.index(visible[0]), text.rindex(visible[-1]) + 1
    while end < len(text) and text[end] in "\ufe0e\ufe0f":
        end += 1
    return text[start:end]


def fold_text(text: str) -> str:
    """Return a text for searching and comparing: in lower case, without accents and ligatures, and with plain apostrophes."""
    plain = _APOSTROPHES.sub("'", unicodedata.normalize("NFC", text)).casefold().replace("œ", "oe").replace("æ", "ae")
    return plain if plain.isascii() else unicodedata.normalize("NFKD", plain).translate(_WITHOUT_ACCENTS)


class _AccentTable(dict[int, int | None]):
    """A table for ``str.translate`` that removes accents and other combining characters. Each character is added when it first
    occurs.
    """

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


_WITHOUT_ACCENTS = _AccentTable()


def same_wording_key(text: str) -> str:
    """Return a key that is the same for texts that differ only in case, spaces, apostrophes, hyphens or the encoding of
    accents.
    """
    plain = _HYPHENS.sub("-", _APOSTROPHES.sub("'", unicodedata.normalize("NFC", clean_line(text))))
    return unicodedata.normalize("NFC", " ".join(plain.casefold().split()))


_APOSTROPHES = re.compile("[\u2018\u2019\u02bc\u02b9\u2032\u00b4`\uff07]")
_HYPHENS = re.compile("[\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d]")

SortKey = tuple[str, tuple[str, ...], str]
EMPTY_SORT_KEY: SortKey = ("", (), "")


def sort_key(text: str) -> SortKey:
    """Return a key that sorts as French and English dictionaries do, the same with every database engine.

    Letters and digits are compared first: hyphens, apostrophes and spaces are ignored, and œ counts as oe. If they are the
    same, accents are compared from the end of the text, as in the Canadian standard CAN/CSA Z243.4.1 (cote, côte, coté, côté),
    and then the whole texts.
    """
    plain = unicodedata.normalize("NFC", text)
    letters: list[str] = []
    accents: list[str] = []
    for c in unicodedata.normalize("NFKD", plain.casefold().replace("œ", "oe").replace("æ", "ae")):
        if c.isalnum():
            letters.append(c)
            accents.append("")
        elif unicodedata.combining(c) and accents:
            accents[-1] += c
    return "".join(letters), tuple(reversed(accents)), plain.swapcase()
