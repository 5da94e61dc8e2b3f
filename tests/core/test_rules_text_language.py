"""The language of a typed text is guessed from its common words; in doubt it is the page's."""

from __future__ import annotations

import pytest

from cogwg.core.bilingual import Language
from cogwg.core.text_language import guess_language

EN, FR = Language.EN, Language.FR


@pytest.mark.parametrize(
    ("text", "expected", "lang"),
    [
        ("Results from Ontario and two other jurisdictions are compiled. We are waiting for four more.", FR, EN),
        ("Les résultats de l’Ontario et de deux autres administrations sont compilés.", EN, FR),
        ("We compiled the results.", EN, EN),
        ("Résultats compilés.", EN, EN),
        ("Done", FR, FR),
        ("", FR, FR),
        ("The Université de Montréal is on the list of partners.", EN, EN),
        ("Nous avons lancé le portail « Open Data for All » avec la ville.", EN, FR),
    ],
)
def test_clear_text_is_in_its_language_and_an_unclear_one_in_the_pages(text: str, expected: Language, lang: Language) -> None:
    assert guess_language(text, expected) is lang
