"""The body of an email: paragraphs, lists and one link, rendered as plain text and as HTML from the same parts.

Only this module writes HTML tags, and it escapes every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.rules import OPTIONAL_KINDS, NoticeKind
from cogwg.reporting.rules import LabelledLink


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One or two of the product's own sentences, in both languages."""

    text: Bilingual


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation of a person's text, such as a comment. ``lang`` is its language, or None for the language of the email."""

    text: str
    lang: Language | None = None


@dataclass(frozen=True, slots=True)
class PersonalText:
    """A message that a person wrote for this email, such as a co-chair's reminder."""

    text: str


@dataclass(frozen=True, slots=True)
class BulletList:
    """A list. Each item is a name from the plan or the reports, followed by a remark of the product, which may be empty.

    ``links`` are the links of each item, and ``quotes`` a text that a person wrote about each item; both are shown below the
    item. Either of them can be left empty.
    """

    items: tuple[tuple[Bilingual, Bilingual], ...]
    links: tuple[tuple[LabelledLink, ...], ...] = ()
    quotes: tuple[Bilingual, ...] = ()

    def links_of(self, index: int) -> tuple[LabelledLink, ...]:
        return self.links[index] if self.links else ()

    def quote_of(self, index: int) -> Bilingual:
        return self.quotes[index] if self.quotes else EMPTY_TEXT


@dataclass(frozen=True, slots=True)
class ActionLink:
    """The link to a page. With ``shows_url``, the HTML also shows the URL, for readers of a printed copy."""

    url: str
    label: Bilingual
    shows_url: bool = False


BodyPart = Paragraph | Quote | PersonalText | BulletList | ActionLink


def reason_parts(reason: Bilingual, lang: Language) -> list[BodyPart]:
    """Return the parts with a person's reason; none if there is no reason. A reason that is only in the other language is
    quoted after a note.
    """
    if reason.exact_text(lang):
        return [Paragraph(phrases.fill(phrases.REASON, reason=reason))]
    if not reason:
        return []
    return [Paragraph(phrases.REASON_IN_OTHER_LANGUAGE), Quote(reason.text(lang), lang.other)]


def render_text(parts: Sequence[BodyPart], lang: Language) -> str:
    """Return the body as plain text."""
    return "\n\n".join(_part_text(part, lang) for part in parts) + "\n"


def render_html(parts: Sequence[BodyPart], lang: Language, subject: str) -> str:
    """Return the body as a complete HTML page, without styles, scripts or external resources."""
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
            return "\n".join(
                "\n".join(
                    (
                        f"- {item.text(lang)}{remark.text(lang)}",
                        *_quote_lines(part.quote_of(n), lang),
                        *_link_lines(part.links_of(n), lang),
                    )
                )
                for n, (item, remark) in enumerate(items)
            )
        case ActionLink(url, label):
            return f"{label.text(lang)}{_colon(lang)} {url}"


def _part_html(part: BodyPart, lang: Language) -> str:
    match part:
        case Paragraph(text):
            return f"<p>{_html_text(text, lang)}</p>"
        case Quote(text):
            marked = f' lang="{part.lang.value}"' if part.lang not in (None, lang) else ""
            return f"<blockquote{marked}><p>{_html_lines(text)}</p></blockquote>"
        case PersonalText(text):
            return f"<p>{_html_lines(text)}</p>"
        case BulletList(items):
            points = "\n".join(
                f"<li>{_html_text(item, lang)}{_html_text(remark, lang)}{_html_quote(part.quote_of(n), lang)}"
                f"{_html_links(part.links_of(n), lang)}</li>"
                for n, (item, remark) in enumerate(items)
            )
            return f"<ul>\n{points}\n</ul>"
        case ActionLink(url, label, shows_url=True):
            return f'<p>{_html_text(label, lang)}{_colon(lang)} <a href="{escape(url)}">{escape(url)}</a></p>'
        case ActionLink(url, label):
            return f'<p><a href="{escape(url)}">{_html_text(label, lang)}</a></p>'


