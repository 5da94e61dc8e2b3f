"""The home page lists what needs a signed-in person, by role, the most urgent first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction, Person
from cogwg.accounts.unsaved_text import ControlKind, ControlState, keep_unsaved_text
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.bilingual import Language
from cogwg.core.db import write_transaction
from cogwg.discussion.models import Comment
from cogwg.discussion.services import write_comment
from cogwg.mail.models import OutboxMessage
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.plan.models import Activity, Assignment, Confirmation, RoleRequest, WorkPlan
from cogwg.reporting.models import PeriodException, ReportingPeriod, ReportState, StatusReport
from tests.february_briefing import create_february_briefing
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.plan.test_roles import client_of_nova_scotia, role_path, role_to_confirm
from tests.web.scriptless_user import classed, translate
from tests.web_client import MAIL_SERVER, App, Page, text_of
from tests.web_client import email as email_of


def home(app: App, name: str, lang: str = "en") -> Page:
    page = app.client_as(name).get(f"/{lang}/")
    assert page.status == 200
    return page


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def titles(page: Page) -> list[str]:
    """Return the titles of what needs the person, including collapsed ones."""
    return [plain(text_of(h)) for h in page.find_all("h2", class_="need-title")]


def links(page: Page) -> dict[str, str]:
    """Return the URL of each thing by its title."""
    items = [li for ol in page.find_all("ol", class_="need-list") for li in ol.iter("li")]
    return {plain(text_of(next(li.iter("h2")))): next(li.iter("a")).get("href", "") for li in items}


def mention(app: App, code: str, jurisdiction: str, by: str, text: str = "A question.") -> int:
    with Session(app.engine) as session, write_transaction(session):
        activity = session.scalars(select(Activity.id).where(Activity.code == code)).one()
        mentioned = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == jurisdiction)).one()
        actor = Actor("person", app.person_id(by))
        written = {"lang": Language.EN, "mentions": [mentioned], "by": actor, "at": app.calendar.now()}
        return write_comment(session, activity, text, **written)[0].id


@pytest.mark.parametrize(("lang", "expected"), [("en", "Report on 5 activities"), ("fr", "Faire rapport sur 5 activités")])
def test_lead_is_shown_missing_reports_with_their_day(read_only_app: App, lang: str, expected: str) -> None:
    page = home(read_only_app, "ontario", lang)
    assert (titles(page)[0], page.h1) == (
        expected,
        {"en": "2 items need your attention", "fr": "2\u00a0éléments demandent votre attention"}[lang],
    )
    assert links(page)[expected] == f"/{lang}/my-updates?period=2020-09"
    assert {"en": "September 30, 2020", "fr": "30 septembre 2020"}[lang] in plain(page.main_text)
    assert expected not in titles(home(read_only_app, "saskatchewan", lang)), "Saskatchewan has submitted its reports"


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", "Nothing needs your attention"), ("fr", "Rien ne demande votre attention")]
)
def test_person_without_needs_sees_the_next_due_day(read_only_app: App, lang: str, heading: str) -> None:
    for name in ("quebec", "reader"):
        page = home(read_only_app, name, lang)
        assert (page.h1, titles(page)) == (heading, [])
        assert {"en": "September 30, 2020 at 5 pm", "fr": "30 septembre 2020 à 17 h"}[lang] in plain(page.main_text)


def test_lead_is_not_shown_reports_long_before_they_are_due(make_app: MakeApp) -> None:
    early = make_app("sqlite", "summer", day=date(2020, 7, 15))
    assert not [title for title in titles(home(early, "quebec")) if title.startswith("Report on")]


def test_returned_report_comes_first_and_counts_once(app: App) -> None:
    chair = app.client_as("chair")
    path = "/en/plans/2020/activities/3.4/return?period=2020-09"
    app.client_as("ontario").report_form("3.4").fill(status="SP", progress_en="All done.").submit()
    before = titles(home(app, "ontario"))
    assert chair.get(path).form("return").fill(note="Say which.").submit().status == 303
    page = home(app, "ontario")
    assert titles(page) == ["Correct 1 returned report", *before]
    assert "3.4 More public feedback" in page.main_text
    assert not [title for title in titles(home(app, "saskatchewan")) if "returned" in title]


@pytest.mark.parametrize(
    ("lang", "title", "two"),
    [
        ("en", "Submit 1 saved draft", "Submit 2 saved drafts"),
        ("fr", "Soumettre 1 ébauche enregistrée", "Soumettre 2 ébauches enregistrées"),
    ],
)
def test_saved_draft_is_named_with_a_link_and_counts_once(app: App, lang: str, title: str, two: str) -> None:
    ontario = app.client_as("ontario")
    missing = titles(home(app, "ontario", lang))[0]
    draft = {"status": "SP", f"progress_{lang}": "Almost done."}
    assert ontario.report_form("3.4").fill(**draft).submit(button_value="save").status == 303
    page = home(app, "ontario", lang)
    assert links(page)[title] == f"/{lang}/my-updates/submit?period=2020-09"
    assert "3.4" in page.main_text
    assert missing not in titles(page), "the draft is not counted as missing too"
    assert "3.4" in ontario.get(links(page)[title]).main_text
    assert title not in titles(home(app, "saskatchewan", lang))
    ontario.report_form("4.4").fill(**draft).submit(button_value="save")
    assert two in titles(home(app, "ontario", lang))
    ontario.report_form("3.4").fill(**draft).submit()
    ontario.report_form("4.4").fill(**draft).submit()
    assert not [shown for shown in titles(home(app, "ontario", lang)) if shown in (title, two)], "submitted"


def returned_in_the_second_quarter(app: App) -> str:
    """Submit and return a report on 3.2 for the late second quarter; return the title with which home lists it."""
    form = app.client_as("ontario").report_form("3.2", query="?period=2020-06")
    form.fill(status="SP", progress_en="All done.").submit()
    app.client_as("chair").get("/en/plans/2020/activities/3.2/return?period=2020-06").form("return").fill(note="Why?").submit()
    return "Correct 1 returned report"


def test_returned_report_that_a_later_quarter_supersedes_is_not_listed(app: App) -> None:
    title = returned_in_the_second_quarter(app)
    assert title in titles(home(app, "ontario"))
    later = app.client_as("ontario").report_form("3.2", query="?period=2020-09")
    assert later.fill(status="SP", progress_en="All done since.").submit().status == 303
    assert app.rows(StatusReport, StatusReport.state == ReportState.RETURNED), "the earlier report is still returned"
    assert title not in titles(home(app, "ontario"))


def test_returned_report_of_a_closed_quarter_is_listed_if_the_quarter_is_reopened(app: App) -> None:
    title = returned_in_the_second_quarter(app)
    app.execute(update(ReportingPeriod).where(ReportingPeriod.key == "2020-06").values(closed_at=app.calendar.now()))
    assert title not in titles(home(app, "ontario"))
    with Session(app.engine) as session, write_transaction(session):
        ontario = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "on")).one()
        period = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-06")).one()
        now = app.calendar.now()
        times = {"made_at": now, "until": now + timedelta(days=3)}
        session.add(PeriodException(period_id=period, jurisdiction_id=ontario, reason="A holiday.", **times))
    page = home(app, "ontario")
    assert title in titles(page)
    assert "3.2" in app.client_as("ontario").get(links(page)[title]).main_text


def test_mention_waits_until_a_lead_of_the_jurisdiction_comments(app: App) -> None:
    sentence = "Answer a comment that mentions your jurisdiction"
    comment = mention(app, "5.4", "qc", by="saskatchewan")
    mention(app, "5.3", "qc", by="quebec", text="Our own.")
    assert links(home(app, "quebec")) == {sentence: f"/en/plans/2020/activities/5.4#comment-{comment}"}
    assert sentence not in titles(home(app, "ontario"))
    app.client_as("quebec").get("/en/plans/2020/activities/5.4").form("/comments").fill(text="The answer.").submit()
    assert titles(home(app, "quebec")) == []


def test_old_mention_is_not_listed(make_app: MakeApp) -> None:
    app = make_app()
    mention(app, "5.4", "qc", by="saskatchewan")
    app.execute(update(Comment).values(written_at=app.calendar.now() - timedelta(days=31)))
    assert titles(home(app, "quebec")) == []


def test_offered_role_needs_the_lead_it_is_offered_to(app: App) -> None:
    quebec = select(Jurisdiction.id).where(Jurisdiction.code == "qc").scalar_subquery()
    with Session(app.engine) as session, write_transaction(session):
        role = session.scalars(select(Assignment).where(Assignment.confirmation == Confirmation.VACANT)).first()
        assert role is not None
        role.jurisdiction_id, role.confirmation = session.scalar(select(quebec)), Confirmation.TO_CONFIRM
        role_id = role.id
    assert links(home(app, "quebec")) == {"Accept or decline a role": f"/en/plans/2020/roles/{role_id}"}
    assert "Accept or decline a role" not in titles(home(app, "ontario"))
    with Session(app.engine) as session, write_transaction(session):
        earlier = session.scalars(select(WorkPlan)).one()
        earlier.year = 2019
        session.flush()
        session.add(WorkPlan(year=2020, title=earlier.title, link=earlier.link, adopted_on=earlier.adopted_on))
    assert "Accept or decline a role" not in titles(home(app, "quebec")), "the plan of 2020 is in effect now"


def test_requests_need_those_who_manage_the_plan(populated: PopulatedApp) -> None:
    sentence, path = "Answer a request to move a due date", "/en/plans/2020/activities/3.4#due-request"
    for name in ("chair", "secretariat"):
        assert links(home(populated.app, name))[sentence] == path
    for name in ("ontario", "quebec", "reader"):
        assert sentence not in titles(home(populated.app, name))


def test_request_for_a_vacant_role_needs_a_co_chair(app: App) -> None:
    sentence = "Answer a request for a vacant role"
    with Session(app.engine) as session, write_transaction(session):
        role = session.scalars(select(Assignment.id).where(Assignment.confirmation == Confirmation.VACANT)).first()
        asking = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "qc")).one()
        session.add(RoleRequest(assignment_id=role or 0, jurisdiction_id=asking, asked_at=app.calendar.now()))
    assert links(home(app, "chair"))[sentence] == f"/en/plans/2020/roles/{role}"
    assert sentence not in titles(home(app, "quebec"))
    app.execute(
        update(Assignment).where(Assignment.id == role).values(confirmation=Confirmation.TO_CONFIRM, jurisdiction_id=asking)
    )
    assert sentence not in titles(home(app, "chair")), "the role was offered meanwhile"


def test_email_that_could_not_be_sent_needs_those_who_manage_it(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        quarters = {key: id_ for id_, key in session.execute(select(ReportingPeriod.id, ReportingPeriod.key))}
        keys = [f"remind:{quarters['2020-06']}:1", f"chase:{quarters['2020-06']}:2:0", f"remind:{quarters['2020-09']}:1"]
        for key, kind in [*zip(keys, ("reminder", "chase", "reminder"), strict=True), ("mention:1", "mention")]:
            words = {"subject": "A subject", "text": "A text.", "html": "<p>A text.</p>", "address": "lead@cogwg.example"}
            email = OutgoingEmail(key, kind, None, lang=Language.EN, **words)
            enqueue(session, email, by=SYSTEM, at=app.calendar.now(), now=app.clock())
    app.execute(update(OutboxMessage).values(next_try_at=None, last_error="refused"))
    assert links(home(app, "secretariat"))["4 emails could not be sent"] == "/en/admin/outbox"
    reminders = links(home(app, "chair"))
    assert reminders["2 reminders could not be sent"].endswith("reminders?period=2020-06")
    assert reminders["1 reminder could not be sent"].endswith("reminders?period=2020-09")
    page = app.client_as("chair").get(reminders["2 reminders could not be sent"])
    assert len([a for a in page.find_all("a") if "/outbox/" in a.get("href", "")]) == 2
    assert not [title for title in titles(home(app, "ontario")) if "email" in title]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_home_promises_emails_only_to_leads_who_chose_them(make_app: MakeApp, lang: str) -> None:
    app = make_app(mail=MAIL_SERVER)
    promise = {"en": "You get an email when", "fr": "Vous recevez un courriel lorsqu"}[lang]
    assert promise in plain(home(app, "quebec", lang).main_text)
    app.execute(update(Person).where(Person.email == email_of("quebec")).values(wants_reminders=False))
    assert home(app, "quebec", lang).h1 == {"en": "Nothing needs your attention", "fr": "Rien ne demande votre attention"}[lang]
    assert promise not in plain(home(app, "quebec", lang).main_text)
    for name in ("chair", "secretariat", "reader"):
        assert promise not in plain(home(app, name, lang).main_text), name
    assert promise not in plain(home(make_app(), "quebec", lang).main_text), "there is no email server"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_that_was_not_saved_needs_the_person_who_typed_it(app: App, lang: str) -> None:
    title = {"en": "Finish or discard your unsaved text", "fr": "Reprendre ou supprimer votre texte non enregistré"}[lang]
    assert title not in titles(home(app, "ontario", lang))
    activity = app.rows(Activity, Activity.code == "3.4")[0].id
    controls = [ControlState(ControlKind.TEXT, "progress_en", "Half a sentence")]
    with Session(app.engine) as session, write_transaction(session):
        keep_unsaved_text(session, app.person_id("ontario"), f"report:2020-09:{activity}", "0", controls, now=app.clock())
    page = home(app, "ontario", lang)
    assert links(page)[title] == f"/{lang}/account/unsaved-text"
    assert "3.4" in page.main_text
    assert app.client_as("ontario").get(links(page)[title]).status == 200
    assert title not in titles(home(app, "quebec", lang))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_text_without_an_activity_is_named_by_its_form(app: App, lang: str) -> None:
    controls = [ControlState(ControlKind.TEXT, "reason", "Their office was flooded.")]
    with Session(app.engine) as session, write_transaction(session):
        keep_unsaved_text(session, app.person_id("chair"), "reopening:2020-06", "", controls, now=app.clock())
    expected = {"en": "Reopening, Quarter 2 of 2020. Only you", "fr": "Réouverture, Trimestre 2 de 2020. Vous seul"}[lang]
    assert expected.rpartition(".")[0] in plain(home(app, "chair", lang).main_text)


def test_draft_briefing_needs_those_who_prepare_briefings(populated: PopulatedApp) -> None:
    sentence = "Finalize the briefing for September 24, 2020"
    assert links(home(populated.app, "chair"))[sentence] == populated.path("/en/briefings/{briefing}")
    assert not [title for title in titles(home(populated.app, "reader")) if "Finalize" in title]
    assert not [title for title in titles(home(populated.app, "ontario")) if "Finalize" in title]


def test_texts_to_translate_need_those_who_may_translate_them(populated: PopulatedApp) -> None:
    counts = {
        name: [title for title in titles(home(populated.app, name)) if title.startswith("Translate")]
        for name in ("ontario", "chair", "quebec", "reader")
    }
    assert counts == {"ontario": ["Translate 3 texts"], "chair": ["Translate 4 texts"], "quebec": [], "reader": []}


@pytest.mark.parametrize("name", ["ontario", "saskatchewan", "chair"])
def test_number_of_texts_to_translate_is_that_of_their_page(populated: PopulatedApp, name: str) -> None:
    page = populated.client_as(name).get("/en/translations")
    rows = [li for li in page.find_all("li", class_="language-columns") if list(li.iter("form"))]
    (title,) = [title for title in titles(home(populated.app, name)) if title.startswith("Translate")]
    assert title.split()[1] == str(len(rows))


def test_three_things_are_shown_first_with_one_primary_button(populated: PopulatedApp) -> None:
    page = home(populated.app, "chair")
    folded = [h for d in page.find("main").iter("details") for h in d.iter("h2")]
    assert (page.h1, len(titles(page)) - len(folded)) == ("7 items need your attention", 3)
    assert len(classed(page.find("main"), "*", "primary")) == 1
    assert titles(page)[0] == "5 reports are missing"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_declined_role_needs_those_who_offer_roles_until_it_is_offered_again(app: App, lang: str) -> None:
    role, nova_scotia = role_to_confirm(app), client_of_nova_scotia(app, lang)
    title = translate(lang, "Fill a role that was declined")
    assert title not in titles(home(app, "secretariat", lang))
    assert nova_scotia.get(role_path(role, lang=lang)).form("/decline").submit().status == 303
    for name in ("secretariat", "chair"):
        page = home(app, name, lang)
        assert links(page)[title] == role_path(role, lang=lang)
        who = {"en": "Nova Scotia: 4.", "fr": "Nouvelle-Écosse : 4."}[lang]
        assert who in plain(page.main_text)
    for name in ("ontario", "reader", "ns"):
        assert title not in titles(home(app, name, lang))
    offer = app.client_as("chair").get(role_path(role)).form("/offer")
    quebec = app.rows(Jurisdiction, Jurisdiction.code == "qc")[0].id
    assert offer.fill(jurisdiction=str(quebec)).submit().status == 303
    assert title not in titles(home(app, "secretariat", lang)), "it waits for another jurisdiction"
    app.client_as("quebec").get(role_path(role)).form("/accept").submit()
    app.clock.advance(days=1)
    ended = app.client_as("chair").get(role_path(role)).form("/end").fill(reason_en="Agreed.")
    assert ended.submit().status == 303
    assert title not in titles(home(app, "secretariat", lang)), "it was held meanwhile"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_roles_that_nobody_answered_for_a_week_need_those_who_offer_roles(app: App, lang: str) -> None:
    title = {
        "en": "1 jurisdiction has not accepted or declined its roles",
        "fr": "1 administration n’a ni accepté ni refusé ses rôles",
    }[lang]
    page = home(app, "secretariat", lang)
    assert links(page)[title] == f"/{lang}/admin/plans/2020/adopt"
    assert {"en": "Nova Scotia", "fr": "Nouvelle-Écosse"}[lang] in page.main_text
    assert app.client_as("secretariat").get(links(page)[title]).status == 200
    assert links(home(app, "chair", lang))[title] == f"/{lang}/vacancies"
    assert title not in titles(home(app, "ontario", lang))
    for days, shown in ((6, False), (7, True)):
        since = app.calendar.today() - timedelta(days=days)
        app.execute(update(Assignment).where(Assignment.confirmation == Confirmation.TO_CONFIRM).values(since=since))
        assert (title in titles(home(app, "secretariat", lang))) is shown
    app.execute(update(WorkPlan).values(closed_on=app.calendar.today()))
    assert title not in titles(home(app, "secretariat", lang))


def test_late_quarter_without_missing_reports_can_be_closed(read_only_app: App) -> None:
    assert links(home(read_only_app, "chair"))["Close Quarter 2 of 2020"] == "/en/plans/2020/quarters/2020-06"
    assert "Close Quarter 2 of 2020" not in titles(home(read_only_app, "ontario"))


def test_closed_quarter_needs_no_reports(app: App) -> None:
    app.execute(update(ReportingPeriod).values(closed_at=app.calendar.now()))
    assert home(app, "quebec").h1 == "Nothing needs your attention"
    assert titles(home(app, "ontario")) == ["Translate 1 text"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reader_is_led_to_the_latest_finalized_briefing(app: App, lang: str) -> None:
    assert not classed(home(app, "reader", lang).find("main"), "*", "primary")
    with Session(app.engine) as session, write_transaction(session):
        frozen = create_february_briefing(session, Actor("person", app.person_id("chair")))
    (button,) = classed(home(app, "reader", lang).find("main"), "*", "primary")
    assert button.get("href") == f"/{lang}/briefings/{frozen}/versions/1"


def test_visitor_sees_what_the_product_is(read_only_app: App) -> None:
    page = home(read_only_app, "visitor")
    assert titles(page) == []
    assert page.h1 == "Canada Open Government Working Group"


@pytest.mark.parametrize("name", ["ontario", "chair", "secretariat", "reader"])
def test_home_and_search_are_answered_on_each_engine(app_per_engine: App, name: str) -> None:
    browser = app_per_engine.client_as(name)
    assert [browser.get(path).status for path in ("/en/", "/fr/search?q=donnees")] == [200, 200]
