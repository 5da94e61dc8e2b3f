"""The secretariat previews, publishes and withdraws commitments; in both languages, without scripts."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.ogp.models import Assessment
from cogwg.ogp.scales import Completion
from cogwg.tracker.published import PublicRecord, whole_record
from tests.conventions.test_pages import check_html
from tests.tracker.ogp import add_ca0060, add_others
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
PLACE = "admin/publications/commitments"
BOTH = {"reason_en": "The report was misread.", "reason_fr": "Le rapport avait été mal lu."}


@pytest.fixture
def recorded(make_app: MakeApp) -> App:
    """The demo with four commitments that are recorded and not published."""
    app = make_app(template="published")
    with Session(app.engine) as session, write_transaction(session):
        add_ca0060(session)
        add_others(session)
    return app


def record(app: App) -> PublicRecord:
    with Session(app.engine) as session:
        return whole_record(session, app.calendar.now())


def publish_button(lang: str, count: int) -> str:
    return {"en": f"Publish {count} commitments", "fr": f"Publier {count} engagements"}[lang]


@LANGS
def test_secretariat_previews_all_and_publishes_with_a_reason_for_missing_french(recorded: App, lang: str) -> None:
    user = ScriptlessUser(recorded, "secretariat", lang)
    user.open("admin/publications")
    user.follow("Publish commitments")
    preview = user.press({"en": "Preview all 4…", "fr": "Prévisualiser les 4 engagements…"}[lang])
    every = "&".join(f"chosen={identifier}" for identifier in ("CA0041", "CA0058", "CA0060", "CA0073"))
    for place in (PLACE, f"{PLACE}/preview?{every}", f"{PLACE}/preview"):
        check_html(user.browser.get(f"/{lang}/{place}"), lang)
    assert user.translate("French missing") in preview.main_text
    assert "4 by June 2018" in preview.main_text or "4 d’ici juin 2018" in preview.main_text
    refused = user.press(publish_button(lang, 4))
    assert refused.status == 422
    assert [span.get("id") for span in refused.find_all("span", class_="error")] == ["override_reason-error"]
    assert record(recorded).commitments == ()
    done = user.press(publish_button(lang, 4), fields={"override_reason": "No French source."})
    user.expect_path(PLACE)
    assert user.translate("The public versions of all commitments are up to date.") in done.main_text
    assert len(record(recorded).commitments) == 4


@LANGS
def test_change_of_what_is_public_asks_for_a_public_reason(recorded: App, lang: str) -> None:
    user = ScriptlessUser(recorded, "secretariat", lang)
    user.open(f"{PLACE}/preview?chosen=CA0058")
    user.press("Publish %(num)s commitment", fields={"override_reason": "No French source."}, num=1)
    recorded.execute(update(Assessment).where(Assessment.on == "2018-09-15").values(completion=Completion.SUBSTANTIAL))
    both = f"{PLACE}/preview?chosen=CA0058&chosen=CA0060"
    check_html(user.browser.get(f"/{lang}/{both}"), lang)
    user.open(both)
    refused = user.press(publish_button(lang, 2), fields={"override_reason": "Late."})
    assert refused.status == 422
    assert {span.get("id") for span in refused.find_all("span", class_="error")} == {"reason_en-error", "reason_fr-error"}
    user.press(publish_button(lang, 2), fields={"override_reason": "Late.", **BOTH})
    (change,) = record(recorded).commitment("CA0058").changes
    assert (change.before.en, change.after.en, change.reason.fr) == ("Limited", "Substantial", BOTH["reason_fr"])


def test_preview_that_moved_on_publishes_nothing_and_keeps_the_text(recorded: App) -> None:
    user = ScriptlessUser(recorded, "secretariat", "en")
    user.open(f"{PLACE}/preview?chosen=CA0058")
    recorded.execute(update(Assessment).where(Assessment.on == "2018-09-15").values(completion=Completion.SUBSTANTIAL))
    again = user.press("Publish %(num)s commitment", fields={"override_reason": "No French source."}, num=1)
    assert again.status == 409
    assert "No French source." in again.text
    assert record(recorded).commitments == ()
    user.press("Publish %(num)s commitment", fields={}, num=1)
    assert len(record(recorded).commitments) == 1


def test_form_sent_twice_publishes_once(recorded: App) -> None:
    user = ScriptlessUser(recorded, "secretariat", "en")
    form = user.open(f"{PLACE}/preview?chosen=CA0058").form("/preview")
    first, second = (form.submit(extra={"override_reason": "No French source."}) for _ in range(2))
    assert (first.status, second.status) == (303, 303)
    assert [edition.edition for edition in record(recorded).commitment_editions] == [1]


@LANGS
def test_withdrawal_leaves_a_notice(recorded: App, lang: str) -> None:
    user = ScriptlessUser(recorded, "secretariat", lang)
    user.open(f"{PLACE}/preview?chosen=CA0058")
    user.press("Publish %(num)s commitment", fields={"override_reason": "No French source."}, num=1)
    user.open(f"{PLACE}/CA0058/withdraw")
    user.press("Withdraw this publication", fields=BOTH)
    user.expect_path(PLACE)
    assert [notice.key for notice in record(recorded).withdrawals] == ["CA0058"]
    assert recorded.anonymous_client().get(f"/{lang}/commitments/CA0058").status == 410


def test_only_the_secretariat_previews(recorded: App) -> None:
    for name in ("chair", "ontario", "reader"):
        assert recorded.client_as(name).get(f"/en/{PLACE}").status == 403
