"""The plan as a list, a timeline and its progress: what a visitor sees, filters in the URL, and downloads."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from cogwg.plan.models import Activity
from cogwg.reporting.models import Submission
from tests.web.conftest import MakeApp
from tests.web.downloads import rows_by_heading
from tests.web_client import App, Page, text_of

PLAN = "/en/plans/2020"


def activity_codes(page: Page) -> list[str]:
    """Return the codes of the list's activities, from the first cell of each row."""
    return [text_of(e).split()[0] for e in page.find_all("th", scope="row")]


def read_table(page: Page) -> list[list[str]]:
    """Return the rows of a CSV file, without the apostrophes that keep codes and formula-like texts as text."""
    assert page.status == 200
    content = page.response.get_data().decode("utf-8-sig")
    rows = csv.reader(StringIO(content, newline=""), delimiter=";" if page.path.startswith("/fr/") else ",")
    return [[cell.removeprefix("'") for cell in row] for row in rows]


@pytest.mark.parametrize("query", ["", "?view=list", "?view=timeline", "?view=progress"])
def test_plan_leads_those_who_may_edit_it_to_editing(read_only_app: App, query: str) -> None:
    link = "/en/admin/plans/2020"
    assert (
        read_only_app.client_as("secretariat").get(f"/en/plans/2020{query}").find("main").find(f".//a[@href='{link}']")
        is not None
    )
    for name in ("chair", "reader"):
        page = read_only_app.client_as(name).get(f"/en/plans/2020{query}")
        assert page.find("main").find(f".//a[@href='{link}']") is None


def test_list_shows_its_count_and_links_to_remove_filters(read_only_app: App) -> None:
    page = read_only_app.client_as("reader").get(f"{PLAN}?view=list&status=LP&jurisdiction=on")
    assert activity_codes(page) == ["3.2", "3.3"]
    assert "2 of 21 activities" in page.main_text
    removers = [a for a in page.find_all("a") if text_of(a).startswith("Remove ")]
    assert [text_of(a) for a in removers] == [
        "Remove Jurisdiction: Ontario",
        "Remove Status: Limited progress",
        "Remove all filters",
    ]
    assert activity_codes(page.client.get(removers[1].get("href") or ""))[:4] == ["3.1", "3.2", "3.3", "3.4"]
    assert len(activity_codes(page.client.get(removers[2].get("href") or ""))) == 21


@pytest.mark.parametrize(
    ("lang", "due", "cell"),
    [
        ("en", (2020, 9, None), "September"),
        ("fr", (2020, 9, None), "Septembre"),
        ("en", (2021, 1, None), "January 2021"),
        ("fr", (2021, 1, None), "Janvier 2021"),
        ("en", (2020, 9, 15), "September 15, 2020"),
        ("fr", (2020, 9, 15), "15 septembre 2020"),
        ("en", (2021, 1, 15), "January 15, 2021"),
        ("fr", (2021, 1, 1), "1er janvier 2021"),
    ],
)
def test_due_cell_shows_the_exact_day_as_a_date_of_the_language(
    app: App, lang: str, due: tuple[int, int, int | None], cell: str
) -> None:
    year, month, day = due
    app.execute(update(Activity).where(Activity.code == "3.2").values(due_year=year, due_month=month, due_day=day))
    for view in ("list", "timeline"):
        rows = app.client_as("visitor").get(f"/{lang}/plans/2020?view={view}").find_all("tr")
        (row,) = [row for row in rows if text_of(row).startswith("3.2")]
        due_cell = [text_of(e) for e in row.iter("td")][1 if view == "list" else 0]
        assert due_cell.replace("\u00a0", " ") == cell


@pytest.mark.parametrize(
    ("due", "words"),
    [((2020, 9, None), "September"), ((2020, 9, 15), "September 15, 2020"), ((2021, 1, None), "January 2021")],
)
def test_priority_and_jurisdiction_show_the_due_date_as_the_list_does(
    app: App, due: tuple[int, int, int | None], words: str
) -> None:
    year, month, day = due
    app.execute(update(Activity).where(Activity.code == "3.2").values(due_year=year, due_month=month, due_day=day))
    for place in ("plans/2020/priorities/3", "jurisdictions/on"):
        page = app.client_as("reader").get(f"/en/{place}")
        lists = page.find_all("ul", class_="activity-list")
        (item,) = [item for each in lists for item in each.findall("li") if "3.2 " in text_of(item)]
        assert text_of(next(item.iter("span"))).replace("\u00a0", " ") == words


def test_filter_form_is_sent_by_get_with_its_values(read_only_app: App) -> None:
    page = read_only_app.client_as("visitor").get(f"{PLAN}?view=list&status=LP&sort=due&order=desc")
    (form,) = [each for each in page.forms if each.element.get("role") == "search"]
    assert form.element.get("method") == "get"
    assert (form.values["view"], form.values["sort"], form.values["order"]) == ("list", "due", "desc")
    assert "csrf_token" not in form.values
    chosen = {
        e.get("name"): [o.get("value") for o in e.iter("option") if o.get("selected") is not None]
        for e in page.find_all("select")
    }
    assert chosen == {"jurisdiction": [""], "status": ["LP"], "timeliness": [""], "due": [""]}
    sent = page.client.get("/en/plans/2020?view=list&jurisdiction=&status=&timeliness=&due=&q=ÉLABOR")
    assert sent.status == 200


