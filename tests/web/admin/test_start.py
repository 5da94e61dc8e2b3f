"""The start page of the administration, with the most important numbers."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Person
from cogwg.mail.models import OutboxMessage
from tests.mail.test_outbox import make_email
from tests.web.admin.test_outbox import add_email
from tests.web.auth.test_first_account import create_account
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])


def open_start(app: App, lang: str = "en") -> ScriptlessUser:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("")
    user.follow("Administration", within=user.page.find("nav", class_="site-nav"))
    user.expect_path("admin")
    return user


def numbers(user: ScriptlessUser) -> dict[str, str]:
    """Return the numbers of each page, by its path."""
    (entries,) = user.page.find_all("ul", class_="admin-list")
    return {entry.find(".//h2/a").get("href"): text_of(entry.findall("./p")[0]) for entry in entries.iter("li")}


@LANGS
def test_start_page_counts_people_sessions_and_emails(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    app.execute(update(Person).where(Person.email == email("reader")).values(password_hash=None))
    app.client_as("ontario")
    for n in range(3):
        add_email(app, make_email(n))
    app.execute(update(OutboxMessage).where(OutboxMessage.id == app.rows(OutboxMessage)[0].id).values(next_try_at=None))
    user = open_start(app, lang)
    active = len(app.rows(Person)) - 1
    assert numbers(user) == {
        f"/{lang}/admin/people": {
            "en": f"{active} people can sign in. 1 invitation is not accepted yet.",
            "fr": f"{active} personnes peuvent se connecter. 1 invitation n’est pas encore acceptée.",
        }[lang],
        f"/{lang}/admin/jurisdictions": {
            "en": "7 jurisdictions have no lead or deputy who can sign in.",
            "fr": "7 administrations n’ont ni responsable ni suppléance qui peut se connecter.",
        }[lang],
        f"/{lang}/admin/plans": "",
        f"/{lang}/admin/publications": "",
        f"/{lang}/admin/commitments": "",
        **{f"/{lang}/admin/{name}": "" for name in ("engagement", "comments", "analysis", "comment-authors")},
        f"/{lang}/admin/sessions": {"en": "2 people are signed in.", "fr": "2 personnes sont connectées."}[lang],
        f"/{lang}/admin/outbox": {
            "en": "2 emails are waiting. 1 email could not be sent.",
            "fr": "2 courriels sont en attente. 1 courriel n’a pas pu être envoyé.",
        }[lang],
        f"/{lang}/admin/settings": user.translate("Two-step sign-in is not required."),
        f"/{lang}/admin/audit": "",
    }


def test_deactivated_people_count_neither_as_people_nor_as_leads(app: App) -> None:
    before = numbers(open_start(app))
    app.execute(update(Person).where(Person.email == email("ontario")).values(retired_at=app.calendar.now()))
    after = numbers(open_start(app))
    assert (before["/en/admin/jurisdictions"], after["/en/admin/jurisdictions"]) == (
        "7 jurisdictions have no lead or deputy who can sign in.",
        "8 jurisdictions have no lead or deputy who can sign in.",
    )
    assert int(after["/en/admin/people"].split()[0]) == int(before["/en/admin/people"].split()[0]) - 1


@LANGS
def test_start_page_of_a_new_site_says_that_there_is_no_jurisdiction(make_app: MakeApp, lang: str) -> None:
    user = create_account(make_app("sqlite", "bare"), lang)
    user.open("admin")
    assert numbers(user)[f"/{lang}/admin/jurisdictions"] == user.translate("There are no jurisdictions yet.")


def test_lead_and_co_chair_have_no_administration(app: App) -> None:
    for name in ("chair", "ontario"):
        browser = app.client_as(name)
        assert "/en/admin" not in {a.get("href") for a in browser.get("/en/").find_all("a")}
        assert browser.get("/en/admin").status == 403
