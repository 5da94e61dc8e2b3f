"""What only the slides in HTML say, and text as HTML may hold it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cogwg.briefing import deck as waist
from cogwg.briefing.deck import ActivityState, ChangeKind, Deck, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.wording import status_word
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP
from cogwg.core.scale import Status, Timeliness

DRAFT = Bilingual("DRAFT – may still change", "ÉBAUCHE – peut encore changer")
URGENT = (ChangeKind.SLIPPED, ChangeKind.SILENT)
CHANGE = Bilingual("Change", "Changement")
BEFORE = Bilingual("Then", "Avant")
NOW = Bilingual("Now", "Maintenant")
REASON = Bilingual("Reason, as reported", "Raison, telle que signalée")
NO_CHANGES = Bilingual("Nothing to tell.", "Rien à signaler.")
ASKED = Bilingual("What we ask", "Ce que nous demandons")
HIGHLIGHT = Bilingual("Progress to note", "Progrès à retenir")
QUARTERS = Bilingual("The whole plan at the end of each quarter", "Tout le plan à la fin de chaque trimestre")
CHART = Bilingual("Share", "Répartition")
OVERALL = Bilingual("Overall status", "État global")
MOVED = Bilingual("Moved from", "Déplacée, auparavant")
NONE_YET = Bilingual("Nothing reported", "Aucun jalon signalé")
SOURCES = Bilingual("Sources", "Sources")
REPORT = Bilingual("What was reported", "Ce qui a été signalé")
EMPTY = Bilingual("no activity due", "aucune activité")
LEADS_TO = Bilingual("leads to", "mène à")
LEGEND_DUE = Bilingual("due now", "à rendre")
LEGEND_OVERDUE = Bilingual("overdue (dark)", "en retard (foncé)")
LEGEND_SQUARES = Bilingual(
    "Squares, words and shade say the same thing:", f"Carrés, mots et teinte disent la même chose{NBSP}:"
)
NOT_STARTED, COMPLETE = Status.NOT_STARTED, Status.COMPLETE
NAMES: Mapping[type[Slide], Bilingual] = {
    waist.TitleSlide: wording.TITLE_TAB,
    waist.ContentsSlide: wording.CONTENTS,
    waist.GroupSlide: wording.GROUP_TAB,
    waist.GlanceSlide: wording.GLANCE_TAB,
    waist.ChangedSlide: Bilingual("What changed", "Ce qui a changé"),
    waist.ProgressSlide: wording.PROGRESS_TAB,
    waist.MilestonesSlide: wording.NEWS_TAB,
    waist.NextStepsSlide: wording.STEPS_TAB,
    waist.AsksSlide: Bilingual("Asks", "Demandes"),
    waist.AnnexSlide: wording.ANNEX_TAB,
    waist.DataSlide: wording.DATA_TAB,
}
_NOT_HTML = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane + last) for plane in range(0x10000, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def clean(value: object) -> object:
    """Text without the characters that HTML forbids; anything else as it is."""
    if type(value) is not str:
        return value
    return _NOT_HTML.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def due(state: ActivityState, month: Bilingual, plan_year: int, lang: Language) -> str:
    """The due month, with the plan's own words where they say something else: "December (ongoing)"."""
    said = month.text(lang)
    year = state.month[0]
    shown = said[:1].upper() + said[1:] + ("" if year == plan_year else f" {year}")
    own = state.due_words.text(lang)
    if not own or own.casefold() in (said.casefold(), shown.casefold()):
        return shown
    return own[:1].upper() + own[1:] if said.casefold() in own.casefold() else f"{shown} ({own})"


def look(state: ActivityState) -> str:
    """The class of a status cell: overdue before all, then the status, then whether a report was to be expected."""
    if state.timeliness is Timeliness.OVERDUE:
        return "overdue"
    if state.status is not None:
        return state.status.value
    return "silent" if state.silent else "later"


def series(word: Status | Timeliness | None) -> Bilingual:
    """The words of what a progress slide counts."""
    return word.words if isinstance(word, Timeliness) else status_word(word)


def edition(deck: Deck) -> Bilingual:
    """edition 1; draft of edition 2."""
    if deck.draft:
        return Bilingual(f"draft of edition {deck.edition}", f"ébauche de l’édition {deck.edition}")
    return Bilingual(f"edition {deck.edition}", f"édition {deck.edition}")


def labelled(label: Bilingual, lang: Language) -> str:
    """A label before its text, with the colon of its language."""
    return f"{label.text(lang)}{NBSP if lang is Language.FR else ''}:"


def name(slide: Slide) -> Bilingual:
    """What a list of slides calls this one: At a glance, Priority 3; a free slide has only its title."""
    if isinstance(slide, waist.PointsSlide):
        return slide.name or slide.title
    if isinstance(slide, waist.PrioritySlide):
        return Bilingual(f"{wording.PRIORITY.en} {slide.number}", f"{wording.PRIORITY.fr} {slide.number}")
    return NAMES.get(type(slide), slide.title)
