"""The data page, the files under /data/ and the interface /v1/: the same for everyone, and only what is published."""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.open_data.files import FORMATS
from cogwg.tracker.open_data.interface import RESOURCES
from tests.web_client import App, Client, Page

KEPT = "public, max-age=60, must-revalidate"
NAMES = [f"{dataset.name}.{extension}" for dataset in DATASETS for extension in FORMATS]
OTHER_NAMES = ["csv-metadata.json", "datapackage-en.json", "datapackage-fr.json", "catalogue.jsonld", "everything.zip"]


@pytest.fixture
def visitor(public_app: App) -> Client:
    return public_app.anonymous_client()


def data(page: Page) -> dict:
    assert page.status == 200, page.text
    return json.loads(page.response.data)


def bad(page: Page) -> str:
    """Return the English sentence of a 400, which is in both languages."""
    assert (page.status, page.headers["Content-Type"]) == (400, "application/problem+json")
    problem = json.loads(page.response.data)
    assert problem["detail_fr"]
    return problem["detail"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_page_lists_every_dataset_with_files_that_exist(visitor: Client, lang: str) -> None:
    page = visitor.get(f"/{lang}/data")
    links = {link.get("href") for link in page.find_all("a")}
    assert {f"/data/{name}" for name in NAMES} <= links
    assert {f"/{lang}/data/{dataset.name}" for dataset in DATASETS} <= links
    for link in sorted(link for link in links if link.startswith(("/data/", "/v1/"))):
        assert visitor.get(link).status == 200, link


def test_page_names_licence_citation_and_fingerprints(visitor: Client) -> None:
    page = visitor.get("/en/data")
    assert (
        page.find("a", href="https://open.canada.ca/en/open-government-licence-canada").text
        == "Open Government Licence – Canada"
    )
    assert "Work plan data, Quarter 2 of 2020. Published July\u00a031, 2020." in page.text
    copy = visitor.get("/data/2020-06/1/quarter.json").response.data
    assert sha256(copy).hexdigest() in page.text


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", [dataset.name for dataset in DATASETS])
def test_dictionary_names_every_column(visitor: Client, lang: str, name: str) -> None:
    page = visitor.get(f"/{lang}/data/{name}")
    head = next(csv.reader(StringIO(visitor.get(f"/data/{name}.csv").response.data.decode("utf-8-sig"))))
    assert [code.text for cell in page.find_all("th", scope="row") for code in cell.iter("code")] == head


@pytest.mark.parametrize("name", [*NAMES, *OTHER_NAMES])
def test_file_is_the_same_for_everyone_and_has_type_name_and_etag(public_app: App, name: str) -> None:
    page = public_app.anonymous_client().get(f"/data/{name}")
    assert page.status == 200
    assert page.headers["Cache-Control"] == KEPT
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in page.headers
    assert "sample-data" in page.headers["Content-Disposition"]
    lead = public_app.client_as("ontario")
    assert lead.get(f"/data/{name}", htmx=True, Accept_Language="fr").response.data == page.response.data
    assert lead.get(f"/data/{name}", If_None_Match=page.headers["ETag"]).status == 304


def test_files_of_a_quarter_are_those_of_its_newest_edition(visitor: Client) -> None:
    assert visitor.get("/data/2020-03/reports.csv").response.data == visitor.get("/data/2020-03/1/reports.csv").response.data
    assert visitor.get("/data/2020-03/reports.csv").response.data != visitor.get("/data/2020-06/reports.csv").response.data


@pytest.mark.parametrize(
    "path",
    [
        "/data/nothing.csv",
        "/data/activities.pdf",
        "/data/quarter.json",
        "/data/2020-09/activities.csv",
        "/data/2020-06/2/activities.csv",
        "/data/2020-06/publications.csv",
        "/data/2020-06/catalogue.jsonld",
        "/data/x/y/z",
        "/v1/nothing",
        "/v1/plans/1999",
        "/v1/activities/2020-5.4/more",
        "/v1/openapi.yaml",
    ],
)
def test_unknown_address_is_a_404_for_programs_in_both_languages(visitor: Client, path: str) -> None:
    page = visitor.get(path, Accept_Language="fr")
    assert (page.status, page.headers["Content-Type"]) == (404, "application/problem+json")
    assert json.loads(page.response.data)["detail_fr"].startswith("Il n’y a rien")
    assert "Vary" not in page.headers


def test_archive_has_the_newest_files_and_every_edition(visitor: Client) -> None:
    archive = ZipFile(BytesIO(visitor.get("/data/everything.zip").response.data))
    assert archive.read("activities.csv") == visitor.get("/data/activities.csv").response.data
    assert archive.read("2020-03/1/quarter.json") == visitor.get("/data/2020-03/1/quarter.json").response.data
    assert json.loads(archive.read("catalogue.jsonld")) == json.loads(visitor.get("/data/catalogue.jsonld").response.data)
    own = ZipFile(BytesIO(visitor.get("/data/2020-06/1/everything.zip").response.data))
    for each in (archive, own):
        text = each.read("README.txt").decode()
        assert "Open Government Licence – Canada, https://open.canada.ca/en/" in text
        assert "Licence du gouvernement ouvert – Canada, https://" in text
        assert "Updated: July\u00a031, 2020" in text
        assert "Sample data" in text
    assert {"publications.csv", "csv-metadata.json", "2020-06/1/reports.csv", "2020-06/1/datapackage-fr.json"} <= {
        *archive.namelist()
    }


def test_files_say_licence_day_and_sample_data_and_packages_the_hash_of_each_file(visitor: Client) -> None:
    newest = data(visitor.get("/data/activities.json"))
    assert newest["licence"].startswith("Open Government Licence – Canada / ")
    assert "https://open.canada.ca/en/open-government-licence-canada" in newest["licence"]
    assert (newest["updated_on"], newest["sample"]) == ("2020-07-31", True)
    of_version = data(visitor.get("/data/2020-03/1/activities.json"))
    assert (of_version["updated_on"], of_version["sample"], "licence" in of_version) == ("2020-04-30", True, False)
    for folder in ("", "2020-06/1/"):
        package = data(visitor.get(f"/data/{folder}datapackage-fr.json"))
        assert package["updated"] == "2020-07-31"
        for resource in package["resources"]:
            content = visitor.get(f"/data/{folder}{resource['path']}").response.data
            assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/v1/", "/v1/plans", "/v1/plans/2020", "/v1/openapi.json", "/data/plans.csv"])
def test_nothing_can_be_changed(public_app: App, method: str, path: str) -> None:
    with public_app.flask.test_client() as client:
        response = getattr(client, method)(path)
    assert (response.status_code, response.mimetype) == (405, "application/problem+json")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.headers["Cache-Control"] == "no-store"


def test_lists_answer_in_both_languages_with_pages(visitor: Client) -> None:
    first = data(visitor.get("/v1/activities?limit=4"))
    assert (first["total"], first["page"], first["pages"], len(first["items"])) == (21, 1, 6, 4)
    assert {*first["items"][0]["title"]} == {"en", "fr"}
    assert first["sample"] is True
    assert first["licence"]["id"] == "ca-ogl-lgo"
    ids = [item["id"] for n in range(1, 7) for item in data(visitor.get(f"/v1/activities?limit=4&page={n}"))["items"]]
    assert len(ids) == len(set(ids)) == 21
    item = data(visitor.get("/v1/activities/2020-5.4"))
    assert item["item"]["code"] == "5.4"


def test_filters_select_what_they_name(visitor: Client) -> None:
    def items(query: str) -> list[dict]:
        return data(visitor.get(f"/v1/{query}"))["items"]

    assert {item["status"] for item in items("activities?status=LP")} == {"LP"}
    assert {item["priority"] for item in items("activities?priority=5&plan=2020")} == {5}
    assert {item["priority"] for item in items("activities?jurisdiction=on")} == {3, 4}
    assert {item["quarter"] for item in items("reports?quarter=2020-03")} == {"2020-03"}
    assert {item["jurisdiction"] for item in items("milestones?jurisdiction=on")} <= {"on"}
    before, now = (
        {item["id"]: item["status"] for item in items(f"activities?quarter={key}")} for key in ("2020-03", "2020-06")
    )
    assert before != now


@pytest.mark.parametrize("code", ["ca", "on", "bc", "ns", "sk", "ab", "nt", "mb"])
def test_interface_and_tracker_find_the_same_activities_of_a_jurisdiction(visitor: Client, code: str) -> None:
    """In this plan, the roles in four of five priorities are not stated."""
    listed = data(visitor.get(f"/v1/activities?jurisdiction={code}"))["items"]
    page = visitor.get(f"/en/tracker/jurisdictions/{code}")
    shown = [element.text for element in page.find_all("span", class_="activity-number")]
    assert sorted(item["code"] for item in listed) == sorted(shown)
    assert bool(shown) is (code != "mb")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("activities?plan=1999", "There is no plan 1999 here. Use: 2020."),
        ("activities?jurisdiction=zz", "There is no jurisdiction zz here. Use: ab, bc, ca,"),
        ("reports?priority=9", "There is no priority 9 here. Use: 1, 2, 3, 4, 5."),
        ("activities?quarter=2020-09", "There is no quarter 2020-09 here. Use: 2020-03, 2020-06."),
        ("activities/2020-5.4?quarter=2020-09", "There is no quarter 2020-09 here. Use: 2020-03, 2020-06."),
        ("activities?page=99", "There is no page 99. The last is 1."),
    ],
)
def test_what_is_not_published_gets_a_sentence_that_names_what_is(visitor: Client, query: str, sentence: str) -> None:
    page = visitor.get(f"/v1/{query}")
    assert (page.status, page.headers["Content-Type"]) == (404, "application/problem+json")
    problem = json.loads(page.response.data)
    assert problem["detail"].startswith(sentence)
    assert problem["detail_fr"]


