"""Text in two languages, and the cleaning of typed text."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core.bilingual import (
    EMPTY_TEXT,
    Bilingual,
    Language,
    LocalizedText,
    clean_line,
    clean_text,
    fold_text,
    same_wording_key,
    sort_key,
)

EN, FR = Language.EN, Language.FR


@pytest.mark.parametrize(
    ("text", "lang", "expected", "missing"),
    [
        (Bilingual("Plan", "Plan de travail"), EN, LocalizedText("Plan", EN), ()),
        (Bilingual("Plan", "Plan de travail"), FR, LocalizedText("Plan de travail", FR), ()),
        (Bilingual("Plan", ""), FR, LocalizedText("Plan", EN), (FR,)),
        (Bilingual("", "Plan de travail"), EN, LocalizedText("Plan de travail", FR), (EN,)),
        (EMPTY_TEXT, FR, LocalizedText("", FR), ()),
    ],
)
def test_localized_text_falls_back_and_missing_languages_are_listed(
    text: Bilingual, lang: Language, expected: LocalizedText, missing: tuple[Language, ...]
) -> None:
    assert text.localized(lang) == expected
    assert text.text(lang) == expected.text
    assert text.missing_languages == missing


def test_text_in_a_single_language_is_truthy() -> None:
    assert Bilingual("", "texte")
    assert not EMPTY_TEXT


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        (None, ""),
        ("  two words \n", "two words"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("Que\u0301bec", "Québec"),
        ("bell\x07, null\x00 and \ufffe", "bell, null and"),
        ("\u200b\u00a0 pasted \ufeff", "pasted"),
        ("Trois points\u00a0: oui", "Trois points\u00a0: oui"),
        ("tab\tstays", "tab\tstays"),
        ("half \ud83d a face", "half  a face"),
        # What comes with a text from Word or a spreadsheet.
        ("First line\x0bsecond\u2028third\x0cfourth", "First line\nsecond\nthird\nfourth"),
        ("gouver\xadnement", "gouvernement"),
        ("open\u200b.canada\u2060.ca\ufeff", "open.canada.ca"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\uf0b7\tOne\n\u00b7\tTwo\n  \u2022   Three", "\u2022 One\n\u2022 Two\n  \u2022 Three"),
        ("3 \u00b7 4 and \u2022 alone", "3 \u00b7 4 and \u2022 alone"),
        ('"One line\nof ""three""\nlines"\r\n', 'One line\nof "three"\nlines'),
        ('"A quoted sentence"', '"A quoted sentence"'),
        ('"One"\n"Two"', '"One"\n"Two"'),
        ("“Smart” ‘quotes’ l’été", "“Smart” ‘quotes’ l’été"),
        ("A1\tB1\nA2\tB2\r\n", "A1\tB1\nA2\tB2"),
        ("family \U0001f469\u200d\U0001f467 \u2764\ufe0f", "family \U0001f469\u200d\U0001f467 \u2764\ufe0f"),
    ],
)
def test_clean_text_examples(entered: str | None, expected: str) -> None:
    assert clean_text(entered) == expected


@pytest.mark.parametrize(
    "invisible",
    ["\u200b", "\u00ad", "\u2800", "\u3164", "\u200d\ufe0f", "\u202e \u202c", "\u2028", "\t\x0b\xa0", "\ufeff\n\u034f"],
)
def test_text_of_invisible_characters_only_is_empty(invisible: str) -> None:
    assert clean_text(invisible * 3) == clean_line(invisible) == ""


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ("Open\tdata\r\nportal\r\n", "Open data portal"),
        ('"Open data\nportal"', "Open data portal"),
        ("Trois points\u00a0: oui", "Trois points\u00a0: oui"),
        ("two  blanks", "two  blanks"),
    ],
)
def test_clean_line_has_no_tabs_or_line_breaks(entered: str, expected: str) -> None:
    assert clean_line(entered) == expected


@given(st.text('"\n\t•·\uf0b7a \u200b\u0301\xa0\ufe0f', max_size=16))
def test_clean_text_of_a_cleaned_paste_changes_nothing(entered: str) -> None:
    assert clean_text(clean_text(entered)) == clean_text(entered)
    assert clean_line(clean_line(entered)) == clean_line(entered)


@given(st.text(st.characters(codec=None), max_size=60))
def test_clean_text_is_idempotent_and_fits_xml(entered: str) -> None:
    cleaned = clean_text(entered)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    element = ElementTree.Element("t")
    element.text = cleaned
    read_back = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (read_back.text or "") == cleaned


def test_sort_key_folds_accents_and_case() -> None:
    names = [
        "Yukon",
        "Saskatchewan",
        "Québec",
        "Île-du-Prince-Édouard",
        "Ontario",
        "alberta",
        "Nunavut",
        "Colombie-Britannique",
    ]
    assert sorted(names, key=sort_key) == [
        "alberta",
        "Colombie-Britannique",
        "Île-du-Prince-Édouard",
        "Nunavut",
        "Ontario",
        "Québec",
        "Saskatchewan",
        "Yukon",
    ]


@given(st.text(max_size=30))
def test_sort_key_ignores_how_accents_are_composed(text: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "words",
    [
        # The orders of French and English dictionaries.
        ["cote", "côte", "coté", "côté"],
        ["pêche", "péché", "pêcher", "pécheur"],
        ["œil", "œuf", "offre", "ouvert"],
        ["coeur", "cœur", "cohorte"],
        ["arc-boutant", "arc-en-ciel", "arche"],
        ["l’accès", "laine", "L’Écho", "l’été"],
        ["cooperate", "co-operation", "coopt"],
        ["New Brunswick", "Newfoundland and Labrador", "Northwest Territories", "Nova Scotia", "Nunavut"],
        ["Sainte-Foy", "Saint-Jean", "Saintonge"],
    ],
)
def test_sort_key_orders_words_as_dictionaries_do(words: list[str]) -> None:
    assert sorted(set(words), key=sort_key) == words


def test_searching_ignores_ligatures_accents_and_the_shape_of_apostrophes() -> None:
    assert fold_text("L’Œuvre d’Été") == fold_text("l'oeuvre d'ete")


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        ("Manque d’employés", "manque d'employés", True),
        ("Open  data", "Open\u00a0data", True),
        ("Qualité", "Qualite\u0301", True),
        ("Co-ordination", "Co\u2011ordination", True),
        ("Qualité", "Qualite", False),
        ("Coordination", "Co-ordination", False),
    ],
)
def test_wording_is_the_same_apart_from_apostrophes_blanks_and_composition(first: str, second: str, is_same: bool) -> None:
    assert (same_wording_key(first) == same_wording_key(second)) is is_same
