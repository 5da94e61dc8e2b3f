"""The kinds of slides: how each is laid out on pages, and what it is called beside its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Any

from cogwg.briefing import deck as waist
from cogwg.briefing.deck import Deck, Slide
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import (
    asks,
    changed,
    contents,
    cover,
    divider,
    fill,
    free,
    glance,
    group,
    news,
    points,
    priority,
    progress,
)
from cogwg.briefing.render.pages.page import Body, Line, Placed
from cogwg.briefing.render.pages.setting import Setting
from cogwg.briefing.render.pages.text import Voice
from cogwg.core.bilingual import Bilingual

Bodies = Callable[[Any, Setting], list[Body]]
_TAB = 22
"""The letters of a tab's name that are left beside the numbers of slide and page."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of slide is laid out, and what its tab is called."""

    bodies: Bodies
    tab: Callable[[Any], Bilingual]


def _called(name: Bilingual) -> Callable[[Any], Bilingual]:
    return lambda slide: name


def _own_name(slide: waist.PointsSlide) -> Bilingual:
    return slide.name or slide.title


def _titled(slide: waist.TextSlide) -> Bilingual:
    """The title, in whole words as far as a tab has room for it."""
    if not slide.title:
        return wording.TEXT_TAB
    return Bilingual(_shortened(slide.title.en), _shortened(slide.title.fr))


def _shortened(text: str) -> str:
    found = shorten(text, _TAB, placeholder=" …")
    return text if found == "…" else found


def _numbered(slide: waist.PrioritySlide) -> Bilingual:
    return Bilingual(f"{wording.PRIORITY.en} {slide.number}", f"{wording.PRIORITY.fr} {slide.number}")


_KINDS: Mapping[type[Slide], Kind] = {
    waist.TitleSlide: Kind(cover.bodies, _called(wording.TITLE_TAB)),
    waist.ContentsSlide: Kind(contents.bodies, _called(wording.CONTENTS)),
    waist.PointsSlide: Kind(points.bodies, _own_name),
    waist.TextSlide: Kind(free.bodies, _titled),
    waist.GroupSlide: Kind(group.bodies, _called(wording.GROUP_TAB)),
    waist.GlanceSlide: Kind(glance.bodies, _called(wording.GLANCE_TAB)),
    waist.ChangedSlide: Kind(changed.bodies, _called(wording.CHANGED_TAB)),
    waist.ProgressSlide: Kind(progress.bodies, _called(wording.PROGRESS_TAB)),
    waist.MilestonesSlide: Kind(news.bodies, _called(wording.NEWS_TAB)),
    waist.NextStepsSlide: Kind(points.steps, _called(wording.STEPS_TAB)),
    waist.AsksSlide: Kind(asks.bodies, _called(wording.ASKS_TAB)),
    waist.AnnexSlide: Kind(divider.bodies, _called(wording.ANNEX_TAB)),
    waist.PrioritySlide: Kind(priority.bodies, _numbered),
}
Kinds = Mapping[type[Slide], Kind]


def kinds(data: Bodies) -> Kinds:
    """Every kind of slide; the rows behind the slides are laid out by each format in its own way."""
    return {**_KINDS, waist.DataSlide: Kind(data, _called(wording.DATA_TAB))}


def setting_of(deck: Deck, voice: Voice, own: Kinds) -> Setting:
    """What every page knows of the others: the slides with their numbers and names."""
    tabs = [voice.say(own[type(slide)].tab(slide)) for slide in deck.slides]
    return Setting(deck, voice, tuple((n, s, tab) for n, (s, tab) in enumerate(zip(deck.slides, tabs, strict=True), 1)))


def pages(slide: Slide, setting: Setting, own: Kinds) -> list[Placed]:
    """A slide's pages: each body with its opening, the first with the message, the others "(continued)"."""
    found: list[Placed] = []
    for body in own[type(slide)].bodies(slide, setting):
        title = body.title or setting.say(slide.title)
        message = body.message or setting.say(slide.message)
        again = _opening(body, f"{title} {setting.say(wording.CONTINUED)}", "", setting)
        opening = body.opening or _opening(body, title, message, setting)
        if not found and body.opening is None:
            body = replace(body, lead=(*fill.overlong(title, message, body.title_span or len(body.columns)), *body.lead))
        found += fill.pages(body, again if found and not body.title else opening, again, setting.voice)
    return found


def _opening(body: Body, title: str, message: str, setting: Setting) -> tuple[Line, ...]:
    """The title, the mark and the message; a sheet that prints two pages wide has the title on both."""
    span = body.title_span or len(body.columns)
    own = fill.frame(title, message, mark=setting.mark, span=span)
    if not body.title_span:
        return own
    said = title if title.endswith(setting.say(wording.CONTINUED)) else f"{title} {setting.say(wording.CONTINUED)}"
    return fill.beside(own, fill.frame(said, "", mark=setting.mark, span=len(body.columns) - span), span)
