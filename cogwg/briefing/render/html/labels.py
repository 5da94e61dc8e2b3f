"""Wording that only the HTML slides use, and functions that make text safe for HTML."""

from __future__ import annotations

import re
from dataclasses import replace

from cogwg.briefing.deck import ActivityState, ChangeKind, Deck, DeckState
from cogwg.briefing.render import sentences
from cogwg.briefing.render.wording import status_word
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP
from cogwg.core.status import Status, Timeliness

FOLDED_ROWS = 50
"""The number of rows of a longer table that a page shows, with a link to all rows. Print shows all rows."""
URGENT = (ChangeKind.SLIPPED, ChangeKind.SILENT)
NOW_HEADING = Bilingual("Now", "Maintenant")
NO_CHANGES = Bilingual("No changes to report.", "Aucun changement à signaler.")
CHART = Bilingual("Chart", "Graphique")
MOVED = Bilingual("Moved from", "Échéance précédente")
SOURCES = Bilingual("Sources", "Sources")
REPORT = Bilingual("Latest report", "Dernier rapport")
EMPTY = Bilingual("no activity due", "aucune activité à échéance")
SHOW_ALL = Bilingual("Show all rows", "Afficher toutes les lignes")
LEGEND_DUE = Bilingual("due this month", "à échéance ce mois-ci")
LEGEND_OVERDUE = Bilingual("overdue (dark)", "en retard (foncé)")
LEGEND_SQUARES = Bilingual("Squares and shading show the status:", f"Les carrés et la teinte indiquent l’état{NBSP}:")
NOT_STARTED, COMPLETE = Status.NOT_STARTED, Status.COMPLETE
_LONGEST_TITLE = 160
"""The maximum length of a title in characters, which takes about two lines on a slide."""
_NOT_HTML = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def is_title(finding: Bilingual, lang: Language) -> bool:
    """Return whether a finding is short enough to be a slide's title; a longer one is shown below the slide's own title."""
    return 0 < len(finding.text(lang)) <= _LONGEST_TITLE


def finding_title(finding: Bilingual) -> Bilingual:
    """Return a finding as a title, without a final period, in both languages."""
    return replace(finding, en=sentences.finding_title(finding.en), fr=sentences.finding_title(finding.fr))


def folded_sentence(total: int) -> Bilingual:
    return Bilingual(f"First {FOLDED_ROWS} of {total} rows.", f"{FOLDED_ROWS} premières lignes sur {total}.")


def clean(value: object) -> object:
    """Return a text without the characters that HTML forbids; return anything else unchanged."""
    if type(value) is not str:
        return value
    return _NOT_HTML.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def due_text(state: ActivityState, month: Bilingual, plan_year: int, lang: Language) -> str:
    """Return the due month, followed by the plan's wording of the due date if that differs, such as "December (ongoing)".

    If the wording includes the name of the month, it is returned instead.
    """
    month_name = month.text(lang)
    year = state.month[0]
    month_text = month_name[:1].upper() + month_name[1:] + ("" if year == plan_year else f" {year}")
    words = state.due_words.text(lang)
    if not words or words.casefold() in (month_name.casefold(), month_text.casefold()):
        return month_text
    return words[:1].upper() + words[1:] if month_name.casefold() in words.casefold() else f"{month_text} ({words})"


def status_css_class(state: ActivityState) -> str:
    """Return the CSS class of a status cell: "overdue" if the activity is overdue, else its status, else "later"
    or "silent".
    """
    if state.timeliness is Timeliness.OVERDUE:
        return "overdue"
    if state.status is not None:
        return state.status.value
    return "later" if state.is_later else "silent"


def full_squares(series: Status | Timeliness | None) -> int | None:
    """Return how many of the three squares of a status are filled, or None if the series is not a status."""
    return list(Status).index(series) if isinstance(series, Status) else None


def series_text(word: Status | Timeliness | None) -> Bilingual:
    """Return the label of a series on the progress slide."""
    return word.label if isinstance(word, Timeliness) else status_word(word)


def label_with_colon(label: Bilingual, lang: Language) -> str:
    """Return a label with a colon, spaced as the language requires."""
    return f"{label.text(lang)}{NBSP if lang is Language.FR else ''}:"


def state_mark(deck: Deck) -> Bilingual:
    """Return the mark of a draft or standing deck, without the mark of sample data; empty for a version."""
    return EMPTY_TEXT if deck.state is DeckState.VERSION else sentences.state_mark(deck)
