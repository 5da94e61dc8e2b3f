"""The words for roles and orders of government, on pages, in emails and in downloads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cogwg.accounts.models import Membership, OrderOfGovernment, Role
from cogwg.core.articles import french_de, with_article
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list


@dataclass(frozen=True, slots=True)
class RoleWords:
    """The words for a role: its name (``label``), the name of the people who have it (``people``), and phrases for sentences.

    ``phrase`` follows "you are" and may name the ``{place}``. ``audience`` follows "this page is for".
    """

    label: Bilingual
    people: Bilingual
    phrase: Bilingual
    audience: Bilingual


ROLE_WORDS = {
    Role.LEAD: RoleWords(
        label=Bilingual("Lead", "Responsable"),
        people=Bilingual("Jurisdiction leads", "Responsables des administrations"),
        phrase=Bilingual("lead of {place}", "responsable {place}"),
        audience=Bilingual("jurisdiction leads", "aux responsables des administrations"),
    ),
    Role.DEPUTY: RoleWords(
        label=Bilingual("Deputy", "Suppléance"),
        people=Bilingual("Deputies", "Suppléances"),
        phrase=Bilingual("deputy lead of {place}", "responsable suppléant ou suppléante {place}"),
        audience=Bilingual("their deputies", "à leurs suppléances"),
    ),
    Role.CO_CHAIR: RoleWords(
        label=Bilingual("Co-chair", "Coprésidence"),
        people=Bilingual("Co-chairs", "Coprésidence"),
        phrase=Bilingual("co-chair", "membre de la coprésidence"),
        audience=Bilingual("co-chairs", "à la coprésidence"),
    ),
    Role.SECRETARIAT: RoleWords(
        label=Bilingual("Secretariat", "Secrétariat"),
        people=Bilingual("Secretariat", "Secrétariat"),
        phrase=Bilingual("member of the secretariat", "membre du secrétariat"),
        audience=Bilingual("the secretariat", "au secrétariat"),
    ),
    Role.READER: RoleWords(
        label=Bilingual("Reader", "Lecture seule"),
        people=Bilingual("Readers", "Lecteurs et lectrices"),
        phrase=Bilingual("reader", "lecteur ou lectrice"),
        audience=Bilingual("readers", "aux lecteurs et lectrices"),
    ),
    Role.STEWARD: RoleWords(
        label=Bilingual("Commitment steward", "Gestion des engagements"),
        people=Bilingual("Commitment stewards", "Gestion des engagements"),
        phrase=Bilingual("commitment steward", "responsable de la gestion des engagements"),
        audience=Bilingual("commitment stewards", "aux responsables de la gestion des engagements"),
    ),
    Role.ASSESSOR: RoleWords(
        label=Bilingual("Assessor", "Évaluation"),
        people=Bilingual("Assessors", "Évaluateurs et évaluatrices"),
        phrase=Bilingual("assessor", "évaluateur ou évaluatrice"),
        audience=Bilingual("assessors", "aux évaluateurs et évaluatrices"),
    ),
    Role.MODERATOR: RoleWords(
        label=Bilingual("Moderator", "Modération"),
        people=Bilingual("Moderators", "Modérateurs et modératrices"),
        phrase=Bilingual("comment moderator", "modérateur ou modératrice de commentaires"),
        audience=Bilingual("moderators", "aux modérateurs et modératrices"),
    ),
    Role.ANALYST: RoleWords(
        label=Bilingual("Analyst", "Analyse"),
        people=Bilingual("Analysts", "Analystes"),
        phrase=Bilingual("comment analyst", "analyste de commentaires"),
        audience=Bilingual("analysts", "aux analystes"),
    ),
}
ORDER_LABELS = {
    OrderOfGovernment.FEDERAL: Bilingual("Federal", "Fédéral"),
    OrderOfGovernment.PROVINCIAL: Bilingual("Provincial", "Provincial"),
    OrderOfGovernment.TERRITORIAL: Bilingual("Territorial", "Territorial"),
    OrderOfGovernment.MUNICIPAL: Bilingual("Municipal", "Municipal"),
}
GROUP_ROLE_LABELS = {role: words.label for role, words in ROLE_WORDS.items()}


def roles_phrase(memberships: Iterable[Membership]) -> Bilingual:
    """Return the roles in a sentence: "lead of Ontario and co-chair"."""
    return join_list([_phrase(membership) for membership in memberships])


def _phrase(membership: Membership) -> Bilingual:
    words = ROLE_WORDS[membership.role].phrase
    if membership.jurisdiction is None:
        return words
    name = membership.jurisdiction.name
    return Bilingual(words.en.format(place=with_article(name).en), words.fr.format(place=french_de(name) + name.fr))
