"""The page to download and upload workbooks, and the page of each upload."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from cogwg.accounts.models import Jurisdiction
from cogwg.accounts.queries import jurisdictions
from cogwg.core.calendar import local_day
from cogwg.core.errors import Invalid, NotFound
from cogwg.imports.queries import StoredPreview, stored_preview, upload_head, uploads_of
from cogwg.imports.rules import MIB, SIZE_LIMIT, UploadKind, UploadVerdict
from cogwg.imports.services import UploadedFile
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import most_urgent_period, periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.uploads import RETRY_SECONDS
from cogwg.web.workbook import blueprint
from cogwg.web.workbook.federal_pages import render_too_large
from cogwg.web.workbook.forms import UploadForm
from cogwg.web.workbook.plan_pages import render_plan_preview, render_plan_receipt
from cogwg.web.workbook.preview_page import render_preview
from cogwg.web.workbook.receipt_page import render_receipt
from cogwg.web.workbook.uploader import current_uploader
from cogwg.web.workbook.uploading import compare_again, receive
from cogwg.workbook.previewing import is_outdated, previewed_reports


@blueprint.route("/workbook", methods=["GET", "POST"])
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def index(lang: str) -> Response:
    """Offer workbooks to download and show earlier uploads. On POST, read a workbook and redirect to what it would change."""
    form = UploadForm()
    if request.method == "GET":
        return render_index(form, 200)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _render_refused(form, _("Choose the workbook that you filled in."), 422)
    data = sent.read(SIZE_LIMIT + 1)
    if len(data) > SIZE_LIMIT:
        return _render_refused(form, too_large_sentence(), 413)
    id_ = receive(UploadedFile(UploadKind.REPORTS, sent.filename, data))
    if id_ is None:
        sentence = _(
            "Other workbooks are being read. Wait %(seconds)s seconds, then upload yours again.", seconds=RETRY_SECONDS
        )
        response = _render_refused(form, sentence, 429)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    response = make_response("", 303)
    response.location = url_for("workbook.upload_page", lang=lang, id=id_)
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def handle_too_large(_error: RequestEntityTooLarge) -> Response:
    """Answer a file that is too large with the page to choose another. The form is not read again."""
    if request.endpoint == "workbook.federal_template":
        return render_too_large()
    return _render_refused(UploadForm(formdata=None), too_large_sentence(), 413)


@blueprint.get("/workbook/uploads/<int:id>")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def upload_page(lang: str, id: int) -> Response:
    """Show an upload: what it would change, what it changed, or why it was not read."""
    person_id, now = current_user().person_id, clocks.real_now()
    head = upload_head(session(), id, person_id)
    if head.kind is UploadKind.COMMITMENTS:
        raise NotFound(f"workbook of upload {id}")
    is_plan = head.kind is UploadKind.PLAN
    if head.applied_at is not None:
        return render_plan_receipt(head) if is_plan else render_receipt(head)
    if head.is_open(now) and is_plan:
        return render_plan_preview(stored_preview(session(), id, person_id, now))
    if head.is_open(now):
        try:
            return _render_current_preview(stored_preview(session(), id, person_id, now))
        except (Invalid, NotFound):
            pass  # the person lost the roles that the file needs, or the preview expired meanwhile
    reason = i18n.translate_message(head.reason) if head.reason is not None else ""
    page = render_template(
        "workbook/not_read.html", upload=head, verdicts=UploadVerdict, reason=reason, form=UploadForm(formdata=None)
    )
    return make_response(page)


def render_index(form: UploadForm, status: int) -> Response:
    """Render the page to download and upload workbooks."""
    person, now = current_user(), clocks.now()
    on_behalf = has_permission(person.roles, Permission.REPORT_ON_BEHALF)
    ids = None if on_behalf else person.lead_jurisdiction_ids
    quarters = periods_with_missing_counts(session(), now, local_day(now), jurisdiction_ids=ids)
    shown = most_urgent_period(quarters, ids or ())
    page = render_template(
        "workbook/index.html",
        form=form,
        quarters=[quarter.period for quarter in quarters if quarter.period.takes_reports_from(ids or ())],
        chosen=shown.key if shown is not None else "",
        jurisdictions=_reporting_jurisdictions(shown) if on_behalf and shown is not None else (),
        uploads=uploads_of(session(), person.person_id, (UploadKind.REPORTS, UploadKind.PLAN)),
        verdicts=UploadVerdict,
        now=clocks.real_now(),
        size_limit=SIZE_LIMIT // MIB,
    )
    return make_response(page, status)


def _render_current_preview(stored: StoredPreview) -> Response:
    """Render the preview of reports, compared again if one of them was saved since."""
    reports = previewed_reports(session(), stored.payload, current_uploader(), now=clocks.now())
    if not is_outdated(stored.payload, reports):
        return render_preview(stored)
    again = compare_again(stored.head)
    if again is None:
        return render_receipt(upload_head(session(), stored.head.id, stored.head.person_id))
    return render_preview(again, is_compared_again=True)


def too_large_sentence() -> str:
    """Return what to do with a file that is too large."""
    return _(
        "This file is too large. The limit is %(limit)s MB. Remove the pictures and sheets that you added.",
        limit=SIZE_LIMIT // MIB,
    )


def _reporting_jurisdictions(period: PeriodFacts) -> tuple[Jurisdiction, ...]:
    reporting = plan_facts(session(), period.year, with_activities=False).reporting_jurisdictions
    return tuple(each for each in jurisdictions(session(), i18n.current_language().value) if each.id in reporting)


def _render_refused(form: UploadForm, sentence: str, status: int) -> Response:
    form.file.errors = [*form.file.errors, sentence]
    return render_index(form, status)
