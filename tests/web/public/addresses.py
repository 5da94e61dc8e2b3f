"""The addresses of the public record on the demo's day, for tests of what holds for all of them."""

from __future__ import annotations

from tests.web_client import Client

PAGES = (
    "tracker",
    "tracker?quarter=2020-03",
    "tracker?quarter=2020-06&edition=1",
    "tracker?q=forums",
    "tracker?status=LP&jurisdiction=on",
    "tracker/priorities/1",
    "tracker/priorities/5?quarter=2020-03",
    "tracker/activities/2.2",
    "tracker/activities/5.4",
    "tracker/jurisdictions",
    "tracker/jurisdictions/on",
    "tracker/jurisdictions/qc",
    "tracker/milestones",
    "tracker/challenges",
    "tracker/briefings",
    "tracker/publications",
    "commitments",
    "engagement",
    "data",
    "data/assessments",
    "data/activities",
    "data/publications",
    "data/consultations",
)
FEEDS = ("feeds/published.atom", "feeds/commitments.atom", "feeds/published.ics")
FIXED = ("/sitemap.xml", "/robots.txt")
DATA = (
    "/data/activities.csv",
    "/data/reports.json",
    "/data/2020-03/reports.csv",
    "/data/2020-06/1/quarter.json",
    "/data/commitments.csv",
    "/data/assessments.json",
    "/data/consultations.csv",
    "/data/csv-metadata.json",
    "/data/catalogue.jsonld",
    "/v1/",
    "/v1/activities?plan=2020&status=LP",
    "/v1/activities/2020-5.4",
    "/v1/openapi.json",
)
PAGE_ADDRESSES = [f"/{lang}/{page}" for lang in ("en", "fr") for page in PAGES]
ADDRESSES = [*PAGE_ADDRESSES, *(f"/{lang}/{feed}" for lang in ("en", "fr") for feed in FEEDS), *FIXED, *DATA]
MISSING_PAGES = (
    "tracker/nothing",
    "data/nothing",
    "tracker/activities/9.9",
    "tracker/briefings/x",
    "commitments/CA9999",
    "commitments/CA9999/assessments",
    "engagement/nothing",
    "engagement/nothing/nothing",
)
UNKNOWN = [f"/{lang}/{page}" for lang in ("en", "fr") for page in MISSING_PAGES]


def all_texts(client: Client, addresses: list[str]) -> dict[str, str]:
    """Return what each address answers."""
    return {address: client.get(address).text for address in addresses}
