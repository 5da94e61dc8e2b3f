"""Columns that several datasets share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.fields import Field, FieldKind, Value
from cogwg.tracker.published_editions import WithdrawalNotice
from cogwg.tracker.values import PublishedDue


def identifier(description: Bilingual, value: Callable[[Any], Value]) -> Field:
    """Return the column that identifies a row."""
    return Field("id", FieldKind.STRING, Bilingual("Identifier", "Identifiant"), description, value, required=True)


PLAN = Field(
    "plan",
    FieldKind.INTEGER,
    Bilingual("Plan", "Plan"),
    Bilingual("Year of the work plan.", "Année du plan de travail."),
    lambda row: row.plan,
    required=True,
)
QUARTER = Field(
    "quarter",
    FieldKind.STRING,
    Bilingual("Quarter", "Trimestre"),
    Bilingual(
        "Published quarter that the row comes from: the year and the quarter’s last month, such as 2020-06.",
        "Trimestre publié d’où vient la ligne\u00a0: l’année et le dernier mois du trimestre, par exemple 2020-06.",
    ),
    lambda row: row.quarter,
    required=True,
)
SAMPLE = Field(
    "sample",
    FieldKind.BOOLEAN,
    Bilingual("Sample data", "Données fictives"),
    Bilingual(
        "True if the quarter has reports that are invented, for a demonstration.",
        "Vrai si des rapports du trimestre sont inventés, pour une démonstration.",
    ),
    lambda row: row.edition.content.sample,
    required=True,
)
OUTDATED = Field(
    "outdated",
    FieldKind.CODES,
    Bilingual("Outdated language", "Langue à mettre à jour"),
    Bilingual(
        "Languages, en or fr, in which a text is older than in the other language.",
        "Langues, en ou fr, dans lesquelles un texte est plus ancien que dans l’autre langue.",
    ),
    lambda row: row.item.outdated,
)
OWN_SAMPLE = Field(
    "sample",
    FieldKind.BOOLEAN,
    Bilingual("Sample data", "Données fictives"),
    Bilingual(
        "True if the report is invented, for a demonstration.", "Vrai si le rapport est inventé, pour une démonstration."
    ),
    lambda row: row.item.sample,
    required=True,
)
REPORTED_ON = Field(
    "reported_on",
    FieldKind.DAY,
    Bilingual("Reported on", "Signalé le"),
    Bilingual("Day on which the milestone or challenge was reported.", "Jour où le jalon ou le défi a été signalé."),
    lambda row: row.item.reported_on,
    required=True,
)
PRIORITY = Field(
    "priority",
    FieldKind.INTEGER,
    Bilingual("Priority", "Priorité"),
    Bilingual("Number of the priority in its plan.", "Numéro de la priorité dans son plan."),
    lambda row: row.parent.number,
    required=True,
)
PRIORITY_ID = Field(
    "priority_id",
    FieldKind.STRING,
    Bilingual("Identifier of the priority", "Identifiant de la priorité"),
    Bilingual(
        "Identifier of the priority in the dataset priorities.", "Identifiant de la priorité dans le jeu de données priorities."
    ),
    lambda row: f"{row.plan}-{row.parent.number}",
    required=True,
)


def iso_due(due: PublishedDue) -> str:
    """Return a due month or day in ISO form: 2020-06 or 2020-06-24."""
    return f"{due.year:04}-{due.month:02}" + (f"-{due.day:02}" if due.day is not None else "")


def hash_fields(of: Callable[[Any], Any]) -> tuple[Field, ...]:
    """Return the fields for a publication's hash, and for the head of the audit chain just before it."""
    return (
        Field(
            "sha256",
            FieldKind.STRING,
            Bilingual("SHA-256 hash", "Empreinte SHA-256"),
            Bilingual(
                "SHA-256 hash of the published copy, which is the file quarter.json or commitment.json.",
                "Empreinte SHA-256 de la copie publiée, qui est le fichier quarter.json ou commitment.json.",
            ),
            lambda row: getattr(of(row), "sha256", None),
        ),
        Field(
            "chain_position",
            FieldKind.INTEGER,
            Bilingual("Position in the audit chain", "Position dans la chaîne d’audit"),
            Bilingual(
                "Position of the last event in the audit log before the publication; empty if there was none.",
                "Position du dernier événement du journal d’audit avant la publication; vide s’il n’y en avait pas.",
            ),
            lambda row: _chain(of(row), 0),
        ),
        Field(
            "chain_time",
            FieldKind.TIME,
            Bilingual("Time of the last audit event", "Heure du dernier événement d’audit"),
            Bilingual(
                "Time of the last event in the audit log before the publication, in UTC.",
                "Heure du dernier événement du journal d’audit avant la publication, en UTC.",
            ),
            lambda row: _chain(of(row), 1),
        ),
        Field(
            "chain_hash",
            FieldKind.STRING,
            Bilingual("Hash of the audit chain", "Empreinte de la chaîne d’audit"),
            Bilingual(
                "First 16 characters of the hash of the last event in the audit log before the publication.",
                "Les 16 premiers caractères de l’empreinte du dernier événement du journal d’audit avant la publication.",
            ),
            lambda row: _chain(of(row), 2),
        ),
    )


def _chain(item: Any, part: int) -> Any:
    head = _chain_head(item.witness) if not isinstance(item, WithdrawalNotice) else None
    return head[part] if head is not None else None


def _chain_head(witness: str) -> tuple[int, datetime, str] | None:
    """Return the position, the time and the first characters of the hash of a chain's head; None if the log was empty."""
    if not witness:
        return None
    position, at, start = witness.split("/")
    return int(position), datetime.fromisoformat(at), start
