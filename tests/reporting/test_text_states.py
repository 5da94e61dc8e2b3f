"""A change of a text in one language makes the other one stale, in the same transaction; a translation makes it current."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Conflict, Forbidden, Invalid
from cogwg.core.status import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import Challenge, Contribution, ReportingPeriod, StatusReport, Submission
from cogwg.reporting.news import services as news
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.queries import milestone
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.reporting.news.theme_services import rename_theme
from cogwg.reporting.news.untranslated import TranslatableText, untranslated_news, untranslated_reports
from cogwg.reporting.partner_notes import save_note
from cogwg.reporting.queries import current_statuses
from cogwg.reporting.receipts import receipts_of
from cogwg.reporting.report_translation import confirm_translation, translate_report
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import ReportTarget, find_report, save_draft, submit_report
from cogwg.reporting.timeline import timelines
from tests.databases import demo_calendar
from tests.reporting.test_news import ONTARIO, add_ontario_milestone

AT = demo_calendar().now()
URL = "https://data.example/"
LABEL = f"label {URL}"
LEAD, CHAIR = Actor("person", 3), Actor("person", 2)
DRAFT = ReportDraft(
    Status.SUBSTANTIAL, Bilingual("Words.", "Mots."), evidence=(LabelledLink(URL, Bilingual("The data", "Les données")),)
)


def report_target(session: Session) -> ReportTarget:
    (priority,) = plan_facts(session, 2020, code="3.3").priorities
    (activity,) = (a for a in priority.activities if a.code == "3.3")
    period = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-09")).one()
    return ReportTarget(priority, activity, period)


def write(session: Session, draft: ReportDraft, *, is_draft: bool = False) -> StatusReport:
    """Save the report of 3.3 as its next version, and return what is stored."""
    target = report_target(session)
    stored = find_report(session, target)
    save = save_draft if is_draft else submit_report
    version = stored.version if stored is not None else 0
    save(session, target, draft, expected_version=version, by=LEAD, at=AT, is_allowed=lambda _: True)
    session.expire_all()
    return session.scalars(select(StatusReport).where(StatusReport.activity_id == target.activity.id)).all()[-1]


def texts_to_translate(session: Session) -> list[TranslatableText]:
    """Return the texts of 3.3 to translate."""
    id_ = report_target(session).activity.id
    return [text for text in untranslated_reports(session, plan_facts(session, 2020)) if text.id == id_]


def translate(session: Session, name: str, text: str, source: str, **more: Any) -> None:
    target = report_target(session)
    arguments = {"is_own": False, "by": CHAIR, "at": AT + timedelta(hours=1), "is_allowed": lambda _: True} | more
    translate_report(session, target.priority, target.activity.id, name, text, source_text=source, **arguments)
    session.expire_all()


def audited(session: Session) -> list[str]:
    events = session.scalars(select(AuditEvent).where(AuditEvent.subject_kind == "report").order_by(AuditEvent.id))
    return [event.action for event in events][-2:]


def test_report_changed_in_one_language_is_stale_in_the_other(seeded: Session) -> None:
    assert write(seeded, DRAFT, is_draft=True).stale is None
    english = ReportDraft(
        Status.SUBSTANTIAL, Bilingual("Other words.", "Mots."), evidence=(LabelledLink(URL, Bilingual("Data", "Les données")),)
    )
    assert write(seeded, english, is_draft=True).stale == {"progress": "fr", LABEL: "fr"}
    assert write(seeded, english).stale == {"progress": "fr", LABEL: "fr"}
    assert seeded.scalars(select(Submission).order_by(Submission.id.desc())).first().stale == {"progress": "fr", LABEL: "fr"}  # type: ignore[union-attr]
    french = ReportDraft(Status.SUBSTANTIAL, Bilingual("Other words.", "Autres mots."), evidence=english.evidence)
    assert write(seeded, french).stale == {LABEL: "fr"}


def test_milestone_changed_in_one_language_is_listed_until_translated_or_confirmed(seeded: Session) -> None:
    links = (LabelledLink(URL, Bilingual("A", "Un")),)
    id_ = add_ontario_milestone(seeded, MilestoneDraft(Bilingual("News.", "Nouvelles."), links))
    assert untranslated_news(seeded) == []
    changed = MilestoneDraft(Bilingual("Old news.", "Nouvelles."), (LabelledLink(URL, Bilingual("A", "Une")),))
    news.edit_news(seeded, MILESTONES, id_, changed, expected_version=1, **ONTARIO(seeded))
    assert milestone(seeded, id_).stale == {"text": "fr", LABEL: "en"}
    text, link = untranslated_news(seeded)
    assert (text.target, text.source, text.stale_translation) == ("fr", "Old news.", "Nouvelles.")
    assert (link.target, link.source, link.stale_translation) == ("en", "Une", "A")
    news.translate_news(seeded, MILESTONES, id_, "Nouvelles.", source_text="Old news.", **ONTARIO(seeded))
    news.translate_link(seeded, id_, "One", link_number=1, source_text="Une", **ONTARIO(seeded))
    assert untranslated_news(seeded) == []
    assert milestone(seeded, id_).links[0].label == Bilingual("One", "Une")


def test_partner_note_changed_in_one_language_is_stale_in_the_other(seeded: Session) -> None:
    plan = plan_facts(seeded, 2020, code="5.4")
    activity = next(a for a in plan.activities if a.code == "5.4")
    nwt = next(a.jurisdiction_id for a in plan.priorities[0].assignments if a.can_contribute)
    assert nwt is not None
    for version, text in enumerate((Bilingual("A note.", "Une note."), Bilingual("Another.", "Une note."))):
        save_note(
            seeded,
            plan,
            activity,
            period_key="2020-09",
            jurisdiction_id=nwt,
            text=text,
            expected_version=version,
            by=LEAD,
            at=AT,
            is_allowed=lambda *_: True,
        )
    assert seeded.scalars(select(Contribution).order_by(Contribution.id.desc())).first().stale == {"text": "fr"}  # type: ignore[union-attr]


def test_translated_report_is_current_for_readers_and_marked_for_its_lead(seeded: Session) -> None:
    write(
        seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", ""), evidence=(LabelledLink(URL, Bilingual("Data", "")),))
    )
    assert [text.name for text in texts_to_translate(seeded)] == ["progress", LABEL]
    before = seeded.scalars(select(Submission).order_by(Submission.id.desc())).first()
    assert before is not None
    translate(seeded, "progress", "Mots.", "Words.")
    translate(seeded, LABEL, "Données", "Data")
    assert texts_to_translate(seeded) == []
    plan, id_ = plan_facts(seeded, 2020), report_target(seeded).activity.id
    status = current_statuses(seeded, plan, AT.date(), with_texts=True)[id_]
    assert (status.progress, status.evidence[0].label) == (Bilingual("Words.", "Mots."), Bilingual("Data", "Données"))
    assert status.submitted_at == before.submitted_at
    report = find_report(seeded, report_target(seeded))
    assert report is not None
    assert (report.progress.fr, report.evidence[0].label.fr, report.changed_by_id) == ("Mots.", "Données", LEAD.id)
    assert {name: (mark["lang"], mark["by"]) for name, mark in report.translated.items()} == {
        "progress": ("fr", CHAIR.id),
        LABEL: ("fr", CHAIR.id),
    }
    assert report.last_change == (CHAIR.id, AT + timedelta(hours=1))
    assert audited(seeded) == ["report.translated"] * 2
    entries = timelines(seeded, [id_])[id_]
    assert [entry.kind for entry in entries][:3] == ["translated", "translated", "submitted"]
    assert entries[0].report is not None
    assert entries[0].report.progress.fr == "Mots."


def test_translation_is_no_amendment_and_keeps_the_status_before_the_quarter(seeded: Session) -> None:
    id_ = report_target(seeded).activity.id
    first_before = current_statuses(seeded, plan_facts(seeded, 2020), AT.date())[id_].status
    write(seeded, ReportDraft(Status.LIMITED, Bilingual("Words.", ""), Bilingual("Late.", "Retard.")))
    receipts = len(receipts_of(seeded, LEAD.id or 0))
    translate(seeded, "progress", "Mots.", "Words.")
    report = find_report(seeded, report_target(seeded))
    assert report is not None
    assert report.status_before == first_before
    assert len(receipts_of(seeded, LEAD.id or 0)) == receipts
    translated, submitted = timelines(seeded, [id_])[id_][:2]
    for entry in (translated, submitted):
        assert entry.report is not None
        assert (entry.report.before, entry.report.amends, entry.report.after) == (first_before, None, Status.LIMITED)
    write(seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", "Mots.")))
    amendment = timelines(seeded, [id_])[id_][0]
    assert amendment.report is not None
    assert (amendment.kind, amendment.report.before, amendment.report.amends) == ("submitted", first_before, Status.LIMITED)
    (head, *_) = receipts_of(seeded, LEAD.id or 0)
    assert head.is_amendment


def test_renamed_theme_is_current_in_both_languages(seeded: Session) -> None:
    row = seeded.scalars(select(Challenge).where(Challenge.theme_en != "").order_by(Challenge.id)).first()
    assert row is not None
    id_ = row.id
    row.stale = {"theme": "fr", "text": "fr"}
    seeded.flush()
    rename_theme(seeded, id_, Bilingual("Law", "Droit"), expected_theme=row.theme, by=CHAIR, at=AT)
    assert seeded.get_one(Challenge, id_).stale == {"text": "fr"}


def test_lead_takes_a_translation_over_or_changes_it(seeded: Session) -> None:
    write(seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", ""), Bilingual("Late.", "")))
    translate(seeded, "progress", "Mots.", "Words.")
    translate(seeded, "challenge", "Retard.", "Late.")
    target = report_target(seeded)
    own: dict[str, Any] = {"by": LEAD, "at": AT, "is_allowed": lambda _: True}
    with pytest.raises(Forbidden):
        confirm_translation(seeded, target, expected_version=3, **(own | {"is_allowed": lambda _: False}))
    with pytest.raises(Conflict):
        confirm_translation(seeded, target, expected_version=2, **own)
    changed = write(
        seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", "Mes mots."), Bilingual("Late.", "Retard.")), is_draft=False
    )
    assert set(changed.translated or {}) == {"challenge"}
    assert changed.stale == {"progress": "en"}
    confirm_translation(seeded, target, expected_version=4, **own)
    confirm_translation(seeded, target, expected_version=4, **own)
    report = find_report(seeded, target)
    assert report is not None
    assert not report.translated
    assert report.challenge == Bilingual("Late.", "Retard.")
    assert audited(seeded) == ["report.submitted", "report.translation-confirmed"], "once"


def test_translation_of_a_report_is_refused_or_a_conflict(seeded: Session) -> None:
    write(seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", "")))
    with pytest.raises(Forbidden):
        translate(seeded, "progress", "Mots.", "Words.", is_allowed=lambda _: False)
    with pytest.raises(Invalid):
        translate(seeded, "progress", "", "Words.")
    for name, source in (("progress", "Other words."), ("challenge", ""), (LABEL, "Data")):
        with pytest.raises(Conflict):
            translate(seeded, name, "Mots.", source)
    translate(seeded, "progress", "Mots.", "Words.", is_own=True, by=LEAD)
    report = find_report(seeded, report_target(seeded))
    assert report is not None
    assert (report.translated, report.changed_at) == ({}, AT + timedelta(hours=1)), "a lead’s own text has no mark"
    with pytest.raises(Conflict):
        translate(seeded, "progress", "Encore.", "Words.")


def test_translation_leaves_another_wording_of_the_leads_alone(seeded: Session) -> None:
    """A returned report is edited while its submission is still what others read."""
    stored = write(seeded, ReportDraft(Status.SUBSTANTIAL, Bilingual("Words.", "")))
    stored.progress_en = "Words that are being edited."
    seeded.flush()
    version = stored.version
    translate(seeded, "progress", "Mots.", "Words.")
    report = find_report(seeded, report_target(seeded))
    assert report is not None
    assert (report.progress, report.version) == (Bilingual("Words that are being edited.", ""), version)
    assert texts_to_translate(seeded) == []
