"""Creating the first account, for the secretariat, with the link that ``cogwg init`` prints."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.first_account import create_first_account, is_setup_link
from cogwg.accounts.people import person_problems
from cogwg.core.errors import Invalid, NotFound
from cogwg.web.auth import blueprint, credentials
from cogwg.web.auth.access import public
from cogwg.web.auth.forms import SetupForm
from cogwg.web.http import clocks, forms, i18n, security_log
from cogwg.web.http.database import session, write

GROUP_TIME_ZONE = "America/Toronto"
"""The time zone of the account until the person chooses another."""


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@public
def first_account(lang: str, token: str) -> Response | str:
    """Create the first account through a single-use link.

    Answers 410 if the link does not work, or if an account already exists.
    """
    if not is_setup_link(session(), token, now=clocks.real_now()):
        return make_response(render_template("auth/setup_link_used.html"), 410)
    form = SetupForm()
    if not form.is_submitted():
        form.lang.data = i18n.current_language().value
        return render_template("auth/setup.html", form=form)
    email, name = (form.email.data or "").strip(), form.name.data or ""
    is_acceptable = credentials.is_acceptable(form, email=email, name=name)
    if problems := person_problems(session(), email=email, name=name):
        forms.add_errors(form, Invalid(*problems))
        is_acceptable = False
    if not is_acceptable:
        return make_response(render_template("auth/setup.html", form=form), 422)
    session().rollback()
    hashed = credentials.passwords().hash(form.password.data)
    try:
        with write() as open_session:
            person = create_first_account(
                open_session,
                token,
                email=email,
                name=name,
                lang=form.chosen_lang,
                time_zone=GROUP_TIME_ZONE,
                password_hash=hashed,
                at=clocks.now(),
                now=clocks.real_now(),
            )
            person_id = person.id
    except NotFound:
        return make_response(render_template("auth/setup_link_used.html"), 410)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(render_template("auth/setup.html", form=form), 422)
    security_log.log_event("account.created", person_id=person_id)
    flash(_("Your account is ready. Sign in with your email address and password."))
    return redirect(url_for("auth.sign_in", lang=lang), 303)
