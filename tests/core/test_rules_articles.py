"""Articles before the names of jurisdictions."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cogwg.core.articles import french_de, with_article
from cogwg.core.bilingual import Bilingual

SEED = tomllib.loads((Path(__file__).parents[2] / "seed" / "jurisdictions.toml").read_text(encoding="utf-8"))["jurisdiction"]


@pytest.mark.parametrize(
    ("name", "named", "of"),
    [
        (Bilingual("Ontario", "Ontario"), Bilingual("Ontario", "l’Ontario"), "de l’"),
        (Bilingual("Yukon", "Yukon"), Bilingual("Yukon", "le\u00a0Yukon"), "du\u00a0"),
        (Bilingual("BC", "C.-B."), Bilingual("BC", "la\u00a0C.-B."), "de la\u00a0"),
        (
            Bilingual("Northwest Territories", "Territoires du Nord-Ouest"),
            Bilingual("the Northwest Territories", "les\u00a0Territoires du Nord-Ouest"),
            "des\u00a0",
        ),
        (Bilingual("City of Halifax", "Halifax"), Bilingual("City of Halifax", "Halifax"), "de\u00a0"),
        (Bilingual("Ontario", ""), Bilingual("Ontario", ""), "de\u00a0"),
        (Bilingual("Ottawa", "Ottawa"), Bilingual("Ottawa", "Ottawa"), "d’"),
        (Bilingual("Evermore", "Éverest"), Bilingual("Evermore", "Éverest"), "d’"),
        (
            Bilingual("Federation of Canadian Municipalities", "Fédération canadienne des municipalités"),
            Bilingual("the Federation of Canadian Municipalities", "la\u00a0Fédération canadienne des municipalités"),
            "de la\u00a0",
        ),
        (
            Bilingual("Canadian Association of Clerks", "Association canadienne des greffiers"),
            Bilingual("the Canadian Association of Clerks", "l’Association canadienne des greffiers"),
            "de l’",
        ),
        (
            Bilingual("The Municipal Council", "Réseau municipal"),
            Bilingual("The Municipal Council", "le\u00a0Réseau municipal"),
            "du\u00a0",
        ),
    ],
)
def test_jurisdiction_name_in_a_sentence_has_its_article(name: Bilingual, named: Bilingual, of: str) -> None:
    assert with_article(name) == named
    assert french_de(name) == of


def test_every_french_name_of_the_members_has_an_article_except_newfoundland_and_labrador() -> None:
    names = [Bilingual(*row[key]) for row in SEED for key in ("name", "short")]
    assert {name.fr for name in names if with_article(name).fr == name.fr} == {"Terre-Neuve-et-Labrador", "T.-N.-L."}
