"""The page to upload a file of commitments, and the page of each upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from cogwg.core.errors import NotFound
from cogwg.imports.previews import Preview
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_head, uploads_of
from cogwg.imports.rules import MIB, UploadKind, UploadVerdict
from cogwg.imports.services import UploadedFile
from cogwg.ogp.importing.csv_files import FILE_LIMIT
from cogwg.ogp.importing.federal_files import REQUIRED_COLUMNS
from cogwg.ogp.scales import CommitmentState
from cogwg.policy import Permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.uploads import RETRY_SECONDS, row_problem
from cogwg.web.ogp.importing import blueprint
from cogwg.web.ogp.importing.forms import ImportForm, SaveImportForm
from cogwg.web.ogp.importing.receiving import receive

SHOWN_CHANGES, SHOWN_PROBLEMS = 200, 200
"""The maximum numbers of changes and of problems that a page lists; a federal file can have a thousand."""


@dataclass(frozen=True, slots=True)
class ImportedChangeView:
    """A change to a commitment, in words."""

    label: str
    row: str
    before: str
    after: str
    lang: str


@dataclass(frozen=True, slots=True)
class ImportedCommitmentView:
    """A commitment that changes, or is new."""

    identifier: str
    changes: tuple[ImportedChangeView, ...]


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.RECORD_COMMITMENTS)
def index(lang: str) -> Response:
    """Describe what can be imported, and show earlier imports. On POST, read a file and redirect to what it would change."""
    form = ImportForm()
    if request.method == "GET":
        return render_index(form, 200)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _render_refused(form, _("Choose the file to import."), 422)
    data = sent.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        return _render_refused(form, _too_large(), 413)
    id_ = receive(UploadedFile(UploadKind.COMMITMENTS, sent.filename, data))
    if id_ is None:
        sentence = _("Other files are being read. Wait %(seconds)s seconds, then upload yours again.", seconds=RETRY_SECONDS)
        response = _render_refused(form, sentence, 429)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        return response
    response = make_response("", 303)
    response.location = url_for("commitment_imports.upload_page", lang=lang, id=id_)
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def handle_too_large(_error: RequestEntityTooLarge) -> Response:
    """Answer a file that is too large with the page to choose another. The form is not read again."""
    return _render_refused(ImportForm(formdata=None), _too_large(), 413)


@blueprint.get("/<int:id>")
@requires(Permission.RECORD_COMMITMENTS)
def upload_page(lang: str, id: int) -> Response:
    """Show an import: what it would change, what it changed, or why the file was not read."""
    head, now = own_commitments(id), clocks.real_now()
    if head.applied_at is not None:
        return render_receipt(head)
    if head.is_open(now):
        return render_preview(stored_preview(session(), id, head.person_id, now))
    reason = i18n.translate_message(head.reason) if head.reason is not None else ""
    form = ImportForm(formdata=None)
    page = render_template("ogp/import_not_read.html", upload=head, verdicts=UploadVerdict, reason=reason, form=form)
    return make_response(page)


def own_commitments(id_: int) -> UploadHead:
    """Return an import that the signed-in person made.

    Raises ``NotFound`` if there is none, or if the upload is of another kind.
    """
    head = upload_head(session(), id_, current_user().person_id)
    if head.kind is not UploadKind.COMMITMENTS:
        raise NotFound(f"import {id_}")
    return head


def render_index(form: ImportForm, status: int) -> Response:
    """Render the page to upload a file of commitments."""
    page = render_template(
        "ogp/import.html",
        form=form,
        uploads=uploads_of(session(), current_user().person_id, (UploadKind.COMMITMENTS,)),
        verdicts=UploadVerdict,
        now=clocks.real_now(),
        size_limit=FILE_LIMIT // MIB,
        federal_columns=REQUIRED_COLUMNS,
    )
    return make_response(page, status)


def render_preview(
    stored: StoredPreview, *, problems: Sequence[str] = (), status: int = 200, is_outdated: bool = False
) -> Response:
    """Render what a file would change. ``problems`` say why nothing was saved."""
    head, preview = stored.head, stored.preview
    wrong = [row_problem(each) for each in preview.errors]
    page = render_template(
        "ogp/import_preview.html",
        upload=head,
        form=SaveImportForm(formdata=None, data={"revision": str(head.revision)}),
        wrong=wrong[:SHOWN_PROBLEMS],
        wrong_count=len(wrong),
        commitments=_commitments(preview),
        change_count=len(preview.changes),
        shown_count=min(len(preview.changes), SHOWN_CHANGES),
        new=stored.payload.get("new", 0),
        changed=stored.payload.get("changed", 0),
        unchanged=preview.unchanged,
        left_out=preview.left_out,
        problems=problems,
        is_outdated=is_outdated,
    )
    return make_response(page, status)


def render_receipt(head: UploadHead, *, problems: Sequence[str] = (), status: int = 200) -> Response:
    """Render what an import saved. ``problems`` say why it was not undone."""
    outcome, undone = head.outcome or {}, head.undone or {}
    page = render_template(
        "ogp/import_receipt.html",
        upload=head,
        added=outcome.get("added", []),
        changed=outcome.get("changed", []),
        kept=undone.get("kept", []),
        problems=problems,
    )
    return make_response(page, status)


def _render_refused(form: ImportForm, sentence: str, status: int) -> Response:
    form.file.errors = [*form.file.errors, sentence]
    return render_index(form, status)


def _too_large() -> str:
    return _("This file is too large. A file of commitments can have up to %(limit)s MB.", limit=FILE_LIMIT // MIB)


def _commitments(preview: Preview) -> list[ImportedCommitmentView]:
    by_identifier: dict[str, list[ImportedChangeView]] = {}
    for change in preview.changes[:SHOWN_CHANGES]:
        lang = change.field[-2:] if change.field.endswith(("_en", "_fr")) else ""
        before, after = (_value(change.field, text) for text in (change.before, change.after))
        view = ImportedChangeView(_label(change.field), change.cell.address, before, after, lang)
        by_identifier.setdefault(change.subject, []).append(view)
    return [ImportedCommitmentView(identifier, tuple(changes)) for identifier, changes in by_identifier.items()]


def _label(field: str) -> str:
    labels = {
        "title_en": _("Title (English)"),
        "title_fr": _("Title (French)"),
        "text_en": _("Text (English)"),
        "text_fr": _("Text (French)"),
        "lead_en": _("Lead institution (English)"),
        "lead_fr": _("Lead institution (French)"),
        "support": _("Supporting institutions"),
        "areas": _("Policy areas"),
        "number": _("Number in the plan"),
        "starred": _("Starred"),
        "state": _("State"),
        "follows": _("Continues"),
        "milestone": _("Milestone"),
    }
    if field in labels:
        return str(labels[field])
    code, _space, part = field.partition(" ")
    parts = {"text": _("Indicator %(code)s", code=code), "deadline": _("Deadline of %(code)s", code=code)}
    parts["lead"] = _("Lead institution of %(code)s", code=code)
    return str(parts.get(part) or _("%(code)s, reported for %(period)s", code=code, period=part))


def _value(field: str, text: str) -> str:
    if field == "starred":
        return str({"yes": _("yes"), "no": _("no")}.get(text, text))
    if field == "state" and text:
        return CommitmentState(text).label.text(i18n.current_language())
    return text
