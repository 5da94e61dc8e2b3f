"""The secretariat changes settings in the site, and sees which ones the server sets; in both languages, without scripts."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.accounts.models import OpenIDLink
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.core.settings import SITE_VARIABLES, MailSettings
from cogwg.site_settings.queries import stored_in_site
from cogwg.web.admin.server_settings import SECRETS, server_settings
from tests.conventions.test_documents import ROOT, SPAN, rows
from tests.conventions.test_pages import check_html
from tests.web.auth.test_sign_in import is_signed_in
from tests.web.conftest import MakeApp
from tests.web.openid import MakeOpenIDApp, make_openid_app, provider_process
from tests.web.reporting.answer_links import make_link
from tests.web.scriptless_user import ScriptlessUser, translate
from tests.web.second_steps import with_key, with_two_steps
from tests.web_client import SECRET_KEY, App, Client, app_settings, text_of

__all__ = ["make_openid_app", "provider_process"]
LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
HOST = {"hosted_by_en": "the Treasury Board", "hosted_by_fr": "le Conseil du Trésor"}
SAVE_HOST, SAVE_DAYS = "Save the host and the contact", "Save the days"
SAVE_PUBLIC = "Save the owner and the licence"
SET_UP = "/en/account/two-steps"


def open_settings(app: App, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/settings")
    return user


def stored(app: App) -> dict[str, object]:
    with Session(app.engine) as session:
        return stored_in_site(session)


def footer(client: Client, path: str = "/en/help") -> str:
    return text_of(client.get(path).find("footer"))


@LANGS
def test_host_and_contact_are_on_every_page_at_once(make_app: MakeApp, engine_name: str, lang: str) -> None:
    app = make_app(engine_name, contact="")
    visitor, lead = app.anonymous_client(), app.client_as("ontario")
    assert ("the secretariat of the working group" if lang == "en" else "le secrétariat du groupe") in footer(
        visitor, f"/{lang}/help"
    )
    user = open_settings(app, lang)
    page = user.press(SAVE_HOST, fields={**HOST, "contact": "open@example.ca"})
    assert user.translate("The host and the contact were saved. Every page shows them now.") in text_of(page.find_by_id("host"))
    for browser in (visitor, lead, user.browser):
        assert HOST[f"hosted_by_{lang}"] in footer(browser, f"/{lang}/plans/2020")
    for path in (f"/{lang}/", f"/{lang}/help", f"/{lang}/accessibility", f"/{lang}/sign-in"):
        assert 'href="mailto:open@example.ca"' in visitor.get(path).text, path
    assert HOST[f"hosted_by_{lang}"] in footer(visitor, f"/{lang}/nowhere"), "error pages, too"
    (event,) = app.rows(AuditEvent, AuditEvent.action == "settings.host-changed")
    assert event.actor_id == app.person_id("secretariat")
    assert "@" not in str((event.before, event.after))


def test_another_worker_knows_a_change_at_once(app: App) -> None:
    """Another application on the same database, as another worker is."""
    other = App(app.url, clock=app.clock)
    lead = other.client_as("ontario")
    assert "the Treasury Board" not in footer(lead)
    open_settings(app).press(SAVE_HOST, fields=HOST)
    assert "the Treasury Board" in footer(lead)
    assert "the Treasury Board" in footer(other.anonymous_client())
    other.close()


def test_pages_that_need_no_database_show_the_default_if_it_does_not_respond(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = app.anonymous_client()
    open_settings(app).press(SAVE_HOST, fields=HOST)
    down = OperationalError("SELECT", {}, Exception("down"))
    monkeypatch.setattr("cogwg.web.http.site_settings.stored_in_site", Mock(side_effect=down))
    for path, status in (("/en/help", 200), ("/en/nowhere", 404)):
        page = visitor.get(path)
        assert page.status == status
        assert "the secretariat of the working group" in text_of(page.find("footer"))


@LANGS
def test_days_of_reminders_are_stored_and_the_page_shows_those_in_force(app: App, lang: str) -> None:
    user = open_settings(app, lang)
    assert user.form(SAVE_DAYS).value("remind_days") == "14, 3"
    page = user.press(SAVE_DAYS, fields={"remind_days": "2; 10", "remind_after": ""})
    assert user.translate("The reminder days were saved. They apply to the next reminders.") in page.main_text
    assert stored(app) == {"remind_days": (10, 2)}
    assert user.form(SAVE_DAYS).value("remind_days") == "10, 2"
    assert user.form(SAVE_DAYS).value("remind_after") == "1, 8, 15, 22"


@LANGS
def test_refused_settings_keep_what_was_typed_and_name_each_field(app: App, lang: str) -> None:
    user = open_settings(app, lang)
    before = app.fingerprint()
    page = user.press(SAVE_DAYS, fields={"remind_days": "often", "remind_after": "70"})
    assert page.status == 422
    assert [span.get("id") for span in page.find_all("span", class_="error")] == ["remind_days-error", "remind_after-error"]
    assert user.form(SAVE_DAYS).value("remind_days") == "often"
    check_html(page, lang)
    user.open("admin/settings")
    page = user.press(SAVE_HOST, fields={"hosted_by_en": "", "hosted_by_fr": "le Conseil"})
    assert [span.get("id") for span in page.find_all("span", class_="error")] == ["hosted_by_en-error"]
    assert app.fingerprint() == before


@LANGS
def test_form_that_another_change_overtook_is_refused_with_both(app: App, lang: str) -> None:
    late, early = open_settings(app, lang), open_settings(app, lang)
    early.press(SAVE_HOST, fields=HOST)
    before = app.fingerprint()
    page = late.press(SAVE_HOST, fields={"hosted_by_en": "the province", "hosted_by_fr": "la province"})
    assert page.status == 409
    assert HOST["hosted_by_en"] in text_of(page.find_by_id("host")), "what is stored is shown"
    assert late.form(SAVE_HOST).value("hosted_by_en") == "the province", "what was typed is still there"
    assert app.fingerprint() == before
    assert late.press(SAVE_HOST).status == 200
    assert stored(app)["hosted_by_en"] == "the province"


def test_saving_the_same_settings_says_that_nothing_was_changed(app: App) -> None:
    user = open_settings(app)
    before = app.fingerprint()
    for button in (SAVE_HOST, SAVE_DAYS):
        assert "Nothing was changed." in user.press(button).main_text
    assert app.fingerprint() == before


@LANGS
def test_setting_of_the_server_wins_and_the_page_names_its_variable(make_app: MakeApp, lang: str) -> None:
    app = make_app(hosted_by_en="the server’s host", contact="server@example.ca", remind_days=(9,), require_second_factor=False)
    user = open_settings(app, lang)
    for name in ("hosted_by_en", "contact", "remind_days", "require_second_factor"):
        sentence = user.translate("Set on the server by %(variable)s.", variable=SITE_VARIABLES[name])
        assert sentence in user.page.main_text
        assert not user.page.find_all("input", name=name)
    assert not [a for a in user.page.find_all("a") if a.get("href", "").endswith("/settings/two-steps")]
    assert user.open("admin/settings/two-steps").path == f"/{lang}/admin/settings"
    form = user.form(SAVE_HOST)
    form.submit(extra={"hosted_by_en": "forged", "contact": "forged@example.ca", "hosted_by_fr": "l’hôte"})
    assert stored(app) == {"hosted_by_fr": "l’hôte"}, "what the server sets cannot be stored"
    assert "the server’s host" in footer(app.anonymous_client())


def test_form_whose_settings_the_server_sets_is_refused(make_app: MakeApp) -> None:
    app = make_app(remind_days=(9,), remind_after=(2,), require_second_factor=True)
    with_two_steps(app, "secretariat")
    user = open_settings(app)
    assert not user.page.find_all("input", name="remind_days")
    before = app.fingerprint()
    token = {"csrf_token": user.browser.csrf_token(), "version": "1", "remind_days": "4"}
    for path in ("reminders", "two-steps/require", "two-steps/allow"):
        answer = user.browser.post(f"/en/admin/settings/{path}", token)
        assert answer.status == 422
        assert "This is set on the server, so it cannot be changed here." in answer.main_text
    assert app.fingerprint() == before


@LANGS
def test_person_without_two_steps_is_sent_to_set_it_up_and_cannot_require_it(app: App, lang: str) -> None:
    user = open_settings(app, lang)
    page = user.follow("Require two-step sign-in")
    assert "R. Campbell" in page.main_text, "the co-chair, who must set it up"
    assert not [form for form in page.forms if form.action.endswith("/require") and form.element.findall(".//button")]
    assert user.follow("Set up your two-step sign-in").status == 200
    before = app.fingerprint()
    fields = {"csrf_token": user.browser.csrf_token(), "version": "1"}
    answer = user.browser.post(f"/{lang}/admin/settings/two-steps/require", fields)
    assert answer.status == 422
    sentence = "Set up your own two-step sign-in first. You would be locked out without it."
    assert user.translate(sentence) in answer.alert_text
    assert app.fingerprint() == before


@LANGS
def test_page_that_requires_two_steps_names_security_keys_only_where_the_site_can_use_them(
    make_app: MakeApp, lang: str
) -> None:
    for app, has_keys in ((make_app(), True), (make_app(public_url="http://127.0.0.1:8000"), False)):
        user = open_settings(app, lang)
        page = user.follow("Require two-step sign-in")
        for sentence in (
            "Co-chairs and the secretariat will then need an authenticator app or a security key to sign in.",
            "Before they can open another page for members, they must set up two-step sign-in with an app or a security key.",
        ):
            assert (user.translate(sentence) in page.main_text) is has_keys


@LANGS
@pytest.mark.parametrize("asks_two_steps", [True, False])
def test_people_whose_provider_asks_for_two_steps_need_not_set_it_up(
    make_openid_app: MakeOpenIDApp, lang: str, asks_two_steps: bool
) -> None:
    app = make_openid_app(openid={"requires_two_steps": asks_two_steps})
    with Session(app.engine) as session, write_transaction(session):
        session.add(
            OpenIDLink(person_id=app.person_id("chair"), issuer="https://id.example", subject="1", linked_at=app.clock())
        )
    page = open_settings(app, lang).follow("Require two-step sign-in")
    facts = {text_of(dt): text_of(dt.getnext()) for dt in page.find("main").iter("dt")}
    must = translate(lang, "People who must set up two-step sign-in")
    others = [text for name, text in facts.items() if "R. Campbell" in text and name != must]
    assert ("R. Campbell" in facts.get(must, "")) is not asks_two_steps
    assert bool(others) is asks_two_steps


def test_person_with_only_a_security_key_has_two_steps_and_can_require_them(app: App) -> None:
    with_key(app, "secretariat")
    with_key(app, "chair")
    user = open_settings(app, "en")
    page = user.follow("Require two-step sign-in")
    assert "Nothing changes: you have already set up two-step sign-in." in page.main_text
    assert "People who must set up two-step sign-in" not in page.main_text
    assert "R. Campbell" in page.main_text
    page = user.press("Require two-step sign-in")
    assert "Co-chairs and the secretariat must now use two-step sign-in." in page.main_text


@LANGS
def test_required_two_steps_lock_out_nobody_who_has_it_and_can_be_taken_back(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    with_two_steps(app, "secretariat")
    chair, lead = app.client_as("chair"), app.client_as("ontario")
    user = open_settings(app, lang)
    page = user.follow("Require two-step sign-in")
    assert user.translate("Nothing changes: you have already set up two-step sign-in.") in page.main_text
    page = user.press("Require two-step sign-in")
    assert user.translate("Co-chairs and the secretariat must now use two-step sign-in.") in page.main_text
    assert chair.get("/en/readiness").redirect_path == SET_UP, "at the next request"
    assert is_signed_in(lead)
    assert user.open("admin").status == 200
    assert user.translate("Two-step sign-in is required.") in user.page.main_text
    user.open("admin/settings")
    user.follow("Stop requiring two-step sign-in")
    page = user.press("Stop requiring two-step sign-in")
    assert user.translate("Two-step sign-in is no longer required.") in page.main_text
    assert chair.get("/en/readiness").status == 200
    events = app.rows(AuditEvent, AuditEvent.action == "settings.second-factor-changed")
    assert [(event.before, event.after) for event in events] == [
        ({"require_second_factor": None}, {"require_second_factor": True}),
        ({"require_second_factor": True}, {"require_second_factor": None}),
    ]


def test_requirement_that_another_person_just_changed_is_a_conflict(app: App) -> None:
    with_two_steps(app, "secretariat")
    user = open_settings(app)
    user.follow("Require two-step sign-in")
    form = user.form("Require two-step sign-in")
    open_settings(app).press(SAVE_DAYS, fields={"remind_days": "9"})
    assert form.submit().status == 409
    assert "require_second_factor" not in stored(app)


def test_settings_of_the_server_are_shown_without_secrets(make_app: MakeApp) -> None:
    mail = MailSettings("smtp", None, "mail.example.ca", 587, "starttls", "smtp-user", "smtp-hush", "plan@example.ca")
    app = make_app(mail=mail, fallback_keys=("an-earlier-key-of-the-site-9ghj3",))
    page = open_settings(app).page
    assert "mail.example.ca, 587" in page.main_text
    for secret in (SECRET_KEY, "an-earlier-key-of-the-site-9ghj3", "smtp-user", "smtp-hush", app.url):
        assert secret not in page.text


def test_every_documented_setting_is_changed_here_or_shown_or_secret(app: App) -> None:
    mail = MailSettings("smtp", None, "mail.example.ca", sender="plan@example.ca")
    shown = {name for row in server_settings(app_settings(app.url, app.calendar, mail=mail)) for name in row.variables}
    documented = {name for row in rows(ROOT / "docs/reference/settings.md") for name in SPAN.findall(row[0])}
    assert documented == {*SITE_VARIABLES.values(), *shown, *SECRETS}


@LANGS
def test_pages_of_the_administration_are_valid_html(make_app: MakeApp, lang: str) -> None:
    app = make_app(hosted_by_fr="l’hôte", remind_after=(2,))
    for browser in (app.client_as("ontario"), app.client_as("ontario"), app.client_as("secretariat")):
        assert is_signed_in(browser)
    for path in ("admin", "admin/people", "admin/sessions", "admin/outbox", "admin/settings", "admin/settings/two-steps"):
        check_html(browser.get(f"/{lang}/{path}"), lang)


def test_lead_and_co_chair_can_neither_see_nor_change_settings(app: App) -> None:
    before = app.fingerprint()
    for name in ("chair", "ontario"):
        browser = app.client_as(name)
        assert browser.get("/en/admin/settings").status == 403
        fields = {"csrf_token": browser.csrf_token(), "version": "1", **HOST, "remind_days": "4"}
        for path in ("host", "reminders", "public", "search-engines/allow", "two-steps/require", "two-steps/allow"):
            assert browser.post(f"/en/admin/settings/{path}", fields).status == 403
    assert app.fingerprint() == before


@LANGS
def test_private_links_are_turned_off_and_on_for_everyone(app: App, lang: str) -> None:
    token = make_link(app)
    user = open_settings(app, lang)
    page = user.press("Turn off private links")
    links_text = text_of(page.find_by_id("answer-links"))
    assert user.translate("Private links are off. Links in reminders that were already sent no longer work.") in links_text
    assert stored(app) == {"answer_links": False}
    assert app.anonymous_client().get(f"/{lang}/answer/{token}").status == 410
    user.press("Turn on private links")
    assert stored(app) == {}
    assert app.anonymous_client().get(f"/{lang}/answer/{token}").status == 200
    events = app.rows(AuditEvent, AuditEvent.action == "settings.answer-links-changed")
    assert [event.after for event in events] == [{"answer_links": False}, {"answer_links": None}]


def test_private_links_that_the_server_turned_off_cannot_be_turned_on_in_the_site(make_app: MakeApp) -> None:
    app = make_app(answer_links=False)
    user = open_settings(app)
    assert "COGWG_ANSWER_LINKS" in text_of(user.page.find_by_id("answer-links"))
    version = user.page.form("/host").values["version"]
    fields = {"csrf_token": user.browser.csrf_token(), "version": version}
    assert user.browser.post("/en/admin/settings/answer-links/on", fields).status == 422
    assert app.anonymous_client().get(f"/en/answer/{make_link(app)}").status == 410


def test_secretariat_revokes_the_links_of_one_person(app: App) -> None:
    own, other = make_link(app), make_link(app, "bc")
    user = ScriptlessUser(app, "secretariat", "en")
    user.open(f"admin/people/{app.person_id('ontario')}")
    page = user.press("Revoke the private links in reminders")
    assert "The next reminder has a new one." in page.main_text
    statuses = [app.anonymous_client().get(f"/en/answer/{token}").status for token in (own, other)]
    assert statuses == [410, 200]


@LANGS
def test_owner_and_licence_are_saved_and_a_refused_form_keeps_what_was_typed(app: App, lang: str) -> None:
    user = open_settings(app, lang)
    assert user.form(SAVE_PUBLIC).value("licence_id") == "ca-ogl-lgo"
    page = user.press(SAVE_PUBLIC, fields={"owner_en": "", "owner_fr": "le Conseil", "licence_url_en": "nowhere"})
    assert page.status == 422
    assert {span.get("id") for span in page.find_all("span", class_="error")} == {"owner_en-error", "licence_url_en-error"}
    assert user.form(SAVE_PUBLIC).value("owner_fr") == "le Conseil"
    refused, page = page, user.press(SAVE_PUBLIC, fields={"owner_en": "the Board", "licence_url_en": "example.ca/licence"})
    saved = "The owner and the licence were saved. The public pages and the open data show them now."
    assert user.translate(saved) in text_of(page.find_by_id("public"))
    assert stored(app) == {"owner_en": "the Board", "owner_fr": "le Conseil", "licence_url_en": "https://example.ca/licence"}
    check_html(refused, lang)


@LANGS
def test_search_engines_are_asked_not_to_index_the_site_and_let_back(app: App, lang: str) -> None:
    user = open_settings(app, lang)
    page = user.press("Ask search engines not to index the site")
    assert stored(app) == {"search_engines": False}
    assert (
        user.translate("Search engines are now asked not to index this site. This can take a few weeks to take effect.")
        in page.main_text
    )
    page = user.press("Let search engines index the site")
    assert stored(app) == {"search_engines": True}
    assert user.translate("Search engines may index the public pages.") in text_of(page.find_by_id("search-engines"))
