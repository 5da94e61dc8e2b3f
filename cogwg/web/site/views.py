"""The pages that belong to no area: home and accessibility."""

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


@blueprint.get("/")
@public
def root() -> Response:
    """Redirect to the language the browser prefers."""
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
    return render_template("site/home.html")


def home_url(person: SignedInPerson, lang: str) -> str:
    """Return a person's first page: a lead's updates, readiness for those who manage quarters, else the latest deck."""
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
    """Show the accessibility statement, and whom to contact about a problem."""
    return render_template("site/accessibility.html")
