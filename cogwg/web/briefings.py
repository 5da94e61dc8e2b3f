"""Briefings: the list, a new one, one with its slides, and its deck to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.briefing import queries, services
from cogwg.briefing.compose import draft_of, material_of
from cogwg.briefing.deck import Deck
from cogwg.briefing.queries import BriefingFacts
from cogwg.briefing.render import file_name, render
from cogwg.core.bilingual import Bilingual, Language, typed
from cogwg.core.errors import N_, Invalid, Message
from cogwg.plan.queries import plan_year
from cogwg.policy import Permission, may
from cogwg.web import clocks
from cogwg.web.access import requires, somebody
from cogwg.web.database import session, write
from cogwg.web.forms import problems
from cogwg.web.forms.briefings import BriefingForm

blueprint = Blueprint("briefings", __name__, url_prefix="/<any(en, fr):lang>/briefings")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Download:
    """A deck to take along."""

    url: str
    label: str
    lang: str


@blueprint.get("")
@requires(Permission.READ_BRIEFINGS)
def index(lang: str) -> str:
    """All briefings, the latest meeting first."""
    return render_template(
        "briefings/list.html",
        briefings=queries.briefings(session()),
        may_create=may(somebody().roles, Permission.PREPARE_BRIEFINGS),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def new(lang: str) -> Response | str:
    """Create the briefing of a meeting."""
    form = BriefingForm()
    if request.method == "GET":
        form.audience_en.data, form.audience_fr.data = "Joint Councils", "Conseils mixtes"
        return render_template("briefings/new.html", form=form)
    if form.validate():
        try:
            id_ = _create(form)
        except Invalid as refusal:
            problems.show(form, refusal)
        else:
            return redirect(url_for("briefings.page", lang=lang, id=id_), 303)
    return make_response(render_template("briefings/new.html", form=form), 422)


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
def deck(lang: str, id: int) -> Response:
    """The deck as a workbook, in the language of the address."""
    _, content = _deck(id)
    session().rollback()
    response = make_response(render(content, "xlsx", Language(lang)))
    response.mimetype = XLSX
    response.headers.set("Content-Disposition", "attachment", filename=file_name(content, "xlsx", Language(lang)))
    return response


def _create(form: BriefingForm) -> int:
    meeting: date = form.meeting_on.data
    year = plan_year(session(), meeting.year)
    if year is None:
        raise Invalid(("meeting_on", Message(N_("No plan covers this day; choose a later one."))))
    audience = Bilingual(typed(form.audience_en.data), typed(form.audience_fr.data))
    by = Actor("person", somebody().person_id)
    with write() as open_session:
        made = services.create_briefing(open_session, year=year, meeting_on=meeting, audience=audience, by=by, at=clocks.now())
        return made.id


def _deck(id: int) -> tuple[BriefingFacts, Deck]:
    """A briefing with its deck, composed from the record. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    return briefing, draft_of(briefing, material_of(session(), briefing, clocks.today()))


def _download(briefing: BriefingFacts, code: str) -> Download:
    label = _("Download the deck in English (Excel)") if code == "en" else _("Download the deck in French (Excel)")
    return Download(url_for("briefings.deck", lang=code, id=briefing.id), label, code)
