"""Briefings: the list, a new one, one with its slides, and its deck to take along."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.briefing import queries, services
from cogwg.briefing.compose import draft_of, material_of
from cogwg.core.bilingual import Bilingual, typed
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.plan.queries import plan_year
from cogwg.policy import Permission, may
from cogwg.web import clocks, freezing
from cogwg.web.access import requires, somebody
from cogwg.web.database import session, write
from cogwg.web.formats import attached
from cogwg.web.forms import problems
from cogwg.web.forms.briefings import BriefingForm
from cogwg.web.limits import limited

blueprint = Blueprint("briefings", __name__, url_prefix="/<any(en, fr):lang>/briefings")


@blueprint.get("")
@requires(Permission.READ_BRIEFINGS)
def index(lang: str) -> str:
    """The briefings, the latest meeting first; drafts are for those who prepare them."""
    prepares = may(somebody().roles, Permission.PREPARE_BRIEFINGS)
    return render_template(
        "briefings/list.html",
        briefings=queries.briefings(session(), frozen_only=not prepares),
        may_create=prepares,
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
def page(lang: str, id: int) -> Response | str:
    """A briefing: its draft for those who prepare it, its last frozen version for everybody else."""
    if may(somebody().roles, Permission.PREPARE_BRIEFINGS):
        return freezing.show(lang, id)
    versions = queries.versions(session(), id)
    if not versions:
        raise NotFound(f"briefing {id}")
    return redirect(url_for("frozen.version", lang=lang, id=id, number=versions[0].number))


@blueprint.get("/<int:id>/deck.<string:kind>")
@requires(Permission.PREPARE_BRIEFINGS)
@limited
def deck(lang: str, id: int, kind: str) -> Response:
    """The draft's deck as a file, in the language of the address."""
    briefing = queries.briefing(session(), id)
    return attached(draft_of(briefing, material_of(session(), briefing, clocks.today())), kind, lang)


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
