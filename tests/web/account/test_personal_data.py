"""A person sees and downloads what is kept about them; the secretariat downloads it for another person, with a reason."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook

from cogwg.audit.models import AuditEvent
from cogwg.privacy.wording import CORRECTIONS, TITLES
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
REASON = "Asked for it by telephone."


def exports(app: App) -> list[tuple[int | None, int, dict[str, str] | None]]:
    """Return who exported whose data, and how, in order."""
    events = sorted(app.rows(AuditEvent, AuditEvent.action.startswith("person.data-")), key=lambda event: event.id)
    return [(event.actor_id, event.subject_id, event.after) for event in events]


@LANGS
def test_person_sees_what_is_kept_and_downloads_both_files(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    me = app.person_id("ontario")
    user = ScriptlessUser(app, "ontario", lang)
    user.open("account")
    page = user.follow("Show what is kept about me")
    user.expect_path("account/data")
    assert email("ontario") in page.main_text
    for key, title in TITLES.items():
        shown = text_of(page.find_by_id(key.value))
        assert title.text(lang) in shown
        assert CORRECTIONS[key].text(lang) in shown
    data = user.browser.get(f"/{lang}/account/data.json")
    assert data.response.headers["Content-Disposition"].startswith("attachment")
    assert "osei" not in data.response.headers["Content-Disposition"].lower()
    assert json.loads(data.response.get_data())["sections"][0]["key"] == "account"
    book = load_workbook(BytesIO(user.browser.get(f"/{lang}/account/data.xlsx").response.get_data()))
    assert len(book.worksheets) == len(TITLES) + 1
    assert exports(app) == [(me, me, {"form": "page"}), (me, me, {"form": "json"}), (me, me, {"form": "xlsx"})]


@LANGS
def test_secretariat_downloads_it_for_another_person_with_a_reason(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/people/{app.person_id('ontario')}")
    form = user.form("Download as JSON").fill(reason=REASON)
    answer = form.submit(extra={"do": "json"})
    assert answer.status == 200
    content = json.loads(answer.response.get_data())
    assert (content["person"], content["language"]) == ("N. Osei", lang)
    assert exports(app) == [
        (app.person_id("secretariat"), app.person_id("ontario"), {"form": "json", "reason": REASON}),
    ]


@LANGS
@pytest.mark.parametrize("fields", [{"reason": ""}, {"reason": "For N. Osei."}, {"reason": REASON, "do": "exe"}])
def test_download_for_another_person_without_a_reason_is_refused(app: App, lang: str, fields: dict[str, str]) -> None:
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/people/{app.person_id('ontario')}")
    answer = user.form("Download as JSON").submit(extra={"do": "json", **fields})
    assert answer.status == 422
    assert user.translate("Nothing was downloaded") in answer.main_text
    assert exports(app) == []


@pytest.mark.parametrize("name", ["chair", "ontario", "reader"])
def test_data_of_another_person_is_for_the_secretariat_only(app: App, name: str) -> None:
    browser = app.client_as(name)
    path = f"/en/admin/people/{app.person_id('quebec')}/data"
    posted = {"csrf_token": browser.csrf_token(), "reason": REASON, "do": "json"}
    assert browser.send("POST", path, data=posted).status == 403
    assert exports(app) == []
