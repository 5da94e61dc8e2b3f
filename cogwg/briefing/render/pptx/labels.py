"""Bilingual wording that only the PowerPoint slides use; wording that all renderers share is in ``render.wording``."""

from __future__ import annotations

from cogwg.briefing.deck import Deck
from cogwg.briefing.render import sentences, wording
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, day

LAYOUT_TITLE = Bilingual("Title", "Titre")
LAYOUT_TOPIC = Bilingual("Topic", "Sujet")
LAYOUT_FOOTER = Bilingual("Footer", "Pied de page")
LAYOUT_NUMBER = Bilingual("Slide number", "Numéro de diapositive")
COVER = Bilingual("Cover", "Couverture")
DIVIDER = Bilingual("Divider", "Intercalaire")
PAGE = Bilingual("Slide", "Diapositive")
LONG_PAGE = Bilingual("Slide, long title", "Diapositive, titre long")
MARK = Bilingual("Mark", "Mention")
CLASSIFICATION = Bilingual("Classification", "Classification")
TEXT = Bilingual("Text", "Texte")
TABLE = Bilingual("Table", "Tableau")
CHART = Bilingual("Chart", "Graphique")
REPORTED = Bilingual("Reported", "Rapport du")
MOVED = Bilingual("Moved from", "Échéance précédente")
EVIDENCE = Bilingual("Evidence", "Preuve")


def source_notes(deck: Deck, data_slide_number: int | None) -> tuple[Bilingual, ...]:
    """Return sentences for a slide's notes: its source, where the data slide is, the meeting and version, and a note on sample
    data.
    """
    when, meeting = day(deck.as_of), day(deck.meeting_on)
    source = Bilingual(
        f"Source: {deck.plan_year} work plan of the {deck.group.en}; reports received by {when.en}.",
        f"Source{NBSP}: plan de travail {deck.plan_year} du {deck.group.fr}; rapports reçus au {when.fr}.",
    )
    occasion = Bilingual(f"{deck.audience.en}, {meeting.en}", f"{deck.audience.fr}, {meeting.fr}")
    where = Bilingual(f", {deck.place.en}", f", {deck.place.fr}") if deck.place else EMPTY_TEXT
    version = sentences.version_text(deck)
    shown_on = Bilingual(f"{occasion.en}{where.en}; {version.en}.", f"{occasion.fr}{where.fr}; {version.fr}.")
    rows = Bilingual(
        f"Data for this slide: see slide {data_slide_number}.",
        f"Données de cette diapositive{NBSP}: voir la diapositive {data_slide_number}.",
    )
    return (source, *((rows,) if data_slide_number is not None else ()), shown_on, *((wording.SAMPLE,) if deck.sample else ()))