def _quote_lines(text: Bilingual, lang: Language) -> list[str]:
    if not text:
        return []
    localized = text.localized(lang)
    note = f" {phrases.IN_OTHER_LANGUAGE.text(lang)}" if localized.lang is not lang else ""
    return [f"  > {line}".rstrip() for line in f"{localized.text}{note}".splitlines()]


def _html_quote(text: Bilingual, lang: Language) -> str:
    if not text:
        return ""
    localized = text.localized(lang)
    marked = f' lang="{localized.lang.value}"' if localized.lang is not lang else ""
    note = f" {escape(phrases.IN_OTHER_LANGUAGE.text(lang))}" if marked else ""
    return f"<blockquote><p><span{marked}>{_html_lines(localized.text)}</span>{note}</p></blockquote>"


def _link_lines(links: Sequence[LabelledLink], lang: Language) -> list[str]:
    """Return a line for each link of an item: its label, if it has one, and its URL."""
    return [f"  {link.label.text(lang)}{_colon(lang)} {link.url}" if link.label else f"  {link.url}" for link in links]


def _html_links(links: Sequence[LabelledLink], lang: Language) -> str:
    return "".join(
        f'<br><a href="{escape(link.url)}">{_html_text(link.label, lang) if link.label else escape(link.url)}</a>'
        for link in links
    )


def _colon(lang: Language) -> str:
    return "\u00a0:" if lang is Language.FR else ":"


def _html_lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _html_text(text: Bilingual, lang: Language) -> str:
    """Return a text as HTML. A text that is only in the other language is marked with its ``lang``."""
    localized = text.localized(lang)
    if localized.lang is lang:
        return escape(localized.text)
    return f'<span lang="{localized.lang.value}">{escape(localized.text)}</span>'


@dataclass(frozen=True, slots=True)
class Recipient:
    """The recipient of an email. ``jurisdictions`` are those that they report for and that the email is about, if any.

    ``deputy_for`` are the jurisdictions of which they are the deputy.
    """

    person_id: int
    name: str
    address: str
    lang: Language
    jurisdictions: tuple[Bilingual, ...] = ()
    time_zone: str = TORONTO.key
    deputy_for: tuple[Bilingual, ...] = ()


def emails_link(site: str, lang: Language) -> ActionLink:
    """Return the link to the part of the account page where a person chooses or turns off their emails."""
    return ActionLink(f"{site}/{lang.value}/account#emails", phrases.CHANGE_PREFERENCES)


def compose_email(
    recipient: Recipient, key: str, kind: NoticeKind, subject: Bilingual, *parts: BodyPart, site: str, reply_to: str = ""
) -> OutgoingEmail:
    """Return an email in the recipient's language: a greeting, these parts and, for some kinds, the reason why they receive
    it.

    ``site`` is the base URL of the product. ``reply_to`` is the address for replies, or "" for the site's own.
    """
    why = phrases.why_reporter(recipient.jurisdictions, recipient.deputy_for) if recipient.jurisdictions else EMPTY_TEXT
    if kind in (NoticeKind.DIGEST, NoticeKind.REMINDER_COPY, NoticeKind.ROLE_REQUEST, NoticeKind.DUE_REQUEST):
        why = phrases.WHY_COORDINATOR
    whole: list[BodyPart] = [Paragraph(phrases.fill(phrases.GREETING, name=recipient.name)), *parts]
    if why:
        whole += [Paragraph(why), emails_link(site, recipient.lang)]
    line = phrases.fill(phrases.SUBJECT_WITH_PREFIX, subject=subject).text(recipient.lang)
    return OutgoingEmail(
        key,
        kind.value,
        recipient.person_id,
        recipient.address,
        recipient.lang,
        line,
        render_text(whole, recipient.lang),
        render_html(whole, recipient.lang, line),
        reply_to,
        f"{site}/{recipient.lang.value}/account#emails" if kind in OPTIONAL_KINDS else "",
    )
