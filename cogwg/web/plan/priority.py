"""A priority: what it leads to, who carries it, how it stands; and its overall status, computed or set by hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from cogwg.core.errors import N_, Conflict, Invalid, Message
from cogwg.plan.queries import PriorityFacts, plan_facts, priority_numbers
from cogwg.policy import Permission, can_report_on, can_see_return_note, has_permission
from cogwg.reporting.overall_status import Overall, overall
from cogwg.reporting.queries import standings
from cogwg.reporting.status_override import ByHand, by_hand, hand_back, set_by_hand
from cogwg.reporting.timeline import timelines
from cogwg.web.auth.access import actor, person, public, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.plan import blueprint
from cogwg.web.plan.forms import BackForm, OverallForm


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The priority before or after."""

    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The overall status as the page shows it: the word by hand if there is one, and always what is computed."""

    computed: Overall
    hand: ByHand | None
    form: OverallForm | None
    back: BackForm | None


@blueprint.get("/plans/<int:year>/priorities/<int:number>")
@public
def priority_page(lang: str, year: int, number: int) -> Response:
    """Issue and outcome, who carries it, its activities; histories for signed-in people."""
    return _answer(lang, year, number)


@blueprint.post("/plans/<int:year>/priorities/<int:number>/overall")
@requires(Permission.MANAGE_PLAN)
def priority_override(lang: str, year: int, number: int) -> Answer:
    """Set the overall status by hand."""
    (facts,) = plan_facts(session(), year, number=number).priorities
    form = OverallForm()
    try:
        with write() as open_session:
            set_by_hand(open_session, facts.id, form.word, form.note, seen=form.seen, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.show(form, refusal, {"note": f"note_{lang}"})
        return _answer(lang, year, number, 422, form)
    except Conflict as clash:
        return _answer(lang, year, number, 409, _set_meanwhile(form, clash.subject))
    flash(_("The overall status is set by hand; the page says so."))
    return redirect(url_for("plan.priority_page", lang=lang, year=year, number=number), 303)


@blueprint.post("/plans/<int:year>/priorities/<int:number>/computed")
@requires(Permission.MANAGE_PLAN)
def priority_clear_override(lang: str, year: int, number: int) -> Answer:
    """Let the overall status be computed again."""
    (facts,) = plan_facts(session(), year, number=number).priorities
    form = BackForm()
    try:
        with write() as open_session:
            hand_back(open_session, facts.id, seen=form.seen, by=actor(), at=clocks.now())
    except Conflict as clash:
        return _answer(lang, year, number, 409, _set_meanwhile(OverallForm(formdata=None), clash.subject))
    except Invalid as refusal:
        again = OverallForm(formdata=None)
        forms.show(again, refusal)
        return _answer(lang, year, number, 422, again)
    flash(_("The overall status is computed again."))
    return redirect(url_for("plan.priority_page", lang=lang, year=year, number=number), 303)


def _answer(lang: str, year: int, number: int, status: int = 200, form: OverallForm | None = None) -> Response:
    plan = plan_facts(session(), year, number=number)
    (facts,) = plan.priorities
    who = person()
    found = standings(session(), plan, clocks.today(), texts=who is not None)
    numbers = priority_numbers(session(), plan.id)
    place = numbers.index(number)
    may_report = who is not None and can_report_on(who, facts, None)
    told = who is not None and can_see_return_note(who, facts)
    context = {
        "plan": plan,
        "priority": facts,
        "overall": _shown(facts, overall(found.values()), form),
        "standings": list(found.values()),
        "histories": timelines(session(), list(found), why_returned=told) if who is not None else {},
        "previous": _neighbour(lang, year, numbers[place - 1] if place else None),
        "next": _neighbour(lang, year, numbers[place + 1] if place + 1 < len(numbers) else None),
        "may_report": may_report,
    }
    return make_response(render_template("plan/priority.html", **context), status)


def _shown(facts: PriorityFacts, found: Overall, form: OverallForm | None) -> Shown:
    """The overall status, with its forms for those who steer the plan."""
    who = person()
    last = by_hand(session(), facts.id)
    hand = last if last is not None and last.status is not None else None
    if who is None or not has_permission(who.roles, Permission.MANAGE_PLAN):
        return Shown(found, hand, None, None)
    seen = last.id if last is not None else 0
    if form is None:
        form = OverallForm(hand.status if hand else found.status, hand.note if hand else None, seen, formdata=None)
    return Shown(found, hand, form, BackForm(seen, formdata=None) if hand is not None else None)


def _set_meanwhile(form: OverallForm, last: ByHand | None) -> OverallForm:
    """The form again, told that there is a later word; what was typed stays, theirs is on the page above it."""
    form.last.data = str(last.id if last is not None else 0)
    sentence = N_("Somebody changed the overall status while you were writing; it is shown above. Check and send again.")
    forms.show(form, Invalid(("", Message(sentence))))
    return form


def _neighbour(lang: str, year: int, number: int | None) -> Neighbour | None:
    if number is None:
        return None
    return Neighbour(number, url_for("plan.priority_page", lang=lang, year=year, number=number))
