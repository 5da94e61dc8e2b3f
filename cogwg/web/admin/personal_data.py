"""Downloading what is stored about another person, for example to send it to a person who left and asked for it."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.errors import Invalid
from cogwg.policy import Permission
from cogwg.privacy.personal_data import FILES, read_personal_data
from cogwg.privacy.reasons import checked_reason
from cogwg.web.admin import blueprint
from cogwg.web.admin.forms import PersonalDataForm
from cogwg.web.admin.person import load_person, render_person
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import write
from cogwg.web.http.personal_data import personal_data_response
from cogwg.web.http.rate_limits import limit_downloads


@blueprint.post("/people/<int:id>/data")
@requires(Permission.MANAGE_PEOPLE)
@limit_downloads
def person_data_download(lang: str, id: int) -> Response:
    """Download what is stored about a person, without their unsaved text, and record the reason."""
    form, kind = PersonalDataForm(), request.form.get("do", "xlsx")
    if kind not in FILES:
        form.form_errors.append(_("Choose Excel or JSON."))
        return render_person(id, form, 422)
    try:
        with write() as open_session:
            person = load_person(open_session, id)
            reason = checked_reason(person, form.reason.data or "")
            data = read_personal_data(
                open_session,
                person,
                kind,
                reason=reason,
                with_unsaved_text=False,
                by=actor(),
                at=clocks.now(),
                now=clocks.real_now(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return render_person(id, form, 422)
    return personal_data_response(data, kind)
