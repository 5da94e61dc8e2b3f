"""Composing a deck: material and outline in, slides in the order of the outline out.

Reads only; knows nothing of workbooks or pages.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from cogwg.briefing import slides
from cogwg.briefing.deck import Deck
from cogwg.briefing.material import Material, gather
from cogwg.briefing.outline import arranged
from cogwg.briefing.queries import OpenBriefing, StandingWords, standing_words
from cogwg.briefing.rules import as_of as earlier_of
from cogwg.core.bilingual import NOTHING, Bilingual

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
    place: Bilingual = NOTHING,
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


def offered(material: Material, *, edition: int = EDITION) -> tuple[str, ...]:
    """The keys of every slide this briefing could show, in its order, those left out too."""
    made = [slide.key for slide in slides.every(material, material.outline, edition=edition, draft=True)]
    return tuple(arranged(material.outline, made))
