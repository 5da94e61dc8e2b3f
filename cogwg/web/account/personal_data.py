"""The page with everything that is stored about the signed-in person, and its download. Both are recorded."""

from __future__ import annotations

from flask import render_template, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.models import Person
from cogwg.policy import Permission
from cogwg.privacy.personal_data import FILES, PersonalData, read_personal_data
from cogwg.web.account import blueprint
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks
from cogwg.web.http.database import write
from cogwg.web.http.personal_data import personal_data_response
from cogwg.web.http.rate_limits import limit_downloads

ROWS_SHOWN = 20
"""How many rows of each section the page shows at most. The files contain all rows."""


@blueprint.get("/account/data")
@requires(Permission.USE_ACCOUNT)
def personal_data(lang: str) -> str:
    """Show everything that is stored about the person, and how to correct it."""
    downloads = {kind: url_for("account.personal_data_download", lang=lang, kind=kind) for kind in FILES}
    return render_template("account/data.html", personal_data=_read("page"), rows_shown=ROWS_SHOWN, downloads=downloads)


@blueprint.get("/account/data.<any(json, xlsx):kind>")
@requires(Permission.USE_ACCOUNT)
@limit_downloads
def personal_data_download(lang: str, kind: str) -> Response:
    """Download everything that is stored about the person."""
    return personal_data_response(_read(kind), kind)


def _read(form: str) -> PersonalData:
    with write() as open_session:
        person = open_session.get_one(Person, current_user().person_id)
        return read_personal_data(open_session, person, form, by=actor(), at=clocks.now(), now=clocks.real_now())
