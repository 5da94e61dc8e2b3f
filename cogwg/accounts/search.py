"""Search for jurisdictions by name, short name and code."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import NamedJurisdiction
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import table
from cogwg.core.search import Query, ResultRange, Results, matching

_J = table(Jurisdiction)
_JURISDICTIONS = select(*(_J.c[name] for name in ("id", "code", "name_en", "name_fr")))


def search_jurisdictions(session: Session, query: Query, part: ResultRange) -> Results[NamedJurisdiction]:
    """Return one page of the jurisdictions that match the search, in the order of their ids, in one SQL statement."""
    texts = [_J.c[name] for name in ("name_en", "name_fr", "short_en", "short_fr", "code")]
    rows = session.execute(matching(_JURISDICTIONS, texts, query.words, part, order=[_J.c.id])).all()
    return Results.of(rows, lambda r: NamedJurisdiction(r.id, r.code, Bilingual(r.name_en, r.name_fr)))