def test_bad_parameter_gets_a_sentence_that_says_what_to_write(visitor: Client) -> None:
    assert bad(visitor.get("/v1/activities?state=LP")).startswith("There is no parameter 'state' here. Use: plan, priority")
    assert bad(visitor.get("/v1/activities?status=late")) == "status is 'late'. Write NS, LP, SP or C."
    assert bad(visitor.get("/v1/activities?plan=2020&plan=2021")) == "Use plan only once."
    assert bad(visitor.get("/v1/challenges?quarter=2020-05")).endswith("such as 2020-06.")
    assert "from 1 to 200" in bad(visitor.get("/v1/reports?limit=201"))
    assert bad(visitor.get("/v1/?plan=2020")) == "This address takes no parameters."
    assert bad(visitor.get("/v1/plans/2020?page=1")) == "There is no parameter 'page' here. Use: quarter."
    assert bad(visitor.get("/v1/plans?plan=%00"))


def test_index_and_description_name_every_list(visitor: Client) -> None:
    lists = data(visitor.get("/v1/"))["lists"]
    assert (
        {*lists} == {*RESOURCES} >= {"plans", "priorities", "activities", "reports", "milestones", "challenges", "publications"}
    )
    description = data(visitor.get("/v1/openapi.json"))
    assert description["openapi"].startswith("3.1")
    assert {f"/v1/{name}" for name in lists} | {f"/v1/{name}/{{id}}" for name in lists} | {"/v1/"} == {*description["paths"]}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_without_publications_the_page_says_so_and_files_are_empty(app: App, lang: str) -> None:
    visitor = app.anonymous_client()
    assert ("Nothing is published yet" in visitor.get(f"/{lang}/data").text) is (lang == "en")
    assert visitor.get(f"/{lang}/data/activities").status == 200
    assert len(visitor.get("/data/activities.csv").response.data.splitlines()) == 1
    assert data(visitor.get("/v1/activities"))["total"] == 0
    assert visitor.get("/data/catalogue.jsonld").status == 200


def test_publisher_is_the_one_of_the_settings(make_app) -> None:
    app = make_app("sqlite", "published", owner_en="Owner A", licence_en="Licence B", contact="c@example.ca")
    visitor = app.anonymous_client()
    catalogue = visitor.get("/data/catalogue.jsonld").text
    assert "Owner A" in catalogue
    assert "mailto:c@example.ca" in catalogue
    assert "Licence B" in visitor.get("/en/data").text
    assert "Licence B" in visitor.get("/data/datapackage-en.json").text
