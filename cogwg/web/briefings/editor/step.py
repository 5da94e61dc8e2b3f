"""One step of preparing a briefing: shown, saved, invalid or in conflict with another change, the same on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing import queries, services
from cogwg.briefing.compose import load_briefing_source
from cogwg.briefing.outline import Outline
from cogwg.briefing.queries import OpenBriefing
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.source import BriefingSource
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.web.auth.access import actor
from cogwg.web.briefings.editor.fields import TextBox, emptied_texts, pressed_button
from cogwg.web.briefings.editor.steps_nav import frame_context, step_url
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.http.flashes import flash_with_action
from cogwg.web.http.forms import parse_version

MAX_NAMED_TEXTS = 3
"""At most this many removed texts are named in the confirmation."""


@dataclass(frozen=True, slots=True)
class EditorContext:
    """A briefing that is being prepared, with the data its deck is made from."""

    briefing: OpenBriefing
    material: BriefingSource


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A part of a form as text: its label, its value, and the value's language if a person wrote it."""

    label: str
    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class EditConflict:
    """Who changed the draft meanwhile, when, and what is stored now where it differs from what was typed."""

    changed_by: str
    changed_at: datetime | None
    stored_texts: tuple[LabelledText, ...]


class StepForm(Protocol):
    """The contents of a step's form, as stored or as typed."""

    @property
    def text_boxes(self) -> Iterable[TextBox]: ...

    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with the contents of this form."""

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        """Return all contents as text, for comparison by a reader."""

    def saved_sentence(self) -> str:
        """Return the confirmation that the form was saved."""


@dataclass(frozen=True, slots=True)
class EditorStep:
    """A step with its form: how it is loaded from the briefing, and how it is parsed from a request.

    Where it ``erases_emptied_texts``, a text that was emptied is deleted; elsewhere it falls back to the reported text.
    """

    name: str
    action: OutlineChange
    template: str
    load_form: Callable[[EditorContext], StepForm]
    parse_form: Callable[[EditorContext], StepForm]
    next_step: str
    erases_emptied_texts: bool = False


def load_context(id: int) -> EditorContext:
    """Load a briefing to be prepared. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    return EditorContext(briefing, load_briefing_source(session(), briefing, clocks.today()))


def posted_version() -> int:
    """Return the outline version that the form was filled from; an invalid value conflicts with every version."""
    return parse_version(request.form.get("seen", ""))


def revise(id: int, change: Callable[[Outline], Outline], action: OutlineChange) -> None:
    """Change the outline by what this request posted."""
    seen = posted_version()
    with write() as open_session:
        services.revise_outline(open_session, id, change, action, expected_version=seen, by=actor(), at=clocks.now())


def handle_step(lang: str, id: int, step: EditorStep) -> Response:
    """Show a step's page, or save its form: every button saves the whole form."""
    desk = load_context(id)
    if request.method == "GET":
        return render_step(desk, step.name, step.template, 200, step_form=step.load_form(desk))
    sheet = step.parse_form(desk)
    try:
        revise(id, sheet.apply_to, step.action)
    except Invalid as refusal:
        return render_step(
            desk, step.name, step.template, 422, step_form=sheet, problems=field_errors(sheet.text_boxes, refusal)
        )
    except Conflict:
        desk = load_context(id)
        clash = edit_conflict(desk, step.load_form(desk).labelled_texts(), sheet.labelled_texts())
        return render_step(desk, step.name, step.template, 409, step_form=sheet, conflict=clash)
    verb, key = pressed_button()
    if verb in ("on", "", "save", "all", "none"):
        flash(sheet.saved_sentence())
    if step.erases_emptied_texts:
        flash_removed(lang, id, emptied_texts(step.load_form(desk).text_boxes))
    if verb == "on":
        return redirect(step_url(lang, id, step.next_step), 303)
    if verb in ("", "save", "all", "none"):
        key = ""
    at = getattr(sheet, "moved_token", key)
    return redirect(url_for(f"editor.{step.name.replace('-', '_')}", lang=lang, id=id, at=f"{verb} {at}" if key else None), 303)


def flash_removed(lang: str, id: int, removed: Sequence[Bilingual]) -> None:
    """Name the texts that the last change removed from the draft, with a link to undo it."""
    if not removed:
        return
    names = ", ".join(_("“%(words)s”", words=excerpt(text)) for text in removed[:MAX_NAMED_TEXTS])
    sentence = ngettext("Text removed: %(names)s.", "%(num)s texts removed: %(names)s.", len(removed), names=names)
    flash_with_action(sentence, _("Undo"), url_for("editor.undo", lang=lang, id=id, seen=posted_version() + 1))


def edit_conflict(
    editor: EditorContext, stored_texts: Mapping[str, LabelledText], typed_texts: Mapping[str, LabelledText]
) -> EditConflict:
    """Return who changed the draft meanwhile, and the stored texts that differ from what was typed."""
    theirs = (told for key, told in stored_texts.items() if key not in typed_texts or typed_texts[key].text != told.text)
    found = tuple(told if told.text else LabelledText(told.label, _("(empty)")) for told in theirs)
    return EditConflict(editor.briefing.changed_by, editor.briefing.changed_at, found)


def field_errors(boxes: Iterable[TextBox], refusal: Invalid) -> list[tuple[str, str]]:
    """Return each validation error with the id of its box, which is empty for an error that belongs to none."""
    found = [(box.id, sentence) for box in boxes for sentence in box.errors]
    return found or [("", i18n.translate_message(message)) for _field, message in refusal.problems]


def render_step(editor: EditorContext, step: str, template: str, status: int, **context: Any) -> Response:
    """Render a page of a draft in its frame."""
    usual: dict[str, Any] = {"problems": [], "conflict": None, **frame_context(editor.briefing, editor.material, step)}
    return make_response(render_template(template, **{**usual, **context}), status)


def focus_target() -> tuple[str, str]:
    """Return the action that led to this page, and the row that should have the focus."""
    verb, _space, key = request.args.get("at", "").partition(" ")
    return verb, key


def language_labels(label: str) -> tuple[str, str]:
    """Return the labels of a text's two boxes, English first."""
    return _("%(label)s (English)", label=label), _("%(label)s (French)", label=label)


def bilingual_texts(key: str, label: str, text: Any) -> dict[str, LabelledText]:
    """Return a bilingual text with a labelled text for each language."""
    says = language_labels(label)
    return {f"{key}-{lang}": LabelledText(said, text.exact_text(lang), lang) for lang, said in zip(Language, says, strict=True)}
