"""The last step of a briefing in the browser: checklist, freeze with its note, versions, files and comparison."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM
from cogwg.briefing import link_requests
from cogwg.briefing.checklist import Gap, GapKind
from cogwg.briefing.deck import ChangeKind, PlanChange
from cogwg.briefing.gap_sources import GapPlace, GapSource
from cogwg.briefing.models import Briefing, FrozenFile, FrozenVersion, LinkCheck
from cogwg.briefing.outline import PriorityWording, set_priority_wording
from cogwg.briefing.queries import FrozenVersionFacts
from cogwg.briefing.render import LAYOUT, render
from cogwg.briefing.services import OutlineChange, revise_outline
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.plan.models import Activity, WorkPlan
from cogwg.reporting.models import MilestoneLink
from cogwg.web.briefings.compare_table import changes_table
from cogwg.web.briefings.draft import gap_action
from tests.briefing.test_link_requests import dripping
from tests.briefing.test_link_requests import server as server
from tests.conventions.test_pages import check_html
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web.finalizing import finalize
from tests.web_client import App, Page
from tests.web_client import text_of as words_of

NOTE = "The Councils meet tomorrow; the gaps are chased."


@pytest.fixture
def briefing_app(make_app: MakeApp) -> PopulatedApp:
    return PopulatedApp(make_app(check_private_links=True))


def freeze_briefing(briefing_app: PopulatedApp, person: str = "chair", note: str = NOTE, lang: str = "en") -> Page:
    browser = briefing_app.app.client_as(person)
    page = browser.get(f"/{lang}/briefings/{briefing_app.briefing_id}")
    return finalize(page, note)


def open_comparison(briefing_app: PopulatedApp, kind: str = "", lang: str = "en") -> Page:
    before, after = briefing_app.presentation_values["frozen"], briefing_app.briefing_id
    address = f"/{lang}/briefings/compare{kind}?before={before}.1&after={after}.1"
    return briefing_app.app.client_as("reader").get(address)


def test_checklist_lists_gaps_with_links(briefing_app: PopulatedApp) -> None:
    page = briefing_app.app.client_as("chair").get(f"/en/briefings/{briefing_app.briefing_id}")
    assert " items to resolve" in page.text
    for words, address in (
        ("reports have not been received.", "/en/readiness"),
        ("3\u00a0roles are vacant and 1\u00a0is to be confirmed.", "/en/vacancies"),
        ("links have not been checked", f"/en/briefings/{briefing_app.briefing_id}#slides"),
    ):
        assert words in page.text
        assert f'href="{address}"' in page.text
    assert page.find_all("*", id="slides"), "the link to the slides has its target"


@pytest.mark.parametrize("place", first_of(5, GapPlace))
def test_gap_at_any_place_links_to_a_page_that_opens(briefing_app: PopulatedApp, place: GapPlace) -> None:
    with briefing_app.app.flask.test_request_context("/en/"):
        for kind in GapKind:
            action = gap_action("en", briefing_app.briefing_id, Gap(kind, EMPTY_TEXT, GapSource(place, "purpose", (2020, 3))))
            assert action.label
    page = briefing_app.app.client_as("chair").get(action.url)
    assert page.status == 200
    fragment = action.url.partition("#")[2]
    assert not fragment or page.find_all("*", id=fragment)


def test_freeze_with_gaps_and_invalid_note_is_refused_and_keeps_the_note(briefing_app: PopulatedApp) -> None:
    refused = freeze_briefing(briefing_app, note="  ")
    assert refused.status == 422
    assert "Explain why you are finalizing with open items." in refused.text
    long = freeze_briefing(briefing_app, note="x" * 40_000)
    assert long.status == 422
    assert "x" * 40_000 in long.text
    assert [v.briefing_id for v in briefing_app.app.rows(FrozenVersion)] == [briefing_app.frozen_id]


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_frozen_version_is_readable_by_all_without_its_note(briefing_app: PopulatedApp, lang: str) -> None:
    hidden = briefing_app.app.client_as("reader").get(f"/{lang}/briefings/{briefing_app.briefing_id}")
    assert hidden.status == 404
    sent = freeze_briefing(briefing_app, lang=lang)
    assert sent.status == 303
    assert sent.redirect_path.endswith(f"/{lang}/briefings/{briefing_app.briefing_id}/versions/1")
    shown = briefing_app.app.client_as("chair").get(sent.redirect_path)
    assert "R. Campbell" in shown.text
    assert NOTE in shown.text
    reader = briefing_app.app.client_as("reader").get(sent.redirect_path)
    assert reader.status == 200
    assert NOTE not in reader.text, "the note is only for people who prepare briefings"
    [stored] = [v for v in briefing_app.app.rows(FrozenVersion) if v.briefing_id == briefing_app.briefing_id]
    assert stored.override_note == NOTE
    assert stored.gaps


@FURTHER
def test_version_file_is_stable_and_named_after_the_meeting(briefing_app: PopulatedApp) -> None:
    address = freeze_briefing(briefing_app).redirect_path + "/deck.xlsx"
    reader = briefing_app.app.client_as("reader")
    first = reader.get(address)
    book = load_workbook(BytesIO(first.response.data))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not any("DRAFT" in value for value in cells)
    with Session(briefing_app.app.engine) as session, write_transaction(session):
        session.execute(update(MilestoneLink).values(label_en="Something else"))
    assert reader.get(address).response.data == first.response.data
    assert "joint-councils-2020-09-24-v1-en.xlsx" in first.headers["Content-Disposition"]


@ESSENTIAL
def test_freeze_stores_files_and_downloads_return_them(briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    version = freeze_briefing(briefing_app).redirect_path
    rows: list[FrozenFile] = briefing_app.app.rows(FrozenFile, FrozenFile.version_id == 2)
    assert [(row.format, row.lang.value) for row in rows] == [(f, lang) for f in ("xlsx", "pptx") for lang in ("en", "fr")]
    event = [event for event in briefing_app.app.rows(AuditEvent) if event.action == "briefing.frozen"][-1]
    assert [file["sha256"] for file in event.after["files"]] == [row.sha256 for row in rows]
    monkeypatch.setattr("cogwg.briefing.files.render", lambda *_: b"a later release draws otherwise")
    for row in rows:
        address = f"/{row.lang.value}{version.removeprefix('/en')}/deck.{row.format}"
        response = briefing_app.app.client_as("reader").get(address)
        assert hashlib.sha256(response.response.data).hexdigest() == row.sha256
        assert response.headers["Content-Type"] == row.media_type
        assert response.headers["Content-Disposition"] == f"attachment; filename={row.name}"


def test_refused_freeze_draws_no_files(briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogwg.web.briefings.freeze.draw_files", lambda _deck: pytest.fail("drawn"))
    assert freeze_briefing(briefing_app, note="").status == 422


def test_file_missing_at_freeze_is_stored_at_first_download(
    briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.briefing.files.AT_ONCE", 0)
    address = f"{freeze_briefing(briefing_app).redirect_path}/deck.xlsx"
    assert briefing_app.app.rows(FrozenFile, FrozenFile.version_id == 2) == []
    first = briefing_app.app.client_as("reader").get(address)
    [row] = briefing_app.app.rows(FrozenFile, FrozenFile.version_id == 2)
    assert (row.format, row.lang.value, row.sha256) == ("xlsx", "en", hashlib.sha256(first.response.data).hexdigest())
    event = [event for event in briefing_app.app.rows(AuditEvent) if event.action == "briefing.files-stored"][-1]
    assert event.actor_id == briefing_app.app.person_id("reader")
    assert event.after == {"number": 1, "files": [{"format": "xlsx", "lang": "en", "sha256": row.sha256}]}
    monkeypatch.setattr("cogwg.briefing.files.render", lambda *_: b"a later release draws otherwise")
    assert briefing_app.app.client_as("chair").get(address).response.data == first.response.data


@FURTHER
def test_format_without_its_library_is_offered_only_where_stored(
    briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogwg.briefing.files.render", render)
    monkeypatch.setattr("cogwg.briefing.render.find_spec", lambda _name: None)
    reader, earlier = briefing_app.app.client_as("reader"), f"/en/briefings/{briefing_app.frozen_id}/versions/1"
    page = reader.get(earlier)
    assert page.text.count("deck.pptx") == 2
    assert reader.get(f"{earlier}/deck.pptx").status == 200
    later = reader.get(freeze_briefing(briefing_app).redirect_path)
    assert "deck.pptx" not in later.text
    assert reader.get(f"{later.path}/deck.pptx").status == 404


@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_version_pages_mention_a_changed_layout_only_where_it_changed(
    briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    sentence = {
        "en": "The slides on this page use the current layout, which has changed since this version was finalized.",
        "fr": "Les diapositives de cette page suivent la mise en page actuelle, qui a changé depuis",
    }[lang]
    reader, version = briefing_app.app.client_as("reader"), f"/{lang}/briefings/{briefing_app.frozen_id}/versions/1"
    for address in (version, f"{version}/present", f"{version}/print"):
        assert sentence not in reader.get(address).main_text, address
    monkeypatch.setattr("cogwg.briefing.files.LAYOUT", LAYOUT + 1)
    for address in (version, f"{version}/present", f"{version}/print"):
        page = reader.get(address)
        check_html(page, lang)
        assert sentence in page.main_text, address
    draft = f"/{lang}/briefings/{briefing_app.briefing_id}"
    for address in (draft, f"{draft}/present", f"{draft}/print"):
        assert sentence not in briefing_app.app.client_as("chair").get(address).main_text, address


@FURTHER
def test_draft_file_is_marked_on_every_page(briefing_app: PopulatedApp) -> None:
    response = briefing_app.app.client_as("chair").get(f"/fr/briefings/{briefing_app.briefing_id}/deck.xlsx")
    book = load_workbook(BytesIO(response.response.data))
    for sheet in book:
        assert any("ÉBAUCHE" in str(cell.value) for row in sheet.iter_rows() for cell in row), sheet.title


@ESSENTIAL
def test_freeze_of_a_changed_draft_is_a_conflict_and_keeps_the_note(briefing_app: PopulatedApp) -> None:
    browser = briefing_app.app.client_as("chair")
    page = browser.get(f"/en/briefings/{briefing_app.briefing_id}")
    with Session(briefing_app.app.engine) as session, write_transaction(session):
        shown_value = session.scalars(select(Briefing.outline_version).where(Briefing.id == briefing_app.briefing_id)).one()
        words = PriorityWording(1, asks=(Bilingual("Name a lead", "Nommer un responsable"),), year=2020)
        at = briefing_app.app.calendar.now()
        revise_outline(
            session,
            briefing_app.briefing_id,
            lambda o: set_priority_wording(o, words),
            OutlineChange.NOTED_PRIORITY,
            expected_version=shown_value,
            by=SYSTEM,
            at=at,
        )
    conflict = finalize(page, NOTE)
    assert conflict.status == 409
    assert "The draft or its data changed after you opened this page, so nothing was finalized." in conflict.text
    assert NOTE in conflict.text
    again = finalize(conflict, NOTE)
    assert again.status == 303, "after a review it can be frozen"


@FURTHER
def test_freeze_after_unseen_data_changes_is_a_conflict(briefing_app: PopulatedApp) -> None:
    page = briefing_app.app.client_as("chair").get(f"/en/briefings/{briefing_app.briefing_id}")
    with Session(briefing_app.app.engine) as session, write_transaction(session):
        session.execute(update(Activity).values(title_en="A title changed meanwhile"))
    conflict = finalize(page, NOTE)
    assert conflict.status == 409
    assert "A title changed meanwhile" in conflict.text
    assert finalize(conflict, NOTE).status == 303


@pytest.mark.usefixtures("files_at_first_download")
def test_meeting_of_a_frozen_version_cannot_be_changed(briefing_app: PopulatedApp) -> None:
    freeze_briefing(briefing_app)
    browser = briefing_app.app.client_as("chair")
    form = browser.get(f"/fr/briefings/{briefing_app.briefing_id}/meeting").form()
    refused = form.fill(audience_en="Somebody else", audience_fr="Quelqu’un d’autre").submit()
    assert refused.status == 422
    assert "Vous ne pouvez donc plus modifier la réunion." in refused.text
    assert "Somebody else" not in briefing_app.app.client_as("reader").get("/en/briefings").text


@pytest.mark.usefixtures("files_at_first_download")
@FURTHER
def test_comparison_is_shown_on_a_page_and_as_a_workbook(briefing_app: PopulatedApp) -> None:
    freeze_briefing(briefing_app)
    page = open_comparison(briefing_app)
    for words in (
        "Made progress",
        "Not yet due",
        "Complete",
        "Report of",
        "Slide changed",
        "Work plan at a glance",
    ):
        assert words in page.text
    book = load_workbook(BytesIO(open_comparison(briefing_app, ".xlsx").response.data))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert any("Made progress" in map(str, row) for row in rows)
    same = briefing_app.app.client_as("reader").get(
        f"/en/briefings/compare?before={briefing_app.presentation_values['frozen']}.1&after={briefing_app.presentation_values['frozen']}.1"
    )
    assert "The 2 versions are the same." in same.text
    assert briefing_app.app.client_as("reader").get("/en/briefings/compare?before=4711.1").status == 404


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_comparison_worksheet_has_a_single_line_a_row_and_headings(briefing_app: PopulatedApp, lang: str) -> None:
    freeze_briefing(briefing_app)
    book = load_workbook(BytesIO(open_comparison(briefing_app, ".xlsx", lang).response.data))
    [sheet] = book.worksheets
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert sheet.title == {"en": "Changes", "fr": "Changements"}[lang]
    assert (heads[1], heads[-1]) == (
        {"en": "Activity, priority or slide", "fr": "Activité, priorité ou diapositive"}[lang],
        "Plan",
    )
    assert str(heads[3]).startswith({"en": "Before: February\u00a027, 2020", "fr": "Avant\u00a0: 27\u00a0février 2020"}[lang])
    assert not [cell for row in rows for cell in row[2:5] if "\n" in str(cell)]
    assert all(row[-1] == 2020 and re.fullmatch(r"\d(\.\d)?", row[1]) for row in rows if row[-1])
    assert all({"en": "slide", "fr": "diapositive"}[lang] in row[1] for row in rows if not row[-1])
    glance = [row for row in rows if row[2] in ("Work plan at a glance", "Aperçu du plan de travail")]
    assert len(glance) > 2
    assert all(row[0] == glance[0][0] for row in glance), "each line names its slide, also when the sheet is filtered"


def test_comparison_worksheet_splits_a_long_reason_into_rows() -> None:
    text = " ".join(f"word{n}" for n in range(500))
    reason, at = Bilingual(text, ""), datetime(2020, 9, 1, tzinfo=UTC)
    version = FrozenVersionFacts(1, 1, at, "", (), "", Bilingual("Councils", "Conseils"), at.date())
    change = PlanChange(ChangeKind.SLIPPED, 2020, 1, "1.2", Bilingual("A", "A"), EMPTY_TEXT, EMPTY_TEXT, reason, EMPTY_TEXT)
    table = changes_table(version, version, [change], [], Language.FR, at.date())
    headings = [column.heading.en for column in table.columns]
    what, why = headings.index("Activity, priority or slide"), headings.index("Reason given")
    assert " ".join(str(row[why]) for row in table.rows) == f"{text} (en anglais)"
    assert all(len(str(row[why])) * 1.1 / table.columns[why].width < 26 for row in table.rows)
    assert {row[what] for row in table.rows} == {"1.2"}


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_reversed_comparison_offers_the_right_order(briefing_app: PopulatedApp, lang: str) -> None:
    freeze_briefing(briefing_app)
    early, late = f"{briefing_app.presentation_values['frozen']}.1", f"{briefing_app.briefing_id}.1"
    page = briefing_app.app.client_as("reader").get(f"/{lang}/briefings/compare?before={late}&after={early}")
    [turn] = [
        link for link in page.find_all("a") if link.get("href") == f"/{lang}/briefings/compare?before={early}&after={late}"
    ]
    assert {"en": "shown in reverse", "fr": "présenté à l’envers"}[lang] in page.main_text
    there = page.client.get(str(turn.get("href")))
    assert "in reverse" not in there.main_text
    assert "à l’envers" not in there.main_text


@pytest.mark.usefixtures("files_at_first_download")
def test_french_comparison_marks_english_texts_and_labels_cells(briefing_app: PopulatedApp) -> None:
    freeze_briefing(briefing_app)
    page = open_comparison(briefing_app, lang="fr")
    check_html(page, "fr")
    assert "Diapositive modifiée\u00a0: " in page.main_text
    reasons = [cell for cell in page.find_all("td") if cell.get("data-label") == "Raison et source"]
    english = [cell for cell in reasons if any(part.get("lang") == "en" for part in cell.iter())]
    assert english
    assert all("(en anglais)" in words_of(cell) for cell in english)
    assert {cell.get("data-label") for cell in page.find_all("td")} == {"Avant", "Après", "Raison et source"}


def test_freeze_form_mentions_that_a_note_is_required(briefing_app: PopulatedApp) -> None:
    page = briefing_app.app.client_as("chair").get(f"/en/briefings/{briefing_app.briefing_id}")
    assert "Required while there are open items." in words_of(page.find_by_id("freeze"))


def test_comparison_with_a_single_version_explains_what_is_missing(briefing_app: PopulatedApp) -> None:
    assert (
        "You can compare briefings once there are 2 finalized versions."
        in briefing_app.app.client_as("reader").get("/en/briefings/compare").text
    )


def test_link_check_lists_broken_links_with_time_and_person(briefing_app: PopulatedApp, server: str) -> None:
    with Session(briefing_app.app.engine) as session, write_transaction(session):
        session.execute(update(WorkPlan).values(link=f"{server}/gone"))
    browser = briefing_app.app.client_as("chair")
    page = browser.get(f"/en/briefings/{briefing_app.briefing_id}")
    sent = page.form(f"/en/briefings/{briefing_app.briefing_id}/check-links").submit()
    assert sent.status == 303
    assert sent.headers["Location"].endswith("#outcome"), "the page opens at the result"
    checked = {row.url: row.answers for row in briefing_app.app.rows(LinkCheck)}
    assert checked[f"{server}/gone"] is False
    event = [event for event in briefing_app.app.rows(AuditEvent) if event.action == "briefing.links-checked"][-1]
    assert (event.after["links"], event.after["dead"]) == (len(checked), list(checked.values()).count(False))
    answering = list(checked.values()).count(True)
    for lang, sentence, when in (
        ("en", "not found (404)", f"{answering} of {len(checked)}. Checked September 24, 2020 at 2 pm by R. Campbell."),
        (
            "fr",
            "page introuvable (404)",
            f"{answering} sur {len(checked)}. Vérifiés le 24 septembre 2020 à 14 h par R. Campbell.",
        ),
    ):
        page = browser.get(f"/{lang}/briefings/{briefing_app.briefing_id}")
        check_html(page, lang)
        rows = [part for part in page.find_by_id("checklist").iter() if part.tag.endswith("li")]
        row = [part for part in rows if f"{server}/gone" in words_of(part)][-1]
        assert sentence in words_of(row)
        assert when in words_of(page.find_by_id("check-links")).replace("\u00a0", " ")


def links_checked_events(briefing_app: PopulatedApp) -> int:
    return sum(event.action == "briefing.links-checked" for event in briefing_app.app.rows(AuditEvent))


@FURTHER
def test_only_one_link_check_of_a_person_runs_at_a_time(briefing_app: PopulatedApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_requests, "CHECK_SECONDS", 2)
    path = f"/en/briefings/{briefing_app.briefing_id}"
    before, answers = links_checked_events(briefing_app), []
    browsers = [briefing_app.app.client_as("chair") for _ in range(5)]

    with dripping() as port:
        with Session(briefing_app.app.engine) as session, write_transaction(session):
            session.execute(update(WorkPlan).values(link=f"http://127.0.0.1:{port}/"))
        forms = [browser.get(path).form(f"{path}/check-links") for browser in browsers]
        threads = [threading.Thread(target=lambda form=form: answers.append(form.submit())) for form in forms]  # type: ignore[misc]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert [answer.status for answer in answers] == [303] * 5
    assert links_checked_events(briefing_app) == before + 1
    sentences = [answer.follow().main_text for answer in answers]
    assert sum("already being checked" in sentence for sentence in sentences) == 4
    monkeypatch.setattr(link_requests, "CHECK_SECONDS", 0)
    answer = browsers[0].get(path).form(f"{path}/check-links").submit()
    assert "links were not checked, because the others took too long" in answer.follow().main_text
    assert links_checked_events(briefing_app) == before + 2, "the next check begins when the first has ended"


def test_checklist_shows_three_links_and_folds_the_rest(briefing_app: PopulatedApp) -> None:
    page = briefing_app.app.client_as("chair").get(f"/en/briefings/{briefing_app.briefing_id}")
    checklist = page.find_by_id("checklist")
    (fold,) = [part for part in checklist.iter() if part is not checklist and part.tag.endswith("details")]
    every = [part for part in checklist.iter() if part.tag.endswith("a") and part.get("href", "").startswith("http")]
    folded = [part for part in fold.iter() if part.tag.endswith("a") and part.get("href", "").startswith("http")]
    assert len(every) - len(folded) == 3
    assert f"{len(folded)} more links" in words_of(fold)
    assert f"{len(every)} links have not been checked" in words_of(checklist).replace("\u00a0", " ")
    slides = {part.get("href") for part in fold.iter() if part.get("href", "").startswith("#slide-")}
    assert slides
    assert all(page.find_all("*", id=place[1:]) for place in slides)
    assert not page.find_all("*", id="checked"), "the links are not checked yet"


def add_version_of_later_schema(briefing_app: PopulatedApp) -> None:
    """Add a version 2 of the frozen briefing by a later release, with a schema that this release does not know."""
    with Session(briefing_app.app.engine) as session, write_transaction(session):
        stored: Any = session.scalars(select(FrozenVersion).where(FrozenVersion.briefing_id == briefing_app.frozen_id)).one()
        later = json.loads(stored.deck) | {"schema": 99}
        values = {"briefing_id": briefing_app.frozen_id, "number": 2, "schema": 99, "deck": json.dumps(later)}
        session.add(FrozenVersion(**values, gaps=[], frozen_at=stored.frozen_at))


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_draft_after_a_version_of_a_later_release_opens_without_comparison(briefing_app: PopulatedApp, lang: str) -> None:
    add_version_of_later_schema(briefing_app)
    browser = briefing_app.app.client_as("chair")
    here = f"/{lang}/briefings/{briefing_app.briefing_id}"
    why = {"en": "finalized with a newer version of the software", "fr": "finalisée avec une version plus récente du logiciel"}[
        lang
    ]
    for place in ("", "/changes", "/news", "/slides", "/meeting"):
        page = browser.get(here + place)
        check_html(page, lang)
        assert why in page.main_text, place
    changes = browser.get(f"{here}/changes").main_text
    assert {"en": "Ask the secretariat to update the software", "fr": "Demandez au secrétariat"}[lang] in changes
    last = browser.get(here)
    (gap,) = [part for part in last.find_all("li", class_="checklist-gap") if why in words_of(part)]
    assert f"{here}/changes" in [part.get("href") for part in gap.iter()]
    assert not last.find_all("section", id="slide-changed")
    assert browser.get(f"{here}/deck.xlsx").status == 200
    assert freeze_briefing(briefing_app, lang=lang).status == 303
    stored = briefing_app.app.rows(FrozenVersion, FrozenVersion.briefing_id == briefing_app.briefing_id)[-1]
    assert any("finalized with a newer version of the software" in en for en, _fr in stored.gaps)
    assert browser.get(f"/{lang}/briefings/{briefing_app.frozen_id}/versions/2").status == 501


def test_version_of_a_later_release_explains_what_to_do(briefing_app: PopulatedApp) -> None:
    app: App = briefing_app.app
    add_version_of_later_schema(briefing_app)
    page = app.client_as("reader").get(f"/fr/briefings/{briefing_app.presentation_values['frozen']}/versions/2")
    assert page.status == 501
    assert "un logiciel plus récent" in page.text
    assert app.client_as("reader").get(f"/fr/briefings/{briefing_app.presentation_values['frozen']}/versions/1").status == 200


def test_meeting_before_the_last_frozen_meeting_is_refused(briefing_app: PopulatedApp) -> None:
    page = briefing_app.app.client_as("chair").get("/fr/briefings/new")
    refused = page.form().fill(meeting_on="2020-02-01").submit()
    assert refused.status == 422
    assert "La dernière présentation finalisée est celle du 27\u00a0février 2020." in refused.text
