"""The links of a deck: the slides that contain them, and the results of the last check in words. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cogwg.briefing.deck import Deck, Reference
from cogwg.briefing.deck_parts import iter_parts
from cogwg.core.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class LinkPlace:
    """A slide that contains a link: its number in the deck, and its key."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class LinkResult:
    """The last check of a link. ``result`` is a result code of ``check_links``.

    ``checked_by`` is the name of the person who ran the check.
    """

    is_reachable: bool
    result: str
    checked_at: datetime
    checked_by: str


@dataclass(frozen=True, slots=True)
class LinkOnSlides:
    """A link to review, with the slides that contain it. ``result`` is the result of its last check in words; empty if it was
    never checked.
    """

    url: str
    result: Bilingual
    places: tuple[LinkPlace, ...]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last check of a deck's links: who ran it and when, how many links it checked, and how many can be reached."""

    at: datetime
    by: str
    checked_count: int
    reachable_count: int


def deck_links(deck: Deck) -> dict[str, tuple[LinkPlace, ...]]:
    """Map every URL that the deck links to, in order, to the slides that contain it."""
    places_by_url: dict[str, list[LinkPlace]] = {}
    for number, slide in enumerate(deck.slides, 1):
        for url in dict.fromkeys(reference.url for reference in iter_parts(slide, Reference) if reference.url):
            places_by_url.setdefault(url, []).append(LinkPlace(number, slide.key))
    return {url: tuple(places) for url, places in places_by_url.items()}


def last_check(results: Mapping[str, LinkResult]) -> LastCheck | None:
    """Return who made the latest of these checks and when, with the total numbers of checked and reachable links; None if
    there are none.
    """
    if not results:
        return None
    latest = max(results.values(), key=lambda check: check.checked_at)
    reachable_count = sum(check.is_reachable for check in results.values())
    return LastCheck(latest.checked_at, latest.checked_by, len(results), reachable_count)


_RESULTS = {
    "401": Bilingual("access refused (401)", "accès refusé (401)"),
    "403": Bilingual("access refused (403)", "accès refusé (403)"),
    "404": Bilingual("not found (404)", "page introuvable (404)"),
    "410": Bilingual("removed (410)", "page supprimée (410)"),
    "429": Bilingual("too many requests, try again later (429)", "trop de requêtes, réessayez plus tard (429)"),
    "private": Bilingual("on a private network, so it was not checked", "sur un réseau privé, donc non vérifié"),
    "refused": Bilingual("connection refused", "connexion refusée"),
    "timeout": Bilingual("took too long to respond", "a mis trop de temps à répondre"),
    "unknown": Bilingual("site not found", "site introuvable"),
    "insecure": Bilingual("security certificate not valid", "certificat de sécurité non valide"),
    "silent": Bilingual("no readable response", "aucune réponse lisible"),
}
_RESULT_CLASSES = {
    "3": Bilingual("redirects in a loop", "redirection en boucle"),
    "4": Bilingual("request refused", "requête refusée"),
    "5": Bilingual("server error", "erreur du serveur"),
}


def result_in_words(code: str) -> Bilingual:
    """Return the result code of a check in words. An unknown code is returned unchanged."""
    kind = _RESULT_CLASSES.get(code[:1]) if code.isdigit() else None
    if code in _RESULTS or kind is None:
        return _RESULTS.get(code, Bilingual(code, code))
    return Bilingual(f"{kind.en} ({code})", f"{kind.fr} ({code})")
