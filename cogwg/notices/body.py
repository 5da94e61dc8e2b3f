"""The shape of a letter's body: paragraphs, lists and one link, drawn once as plain text and once as HTML.

Both come from the same parts, and nothing but this module writes a tag; every text is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import join_list
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.rules import NoticeKind


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two of ours, in both languages."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person wrote, as they wrote it."""

    text: str


@dataclass(frozen=True, slots=True)
class PersonalText:
    """What a person says in this letter, in their own words."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list; a point is what the record calls it, then a remark of ours."""

    items: tuple[tuple[Bilingual, Bilingual], ...]


@dataclass(frozen=True, slots=True)
class ActionLink:
    """The link that the letter leads to."""

    url: str
    label: Bilingual


BodyPart = Paragraph | Quote | PersonalText | BulletList | ActionLink


def render_text(parts: Sequence[BodyPart], lang: Language) -> str:
    """The body as text."""
    return "\n\n".join(_part_text(part, lang) for part in parts) + "\n"


def render_html(parts: Sequence[BodyPart], lang: Language, subject: str) -> str:
    """The body as a whole HTML page, without style, script or anything to fetch."""
    body = "\n".join(_part_html(part, lang) for part in parts)
    return (
        f'<!doctype html>\n<html lang="{lang.value}">\n<head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _part_text(part: BodyPart, lang: Language) -> str:
    match part:
        case Paragraph(text):
            return text.text(lang)
        case Quote(text):
            return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        case PersonalText(text):
            return text
        case BulletList(items):
            return "\n".join(f"- {what.text(lang)}{remark.text(lang)}" for what, remark in items)
        case ActionLink(url, label):
            colon = "\u00a0:" if lang is Language.FR else ":"
            return f"{label.text(lang)}{colon} {url}"


def _part_html(part: BodyPart, lang: Language) -> str:
    match part:
        case Paragraph(text):
            return f"<p>{_html_text(text, lang)}</p>"
        case Quote(text):
            return f"<blockquote><p>{_html_lines(text)}</p></blockquote>"
        case PersonalText(text):
            return f"<p>{_html_lines(text)}</p>"
        case BulletList(items):
            points = "\n".join(f"<li>{_html_text(what, lang)}{_html_text(remark, lang)}</li>" for what, remark in items)
            return f"<ul>\n{points}\n</ul>"
        case ActionLink(url, label):
            return f'<p><a href="{escape(url)}">{_html_text(label, lang)}</a></p>'


def _html_lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _html_text(text: Bilingual, lang: Language) -> str:
    """A text in the letter's language; one that exists only in the other says so."""
    said = text.localized(lang)
    if said.lang is lang:
        return escape(said.text)
    return f'<span lang="{said.lang.value}">{escape(said.text)}</span>'


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter; ``of`` names the jurisdictions they get it for, empty for the group's own roles."""

    person_id: int
    name: str
    address: str
    lang: Language
    jurisdictions: tuple[Bilingual, ...] = ()


def compose_email(recipient: Recipient, key: str, kind: NoticeKind, subject: Bilingual, *parts: BodyPart) -> OutgoingEmail:
    """A letter of these parts, in the language of the person who gets it."""
    why = phrases.fill(phrases.WHY_LEAD, who=join_list(recipient.jurisdictions)) if recipient.jurisdictions else EMPTY_TEXT
    if kind in (NoticeKind.DIGEST, NoticeKind.REMINDER_COPY):
        why = phrases.WHY_COORDINATOR
    whole: list[BodyPart] = [Paragraph(phrases.fill(phrases.GREETING, name=recipient.name)), *parts]
    if why:
        whole.append(
            Paragraph(Bilingual(f"{why.en} {phrases.CHANGE_PREFERENCES.en}", f"{why.fr} {phrases.CHANGE_PREFERENCES.fr}"))
        )
    line = subject.text(recipient.lang)
    return OutgoingEmail(
        key,
        kind.value,
        recipient.person_id,
        recipient.address,
        recipient.lang,
        line,
        render_text(whole, recipient.lang),
        render_html(whole, recipient.lang, line),
    )
