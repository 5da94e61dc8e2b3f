"""The datasets, with every field declared once: its name, type, title and description in both languages, and its value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.status import STATUS_LABELS, TIMELINESS_LABELS
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope, Value
from cogwg.tracker.published import BriefingEdition, QuarterEdition, WithdrawalNotice
from cogwg.tracker.values import PublishedDue, PublishedLink, PublishedRole, RoleState, SubjectKind

B = Bilingual


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is made of: an item of a published quarter, what it belongs to, and its place there, counted from 1."""

    edition: QuarterEdition
    item: Any = None
    parent: Any = None
    number: int = 0
    kind: str = ""

    @property
    def quarter(self) -> str:
        return self.edition.content.key

    @property
    def plan(self) -> int:
        return self.edition.content.year


def iso_due(due: PublishedDue) -> str:
    """Return a due month or day in ISO form: 2020-06 or 2020-06-24."""
    return f"{due.year:04}-{due.month:02}" + (f"-{due.day:02}" if due.day is not None else "")


def chain_head(witness: str) -> tuple[int, datetime, str] | None:
    """Return the position, time and first characters of the hash of a chain's head; None if nothing was recorded before."""
    if not witness:
        return None
    position, at, start = witness.split("/")
    return int(position), datetime.fromisoformat(at), start


def _codes(labels: Any) -> tuple[tuple[str, Bilingual], ...]:
    return tuple((code.value, label) for code, label in labels.items())


STATUSES = _codes(STATUS_LABELS)
TIMELINESSES = _codes(TIMELINESS_LABELS)
ROLES = (
    (PublishedRole.LEAD.value, B("Lead", "Responsable")),
    (PublishedRole.PARTNER.value, B("Partner", "Partenaire")),
    (PublishedRole.NOT_STATED.value, B("The plan does not say", "Le plan ne le précise pas")),
)
ROLE_STATES = (
    (RoleState.CONFIRMED.value, B("Confirmed", "Confirmé")),
    (RoleState.TO_CONFIRM.value, B("To be confirmed", "À confirmer")),
    (RoleState.VACANT.value, B("Vacant", "Vacant")),
)
CHALLENGE_STATES = (("open", B("Open", "Ouvert")), ("mitigated", B("Mitigated", "Atténué")))
POINTS = (
    ("consequence", B("Consequence of not acting", "Conséquence de l’inaction")),
    ("result", B("Expected result", "Résultat attendu")),
)
SUBJECTS = (
    (SubjectKind.REPORT.value, B("Report", "Rapport")),
    (SubjectKind.MILESTONE.value, B("Milestone", "Jalon")),
    (SubjectKind.CHALLENGE.value, B("Challenge", "Défi")),
)
PUBLICATIONS = (
    (PublicationKind.QUARTER.value, B("Quarter", "Trimestre")),
    (PublicationKind.BRIEFING.value, B("Briefing", "Présentation")),
)


def _id(description: Bilingual, value: Callable[[Any], Value]) -> Field:
    return Field("id", FieldKind.STRING, B("Identifier", "Identifiant"), description, value, required=True)


_PLAN = Field(
    "plan",
    FieldKind.INTEGER,
    B("Plan", "Plan"),
    B("Year of the work plan.", "Année du plan de travail."),
    lambda row: row.plan,
    required=True,
)
_QUARTER = Field(
    "quarter",
    FieldKind.STRING,
    B("Quarter", "Trimestre"),
    B(
        "Published quarter that the row comes from: the year and its last month, such as 2020-06.",
        "Trimestre publié d’où vient la ligne\u00a0: l’année et son dernier mois, par exemple 2020-06.",
    ),
    lambda row: row.quarter,
    required=True,
)
_SAMPLE = Field(
    "sample",
    FieldKind.BOOLEAN,
    B("Sample data", "Données fictives"),
    B(
        "True if the quarter has invented reports: the row is part of a demonstration.",
        "Vrai si des rapports du trimestre sont inventés\u00a0: la ligne fait partie d’une démonstration.",
    ),
    lambda row: row.edition.content.sample,
    required=True,
)
_OWN_SAMPLE = Field(
    "sample",
    FieldKind.BOOLEAN,
    B("Sample data", "Données fictives"),
    B("True if the report is invented, for a demonstration.", "Vrai si le rapport est inventé, pour une démonstration."),
    lambda row: row.item.sample,
    required=True,
)
_PRIORITY = Field(
    "priority",
    FieldKind.INTEGER,
    B("Priority", "Priorité"),
    B("Number of the priority in its plan.", "Numéro de la priorité dans son plan."),
    lambda row: row.parent.number,
    required=True,
)
_PRIORITY_ID = Field(
    "priority_id",
    FieldKind.STRING,
    B("Identifier of the priority", "Identifiant de la priorité"),
    B("The priority in the dataset priorities.", "La priorité dans le jeu de données priorities."),
    lambda row: f"{row.plan}-{row.parent.number}",
    required=True,
)


def _plans(scope: Scope) -> Iterator[Row]:
    return (Row(edition) for edition in scope.plans)


def _quarters(scope: Scope) -> Iterator[Row]:
    return (Row(edition) for edition in scope.quarters)


def _jurisdictions(scope: Scope) -> Iterator[Row]:
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.jurisdictions)


def _priorities(scope: Scope) -> Iterator[Row]:
    return (Row(edition, item) for edition in scope.plans for item in edition.content.priorities)


