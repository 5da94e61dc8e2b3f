"""The decisions on one slide of a frozen version, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from cogwg.briefing.decisions import DecisionFacts
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class SlideDecision:
    """A decision beside its slide. ``correct_url`` is the URL to correct it, or "" if the reader may not."""

    facts: DecisionFacts
    correct_url: str = ""


@dataclass(frozen=True, slots=True)
class SlideDecisions:
    """The decisions on a slide. ``record_url`` is the URL to record one, or "" if the reader may not."""

    key: str
    rows: tuple[SlideDecision, ...]
    record_url: str = ""


def slide_decisions(id: int, number: int, recorded: Iterable[DecisionFacts], key: str, *, may_record: bool) -> SlideDecisions:
    """Return the decisions on the slide with this key, as the page of a version shows them.

    Decisions that were withdrawn are shown only to people who may record them.
    """
    values: dict[str, Any] = {"lang": i18n.current_language().value, "id": id, "number": number}

    def correct_url(facts: DecisionFacts) -> str:
        return url_for("presentation.decision_correct", decision=facts.number, **values) if may_record else ""

    shown = (d for d in recorded if d.slide == key and (may_record or not d.current.is_withdrawn))
    rows = tuple(SlideDecision(facts, correct_url(facts)) for facts in shown)
    return SlideDecisions(key, rows, url_for("presentation.decision_record", slide=key, **values) if may_record else "")
