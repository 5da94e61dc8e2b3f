"""The page of an activity."""

from __future__ import annotations

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.web.http.filters import explain_abbreviations
from tests.web_client import Client, text_of


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "GBA+ (gender-based analysis plus)"), ("fr", "ACS+ (analyse comparative entre les sexes plus)")],
)
def test_abbreviation_in_an_activity_is_explained_at_its_first_use(ontario: Client, lang: str, words: str) -> None:
    lede = ontario.get(f"/{lang}/plans/2020/activities/5.3").find("p", class_="lede")
    assert words in text_of(lede)


def test_abbreviation_is_explained_once_and_not_where_the_text_does_it() -> None:
    spelled = "gender-based analysis plus (GBA+) and GBA+"
    assert explain_abbreviations(Bilingual(spelled, "")).en == spelled
    assert explain_abbreviations(Bilingual("GBA+, then GBA+", "")).en == "GBA+ (gender-based analysis plus), then GBA+"
    assert explain_abbreviations(Bilingual("GBA+", "GBA+")).fr == "GBA+", "each language has its own"
