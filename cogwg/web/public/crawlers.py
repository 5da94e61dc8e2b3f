"""Files for search engines: the list of public pages in both languages, and whether search engines may index them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from werkzeug.wrappers import Response

from cogwg.core.bilingual import Language
from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.published import PublicRecord
from cogwg.web.auth.access import public
from cogwg.web.http import site_settings
from cogwg.web.http.public_addresses import public_url_for
from cogwg.web.public import blueprint
from cogwg.web.public.responses import respond

_NAMESPACES = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}
_FIXED = (
    "site.home",
    "site.about",
    "site.accessibility",
    "site.contact",
    "site.privacy",
    "public.tracker",
    "public.tracker_jurisdictions",
    "public.tracker_milestones",
    "public.tracker_challenges",
    "public.tracker_briefings",
    "public.tracker_publications",
    "public.commitments",
    "public.engagement",
    "public.data",
)
"""The pages that always exist, whatever is published."""


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """Return the URLs of all public pages, each with the URL in the other language and the day of the last publication."""
    return respond(_sitemap, "application/xml; charset=utf-8")


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Tell search engines whether they may index the site, and where its pages are listed."""
    return respond(lambda _record: _robots(), "text/plain; charset=utf-8")


def _robots() -> str:
    if not site_settings.site_settings().search_engines:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nDisallow: /*/sign-in\n\nSitemap: {public_url_for('public.sitemap')}\n"


def _sitemap(record: PublicRecord) -> bytes:
    root = Element("urlset", _NAMESPACES)
    updated = record.updated_at()
    for endpoint, values in _pages(record):
        addresses = {lang: public_url_for(endpoint, **{**values, "lang": lang.value}) for lang in Language}
        for address in addresses.values():
            url = SubElement(root, "url")
            SubElement(url, "loc").text = address
            if updated is not None and endpoint.startswith("public."):
                SubElement(url, "lastmod").text = f"{updated:%Y-%m-%dT%H:%M:%SZ}"
            for lang, other in addresses.items():
                SubElement(url, "xhtml:link", {"rel": "alternate", "hreflang": lang.value, "href": other})
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _pages(record: PublicRecord) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the endpoint and the URL values of each public page."""
    for endpoint in _FIXED:
        yield endpoint, {}
    for dataset in DATASETS:
        yield "public.data_dictionary", {"name": dataset.name}
    latest = record.latest()
    for edition in record.quarters:
        if latest is not None and edition.id != latest.id:
            yield "public.tracker", {"quarter": edition.content.key}
    if latest is not None:
        for priority in latest.content.priorities:
            yield "public.tracker_priority", {"number": priority.number}
            for activity in priority.activities:
                yield "public.tracker_activity", {"code": activity.code}
        for jurisdiction in latest.content.jurisdictions:
            yield "public.tracker_jurisdiction", {"code": jurisdiction.code}
    for commitment in record.commitments:
        for endpoint in ("public.commitment", "public.commitment_assessments"):
            yield endpoint, {"identifier": commitment.content.identifier}
    for cycle in record.cycles:
        for endpoint in ("public.engagement_cycle", "public.engagement_moderation"):
            yield endpoint, {"cycle": cycle.content.key}
        for phase in cycle.content.phases:
            yield "public.engagement_phase", {"cycle": cycle.content.key, "phase": phase.key}
    for briefing in record.briefings:
        yield "public.tracker_briefing", {"day": briefing.content.meeting_on.isoformat()}
