"""The pages of an uploaded plan: what it would change in a draft, saving it, and undoing that."""

from __future__ import annotations

from collections.abc import Sequence

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.imports.queries import StoredPreview, UploadHead, stored_preview, upload_content, upload_head
from cogwg.imports.rules import Claim, UploadKind
from cogwg.imports.services import UploadedFile
from cogwg.policy import Permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.uploads import keep_again
from cogwg.web.workbook import blueprint
from cogwg.web.workbook.forms import ApplyForm
from cogwg.web.workbook.preview_page import plan_changes, problem_view
from cogwg.web.workbook.uploading import check_workbook
from cogwg.workbook.plan_services import apply_plan, can_be_saved, undo_plan
from cogwg.workbook.services import NotClaimed


def render_plan_preview(
    stored: StoredPreview, *, problems: Sequence[str] = (), status: int = 200, is_outdated: bool = False
) -> Response:
    """Render what an uploaded plan would change. ``problems`` say why nothing was saved."""
    head, preview = stored.head, stored.preview
    page = render_template(
        "workbook/plan_preview.html",
        upload=head,
        form=ApplyForm(formdata=None, data={"revision": str(head.revision)}),
        errors=[problem_view(problem) for problem in preview.errors],
        notes=[problem_view(problem) for problem in preview.questions],
        rows=plan_changes(preview),
        change_count=len(preview.changes),
        kept=sorted({conflict.subject for conflict in preview.conflicts}),
        unchanged=preview.unchanged,
        left_out=preview.left_out,
        can_save=can_be_saved(stored.payload),
        is_new=not stored.payload["version"],
        problems=problems,
        is_outdated=is_outdated,
        apply_url=url_for("workbook.plan_apply", lang=i18n.current_language().value, id=head.id),
    )
    return make_response(page, status)


def render_plan_receipt(head: UploadHead, *, problems: Sequence[str] = (), status: int = 200) -> Response:
    """Render the receipt of an uploaded plan. ``problems`` say why it was not undone."""
    outcome = head.outcome or {}
    page = render_template(
        "workbook/plan_receipt.html",
        upload=head,
        year=outcome["year"],
        changes=outcome["changes"],
        problems=problems,
        undo_url=url_for("workbook.plan_undo", lang=i18n.current_language().value, id=head.id),
    )
    return make_response(page, status)


@blueprint.post("/workbook/uploads/<int:id>/save-plan")
@requires(Permission.EDIT_PLAN)
def plan_apply(lang: str, id: int) -> Response:
    """Save an uploaded plan as the draft of its year."""
    head, now, form = _own_plan(id), clocks.real_now(), ApplyForm()
    page = url_for("workbook.upload_page", lang=lang, id=id)
    if not head.is_open(now):
        return redirect_to_outcome(page)
    stored = stored_preview(session(), id, head.person_id, now)
    by = Actor("person", head.person_id)
    try:
        with write() as open_session:
            apply_plan(open_session, head, stored, revision=form.posted_revision, by=by, at=clocks.now(), now=now)
    except NotClaimed as refusal:
        if refusal.claim is Claim.OUTDATED:
            return render_plan_preview(stored, status=409, is_outdated=True)
    except Conflict:
        return _check_again(head)
    except Invalid as refusal:
        return render_plan_preview(stored, problems=_sentences(refusal), status=422)
    return redirect_to_outcome(page)


@blueprint.post("/workbook/uploads/<int:id>/undo-plan")
@requires(Permission.EDIT_PLAN)
def plan_undo(lang: str, id: int) -> Response:
    """Restore the draft as it was before a plan was uploaded, unless it has changed since."""
    ButtonForm()
    head = _own_plan(id)
    if head.applied_at is None:
        raise NotFound(f"saved upload {id}")
    try:
        with write() as open_session:
            undo_plan(open_session, head, by=Actor("person", head.person_id), at=clocks.now())
    except (Conflict, NotFound):
        sentence = _("This upload cannot be undone, because someone has since changed, adopted or deleted the draft.")
        return render_plan_receipt(head, problems=[sentence], status=409)
    except Invalid as refusal:
        return render_plan_receipt(head, problems=_sentences(refusal), status=422)
    return redirect_to_outcome(url_for("workbook.upload_page", lang=lang, id=id))


def _own_plan(id_: int) -> UploadHead:
    head = upload_head(session(), id_, current_user().person_id)
    if head.kind is not UploadKind.PLAN:
        raise NotFound(f"plan of upload {id_}")
    return head


def _sentences(refusal: Invalid) -> list[str]:
    return [i18n.translate_message(message) for _field, message in refusal.problems]


def _check_again(head: UploadHead) -> Response:
    """Compare the file with the draft as it is now, because it changed since the preview, and show the difference (409)."""
    content = upload_content(session(), head.id, head.person_id, clocks.real_now())
    checked = check_workbook(UploadedFile(head.kind, head.file_name, content))
    return render_plan_preview(keep_again(head, checked.preview, checked.payload), status=409, is_outdated=True)
