"""The page that closes the plan of a year, with what is still open in it, and reopens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.audit.services import Actor
from cogwg.core.errors import Conflict, Invalid
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.year_forms import YearReasonForm
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.year_end.closing import close_year, reopen_year, year_to_close


@blueprint.get("/plans/<int:year>/close")
@requires(Permission.EDIT_PLAN)
def year_close_page(lang: str, year: int) -> Response:
    """Show what closing a year means, its final briefing and what is still open, or the form to reopen a closed year."""
    return _render(year, YearReasonForm(formdata=None), 200)


@blueprint.post("/plans/<int:year>/close")
@requires(Permission.EDIT_PLAN)
def year_close(lang: str, year: int) -> Response:
    """Close the plan of a year and its quarters. Without a final briefing, a reason is required."""
    form = YearReasonForm()

    def close(open_session: Session, by: Actor, at: datetime) -> None:
        close_year(open_session, year, reason=form.reason_text, by=by, at=at)

    done = _("The %(year)s plan is closed. Everyone can still read it.", year=year)
    return _change(year, form, close, done, _("The %(year)s plan had already been closed.", year=year))


@blueprint.post("/plans/<int:year>/reopen")
@requires(Permission.EDIT_PLAN)
def year_reopen(lang: str, year: int) -> Response:
    """Reopen the plan of a year with the quarters that were closed with it. A reason is required."""
    form = YearReasonForm()

    def reopen(open_session: Session, by: Actor, at: datetime) -> None:
        reopen_year(open_session, year, reason=form.reason_text, by=by, at=at)

    done = _("The %(year)s plan is open again, and so are the quarters that were closed with it.", year=year)
    return _change(year, form, reopen, done, _("The %(year)s plan had already been reopened.", year=year))


Change = Callable[[Session, Actor, datetime], None]


def _change(year: int, form: YearReasonForm, change: Change, done: str, before: str) -> Response:
    """Apply a change and show the list of plans. If it was already made, even by another person, only say so."""
    try:
        with write() as open_session:
            change(open_session, actor(), clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(year, form, 422)
    except Conflict:
        done = before
    flash_at("plans", done)
    return redirect_to_outcome(url_for("admin.plan_list", lang=i18n.current_language()))


def _render(year: int, form: YearReasonForm, status: int) -> Response:
    to_close = year_to_close(session(), year, clocks.now())
    return make_response(render_template("admin/years/close.html", to_close=to_close, plan=to_close.plan, form=form), status)
