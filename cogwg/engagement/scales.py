"""The states and codes of engagement, with their labels. ``RegistryState`` has the codes of the federal consultations
registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from cogwg.core.bilingual import Bilingual


class PhaseState(StrEnum):
    """Whether a phase has not started, is open or is over."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> Bilingual:
        return PHASE_LABELS[self]


def phase_state(starts_on: date, ends_on: date | None, today: date, completed_on: date | None = None) -> PhaseState:
    """Return the state of a phase on a day.

    It is open from its first to its last day, both included, or until the day on which its cycle was completed, if that is
    earlier.
    """
    if today < starts_on:
        return PhaseState.PLANNED
    last = min((day for day in (ends_on, completed_on) if day is not None), default=today)
    return PhaseState.CLOSED if today > last else PhaseState.OPEN


class Channel(StrEnum):
    """A way in which people take part, or in which a comment was received."""

    ONLINE = "online"
    IN_PERSON = "in-person"
    EMAIL = "email"
    SOCIAL_MEDIA = "social-media"
    WEBINAR = "webinar"

    @property
    def label(self) -> Bilingual:
        return CHANNEL_LABELS[self]


class CommentLanguage(StrEnum):
    """The language in which a comment was written, and is published."""

    ENGLISH = "en"
    FRENCH = "fr"
    BOTH = "both"


class Subject(StrEnum):
    """The kind of subject that a comment is about; ``about_key`` identifies the subject."""

    PHASE = "phase"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    PRIORITY = "priority"

    @property
    def label(self) -> Bilingual:
        return SUBJECT_LABELS[self]


class CommentState(StrEnum):
    """The state of a comment in moderation. SECOND means that its refusal waits for a second person."""

    WAITING = "waiting"
    HELD = "held"
    SECOND = "second"
    REFUSED = "refused"
    APPEALED = "appealed"
    PUBLISHED = "published"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> Bilingual:
        return STATE_LABELS[self]


TRANSITIONS: Mapping[CommentState, frozenset[CommentState]] = {
    CommentState.WAITING: frozenset(
        {CommentState.PUBLISHED, CommentState.SECOND, CommentState.DUPLICATE, CommentState.HELD, CommentState.WITHDRAWN}
    ),
    CommentState.HELD: frozenset(
        {
            *(CommentState.WAITING, CommentState.PUBLISHED, CommentState.SECOND, CommentState.DUPLICATE),
            CommentState.WITHDRAWN,
        }
    ),
    CommentState.SECOND: frozenset({CommentState.REFUSED, CommentState.WAITING, CommentState.WITHDRAWN}),
    CommentState.REFUSED: frozenset({CommentState.APPEALED, CommentState.WITHDRAWN}),
    CommentState.APPEALED: frozenset({CommentState.PUBLISHED, CommentState.REFUSED, CommentState.WITHDRAWN}),
    CommentState.PUBLISHED: frozenset({CommentState.WAITING, CommentState.DUPLICATE, CommentState.WITHDRAWN}),
    CommentState.DUPLICATE: frozenset({CommentState.WAITING, CommentState.WITHDRAWN}),
    CommentState.WITHDRAWN: frozenset(),
}
"""The states that may follow each state. A second person must confirm a refusal, and its author may appeal once."""


class RefusalReason(StrEnum):
    """The reason why a comment is not published. The author sees it, and the number of refusals for each reason is public."""

    ADVERTISING = "advertising"
    HATEFUL = "hateful"
    NAMES_A_PERSON = "names-a-person"
    OFF_TOPIC = "off-topic"
    OTHER = "other"

    @property
    def label(self) -> Bilingual:
        return REASON_LABELS[self]


