"""What the secretariat does with publications, for tests of the public pages."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.reporting.models import Milestone
from cogwg.seeding.demo import seed_demo_commitment_people
from cogwg.seeding.engagement import seed_demo_cycle_publications, seed_demo_engagement, seed_demo_engagement_people
from cogwg.seeding.heard import seed_demo_heard
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.publishing_commitments import publish_commitments
from cogwg.tracker.services import publish_briefing, publish_quarter, withdraw_publication
from cogwg.tracker.values import PublishedBriefing, PublishedFile
from tests.tracker.ogp import add_ca0060, add_others
from tests.web_client import App

CORRECTION_REASON = Bilingual("A typing error.", "Une faute de frappe.")
WITHDRAWAL_REASON = Bilingual("It named a person.", "Une personne y était nommée.")
CORRECTED_TEXT = Bilingual("Open data portal launched in Yukon", "Portail de données ouvertes lancé au Yukon")
DECK = b"The bytes of a deck."
MEETING = date(2020, 2, 27)


def correct_milestone(app: App, *, key: str = "2020-02-yt-portal", quarter: str = "2020-06", days_later: int = 0) -> None:
    """Correct a milestone of a published quarter."""
    values = {"text_en": CORRECTED_TEXT.en, "text_fr": CORRECTED_TEXT.fr}
    app.execute(update(Milestone).where(Milestone.key == key).values(**values))
    with Session(app.engine) as session, write_transaction(session):
        at = app.calendar.now() + timedelta(days=days_later)
        reason = {"correction_reason": CORRECTION_REASON, "override_reason": "Checked."}
        publish_quarter(session, quarter, shown=None, by=SYSTEM, at=at, **reason)


def publish_deck(app: App, *, meeting_on: date = MEETING, title: str = "Update on the work plan") -> None:
    """Publish a finalized briefing with a file in each language."""
    facts: dict[str, Any] = {"media_type": "application/octet-stream", "sha256": sha256(DECK).hexdigest(), "size": len(DECK)}
    names = {"en": "update.pptx", "fr": "mise-a-jour.pptx"}
    files = [PublishedFile(name=name, format="pptx", lang=lang, **facts) for lang, name in names.items()]
    audience, place = Bilingual("Joint Councils", "Conseils mixtes"), Bilingual("Ottawa", "Ottawa")
    briefing = PublishedBriefing(2020, meeting_on, 1, meeting_on, audience, place, Bilingual(title, "Mise à jour"), sample=True)
    with Session(app.engine) as session, write_transaction(session):
        publish_briefing(session, briefing, [(file, DECK) for file in files], by=SYSTEM, at=app.calendar.now())


def publish_all_commitments(app: App) -> None:
    """Record CA0060 and three other commitments, and publish them."""
    with Session(app.engine) as session, write_transaction(session):
        add_ca0060(session)
        add_others(session)
    publish_again(app, "CA0041", "CA0058", "CA0060", "CA0073")


def publish_engagement(app: App) -> None:
    """Publish the demo's cycles, its comments and "What we heard"."""
    with Session(app.engine) as session, write_transaction(session):
        seed_demo_engagement(session, at=app.calendar.now())
        seed_demo_commitment_people(session, "not a hash", at=app.calendar.now())
        seed_demo_engagement_people(session, "not a hash", at=app.calendar.now())
        seed_demo_cycle_publications(session, up_to=app.calendar.today())
        seed_demo_heard(session, up_to=app.calendar.today())


def publish_again(app: App, *identifiers: str, days_later: int = 0, reason: Bilingual = CORRECTION_REASON) -> None:
    """Publish commitments as they are recorded now."""
    with Session(app.engine) as session, write_transaction(session):
        at = app.calendar.now() + timedelta(days=days_later)
        publish_commitments(session, identifiers, override_reason="Late.", reason=reason, shown=None, by=SYSTEM, at=at)


def withdraw(app: App, key: str, kind: PublicationKind = PublicationKind.QUARTER) -> None:
    with Session(app.engine) as session, write_transaction(session):
        withdraw_publication(session, kind, key, reason=WITHDRAWAL_REASON, by=SYSTEM, at=app.calendar.now())


def names_of_people(app: App) -> list[str]:
    """Return the names and addresses of all people."""
    return [text for person in app.rows(Person) for text in (person.name, person.email) if text]
