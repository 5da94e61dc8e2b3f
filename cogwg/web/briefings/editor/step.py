"""Code shared by all steps of preparing a briefing: show and save a form, and handle errors and edit conflicts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

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
from cogwg.briefing.undo import briefing_at_version
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.web.auth.access import actor, is_current_user
from cogwg.web.briefings.editor.fields import (
    MOVING_VERBS,
    BilingualForm,
    DayForm,
    RowPosition,
    emptied_texts,
    flash_moved,
    language_labels,
    pressed_button,
)
from cogwg.web.briefings.editor.steps_nav import frame_context, step_url
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.http.flashes import flash_with_action
from cogwg.web.http.forms import parse_version
from cogwg.web.http.single_use import SingleUseForm

MAX_NAMED_TEXTS = 3
"""At most this many removed texts are named in the confirmation."""
_STAYING_VERBS = ("", "save", "all", "none")
"""The actions of buttons that save the form and stay on its page, without a row to focus."""
_TURNING_VERB = "page"
"""The action of buttons that save the form and open another page of its list."""


@dataclass(frozen=True, slots=True)
class EditorContext:
    """A briefing that is being prepared, with the data from which its deck is made."""

    briefing: OpenBriefing
    source: BriefingSource


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A part of a form as text: its label, its value, and the value's language if a person wrote it."""

    label: str
    text: str
    lang: str = ""


NO_TEXT = LabelledText("", "")
F = TypeVar("F")


class WithTexts(Protocol):
    """A form whose contents can be compared as texts."""

    def labelled_texts(self) -> Mapping[str, LabelledText]: ...


L = TypeVar("L", bound=WithTexts)


@dataclass(frozen=True, slots=True)
class TwoVersions:
    """A field that both people changed: its saved text and the typed one."""

    stored: LabelledText
    typed: LabelledText


@dataclass(frozen=True, slots=True)
class MergedForm(Generic[F]):
    """A form after two people's changes were merged, and the texts of the versions, with the same key for the same field.

    ``base`` is the version that both people began from. If it is unknown, ``base`` is None and the form has the typed texts.
    """

    form: F
    base: Mapping[str, LabelledText] | None
    stored: Mapping[str, LabelledText]
    typed: Mapping[str, LabelledText]
    merged: Mapping[str, LabelledText]

    @property
    def added(self) -> tuple[LabelledText, ...]:
        """Return the saved texts that this person did not change, and that are now in the form."""
        base = self.base
        if base is None:
            return ()
        keys = [key for key in self._keys if _text(self.typed, key) == _text(base, key) != _text(self.stored, key)]
        return tuple(self._stored_text(key) for key in keys if _text(self.merged, key) == _text(self.stored, key))

    @property
    def changed_by_both(self) -> tuple[TwoVersions, ...]:
        """Return the fields that both people changed differently.

        If the base is unknown, return all fields whose saved text differs from the typed one.
        """
        keys = [
            key for key in self._keys if _text(self.stored, key) != _text(self.typed, key) and self._is_changed_by_both(key)
        ]
        return tuple(TwoVersions(self._stored_text(key), self.typed.get(key, NO_TEXT)) for key in keys)

    def _is_changed_by_both(self, key: str) -> bool:
        if self.base is None:
            return bool(_text(self.stored, key))
        return _text(self.base, key) not in (_text(self.stored, key), _text(self.typed, key))

    def _stored_text(self, key: str) -> LabelledText:
        return self.stored.get(key) or replace((self.typed.get(key) or (self.base or {})[key]), text="")

    @property
    def _keys(self) -> list[str]:
        return list(dict.fromkeys([*self.stored, *self.typed, *(self.base or {})]))


def _text(texts: Mapping[str, LabelledText], key: str) -> str:
    return texts.get(key, NO_TEXT).text


@dataclass(frozen=True, slots=True)
class EditConflict:
    """An edit conflict: who changed the draft in the meantime and when, and the result of the merge.

    ``added`` are the other person's texts that are now in the form, and ``changed_by_both`` the fields that both people
    changed. ``is_own`` means that this person changed the draft themselves, in another tab. ``finalized`` is the number of the
    version that was finalized in the meantime, or 0.
    """

    changed_by: str
    changed_at: datetime | None
    added: tuple[LabelledText, ...] = ()
    changed_by_both: tuple[TwoVersions, ...] = ()
    is_own: bool = False
    finalized: int = 0

    @property
    def is_attributed(self) -> bool:
        return bool(self.changed_by) and self.changed_at is not None


