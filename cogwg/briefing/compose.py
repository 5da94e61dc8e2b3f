"""Composing a deck: material and outline in, slides in the order of the outline out.

Reads only; knows nothing of workbooks or pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from cogwg.briefing import slides
from cogwg.briefing.deck import Deck, PointsSlide
from cogwg.briefing.material import Material, gather
from cogwg.briefing.outline import arranged
from cogwg.briefing.overrides import HalfWorded, half, lines_half
from cogwg.briefing.queries import OpenBriefing, StandingWords, standing_words
from cogwg.briefing.rules import as_of as earlier_of
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual

EDITION = 1


def compose(
    session: Session,
    *,
    year: int,
    meeting_on: date,
    audience: Bilingual,
    today: date,
    standing: StandingWords | None = None,
) -> Deck:
    """The deck of a meeting on the plan of a year that nobody has chosen anything for.

    As of the meeting day or today, whichever is earlier. Raises ``NotFound`` when the year has no plan.
    """
    words = standing_words(session) if standing is None else standing
    material = gather(session, year=year, as_of=earlier_of(meeting_on, today), standing=words)
    return build(material, meeting_on=meeting_on, audience=audience)


def material_of(session: Session, briefing: OpenBriefing, today: date) -> Material:
    """What the deck of a stored briefing is made from, its choices applied."""
    return gather(
        session,
        year=briefing.year,
        as_of=earlier_of(briefing.meeting_on, today),
        standing=briefing.standing,
        outline=briefing.outline,
        next_year=briefing.next_year,
        baseline=briefing.baseline,
    )


def draft_of(briefing: OpenBriefing, material: Material) -> Deck:
    """The draft of a stored briefing, numbered as the version it would become."""
    return build(
        material,
        meeting_on=briefing.meeting_on,
        audience=briefing.audience,
        place=briefing.place,
        edition=briefing.next_number,
        draft=True,
    )


def frozen_of(briefing: OpenBriefing, material: Material) -> Deck:
    """The same deck as it is kept: the next version, and no draft any more."""
    return build(
        material,
        meeting_on=briefing.meeting_on,
        audience=briefing.audience,
        place=briefing.place,
        edition=briefing.next_number,
    )


def build(
    material: Material,
    *,
    meeting_on: date,
    audience: Bilingual,
    place: Bilingual = EMPTY_TEXT,
    edition: int = EDITION,
    draft: bool = False,
) -> Deck:
    """The deck of this material: its slides as arranged, those left out missing, titles and findings as worded. Pure."""
    outline = material.outline
    made = {slide.key: slide for slide in slides.every(material, outline, edition=edition, draft=draft)}
    return Deck(
        group=slides.deck_group(material.standing),
        audience=audience,
        meeting_on=meeting_on,
        as_of=material.as_of,
        plan_year=material.plan.year,
        edition=edition,
        sample=material.sample,
        slides=tuple(slides.worded(made[key], outline) for key in arranged(outline, made) if outline.shows(key)),
        place=place,
        draft=draft,
        priorities=material.priorities,
    )


def half_worded(material: Material) -> tuple[HalfWorded, ...]:
    """What the slides that are shown say in the deck's own words in one language, and as the record has it in the other."""
    outline = material.outline
    found = [*_own_words(material), *_picked_words(material), *_highlights(material)]
    return tuple(one for one in found if outline.shows(one.slide))


def _own_words(material: Material) -> Iterator[HalfWorded]:
    """Titles, findings and points that a co-chair wrote. Free slides have nothing that they could follow."""
    outline = material.outline
    own = [words for words in outline.words if words.key not in outline.free]
    bare = replace(outline, words=tuple(words for words in outline.words if words.key in outline.free))
    usual = {slide.key: slide for slide in slides.every(material, bare, edition=EDITION, draft=True)} if own else {}
    for words in own:
        if slide := usual.get(words.key):
            points = slide.points if isinstance(slide, PointsSlide) else ()
            texts = half(words.title, slide.title), half(words.message, slide.message), lines_half(words.lines, points)
            yield from (HalfWorded(slide.key, lang) for lang in texts if lang is not None)


def _picked_words(material: Material) -> Iterator[HalfWorded]:
    """Changes, milestones and challenges that were picked."""
    outline = material.outline
    told: dict[tuple[str, str | int], Bilingual] = {("change", c.key): c.text for c in material.changes}
    told |= {("milestone", m.id): m.text for m in material.milestones}
    told |= {("challenge", c.id): c.text for c in material.challenges}
    picked = [
        *(("changed", ("change", t.key), t.wording) for t in outline.changes or ()),
        *(("milestones", ("milestone", p.id), p.wording) for p in outline.milestones or ()),
        *(("milestones", ("challenge", p.id), p.wording) for p in outline.challenges or ()),
    ]
    for slide, key, wording in picked:
        if key in told and (lang := half(wording, told[key])):
            yield HalfWorded(slide, lang, line=True)


def _highlights(material: Material) -> Iterator[HalfWorded]:
    """Highlights that were taken over from a report and reworded since."""
    shown = material.next or material
    for row in shown.rows:
        said = material.outline.priority(shown.plan.year, row.number).highlight
        reports = (state.progress for state in row.states)
        source = next((text for text in reports if text and (said.en == text.en or said.fr == text.fr)), EMPTY_TEXT)
        if lang := half(said, source):
            yield HalfWorded(f"priority-{row.number}", lang, line=True)


def offered(material: Material, *, edition: int = EDITION) -> tuple[str, ...]:
    """The keys of every slide this briefing could show, in its order, those left out too."""
    made = [slide.key for slide in slides.every(material, material.outline, edition=edition, draft=True)]
    return tuple(arranged(material.outline, made))
