"""The working group: two tables side by side, with facts about it and with its leads and partners."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest

from cogwg.briefing.deck import GroupSlide, LabelledPoint
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import Body, ContentBox, PageLine, TableSpan, text_box
from cogwg.core.bilingual import Bilingual

_COLUMNS = (130, 400, 20, 190, 210)


def bodies(slide: GroupSlide, context: RenderContext) -> list[Body]:
    """Return one body: two tables side by side in the same rows. Points that are still to be decided are in red."""
    carriers = slide.carriers or (LabelledPoint(wording.NOT_YET_KNOWN, Bilingual("–", "–")),)
    lines = tuple(
        PageLine(
            {**_point_boxes(fact, 0, context), **_carrier_boxes(carrier, context)},
            padding=12,
            can_grow=True,
            is_table_row=True,
            source=context.sources.group,
        )
        for fact, carrier in zip_longest(slide.facts, carriers)
    )
    heads = (wording.TOPIC, wording.WHAT_IT_IS, None, wording.LEADS_AND_PARTNERS, wording.PART_IN_PLAN)
    tables = (TableSpan(0, 1), TableSpan(3, 4))
    return [Body(_COLUMNS, lines, header=context.header(*heads), tables=tables, stretch=1.8)]


def _carrier_boxes(carrier: LabelledPoint | None, context: RenderContext) -> dict[int, ContentBox]:
    boxes = _point_boxes(carrier, 3, context)
    return {at: replace(box, source=context.sources.roles) for at, box in boxes.items()}


def _point_boxes(pair: LabelledPoint | None, at: int, context: RenderContext) -> dict[int, ContentBox]:
    if pair is None:
        return {}
    text = context.translate(pair.text)
    if pair.urgent:
        return {
            at: context.box(styles.URGENT, pair.label, repeats=True),
            at + 1: text_box(styles.URGENT.indented(), f"▲ {text}"),
        }
    return {at: context.box(styles.LABEL, pair.label, repeats=True), at + 1: text_box(styles.BODY.indented(), text)}
