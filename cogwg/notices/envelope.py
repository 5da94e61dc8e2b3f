"""A letter with its greeting, its address and why the person gets it: what every kind of letter has around its parts."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import NOTHING, Bilingual, Language
from cogwg.core.dates import listed
from cogwg.mail.rules import Post
from cogwg.notices import phrases as words
from cogwg.notices.body import Paragraph, Part, html, plain
from cogwg.notices.rules import Kind


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter; ``of`` names the jurisdictions they get it for, empty for the group's own roles."""

    person_id: int
    name: str
    address: str
    lang: Language
    of: tuple[Bilingual, ...] = ()


def letter_to(to: Addressee, key: str, kind: Kind, subject: Bilingual, *parts: Part) -> Post:
    """A letter of these parts, in the language of the person who gets it."""
    why = words.filled(words.WHY_LEAD, who=listed(to.of)) if to.of else NOTHING
    if kind in (Kind.DIGEST, Kind.COPY):
        why = words.WHY_STEERING
    whole: list[Part] = [Paragraph(words.filled(words.HELLO, name=to.name)), *parts]
    if why:
        whole.append(Paragraph(Bilingual(f"{why.en} {words.CHOOSE.en}", f"{why.fr} {words.CHOOSE.fr}")))
    line = subject.text(to.lang)
    return Post(key, kind.value, to.person_id, to.address, to.lang, line, plain(whole, to.lang), html(whole, to.lang, line))
