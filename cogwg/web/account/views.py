"""A person's own account: name, email language, time zone, emails to receive, and the secret URLs of calendar and feed."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts import services
from cogwg.accounts.own_account import change_own_name, list_sessions, pending_address
from cogwg.accounts.queries import account
from cogwg.core.errors import Invalid
from cogwg.policy import Permission
from cogwg.web.account import blueprint
from cogwg.web.account.forms import AccountForm, NameForm
from cogwg.web.account.openid import link_of_user
from cogwg.web.account.two_steps import factor_of_user
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.unsaved_text import own_unsaved_texts

_SHOWN_ONCE = "feed-once"
"""The session-cookie key for a new secret, which stays in the cookie until the account page has shown it once."""


@blueprint.route("/account", methods=["GET", "POST"])
@requires(Permission.USE_ACCOUNT)
def page(lang: str) -> Response | str:
    """Show the person's own account, or save their preferences."""
    if request.method == "GET":
        return _render_page(lang)
    person = current_user()
    form = AccountForm(account(session(), person.person_id).preferences, roles=person.roles, lang=lang)
    try:
        with write() as open_session:
            services.change_preferences(open_session, person.person_id, form.preferences(), by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(_render_page(lang, form=form), 422)
    flash(_("Preferences saved."))
    return redirect(url_for("account.page", lang=lang), 303)


@blueprint.post("/account/name")
@requires(Permission.USE_ACCOUNT)
def name_change(lang: str) -> Response:
    """Change the person's own name, as others see it."""
    form = NameForm()
    try:
        with write() as open_session:
            change_own_name(open_session, current_user().person_id, form.name.data or "", by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(_render_page(lang, name_form=form), 422)
    flash_at("identity", _("Your name was changed."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/feed")
@requires(Permission.READ_REPORTS)
def feed_link_create(lang: str) -> Response:
    """Create the secret URLs of the person's calendar and feed; the previous ones stop working."""
    with write() as open_session:
        cookie[_SHOWN_ONCE] = services.make_feed_address(open_session, current_user().person_id, by=actor(), at=clocks.now())
    flash_at("feed", _("Your links are ready."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


@blueprint.post("/account/feed/revoke")
@requires(Permission.USE_ACCOUNT)
def feed_link_revoke(lang: str) -> Response:
    """Revoke the secret URLs of the person's calendar and feed."""
    with write() as open_session:
        services.revoke_feed_address(open_session, current_user().person_id, by=actor(), at=clocks.now())
    flash_at("feed", _("Your links are revoked. They no longer work."))
    return redirect_to_outcome(url_for("account.page", lang=lang))


def _render_page(lang: str, *, form: AccountForm | None = None, name_form: NameForm | None = None) -> str:
    """Render the account page; a form that was refused shows its errors."""
    person, now = current_user(), clocks.real_now()
    facts = account(session(), person.person_id)
    token = cookie.pop(_SHOWN_ONCE, None)
    names = {"calendar": "account.due_dates", "changes": "account.latest_changes"}
    to = facts.preferences.lang.value
    sessions = list_sessions(session(), person.person_id, now=now)
    return render_template(
        "account/page.html",
        account=facts,
        factor=factor_of_user(),
        openid_link=link_of_user(),
        form=form or AccountForm(facts.preferences, roles=person.roles, lang=lang),
        name_form=name_form or NameForm(formdata=None, data={"name": person.name}),
        new_address=pending_address(session(), person.person_id, now=now),
        sessions=sessions,
        own_session_id=person.sign_in_id,
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
        session_urls={own.id: url_for("account.session_end", lang=lang, id=own.id) for own in sessions},
    )
