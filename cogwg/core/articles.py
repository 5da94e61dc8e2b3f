"""The article that a jurisdiction's name takes in a sentence: "the Northwest Territories", « l’Ontario », « du Québec ».

Only the names listed below take an article. Any other name, such as that of a city, has none.
"""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP

_ENGLISH = dict.fromkeys(("Northwest Territories", "NWT"), "the ")
_FRENCH = {
    name: article
    for article, names in (
        (f"le{NBSP}", ("Canada", "Manitoba", "Nouveau-Brunswick", "N.-B.", "Nunavut", "Québec", "Yukon")),
        (f"la{NBSP}", ("Colombie-Britannique", "C.-B.", "Nouvelle-Écosse", "N.-É.", "Saskatchewan")),
        ("l’", ("Alberta", "Île-du-Prince-Édouard", "Î.-P.-É.", "Ontario")),
        (f"les{NBSP}", ("Territoires du Nord-Ouest", "T.N.-O.")),
    )
    for name in names
}
_DE = {"": f"de{NBSP}", f"le{NBSP}": f"du{NBSP}", f"la{NBSP}": f"de la{NBSP}", "l’": "de l’", f"les{NBSP}": f"des{NBSP}"}


def article(name: Bilingual, lang: Language) -> str:
    """Return the article before a name, with the space that follows it; empty for a name without an article."""
    return (_ENGLISH if lang is Language.EN else _FRENCH).get(name.exact_text(lang), "")


def french_de(name: Bilingual) -> str:
    """Return the French "de" before a name, contracted with its article: « du », « de l’ »."""
    return _DE[article(name, Language.FR)]


def with_article(name: Bilingual) -> Bilingual:
    """Return a name with its article in both languages; a language in which the name is missing stays empty."""
    return Bilingual(*(article(name, lang) + name.exact_text(lang) for lang in Language))
