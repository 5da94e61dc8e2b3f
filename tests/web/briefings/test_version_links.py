"""A finalized version by a link without an account, and the email about a finalized version to people who want it."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import FrozenFile, VersionLink
from cogwg.mail.models import OutboxMessage
from tests.sessions import FURTHER
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import finalize
from tests.web_client import PUBLIC_URL, App, email, text_of


@pytest.fixture
def populated_app(app_per_engine: App) -> PopulatedApp:
    return PopulatedApp(app_per_engine)


def create_link(populated: PopulatedApp, lang: str = "en", number: int = 1) -> dict[str, str]:
    """Create a link as a co-chair does, and return its path in each language."""
    chair, path = populated.app.client_as("chair"), f"/{lang}/briefings/{populated.frozen_id}/versions/{number}"
    (link,) = [a for a in chair.get(path).find_all("a") if a.get("href") == f"{path}/links"]
    made = chair.get(link.get("href", "")).form(f"{path}/links").submit()
    assert (made.status, made.headers["Location"]) == (303, f"{path}/links#outcome")
    page = made.follow()
    fields = {e.get("id", ""): text_of(e) for e in page.find_all("textarea") if e.get("readonly") is not None}
    assert "#" not in "".join(fields.values())
    assert not [e for e in chair.get(f"{path}/links").find_all("textarea") if e.get("readonly") is not None], "it is shown once"
    return {code: fields[f"link-{code}"].removeprefix("http://localhost") for code in ("en", "fr")}


@FURTHER
def test_link_shows_the_version_that_it_was_made_for(populated_app: PopulatedApp) -> None:
    app, draft = populated_app.app, f"/en/briefings/{populated_app.frozen_id}"
    assert finalize(app.client_as("chair").get(draft), "As it is.").status == 303
    for number in (1, 2):
        path = create_link(populated_app, number=number)["en"]
        shown = app.anonymous_client().get(path).main_text.lower()
        assert f"version\u00a0{number}" in shown
        assert f"version\u00a0{3 - number}" not in shown


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_link_shows_the_version_and_its_files_and_nothing_else(populated_app: PopulatedApp, lang: str) -> None:
    app = populated_app.app
    path = create_link(populated_app, lang)[lang]
    visitor = app.anonymous_client()
    page = visitor.get(path)
    assert page.status == 200
    assert {"en": "Finalized version", "fr": "Version définitive"}[lang] in page.main_text
    headers = ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    assert [page.headers[name] for name in headers] == ["no-store", "no-referrer", "noindex, nofollow, noarchive"]
    files = [a.get("href", "") for a in page.find_all("a", class_="button") if "/deck." in a.get("href", "")]
    stored = {file.sha256 for file in app.rows(FrozenFile)}
    before = app.fingerprint()
    assert {sha256(visitor.get(url).response.get_data()).hexdigest() for url in files} <= stored
    assert files
    assert app.fingerprint() == before, "reading changes nothing"
    links = {a.get("href", "") for a in page.find_all("a")} - set(files)
    own = {url for url in links if not url.startswith(("#", "http://www.", "https://"))}
    assert [url for url in own if not url.startswith(("/en/shared/", "/fr/shared/"))] == []
    assert visitor.get(f"/{lang}/briefings/{populated_app.frozen_id}/versions/1").status == 303
    assert visitor.get(path.replace("/shared/", "/preview/")).status == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_files_of_a_shared_version_come_once_after_its_slides(populated_app: PopulatedApp, lang: str) -> None:
    page = populated_app.app.anonymous_client().get(f"/{lang}/shared/the-other-secret")
    order = list(page.tree.iter())
    places = [order.index(a) for a in page.find_all("a") if "/deck." in a.get("href", "")]
    slides = [order.index(e) for e in page.find_all("div", class_="slide-page")]
    assert len(places) == len(set(places)) > 1
    assert min(places) > max(slides)
    (link,) = [a for a in page.find_all("a") if a.get("href") == "#files"]
    assert order.index(link) < min(slides)
    assert order.index(page.find_by_id("files")) < min(places)


def test_only_the_hash_of_a_link_is_stored_and_it_is_audited(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    token = create_link(populated_app)["en"].rpartition("/")[2]
    assert len(token) >= 43
    assert token not in repr([vars(row) for row in app.rows(VersionLink)])
    events = app.rows(AuditEvent, AuditEvent.action == "briefing.version-shared")
    assert (events[-1].actor_id, events[-1].after["number"]) == (app.person_id("chair"), 1)
    assert token not in repr([event.after for event in events])


NOTE = "Deputy minister’s office"
KINDS = pytest.mark.parametrize(("kind", "action"), [("version", "briefing.version-shared"), ("preview", "briefing.shared")])


def links_path(populated: PopulatedApp, kind: str, lang: str = "en") -> str:
    """Return the path of the page with the links to a finalized version, or with the preview links of a draft."""
    ends = {"version": f"{populated.frozen_id}/versions/1/links", "preview": f"{populated.briefing_id}/links"}
    return f"/{lang}/briefings/{ends[kind]}"


@KINDS
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_note_of_whom_a_link_is_for_is_listed_and_audited_and_not_shown_by_the_link(
    populated_app: PopulatedApp, kind: str, action: str, lang: str
) -> None:
    app, path = populated_app.app, links_path(populated_app, kind, lang)
    chair = app.client_as("chair")
    made = chair.get(path).form("/links").fill(recipient=f"  {NOTE}\n").submit()
    assert made.status == 303
    page = made.follow()
    link = urlsplit(text_of(page.find_by_id(f"link-{lang}"))).path
    assert {"en": f"For {NOTE}", "fr": f"Pour\u00a0: {NOTE}"}[lang] in page.main_text
    assert app.rows(AuditEvent, AuditEvent.action == action)[-1].after["recipient"] == NOTE
    assert NOTE in app.client_as("secretariat").get(path).main_text
    refused = app.client_as("ontario").get(path)
    assert (refused.status, NOTE in refused.text) == (403, False)
    opened = app.anonymous_client().get(link)
    assert (opened.status, NOTE in opened.text) == (200, False)


@KINDS
def test_link_without_a_note_is_created_and_a_long_note_is_refused_with_its_text(
    populated_app: PopulatedApp, kind: str, action: str
) -> None:
    app, path = populated_app.app, links_path(populated_app, kind)
    chair = app.client_as("chair")
    assert chair.get(path).form("/links").submit().status == 303
    assert "recipient" not in app.rows(AuditEvent, AuditEvent.action == action)[-1].after
    count = len(app.rows(AuditEvent, AuditEvent.action == action))
    refused = chair.get(path).form("/links").fill(recipient="x" * 81).submit()
    assert (refused.status, "80" in refused.field_error("recipient")) == (422, True)
    assert refused.form("/links").values["recipient"] == "x" * 81
    assert len(app.rows(AuditEvent, AuditEvent.action == action)) == count
    assert refused.form("/links").fill(recipient="x" * 80).submit().status == 303


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_revoked_link_is_not_found_in_either_language(populated_app: PopulatedApp, lang: str) -> None:
    app = populated_app.app
    paths = create_link(populated_app, lang)
    chair = app.client_as("chair")
    page = chair.get(f"/{lang}/briefings/{populated_app.frozen_id}/versions/1/links")
    newest = app.rows(VersionLink)[-1].id
    gone = page.form(f"/links/{newest}/revoke").submit().follow()
    assert {"en": "The link is revoked", "fr": "Le lien est révoqué"}[lang] in text_of(gone.find_by_id("links"))
    visitor = app.anonymous_client()
    assert [visitor.get(path).status for path in paths.values()] == [404, 404]
    assert [visitor.get(f"{path}/deck.xlsx").status for path in paths.values()] == [404, 404]
    assert visitor.get("/en/shared/the-other-secret").status == 200, "other links work"
    page.form(f"/links/{newest}/revoke").submit()
    assert len(app.rows(AuditEvent, AuditEvent.action == "briefing.version-unshared")) == 1


def test_link_works_for_90_days(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    path = create_link(populated_app)["en"]
    visitor = app.anonymous_client()
    app.clock.advance(days=90, seconds=-1)
    assert visitor.get(path).status == 200
    app.clock.advance(seconds=1)
    assert [visitor.get(path).status, visitor.get(f"{path}/deck.xlsx").status] == [404, 404]
    assert "There are no active links." in app.client_as("chair").get(
        f"/en/briefings/{populated_app.frozen_id}/versions/1/links"
    ).main_text  # fmt: skip


def test_too_many_views_from_one_network_have_to_wait(populated_app: PopulatedApp) -> None:
    visitor = populated_app.app.anonymous_client(REMOTE_ADDR="192.0.2.9")
    answers = [visitor.get("/en/shared/nobody-knows-this").status for _ in range(61)]
    assert answers == [404] * 60 + [429]
    assert populated_app.app.anonymous_client().get("/en/shared/the-other-secret").status == 200


def test_everyone_who_wants_it_gets_an_email_about_a_finalized_version(
    make_app: MakeApp, files_at_first_download: None
) -> None:
    populated = PopulatedApp(make_app())
    app = populated.app
    account = app.client_as("reader").get("/fr/account").form("/account")
    assert account.fill(wants_finalized=False).submit().status == 303
    app.execute(update(Person).where(Person.email == email("bc")).values(retired_at=app.calendar.now() - timedelta(days=1)))
    page = app.client_as("chair").get(f"/en/briefings/{populated.briefing_id}")
    assert finalize(page, "Decided.").status == 303
    sent = {m.address: m for m in app.rows(OutboxMessage, OutboxMessage.kind == "finalized")}
    outsiders = [m.person_id for m in app.rows(Membership, Membership.role.in_((Role.ASSESSOR, Role.MODERATOR)))]
    active = {p.email for p in app.rows(Person, Person.retired_at.is_(None), Person.id.not_in(outsiders))}
    assert set(sent) == active - {email("chair"), email("reader")}
    message = sent[email("ontario")]
    assert f"{PUBLIC_URL}/en/briefings/{populated.briefing_id}/versions/1" in message.text
    assert message.choice_url.endswith("/en/account#emails")
    assert "of the briefing for September 24, 2020 (Joint Councils)." in message.text.replace("\u00a0", " ")
    assert message.text.count("Manage your email preferences") == 1
    assert "présentation du" in sent[email("quebec")].subject


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_link_that_does_not_work_says_so_and_never_whether_it_existed(populated_app: PopulatedApp, lang: str) -> None:
    visitor = populated_app.app.anonymous_client()
    pages = [visitor.get(f"/{lang}/{kind}/nobody-knows-this{file}") for kind, file in
             (("shared", ""), ("preview", ""), ("shared", "/deck.xlsx"))]  # fmt: skip
    assert {(page.status, page.main_text) for page in pages} == {(404, pages[0].main_text)}
    assert {"en": "revoked or has expired", "fr": "révoqué ou a expiré"}[lang] in pages[0].main_text
    assert pages[0].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_list_of_sources_links_to_activities_only_for_people_with_an_account(populated_app: PopulatedApp, lang: str) -> None:
    app, own = populated_app.app, f"/{lang}/briefings/{populated_app.frozen_id}"
    path = create_link(populated_app, lang)[lang]
    chair, activity = app.client_as("chair"), f"/{lang}/plans/2020/activities/"
    for page in (chair.get(own), chair.get(f"{own}/versions/1")):
        links = [a.get("href", "") for a in page.find_all("a") if a.get("href", "").startswith(activity)]
        assert f"{activity}5.2" in links
        assert chair.get(f"{activity}5.2").status == 200
    shared = app.anonymous_client().get(path)
    assert [a for a in shared.find_all("a") if activity in a.get("href", "")] == []
