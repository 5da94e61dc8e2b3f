"""Template filters for dates, times, timeliness and bilingual text. Dates and times contain no-break spaces."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cogwg.accounts.names import name_by_language
from cogwg.core import articles, dates
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.status import Timeliness
from cogwg.core.tables import IN_LANGUAGE
from cogwg.plan.rules import DueDate
from cogwg.web.http import i18n


def reader_time_zone() -> ZoneInfo:
    """Return the signed-in person's time zone, or else the group's (America/Toronto)."""
    person = g.get("person")
    return ZoneInfo(person.time_zone) if person is not None else TORONTO


def day(value: date | datetime) -> str:
    """Format a date: September 24, 2020; 1er octobre 2020."""
    return plain(dates.day(_as_date(value)))


def day_short(value: date | datetime) -> str:
    """Format a date without its year: September 24; 1er octobre."""
    return plain(dates.day_of_month(_as_date(value)))


def weekday(value: date | datetime) -> str:
    """Format a date with its day of the week: Wednesday, September 30, 2020; mercredi 30 septembre 2020."""
    on = _as_date(value)
    return plain(dates.with_weekday(on, dates.day(on)))


def clock(value: datetime, time_zone: ZoneInfo | None = None) -> str:
    """Format a time of day, in the reader's time zone unless another is given: 2:02 pm; 14 h 02."""
    return plain(dates.clock(value.astimezone(time_zone or reader_time_zone())))


def clock_eastern(value: datetime) -> str:
    """Format a time of day in the group's time zone, for every reader: 5 pm; 17 h."""
    return clock(value, TORONTO)


def moment(value: datetime) -> str:
    """Format a date and time: September 24, 2020 at 2:02 pm; 24 septembre 2020 à 14 h 02.

    The sentence around it adds "on" or "le".
    """
    between = " at " if i18n.current_language() is Language.EN else " à "
    return f"{day(value)}{between}{clock(value)}"


def moment_eastern(value: datetime) -> str:
    """Format a date and time in the group's time zone, for every reader. The sentence around it names the time zone."""
    local_time = value.astimezone(TORONTO)
    between = " at " if i18n.current_language() is Language.EN else " à "
    return f"{day(local_time.date())}{between}{clock_eastern(value)}"


def own_moment(value: datetime) -> str:
    """Format a date and time in the reader's own time zone. Return "" if it is the same time in the group's time zone."""
    own = value.astimezone(reader_time_zone())
    return "" if own.utcoffset() == value.astimezone(TORONTO).utcoffset() else moment(value)


def time_or_day(value: datetime, today: date) -> str:
    """Format the time (if today) or the date, to follow "saved": at 2:02 pm, on September 24; à 14 h 02, le 24 septembre."""
    english = i18n.current_language() is Language.EN
    if _as_date(value) == today:
        return f"{'at' if english else 'à'} {clock(value)}"
    return f"{'on' if english else 'le'} {day_short(value)}"


def month_name(month: int) -> str:
    return plain(dates.month(month))


def month_short(month: int) -> str:
    """Return the short name of a month: Sep; sept."""
    return plain(dates.short_month(month))


def month_year(value: date) -> str:
    """Format a month and year: September 2020; septembre 2020."""
    return plain(dates.month_of_year(value.year, value.month))


ABBREVIATIONS = (Bilingual("GBA+", "ACS+"), Bilingual("gender-based analysis plus", "analyse comparative entre les sexes plus"))
"""An abbreviation of the federal government that plans use without explaining it, and what it stands for."""


def explain_abbreviations(text: Bilingual) -> Bilingual:
    """Return the text with the abbreviation explained in parentheses after its first use, unless the text explains it."""
    return Bilingual(*(_explained(text.exact_text(lang), lang) for lang in Language))


def _explained(text: str, lang: Language) -> str:
    short, full = (words.exact_text(lang) for words in ABBREVIATIONS)
    return text if full in text else text.replace(short, f"{short} ({full})", 1)


def localized(text: Bilingual) -> Markup | str:
    """Return a bilingual text in the page's language. If only the other language has text, mark it up with its ``lang``."""
    lang = i18n.current_language()
    if written := text.exact_text(lang):
        return written
    localized_text = text.localized(lang)
    if localized_text.lang is lang:
        return ""
    return _marked(localized_text.text, localized_text.lang)


def in_language_of(text: Bilingual, words: str, lead: str = "") -> Markup | str:
    """Return words from a text, such as its beginning, marked up with the text's language if that is not the page's.

    ``lead`` comes before the words, in the language of the page.
    """
    lang = text.localized(i18n.current_language()).lang
    return f"{lead}{words}" if lang is i18n.current_language() else Markup("{}{}").format(lead, _marked(words, lang))


def _marked(words: str, lang: Language) -> Markup:
    return Markup('<span lang="{}">{}</span>').format(lang.value, words)


