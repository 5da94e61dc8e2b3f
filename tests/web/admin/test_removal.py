"""The secretariat removes the name and address of a person who left; afterwards no page and no file has them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest

from cogwg.accounts.models import Person
from cogwg.audit.models import AuditEvent
from cogwg.backup.removals import Removal, read_removals, removals_file
from tests.sessions import ESSENTIAL
from tests.web.auth.test_access import ROUTE_CASES
from tests.web.conftest import PopulatedApp, RestorePopulated
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
REASON = "Left the group; asked for it."
NAME = "N. Osei"
ENOUGH_PAGES = 6
"""So many pages with the name before show that the search finds it."""


def deactivate(app: App, lang: str = "en") -> ScriptlessUser:
    """Deactivate the lead of Ontario, and stay on their page."""
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/people/{app.person_id('ontario')}")
    user.follow("Deactivate the account")
    questions = [name for name in user.form("Deactivate the account").values if name.startswith("successor-")]
    user.press("Deactivate the account", fields=dict.fromkeys(questions, "none"))
    user.open(f"admin/people/{app.person_id('ontario')}")
    return user


@LANGS
def test_name_is_removed_with_a_reason_on_a_second_page(
    app_per_engine: App, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_per_engine
    monkeypatch.setenv("COGWG_DATA", str(tmp_path))
    id_ = app.person_id("ontario")
    user = deactivate(app, lang)
    user.follow("Remove the name and email address")
    before = app.fingerprint()
    user.press("Continue", fields={"reason": REASON})
    user.expect_path(f"admin/people/{id_}/remove/confirm")
    assert REASON in user.page.main_text
    assert app.fingerprint() == before, "the second page still changes nothing"
    page = user.press("Permanently remove the name and email address")
    user.expect_path(f"admin/people/{id_}")
    assert page.h1 == {"en": f"Former member {id_}", "fr": f"Ancien membre {id_}"}[lang]
    assert user.translate("The name and email address of this person were removed.") in page.main_text
    assert user.translate("Reactivate the account") not in page.main_text
    (event,) = app.rows(AuditEvent, AuditEvent.action == "person.identifiers-removed")
    assert (event.actor_id, event.after["reason"]) == (app.person_id("secretariat"), REASON)
    assert Removal(event.at, id_) in read_removals(removals_file(app.url, tmp_path)), "a restored backup is to repeat it"


@LANGS
@pytest.mark.parametrize("reason", ["", f"{NAME} asked for it."])
def test_missing_reason_or_one_with_the_name_is_refused_on_the_first_page(app: App, lang: str, reason: str) -> None:
    user = deactivate(app, lang)
    user.follow("Remove the name and email address")
    before = app.fingerprint()
    page = user.press("Continue", fields={"reason": reason})
    assert page.status == 422
    assert user.form("Continue").value("reason") == reason
    assert app.fingerprint() == before


def test_account_changed_meanwhile_is_not_removed(app: App) -> None:
    late, early = deactivate(app), ScriptlessUser(app, "secretariat", "en")
    late.follow("Remove the name and email address")
    late.press("Continue", fields={"reason": REASON})
    early.open(f"admin/people/{app.person_id('ontario')}")
    early.press("Reactivate the account")
    before = app.fingerprint()
    assert late.press("Permanently remove the name and email address").status == 409
    assert app.fingerprint() == before


def text_of_file(content: bytes) -> str:
    """Return a response as text; of a workbook or presentation, the text of its parts."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def texts_of_pages(populated: PopulatedApp) -> Iterator[tuple[str, str]]:
    """Yield the paths of all pages and files with their texts, as the secretariat gets them."""
    browser = populated.client_as("secretariat")
    paths = [populated.path(case.path) for case in ROUTE_CASES if case.method == "GET"]
    paths += ["/en/admin/people?state=all", "/en/admin/people.csv?state=all", "/en/admin/people.xlsx?state=all"]
    for path in dict.fromkeys(paths):
        yield path, text_of_file(browser.get(path).response.get_data())


def pages_with(texts: Iterable[tuple[str, str]], *words: str) -> Iterator[str]:
    """Yield the paths of the texts that hold one of these words."""
    return (path for path, text in texts if any(word in text for word in words))


@ESSENTIAL
def test_removed_name_and_address_are_on_no_page_and_in_no_file(restore_populated: RestorePopulated) -> None:
    populated = restore_populated()
    words = (NAME, email("ontario"))
    with_name = list(islice(pages_with(texts_of_pages(populated), *words), ENOUGH_PAGES))
    assert len(with_name) == ENOUGH_PAGES, with_name
    user = deactivate(populated.app)
    user.follow("Remove the name and email address")
    user.press("Continue", fields={"reason": REASON})
    user.press("Permanently remove the name and email address")
    texts = list(texts_of_pages(populated))
    assert list(pages_with(texts, *words)) == []
    assert len(list(pages_with(texts, "Former member"))) > 3
    assert populated.app.rows(Person, Person.name == NAME) == []
