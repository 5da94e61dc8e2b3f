"""The pages that belong to no other area: home, help and accessibility."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.queries import SignedInPerson
from cogwg.briefing.queries import briefings
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.site import blueprint
from cogwg.web.site.public_home import public_home
from cogwg.web.site.shortcuts import SHORTCUTS


@blueprint.get("/")
@public
def root() -> Response:
    """Redirect to the home page in the language that the browser prefers."""
    response = redirect(url_for("site.home", lang=i18n.negotiate_language()), 303)
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/<any(en, fr):lang>/")
@public
def home(lang: str) -> Response | str:
    """Redirect a signed-in person to their work; show everyone else what this product is."""
    person = current_user_or_none()
    if person is not None:
        return redirect(home_url(person, lang), 303)
    return render_template("site/home.html", home=public_home())


def home_url(person: SignedInPerson, lang: str) -> str:
    """Return the URL of a person's first page, which depends on their role.

    It is the person's own updates if they report, or reporting status if they manage quarters, or else the latest finalized
    briefing (the list of briefings if there is none).
    """
    if has_permission(person.roles, Permission.REPORT):
        return url_for("reporting.my_updates", lang=lang)
    if has_permission(person.roles, Permission.MANAGE_PERIODS):
        return url_for("quarters.readiness_page", lang=lang)
    latest = next(iter(briefings(session(), frozen_only=True)), None)
    if latest is not None:
        return url_for("briefings.page", lang=lang, id=latest.id)
    return url_for("editor.index", lang=lang)


@blueprint.get("/<any(en, fr):lang>/accessibility")
@public
def accessibility(lang: str) -> str:
    """Show the accessibility statement, and the contact for problems."""
    return render_template("site/accessibility.html")


@blueprint.get("/<any(en, fr):lang>/help")
@public
def help_page(lang: str) -> str:
    """Show how to report, what each status means, the keyboard shortcuts, and whom to ask."""
    return render_template("site/help.html", shortcuts=SHORTCUTS)