def localized_with_note(text: Bilingual) -> Markup | str:
    """Return what ``localized`` returns, followed by a note such as "(in French)" if the text is in the other language."""
    lang = i18n.current_language()
    localized_text = text.localized(lang)
    if localized_text.lang is lang or not localized_text.text:
        return localized(text)
    return Markup('{} <span class="meta">({})</span>').format(localized(text), IN_LANGUAGE[localized_text.lang].text(lang))


def due_date(value: DueDate) -> str:
    """Format a due date, with its day if the plan gives one: September 2020; 15 septembre 2020."""
    return plain(value.text)


def moved_from(value: DueDate) -> str:
    """Format the due date before a change: from September 2020; de septembre 2020, d’octobre 2020, du 15 septembre 2020."""
    words = due_date(value)
    if i18n.current_language() is Language.EN:
        return f"from {words}"
    if value.day is not None:
        return f"du {words}"
    return f"d’{words}" if words[0] in "ao" else f"de {words}"


def moved_to(value: DueDate) -> str:
    """Format the due date after a change: to September 2020; à septembre 2020, au 15 septembre 2020."""
    words = due_date(value)
    if i18n.current_language() is Language.EN:
        return f"to {words}"
    return f"au {words}" if value.day is not None else f"à {words}"


def due_when(value: DueDate) -> str:
    """Format a due date after a participle: originally September 2020; en septembre 2020, le 15 septembre 2020."""
    words = due_date(value)
    if i18n.current_language() is Language.EN:
        return words
    return f"le {words}" if value.day is not None else f"en {words}"


def with_article(name: Bilingual) -> Markup | str:
    """Return a jurisdiction's name with its article: the Northwest Territories; l’Ontario, le Québec."""
    return Markup("{}{}").format(articles.article(name, i18n.current_language()), localized(name))


def after_of(name: Bilingual) -> Markup | str:
    """Return a jurisdiction's name for use after "of", "for" or "from". French names include "de": de l’Ontario, du Québec."""
    if i18n.current_language() is not Language.FR:
        return with_article(name)
    return Markup("{}{}").format(articles.french_de(name), localized(name))


def breakable(address: str) -> Markup:
    """Return an email address that can wrap before "@" and after each dot of its host, but not within a word."""
    name, at, host = address.partition("@")
    return Markup("{}<wbr>{}{}").format(name, at, Markup(".<wbr>").join(host.split(".")))


def plain(text: Bilingual) -> str:
    return text.text(i18n.current_language())


def person_name(name: str) -> str:
    """Return a person's name. The name of a former member, which is stored in both languages, is in the page's language."""
    return plain(name_by_language(name))


def timeliness_text(timeliness: Timeliness, days: int, due_on: date) -> str:
    """Return the timeliness in words, such as "Due by September 30", "Overdue by 3 days", "3 days late" or "On time"."""
    if timeliness is Timeliness.DUE:
        return str(_("Due by %(day)s", day=day_short(due_on)) if days else _("Due today"))
    if timeliness is Timeliness.OVERDUE:
        return str(ngettext("Overdue by %(num)s day", "Overdue by %(num)s days", days))
    if timeliness is Timeliness.DONE_LATE:
        return str(ngettext("%(num)s day late", "%(num)s days late", days))
    return str(_("On time")) if timeliness is Timeliness.DONE_ON_TIME else plain(timeliness.label)


def _as_date(value: date | datetime) -> date:
    return value.astimezone(reader_time_zone()).date() if isinstance(value, datetime) else value


def init(app: Flask) -> None:
    filters: dict[str, Callable[..., Any]] = {
        "day": day,
        "day_short": day_short,
        "weekday": weekday,
        "clock": clock,
        "clock_eastern": clock_eastern,
        "moment": moment,
        "moment_eastern": moment_eastern,
        "own_moment": own_moment,
        "time_or_day": time_or_day,
        "month_name": month_name,
        "month_short": month_short,
        "month_year": month_year,
        "localized": localized,
        "explain_abbreviations": explain_abbreviations,
        "localized_with_note": localized_with_note,
        "after_of": after_of,
        "breakable": breakable,
        "with_article": with_article,
        "due_date": due_date,
        "moved_from": moved_from,
        "moved_to": moved_to,
        "due_when": due_when,
        "plain": plain,
        "person_name": person_name,
        "timeliness_text": timeliness_text,
        "excerpt_localized": excerpt_localized,
    }
    for name, filter_ in filters.items():
        app.add_template_filter(filter_, name)


def excerpt(text: Bilingual, limit: int = 60) -> str:
    """Return a text in the page's language, without its final period. Cut it between words if it is longer than ``limit``."""
    words = text.text(i18n.current_language())
    return words.removesuffix(".") if len(words) <= limit else words[:limit].rsplit(" ", 1)[0] + "\u00a0…"


def excerpt_localized(text: Bilingual) -> Markup | str:
    """Return the ``excerpt`` of a text for a page, marked up with the text's language if that is not the page's."""
    return in_language_of(text, excerpt(text))