class StepForm(ABC):
    """The contents of a step's form, as stored or as typed. The class variables describe the step.

    With ``erases_emptied_texts``, a text that was emptied is deleted. Otherwise, the reported text replaces it.
    """

    step: ClassVar[str]
    action: ClassVar[OutlineChange]
    template: ClassVar[str]
    next_step: ClassVar[str]
    erases_emptied_texts: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def load(cls, editor: EditorContext) -> Self:
        """Return the form as it is stored in the draft."""

    @classmethod
    @abstractmethod
    def parse(cls, editor: EditorContext) -> Self:
        """Return the posted form, changed by the action of the pressed button."""

    @property
    @abstractmethod
    def texts(self) -> Iterable[BilingualForm]:
        """Return the fields of all texts, in the order of the page."""

    @property
    def days(self) -> Iterable[DayForm]:
        """Return the fields of all days."""
        return ()

    @abstractmethod
    def apply_to(self, outline: Outline) -> Outline:
        """Return the outline with the contents of this form."""

    @abstractmethod
    def merge(self, base: Self, stored: Self) -> MergedForm[Self]:
        """Merge what was typed with what was stored since ``base``, field by field."""

    @abstractmethod
    def labelled_texts(self) -> Mapping[str, LabelledText]:
        """Return all contents as labelled texts, so that the stored and the typed ones can be compared."""

    @abstractmethod
    def saved_sentence(self) -> str:
        """Return the confirmation that the form was saved."""

    @property
    def unsaved_part(self) -> str:
        """Return the form's part of the key of its unsaved text: the step, with the page number from the second page on."""
        return self.step

    @property
    def positions(self) -> Iterable[RowPosition]:
        """Return the positions of the rows that can be moved."""
        return ()

    def moved_key(self, key: str) -> str:
        """Return the key that this row has after saving."""
        return key


def load_context(id: int) -> EditorContext:
    """Return the context of the editor: the briefing and the current source of its deck.

    Raises ``NotFound`` if there is no such briefing.
    """
    briefing = queries.briefing(session(), id)
    return EditorContext(briefing, load_briefing_source(session(), briefing, clocks.today()))


def posted_version() -> int:
    """Return the outline version that the form was filled from. An invalid value conflicts with every version."""
    return parse_version(request.form.get("seen", ""))


def revise(
    id: int,
    change: Callable[[Outline], Outline],
    action: OutlineChange,
    *,
    version: int,
    once: SingleUseForm | None = None,
    step: str = "",
) -> None:
    """Make this change to the outline. If the change saves a step, ``step`` is its name.

    With ``once``, nothing is changed if the same form was sent before. Raises ``Invalid`` if the change is refused, and
    ``Conflict`` if the draft has changed since ``version``.
    """
    with write() as open_session:

        def make_change() -> int:
            by, at = actor(), clocks.now()
            services.revise_outline(open_session, id, change, action, expected_version=version, by=by, at=at, step=step)
            return id

        if once is None:
            make_change()
        else:
            once.make_once(open_session, "briefing", make_change)


def handle_step(lang: str, id: int, form_class: type[StepForm]) -> Response:
    """Show a step's page, or save its form. Every button saves the whole form."""
    editor = load_context(id)
    if request.method == "GET":
        return _render_form(editor, form_class.load(editor), 200)
    form = form_class.parse(editor)
    verb, key = pressed_button()
    turns = verb == _TURNING_VERB
    if turns and form.apply_to(editor.briefing.outline) == form_class.load(editor).apply_to(editor.briefing.outline):
        return redirect(_page_url(lang, id, form, page=key), 303)
    try:
        revise(id, form.apply_to, form.action, version=posted_version(), step=form.step)
    except Invalid as refusal:
        return _render_form(editor, form, 422, problems=field_errors([*form.texts, *form.days], refusal))
    except Conflict:
        editor = load_context(id)
        base, stored = base_context(editor), form_class.load(editor)
        merged = unmerged(stored, form) if base is None else form.merge(form_class.load(base), stored)
        return _render_form(editor, merged.form, 409, conflict=edit_conflict(editor, merged))
    if turns or verb in ("on", *_STAYING_VERBS):
        flash(form.saved_sentence())
    if verb in MOVING_VERBS:
        _flash_move(form_class.load(editor), key, form_class.load(load_context(id)), form.moved_key(key))
    if form.erases_emptied_texts:
        flash_removed(lang, id, emptied_texts(form_class.load(editor).texts))
    if verb == "on":
        return redirect(step_url(lang, id, form.next_step), 303)
    if turns:
        return redirect(_page_url(lang, id, form, page=key), 303)
    at = f"{verb} {form.moved_key(key)}" if key and verb not in _STAYING_VERBS else None
    return redirect(_page_url(lang, id, form, at=at, page=None if at else request.args.get("page")), 303)


