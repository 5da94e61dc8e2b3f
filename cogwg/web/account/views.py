"""A person's own account: email language, time zone, emails to receive, and the secret URLs of their calendar and feed."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.queries import Account, account
from cogwg.core.errors import Invalid
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.forms import AccountForm
from cogwg.web.account.two_steps import factor_of_user
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.unsaved_text import own_unsaved_texts

_SHOWN_ONCE = "feed-once"
"""The session-cookie key of a new secret, which stays in the cookie until the account page has shown it once."""


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.READ_REPORTS)
def page(lang: str) -> Response | str:
    """Show the person's own account, or save their preferences."""
    person = current_user()
    facts = account(session(), person.person_id)
    form = AccountForm(facts.preferences, roles=person.roles, lang=lang)
    if request.method == "GET":
        return _render_page(lang, facts, form)
    try:
        with write() as open_session:
            services.change_preferences(open_session, person.person_id, form.preferences(), by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(_render_page(lang, facts, form), 422)
    flash(_("Preferences saved."))
    return redirect(url_for("account.page", lang=lang), 303)


@blueprint.post("/account/feed")
@requires(Permission.READ_REPORTS)
def feed_link_create(lang: str) -> Response:
    """Create the secret URLs of the person's calendar and feed; the previous ones stop working."""
    with write() as open_session:
        cookie[_SHOWN_ONCE] = services.make_feed_address(open_session, current_user().person_id, by=actor(), at=clocks.now())
    flash_at("feed", _("Your links are ready."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/feed/revoke")
@requires(Permission.READ_REPORTS)
def feed_link_revoke(lang: str) -> Response:
    """Revoke the secret URLs of the person's calendar and feed."""
    with write() as open_session:
        services.revoke_feed_address(open_session, current_user().person_id, by=actor(), at=clocks.now())
    flash_at("feed", _("Your links are revoked. They no longer work."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


def _render_page(lang: str, facts: Account, form: AccountForm) -> str:
    token = cookie.pop(_SHOWN_ONCE, None)
    names = {"calendar": "account.due_dates", "changes": "account.latest_changes"}
    to = facts.preferences.lang.value
    return render_template(
        "account/page.html",
        account=facts,
        factor=factor_of_user(),
        form=form,
        button=ButtonForm(formdata=None),
        has_unsaved_text=bool(own_unsaved_texts()),
        new_urls={n: url_for(endpoint, lang=to, token=token, _external=True) for n, endpoint in names.items()}
        if token
        else None,
        calendar_url=url_for("account.own_due_dates", lang=lang),
        changes_url=url_for("account.own_changes", lang=lang),
        feed_url=url_for("account.feed_link_create", lang=lang),
        revoke_url=url_for("account.feed_link_revoke", lang=lang),
        password_url=url_for("account.password_change", lang=lang),
        sign_out_url=url_for("account.sign_out_everywhere", lang=lang),
    )
