"""Readiness: reports received and missing, contacts, and reminders."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import DeliveryError, FailureKind
from cogwg.mail.services import cancel_unneeded, claim_due_messages, enqueue, mark_failed, mark_sent
from cogwg.notices.rules import CancellationReason
from cogwg.plan.models import Activity, Assignment, Confirmation
from cogwg.reporting.models import Contribution, ReportingPeriod, ReportState, StatusReport
from tests.conventions.test_pages import check_html
from tests.mail.test_outbox import make_email
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import translate
from tests.web_client import PUBLIC_URL, App, Page, email, text_of

LANGS = ("en", "fr")


def activity_id(app: App, code: str) -> int:
    return int(app.rows(Activity, Activity.code == code)[0].id)


def row_text(page: Page, code: str) -> str:
    return text_of(page.find_by_id(f"row-{code}")).replace("\u00a0", " ")


def submit_report(app: App, name: str, code: str, status: str = "SP") -> None:
    form = app.client_as(name).report_form(code)
    assert form.fill(status=status, progress_en="Done.", challenge_en="Staff.").submit().status == 303


def counts_by_word(page: Page) -> dict[str, int]:
    """Return the counts at the top of the page, by their labels."""
    counts = {}
    for item in [li for section in page.find_all("div", class_="count-summary") for li in section.iter("li")]:
        text = text_of(item).split(maxsplit=1)
        counts[text[1].split(" ")[0].lower()] = int(text[0])
    return counts


@pytest.mark.parametrize("lang", LANGS)
def test_readiness_counts_follow_submissions(app_per_engine: App, lang: str) -> None:
    chair = app_per_engine.client_as("chair")
    before = chair.get(f"/{lang}/readiness")
    assert before.status == 200
    assert ("10 of 15" if lang == "en" else "10 sur 15") in before.main_text.replace("\u00a0", " ")
    submit_report(app_per_engine, "ontario", "3.3")
    after = chair.get(f"/{lang}/readiness")
    assert ("11 of 15" if lang == "en" else "11 sur 15") in after.main_text.replace("\u00a0", " ")
    assert ("1 of 3 received" if lang == "en" else "1 sur 3") in row_text(after, "on")


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "Not received: Ontario 3, Ontario and BC 2."), ("fr", "Non reçus : Ontario 3, Ontario et C.-B. 2.")],
)
def test_readiness_names_first_who_is_missing(app: App, lang: str, sentence: str) -> None:
    chair = app.client_as("chair")
    text = chair.get(f"/{lang}/readiness").main_text.replace("\u00a0", " ")
    assert text.index(sentence) < text.index("Quarter 1" if lang == "en" else "Trimestre 1"), "before links and counts"
    submit_report(app, "ontario", "3.3")
    assert sentence.replace("3,", "2,") in chair.get(f"/{lang}/readiness").main_text.replace("\u00a0", " ")
    assert sentence[:9] not in chair.get(f"/{lang}/readiness?period=2020-12").main_text, "nothing is due yet"


def test_readiness_cells_describe_their_reports(app: App) -> None:
    at = app.calendar.now()
    ids = {code: activity_id(app, code) for code in ("3.3", "1.3", "5.4")}
    with Session(app.engine) as session, write_transaction(session):
        draft = {"activity_id": ids["3.3"], "period_id": 3, "state": ReportState.DRAFT, "changed_at": at - timedelta(days=2)}
        draft["progress_en"] = "The list is ready."
        session.execute(insert(StatusReport).values(**draft))
        back = update(StatusReport).where(StatusReport.activity_id == ids["1.3"], StatusReport.period_id == 3)
        session.execute(back.values(state=ReportState.RETURNED, returned_at=at, returned_note="Say more."))
        nwt = session.query(Jurisdiction.id).filter_by(code="nt").scalar()
        note = {"activity_id": ids["5.4"], "period_id": 3, "jurisdiction_id": nwt, "text_en": "A note.", "changed_at": at}
        session.execute(insert(Contribution).values(version=1, text_fr="", **note))
    page = app.client_as("chair").get("/en/readiness")
    assert counts_by_word(page) == {"received": 9, "returned": 1, "drafts": 1, "no": 4, "vacant": 3, "role": 1, "without": 1}
    assert "2 of 3 received 1 returned on September 24 last report 8 days ago" in row_text(page, "ca")
    assert "0 of 3 received 1 draft, 2 with no draft yet last report 88 days ago" in row_text(page, "on")
    assert "0 of 2 received 2 with no draft yet last report 88 days ago with Ontario" in row_text(page, "bc")
    assert "To confirm not yet accepted" in row_text(page, "ns")
    assert "4 of 4 received" in row_text(page, "sk")
    assert "Note added partner, September 24" in row_text(page, "nt")
    assert "Quebec" in page.main_text
    links = list(page.find_by_id("vacant").iter("a"))
    assert [text_of(a) for a in links] == [f"Fill this role for Priority {n}" for n in (1, 2, 3)]
    address, _, field = (links[0].get("href") or "").partition("#")
    assert page.client.get(address).find_by_id(field).tag == "select", "the link leads to the form that fills the role"
    drafts = app.client_as("chair").get(page.find("div", class_="count-summary").findall(".//a")[2].get("href") or "")
    assert text_of(drafts.find_by_id("reports")).startswith("Drafts, not submitted 3.3 ")
    assert [e.get("id") for e in drafts.find_all("tr") if e.get("id")] == ["row-on"]


@pytest.mark.parametrize("lang", LANGS)
def test_roles_to_confirm_are_counted_as_on_the_page_of_vacant_roles(app: App, lang: str) -> None:
    """Nova Scotia has a role to confirm, and here is offered a second."""
    with Session(app.engine) as session, write_transaction(session):
        (vacant, *_others) = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.VACANT)).all()
        vacant.jurisdiction_id = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "ns")).one()
        vacant.confirmation = Confirmation.TO_CONFIRM
    chair = app.client_as("chair")
    page = chair.get(f"/{lang}/readiness")
    (link,) = [a for a in page.find("div", class_="count-summary").iter("a") if "show=to-confirm" in a.get("href", "")]
    words = "Roles to confirm" if lang == "en" else "Rôles à confirmer"
    assert text_of(link.getparent()) == f"2 {words}"
    vacancies = "2 roles are to be confirmed." if lang == "en" else "2 rôles sont à confirmer."
    assert vacancies in chair.get(f"/{lang}/vacancies").main_text.replace("\u00a0", " ")
    listed = chair.get(link.get("href") or "")
    assert [e.get("id") for e in listed.find_all("tr") if e.get("id")] == ["row-ns"]
    cell = "To confirm" if lang == "en" else "À confirmer"
    assert row_text(listed, "ns").count(cell) == 2, "the jurisdiction's row shows both roles"


def test_readiness_in_french_names_the_other_lead_with_its_article(read_only_app: App) -> None:
    page = read_only_app.client_as("chair").get("/fr/readiness")
    assert "avec l’Ontario" in row_text(page, "bc")
    assert "avec la C.-B." in row_text(page, "on")


def test_readiness_shows_late_reports_and_past_quarters(make_app: MakeApp) -> None:
    app = make_app(day=date(2020, 10, 2))
    page = app.client_as("chair").get("/en/readiness?period=2020-09")
    assert "0 of 3 received overdue: 3 with no draft yet" in row_text(page, "on")
    assert "were due on Wednesday, September\u00a030, 2020" in page.main_text
    submit_late = app.client_as("ontario").report_form("3.3", query="?period=2020-09")
    assert submit_late.fill(status="SP", progress_en="Late.", challenge_en="Staff.").submit().status == 303
    page = app.client_as("chair").get("/en/readiness?period=2020-09")
    assert "1 of 3 received overdue: 2 with no draft yet 1 submitted late" in row_text(page, "on")
    earlier = app.client_as("chair").get("/en/readiness?period=2020-06")
    assert "1 without a report" in row_text(earlier, "ca")
    assert not [a for a in earlier.find_all("a") if "readiness/remind" in (a.get("href") or "")], "no reminder can be sent"


SUPERSEDED = {
    "en": "5 can no longer be submitted, because a later quarter already has a report on the same activity.",
    "fr": "5 ne peuvent plus être soumis, car un trimestre ultérieur a déjà un rapport sur la même activité.",
}


@pytest.mark.parametrize("lang", LANGS)
def test_status_of_a_quarter_counts_the_reports_that_a_later_quarter_replaced(app: App, lang: str) -> None:
    chair = app.client_as("chair")
    page = chair.get(f"/{lang}/readiness?period=2020-06&show=nothing")
    assert SUPERSEDED[lang] in page.main_text.replace("\u00a0", " ")
    assert {"en": "still accepted", "fr": "encore acceptés"}[lang] not in page.main_text
    listed = text_of(page.find_by_id("reports")).replace("\u00a0", " ")
    assert {"en": "A later quarter has a report", "fr": "Un trimestre ultérieur a un rapport"}[lang] in listed
    closing = chair.get(f"/{lang}/plans/2020/quarters/2020-06/close")
    assert f". {SUPERSEDED[lang]}" in closing.main_text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("lang", "due"), [("en", "September 30, 2020 at 5 pm (Eastern time)"), ("fr", "17 h (heure de l’Est)")]
)
def test_quarter_page_in_another_time_zone_shows_the_eastern_due_time(app: App, lang: str, due: str) -> None:
    app.execute(update(Person).where(Person.email == email("chair")).values(time_zone="America/Regina"))
    page = app.client_as("chair").get(f"/{lang}/plans/2020/quarters/2020-09")
    assert due in page.main_text.replace("\u00a0", " ")


def test_future_quarter_is_not_due(app: App) -> None:
    page = app.client_as("chair").get("/en/readiness?period=2020-12")
    assert "Not yet due" in row_text(page, "on")
    assert "opens on" in page.main_text
    assert not page.find_all("a", class_="primary")


def test_jurisdiction_without_contact_is_counted_and_listed(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("bc")).values(retired_at=app.clock()))
    page = app.client_as("chair").get("/en/readiness")
    assert counts_by_word(page)["without"] == 2, "Nova Scotia, which has a role to confirm, has no contact either"
    assert "No contact no account" in row_text(page, "bc")
    alone = app.client_as("chair").get("/en/readiness?show=no-contact")
    assert [e.get("id") for e in alone.find_all("tr") if e.get("id")] == ["row-bc", "row-ns"]
    form = app.client_as("chair").get("/en/readiness/remind")
    assert "British Columbia no account" in form.main_text


def test_readiness_before_the_first_quarter_explains_itself(make_app: MakeApp) -> None:
    chair = make_app(day=date(2019, 5, 1)).client_as("chair")
    assert "No quarter of the plan has begun yet, so no reports are required." in chair.get("/en/readiness").main_text
    assert chair.get("/en/readiness/remind").status == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reporting_pages_without_a_plan_offer_no_plan_to_read(make_app: MakeApp, lang: str) -> None:
    app = make_app(day=date(2019, 5, 1))
    page = app.client_as("ontario").get(f"/{lang}/my-updates")
    assert translate(lang, "There is no plan for this year yet. You do not need to report.") in page.main_text
    assert not [a for a in page.find("main").iter("a") if "/plans" in a.get("href", "") or "vacancies" in a.get("href", "")]
    empty = make_app(template="bare", day=date(2019, 5, 1))
    with Session(empty.engine) as session, write_transaction(session):
        for name, role in (("chair", Role.CO_CHAIR), ("secretariat", Role.SECRETARIAT)):
            person = Person(email=email(name), name=name.title(), password_hash="unused", demo=True)
            person.memberships = [Membership(role=role)]
            session.add(person)
    chair, secretariat = (empty.client_as(name).get(f"/{lang}/readiness") for name in ("chair", "secretariat"))
    for page in (chair, secretariat):
        assert translate(lang, "No plan has been adopted yet, so no reports are required.") in page.main_text
    assert translate(lang, "Create a plan under Administration") in secretariat.main_text
    assert translate(lang, "Create a plan under Administration") not in chair.main_text


@pytest.mark.parametrize("query", ["?show=<script>", "?show=IN", "?period=", "?show=vacant"])
def test_unknown_readiness_filter_shows_everything(read_only_app: App, query: str) -> None:
    page = read_only_app.client_as("chair").get(f"/en/readiness{query}")
    assert page.status == 200
    assert len(page.find_by_id("row-on")) == 7


@pytest.mark.parametrize("query", ["?period=2020-10", "?period=abcd-ef", "?period=9999-03", "?period=²020-03", "?period=1"])
def test_unknown_quarter_is_not_found(read_only_app: App, query: str) -> None:
    assert read_only_app.client_as("chair").get(f"/en/readiness{query}").status == 404
    assert read_only_app.client_as("chair").get(f"/en/readiness/remind{query}").status == 404


@pytest.mark.parametrize("lang", LANGS)
def test_reminders_are_queued_by_language_with_copy_and_audit_event(app_per_engine: App, lang: str) -> None:
    app_per_engine.execute(update(Person).where(Person.email == email("bc")).values(lang=Language.FR))
    chair = app_per_engine.client_as("chair")
    page = chair.get(f"/{lang}/readiness")
    (button,) = page.find_all("a", class_="primary")
    form = chair.get(button.get("href") or "").form()
    assert "Quarter 3 of 2020" in form.value("text_en")
    assert "trimestre 3 de 2020" in form.value("text_fr")
    answer = form.fill(text_en="Please <b>report</b>.", text_fr="Veuillez faire rapport.").submit()
    assert answer.redirect_path == f"/{lang}/readiness?period=2020-09"
    receipt = text_of(answer.follow().find("p", class_="notice", role="status"))
    assert "A. Sandhu, N. Osei" in receipt
    messages = {message.address.partition("@")[0]: message for message in app_per_engine.rows(OutboxMessage)}
    assert set(messages) == {"bc", "ontario", "chair"}
    assert (messages["bc"].lang, messages["ontario"].lang) == (Language.FR, Language.EN)
    assert "Veuillez faire rapport." in messages["bc"].text
    assert "Please <b>report</b>." in messages["ontario"].text
    assert "Please &lt;b&gt;report&lt;/b&gt;." in messages["ontario"].html
    assert f"{PUBLIC_URL}/fr/my-updates?period=2020-09" in messages["bc"].text
    assert "A. Sandhu, N. Osei" in messages["chair"].text
    assert all(message.sent_at is None and message.next_try_at is not None for message in messages.values())
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "quarter.reminded")
    assert event.actor_id == app_per_engine.person_id("chair")
    assert sorted(event.after["people"]) == sorted([app_per_engine.person_id("bc"), app_per_engine.person_id("ontario")])


def test_remind_page_says_whether_the_last_reminder_was_sent(app_per_engine: App) -> None:
    chair = app_per_engine.client_as("chair")
    chair.get("/en/readiness/remind").form().submit()
    sent = update(OutboxMessage).where(OutboxMessage.address == email("ontario"))
    app_per_engine.execute(sent.values(sent_at=app_per_engine.calendar.now(), next_try_at=None))
    page = chair.get("/en/readiness/remind")
    assert "N. Osei was reminded on September" in page.main_text
    assert "A reminder to A. Sandhu was prepared on September" in page.main_text
    assert page.main_text.count("but has not been sent yet.") == 1


def test_reminder_within_24_hours_is_skipped_and_explained(app: App) -> None:
    chair, secretariat = app.client_as("chair"), app.client_as("secretariat")
    first, second = chair.get("/en/readiness/remind").form(), secretariat.get("/en/readiness/remind").form()
    assert first.submit().status == 303
    assert len(app.rows(OutboxMessage)) == 3
    answer = second.submit()
    assert answer.status == 422
    assert "There are no reminders to send." in answer.alert_text
    assert answer.main_text.count("The limit is 1 reminder every 24 hours.") == 2
    assert len(app.rows(OutboxMessage)) == 3
    app.execute(
        update(OutboxMessage)
        .where(OutboxMessage.address == email("bc"))
        .values(made_at=app.calendar.now() - timedelta(hours=24))
    )
    again = secretariat.get("/en/readiness/remind").form().fill(copy=False).submit()
    receipt = text_of(again.follow().find("p", class_="notice", role="status"))
    assert "1 reminder is ready to send: A. Sandhu." in receipt
    assert "No new reminder was sent to N. Osei, because the last reminder was less than 24 hours ago." in receipt
    assert len(app.rows(OutboxMessage)) == 4


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_remind_page_says_how_many_reports_must_only_be_corrected(app: App, lang: str) -> None:
    chair, words = app.client_as("chair"), {"en": "(1 to correct)", "fr": "(1\u00a0à corriger)"}[lang]
    assert words not in chair.get(f"/{lang}/readiness/remind").main_text
    app.client_as("ontario").report_form("3.4").fill(status="SP", progress_en="All done.").submit()
    chair.get("/en/plans/2020/activities/3.4/return?period=2020-09").form("return").fill(note="Say which.").submit()
    assert words in chair.get(f"/{lang}/readiness/remind").main_text


def test_reminder_skips_people_who_reported_or_opted_out(app: App) -> None:
    app.execute(update(Person).where(Person.email == email("bc")).values(wants_reminders=False))
    for code in ("3.2", "3.3", "3.4", "4.3", "4.4"):
        submit_report(app, "ontario", code)
    page = app.client_as("chair").get("/en/readiness/remind")
    assert "There are no reminders to send." in page.main_text
    assert not [f for f in page.forms if "readiness" in f.action]
    app.execute(update(StatusReport).where(StatusReport.period_id == 3).values(state=ReportState.RETURNED))
    page = app.client_as("chair").get("/en/readiness/remind")
    assert "A. Sandhu chose not to receive reminders" in page.main_text
    page.form().submit()
    assert email("bc") not in {message.address for message in app.rows(OutboxMessage, OutboxMessage.kind != "co-lead")}


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"text_en": " \u00a0"}, "text_en", "Enter the reminder in English."),
        ({"text_en": "", "text_fr": ""}, "text_en", "Enter the reminder in English."),
        ({"text_en": "x" * 4001}, "text_en", "Shorten this text to at most 4,000 characters (1 too many)"),
        ({"text_fr": "é" * 4005}, "text_fr", "Shorten this text to at most 4,000 characters (5 too many)"),
    ],
)
def test_invalid_reminder_text_is_refused_and_kept_in_the_form(
    read_only_app: App, typed: dict[str, str], field: str, sentence: str
) -> None:
    before = read_only_app.fingerprint()
    answer = read_only_app.client_as("chair").get("/en/readiness/remind").form().fill(copy=False, **typed).submit()
    assert answer.status == 422
    assert sentence in answer.field_error(field)
    assert sentence in answer.alert_text
    again = answer.form()
    assert again.value(field).strip() == typed[field].strip()
    assert "copy" not in again.values
    assert read_only_app.fingerprint() == before


def test_reminder_text_without_readers_may_be_empty(app: App) -> None:
    assert app.client_as("chair").get("/en/readiness/remind").form().fill(text_fr="").submit().status == 303


def test_reminder_for_closed_quarter_is_refused(app: App) -> None:
    chair = app.client_as("chair")
    form = chair.get("/en/readiness/remind").form()
    app.execute(update(ReportingPeriod).where(ReportingPeriod.id == 3).values(closed_at=app.calendar.now()))
    answer = form.submit()
    assert answer.status == 422
    assert "closed" in answer.alert_text
    assert app.rows(OutboxMessage) == []
    assert "does not accept reports right now" in chair.get("/en/readiness/remind?period=2020-09").main_text
    assert "closed" in chair.get("/en/readiness?period=2020-09").main_text


def fill_outbox(app: App) -> list[int]:
    """Return the ids of emails: waiting and untried, sent, waiting for a retry, given up."""
    now = app.clock()
    with Session(app.engine) as session, write_transaction(session):
        for n in range(4):
            enqueue(session, make_email(n, subject=f"<b>Letter</b> {n}"), by=SYSTEM, at=app.calendar.now(), now=now)
        messages = claim_due_messages(session, now=now)
        mark_sent(session, messages[1], now=now)
        mark_failed(session, messages[2], DeliveryError(FailureKind.DOWN, "Connection refused"), now=now)
        mark_failed(session, messages[3], DeliveryError(FailureKind.ADDRESS, "550 <nobody>"), now=now)
        return [message.id for message in messages]


@pytest.mark.parametrize("lang", LANGS)
def test_outbox_shows_failures_and_retries_a_message(app_per_engine: App, lang: str) -> None:
    ids = fill_outbox(app_per_engine)
    secretariat = app_per_engine.client_as("secretariat")
    page = secretariat.get(f"/{lang}/admin/outbox")
    assert FailureKind.ADDRESS.label.text(lang) in page.main_text
    assert "550 <nobody>" in page.main_text
    assert FailureKind.DOWN.label.text(lang) in page.main_text
    assert "<b>Letter</b> 1" in page.main_text
    buttons = [f for f in page.forms if f.action.endswith("/admin/outbox/again")]
    assert sorted(int(f.value("letter")) for f in buttons) == ids[2:]
    answer = next(f for f in buttons if f.value("letter") == str(ids[3])).submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/admin/outbox")
    assert "reader3@cogwg.example" in text_of(answer.follow().find("p", class_="notice", role="status"))
    (again,) = app_per_engine.rows(OutboxMessage, OutboxMessage.id == ids[3])
    assert (again.tries, again.next_try_at) == (0, app_per_engine.clock())


@pytest.mark.parametrize("lang", LANGS)
def test_outbox_shows_why_a_message_was_cancelled_and_offers_no_retry(app_per_engine: App, lang: str) -> None:
    now = app_per_engine.clock()
    with Session(app_per_engine.engine) as session, write_transaction(session):
        enqueue(session, make_email(1), by=SYSTEM, at=app_per_engine.calendar.now(), now=now)
        (message,) = claim_due_messages(session, now=now)
        cancel_unneeded(session, message, CancellationReason.NOTHING_MISSING)
    secretariat = app_per_engine.client_as("secretariat")
    page = secretariat.get(f"/{lang}/admin/outbox")
    assert CancellationReason.NOTHING_MISSING.label.text(lang) in page.main_text
    assert ("1 cancelled" if lang == "en" else "1 annulé") in text_of(page.find("p", class_="lede"))
    assert not [form for form in page.forms if form.action.endswith("/admin/outbox/again")]
    secretariat.post(f"/{lang}/admin/outbox/again", {"letter": str(message.id), "csrf_token": secretariat.csrf_token()})
    (stored,) = app_per_engine.rows(OutboxMessage)
    assert (stored.sent_at, stored.next_try_at) == (None, None)


@pytest.mark.parametrize("lang", LANGS)
def test_failed_messages_are_retried_together_from_the_outbox(app_per_engine: App, lang: str) -> None:
    ids, now = fill_outbox(app_per_engine), app_per_engine.clock()
    secretariat = app_per_engine.client_as("secretariat")
    action = f"/{lang}/admin/outbox/again-all"
    assert not [form for form in secretariat.get(f"/{lang}/admin/outbox").forms if form.action == action], (
        "one has its own button"
    )
    given_up = OutboxMessage.id.in_((ids[0], ids[3]))
    app_per_engine.execute(update(OutboxMessage).where(given_up).values(next_try_at=None, tries=1, last_error="refused: 550"))
    app_per_engine.execute(update(OutboxMessage).values(subject="Letter"))
    page = secretariat.get(f"/{lang}/admin/outbox")
    check_html(page, lang)
    answer = page.form("/again-all").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/admin/outbox")
    assert text_of(answer.follow().find("p", class_="notice", role="status")).split()[0] == "2"
    assert [(m.tries, m.next_try_at) for m in app_per_engine.rows(OutboxMessage, given_up)] == [(0, now)] * 2
    (event,) = app_per_engine.rows(AuditEvent, AuditEvent.action == "outbox.again")
    assert event.after == {"letters": [ids[0], ids[3]]}
    assert app_per_engine.client_as("chair").post(action, {}).status in (400, 403)


@pytest.mark.parametrize("message_id", ["", "x", "-1", "0", "4711", "9" * 30, "²"])
def test_retry_of_unknown_message_is_not_found(read_only_app: App, message_id: str) -> None:
    browser = read_only_app.client_as("secretariat")
    assert browser.post("/en/admin/outbox/again", {"letter": message_id, "csrf_token": browser.csrf_token()}).status == 404


def test_retry_of_a_sent_message_is_refused(app: App) -> None:
    ids = fill_outbox(app)
    page = app.client_as("secretariat").get("/en/admin/outbox")
    form = next(f for f in page.forms if f.action.endswith("/again") and f.value("letter") == str(ids[2]))
    app.execute(update(OutboxMessage).where(OutboxMessage.id == ids[2]).values(sent_at=app.clock(), next_try_at=None))
    assert "This email has already been sent." in form.submit().follow().main_text


def test_reminder_button_counts_recipients_and_explains_exclusions(app: App) -> None:
    chair = app.client_as("chair")
    text = text_of(chair.get("/en/readiness").find("div", class_="reminder-box"))
    assert text == "Remind 2 people who have reports to submit"
    app.execute(update(Person).where(Person.email == email("bc")).values(wants_reminders=False))
    text = text_of(chair.get("/en/readiness").find("div", class_="reminder-box"))
    assert text == "Remind 1 of 2 people who have reports to submit 1 person chose not to receive reminders."
    sent = chair.get("/en/readiness/remind").form("").submit().follow()
    assert "1 reminder is ready to send: N. Osei. The reminder will be sent once email is set up." in sent.main_text
    text = text_of(chair.get("/en/readiness").find("div", class_="reminder-box"))
    assert text.startswith("No reminders to send. Why? 1 reminder is ready but has not been sent yet. 1 person chose")
    sent_now = {"sent_at": app.calendar.now(), "next_try_at": None}
    app.execute(update(OutboxMessage).where(OutboxMessage.address == email("ontario")).values(**sent_now))
    text = text_of(chair.get("/en/readiness").find("div", class_="reminder-box"))
    assert text.startswith("No reminders to send. Why? 1 person was reminded in the last 24 hours. 1 person chose")


def test_outbox_link_is_shown_only_to_the_secretariat(read_only_app: App) -> None:
    assert read_only_app.client_as("secretariat").get("/en/readiness").find_all("a", href="/en/admin/outbox")
    assert not read_only_app.client_as("chair").get("/en/readiness").find_all("a", href="/en/admin/outbox")


def test_returned_report_and_receipt_emails_are_queued_with_the_change(app_per_engine: App) -> None:
    submit_report(app_per_engine, "ontario", "4.3")
    chair = app_per_engine.client_as("chair")
    form = chair.get("/en/plans/2020/activities/4.3/return?period=2020-09").form("/return")
    assert form.submit().status == 422
    others = OutboxMessage.kind != "co-lead"
    assert app_per_engine.rows(OutboxMessage, others) == [], "nothing was returned, so no email is sent"
    form = chair.get("/en/plans/2020/activities/4.3/return?period=2020-09").form("/return")
    assert form.fill(note="Which resources?").submit().status == 303
    messages = app_per_engine.rows(OutboxMessage, others)
    assert sorted(message.address.partition("@")[0] for message in messages) == ["bc", "ontario"]
    assert all("> Which resources?" in message.text for message in messages)
    assert all(message.kind == "returned" for message in messages)

    form = app_per_engine.client_as("ontario").get("/en/my-updates/submit").form("/submit")
    box = next(e for e in form.controls if e.get("type") == "checkbox" and " " not in e.get("value", ""))
    answer = form.submit(extra={box.get("name", ""): box.get("value", "")})
    assert answer.status == 303
    (receipt,) = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "receipt")
    assert receipt.address == email("ontario")
    assert f"{PUBLIC_URL}/en{answer.redirect_path.removeprefix('/en')}" in receipt.text
    assert f"- {box.get('value')} " in receipt.text
    assert "nothing to report" in receipt.text
