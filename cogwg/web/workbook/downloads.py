"""Downloads: the workbook of a quarter's reports, and a copy of an uploaded workbook with its problems marked."""

from __future__ import annotations

from flask import Response, make_response, request

from cogwg.accounts.queries import jurisdiction, jurisdictions
from cogwg.core.calendar import local_day
from cogwg.core.errors import Forbidden, Invalid, NotFound
from cogwg.core.tables import WRITERS
from cogwg.imports.queries import stored_preview, upload_content, upload_head
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.http.slots import released_slot
from cogwg.web.workbook import blueprint
from cogwg.web.workbook.uploader import current_uploader
from cogwg.workbook.annotated import write_annotated
from cogwg.workbook.books import GuideFacts
from cogwg.workbook.plan_queries import plan_book
from cogwg.workbook.plan_writer import write_plan
from cogwg.workbook.previewing import previewed_reports
from cogwg.workbook.queries import load_reports, reports_book
from cogwg.workbook.reader import read_reports
from cogwg.workbook.writer import write_reports

_PREFIX = {"en": "reports", "fr": "rapports"}
_MARKED = {"en": "marked", "fr": "marqué"}


@blueprint.get("/workbook/reports.xlsx")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
@limit_downloads
def reports_file(lang: str) -> Response:
    """Return the workbook of a quarter: a lead's own reports, or those of one jurisdiction or of all for a co-chair."""
    person, key, code = current_user(), request.args.get("period", ""), request.args.get("for", "")
    codes: list[tuple[int, str]] = []
    if code and has_permission(person.roles, Permission.REPORT_ON_BEHALF):
        codes = [(jurisdiction(session(), code).id, code)]
    elif code:
        raise Forbidden
    elif not has_permission(person.roles, Permission.REPORT_ON_BEHALF):
        codes = [(m.jurisdiction_id, m.code) for m in person.lead_memberships if m.jurisdiction_id is not None]
    uploader = current_uploader(tuple(each for _id, each in codes))
    stored = load_reports(session(), plan_year_of(key), key, now=clocks.now(), reports_for=uploader.reports_for)
    book = reports_book(stored, codes, i18n.current_language(), clocks.now(), mail_context()["site"])
    session().rollback()
    with released_slot():
        data = write_reports(book)
    own = "-".join(each for _id, each in codes)
    return _file_response(data, "-".join(filter(None, (_PREFIX[lang], own, key))))


@blueprint.get("/workbook/plan-<int:year>.xlsx")
@requires(Permission.MANAGE_PLAN)
@limit_downloads
def plan_file(lang: str, year: int) -> Response:
    """Return the workbook of a whole plan: the draft of the year or, without one, the adopted plan."""
    book = plan_book(session(), year, i18n.current_language(), clocks.now())
    session().rollback()
    with released_slot():
        data = write_plan(book)
    return _file_response(data, f"plan-{year}")


@blueprint.get("/workbook/uploads/<int:id>/marked.xlsx")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
@limit_downloads
def marked_file(lang: str, id: int) -> Response:
    """Return a copy of a workbook that this person uploaded, with the cells of its problems marked."""
    person_id, now = current_user().person_id, clocks.real_now()
    head = upload_head(session(), id, person_id)
    stored, content = stored_preview(session(), id, person_id, now), upload_content(session(), id, person_id, now)
    try:
        due_at = previewed_reports(session(), stored.payload, current_uploader(), now=clocks.now()).period.due_at
        names = {each.code: each.name for each in jurisdictions(session(), "en")}
        session().rollback()
        with released_slot():
            read = read_reports(content)
            own = tuple(names[code] for code in read.jurisdictions if code in names)
            data = write_annotated(read, stored.preview, GuideFacts(own, due_at, mail_context()["site"]))
    except Invalid:
        raise NotFound(f"file of upload {id}") from None
    return _file_response(data, f"{head.file_name.removesuffix('.xlsx') or local_day(head.uploaded_at)}-{_MARKED[lang]}")


def plan_year_of(key: str) -> int:
    """Return the year of the plan that a quarter belongs to. Raises ``NotFound`` if it is not a quarter."""
    year, month = key[:4], key[4:]
    if not year.isascii() or not year.isdecimal() or month not in ("-03", "-06", "-09", "-12"):
        raise NotFound(f"period {key}")
    return int(year)


def _file_response(data: bytes, name: str) -> Response:
    response = make_response(data)
    response.mimetype = WRITERS["xlsx"][1]
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return response
