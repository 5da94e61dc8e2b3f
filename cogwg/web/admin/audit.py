"""The audit log: who did what, with the values before and after, filters, a download, and the last check of its chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.audit.queries import chain_head
from cogwg.audit.verification import last_verdict
from cogwg.core.bilingual import Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import Invalid, NotFound
from cogwg.inspection.events import EventInWords, EventPage, event_page, last_backup, load_names
from cogwg.inspection.exports import EXPORT_LIMIT, export_events
from cogwg.inspection.subjects import Place
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.audit_filters import AuditFilterForm
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.audit_history import AuditEntry
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_response
from cogwg.web.http.filters import plain
from cogwg.web.http.forms import parse_number
from cogwg.web.http.rate_limits import limit_downloads

_THOUSANDS = {Language.EN: ",", Language.FR: "\u00a0"}
"""The thousands separator of each language."""


@blueprint.get("/audit")
@requires(Permission.READ_AUDIT_LOG)
def audit_page(lang: str) -> Response:
    """List the events of the audit log, newest first, with filters, and the result of the last check of its chain."""
    return _render(200)


@blueprint.post("/audit/download")
@requires(Permission.READ_AUDIT_LOG)
@limit_downloads
def audit_download(lang: str) -> Response:
    """Download the events that the filters in the URL select, and record the download."""
    form, kind = AuditFilterForm(request.args), request.form.get("do", "")
    if kind not in ("xlsx", "csv"):
        raise NotFound("kind of file")
    try:
        with write() as open_session:
            shown = form.read(load_names(open_session))
            table = export_events(open_session, shown, kind, by=actor(), at=clocks.now())
    except Invalid:
        return _render(422)
    security_log.log_event("audit.exported")
    return download_response(table, kind)


def _render(status: int) -> Response:
    names = load_names(session())
    form = AuditFilterForm(request.args)
    form.fill_choices(names)
    query = form.query
    page = EventPage((), newer=False, older=False)
    try:
        before, after = _position("before"), _position("after")
        page = event_page(session(), form.read(names), names, before=before, after=after)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        status = 422
    verdict, backup = last_verdict(session()), last_backup(session())
    shown = render_template(
        "admin/audit.html",
        filters=form,
        entries=_entries(page.events),
        about=_about(page, form),
        is_filtered=bool(query),
        pages=_page_urls(page, query),
        download_url=url_for("admin.audit_download", lang=i18n.current_language(), **query),
        export_limit=f"{EXPORT_LIMIT:,}".replace(",", _THOUSANDS[i18n.current_language()]),
        head=chain_head(session()),
        verdict=verdict,
        checked_ago=_ago(verdict.at) if verdict is not None else "",
        backup=backup,
        backup_ago=_ago(backup) if backup is not None else "",
    )
    return make_response(shown, status)


def _ago(at: datetime) -> str:
    days = (clocks.today() - local_day(at)).days
    return str(ngettext("%(num)s day ago", "%(num)s days ago", days) if days > 0 else _("today"))


def _position(name: str) -> int | None:
    """Return the id of the event from which a page of the list continues, or None if the URL has none.

    Raises ``NotFound`` if it is not a number.
    """
    text = request.args.get(name)
    if text is None:
        return None
    number = parse_number(text)
    if number is None:
        raise NotFound(f"{name} {text}")
    return number


def _page_urls(page: EventPage, query: dict[str, Any]) -> dict[str, str]:
    """Return the URLs of the newest, newer and older events. Those without events are left out."""
    lang, urls = i18n.current_language(), {}
    if page.newer:
        urls["newest"] = url_for("admin.audit_page", lang=lang, **query)
    if page.newer and page.events:
        urls["newer"] = url_for("admin.audit_page", lang=lang, **query, after=page.events[0].id)
    if page.older and page.events:
        urls["older"] = url_for("admin.audit_page", lang=lang, **query, before=page.events[-1].id)
    return urls


def _about(page: EventPage, form: AuditFilterForm) -> str:
    """Return the name of the item whose events are listed, or "" if the list is not about a single item."""
    return plain(page.events[0].place.label) if form.about.data and page.events else ""


def _entries(events: tuple[EventInWords, ...]) -> list[AuditEntry]:
    return [AuditEntry(event, _url(event.place)) for event in events]


def _url(place: Place) -> str:
    """Return the URL of the page of the item that an event is about, or "" if there is none."""
    endpoint, values = _page_of(place)
    return url_for(endpoint, lang=i18n.current_language(), **values) if endpoint and place.exists else ""


def _page_of(place: Place) -> tuple[str, dict[str, Any]]:
    match place.kind:
        case "person":
            return "admin.person_page", {"id": place.id}
        case "jurisdiction":
            return "admin.jurisdiction_page", {"code": place.code}
        case "plan":
            return "plan.page", {"year": place.year}
        case "plan-draft":
            return "admin.plan_editor", {"year": place.year}
        case "priority" | "assignment":
            return "plan.priority_page", {"year": place.year, "number": place.number}
        case "activity" | "report" | "contribution" | "comment":
            return "activities.page", {"year": place.year, "code": place.code}
        case "period":
            return "quarters.quarter_page", {"year": place.year, "key": place.code}
        case "briefing":
            return "briefings.page", {"id": place.id}
        case "milestone" | "challenge":
            return f"news.{place.kind}_page", {"id": place.id}
        case "letter":
            return "admin.message_page", {"id": place.id}
    return _SINGLE_PAGES.get(place.kind, ""), {}


_SINGLE_PAGES = {
    "accounts": "admin.people_list",
    "settings": "admin.settings_page",
    "outbox": "admin.outbox_page",
    "translation-order": "news.translation_list",
}
