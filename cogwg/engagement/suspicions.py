"""Find parts of a comment that look like personal information or advertising, and comments that are very similar. A person
then decides what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cogwg.core.bilingual import Bilingual, fold_text
from cogwg.engagement.masking import Mask, joined_masks
from cogwg.engagement.scales import MaskKind


class SuspicionKind(StrEnum):
    """The kind of personal information that a part of a comment looks like, or advertising."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NAME = "name"
    SOCIAL_INSURANCE_NUMBER = "sin"
    CARD_NUMBER = "card"
    ADVERTISING = "advertising"

    @property
    def label(self) -> Bilingual:
        return SUSPICION_LABELS[self]

    @property
    def mask(self) -> MaskKind | None:
        """The kind of mask that would cover it; None for advertising."""
        return _MASKS.get(self)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A part of a text that looks suspicious, from ``start`` up to, but not including, ``end``. ``why`` is the reason, for
    moderators.
    """

    kind: SuspicionKind
    start: int
    end: int
    why: Bilingual


SUSPICION_LABELS = {
    SuspicionKind.PHONE: Bilingual("Looks like a phone number", "Semble être un numéro de téléphone"),
    SuspicionKind.EMAIL: Bilingual("Looks like an email address", "Semble être une adresse courriel"),
    SuspicionKind.ADDRESS: Bilingual("Looks like a home address", "Semble être une adresse civique"),
    SuspicionKind.NAME: Bilingual("Looks like a person’s name", "Semble être le nom d’une personne"),
    SuspicionKind.SOCIAL_INSURANCE_NUMBER: Bilingual(
        "Looks like a social insurance number", "Semble être un numéro d’assurance sociale"
    ),
    SuspicionKind.CARD_NUMBER: Bilingual("Looks like a card number", "Semble être un numéro de carte"),
    SuspicionKind.ADVERTISING: Bilingual("Looks like advertising", "Semble être de la publicité"),
}
_MASKS = {
    SuspicionKind.PHONE: MaskKind.PHONE,
    SuspicionKind.EMAIL: MaskKind.EMAIL,
    SuspicionKind.ADDRESS: MaskKind.ADDRESS,
    SuspicionKind.NAME: MaskKind.NAME,
    SuspicionKind.SOCIAL_INSURANCE_NUMBER: MaskKind.NUMBER,
    SuspicionKind.CARD_NUMBER: MaskKind.NUMBER,
}
_WHY = {
    SuspicionKind.PHONE: Bilingual("10 digits, written as a phone number", "10 chiffres, écrits comme un numéro de téléphone"),
    SuspicionKind.EMAIL: Bilingual("A name, @ and a domain", "Un nom, @ et un domaine"),
    SuspicionKind.NAME: Bilingual("Words such as “my name is”", "Des mots comme « je m’appelle »"),
    SuspicionKind.SOCIAL_INSURANCE_NUMBER: Bilingual(
        "9 digits that are valid as a social insurance number", "9 chiffres valides comme numéro d’assurance sociale"
    ),
    SuspicionKind.CARD_NUMBER: Bilingual(
        "13 to 19 digits that are valid as a card number", "De 13 à 19 chiffres valides comme numéro de carte"
    ),
}
_POSTAL_CODE = Bilingual("A Canadian postal code", "Un code postal canadien")
_STREET = Bilingual("A number and a street", "Un numéro et une rue")
_SELLS = Bilingual("A web address and sales language", "Une adresse Web et du vocabulaire de vente")
_MANY_LINKS = Bilingual("Three or more web addresses", "Trois adresses Web ou plus")

_SEPARATOR = r"[ .\-\u00a0\u2010-\u2015]"
_DIGITS_BEFORE, _DIGITS_AFTER = r"(?<![\d$])(?<!\d[ ,.\-])", r"(?![\d%])(?!,\d)"
_PHONE = re.compile(
    rf"{_DIGITS_BEFORE}(?:\+?1{_SEPARATOR}?)?(?:\([2-9]\d\d\){_SEPARATOR}?|[2-9]\d\d{_SEPARATOR}?)[2-9]\d\d{_SEPARATOR}?\d{{4}}"
    rf"{_DIGITS_AFTER}(?:{_SEPARATOR}?(?:ext|x|poste)\.?{_SEPARATOR}?\d{{1,6}})?",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+'\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,5}")
_NINE_DIGITS = re.compile(rf"{_DIGITS_BEFORE}\d{{3}}{_SEPARATOR}?\d{{3}}{_SEPARATOR}?\d{{3}}{_DIGITS_AFTER}")
_CARD = re.compile(rf"{_DIGITS_BEFORE}\d(?:{_SEPARATOR}?\d){{12,18}}{_DIGITS_AFTER}")
_POSTAL = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ \u00a0\-]?\d[ABCEGHJ-NPRSTV-Z]\d\b", re.IGNORECASE)
# The period after a street is masked only if it ends an abbreviation within a sentence, so that sentences keep their period.
_ENGLISH_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?,? (?:[A-ZÀ-Ý0-9][\w'’.\-]*,? ){1,4}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Crescent|Cres|Boulevard|Blvd|Court|Crt|Lane|Ln|Place|Pl|Way|Highway|Hwy|Terrace)\b"
    r"(?:\.(?=[ \u00a0][a-z(]|[,;]))?"
)
_FRENCH_STREET = re.compile(
    r"\b\d{1,5}[A-Za-z]?,? (?i:rue|avenue|av\.|boulevard|boul\.|chemin|ch\.|route|rang|place|impasse|allée|montée|côte)"
    r" (?i:(?:de|du|des|la|le|les|ste?\.|l['’]|d['’]) ?)*\w(?:[\w'’\-]|\.(?=\w))*(?: [A-ZÀ-Ý](?:[\w'’\-]|\.(?=\w))*){0,3}"
)
_NAME_PART = r"(?:[A-ZÀ-Ý]\.(?= ?[A-ZÀ-Ý][\w.])|[A-ZÀ-Ý][\w'’\-]*)"
_SAID_NAME = re.compile(
    r"\b(?i:my name is|my name['’]s|je m['’]appelle|je me nomme|mon nom est) "
    rf"({_NAME_PART}(?: ?(?:de |du |van |von )?{_NAME_PART}){{0,3}})"
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{3,}|(?<![@\w.])[a-z0-9\-]{2,40}\.(?:com|net|org|info|biz|shop|xyz|top|example)\b", re.I
)
_SELLING = re.compile(
    r"\b(?:buy|cheap|discount|casino|viagra|crypto|bitcoin|followers|click here|free trial|earn money|loan|seo|promo|"
    r"best price|achetez|rabais|gagnez|cliquez ici|abonnés|prêt rapide|meilleur prix|code promo)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_MIN_WORDS, _SIMILARITY = 4, 0.8


def suspicions(text: str) -> tuple[Suspicion, ...]:
    """Return the parts of a text that look like personal information or advertising, in the order of the text."""
    return tuple(sorted(_suspicions(text), key=lambda each: (each.start, each.end)))


def suggested_masks(marked: Iterable[Suspicion]) -> tuple[Mask, ...]:
    """Return the masks that would cover what looks like personal information."""
    return joined_masks(Mask(each.start, each.end, each.kind.mask) for each in marked if each.kind.mask is not None)


def similar_comments(texts: Mapping[int, str], others: Mapping[int, str]) -> dict[int, int]:
    """Map each of these comments to the earliest comment of ``others`` that came before it and is very similar: they share
    four in five of their words. Both arguments map ids to texts.
    """
    words = {id_: _words(text) for id_, text in others.items()}
    by_word: dict[str, list[int]] = {}
    for id_, own in sorted(words.items()):
        for word in own:
            by_word.setdefault(word, []).append(id_)
    return {
        id_: other for id_, text in texts.items() if (other := _most_similar(id_, _words(text), words, by_word)) is not None
    }


def _suspicions(text: str) -> Iterator[Suspicion]:
    numbers: list[tuple[int, int]] = []
    for kind, pattern in ((SuspicionKind.CARD_NUMBER, _CARD), (SuspicionKind.SOCIAL_INSURANCE_NUMBER, _NINE_DIGITS)):
        for match in pattern.finditer(text):
            if _passes_luhn(match[0]):
                numbers.append(match.span())
                yield Suspicion(kind, *match.span(), _WHY[kind])
    for match in _PHONE.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in numbers):
            yield Suspicion(SuspicionKind.PHONE, *match.span(), _WHY[SuspicionKind.PHONE])
    for match in _EMAIL.finditer(text):
        yield Suspicion(SuspicionKind.EMAIL, *match.span(), _WHY[SuspicionKind.EMAIL])
    for match in _SAID_NAME.finditer(text):
        yield Suspicion(SuspicionKind.NAME, *match.span(1), _WHY[SuspicionKind.NAME])
    for pattern, why in ((_POSTAL, _POSTAL_CODE), (_ENGLISH_STREET, _STREET), (_FRENCH_STREET, _STREET)):
        for match in pattern.finditer(text):
            yield Suspicion(SuspicionKind.ADDRESS, *match.span(), why)
    links = list(_LINK.finditer(text))
    sells = bool(_SELLING.search(text))
    if links and (sells or len(links) > 2):
        yield Suspicion(SuspicionKind.ADVERTISING, *links[0].span(), _SELLS if sells else _MANY_LINKS)


def _passes_luhn(text: str) -> bool:
    """Return whether digits pass the Luhn check, as social insurance numbers and card numbers do."""
    digits = [int(character) for character in text if character.isdecimal()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return any(digits) and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_text(text)))


def _most_similar(
    id_: int, own: frozenset[str], words: Mapping[int, frozenset[str]], by_word: Mapping[str, list[int]]
) -> int | None:
    """Return the earliest comment that shares four in five words with this one, or None. Candidates are found by the rarest
    words.
    """
    if len(own) < _MIN_WORDS:
        return None
    rarest = sorted(own, key=lambda word: len(by_word.get(word, ())))
    # A comment that shares four in five words must contain at least one of the rarest words, if these are just over a fifth.
    asked = rarest[: len(own) - int(_SIMILARITY * len(own)) + 1]
    near = sorted({other for word in asked for other in by_word.get(word, ()) if other < id_})
    return next((other for other in near if len(own & words[other]) >= _SIMILARITY * len(own | words[other])), None)
