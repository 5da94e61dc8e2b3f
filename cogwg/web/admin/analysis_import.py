"""The pages to import comments from a file: upload it, see what it would add, save the comments, and undo the import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.engagement.importing.reading import COLUMNS, REQUIRED_COLUMNS
from cogwg.engagement.importing.services import CommentsNotClaimed, apply_comments, undo_comments
from cogwg.engagement.models import EngagementCycle
from cogwg.engagement.scales import Channel
from cogwg.imports.previews import Preview
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_head, uploads_of
from cogwg.imports.rules import MIB, Claim, UploadKind, UploadVerdict
from cogwg.imports.services import UploadedFile
from cogwg.ogp.importing.csv_files import FILE_LIMIT
from cogwg.policy import Permission
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.web.admin import blueprint
from cogwg.web.admin.analysis_forms import ImportCommentsForm, SaveCommentsForm
from cogwg.web.admin.analysis_parts import analysed_cycle
from cogwg.web.admin.analysis_receiving import check_again, receive
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.uploads import RETRY_SECONDS, keep_again, row_problem

SHOWN_CHANGES, SHOWN_PROBLEMS = 200, 200
"""The maximum numbers of comments and of problems that a page lists."""
REQUEST_LIMIT = FILE_LIMIT + 64 * 1024
"""The maximum size of a request with a file, in bytes: the file, and the other fields of its form."""


@dataclass(frozen=True, slots=True)
class CommentRowView:
    """A comment that a file would add, in words."""

    row: str
    phase: Bilingual
    channel: Bilingual
    lang: str
    event: str
    text: str


@blueprint.url_value_preprocessor
def allow_comment_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow larger requests for files than for forms. This runs before anything reads the form."""
    if endpoint == "admin.analysis_import":
        request.max_content_length = REQUEST_LIMIT


@blueprint.route("/engagement/<cycle>/import", methods=["GET", "POST"])
@requires(Permission.ANALYSE_COMMENTS)
def analysis_import(lang: str, cycle: str) -> Response:
    """Describe what can be imported, and show earlier imports. On POST, read a file and redirect to what it would add."""
    own = analysed_cycle(cycle)
    try:
        form = ImportCommentsForm()
        sent = request.files.get("file")
    except RequestEntityTooLarge:
        return _refused(own, ImportCommentsForm(formdata=None), _too_large(), 413)
    if request.method == "GET":
        return render_index(own, form, 200)
    if sent is None or not sent.filename:
        return _refused(own, form, _("Choose the file to import."), 422)
    data = sent.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        return _refused(own, form, _too_large(), 413)
    id_ = receive(UploadedFile(UploadKind.COMMENTS, sent.filename, data, own.key))
    if id_ is None:
        sentence = _("Other files are being read. Wait %(seconds)s seconds, then upload yours again.", seconds=RETRY_SECONDS)
        response = _refused(own, form, sentence, 429)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    response = make_response("", 303)
    response.location = url_for("admin.analysis_upload", lang=lang, cycle=cycle, id=id_)
    return response


@blueprint.get("/engagement/<cycle>/import/<int:id>")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_upload(lang: str, cycle: str, id: int) -> Response:
    """Show an import: what it would add, what it added, or why the file was not read."""
    own, head, now = analysed_cycle(cycle), own_comments(cycle, id), clocks.real_now()
    if head.applied_at is not None:
        return render_receipt(own, head)
    if head.is_open(now):
        return render_preview(own, stored_preview(session(), id, head.person_id, now))
    reason = i18n.translate_message(head.reason) if head.reason is not None else ""
    form = ImportCommentsForm(formdata=None)
    page = render_template(
        "admin/analysis/import_not_read.html", cycle=own, upload=head, verdicts=UploadVerdict, reason=reason, form=form
    )
    return make_response(page)


@blueprint.post("/engagement/<cycle>/import/<int:id>/save")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_upload_save(lang: str, cycle: str, id: int) -> Response:
    """Save the comments of a file, all or none, and redirect to the receipt."""
    own, head, now, form = analysed_cycle(cycle), own_comments(cycle, id), clocks.real_now(), SaveCommentsForm()
    page = url_for("admin.analysis_upload", lang=lang, cycle=cycle, id=id)
    if not head.is_open(now):
        return redirect_to_outcome(page)
    stored = stored_preview(session(), id, head.person_id, now)
    checked, by = check_again(head), Actor("person", head.person_id)
    if dict(stored.payload) != checked.payload:
        return render_preview(own, keep_again(head, checked.preview, checked.payload), status=409, is_outdated=True)
    given: dict[str, Any] = {"revision": form.posted_revision, "by": by, "at": clocks.now(), "now": now}
    try:
        with write() as open_session:
            ids = apply_comments(open_session, own, head, checked, publish=form.publish.data == "yes", **given)
            copy_comments(open_session, ids)
    except CommentsNotClaimed as refusal:
        if refusal.claim is Claim.OUTDATED:
            return render_preview(own, stored, status=409, is_outdated=True)
    return redirect_to_outcome(page)


