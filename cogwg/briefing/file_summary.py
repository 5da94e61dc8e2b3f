"""For a very large plan, the deck's files are a summary: its counts, changes and requests, without a slide for each priority.

A summary is made when a file is rendered. The deck itself stays complete: pages, print, comparisons and the stored version
show everything, and the same stored deck always gives the same file. Whether a file is a summary depends only on the number of
activities, not on the number of pages, which differs between formats, languages and layouts. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cogwg.briefing.deck import (
    AnnexSlide,
    ChangedSlide,
    DataSlide,
    Deck,
    GlanceSlide,
    PrioritySlide,
    Slide,
    SourcesSlide,
    TimelineSlide,
    TitleSlide,
)
from cogwg.briefing.phrases import activities_phrase
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import NBSP, count_phrase

LARGEST_WHOLE = 150
"""The maximum number of activities of a plan whose files are rendered in full; such a plan takes about as many PowerPoint
slides."""
CHANGES_SHOWN = 10
"""The maximum number of changes in a summary, which take about a page; the most urgent come first."""
FIRST_LAYOUT = 6
"""The first ``LAYOUT`` with summaries; stored files with an earlier layout are complete."""


@dataclass(frozen=True, slots=True)
class FileSummary:
    """The size of a plan whose files are a summary. ``has_data`` is True if the workbook lists every activity."""

    activities: int
    priorities: int
    has_data: bool


def file_summary(deck: Deck) -> FileSummary | None:
    """Return the size of the plan if the files of this deck are a summary; None if they are complete."""
    slides = [slide for slide in deck.slides if isinstance(slide, PrioritySlide)]
    activities = max(len(deck.rows), sum(len(slide.activities) for slide in slides))
    return FileSummary(activities, len(slides), bool(deck.rows)) if activities > LARGEST_WHOLE else None


def summarize(deck: Deck, *, holds_data: bool) -> Deck:
    """Return the deck as its files show it: unchanged, or as a summary if its plan is very large.

    A summary leaves out the plan at a glance, its timeline and the priorities' slides; unless the format ``holds_data``, it
    also leaves out the data and the sources. The cover says what is left out.
    """
    summary = file_summary(deck)
    if summary is None:
        return deck
    left_out = (GlanceSlide, TimelineSlide, PrioritySlide, *(() if holds_data else (DataSlide, SourcesSlide)))
    slides = (slide for slide in deck.slides if not isinstance(slide, left_out))
    return replace(deck, slides=tuple(_summarized(slide, summary, holds_data=holds_data) for slide in slides))


def _summarized(slide: Slide, summary: FileSummary, *, holds_data: bool) -> Slide:
    if isinstance(slide, TitleSlide):
        line, note = slide.edition_line, _cover_note(summary, holds_data=holds_data)
        return replace(slide, edition_line=Bilingual(f"{line.en} {note.en}".strip(), f"{line.fr} {note.fr}".strip()))
    if isinstance(slide, AnnexSlide):
        return replace(slide, answers=Bilingual("The priorities, and who leads them", "Les priorités et leurs responsables"))
    if isinstance(slide, ChangedSlide) and len(slide.changes) > CHANGES_SHOWN:
        total = len(slide.changes)
        answers = Bilingual(
            f"The first {CHANGES_SHOWN} of {total}{NBSP}changes; all are on the site",
            f"Les {CHANGES_SHOWN}{NBSP}premiers des {total}{NBSP}changements; tous figurent sur le site",
        )
        return replace(slide, changes=slide.changes[:CHANGES_SHOWN], answers=answers)
    return slide


def _cover_note(summary: FileSummary, *, holds_data: bool) -> Bilingual:
    """Return the sentences that say what is left out and where to find it."""
    n = activities_phrase(summary.activities)
    priorities = count_phrase(summary.priorities, Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    if not summary.has_data:
        where = Bilingual("They are on the site.", "Elles figurent sur le site.")
    elif holds_data:
        where = Bilingual("The Data sheet lists every activity.", "La feuille Données contient toutes les activités.")
    else:
        where = Bilingual("The Excel file lists every activity.", "Le fichier Excel contient toutes les activités.")
    return Bilingual(
        f"Summary of a plan of {n.en}: the slides of its {priorities.en} are left out. {where.en}",
        f"Résumé d’un plan de {n.fr}{NBSP}: les diapositives de ses {priorities.fr} sont omises. {where.fr}",
    )
