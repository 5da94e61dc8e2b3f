"""Briefings: one with its slides, and its deck to take along."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries
from cogwg.briefing.compose import draft_of, material_of
from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import BriefingFacts
from cogwg.briefing.render import file_name, render
from cogwg.core.bilingual import Language
from cogwg.policy import Permission
from cogwg.web import clocks
from cogwg.web.access import requires
from cogwg.web.database import session
from cogwg.web.limits import limited

blueprint = Blueprint("briefings", __name__, url_prefix="/<any(en, fr):lang>/briefings")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Download:
    """A deck to take along."""

    url: str
    label: str
    lang: str


@blueprint.get("/<int:id>")
@requires(Permission.READ_BRIEFINGS)
def page(lang: str, id: int) -> str:
    """A briefing: what it is as of, what is in it, and the deck in both languages."""
    briefing, deck = _deck(id)
    return render_template(
        "briefings/page.html",
        briefing=briefing,
        slides=[(n, slide.title) for n, slide in enumerate(deck.slides, 1)],
        as_of=deck.as_of,
        downloads=[_download(briefing, code) for code in (lang, Language(lang).other.value)],
    )


@blueprint.get("/<int:id>/deck.xlsx")
@requires(Permission.READ_BRIEFINGS)
@limited
def deck(lang: str, id: int) -> Response:
    """The deck as a workbook, in the language of the address."""
    _, content = _deck(id)
    session().rollback()
    response = make_response(render(content, "xlsx", Language(lang)))
    response.mimetype = XLSX
    response.headers.set("Content-Disposition", "attachment", filename=file_name(content, "xlsx", Language(lang)))
    return response


def _deck(id: int) -> tuple[BriefingFacts, Deck]:
    """A briefing with its deck, composed from the record. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    return briefing, draft_of(briefing, material_of(session(), briefing, clocks.today()))


def _download(briefing: BriefingFacts, code: str) -> Download:
    label = _("Download the deck in English (Excel)") if code == "en" else _("Download the deck in French (Excel)")
    return Download(url_for("briefings.deck", lang=code, id=briefing.id), label, code)