def test_empty_list_links_to_all_activities(read_only_app: App) -> None:
    page = read_only_app.client_as("visitor").get("/fr/plans/2020?view=list&q=licorne")
    assert "0 sur 21" in page.main_text
    assert "Aucune activité ne correspond" in page.main_text
    assert page.find_all("table") == []
    (wider,) = [a for a in page.find_all("a") if text_of(a).startswith("affichez les 21")]
    assert len(activity_codes(page.client.get(wider.get("href") or ""))) == 21


def test_list_headings_sort_and_announce_the_order(read_only_app: App) -> None:
    page = read_only_app.client_as("reader").get(f"{PLAN}?view=list&sort=timeliness")
    assert activity_codes(page)[:2] == ["2.2", "3.2"]
    (sorted_,) = [e for e in page.find_all("th") if e.get("aria-sort")]
    assert (text_of(sorted_), sorted_.get("aria-sort")) == ("Timeliness", "ascending")
    (link,) = list(sorted_.iter("a"))
    assert activity_codes(page.client.get(link.get("href") or ""))[-2:] == ["2.2", "3.2"]


@pytest.mark.parametrize("asked", ["view=map", "view=list&status=late", "view=timeline&jurisdiction=zz", "view=list&order=1"])
def test_unknown_view_or_filter_is_not_found(read_only_app: App, asked: str) -> None:
    for path in (f"{PLAN}?{asked}", f"/fr/plans/2020?{asked}"):
        assert read_only_app.client_as("visitor").get(path).status == 404
    if "view=map" not in asked and "view=list" in asked:
        assert read_only_app.client_as("visitor").get(f"/en/plans/2020/activities.csv?{asked}").status == 404


@pytest.mark.parametrize("q", ["' OR 1=1 --", "%", "_", "\\", "<script>", "x" * 6000])
def test_search_accepts_any_text(read_only_app: App, q: str) -> None:
    page = read_only_app.client_as("visitor").send("GET", PLAN, query_string={"view": "list", "q": q})
    assert page.status == 200
    assert activity_codes(page) == []


def test_view_switch_keeps_filters_and_marks_the_current_view(read_only_app: App) -> None:
    page = read_only_app.client_as("reader").get(f"{PLAN}?view=list&status=LP")
    links = {text_of(a): a for a in page.find("nav", class_="view-switch").iter("a")}
    assert [name for name, a in links.items() if a.get("aria-current") == "page"] == ["List"]
    assert links["Timeline"].get("href") == f"{PLAN}?view=timeline&status=LP"
    assert links["Matrix"].get("href") == PLAN
    timeline = page.client.get(links["Timeline"].get("href") or "")
    assert "5 of 21 activities" in timeline.main_text
    assert len(activity_codes(timeline)) == 5


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_timeline_has_a_summary_and_rows_in_both_drawings(read_only_app: App, lang: str) -> None:
    page = read_only_app.client_as("reader").get(f"/{lang}/plans/2020?view=timeline")
    summary = {"en": "2 activities are overdue by up to 86 days.", "fr": "2 activités sont en retard de 86 jours au plus."}
    assert summary[lang] in page.main_text.replace("\u00a0", " ")
    assert len(activity_codes(page)) == 21
    drawings = page.find_all("svg", class_="drawing")
    assert len(drawings) == 2
    for drawing in drawings:
        assert len(list(drawing.iter("a"))) == 21 + 5
        assert any((e.get("class") or "") == "drawing-today" for e in drawing.iter())


def test_progress_view_has_a_sentence_and_a_row_for_each_quarter(read_only_app: App) -> None:
    page = read_only_app.client_as("reader").get(f"{PLAN}?view=progress")
    assert (
        "So far in Quarter 3, 8 of 21 activities are complete. "
        "Activities complete at the end of Quarter 2: 6." in page.main_text
    )
    cells = [[text_of(c) for c in row if c.tag == "td"] for row in page.find("tbody").iter("tr")]
    assert [sum(map(int, row)) for row in cells] == [21, 21, 21]
    assert text_of(page.find("figcaption")) == page.find("div", role="img").get("aria-label")


def test_plan_before_anything_is_due_shows_nothing_late(make_app: MakeApp) -> None:
    from tests.databases import DECK_DAY

    visitor = make_app("sqlite", "record", DECK_DAY).anonymous_client()
    assert "No activities are overdue." in visitor.get(f"{PLAN}?view=timeline").main_text
    assert visitor.get(f"{PLAN}?view=progress").status == 200
    assert activity_codes(visitor.get(f"{PLAN}?view=list&status=none")) == []
    assert len(activity_codes(visitor.get(f"{PLAN}?view=list&timeliness=not-yet-due"))) == 21


