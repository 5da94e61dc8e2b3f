"""Search in a database: text is folded alike on both engines, and what a person types is taken literally."""

from __future__ import annotations

import pytest
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import fold_text
from cogwg.core.search import ResultRange, folded, match_spans, matching, parse_query
from cogwg.plan.search import search_activities
from cogwg.reporting.search import search_reports

TEXTS = [
    "Données ouvertes",
    "L’œuvre d‘un CŒUR",
    "ÆTHER, Straße",
    "À la Côte-Nord\u00a0: 42\u00a0%",
    "cote\u0301",
    "ᐃᓄᒃᑎᑐᑦ Tłı̨chǫ",
    "100%_done\\x'\"",
]


@pytest.mark.parametrize("text", TEXTS)
def test_database_folds_text_as_python_does(seeded: Session, text: str) -> None:
    assert seeded.scalar(select(folded(literal(text)))) == fold_text(text)


@pytest.mark.parametrize("typed", ["%%", "__", "100%_DONE", "\\x'", "'\"", "x' OR '1'='1"])
def test_typed_text_is_matched_literally(seeded: Session, typed: str) -> None:
    row = select(literal(TEXTS[-1]).label("text"))
    is_match = all(word in fold_text(TEXTS[-1]) for word in parse_query(typed).words)
    statement = matching(row, [literal(TEXTS[-1])], parse_query(typed).words, ResultRange(5), order=[literal(1)])
    assert len(seeded.execute(statement).all()) == is_match


def test_total_counts_results_beyond_the_limit(seeded: Session) -> None:
    every = search_activities(seeded, parse_query("2020"), ResultRange(50))
    part = search_activities(seeded, parse_query("2020"), ResultRange(4, 4))
    assert (every.total, part.total) == (21, 21)
    assert part.rows == every.rows[4:8]


def test_activity_with_typed_number_comes_first(seeded: Session) -> None:
    assert search_activities(seeded, parse_query("2.3"), ResultRange(5)).rows[0].code == "2.3"


def test_report_is_matched_in_either_language_without_accents(seeded: Session) -> None:
    codes = [
        [match.code for match in search_reports(seeded, parse_query(typed), ResultRange(5)).rows]
        for typed in ("USER stories portal", "recits d'UTILISATION portail")
    ]
    assert codes == [["1.2"], ["1.2"]]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("x", "Enter a word"),
        ("\u200b é \u00ad", "Enter a word"),
        ("a b & c", "Enter a word"),
        ("x" * 101, "Shorten"),
        (" ".join(map(str, range(11))), "Search for at most"),
        (" ".join(map(str, range(10))), None),
        ("é2", None),
        ("2", None),
        ("2.3", None),
        ("x" * 100, None),
    ],
)
def test_query_of_unsuitable_length_is_explained(typed: str, problem: str | None) -> None:
    message = parse_query(typed).problem
    assert (message.id if message else "").startswith(problem or "")
    assert (message is None) == (problem is None)


def test_single_letters_are_left_out_and_digits_are_not() -> None:
    query = parse_query("Priorité 2 à l’essai & d à 2.3")
    assert (query.words, query.ignored) == (("priorite", "2", "l'essai", "2.3"), ("a", "&", "d"))


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_each_row_is_folded_once_for_all_words(seeded: Session) -> None:
    """On SQLite, which calls Python for it; PostgreSQL folds in SQL."""
    calls: list[str] = []

    def counting(text: str) -> str:
        calls.append(text)
        return fold_text(text)

    seeded.connection().connection.driver_connection.create_function("fold_text", 1, counting, deterministic=True)  # type: ignore[union-attr]
    results = search_activities(seeded, parse_query("en le of an re"), ResultRange(5))
    assert len(calls) == len(set(calls)), (len(calls), results.total)


def test_matches_are_marked_in_the_text_as_written() -> None:
    text = "Cœurs et données, CŒUR"
    assert [text[start:end] for start, end in match_spans(text, ["coeur", "onn", "nees"])] == ["Cœur", "onnées", "CŒUR"]