def _points(scope: Scope) -> Iterator[Row]:
    for row in _priorities(scope):
        for kind, texts in (("consequence", row.item.consequences), ("result", row.item.results)):
            yield from (Row(row.edition, text, row.item, n, kind) for n, text in enumerate(texts, 1))


def _roles(scope: Scope) -> Iterator[Row]:
    for row in _priorities(scope):
        yield from (Row(row.edition, role, row.item, n) for n, role in enumerate(row.item.assignments, 1))


def _activities(scope: Scope) -> Iterator[Row]:
    for row in _priorities(scope):
        yield from (Row(row.edition, activity, row.item) for activity in row.item.activities)


def _moves(scope: Scope) -> Iterator[Row]:
    for row in _activities(scope):
        yield from (Row(row.edition, move, row.item, n) for n, move in enumerate(row.item.moves, 1))


def _reports(scope: Scope) -> Iterator[Row]:
    return (Row(edition, report) for edition in scope.quarters for report in edition.content.reports)


def _milestones(scope: Scope) -> Iterator[Row]:
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.milestones)


def _challenges(scope: Scope) -> Iterator[Row]:
    if scope.newest is not None:
        yield from (Row(scope.newest, item) for item in scope.newest.content.challenges)


def _links(scope: Scope) -> Iterator[Row]:
    for row in _reports(scope):
        links = enumerate(row.item.evidence, 1)
        yield from (Row(row.edition, link, row.item, n, SubjectKind.REPORT.value) for n, link in links)
    for row in _milestones(scope):
        links = enumerate(row.item.links, 1)
        yield from (Row(row.edition, link, row.item, n, SubjectKind.MILESTONE.value) for n, link in links)


def _corrections(scope: Scope) -> Iterator[Row]:
    for edition in scope.quarters:
        yield from (Row(edition, item, None, n) for n, item in enumerate(edition.content.corrections, 1))


def _publications(scope: Scope) -> Iterator[QuarterEdition | BriefingEdition | WithdrawalNotice]:
    if scope.record is not None:
        yield from scope.record.editions
        yield from scope.record.briefings
        yield from scope.record.withdrawals


def _files(scope: Scope) -> Iterator[tuple[BriefingEdition, Any]]:
    if scope.record is not None:
        yield from ((briefing, file) for briefing in scope.record.briefings for file in briefing.content.files)


def _codes_of(row: Row, role: PublishedRole) -> tuple[str, ...]:
    return tuple(each.code for each in row.parent.assignments if each.role is role and each.code)


def _subject_id(row: Row) -> str:
    return f"{row.quarter}-{row.parent.activity}" if row.kind == SubjectKind.REPORT.value else str(row.parent.key)


def publication_id(item: QuarterEdition | BriefingEdition | WithdrawalNotice) -> str:
    """Return the stable id of a publication, such as quarter-2020-06-1, briefing-2020-09-30-2 or quarter-2020-06-withdrawn."""
    if isinstance(item, WithdrawalNotice):
        return f"{item.kind.value}-{item.key}-withdrawn"
    if isinstance(item, BriefingEdition):
        return f"briefing-{item.content.meeting_on}-{item.content.version}"
    return f"quarter-{item.content.key}-{item.edition}"


def _is_quarter(item: Any) -> bool:
    return item.kind is PublicationKind.QUARTER if isinstance(item, WithdrawalNotice) else isinstance(item, QuarterEdition)


def _briefing(item: Any, name: str) -> Any:
    return getattr(item.content, name) if isinstance(item, BriefingEdition) else None


def _title(item: Any) -> Bilingual:
    if isinstance(item, BriefingEdition):
        return item.content.title
    key = item.key if isinstance(item, WithdrawalNotice) else item.content.key
    return quarter_title(key) if _is_quarter(item) else EMPTY_TEXT


def quarter_title(key: str) -> Bilingual:
    """Return the title of a quarter by its key: Quarter 2 of 2020."""
    number = int(key[5:]) // 3
    return B(f"Quarter {number} of {key[:4]}", f"Trimestre {number} de {key[:4]}")


def _chain(item: Any, part: int) -> Any:
    head = chain_head(item.witness) if not isinstance(item, WithdrawalNotice) else None
    return head[part] if head is not None else None


def _hash_fields(of: Callable[[Any], Any]) -> tuple[Field, ...]:
    """Return the fields of a publication's hash and of the head of the audit chain just before it."""
    return (
        Field(
            "sha256",
            FieldKind.STRING,
            B("Fingerprint (SHA-256)", "Empreinte (SHA-256)"),
            B(
                "SHA-256 hash of the published copy, which for a quarter is its file quarter.json.",
                "Empreinte SHA-256 de la copie publiée, qui est pour un trimestre son fichier quarter.json.",
            ),
            lambda row: getattr(of(row), "sha256", None),
        ),
        Field(
            "chain_position",
            FieldKind.INTEGER,
            B("Position in the audit chain", "Position dans la chaîne d’audit"),
            B(
                "Position of the last event of the audit log before the publication.",
                "Position du dernier événement du journal d’audit avant la publication.",
            ),
            lambda row: _chain(of(row), 0),
        ),
        Field(
            "chain_time",
            FieldKind.TIME,
            B("Time of that event", "Heure de cet événement"),
            B("Time of that event, in UTC.", "Heure de cet événement, en UTC."),
            lambda row: _chain(of(row), 1),
        ),
        Field(
            "chain_hash",
            FieldKind.STRING,
            B("Hash of the audit chain", "Empreinte de la chaîne d’audit"),
            B("First 16 characters of that event’s hash.", "Les 16 premiers caractères de l’empreinte de cet événement."),
            lambda row: _chain(of(row), 2),
        ),
    )


