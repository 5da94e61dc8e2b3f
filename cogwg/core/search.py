"""Search for words in stored texts: the query, the SQL condition for both database engines, and the matches in a text.

Case, accents, ligatures and the shape of apostrophes do not matter. Every word must occur, in any order, in either language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cogwg.core.bilingual import clean_line, fold_text
from cogwg.core.errors import N_, Message

MIN_WORD, MAX_WORDS, MAX_QUERY = 2, 10, 100
"""The fewest characters of a word that is not a number, and the most words and the most characters of a query, which limit its
cost."""
SEARCHED_ROWS = 5000
"""How many rows of each kind are searched at most, newest first, so that the cost of a search has a limit."""
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Query:
    """What a person searches for: the text as typed, and its words as they are compared.

    ``ignored`` are the single letters and signs that are not searched for.
    """

    text: str
    words: tuple[str, ...]
    ignored: tuple[str, ...] = ()

    @property
    def problem(self) -> Message | None:
        """The message about a query that is too short or too long, or None."""
        if not self.words:
            return Message(N_("Enter a word of at least %(num)s letters, or a number."), {"num": MIN_WORD})
        if len(self.text) > MAX_QUERY:
            return Message(N_("Shorten your search to at most %(num)s characters."), {"num": MAX_QUERY})
        if len(self.words) > MAX_WORDS:
            return Message(N_("Search for at most %(num)s words at once."), {"num": MAX_WORDS})
        return None


@dataclass(frozen=True, slots=True)
class ResultRange:
    """One page of results: at most ``limit`` of them, after the first ``offset``."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Results(Generic[Row]):
    """One page of results, and the number of results on all pages."""

    rows: tuple[Row, ...] = ()
    total: int = 0

    @classmethod
    def of(cls, rows: Sequence[Any], fact: Callable[[Any], Row]) -> Results[Row]:
        """Return the results from rows that ``matching`` selects; ``fact`` converts a row to a result."""
        return cls(tuple(map(fact, rows)), rows[0].total if rows else 0)


def parse_query(text: str | None) -> Query:
    """Return the query that a person typed. A repeated word is searched for once, and single letters are ignored."""
    plain = clean_line(text)
    words = tuple(dict.fromkeys(fold_text(plain).split()))
    searched = tuple(word for word in words if len(word) >= MIN_WORD or word.isdecimal())
    return Query(plain, searched, tuple(word for word in words if word not in searched))


class folded(FunctionElement[str]):
    """The SQL function that prepares a text for comparison as ``fold_text`` does."""

    type = String()
    inherit_cache = True


@compiles(folded, "sqlite")
def _folded_on_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return f"fold_text({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _folded_on_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    text = rf"regexp_replace({text}, E'[\u2018\u2019\u02bc\u02b9\u2032\u00b4`\uff07]', E'\'', 'g')"
    for ligature, plain in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss")):
        text = f"replace({text}, '{ligature}', '{plain}')"
    return rf"lower(regexp_replace(normalize({text}, NFKD), E'[\u0300-\u036f]', '', 'g'))"


def matching(
    rows: Select[*tuple[Any, ...]],
    texts: Sequence[ColumnElement[Any]],
    words: Sequence[str],
    part: ResultRange,
    *,
    order: Sequence[ColumnElement[Any]],
    first: ColumnElement[bool] | None = None,
) -> Select[*tuple[Any, ...]]:
    """Return a statement for one page of the rows whose texts contain every word. Each row also has ``total``, the number of
    matches on all pages.

    Only the first ``SEARCHED_ROWS`` rows are searched, so ``order`` must put the newest rows first. Rows for which ``first``
    is true come before all others.
    """
    place = func.row_number().over(order_by=[*([first.desc()] if first is not None else []), *order]).label("place")
    searched = rows.add_columns(place, folded(_joined(texts)).label("searched_text"))
    candidates = searched.order_by("place").limit(SEARCHED_ROWS).subquery()
    columns = (c for c in candidates.c if c.name not in ("place", "searched_text"))
    return (
        select(*columns, func.count().over().label("total"))
        .where(*(candidates.c.searched_text.contains(word, autoescape=True) for word in words))
        .order_by(candidates.c.place)
        .limit(part.limit)
        .offset(part.offset)
    )


def _joined(texts: Sequence[ColumnElement[Any]]) -> ColumnElement[str]:
    joined: ColumnElement[str] = func.coalesce(texts[0].cast(String), "")
    for text in texts[1:]:
        joined = joined + " " + func.coalesce(text.cast(String), "")
    return joined


def count_matches(text: str, words: Sequence[str]) -> int:
    """Return how many of these words occur in a text."""
    plain = fold_text(text)
    return sum(word in plain for word in words)


def match_spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the parts of a text that match a word, as (start, end); parts that touch or overlap are joined."""
    folded_text = [(part, n) for n, character in enumerate(text) for part in _fold_character(character)]
    plain = "".join(part for part, _n in folded_text)
    starts = sorted((start, start + len(word)) for word in words for start in _occurrences(plain, word))
    spans: list[tuple[int, int]] = []
    for start, end in ((folded_text[first][1], folded_text[after - 1][1] + 1) for first, after in starts):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    return fold_text(character)


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))
