"""One step of preparing a briefing: opened, saved, refused, or changed by somebody else meanwhile, the same on every page."""

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
from cogwg.briefing.compose import material_of
from cogwg.briefing.material import Material
from cogwg.briefing.outline import Outline
from cogwg.briefing.queries import OpenBriefing
from cogwg.briefing.services import Deed
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.web.auth.access import actor
from cogwg.web.briefings.editor.fields import Box, emptied, pressed
from cogwg.web.briefings.editor.steps_nav import frame, place
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.http.forms import version

NAMED = 3
"""So many of the texts that were removed are named."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A briefing that is being prepared, with what its deck is made from."""

    briefing: OpenBriefing
    material: Material


@dataclass(frozen=True, slots=True)
class Told:
    """A part of a page in words: what it is called, what it says, and the language of that, if it is somebody's words."""

    label: str
    words: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Clash:
    """Who changed the draft meanwhile, when, and what is stored now where it is not what was typed."""

    person: str
    at: datetime | None
    theirs: tuple[Told, ...]


class Sheet(Protocol):
    """What a step's form holds, as it is stored or as somebody typed it."""

    @property
    def boxes(self) -> Iterable[Box]: ...

    def applied(self, outline: Outline) -> Outline:
        """The outline with what this sheet says."""

    def spelled(self) -> Mapping[str, Told]:
        """All of it in words, to be compared by eye."""

    def saved(self) -> str:
        """The sentence that says it was saved."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its sheet: how it is read from the record, and how from a form.

    Where it ``erases``, a text that was emptied is gone; elsewhere it follows the record again.
    """

    name: str
    deed: Deed
    template: str
    stored: Callable[[Desk], Sheet]
    typed: Callable[[Desk], Sheet]
    following: str
    erases: bool = False


def open_desk(id: int) -> Desk:
    """A briefing to be prepared. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    return Desk(briefing, material_of(session(), briefing, clocks.today()))


def posted_seen() -> int:
    """The version of the choices that the form was filled from; anything that is none conflicts with every one."""
    return version(request.form.get("seen", ""))


def revise(id: int, change: Callable[[Outline], Outline], deed: Deed) -> None:
    """Change the outline by what this request posted."""
    seen = posted_seen()
    with write() as open_session:
        services.revise(open_session, id, change, deed, seen=seen, by=actor(), at=clocks.now())


def work(lang: str, id: int, step: Step) -> Response:
    """A step's page, and what its form sends: every button of it saves all of it."""
    desk = open_desk(id)
    if request.method == "GET":
        return show(desk, step.name, step.template, 200, sheet=step.stored(desk))
    sheet = step.typed(desk)
    try:
        revise(id, sheet.applied, step.deed)
    except Invalid as refusal:
        return show(desk, step.name, step.template, 422, sheet=sheet, problems=wrong(sheet.boxes, refusal))
    except Conflict:
        desk = open_desk(id)
        clash = clash_of(desk, step.stored(desk).spelled(), sheet.spelled())
        return show(desk, step.name, step.template, 409, sheet=sheet, clash=clash)
    verb, key = pressed()
    if verb in ("on", "", "save", "all", "none"):
        flash(sheet.saved())
    if step.erases:
        flash_removed(lang, id, emptied(step.stored(desk).boxes))
    if verb == "on":
        return redirect(place(lang, id, step.following), 303)
    if verb in ("", "save", "all", "none"):
        key = ""
    at = getattr(sheet, "lands", key)
    return redirect(url_for(f"editor.{step.name.replace('-', '_')}", lang=lang, id=id, at=f"{verb} {at}" if key else None), 303)


def flash_removed(lang: str, id: int, gone: Sequence[Bilingual]) -> None:
    """Name what the change just made took out of the draft, with a way to put it back."""
    if not gone:
        return
    names = ", ".join(_("“%(words)s”", words=excerpt(text)) for text in gone[:NAMED])
    told = ngettext("Removed: %(names)s.", "Removed, %(num)s in all: %(names)s.", len(gone), names=names)
    flash(told, url_for("editor.undo", lang=lang, id=id, seen=posted_seen() + 1))


def clash_of(desk: Desk, stored: Mapping[str, Told], typed: Mapping[str, Told]) -> Clash:
    """What somebody stored meanwhile, wherever it is not what was typed."""
    theirs = (told for key, told in stored.items() if key not in typed or typed[key].words != told.words)
    found = tuple(told if told.words else Told(told.label, _("(empty)")) for told in theirs)
    return Clash(desk.briefing.changed_by, desk.briefing.changed_at, found)


def wrong(boxes: Iterable[Box], refusal: Invalid) -> list[tuple[str, str]]:
    """What was refused, each with the box where it is mended; without one where it belongs to none."""
    found = [(box.id, sentence) for box in boxes for sentence in box.errors]
    return found or [("", i18n.said(message)) for _field, message in refusal.problems]


def show(desk: Desk, step: str, template: str, status: int, **context: Any) -> Response:
    """A page of a draft in its frame."""
    usual: dict[str, Any] = {"problems": [], "clash": None, **frame(desk.briefing, desk.material, step)}
    return make_response(render_template(template, **{**usual, **context}), status)


def landed() -> tuple[str, str]:
    """What was done just before this page was asked for, and to which row: the focus goes there."""
    verb, _space, key = request.args.get("at", "").partition(" ")
    return verb, key


def in_languages(label: str) -> tuple[str, str]:
    """The labels of a text's two boxes."""
    return _("%(label)s, in English", label=label), _("%(label)s, in French", label=label)


def both(key: str, label: str, text: Any) -> dict[str, Told]:
    """A bilingual text in words, a line for each language."""
    says = in_languages(label)
    return {f"{key}-{lang}": Told(said, text.written(lang), lang) for lang, said in zip(Language, says, strict=True)}
