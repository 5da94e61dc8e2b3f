"""Compose a deck from a briefing source and its outline, with the slides in the order of the outline.

This module reads the database but does not write to it. It does not depend on the file formats of decks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from cogwg.briefing import slides
from cogwg.briefing.deck import Deck, DeckState, PointsSlide
from cogwg.briefing.gap_sources import GapPlace, GapSource, slide_source
from cogwg.briefing.outline import ordered_keys
from cogwg.briefing.overrides import OneLanguageOverride, overridden_language, overridden_lines_language
from cogwg.briefing.queries import OpenBriefing, StandingContent, load_standing_content
from cogwg.briefing.record_sources import deck_sources
from cogwg.briefing.rules import as_of as earlier_of
from cogwg.briefing.source import BriefingSource, load_source
from cogwg.briefing.source_list import SOURCES_SLIDE
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

FIRST_VERSION = 1


def compose_deck(
    session: Session,
    *,
    year: int,
    meeting_on: date,
    audience: Bilingual,
    today: date,
    standing_content: StandingContent | None = None,
) -> Deck:
    """Compose a deck for a meeting that has no stored briefing, from the plan of ``year`` and the default outline.

    The deck is as of the meeting day or today, whichever is earlier. Raises ``NotFound`` if the year has no plan.
    ``standing_content`` is read from the database if it is None.
    """
    words = load_standing_content(session) if standing_content is None else standing_content
    source = load_source(session, year=year, as_of=earlier_of(meeting_on, today), standing_content=words)
    return build_deck(source, meeting_on=meeting_on, audience=audience, state=DeckState.STANDING)


def load_briefing_source(session: Session, briefing: OpenBriefing, today: date) -> BriefingSource:
    """Load the data for the deck of a stored briefing, together with the briefing's outline."""
    return load_source(
        session,
        year=briefing.year,
        as_of=earlier_of(briefing.meeting_on, today),
        standing_content=briefing.standing_content,
        outline=briefing.outline,
        next_year=briefing.next_year,
        baseline=briefing.baseline,
    )


def draft_deck(briefing: OpenBriefing, briefing_source: BriefingSource) -> Deck:
    """Build the draft deck of a stored briefing, with the number of the version that it would become."""
    return build_deck(
        briefing_source,
        meeting_on=briefing.meeting_on,
        audience=briefing.audience,
        place=briefing.place,
        version=briefing.next_number,
        state=DeckState.DRAFT,
    )


def deck_to_freeze(briefing: OpenBriefing, briefing_source: BriefingSource, *, witness: str = "") -> Deck:
    """Build the deck to freeze: the next version, not marked as a draft. ``witness`` is the head of the audit log."""
    deck = build_deck(
        briefing_source,
        meeting_on=briefing.meeting_on,
        audience=briefing.audience,
        place=briefing.place,
        version=briefing.next_number,
    )
    return replace(deck, witness=witness)


def build_deck(
    briefing_source: BriefingSource,
    *,
    meeting_on: date,
    audience: Bilingual,
    place: Bilingual = EMPTY_TEXT,
    version: int = FIRST_VERSION,
    state: DeckState = DeckState.VERSION,
) -> Deck:
    """Build a deck from the slides that the outline shows, in the outline's order and with its wording.

    The list of sources is always the last slide. Pure function.
    """
    outline = briefing_source.outline
    offered = slides.all_slides(
        briefing_source, outline, version=version, state=state, audience=audience, meeting_on=meeting_on
    )
    made = {slide.key: slide for slide in offered}
    shown = [slides.apply_wording(made[key], outline) for key in ordered_keys(outline, made) if outline.is_shown(key)]
    return Deck(
        group=slides.group_name(briefing_source.standing_content),
        audience=audience,
        meeting_on=meeting_on,
        as_of=briefing_source.as_of,
        plan_year=briefing_source.plan.year,
        edition=version,
        sample=briefing_source.sample,
        slides=(*shown, SOURCES_SLIDE),
        place=place,
        state=state,
        priorities=briefing_source.priorities,
        agenda_item=outline.cover.agenda_item,
        classification=outline.cover.classification,
        sources=deck_sources(briefing_source, shown),
    )


def one_language_overrides(briefing_source: BriefingSource) -> tuple[OneLanguageOverride, ...]:
    """Return an entry for each text that was reworded in one language only, on the slides that are shown."""
    outline = briefing_source.outline
    overrides = (
        *_overridden_slides(briefing_source),
        *_overridden_picks(briefing_source),
        *_overridden_highlights(briefing_source),
    )
    return tuple(override for override in overrides if outline.is_shown(override.source.slide))


def _overridden_slides(briefing_source: BriefingSource) -> Iterator[OneLanguageOverride]:
    """Yield titles, findings and points that were reworded in one language only.

    Slides with free text are left out, because they have no default text.
    """
    outline = briefing_source.outline
    own = [words for words in outline.words if words.key not in outline.free_slide_keys]
    bare = replace(outline, words=tuple(words for words in outline.words if words.key in outline.free_slide_keys))
    usual = (
        {slide.key: slide for slide in slides.all_slides(briefing_source, bare, version=FIRST_VERSION, state=DeckState.DRAFT)}
        if own
        else {}
    )
    for words in own:
        if slide := usual.get(words.key):
            points = slide.points if isinstance(slide, PointsSlide) else ()
            texts = (
                overridden_language(words.title, slide.title),
                overridden_language(words.message, slide.message),
                overridden_lines_language(words.lines, points),
            )
            source = GapSource(GapPlace.SLIDE_TEXTS, slide.key)
            yield from (OneLanguageOverride(lang, source) for lang in texts if lang is not None)


def _overridden_picks(briefing_source: BriefingSource) -> Iterator[OneLanguageOverride]:
    """Yield chosen changes, milestones and challenges that were reworded in one language only."""
    outline = briefing_source.outline
    defaults: dict[tuple[str, str | int], Bilingual] = {("change", c.key): c.text for c in briefing_source.changes}
    defaults |= {("milestone", m.id): m.text for m in briefing_source.milestones}
    defaults |= {("challenge", c.id): c.text for c in briefing_source.challenges}
    picked = [
        *(("changed", ("change", t.key), t.wording) for t in outline.changes or ()),
        *(("milestones", ("milestone", p.id), p.wording) for p in outline.milestones or ()),
        *(("milestones", ("challenge", p.id), p.wording) for p in outline.challenges or ()),
    ]
    for slide, key, wording in picked:
        if key in defaults and (lang := overridden_language(wording, defaults[key])):
            yield OneLanguageOverride(lang, slide_source(slide))


def _overridden_highlights(briefing_source: BriefingSource) -> Iterator[OneLanguageOverride]:
    """Yield highlights that were copied from a report and then reworded in one language only."""
    shown = briefing_source.announced or briefing_source
    for row in shown.rows:
        highlight = briefing_source.outline.priority_wording(shown.plan.year, row.number).highlight
        reports = (state.progress for state in row.states)
        default = next((t for t in reports if t and (highlight.en == t.en or highlight.fr == t.fr)), EMPTY_TEXT)
        if lang := overridden_language(highlight, default):
            yield OneLanguageOverride(lang, slide_source(f"priority-{row.number}"))


def offered_slide_keys(briefing_source: BriefingSource, *, version: int = FIRST_VERSION) -> tuple[str, ...]:
    """Return the key of every slide that this briefing could show, in the outline's order, including slides that the outline
    leaves out.
    """
    outline = briefing_source.outline
    made = slides.all_slides(briefing_source, outline, version=version, state=DeckState.DRAFT)
    return tuple(ordered_keys(outline, [slide.key for slide in made]))
