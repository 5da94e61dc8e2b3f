"""Search in briefings: in the details of the meeting, and in the slides of the latest frozen version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cogwg.briefing.models import Briefing, FrozenVersion
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.core.search import Query, ResultRange, Results, matching


@dataclass(frozen=True, slots=True)
class BriefingMatch:
    """A briefing that matches a search. ``number`` is the number of its latest frozen version, or 0 if there is none."""

    id: int
    number: int
    meeting_on: date
    audience: Bilingual
    place: Bilingual


class texts_of_deck(FunctionElement[str]):
    """The SQL expression for all texts of a deck, joined to one string. In a deck's JSON, a text is an array of two strings."""

    type = String()
    inherit_cache = True


@compiles(texts_of_deck, "sqlite")
def _texts_on_sqlite(element: texts_of_deck, compiler: SQLCompiler, **options: Any) -> str:
    tree = f"json_tree({compiler.process(element.clauses, **options)})"
    return f"(SELECT group_concat(atom, ' ') FROM {tree} WHERE type = 'text' AND typeof(key) = 'integer')"  # noqa: S608


@compiles(texts_of_deck, "postgresql")
def _texts_on_postgresql(element: texts_of_deck, compiler: SQLCompiler, **options: Any) -> str:
    strings = """strict $.** ? (@.type() == "array")[*] ? (@.type() == "string")"""
    texts = f"jsonb_path_query(CAST({compiler.process(element.clauses, **options)} AS jsonb), '{strings}')"
    return f"(SELECT string_agg(t #>> '{{}}', ' ') FROM {texts} AS t)"  # noqa: S608


_B, _V = map(table, (Briefing, FrozenVersion))
_LATEST = select(func.max(_V.c.id)).where(_V.c.briefing_id == _B.c.id).correlate(_B).scalar_subquery()
_MEETING = ("audience_en", "audience_fr", "place_en", "place_fr")
_BRIEFINGS = select(
    _B.c.id, func.coalesce(_V.c.number, 0).label("number"), _B.c.meeting_on, *(_B.c[name] for name in _MEETING)
).select_from(_B.outerjoin(_V, _V.c.id == _LATEST))


def search_briefings(session: Session, query: Query, part: ResultRange, *, frozen_only: bool) -> Results[BriefingMatch]:
    """Return one page of the briefings that match the search, the latest meeting first, in one SQL statement.

    With ``frozen_only``, briefings without a frozen version are left out. The slides of drafts are not searched.
    """
    rows = _BRIEFINGS.where(_V.c.id.is_not(None)) if frozen_only else _BRIEFINGS
    texts = [_B.c.meeting_on, *(_B.c[name] for name in _MEETING), texts_of_deck(_V.c.deck)]
    statement = matching(rows, texts, query.words, part, order=[_B.c.meeting_on.desc()])
    return Results.of(
        session.execute(statement).all(),
        lambda r: BriefingMatch(
            r.id, r.number, r.meeting_on, Bilingual(r.audience_en, r.audience_fr), Bilingual(r.place_en, r.place_fr)
        ),
    )
