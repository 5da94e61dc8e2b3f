"""The pages that belong to no other area: home, help and accessibility."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.queries import SignedInPerson, account
from cogwg.briefing.queries import latest_finalized
from cogwg.core.errors import NotFound
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.auth.safe_redirect import safe_path
from cogwg.web.http import clocks, i18n, published, site_settings
from cogwg.web.http.database import session
from cogwg.web.http.drawn import drawn_response
from cogwg.web.http.waiting import is_waited_for
from cogwg.web.site import blueprint
from cogwg.web.site.conformance import CHAPTERS, STANDARD, conformance
from cogwg.web.site.first_steps import first_steps
from cogwg.web.site.needs import due_sentence, load_needs
from cogwg.web.site.public_home import HomePlan, home_plan, public_home
from cogwg.web.site.shortcuts import SHORTCUTS

NEEDS_SHOWN = 3
"""How many items the home page shows at first. The others are collapsed."""


@blueprint.get("/")
@public
def root() -> Response:
    """Redirect to the home page in the language that the browser prefers."""
    response = redirect(url_for("site.home", lang=i18n.negotiate_language()), 303)
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/<any(en, fr):lang>/")
@public
def home(lang: str) -> str | Response:
    """Show signed-in people what needs their attention; show everyone else what this product does."""
    person = current_user_or_none()
    if person is not None:
        return _own_home(person, lang)
    of_plan = home_plan()
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return _public_home(of_plan)  # it may show an outcome that the session keeps
    key = ("home", of_plan, published.record_key())
    return drawn_response(key, lambda: _public_home(of_plan)).make_conditional(request.environ)


def _public_home(of_plan: HomePlan) -> str:
    """Render the home page for readers who are not signed in, with the mark for sample data if it shows any."""
    home = public_home(of_plan)
    is_sample = home.edition is not None and home.edition.content.sample
    has_sample_cycle = any(cycle.sample for cycle, _phase in home.commentable)
    sample = is_sample or has_sample_cycle or site_settings.environment().demo
    return render_template("site/home.html", home=home, sample=sample)


def _own_home(person: SignedInPerson, lang: str) -> str:
    """Render a signed-in person's home page; people who may not report also see the latest finalized briefing."""
    own = load_needs(session(), person, lang, clocks.now(), clocks.today())
    reports = has_permission(person.roles, Permission.REPORT) or has_permission(person.roles, Permission.REPORT_ON_BEHALF)
    reads_briefings = has_permission(person.roles, Permission.READ_BRIEFINGS)
    return render_template(
        "site/own_home.html",
        needs=own.needs,
        shown=NEEDS_SHOWN,
        next_period=own.next_period,
        reports_are_in=own.reports_are_in,
        steps=first_steps(session(), person, lang, clocks.today()),
        due=due_sentence(own.next_period) if own.next_period is not None else "",
        latest=latest_finalized(session()) if reads_briefings and not reports else None,
        gets_email=has_permission(person.roles, Permission.REPORT) and _gets_all_email(person.person_id),
    )


def _gets_all_email(person_id: int) -> bool:
    """Return whether a lead chose to receive both reminders and the emails about mentions."""
    chosen = account(session(), person_id).preferences
    return chosen.reminders and chosen.mentions


@blueprint.get("/<any(en, fr):lang>/accessibility")
@public
def accessibility(lang: str) -> str:
    """Show the accessibility statement, built from the facts of each clause, and the contact for problems."""
    facts = conformance()
    is_old = facts.is_old(clocks.today())
    return render_template("site/accessibility.html", facts=facts, is_old=is_old, chapters=CHAPTERS, standard=STANDARD)


@blueprint.get("/<any(en, fr):lang>/help")
@public
def help_page(lang: str) -> str:
    """Show the help for each role, what each status means, the keyboard shortcuts, and who to contact."""
    person = current_user_or_none()
    may_administer = person is not None and has_permission(person.roles, Permission.MANAGE_PEOPLE)
    return render_template("site/help.html", shortcuts=SHORTCUTS, may_administer=may_administer)


@blueprint.get("/<any(en, fr):lang>/preparing")
@public
def preparing(lang: str) -> str:
    """Show that a file is being prepared, and let the browser load it. Answers 404 if the URL names no such file."""
    file = safe_path(request.args.get("file"))
    path = file.partition("?")[0]
    if not is_waited_for(path):
        raise NotFound("file")
    back = path.rpartition("/")[0].partition("/")[2].partition("/")[2]
    return render_template("http/preparing.html", file=file, back=f"/{lang}/{back}")
