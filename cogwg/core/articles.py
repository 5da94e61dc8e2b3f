"""The article that a jurisdiction's name takes in a sentence: "the Northwest Territories", « l’Ontario », « du Québec ».

The names listed below take an article, and so do names that contain a word for an organization: "the Federation of Canadian
Municipalities", « la Fédération canadienne des municipalités ». Any other name, such as that of a city, has none.
"""

from __future__ import annotations

import re

from cogwg.core.bilingual import Bilingual, Language, fold_text
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
_ENGLISH_ORGANIZATION = re.compile(
    r"\b(?:alliance|assembly|association|coalition|conference|council|federation|government|network|organization|union)\b",
    re.IGNORECASE,
)
"""The words that mark a name as that of an organization, wherever they stand in it."""
_FRENCH_ORGANIZATIONS = {
    word: article
    for article, words in (
        (f"le{NBSP}", ("bureau", "comite", "conseil", "forum", "gouvernement", "regroupement", "reseau", "secretariat")),
        (f"la{NBSP}", ("coalition", "communaute", "conference", "federation", "municipalite", "nation", "ville")),
        ("l’", ("alliance", "assemblee", "association", "organisation", "union")),
    )
    for word in words
}
"""The first words that mark a French name as that of an organization, without accents, each with its article."""
_VOWELS = tuple("aeiou")
_DE = {"": f"de{NBSP}", f"le{NBSP}": f"du{NBSP}", f"la{NBSP}": f"de la{NBSP}", "l’": "de l’", f"les{NBSP}": f"des{NBSP}"}


def article(name: Bilingual, lang: Language) -> str:
    """Return the article before a name, with the space that follows it; empty for a name without an article."""
    text = name.exact_text(lang)
    if lang is Language.EN:
        is_organization = _ENGLISH_ORGANIZATION.search(text) and not text.casefold().startswith("the ")
        return _ENGLISH.get(text) or ("the " if is_organization else "")
    first_word = fold_text(text).partition(" ")[0]
    return _FRENCH.get(text) or _FRENCH_ORGANIZATIONS.get(first_word, "")


def french_de(name: Bilingual) -> str:
    """Return the French "de" before a name, contracted with its article: « du », « de l’ »; and « d’ » before a vowel."""
    own = article(name, Language.FR)
    return "d’" if not own and fold_text(name.fr)[:1] in _VOWELS else _DE[own]


def with_article(name: Bilingual) -> Bilingual:
    """Return a name with its article in both languages; a language in which the name is missing stays empty."""
    return Bilingual(*(article(name, lang) + name.exact_text(lang) for lang in Language))