def _page_url(lang: str, id: int, form: StepForm, at: str | None = None, page: str | None = None) -> str:
    return url_for(f"editor.{form.step.replace('-', '_')}", lang=lang, id=id, at=at, page=page)


def _flash_move(before: StepForm, key: str, after: StepForm, moved_key: str) -> None:
    """On the next page, show where the row is now if its place has changed."""
    places = {position.key: position.place for position in before.positions}
    for position in after.positions:
        if position.key == moved_key and position.place != places.get(key):
            flash_moved(moved_key, position.place_sentence)


def _render_form(editor: EditorContext, form: StepForm, status: int, **context: Any) -> Response:
    return render_step(editor, form.step, form.template, status, step_form=form, **context)


def flash_removed(lang: str, id: int, removed: Sequence[Bilingual]) -> None:
    """If texts were removed, show a confirmation on the next page that names them, with a button to undo the change."""
    if not removed:
        return
    names = ", ".join(_("“%(words)s”", words=excerpt(text)) for text in removed[:MAX_NAMED_TEXTS])
    sentence = ngettext("Text removed: %(names)s.", "%(num)s texts removed: %(names)s.", len(removed), names=names)
    flash_with_action(sentence, _("Undo"), url_for("editor.undo", lang=lang, id=id, seen=posted_version() + 1))


def base_context(editor: EditorContext) -> EditorContext | None:
    """Return the context as it was when this form was filled, or None if it is unknown."""
    briefing = briefing_at_version(session(), editor.briefing, posted_version())
    return None if briefing is None else EditorContext(briefing, replace(editor.source, outline=briefing.outline))


def unmerged(stored: L, typed: L) -> MergedForm[L]:
    """Return the typed form as it is, because the version that both people began from is unknown."""
    return MergedForm(typed, None, stored.labelled_texts(), typed.labelled_texts(), typed.labelled_texts())


def edit_conflict(editor: EditorContext, merged: MergedForm[Any] | None = None) -> EditConflict:
    """Return who changed the draft in the meantime, and how that was merged with what was typed."""
    briefing = editor.briefing
    finalized = next((v.number for v in queries.versions(session(), briefing.id) if v.frozen_at == briefing.changed_at), 0)
    added, both = ((), ()) if merged is None else (merged.added, merged.changed_by_both)
    is_own = is_current_user(briefing.changed_by_id)
    return EditConflict(briefing.changed_by, briefing.changed_at, added, both, is_own, finalized)


def field_errors(forms: Iterable[BilingualForm | DayForm], refusal: Invalid) -> list[tuple[str, str]]:
    """Return the fields' errors as (field id, sentence), or, if they have none, the problems of ``refusal`` with the id ""."""
    errors = [
        (getattr(field, "problem_id", field.id), sentence) for form in forms for field in form for sentence in field.errors
    ]
    return errors or [("", i18n.translate_message(message)) for _field, message in refusal.problems]


def render_step(editor: EditorContext, step: str, template: str, status: int, **context: Any) -> Response:
    """Render the page of a step, with the frame that all pages of a draft share."""
    usual: dict[str, Any] = {"problems": [], "conflict": None, **frame_context(editor.briefing, editor.source, step)}
    return make_response(render_template(template, **{**usual, **context}), status)


def bilingual_texts(key: str, label: str, text: Bilingual) -> dict[str, LabelledText]:
    """Return a labelled text for each language of a bilingual text. Each key ends with the language, such as "title-en"."""
    labels = zip(Language, language_labels(label), strict=True)
    return {f"{key}-{lang}": LabelledText(name, text.exact_text(lang), lang) for lang, name in labels}
