"""The bank of personal information has the number that the Government of Canada gives it in the page's language."""

from __future__ import annotations

import pytest

from tests.web.engagement.commenting import Commenting
from tests.web_client import App

NUMBERS = {"en": "PSU 914", "fr": "POU 914"}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_privacy_page_names_the_bank_by_its_number_in_each_language(read_only_app: App, lang: str) -> None:
    text = read_only_app.anonymous_client().get(f"/{lang}/privacy").main_text
    assert [number in text for number in NUMBERS.values()] == [lang == "en", lang == "fr"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_form_for_comments_names_the_bank_by_its_number_in_each_language(commenting: Commenting, lang: str) -> None:
    text = commenting.open_form(lang).main_text
    assert [number in text for number in NUMBERS.values()] == [lang == "en", lang == "fr"]
