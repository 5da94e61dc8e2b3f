"""Saving what a preview shows, and undoing it. Each runs in one transaction, and only once."""

from __future__ import annotations

from dataclasses import replace

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.imports.previews import Problem
from cogwg.imports.queries import UploadHead, stored_preview, upload_head
from cogwg.imports.rules import Claim, UploadKind
from cogwg.policy import Permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.workbook import blueprint
from cogwg.web.workbook.emails import queue_receipt, queue_submitted
from cogwg.web.workbook.forms import REASON_MISSING, ApplyForm, posted_answers
from cogwg.web.workbook.preview_page import problem_view, render_preview
from cogwg.web.workbook.receipt_page import render_receipt
from cogwg.web.workbook.uploader import current_uploader
from cogwg.web.workbook.uploading import compare_again
from cogwg.workbook.previewing import Answers, acceptable_codes, missing_choices
from cogwg.workbook.services import NotClaimed, RowsRefused, apply_reports, undo_reports


@blueprint.post("/workbook/uploads/<int:id>/save")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def upload_apply(lang: str, id: int) -> Response:
    """Save the rows of an uploaded workbook, all or none, and redirect to the receipt."""
    person, now, form = current_user(), clocks.real_now(), ApplyForm()
    page = url_for("workbook.upload_page", lang=lang, id=id)
    head = upload_head(session(), id, person.person_id)
    if head.kind is not UploadKind.REPORTS:
        raise NotFound(f"reports of upload {id}")
    if not head.is_open(now):
        return redirect_to_outcome(page)
    stored = stored_preview(session(), id, person.person_id, now)
    head, uploader = stored.head, current_uploader()
    answers = posted_answers(stored.preview, acceptable_codes(stored.payload) if uploader.may_accept else ())
    if form.posted_revision != head.revision:
        return render_preview(stored, status=409, is_outdated=True)
    missing, problems = missing_choices(stored.preview, stored.payload, answers), _problems(answers)
    if missing or problems:
        return render_preview(stored, answers=answers, missing=missing, problems=problems, status=422)
    try:
        with write() as open_session:
            applied = apply_reports(
                open_session,
                head,
                stored,
                answers,
                uploader,
                revision=form.posted_revision,
                at=clocks.now(),
                now=now,
            )
            queue_receipt(open_session, head, applied, person)
    except NotClaimed as refusal:
        if refusal.claim is Claim.OUTDATED:
            return render_preview(stored, answers=answers, status=409, is_outdated=True)
        return redirect_to_outcome(page)
    except RowsRefused as refusal:
        sentences = [_refused_sentence(problem) for problem in refusal.problems]
        return render_preview(stored, answers=answers, problems=sentences, status=422)
    except (Conflict, Forbidden):
        return _check_again(head, answers)
    except Invalid as refusal:
        sentences = [i18n.translate_message(message) for _field, message in refusal.problems]
        return render_preview(stored, answers=answers, problems=sentences, status=422)
    return redirect_to_outcome(page)


@blueprint.post("/workbook/uploads/<int:id>/undo")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def upload_undo(lang: str, id: int) -> Response:
    """Restore the reports as they were before a workbook was saved, except those that have changed since."""
    ButtonForm()
    person = current_user()
    head = upload_head(session(), id, person.person_id)
    if head.applied_at is None or head.kind is not UploadKind.REPORTS:
        raise NotFound(f"saved upload {id}")
    try:
        with write() as open_session:
            undone = undo_reports(open_session, head, current_uploader(), at=clocks.now())
            if undone is not None:
                by = Actor("person", person.person_id, head.behalf_of)
                queue_submitted(open_session, undone.stored, undone.submitted, f"undone-{id}", by, person)
    except (Invalid, Forbidden) as refusal:
        messages = refusal.problems if isinstance(refusal, Invalid) else ()
        sentences = tuple(i18n.translate_message(message) for _field, message in messages)
        return render_receipt(head, problems=sentences or (_("You can no longer report on these activities."),), status=422)
    return redirect_to_outcome(url_for("workbook.upload_page", lang=lang, id=id))


def _problems(answers: Answers) -> list[str]:
    without_reason = [code for code, reason in answers.accepted.items() if not reason]
    return [f"{code}: {i18n.translate_message(REASON_MISSING)}" for code in without_reason]


def _refused_sentence(problem: Problem) -> str:
    """Return a sentence with a problem, its report and its cells."""
    view = problem_view(problem)
    return ", ".join((view.where, *(cell.address for cell in view.cells))) + f" · {view.sentence}"


def _check_again(head: UploadHead, answers: Answers) -> Response:
    """Compare the file with what is stored now, because it changed since the preview, and show the difference (409)."""
    stored = compare_again(head)
    if stored is None:
        return render_receipt(upload_head(session(), head.id, head.person_id))
    return render_preview(
        stored, answers=replace(answers, removals=frozenset(), left_out=frozenset()), status=409, is_outdated=True
    )