class MaskKind(StrEnum):
    """The kind of personal information that a mask covers. Readers see a note in its place, in the comment's language."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NUMBER = "number"
    NAME = "name"

    @property
    def note(self) -> Bilingual:
        """The note that readers see in place of the masked text."""
        return MASK_NOTES[self]


class Disposition(StrEnum):
    """What was decided on a theme."""

    TAKEN_UP = "taken-up"
    PARTLY = "partly"
    NOT_TAKEN_UP = "not-taken-up"

    @property
    def label(self) -> Bilingual:
        return DISPOSITION_LABELS[self]


class RegistryState(StrEnum):
    """The status of a phase in the federal consultations registry."""

    PLANNED = "P"
    OPEN = "O"
    ANALYZING = "CA"
    NO_REPORT_EXPECTED = "CN"
    REPORT_AVAILABLE = "CR"
    NOT_GOING_FORWARD = "NF"

    @property
    def label(self) -> Bilingual:
        return REGISTRY_LABELS[self]


PHASE_LABELS = {
    PhaseState.PLANNED: Bilingual("Planned", "Prévue"),
    PhaseState.OPEN: Bilingual("Open", "Ouverte"),
    PhaseState.CLOSED: Bilingual("Closed", "Terminée"),
}
CHANNEL_LABELS = {
    Channel.ONLINE: Bilingual("Online", "En ligne"),
    Channel.IN_PERSON: Bilingual("In person", "En personne"),
    Channel.EMAIL: Bilingual("Email", "Courriel"),
    Channel.SOCIAL_MEDIA: Bilingual("Social media", "Médias sociaux"),
    Channel.WEBINAR: Bilingual("Webinar", "Webinaire"),
}
LANGUAGE_LABELS = {
    CommentLanguage.ENGLISH: Bilingual("English", "Anglais"),
    CommentLanguage.FRENCH: Bilingual("French", "Français"),
    CommentLanguage.BOTH: Bilingual("Both", "Les deux"),
}
SUBJECT_LABELS = {
    Subject.PHASE: Bilingual("The phase as a whole", "L’étape dans son ensemble"),
    Subject.COMMITMENT: Bilingual("Commitment", "Engagement"),
    Subject.MILESTONE: Bilingual("Milestone", "Jalon"),
    Subject.PRIORITY: Bilingual("Priority", "Priorité"),
}
STATE_LABELS = {
    CommentState.WAITING: Bilingual("To moderate", "À modérer"),
    CommentState.HELD: Bilingual("On hold", "En suspens"),
    CommentState.SECOND: Bilingual("Second person", "Deuxième personne"),
    CommentState.REFUSED: Bilingual("Refused", "Refusé"),
    CommentState.APPEALED: Bilingual("Appealed", "En révision"),
    CommentState.PUBLISHED: Bilingual("Published", "Publié"),
    CommentState.DUPLICATE: Bilingual("Duplicate", "Doublon"),
    CommentState.WITHDRAWN: Bilingual("Withdrawn", "Retiré"),
}
REASON_LABELS = {
    RefusalReason.ADVERTISING: Bilingual("Advertising", "Publicité"),
    RefusalReason.HATEFUL: Bilingual("Hateful or threatening", "Haineux ou menaçant"),
    RefusalReason.NAMES_A_PERSON: Bilingual("Names a person", "Nomme une personne"),
    RefusalReason.OFF_TOPIC: Bilingual("Not about this phase", "Sans lien avec l’étape"),
    RefusalReason.OTHER: Bilingual("Another reason", "Autre raison"),
}
MASK_NOTES = {
    MaskKind.PHONE: Bilingual("[phone number removed]", "[numéro de téléphone retiré]"),
    MaskKind.EMAIL: Bilingual("[email address removed]", "[adresse courriel retirée]"),
    MaskKind.ADDRESS: Bilingual("[address removed]", "[adresse retirée]"),
    MaskKind.NUMBER: Bilingual("[personal number removed]", "[numéro personnel retiré]"),
    MaskKind.NAME: Bilingual("[name removed]", "[nom retiré]"),
}
MASK_LABELS = {
    MaskKind.NAME: Bilingual("A name", "Un nom"),
    MaskKind.PHONE: Bilingual("A phone number", "Un numéro de téléphone"),
    MaskKind.EMAIL: Bilingual("An email address", "Une adresse courriel"),
    MaskKind.ADDRESS: Bilingual("An address", "Une adresse"),
    MaskKind.NUMBER: Bilingual("A personal number", "Un numéro personnel"),
}
DISPOSITION_LABELS = {
    Disposition.TAKEN_UP: Bilingual("Taken up", "Retenu"),
    Disposition.PARTLY: Bilingual("Taken up in part", "Retenu en partie"),
    Disposition.NOT_TAKEN_UP: Bilingual("Not taken up", "Non retenu"),
}
REGISTRY_LABELS = {
    RegistryState.PLANNED: Bilingual("Planned", "Prévue"),
    RegistryState.OPEN: Bilingual("Open", "Ouverte"),
    RegistryState.ANALYZING: Bilingual("Closed: analyzing input", "Fermée : analyse des commentaires"),
    RegistryState.NO_REPORT_EXPECTED: Bilingual("Closed: no report expected", "Fermée : aucun rapport prévu"),
    RegistryState.REPORT_AVAILABLE: Bilingual("Closed: report available", "Fermée : rapport disponible"),
    RegistryState.NOT_GOING_FORWARD: Bilingual("Not going forward", "Abandonnée"),
}