@blueprint.post("/engagement/<cycle>/import/<int:id>/undo")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_upload_undo(lang: str, cycle: str, id: int) -> Response:
    """Remove the comments that a file added, except those on which people have worked since."""
    ButtonForm()
    analysed_cycle(cycle)
    head = own_comments(cycle, id)
    if head.applied_at is None:
        raise NotFound(f"saved import {id}")
    with write() as open_session:
        removed = undo_comments(open_session, head, by=Actor("person", head.person_id), at=clocks.now())
        copy_comments(open_session, removed or [])
    return redirect_to_outcome(url_for("admin.analysis_upload", lang=lang, cycle=cycle, id=id))


def own_comments(cycle: str, id_: int) -> UploadHead:
    """Return an import that the signed-in person made into a cycle.

    Raises ``NotFound`` if there is none, or if the upload is of another kind or for another cycle.
    """
    head = upload_head(session(), id_, current_user().person_id)
    if head.kind is not UploadKind.COMMENTS or head.scope != cycle:
        raise NotFound(f"import {id_}")
    return head


def render_index(own: EngagementCycle, form: ImportCommentsForm, status: int) -> Response:
    """Render the page to upload a file of comments."""
    uploads = uploads_of(session(), current_user().person_id, (UploadKind.COMMENTS,))
    page = render_template(
        "admin/analysis/import.html",
        cycle=own,
        form=form,
        uploads=[each for each in uploads if each.scope == own.key],
        verdicts=UploadVerdict,
        now=clocks.real_now(),
        size_limit=FILE_LIMIT // MIB,
        required=REQUIRED_COLUMNS,
        optional=[each for each in COLUMNS if each not in REQUIRED_COLUMNS],
        channels=[(each.value, each.label) for each in Channel],
    )
    return make_response(page, status)


def render_preview(own: EngagementCycle, stored: StoredPreview, *, status: int = 200, is_outdated: bool = False) -> Response:
    """Render what a file would add."""
    head, preview = stored.head, stored.preview
    form = SaveCommentsForm(formdata=None, data={"revision": str(head.revision), "publish": "no"})
    form.offer()
    problems = [row_problem(each) for each in preview.errors]
    page = render_template(
        "admin/analysis/import_preview.html",
        cycle=own,
        upload=head,
        form=form,
        wrong=problems[:SHOWN_PROBLEMS],
        wrong_count=len(problems),
        rows=_rows(own, preview),
        new=stored.payload.get("new", 0),
        unchanged=preview.unchanged,
        left_out=preview.left_out,
        is_outdated=is_outdated,
    )
    return make_response(page, status)


def render_receipt(own: EngagementCycle, head: UploadHead) -> Response:
    """Render what an import saved."""
    outcome, undone = head.outcome or {}, head.undone or {}
    page = render_template(
        "admin/analysis/import_receipt.html",
        cycle=own,
        upload=head,
        added=outcome.get("added", 0),
        published=outcome.get("published", False),
        kept=undone.get("kept", 0),
    )
    return make_response(page)


def _refused(own: EngagementCycle, form: ImportCommentsForm, sentence: str, status: int) -> Response:
    form.file.errors = [*form.file.errors, sentence]
    return render_index(own, form, status)


def _too_large() -> str:
    return str(_("This file is too large. A file of comments can have up to %(limit)s MB.", limit=FILE_LIMIT // MIB))


def _rows(own: EngagementCycle, preview: Preview) -> Sequence[CommentRowView]:
    phases = {phase.key: phase.title for phase in own.phases}
    rows = []
    for change in preview.changes[:SHOWN_CHANGES]:
        channel, _space, lang = change.field.partition(" ")
        phase = phases.get(change.subject, Bilingual(change.subject, change.subject))
        rows.append(CommentRowView(change.cell.address, phase, Channel(channel).label, lang, change.before, change.after))
    return rows