def test_downloads_hold_the_filtered_list(read_only_app: App) -> None:
    visitor = read_only_app.client_as("reader")
    page = visitor.get(f"{PLAN}?view=list&status=LP&sort=due&order=desc")
    (csv_link,) = [a.get("href") or "" for a in page.find_all("a") if text_of(a) == "CSV"]
    heading, *rows = read_table(visitor.get(csv_link))
    assert heading[:2] == ["Activity", "Title"]
    assert [row[0] for row in rows] == activity_codes(page)
    assert f"\r\n'{rows[0][0]}," in visitor.get(csv_link).text, "a code stays text in a spreadsheet"
    (xlsx,) = [a.get("href") or "" for a in page.find_all("a") if text_of(a) == "Excel"]
    answer = visitor.get(xlsx)
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    book: Any = load_workbook(BytesIO(answer.response.get_data()))
    assert [str(row[0].value) for row in list(book.active)[1:]] == activity_codes(page)
    name = "work-plan-2020-activities-sample-data-2020-09-24-en"
    assert f"filename={name}.xlsx" in answer.headers["Content-Disposition"]


def test_download_is_in_the_pages_language_and_marks_samples(read_only_app: App) -> None:
    answer = read_only_app.client_as("reader").get("/fr/plans/2020/activities.csv?timeliness=overdue")
    rows = rows_by_heading(read_table(answer))
    columns = ("Activité", "État", "Respect du délai", "Jours avant ou après l’échéance")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("2.2", "Progrès important", "En retard", "86"),
        ("3.2", "Progrès limité", "En retard", "86"),
    ]
    assert {row["Données fictives"] for row in rows} == {"Démonstration\u00a0: rapports fictifs"}
    assert "-fr.csv" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_search_finds_submitted_report_texts_only_for_signed_in_people(app: App, lang: str) -> None:
    ontario, word = app.client_as("ontario"), "zyzzogeton"
    form = ontario.report_form("4.3")
    form.fill(status="SP", progress_en="A draft with a quokkamere.").submit(button_value="save")
    ontario.report_form("3.3").fill(status="SP", progress_fr=f"Cinq mesures, et un {word.upper()}.").submit()
    page = app.client_as("reader").get(f"/{lang}/plans/2020?view=list&q={word}")
    assert activity_codes(page) == ["3.3"]
    assert ("found in the report" if lang == "en" else "trouvé dans le rapport") in page.main_text
    assert [row[0] for row in read_table(app.client_as("reader").get(f"/{lang}/plans/2020/activities.csv?q={word}"))[1:]] == [
        "3.3"
    ]
    assert activity_codes(app.client_as("reader").get(f"/{lang}/plans/2020?view=list&q=quokkamere")) == [], (
        "a draft is not searched"
    )
    for view in ("list", "timeline"):
        assert activity_codes(app.anonymous_client().get(f"/{lang}/plans/2020?view={view}&q={word}")) == []
    assert read_table(app.anonymous_client().get(f"/{lang}/plans/2020/activities.csv?q={word}"))[1:] == []


def test_report_texts_and_names_are_not_public(read_only_app: App) -> None:
    """Visitors see no report texts and no names of people, in pages or files."""
    submissions = [s for s in read_only_app.rows(Submission) if s.progress_en]
    assert submissions
    for path in ("?view=list", "?view=timeline", "?view=progress", "/activities.csv"):
        for lang in ("en", "fr"):
            text = read_only_app.client_as("visitor").get(f"/{lang}/plans/2020{path}").text
            assert not [s.id for s in submissions if s.progress_en in text or (s.progress_fr and s.progress_fr in text)]
            assert "Osei" not in text
    content = read_only_app.client_as("visitor").get("/en/plans/2020/activities.xlsx").response.get_data()
    book: Any = load_workbook(BytesIO(content))
    cells = {str(c.value) for row in book.active for c in row}
    assert not [s.id for s in submissions if s.progress_en in cells]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_activity_number_stands_before_its_title_on_every_page(app: App, lang: str) -> None:
    lead, plan = app.client_as("ontario"), f"/{lang}/plans/2020"
    lead.report_form("3.3", lang).fill(status="SP", **{f"progress_{lang}": "Five measures."}).submit(button_value="save")
    sent = lead.get(f"/{lang}/my-updates/submit")
    assert "3.2" in [text_of(number) for number in sent.find_all("span", class_="activity-number")]
    receipt = sent.form("/submit").submit().follow()
    for page in (receipt, *map(lead.get, (plan, f"{plan}/priorities/3", f"/{lang}/my-updates"))):
        numbers = [text_of(number) for number in page.find_all("span", class_="activity-number")]
        assert {"3.2", "3.4"} <= set(numbers), page.path
        titles = [text_of(a) for a in page.find_all("a") if "/activities/3." in (a.get("href") or "")]
        assert titles
        assert not any(title.startswith("3.") for title in titles), "the name of the link is the title, as before"
