"""Text in two languages, and the cleaning of typed text."""

from __future__ import annotations

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, LocalizedText, clean_text, sort_key

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
    ],
)
def test_clean_text_examples(entered: str | None, expected: str) -> None:
    assert clean_text(entered) == expected


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
