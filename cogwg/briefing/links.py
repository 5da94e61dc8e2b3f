"""The links of a deck: where each of them stands, and what it said when it was last tried, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cogwg.briefing.deck import Deck, Reference
from cogwg.briefing.walk import iter_parts
from cogwg.core.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A slide on which an address stands, by its number in the deck."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """Whether an address answered when it was last tried, what it ``said`` (a code of ``linkcheck``), when, and who asked."""

    is_reachable: bool
    result: str
    checked_at: datetime
    checked_by: str


@dataclass(frozen=True, slots=True)
class LinkOnSlides:
    """An address to look at: what it said, nothing where it was not tried, and where it stands."""

    url: str
    result: Bilingual
    places: tuple[LinkPlace, ...]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When the links of a deck were last tried and by whom; how many were tried, and how many of them answer."""

    at: datetime
    by: str
    checked_count: int
    reachable_count: int


def deck_links(deck: Deck) -> dict[str, tuple[LinkPlace, ...]]:
    """Every address that a slide of the deck leads to, in order, with the slides it stands on."""
    found: dict[str, list[LinkPlace]] = {}
    for number, slide in enumerate(deck.slides, 1):
        for url in dict.fromkeys(reference.url for reference in iter_parts(slide, Reference) if reference.url):
            found.setdefault(url, []).append(LinkPlace(number, slide.key))
    return {url: tuple(places) for url, places in found.items()}


def last_check(results: Mapping[str, LinkResult]) -> LastCheck | None:
    """What the latest of these tries was; None where there was none."""
    if not results:
        return None
    latest = max(results.values(), key=lambda one: one.checked_at)
    return LastCheck(latest.checked_at, latest.checked_by, len(results), sum(one.is_reachable for one in results.values()))


_RESULTS = {
    "401": Bilingual("access refused (401)", "accès refusé (401)"),
    "403": Bilingual("access refused (403)", "accès refusé (403)"),
    "404": Bilingual("not found (404)", "page introuvable (404)"),
    "410": Bilingual("removed (410)", "page supprimée (410)"),
    "429": Bilingual("asked too often for now (429)", "trop de demandes pour l’instant (429)"),
    "private": Bilingual("on a private network, so it was not asked", "sur un réseau privé, donc non vérifié"),
    "refused": Bilingual("refuses the connection", "refuse la connexion"),
    "timeout": Bilingual("takes too long", "met trop de temps à répondre"),
    "unknown": Bilingual("no such host", "hôte inconnu"),
    "insecure": Bilingual("its certificate is not valid", "son certificat n’est pas valide"),
    "silent": Bilingual("no answer that can be read", "aucune réponse lisible"),
}
_RESULT_CLASSES = {
    "3": Bilingual("leads round in circles", "tourne en rond"),
    "4": Bilingual("refuses the request", "refuse la demande"),
    "5": Bilingual("the server fails", "le serveur est en panne"),
}


def result_in_words(code: str) -> Bilingual:
    """What an address said, in words; a code that no word is known for speaks for itself."""
    kind = _RESULT_CLASSES.get(code[:1]) if code.isdigit() else None
    if code in _RESULTS or kind is None:
        return _RESULTS.get(code, Bilingual(code, code))
    return Bilingual(f"{kind.en} ({code})", f"{kind.fr} ({code})")
