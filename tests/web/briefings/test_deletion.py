"""A briefing made by mistake is deleted with its comments and links, until one of its versions is finalized."""

from __future__ import annotations

import pytest

from cogwg.audit.models import AuditEvent
from cogwg.briefing.models import Briefing, PreviewLink, SlideComment
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client


@pytest.fixture
def populated_app(app_per_engine: App) -> PopulatedApp:
    return PopulatedApp(app_per_engine)


def create_briefing(chair: Client, day: str) -> str:
    """Create a briefing and return the path of its first step."""
    answer = chair.get("/en/briefings/new").form().fill(meeting_on=day).submit()
    assert answer.status == 303
    return answer.redirect_path


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_deleted_briefing_takes_its_comments_and_links_with_it(populated_app: PopulatedApp, lang: str) -> None:
    app, id_ = populated_app.app, populated_app.briefing_id
    chair = app.client_as("chair")
    (link,) = [a for a in chair.get(f"/{lang}/briefings/{id_}/meeting").find_all("a") if a.get("href", "").endswith("/delete")]
    page = chair.get(link.get("href", ""))
    words = {"en": ("1 comment on its slides", "1 preview link"), "fr": ("1 commentaire", "1 lien d’aperçu")}[lang]
    assert all(word in page.main_text.replace("\u00a0", " ") for word in words)
    assert app.rows(Briefing, Briefing.id == id_), "asking deletes nothing"
    answer = page.form("/delete").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/briefings")
    assert {"en": "is deleted.", "fr": "est supprimée."}[lang] in answer.follow().main_text
    tables = (Briefing.id, SlideComment.briefing_id, PreviewLink.briefing_id)
    assert [app.rows(column.class_, column == id_) for column in tables] == [[], [], []]
    assert app.anonymous_client().get("/en/preview/the-secret").status == 404
    (event,) = app.rows(AuditEvent, AuditEvent.action == "briefing.deleted")
    assert (event.actor_id, event.subject_id) == (app.person_id("chair"), id_)
    assert [len(event.before[name]) for name in ("slide_comment", "preview_link")] == [1, 1]
    assert page.form("/delete").submit().status == 404, "sent again, there is nothing left to delete"


def test_deleted_briefings_id_and_day_are_free_and_the_id_is_not_used_again(populated_app: PopulatedApp) -> None:
    app = populated_app.app
    chair = app.client_as("chair")
    first = create_briefing(chair, "2020-11-05")
    assert chair.get(f"/en/briefings/{first.split('/')[3]}/delete").form("/delete").submit().status == 303
    second = create_briefing(chair, "2020-11-05")
    assert int(second.split("/")[3]) > int(first.split("/")[3])
    assert chair.get(first).status == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_briefing_with_a_finalized_version_cannot_be_deleted(populated_app: PopulatedApp, lang: str) -> None:
    app, id_ = populated_app.app, populated_app.frozen_id
    chair = app.client_as("chair")
    assert "/delete" not in chair.get(f"/{lang}/briefings/{id_}/meeting").main_text
    page = chair.get(f"/{lang}/briefings/{id_}/delete")
    assert not [form for form in page.forms if form.action.endswith("/delete")]
    before = app.fingerprint()
    refused = chair.post(f"/{lang}/briefings/{id_}/delete", {"csrf_token": chair.csrf_token(), "seen": "2"})
    assert refused.status == 422
    assert {"en": "A version of this briefing is finalized", "fr": "est finalisée"}[lang] in refused.alert_text
    assert app.fingerprint() == before


def test_briefing_that_changed_meanwhile_is_shown_again_before_it_is_deleted(populated_app: PopulatedApp) -> None:
    app, id_ = populated_app.app, populated_app.briefing_id
    chair, other = app.client_as("chair"), app.client_as("secretariat")
    form = chair.get(f"/en/briefings/{id_}/delete").form("/delete")
    assert other.get(f"/en/briefings/{id_}/meeting").form("").fill(place_en="Room 2", place_fr="Salle 2").submit().status == 303
    refused = form.submit()
    assert refused.status == 409
    assert "Nothing was deleted." in refused.alert_text
    assert refused.form("/delete").submit().status == 303
