"""The lists of people and of jurisdictions as tables for download."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.accounts.directory import AccountState, ListedJurisdiction, ListedPerson
from cogwg.accounts.names import name_by_language
from cogwg.accounts.wording import GROUP_ROLE_LABELS, ORDER_LABELS
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import local_day
from cogwg.core.tables import Cell, Column, Table

STATE_LABELS = {
    AccountState.ACTIVE: Bilingual("Active", "Actif"),
    AccountState.INVITED: Bilingual("Invited", "Invitation envoyée"),
    AccountState.EXPIRED: Bilingual("Invitation expired", "Invitation expirée"),
    AccountState.DEACTIVATED: Bilingual("Deactivated", "Désactivé"),
}
_LANGUAGE_LABELS = {"en": Bilingual("English", "Anglais"), "fr": Bilingual("French", "Français")}
_FACTOR_LABELS = {True: Bilingual("On", "Activée"), False: Bilingual("Off", "Désactivée")}
_COLUMNS = (
    Column(Bilingual("Name", "Nom"), 28),
    Column(Bilingual("Email", "Courriel"), 36),
    Column(Bilingual("Role", "Rôle"), 16),
    Column(Bilingual("Reports for", "Fait rapport pour"), 30),
    Column(Bilingual("Language of emails", "Langue des courriels"), 14),
    Column(Bilingual("Account", "Compte"), 20),
    Column(Bilingual("Last signed in", "Dernière connexion"), 16),
    Column(Bilingual("Two-step sign-in", "Connexion en deux étapes"), 16),
)


def people_table(people: Sequence[ListedPerson], today: date) -> Table:
    """Return a table with one row for each role of each person."""
    return Table(
        name=Bilingual("People", "Personnes"),
        columns=_COLUMNS,
        rows=tuple(row for person in people for row in _rows(person)),
        as_of=today,
    )


def _rows(person: ListedPerson) -> list[tuple[Cell, ...]]:
    name = name_by_language(person.name)
    last_day = local_day(person.signed_in_at) if person.signed_in_at is not None else None
    factor = _FACTOR_LABELS[person.has_second_factor]
    after = (_LANGUAGE_LABELS[person.lang.value], STATE_LABELS[person.state], last_day, factor)
    return [(name, person.email, GROUP_ROLE_LABELS[role.held.role], role.held.name, *after) for role in person.roles] or [
        (name, person.email, None, None, *after)
    ]


_JURISDICTION_COLUMNS = (
    Column(Bilingual("Code", "Code"), 8),
    Column(Bilingual("Order of government", "Ordre de gouvernement"), 16),
    Column(Bilingual("Name (English)", "Nom (anglais)"), 36),
    Column(Bilingual("Name (French)", "Nom (français)"), 36),
    Column(Bilingual("Short name (English)", "Nom abrégé (anglais)"), 18),
    Column(Bilingual("Short name (French)", "Nom abrégé (français)"), 18),
    Column(Bilingual("Contact", "Personne-ressource"), 28),
    Column(Bilingual("Contact’s email", "Courriel de la personne-ressource"), 36),
    Column(Bilingual("Leads", "Responsables"), 12),
    Column(Bilingual("Deputies", "Suppléances"), 12),
)


def jurisdictions_table(listed: Sequence[ListedJurisdiction], today: date) -> Table:
    """Return a table of the jurisdictions, with their names in both languages and the number of leads and deputies."""
    return Table(
        name=Bilingual("Jurisdictions", "Administrations"),
        columns=_JURISDICTION_COLUMNS,
        rows=tuple(
            (
                j.code,
                ORDER_LABELS[j.kind],
                *(text for name in (j.name, j.short) for text in (name.en, name.fr)),
                j.contact_name,
                j.contact_email,
                len(j.leads),
                len(j.deputies),
            )
            for j in listed
        ),
        as_of=today,
    )
