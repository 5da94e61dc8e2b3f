"""The words for roles and orders of government, on pages, in emails and in downloads."""

from __future__ import annotations

from collections.abc import Iterable

from cogwg.accounts.models import Membership, OrderOfGovernment, Role
from cogwg.core.articles import french_de, with_article
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list

GROUP_ROLE_LABELS = {
    Role.LEAD: Bilingual("Lead", "Responsable"),
    Role.DEPUTY: Bilingual("Deputy", "Suppléance"),
    Role.CO_CHAIR: Bilingual("Co-chair", "Coprésidence"),
    Role.SECRETARIAT: Bilingual("Secretariat", "Secrétariat"),
    Role.READER: Bilingual("Reader", "Lecture seule"),
}
ORDER_LABELS = {
    OrderOfGovernment.FEDERAL: Bilingual("Federal", "Fédéral"),
    OrderOfGovernment.PROVINCIAL: Bilingual("Provincial", "Provincial"),
    OrderOfGovernment.TERRITORIAL: Bilingual("Territorial", "Territorial"),
    OrderOfGovernment.MUNICIPAL: Bilingual("Municipal", "Municipal"),
}
_PHRASES = {
    Role.LEAD: Bilingual("lead of {place}", "responsable {place}"),
    Role.DEPUTY: Bilingual("deputy lead of {place}", "responsable suppléant ou suppléante {place}"),
    Role.CO_CHAIR: Bilingual("co-chair", "membre de la coprésidence"),
    Role.SECRETARIAT: Bilingual("member of the secretariat", "membre du secrétariat"),
    Role.READER: Bilingual("reader", "lecteur ou lectrice"),
}


def roles_phrase(memberships: Iterable[Membership]) -> Bilingual:
    """Return the roles in a sentence: "lead of Ontario and co-chair"."""
    return join_list([_phrase(membership) for membership in memberships])


def _phrase(membership: Membership) -> Bilingual:
    words = _PHRASES[membership.role]
    if membership.jurisdiction is None:
        return words
    name = membership.jurisdiction.name
    return Bilingual(words.en.format(place=with_article(name).en), words.fr.format(place=french_de(name) + name.fr))
