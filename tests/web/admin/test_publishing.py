"""The secretariat previews, publishes, corrects and withdraws quarters; in both languages, without scripts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.reporting.models import ReportingPeriod
from cogwg.reporting.period_services import close_period, return_report
from cogwg.reporting.rules import LabelledLink, ReportDraft
from cogwg.reporting.services import find_report
from cogwg.tracker.models import Publication
from cogwg.tracker.published import PublicRecord, public_record
from tests.conventions.test_pages import check_html
from tests.tracker.conftest import BY, reopen, report_target, submit
from tests.tracker.test_correcting import LINK, TWELVE
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
DAY = date(2020, 10, 26)
LIST, SEPTEMBER, JUNE = "admin/publications", "admin/publications/quarters/2020-09", "admin/publications/quarters/2020-06"
PUBLISH = "Publish Quarter %(quarter)s"
OVERRIDE = {"override_reason": "The translation is late."}
BOTH = {"reason_en": "It names a person.", "reason_fr": "Une personne y est nommée."}


@pytest.fixture
def october(make_app: MakeApp) -> App:
    """The demo on October 26, with Quarters 1 and 2 published and Quarter 3 closed."""
    app = make_app(template="published", day=DAY)
    with Session(app.engine) as session, write_transaction(session):
        period_id = session.scalars(select(ReportingPeriod.id).where(ReportingPeriod.key == "2020-09")).one()
        close_period(session, period_id, by=BY, at=app.calendar.now() - timedelta(hours=1))
    return app


def record(app: App, *, later: timedelta = timedelta()) -> PublicRecord:
    with Session(app.engine) as session:
        return public_record(session, app.calendar.now() + later)


def amend_june(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        reopen(session, "2020-06", "on", at=app.calendar.now() - timedelta(hours=2))
        draft = ReportDraft(status=Status.COMPLETE, progress=TWELVE, evidence=(LabelledLink(LINK.url, LINK.label),))
        submit(session, "4.3", "2020-06", draft, at=app.calendar.now() - timedelta(hours=1))


@LANGS
@pytest.mark.parametrize("days", [pytest.param(0, id="public"), pytest.param(1, id="embargo")])
def test_published_quarter_says_so_on_its_own_page(october: App, lang: str, days: int) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    if days:
        user.open(SEPTEMBER)
        day = (DAY + timedelta(days=days)).isoformat()
        user.press(PUBLISH, quarter=3, fields={**OVERRIDE, "visible_on": day})
    page = user.open("plans/2020/quarters/2020-09" if days else "plans/2020/quarters/2020-06")
    state = "Under embargo: public from %(day)s" if days else "Public since %(day)s"
    assert user.translate(state).partition("%")[0] in page.main_text
    assert user.translate("Publish…") not in page.main_text
    user.follow("Change or cancel…" if days else "Correct…")
    user.expect_path(SEPTEMBER if days else JUNE)


@LANGS
def test_secretariat_publishes_from_the_quarter_with_a_reason_for_a_missing_text(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    user.open("plans/2020/quarters/2020-09")
    page = user.follow("Publish…")
    user.expect_path(SEPTEMBER)
    check_html(page, lang)
    main = page.main_text
    assert user.translate("English missing") in main, "the text of activity 5.4"
    (link,) = [a for a in page.find("main").iter("a") if a.get("href") == f"/{lang}/translations"]
    assert "5.4" in text_of(link)
    user.open(SEPTEMBER)
    refused = user.press(PUBLISH, quarter=3)
    assert refused.status == 422
    assert [span.get("id") for span in refused.find_all("span", class_="error")] == ["override_reason-error"]
    assert len(record(october).quarters) == 2
    done = user.press(PUBLISH, quarter=3, fields=OVERRIDE)
    user.expect_path(LIST)
    assert user.translate("Quarter %(quarter)s of %(year)s is public.", quarter=3, year=2020) in done.main_text
    assert record(october).quarter("2020-09").edition == 1
    assert "The translation is late." not in done.main_text


def test_preview_shows_the_plan_reports_milestones_and_challenges_and_nothing_else(october: App) -> None:
    user = ScriptlessUser(october, "secretariat", "en")
    main = user.open(SEPTEMBER).main_text
    for sentence in (
        "Five stories are written. Three are approved for release.",
        "Engagement efforts overlap or pull in different directions",
        "Open data portal launched",
        "Too few people and too little funding in some jurisdictions to engage fully",
        "Deux méthodes sont comparées avec les membres.",
    ):
        assert sentence in main
    assert "N. Osei" not in main
    assert "Cinq récits sont rédigés." in user.open(f"/fr/{SEPTEMBER}").main_text


@LANGS
def test_quarter_under_embargo_waits_for_its_day_and_can_be_cancelled(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    user.open(SEPTEMBER)
    page = user.press(PUBLISH, quarter=3, fields={**OVERRIDE, "visible_on": "2020-11-02"})
    assert len(record(october).quarters) == 2
    assert len(record(october, later=timedelta(days=8)).quarters) == 3
    item = text_of(page.find_by_id("quarter-2020-09"))
    assert ("November 2, 2020" if lang == "en" else "2 novembre 2020") in item.replace("\xa0", " ")
    user.click(next(a for a in page.find_by_id("quarter-2020-09").iter("a")))
    page = user.press("Cancel the publication under embargo")
    assert user.translate("The publication was cancelled before anything became public.") in page.main_text
    later = record(october, later=timedelta(days=8))
    assert (len(later.quarters), later.withdrawals) == (2, ())


@LANGS
def test_wrong_day_publishes_nothing_and_keeps_what_was_typed(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    user.open(SEPTEMBER)
    for typed in ("2020-10-01", "2022-01-01", "some day"):
        page = user.press(PUBLISH, quarter=3, fields={**OVERRIDE, "visible_on": typed})
        assert page.status == 422, typed
        assert user.form(PUBLISH, quarter=3).value("override_reason") == OVERRIDE["override_reason"]
    assert len(record(october).quarters) == 2


@LANGS
def test_amended_report_is_corrected_with_a_reason_in_both_languages(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    page = user.open(JUNE)
    assert user.translate("Nothing has changed since this quarter was published.") in page.main_text
    assert not [form for form in page.forms if form.action.endswith("2020-06")], "there is nothing to send"
    amend_june(october)
    page = user.open(JUNE)
    before, after = "Eleven resources are on the shared site.", TWELVE.text(lang)
    assert before in page.main_text
    assert after in page.main_text
    reason = {"correction_reason_en": "A typing error.", "correction_reason_fr": ""}
    page = user.press("Publish the correction", fields=reason)
    assert page.status == 422
    assert [span.get("id") for span in page.find_all("span", class_="error")] == ["correction_reason_fr-error"]
    check_html(page, lang)
    user.open(JUNE)
    user.press("Publish the correction", fields={**reason, "correction_reason_fr": "Une faute de frappe."})
    edition = record(october).quarter("2020-06")
    assert (edition.edition, len(edition.content.corrections)) == (2, 3)


def test_form_that_a_change_of_the_record_overtook_is_a_conflict_with_the_typed_text(october: App) -> None:
    user = ScriptlessUser(october, "secretariat", "en")
    user.open(SEPTEMBER)
    with Session(october.engine) as session, write_transaction(session):
        session.execute(text("UPDATE milestone SET text_fr = 'Un autre texte' WHERE key = '2020-02-yt-portal'"))
    page = user.press(PUBLISH, quarter=3, fields=OVERRIDE)
    assert page.status == 409
    assert "The content of this page has changed, so nothing was published." in page.alert_text
    assert user.form(PUBLISH, quarter=3).value("override_reason") == OVERRIDE["override_reason"]
    assert len(record(october).quarters) == 2
    assert user.press(PUBLISH, quarter=3).status == 200
    assert len(record(october).quarters) == 3


def test_form_sent_twice_publishes_one_edition(october: App) -> None:
    user = ScriptlessUser(october, "secretariat", "en")
    user.open(SEPTEMBER)
    form = user.form(PUBLISH, quarter=3)
    form.fill(**OVERRIDE)
    answers = [form.submit(), form.submit()]
    assert [answer.status for answer in answers] == [303, 303]
    assert record(october).quarter("2020-09").edition == 1


@LANGS
def test_withdrawn_quarter_leaves_its_notice_and_can_be_published_again(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    page = user.open(LIST)
    item = page.find_by_id("quarter-2020-06")
    user.click(next(a for a in item.iter("a") if a.get("href").endswith("/withdraw")))
    check_html(user.page, lang)
    user.open(f"{JUNE}/withdraw")
    page = user.press("Withdraw this publication", fields={"reason_en": "It names a person.", "reason_fr": ""})
    assert page.status == 422
    page = user.press("Withdraw this publication", fields=BOTH)
    assert user.translate("Withdrawn. Only the notice with your reason is still public.") in page.main_text
    assert BOTH[f"reason_{lang}"] in text_of(page.find_by_id("quarter-2020-06"))
    (notice,) = record(october).withdrawals
    assert (notice.key, notice.reason.fr) == ("2020-06", BOTH["reason_fr"])
    assert user.open(f"{JUNE}/withdraw").status == 404, "there is nothing to withdraw"
    user.open(JUNE)
    user.press(PUBLISH, quarter=2, fields=OVERRIDE)
    assert record(october).withdrawals == ()


@LANGS
def test_quarter_that_is_not_closed_shows_what_to_do_and_no_button(make_app: MakeApp, lang: str) -> None:
    app = make_app(template="published")
    user = ScriptlessUser(app, "secretariat", lang)
    page = user.open(SEPTEMBER)
    assert user.translate("Close the quarter before you publish it.") in page.main_text
    assert not [form for form in page.forms if "publications" in form.action]
    fields = {"csrf_token": user.browser.csrf_token(), "override_reason": "Late.", "shown": ""}
    assert user.browser.post(f"/{lang}/{SEPTEMBER}", fields).status in (409, 422)
    assert len(record(app).quarters) == 2


@LANGS
def test_preview_warns_of_reports_that_were_returned_and_not_submitted_again(make_app: MakeApp, lang: str) -> None:
    app = make_app(template="published")
    user = ScriptlessUser(app, "secretariat", lang)
    warning = user.translate(
        "The version submitted earlier becomes public as it is. First, ask the leads to submit the report again:"
    )
    assert warning not in user.open(SEPTEMBER).main_text
    with Session(app.engine) as session, write_transaction(session):
        stored = find_report(session, report_target(session, "1.3", "2020-09"))
        assert stored is not None
        return_report(session, stored.id, note="Why?", expected_version=stored.version, by=BY, at=app.calendar.now())
    page = user.open(SEPTEMBER)
    assert warning in page.main_text
    (link,) = page.find_by_id("returned").getparent().iter("a")
    assert (link.get("href"), text_of(link)[-3:]) == (f"/{lang}/plans/2020/activities/1.3", "1.3")


@LANGS
def test_list_links_the_public_page_of_what_is_public(october: App, lang: str) -> None:
    user = ScriptlessUser(october, "secretariat", lang)
    links = [a.get("href", "") for a in user.open(LIST).find("main").iter("a")]
    shown = [link for link in links if "/tracker" in link]
    expected = ["tracker?quarter=2020-06", "tracker?quarter=2020-03"]
    assert shown == [f"/{lang}/{path}" for path in expected]
    assert [october.anonymous_client().get(link).status for link in shown] == [200, 200]


def test_nobody_but_the_secretariat_sees_or_changes_what_is_published(october: App) -> None:
    before = october.fingerprint()
    for name in ("chair", "ontario", "reader"):
        browser = october.client_as(name)
        for path in (LIST, SEPTEMBER, f"{JUNE}/withdraw"):
            assert browser.get(f"/en/{path}").status == 403
        fields = {"csrf_token": browser.csrf_token(), **OVERRIDE, **BOTH}
        for path in (SEPTEMBER, f"{SEPTEMBER}/cancel", f"{JUNE}/withdraw"):
            assert browser.post(f"/en/{path}", fields).status == 403
    assert october.fingerprint() == before
    chair = october.client_as("chair").get("/en/plans/2020/quarters/2020-09")
    assert "Publish…" not in chair.main_text
    assert october.client_as("secretariat").get(f"/en/{SEPTEMBER[:-2]}99").status == 404


def test_people_who_report_read_when_it_becomes_public(october: App, make_app: MakeApp) -> None:
    sentence = "Reports are published after the quarter is closed. Drafts, notes and comments are never published."
    app = make_app()
    assert sentence in app.client_as("ontario").get("/en/my-updates").main_text
    assert sentence in app.client_as("chair").get("/en/plans/2020/quarters/2020-09").main_text
    with Session(october.engine) as session:
        assert session.scalar(select(Publication.id).limit(1)) is not None
