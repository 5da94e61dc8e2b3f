"""The shape of a letter's body: paragraphs, lists and one link, drawn once as plain text and once as HTML.

Both come from the same parts, and nothing but this module writes a tag; every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cogwg.core.bilingual import NOTHING, Bilingual, Language
from cogwg.core.dates import listed
from cogwg.mail.rules import Post
from cogwg.notices import phrases
from cogwg.notices.rules import Kind


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two of ours, in both languages."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, as they wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a person says in this letter, in their own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list; a point is what the record calls it, then a remark of ours."""

    items: tuple[tuple[Bilingual, Bilingual], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The link that the letter leads to."""

    url: str
    label: Bilingual


Part = Paragraph | Quote | Spoken | Points | Way


def plain(parts: Sequence[Part], lang: Language) -> str:
    """The body as text."""
    return "\n\n".join(_plain(part, lang) for part in parts) + "\n"


def html(parts: Sequence[Part], lang: Language, subject: str) -> str:
    """The body as a whole HTML page, without style, script or anything to fetch."""
    body = "\n".join(_html(part, lang) for part in parts)
    return (
        f'<!doctype html>\n<html lang="{lang.value}">\n<head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _plain(part: Part, lang: Language) -> str:
    match part:
        case Paragraph(text):
            return text.text(lang)
        case Quote(text):
            return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        case Spoken(text):
            return text
        case Points(items):
            return "\n".join(f"- {what.text(lang)}{remark.text(lang)}" for what, remark in items)
        case Way(url, label):
            colon = "\u00a0:" if lang is Language.FR else ":"
            return f"{label.text(lang)}{colon} {url}"


def _html(part: Part, lang: Language) -> str:
    match part:
        case Paragraph(text):
            return f"<p>{_said(text, lang)}</p>"
        case Quote(text):
            return f"<blockquote><p>{_lines(text)}</p></blockquote>"
        case Spoken(text):
            return f"<p>{_lines(text)}</p>"
        case Points(items):
            points = "\n".join(f"<li>{_said(what, lang)}{_said(remark, lang)}</li>" for what, remark in items)
            return f"<ul>\n{points}\n</ul>"
        case Way(url, label):
            return f'<p><a href="{escape(url)}">{_said(label, lang)}</a></p>'


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _said(text: Bilingual, lang: Language) -> str:
    """A text in the letter's language; one that exists only in the other says so."""
    said = text.said(lang)
    if said.lang is lang:
        return escape(said.text)
    return f'<span lang="{said.lang.value}">{escape(said.text)}</span>'


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter; ``of`` names the jurisdictions they get it for, empty for the group's own roles."""

    person_id: int
    name: str
    address: str
    lang: Language
    of: tuple[Bilingual, ...] = ()


def letter_to(to: Addressee, key: str, kind: Kind, subject: Bilingual, *parts: Part) -> Post:
    """A letter of these parts, in the language of the person who gets it."""
    why = phrases.filled(phrases.WHY_LEAD, who=listed(to.of)) if to.of else NOTHING
    if kind in (Kind.DIGEST, Kind.COPY):
        why = phrases.WHY_STEERING
    whole: list[Part] = [Paragraph(phrases.filled(phrases.HELLO, name=to.name)), *parts]
    if why:
        whole.append(Paragraph(Bilingual(f"{why.en} {phrases.CHOOSE.en}", f"{why.fr} {phrases.CHOOSE.fr}")))
    line = subject.text(to.lang)
    return Post(key, kind.value, to.person_id, to.address, to.lang, line, plain(whole, to.lang), html(whole, to.lang, line))
