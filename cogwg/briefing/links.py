"""The links of a deck: where each of them stands, and what it said when it was last tried, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cogwg.briefing.deck import Deck, Reference
from cogwg.briefing.walk import parts
from cogwg.core.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Place:
    """A slide on which an address stands, by its number in the deck."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether an address answered when it was last tried, what it ``said`` (a code of ``linkcheck``), when, and who asked."""

    answers: bool
    said: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address to look at: what it said, nothing where it was not tried, and where it stands."""

    url: str
    said: Bilingual
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When the links of a deck were last tried and by whom; how many were tried, and how many of them answer."""

    at: datetime
    by: str
    tried: int
    answering: int


def links(deck: Deck) -> dict[str, tuple[Place, ...]]:
    """Every address that a slide of the deck leads to, in order, with the slides it stands on."""
    found: dict[str, list[Place]] = {}
    for number, slide in enumerate(deck.slides, 1):
        for url in dict.fromkeys(reference.url for reference in parts(slide, Reference) if reference.url):
            found.setdefault(url, []).append(Place(number, slide.key))
    return {url: tuple(places) for url, places in found.items()}


def last_check(tried: Mapping[str, Tried]) -> LastCheck | None:
    """What the latest of these tries was; None where there was none."""
    if not tried:
        return None
    latest = max(tried.values(), key=lambda one: one.at)
    return LastCheck(latest.at, latest.by, len(tried), sum(one.answers for one in tried.values()))


_SAID = {
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
_KINDS = {
    "3": Bilingual("leads round in circles", "tourne en rond"),
    "4": Bilingual("refuses the request", "refuse la demande"),
    "5": Bilingual("the server fails", "le serveur est en panne"),
}


def in_words(said: str) -> Bilingual:
    """What an address said, in words; a code that no word is known for speaks for itself."""
    kind = _KINDS.get(said[:1]) if said.isdigit() else None
    if said in _SAID or kind is None:
        return _SAID.get(said, Bilingual(said, said))
    return Bilingual(f"{kind.en} ({said})", f"{kind.fr} ({said})")