PLANS = Dataset(
    "plans",
    B("Plans", "Plans"),
    B("Work plans, one for each year", "Plans de travail, un par année"),
    (
        Field(
            "plan",
            FieldKind.INTEGER,
            B("Plan", "Plan"),
            B("Year of the work plan; identifies the row.", "Année du plan de travail; identifie la ligne."),
            lambda row: row.plan,
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            B("Title", "Titre"),
            B("Title of the plan.", "Titre du plan."),
            lambda row: row.edition.content.plan_title,
        ),
        Field(
            "link",
            FieldKind.ADDRESS,
            B("Link", "Lien"),
            B("Web address of the adopted plan, if it has one.", "Adresse Web du plan adopté, s’il en a une."),
            lambda row: row.edition.content.plan_link,
        ),
        Field(
            "adopted_on",
            FieldKind.DAY,
            B("Adopted on", "Adopté le"),
            B("Day on which the plan was adopted.", "Jour de l’adoption du plan."),
            lambda row: row.edition.content.adopted_on,
            required=True,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _plans,
)

QUARTERS = Dataset(
    "quarters",
    B("Quarters", "Trimestres"),
    B("Published quarters, each with its latest version", "Trimestres publiés, chacun avec sa dernière version"),
    (
        Field(
            "quarter",
            FieldKind.STRING,
            B("Quarter", "Trimestre"),
            B(
                "Year and last month of the quarter, such as 2020-06; identifies the row.",
                "Année et dernier mois du trimestre, par exemple 2020-06; identifie la ligne.",
            ),
            lambda row: row.quarter,
            required=True,
        ),
        _PLAN,
        Field(
            "version",
            FieldKind.INTEGER,
            B("Version", "Version"),
            B(
                "1 for the first version; a correction is the next one.",
                "1 pour la première version; une correction est la suivante.",
            ),
            lambda row: row.edition.edition,
            required=True,
        ),
        Field(
            "version_at",
            FieldKind.TIME,
            B("Version published", "Version publiée"),
            B("When this version became public, in UTC.", "Quand cette version est devenue publique, en UTC."),
            lambda row: row.edition.visible_at,
            required=True,
        ),
        Field(
            "published_on",
            FieldKind.DAY,
            B("First published on", "Publié d’abord le"),
            B(
                "Day on which the first version became public. Activities are due or overdue as of this day.",
                "Jour où la première version est devenue publique. L’échéance des activités est évaluée ce jour-là.",
            ),
            lambda row: row.edition.content.published_on,
            required=True,
        ),
        Field(
            "due_on",
            FieldKind.DAY,
            B("Reports due on", "Rapports attendus le"),
            B("Day on which reports for the quarter were due.", "Jour où les rapports du trimestre étaient attendus."),
            lambda row: row.edition.content.due_on,
            required=True,
        ),
        *_hash_fields(lambda row: row.edition),
        _SAMPLE,
    ),
    _quarters,
)

JURISDICTIONS = Dataset(
    "jurisdictions",
    B("Jurisdictions", "Administrations"),
    B("Codes and names", "Codes et noms"),
    (
        Field(
            "code",
            FieldKind.STRING,
            B("Code", "Code"),
            B(
                "Code of the jurisdiction, such as on; identifies the row.",
                "Code de l’administration, par exemple on; identifie la ligne.",
            ),
            lambda row: row.item.code,
            required=True,
        ),
        Field("name", FieldKind.TEXT, B("Name", "Nom"), B("Full name.", "Nom complet."), lambda row: row.item.name),
        Field(
            "short_name",
            FieldKind.TEXT,
            B("Short name", "Nom court"),
            B("Name where space is limited.", "Nom quand la place est limitée."),
            lambda row: row.item.short,
        ),
        _SAMPLE,
    ),
    _jurisdictions,
)

PRIORITIES = Dataset(
    "priorities",
    B("Priorities", "Priorités"),
    B("Priorities with their issue and expected outcome", "Priorités, avec l’enjeu et le résultat visé"),
    (
        _id(
            B("Plan and number, such as 2020-5.", "Plan et numéro, par exemple 2020-5."),
            lambda row: f"{row.plan}-{row.item.number}",
        ),
        _PLAN,
        Field(
            "number",
            FieldKind.INTEGER,
            B("Number", "Numéro"),
            B("Number of the priority in its plan.", "Numéro de la priorité dans son plan."),
            lambda row: row.item.number,
            required=True,
        ),
        Field(
            "title",
            FieldKind.TEXT,
            B("Title", "Titre"),
            B("Title of the priority.", "Titre de la priorité."),
            lambda row: row.item.title,
        ),
        Field(
            "short_title",
            FieldKind.TEXT,
            B("Short title", "Titre court"),
            B("Title where space is limited.", "Titre quand la place est limitée."),
            lambda row: row.item.short,
        ),
        Field(
            "issue",
            FieldKind.TEXT,
            B("Issue", "Enjeu"),
            B("What the priority is about.", "Ce sur quoi porte la priorité."),
            lambda row: row.item.issue,
        ),
        Field(
            "outcome",
            FieldKind.TEXT,
            B("Expected outcome", "Résultat visé"),
            B("What the priority aims at.", "Ce que vise la priorité."),
            lambda row: row.item.outcome,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _priorities,
    main=True,
)

POINTS_OF_PRIORITIES = Dataset(
    "priority-points",
    B("Results and consequences", "Résultats et conséquences"),
    B(
        "What each priority should bring, and what happens if nothing is done",
        "Ce que chaque priorité doit apporter, et ce qui arrive si rien n’est fait",
    ),
    (
        _id(
            B("Such as 2020-5-result-1.", "Par exemple 2020-5-result-1."),
            lambda row: f"{row.plan}-{row.parent.number}-{row.kind}-{row.number}",
        ),
        _PLAN,
        _PRIORITY,
        _PRIORITY_ID,
        Field(
            "kind",
            FieldKind.STRING,
            B("Kind", "Genre"),
            B("Expected result, or consequence of not acting.", "Résultat attendu ou conséquence de l’inaction."),
            lambda row: row.kind,
            required=True,
            codes=POINTS,
        ),
        Field(
            "position",
            FieldKind.INTEGER,
            B("Position", "Position"),
            B("Place in the list, from 1.", "Place dans la liste, à partir de 1."),
            lambda row: row.number,
            required=True,
        ),
        Field("text", FieldKind.TEXT, B("Text", "Texte"), B("Text of the plan.", "Texte du plan."), lambda row: row.item),
        _QUARTER,
        _SAMPLE,
    ),
    _points,
)

ROLES_IN_PRIORITIES = Dataset(
    "roles",
    B("Roles", "Rôles"),
    B(
        "Leads and partners of each priority, and vacant roles",
        "Responsables et partenaires de chaque priorité, et rôles vacants",
    ),
    (
        _id(
            B("Such as 2020-5-role-1.", "Par exemple 2020-5-role-1."),
            lambda row: f"{row.plan}-{row.parent.number}-role-{row.number}",
        ),
        _PLAN,
        _PRIORITY,
        _PRIORITY_ID,
        Field(
            "jurisdiction",
            FieldKind.STRING,
            B("Jurisdiction", "Administration"),
            B(
                "Code of the jurisdiction; empty if the role is vacant.",
                "Code de l’administration; vide si le rôle est vacant.",
            ),
            lambda row: row.item.code,
        ),
        Field(
            "name",
            FieldKind.TEXT,
            B("Name in the plan", "Nom dans le plan"),
            B("What the plan calls the jurisdiction or the role.", "Comment le plan appelle l’administration ou le rôle."),
            lambda row: row.item.name,
        ),
        Field(
            "role",
            FieldKind.STRING,
            B("Role", "Rôle"),
            B("Lead or partner.", "Responsable ou partenaire."),
            lambda row: row.item.role.value,
            required=True,
            codes=ROLES,
        ),
        Field(
            "state",
            FieldKind.STRING,
            B("State", "État"),
            B("Whether the role is confirmed or vacant.", "Si le rôle est confirmé ou vacant."),
            lambda row: row.item.state.value,
            required=True,
            codes=ROLE_STATES,
        ),
        Field(
            "since",
            FieldKind.DAY,
            B("Since", "Depuis"),
            B("Day on which this state began.", "Jour où cet état a commencé."),
            lambda row: row.item.since,
            required=True,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _roles,
)

ACTIVITIES = Dataset(
    "activities",
    B("Activities", "Activités"),
    B("Due months, leads and partners, last published status", "Échéances, responsables et partenaires, dernier état publié"),
    (
        _id(
            B("Plan and code, such as 2020-5.4.", "Plan et code, par exemple 2020-5.4."),
            lambda row: f"{row.plan}-{row.item.code}",
        ),
        _PLAN,
        _PRIORITY,
        _PRIORITY_ID,
        Field(
            "code",
            FieldKind.STRING,
            B("Code", "Code"),
            B("Code of the activity in its plan, such as 5.4.", "Code de l’activité dans son plan, par exemple 5.4."),
            lambda row: row.item.code,
            required=True,
        ),
        Field("title", FieldKind.TEXT, B("Title", "Titre"), B("Short title.", "Titre court."), lambda row: row.item.title),
        Field("text", FieldKind.TEXT, B("Text", "Texte"), B("Text of the plan.", "Texte du plan."), lambda row: row.item.text),
        Field(
            "leads",
            FieldKind.CODES,
            B("Leads", "Responsables"),
            B("Codes of the jurisdictions that lead the priority.", "Codes des administrations responsables de la priorité."),
            lambda row: _codes_of(row, PublishedRole.LEAD),
        ),
        Field(
            "partners",
            FieldKind.CODES,
            B("Partners", "Partenaires"),
            B("Codes of the jurisdictions that take part in it.", "Codes des administrations partenaires."),
            lambda row: _codes_of(row, PublishedRole.PARTNER),
        ),
        Field(
            "due",
            FieldKind.STRING,
            B("Due", "Échéance"),
            B(
                "Due month (2020-06) or, if the plan has one, due day (2020-06-24).",
                "Mois (2020-06) ou, si le plan en fixe un, jour (2020-06-24).",
            ),
            lambda row: iso_due(row.item.due),
            required=True,
        ),
        Field(
            "due_by",
            FieldKind.DAY,
            B("Due by", "Au plus tard le"),
            B("Due day, or last day of the due month.", "Jour de l’échéance ou dernier jour du mois."),
            lambda row: row.item.due.last_day,
            required=True,
        ),
        Field(
            "due_words",
            FieldKind.TEXT,
            B("Due date in the plan’s words", "Échéance selon le plan"),
            B("How the plan words the due date.", "Comment le plan formule l’échéance."),
            lambda row: row.item.due_words,
        ),
        Field(
            "ongoing",
            FieldKind.BOOLEAN,
            B("Ongoing", "En continu"),
            B("True if the plan says that the activity continues.", "Vrai si le plan dit que l’activité se poursuit."),
            lambda row: row.item.ongoing,
            required=True,
        ),
        Field(
            "status",
            FieldKind.STRING,
            B("Status", "État"),
            B(
                "Status in the last report up to the quarter; empty without one.",
                "État selon le dernier rapport jusqu’au trimestre; vide sans rapport.",
            ),
            lambda row: row.item.status.value if row.item.status is not None else None,
            codes=STATUSES,
        ),
        Field(
            "reported_in",
            FieldKind.STRING,
            B("Last reported in", "Dernier rapport"),
            B("Quarter of that report.", "Trimestre de ce rapport."),
            lambda row: row.item.reported_in,
        ),
        Field(
            "completed_on",
            FieldKind.DAY,
            B("Completed on", "Réalisée le"),
            B("Day on which the status Complete was submitted.", "Jour où l’état Réalisé a été soumis."),
            lambda row: row.item.completed_on,
        ),
        Field(
            "timeliness",
            FieldKind.STRING,
            B("Timeliness", "Respect de l’échéance"),
            B("As of the day on which the quarter was first published.", "Au jour de la première publication du trimestre."),
            lambda row: row.edition.content.timeliness(row.item).value,
            required=True,
            codes=TIMELINESSES,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _activities,
    main=True,
)

DUE_DATE_CHANGES = Dataset(
    "due-date-changes",
    B("Due-date changes", "Changements d’échéance"),
    B(
        "Due dates moved after the plan was adopted, with reasons",
        "Échéances déplacées après l’adoption du plan, avec les motifs",
    ),
    (
        _id(
            B("Such as 2020-5.4-change-1.", "Par exemple 2020-5.4-change-1."),
            lambda row: f"{row.plan}-{row.parent.code}-change-{row.number}",
        ),
        _PLAN,
        Field(
            "activity_id",
            FieldKind.STRING,
            B("Identifier of the activity", "Identifiant de l’activité"),
            B("The activity in the dataset activities.", "L’activité dans le jeu de données activities."),
            lambda row: f"{row.plan}-{row.parent.code}",
            required=True,
        ),
        Field(
            "changed_on",
            FieldKind.DAY,
            B("Changed on", "Changée le"),
            B("Day of the change.", "Jour du changement."),
            lambda row: row.item.on,
            required=True,
        ),
        Field(
            "before",
            FieldKind.STRING,
            B("Before", "Avant"),
            B("Due month or day until then.", "Mois ou jour prévu jusque-là."),
            lambda row: iso_due(row.item.before),
            required=True,
        ),
        Field(
            "after",
            FieldKind.STRING,
            B("After", "Après"),
            B("Due month or day since then.", "Mois ou jour prévu depuis."),
            lambda row: iso_due(row.item.after),
            required=True,
        ),
        Field(
            "reason",
            FieldKind.TEXT,
            B("Reason", "Motif"),
            B("Why it was moved.", "Pourquoi elle a été déplacée."),
            lambda row: row.item.reason,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _moves,
)

REPORTS = Dataset(
    "reports",
    B("Reports", "Rapports"),
    B("Each published report of each quarter", "Chaque rapport publié de chaque trimestre"),
    (
        _id(
            B(
                "Quarter and code of the activity, such as 2020-06-5.4.",
                "Trimestre et code de l’activité, par exemple 2020-06-5.4.",
            ),
            lambda row: f"{row.quarter}-{row.item.activity}",
        ),
        _PLAN,
        _QUARTER,
        Field(
            "activity",
            FieldKind.STRING,
            B("Activity", "Activité"),
            B("Code of the activity in its plan.", "Code de l’activité dans son plan."),
            lambda row: row.item.activity,
            required=True,
        ),
        Field(
            "activity_id",
            FieldKind.STRING,
            B("Identifier of the activity", "Identifiant de l’activité"),
            B("The activity in the dataset activities.", "L’activité dans le jeu de données activities."),
            lambda row: f"{row.plan}-{row.item.activity}",
            required=True,
        ),
        Field(
            "jurisdictions",
            FieldKind.CODES,
            B("Jurisdictions", "Administrations"),
            B("Codes of the jurisdictions that report on it.", "Codes des administrations qui en rendent compte."),
            lambda row: row.item.jurisdictions,
        ),
        Field(
            "status",
            FieldKind.STRING,
            B("Status", "État"),
            B("Status of the activity.", "État de l’activité."),
            lambda row: row.item.status.value,
            required=True,
            codes=STATUSES,
        ),
        Field(
            "previous_status",
            FieldKind.STRING,
            B("Previous status", "État précédent"),
            B("Status before the quarter; empty without a report.", "État avant le trimestre; vide sans rapport."),
            lambda row: row.item.previous_status.value if row.item.previous_status is not None else None,
            codes=STATUSES,
        ),
        Field(
            "submitted_on",
            FieldKind.DAY,
            B("Submitted on", "Soumis le"),
            B("Day on which the report was submitted.", "Jour où le rapport a été soumis."),
            lambda row: row.item.submitted_on,
            required=True,
        ),
        Field(
            "completed_on",
            FieldKind.DAY,
            B("Completed on", "Réalisée le"),
            B("Day on which the status Complete was submitted.", "Jour où l’état Réalisé a été soumis."),
            lambda row: row.item.completed_on,
        ),
        Field(
            "late",
            FieldKind.BOOLEAN,
            B("Late", "En retard"),
            B(
                "True if it was submitted after the quarter’s due day.",
                "Vrai s’il a été soumis après le jour prévu du trimestre.",
            ),
            lambda row: row.item.late,
            required=True,
        ),
        Field(
            "nothing_to_report",
            FieldKind.BOOLEAN,
            B("Nothing to report", "Rien à signaler"),
            B("True if the jurisdiction had nothing to report.", "Vrai si l’administration n’avait rien à signaler."),
            lambda row: row.item.nothing_to_report,
            required=True,
        ),
        Field(
            "progress",
            FieldKind.TEXT,
            B("Progress", "Avancement"),
            B("What was done.", "Ce qui a été fait."),
            lambda row: row.item.progress,
        ),
        Field(
            "challenge",
            FieldKind.TEXT,
            B("Challenge", "Défi"),
            B("What causes a delay.", "Ce qui cause un retard."),
            lambda row: row.item.challenge,
        ),
        Field(
            "evidence_note",
            FieldKind.TEXT,
            B("Note on evidence", "Note sur les preuves"),
            B(
                "Why there is no link. Links are in the dataset links.",
                "Pourquoi il n’y a pas de lien. Les liens sont dans le jeu de données links.",
            ),
            lambda row: row.item.evidence_note,
        ),
        Field(
            "next_step",
            FieldKind.TEXT,
            B("Next step", "Prochaine étape"),
            B("What comes next.", "Ce qui vient ensuite."),
            lambda row: row.item.next_step,
        ),
        _OWN_SAMPLE,
    ),
    _reports,
    main=True,
)

MILESTONES = Dataset(
    "milestones",
    B("Milestones", "Jalons"),
    B("What jurisdictions achieved", "Ce que les administrations ont réalisé"),
    (
        _id(B("Never changes.", "Ne change jamais."), lambda row: row.item.key),
        Field(
            "jurisdiction",
            FieldKind.STRING,
            B("Jurisdiction", "Administration"),
            B("Code of the jurisdiction.", "Code de l’administration."),
            lambda row: row.item.jurisdiction,
            required=True,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            B("Text", "Texte"),
            B("What was achieved.", "Ce qui a été réalisé."),
            lambda row: row.item.text,
        ),
        Field(
            "under_way",
            FieldKind.BOOLEAN,
            B("Under way", "En cours"),
            B("True if it is not done yet.", "Vrai si ce n’est pas encore fait."),
            lambda row: row.item.under_way,
            required=True,
        ),
        Field(
            "reported_on",
            FieldKind.DAY,
            B("Reported on", "Signalé le"),
            B("Day on which it was reported.", "Jour où il a été signalé."),
            lambda row: row.item.reported_on,
            required=True,
        ),
        Field(
            "happened_on",
            FieldKind.DAY,
            B("Happened on", "Survenu le"),
            B("When it happened, if the jurisdiction says so.", "Quand c’est arrivé, si l’administration le dit."),
            lambda row: row.item.happened_on,
        ),
        Field(
            "month_only",
            FieldKind.BOOLEAN,
            B("Month only", "Mois seulement"),
            B("True if only the month of that day is known.", "Vrai si seul le mois de ce jour est connu."),
            lambda row: row.item.month_only,
            required=True,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _milestones,
    main=True,
)

CHALLENGES = Dataset(
    "challenges",
    B("Challenges", "Défis"),
    B("By theme, without names", "Par thème, sans noms"),
    (
        _id(B("Never changes.", "Ne change jamais."), lambda row: row.item.key),
        Field(
            "theme",
            FieldKind.TEXT,
            B("Theme", "Thème"),
            B("What the challenge is about.", "Ce sur quoi porte le défi."),
            lambda row: row.item.theme,
        ),
        Field(
            "text",
            FieldKind.TEXT,
            B("Text", "Texte"),
            B("The challenge, in the group’s words.", "Le défi, selon le groupe."),
            lambda row: row.item.text,
        ),
        Field(
            "state",
            FieldKind.STRING,
            B("State", "État"),
            B(
                "Open or mitigated. A resolved challenge is no longer listed.",
                "Ouvert ou atténué. Un défi réglé n’est plus dans la liste.",
            ),
            lambda row: row.item.state,
            required=True,
            codes=CHALLENGE_STATES,
        ),
        Field(
            "reported_on",
            FieldKind.DAY,
            B("Reported on", "Signalé le"),
            B("Day on which it was reported.", "Jour où il a été signalé."),
            lambda row: row.item.reported_on,
            required=True,
        ),
        Field(
            "jurisdiction_count",
            FieldKind.INTEGER,
            B("Number of jurisdictions", "Nombre d’administrations"),
            B(
                "How many jurisdictions face it; 0 if this is not known.",
                "Combien d’administrations y font face; 0 si ce n’est pas connu.",
            ),
            lambda row: row.item.jurisdiction_count,
            required=True,
        ),
        _QUARTER,
        _SAMPLE,
    ),
    _challenges,
    main=True,
)


def _link(row: Row) -> PublishedLink:
    link: PublishedLink = row.item
    return link


LINKS = Dataset(
    "links",
    B("Links", "Liens"),
    B("Evidence of reports, and sources of milestones", "Preuves des rapports et sources des jalons"),
    (
        _id(
            B("Such as 2020-06-5.4-link-1.", "Par exemple 2020-06-5.4-link-1."),
            lambda row: f"{_subject_id(row)}-link-{row.number}",
        ),
        Field(
            "kind",
            FieldKind.STRING,
            B("Kind", "Genre"),
            B("What the link belongs to.", "Ce à quoi appartient le lien."),
            lambda row: row.kind,
            required=True,
            codes=SUBJECTS[:2],
        ),
        Field(
            "subject_id",
            FieldKind.STRING,
            B("Identifier of the subject", "Identifiant du sujet"),
            B("The report or milestone in its dataset.", "Le rapport ou le jalon dans son jeu de données."),
            _subject_id,
            required=True,
        ),
        Field(
            "url",
            FieldKind.ADDRESS,
            B("Address", "Adresse"),
            B("Web address.", "Adresse Web."),
            lambda row: _link(row).url,
            required=True,
        ),
        Field(
            "label",
            FieldKind.TEXT,
            B("Label", "Libellé"),
            B("What the link leads to.", "Ce vers quoi mène le lien."),
            lambda row: _link(row).label,
        ),
        _QUARTER,
        Field(
            "sample",
            FieldKind.BOOLEAN,
            _SAMPLE.title,
            B(
                "True if the report is invented or, for a milestone, if the quarter has invented reports.",
                "Vrai si le rapport est inventé ou, pour un jalon, si des rapports du trimestre le sont.",
            ),
            lambda row: getattr(row.parent, "sample", row.edition.content.sample),
            required=True,
        ),
    ),
    _links,
)

CORRECTIONS = Dataset(
    "corrections",
    B("Corrections", "Corrections"),
    B("What was changed after it was published, and why", "Ce qui a été changé après la publication, et pourquoi"),
    (
        _id(
            B("Such as 2020-06-correction-1.", "Par exemple 2020-06-correction-1."),
            lambda row: f"{row.quarter}-correction-{row.number}",
        ),
        _QUARTER,
        Field(
            "corrected_on",
            FieldKind.DAY,
            B("Corrected on", "Corrigé le"),
            B("Day of the correction.", "Jour de la correction."),
            lambda row: row.item.on,
            required=True,
        ),
        Field(
            "kind",
            FieldKind.STRING,
            B("Kind", "Genre"),
            B("What was corrected.", "Ce qui a été corrigé."),
            lambda row: row.item.kind.value,
            required=True,
            codes=SUBJECTS,
        ),
        Field(
            "subject",
            FieldKind.STRING,
            B("Subject", "Sujet"),
            B(
                "Code of the activity, or identifier of the milestone or challenge.",
                "Code de l’activité ou identifiant du jalon ou du défi.",
            ),
            lambda row: row.item.subject,
            required=True,
        ),
        Field(
            "field",
            FieldKind.STRING,
            B("Field", "Champ"),
            B(
                "Name of the corrected field; empty if the whole was added or removed.",
                "Nom du champ corrigé; vide si le tout a été ajouté ou retiré.",
            ),
            lambda row: row.item.field,
        ),
        Field(
            "before",
            FieldKind.TEXT,
            B("Before", "Avant"),
            B("What was published first.", "Ce qui a été publié d’abord."),
            lambda row: row.item.before,
        ),
        Field(
            "after",
            FieldKind.TEXT,
            B("After", "Après"),
            B("What is published now.", "Ce qui est publié maintenant."),
            lambda row: row.item.after,
        ),
        Field(
            "reason",
            FieldKind.TEXT,
            B("Reason", "Motif"),
            B("Why it was corrected.", "Pourquoi cela a été corrigé."),
            lambda row: row.item.reason,
        ),
        _SAMPLE,
    ),
    _corrections,
)

PUBLICATION_LIST = Dataset(
    "publications",
    B("Publications", "Publications"),
    B("Every version of a quarter, briefing and withdrawal", "Chaque version d’un trimestre, présentation et retrait"),
    (
        _id(B("Such as quarter-2020-06-1.", "Par exemple quarter-2020-06-1."), publication_id),
        Field(
            "kind",
            FieldKind.STRING,
            B("Kind", "Genre"),
            B("Quarter or briefing.", "Trimestre ou présentation."),
            lambda item: PublicationKind.QUARTER.value if _is_quarter(item) else PublicationKind.BRIEFING.value,
            required=True,
            codes=PUBLICATIONS,
        ),
        Field(
            "plan",
            FieldKind.INTEGER,
            _PLAN.title,
            _PLAN.description,
            lambda item: item.year if isinstance(item, WithdrawalNotice) else item.content.year,
            required=True,
        ),
        Field(
            "key",
            FieldKind.STRING,
            B("Key", "Clé"),
            B(
                "The quarter (2020-06), or the day of the briefing’s meeting.",
                "Le trimestre (2020-06), ou le jour de la réunion de la présentation.",
            ),
            lambda item: (
                item.key
                if isinstance(item, WithdrawalNotice)
                else item.content.key
                if _is_quarter(item)
                else item.content.meeting_on.isoformat()
            ),
            required=True,
        ),
        Field("title", FieldKind.TEXT, B("Title", "Titre"), B("Title of the publication.", "Titre de la publication."), _title),
        Field(
            "version",
            FieldKind.INTEGER,
            B("Version", "Version"),
            B(
                "Version of the quarter, or finalized version of the briefing.",
                "Version du trimestre, ou version définitive de la présentation.",
            ),
            lambda item: item.edition if _is_quarter(item) else _briefing(item, "version"),
        ),
        Field(
            "published_at",
            FieldKind.TIME,
            B("Published", "Publié"),
            B("When it became public, in UTC.", "Quand cela est devenu public, en UTC."),
            lambda item: item.visible_at,
            required=True,
        ),
        Field(
            "finalized_on",
            FieldKind.DAY,
            B("Finalized on", "Version définitive du"),
            B("Day on which the briefing was finalized.", "Jour de la version définitive de la présentation."),
            lambda item: _briefing(item, "finalized_on"),
        ),
        Field(
            "audience",
            FieldKind.TEXT,
            B("Audience", "Public"),
            B("Whom the briefing is for.", "À qui s’adresse la présentation."),
            lambda item: _briefing(item, "audience"),
        ),
        Field(
            "place",
            FieldKind.TEXT,
            B("Place", "Lieu"),
            B("Where the meeting takes place.", "Où se tient la réunion."),
            lambda item: _briefing(item, "place"),
        ),
        *_hash_fields(lambda item: item),
        Field(
            "withdrawn_at",
            FieldKind.TIME,
            B("Withdrawn", "Retiré"),
            B(
                "When it was withdrawn, in UTC; empty if it is public.",
                "Quand cela a été retiré, en UTC; vide si c’est public.",
            ),
            lambda item: getattr(item, "withdrawn_at", None),
        ),
        Field(
            "withdrawal_reason",
            FieldKind.TEXT,
            B("Reason of the withdrawal", "Motif du retrait"),
            B("Why it was withdrawn.", "Pourquoi cela a été retiré."),
            lambda item: getattr(item, "reason", None),
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            _SAMPLE.title,
            B(
                "True if it has invented reports, for a demonstration.",
                "Vrai si des rapports y sont inventés, pour une démonstration.",
            ),
            lambda item: None if isinstance(item, WithdrawalNotice) else item.content.sample,
        ),
    ),
    _publications,
    of_editions=False,
)

BRIEFING_FILES = Dataset(
    "briefing-files",
    B("Files of briefings", "Fichiers des présentations"),
    B("Published briefings as files, with their fingerprints", "Présentations publiées en fichiers, avec leurs empreintes"),
    (
        _id(
            B("Publication and name of the file.", "Publication et nom du fichier."),
            lambda pair: f"{publication_id(pair[0])}/{pair[1].name}",
        ),
        Field(
            "publication_id",
            FieldKind.STRING,
            B("Identifier of the publication", "Identifiant de la publication"),
            B("The briefing in the dataset publications.", "La présentation dans le jeu de données publications."),
            lambda pair: publication_id(pair[0]),
            required=True,
        ),
        Field(
            "name",
            FieldKind.STRING,
            B("Name", "Nom"),
            B("Name of the file.", "Nom du fichier."),
            lambda pair: pair[1].name,
            required=True,
        ),
        Field(
            "format",
            FieldKind.STRING,
            B("Format", "Format"),
            B("xlsx or pptx.", "xlsx ou pptx."),
            lambda pair: pair[1].format,
            required=True,
        ),
        Field(
            "language",
            FieldKind.STRING,
            B("Language", "Langue"),
            B("en or fr.", "en ou fr."),
            lambda pair: pair[1].lang,
            required=True,
        ),
        Field(
            "media_type",
            FieldKind.STRING,
            B("Media type", "Type de média"),
            B("Type of the file.", "Type du fichier."),
            lambda pair: pair[1].media_type,
            required=True,
        ),
        Field(
            "size",
            FieldKind.INTEGER,
            B("Size", "Taille"),
            B("In bytes.", "En octets."),
            lambda pair: pair[1].size,
            required=True,
        ),
        Field(
            "sha256",
            FieldKind.STRING,
            B("Fingerprint (SHA-256)", "Empreinte (SHA-256)"),
            B("SHA-256 hash of the file.", "Empreinte SHA-256 du fichier."),
            lambda pair: pair[1].sha256,
            required=True,
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            _SAMPLE.title,
            B("True if the briefing has invented reports.", "Vrai si des rapports de la présentation sont inventés."),
            lambda pair: pair[0].content.sample,
            required=True,
        ),
    ),
    _files,
    of_editions=False,
)

DATASETS = (
    PRIORITIES,
    ACTIVITIES,
    REPORTS,
    MILESTONES,
    CHALLENGES,
    PLANS,
    QUARTERS,
    JURISDICTIONS,
    POINTS_OF_PRIORITIES,
    ROLES_IN_PRIORITIES,
    DUE_DATE_CHANGES,
    LINKS,
    CORRECTIONS,
    PUBLICATION_LIST,
    BRIEFING_FILES,
)
"""Every dataset: first those that most people want, then what completes them."""
BY_NAME = {dataset.name: dataset for dataset in DATASETS}


def datasets_of(scope: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of a scope; those of one edition are fewer."""
    return tuple(dataset for dataset in DATASETS if dataset.of_editions or scope.record is not None)


def day_of(scope: Scope) -> date:
    """Return the day of the data: of the newest publication or withdrawal, or of the edition."""
    days: list[date] = [edition.visible_on for edition in scope.quarters]
    if scope.record is not None:
        days += [briefing.visible_on for briefing in scope.record.briefings]
        days += [notice.withdrawn_on for notice in scope.record.withdrawals]
    return max(days, default=date(1970, 1, 1))
