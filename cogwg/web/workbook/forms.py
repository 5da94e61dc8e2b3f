"""The forms of the workbook: a file to upload, and the answers that are posted from a preview."""

from __future__ import annotations

from flask import request
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, SelectField

from cogwg.core.bilingual import clean_line, clean_text
from cogwg.core.errors import N_, Message
from cogwg.imports.previews import Preview, Problem
from cogwg.web.http import forms
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.workbook.previewing import Answers

REASON_MISSING = Message(N_("Enter the reason for accepting this report."))
_SAVE, _LEAVE, _REMOVE = "save", "leave", "remove"


class UploadForm(FlaskForm):  # type: ignore[misc]
    """The form to upload a workbook."""

    file = FileField(_("Workbook (.xlsx)"), render_kw={"accept": ".xlsx"})


class TemplateForm(FlaskForm):  # type: ignore[misc]
    """The form to fill in a template: the quarter, the priority, and the template."""

    period = SelectField(_("Quarter"), validate_choice=False)
    priority = SelectField(_("Priority"), validate_choice=False)
    file = FileField(_("Template (.xlsx)"), render_kw={"accept": ".xlsx"})


class ApplyForm(FlaskForm):  # type: ignore[misc]
    """The form to save what a preview shows. ``revision`` is the revision of the preview.

    The fields of the answers are not part of this class: see ``posted_answers``.
    """

    revision = HiddenField("")

    @property
    def posted_revision(self) -> int:
        return forms.parse_version(str(self.revision.data or ""))


def posted_answers(preview: Preview, acceptable: tuple[str, ...]) -> Answers:
    """Return what was chosen in the form of a preview. If a question has no answer, what is saved is kept."""
    places = [(conflict.subject, conflict.field) for conflict in preview.conflicts]
    choices = {place: request.form.get(choice_name(*place), "") for place in places}
    removals, left_out = set(), set()
    for number, question in enumerate(preview.questions):
        answer = request.form.get(question_name(number), "")
        if question.field and answer == _REMOVE:
            removals |= {(code, question.field) for code in question.subjects}
        if asks_for_row(question) and answer != _SAVE:
            left_out |= set(question.subjects)
    return Answers(
        choices={place: choice for place, choice in choices.items() if choice},
        texts={place: _text(*place) for place in places if text_name(*place) in request.form},
        removals=frozenset(removals),
        left_out=frozenset(left_out),
        accepted={
            code: clean_line(request.form.get(reason_name(code))) for code in acceptable if request.form.get(accept_name(code))
        },
    )


def asks_for_row(question: Problem) -> bool:
    """Return whether a question is about whole rows, which are saved or left out."""
    return not question.field and bool(question.subjects)


def choice_name(code: str, field: str) -> str:
    return f"choose-{code}-{field}"


def text_name(code: str, field: str) -> str:
    return f"both-{code}-{field}"


def question_name(number: int) -> str:
    return f"answer-{number}"


def accept_name(code: str) -> str:
    return f"accept-{code}"


def reason_name(code: str) -> str:
    return f"reason-{code}"


def _text(code: str, field: str) -> str:
    text = request.form.get(text_name(code, field))
    return clean_line(text) if field.startswith("next_step") else clean_text(text)
