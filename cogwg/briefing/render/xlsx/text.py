"""Text that a workbook can hold: what XML forbids, what Excel would decode or run, and what does not fit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from cogwg.briefing.render.xlsx import wording
from cogwg.core.bilingual import Bilingual, Language

CELL_LIMIT = 32_767
URL_LIMIT = 2_079
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENCODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_COMMANDS = ("=", "+", "-", "@", "\t", "\r", "\n")


def xml_safe(text: str) -> str:
    """Text without the characters that XML forbids, with line ends as LF."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def escaped(text: str) -> str:
    """Text as a workbook writes it, so that a literal ``_x0041_`` is not read as "A"."""
    return _ENCODED.sub("_x005F_", text) if "_x" in text else text


def commanding(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula once somebody edits the cell."""
    return text.startswith(_COMMANDS)


def fitting(text: str, lang: Language) -> str:
    """Text within Excel's limit of a cell; what is longer says that it was shortened."""
    if 2 * len(text) <= CELL_LIMIT or _units(text) <= CELL_LIMIT:
        return text
    mark = wording.SHORTENED.text(lang)
    kept = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - _units(mark))].decode("utf-16-le", "ignore")
    return kept + mark


def _units(text: str) -> int:
    return len(text) + sum(c > "\uffff" for c in text)


def short_name(text: str, taken: set[str], suffix: str = "") -> str:
    """A sheet's name that Excel accepts: 31 UTF-16 units, none of []:*?/\\', unique whatever the case."""
    bare = re.sub(r"[\[\]:*?/\\'’]+", " ", xml_safe(text))
    bare = re.sub(r"\s+", " ", bare).strip() or "–"
    for n in range(1, 10_000):
        end = suffix if n == 1 else f"{suffix} #{n}"
        name = bare.encode("utf-16-le")[: 2 * (31 - _units(end))].decode("utf-16-le", "ignore").rstrip() + end
        if name.casefold() not in taken:
            taken.add(name.casefold())
            return name
    raise ValueError("too many sheets of one name")


def web_address(url: str) -> str:
    """The address if it may be a link: http, https or mailto, whole, and short enough; else empty."""
    if xml_safe(url) != url or len(url) > URL_LIMIT or any(c.isspace() for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    whole = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    return url if whole else ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language to speak in: a text that exists only in the other is shown with a mark that says so."""

    lang: Language

    def say(self, text: Bilingual) -> str:
        said = text.said(self.lang)
        plain = xml_safe(said.text)
        if not plain or said.lang is self.lang:
            return plain
        return f"{plain} ({wording.IN_LANGUAGE[said.lang].text(self.lang)})"
