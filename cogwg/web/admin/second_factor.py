"""Reset of a person's two-step sign-in by the secretariat, with a reason."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.people import reset_second_factor
from cogwg.core.errors import Conflict, Invalid
from cogwg.notices.second_step import FactorChange, notify_factor_change
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import ResetFactorForm
from cogwg.web.admin.person import changed_meanwhile, load_person, render_person
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, security_log
from cogwg.web.http.database import write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version
from cogwg.web.http.mail_context import mail_context, with_mail_note


@blueprint.post("/people/<int:id>/second-factor/reset")
@requires(Permission.MANAGE_PEOPLE)
def person_factor_reset(lang: str, id: int) -> Response:
    """Turn off a person's two-step sign-in. Their sessions end, and they get an email with the reason."""
    form = ResetFactorForm()
    try:
        with write() as open_session:
            person = load_person(open_session, id)
            version = parse_version(form.version.data or "")
            reason = reset_second_factor(
                open_session, person, form.reason.data or "", version=version, by=actor(), at=clocks.now()
            )
            notify_factor_change(open_session, id, FactorChange.RESET, reason=reason, by=actor(), **mail_context())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return render_person(id, form, 422)
    except Conflict:
        form.form_errors.append(changed_meanwhile())
        return render_person(id, form, 409)
    security_log.log_event("second-step.reset", person_id=current_user().person_id)
    done = _("Two-step sign-in was reset. The person will get an email with the reason, and must sign in again.")
    flash_at("sign-in", with_mail_note(done))
    return redirect_to_outcome(url_for("admin.person_page", lang=lang, id=id))
