"""The dataset of consultations: a row for each phase of engagement, with the codes of the federal consultations registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.open_data.datasets.columns import identifier
from cogwg.tracker.open_data.datasets.commitment_rows import lines
from cogwg.tracker.open_data.datasets.vocabulary import PUBLISHABLE, REGISTRY_STATES
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """A phase of a published cycle, its status in the registry, and whether "What we heard" of the cycle is public."""

    cycle: PublishedCycle
    phase: PublishedPhase
    status: str
    reported: bool

    @property
    def publishable(self) -> str:
        """ "Y" or "N", as in the registry, where a phase that is not going forward is not published."""
        return "Y" if self.phase.publishable and self.phase.going_forward else "N"

    @property
    def profile_page(self) -> Bilingual:
        end = f"engagement/{self.cycle.key}/{self.phase.key}"
        return Bilingual(f"/en/{end}", f"/fr/{end}")

    @property
    def report_link(self) -> Bilingual:
        end = f"engagement/{self.cycle.key}/what-we-heard"
        return Bilingual(f"/en/{end}", f"/fr/{end}") if self.reported else EMPTY_TEXT


def _phases(scope: Scope) -> Iterator[ConsultationRow]:
    if scope.record is None:
        return
    for edition in scope.record.cycles:
        cycle, reported = edition.content, scope.record.heard(edition.content.key) is not None
        for phase in cycle.phases:
            yield ConsultationRow(cycle, phase, phase.registry_state(scope.record.on, reported=reported).value, reported)


CONSULTATIONS = Dataset(
    "consultations",
    Bilingual("Consultations", "Consultations"),
    Bilingual(
        "The phases of engagement with the public, as the federal consultations registry lists them",
        "Les étapes de la participation du public, comme les répertorie le registre fédéral des consultations",
    ),
    (
        identifier(
            Bilingual(
                "Registration number: cycle and phase, such as fourth-plan-shaping.",
                "Numéro d’enregistrement\u00a0: cycle et étape, par exemple fourth-plan-shaping.",
            ),
            lambda row: f"{row.cycle.key}-{row.phase.key}",
        ),
        Field(
            "publishable",
            FieldKind.STRING,
            Bilingual("Publishable", "Publiable"),
            Bilingual("Whether the registry publishes the phase.", "Indique si le registre publie l’étape."),
            lambda row: row.publishable,
            required=True,
            codes=PUBLISHABLE,
        ),
        Field(
            "partner_departments",
            FieldKind.TEXT,
            Bilingual("Partner departments", "Ministères partenaires"),
            Bilingual(
                "Departments that take part in the phase, one per line.", "Ministères qui participent à l’étape, un par ligne."
            ),
            lambda row: lines(row.phase.departments),
        ),
        Field(
            "subjects",
            FieldKind.TEXT,
            Bilingual("Subjects", "Sujets"),
            Bilingual("Subjects of the phase, one per line.", "Sujets de l’étape, un par ligne."),
            lambda row: lines(row.phase.subjects),
        ),
        Field(
            "title",
            FieldKind.TEXT,
            Bilingual("Title", "Titre"),
            Bilingual("Title of the phase.", "Titre de l’étape."),
            lambda row: row.phase.title,
            required=True,
        ),
        Field(
            "description",
            FieldKind.TEXT,
            Bilingual("Description", "Description"),
            Bilingual("What happens in the phase.", "Ce qui se fait à cette étape."),
            lambda row: row.phase.about,
        ),
        Field(
            "target_participants",
            FieldKind.TEXT,
            Bilingual("Target participants", "Public visé"),
            Bilingual("Who the phase is for.", "À qui s’adresse l’étape."),
            lambda row: row.phase.participants,
        ),
        Field(
            "start_date",
            FieldKind.DAY,
            Bilingual("Start date", "Date de début"),
            Bilingual("First day of the phase.", "Premier jour de l’étape."),
            lambda row: row.phase.starts_on,
            required=True,
        ),
        Field(
            "end_date",
            FieldKind.DAY,
            Bilingual("End date", "Date de fin"),
            Bilingual(
                "Last day of the phase; empty if it has no end date.",
                "Dernier jour de l’étape; vide si elle n’a pas de date de fin.",
            ),
            lambda row: row.phase.ends_on,
        ),
        Field(
            "status",
            FieldKind.STRING,
            Bilingual("Status", "État"),
            Bilingual(
                "Status of the phase on the day on which this file was produced.",
                "État de l’étape le jour où ce fichier a été produit.",
            ),
            lambda row: row.status,
            required=True,
            codes=REGISTRY_STATES,
        ),
        Field(
            "profile_page",
            FieldKind.TEXT,
            Bilingual("Profile page", "Page de la consultation"),
            Bilingual("Web address of the phase’s page on this site.", "Adresse Web de la page de l’étape sur ce site."),
            lambda row: row.profile_page,
            required=True,
        ),
        Field(
            "report_link",
            FieldKind.TEXT,
            Bilingual("Report", "Rapport"),
            Bilingual(
                "Web address of the What we heard report on this site, once it is published.",
                "Adresse Web du rapport Ce que nous avons entendu sur ce site, une fois publié.",
            ),
            lambda row: row.report_link,
        ),
        Field(
            "rationale",
            FieldKind.TEXT,
            Bilingual("Rationale", "Justification"),
            Bilingual(
                "Reason why the phase is not going forward, or is not published.",
                "Raison pour laquelle l’étape n’a pas lieu ou n’est pas publiée.",
            ),
            lambda row: row.phase.rationale,
        ),
        Field(
            "cycle",
            FieldKind.STRING,
            Bilingual("Cycle", "Cycle"),
            Bilingual("Key of the engagement cycle.", "Clé du cycle de participation."),
            lambda row: row.cycle.key,
            required=True,
        ),
        Field(
            "cycle_title",
            FieldKind.TEXT,
            Bilingual("Title of the cycle", "Titre du cycle"),
            Bilingual("Title of the engagement cycle.", "Titre du cycle de participation."),
            lambda row: row.cycle.title,
            required=True,
        ),
        Field(
            "position",
            FieldKind.INTEGER,
            Bilingual("Position", "Rang"),
            Bilingual("Position of the phase in its cycle, starting at 1.", "Rang de l’étape dans son cycle, à partir de 1."),
            lambda row: row.phase.position,
            required=True,
        ),
        Field(
            "dates_as_stated",
            FieldKind.TEXT,
            Bilingual("Dates as stated", "Dates telles qu’indiquées"),
            Bilingual(
                "Dates of the phase in the source’s words, such as “April to May 2018”.",
                "Dates de l’étape, telles que la source les donne, par exemple «\u00a0d’avril à mai 2018\u00a0».",
            ),
            lambda row: row.phase.when,
        ),
        Field(
            "asked",
            FieldKind.TEXT,
            Bilingual("What is asked", "Ce qui est demandé"),
            Bilingual("What the public is asked.", "Ce qui est demandé au public."),
            lambda row: row.phase.asked,
        ),
        Field(
            "channels",
            FieldKind.CODES,
            Bilingual("Channels", "Moyens de participer"),
            Bilingual(
                "How people can take part: online, in-person, email, social-media, webinar.",
                "Comment on peut participer\u00a0: online (en ligne), in-person (en personne), email (courriel), social-media "
                "(médias sociaux), webinar (webinaire).",
            ),
            lambda row: tuple(channel.code for channel in row.phase.channels),
        ),
        Field(
            "result",
            FieldKind.TEXT,
            Bilingual("Result", "Résultat"),
            Bilingual("What came of the phase.", "Ce qui a découlé de l’étape."),
            lambda row: row.phase.result,
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            Bilingual("Sample data", "Données fictives"),
            Bilingual(
                "True if the cycle is invented, for a demonstration.", "Vrai si le cycle est inventé, pour une démonstration."
            ),
            lambda row: row.cycle.sample,
            required=True,
        ),
    ),
    _phases,
    of_editions=False,
)
