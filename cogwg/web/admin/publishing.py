"""The list of what is public, and the page on which a closed quarter is previewed, published and corrected."""

from __future__ import annotations

from datetime import date, datetime

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing.queries import FrozenVersionFacts, versions
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.unfinished import returned_codes
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import NEVER_PUBLISHED, publication_state, publication_states, quarters_of_all_plans
from cogwg.tracker.services import MAX_EMBARGO, cancel_embargo, preview_quarter, publish_quarter
from cogwg.web.admin import blueprint
from cogwg.web.admin.publishing_forms import PublishForm
from cogwg.web.admin.publishing_rows import correction_rows, gap_rows
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import day
from cogwg.web.http.flashes import flash_at, redirect_to_outcome


@blueprint.get("/publications")
@requires(Permission.PUBLISH)
def publication_list(lang: str) -> str:
    """List the quarters of all plans and the finalized briefings, with what is public about each."""
    now = clocks.now()
    states = publication_states(session(), now)
    newest: dict[date, FrozenVersionFacts] = {}
    for version in versions(session()):
        newest.setdefault(version.meeting_on, version)
    return render_template(
        "admin/publications/list.html",
        quarters=[
            (period, states.get((PublicationKind.QUARTER, period.key), NEVER_PUBLISHED))
            for period in quarters_of_all_plans(session(), now)
        ],
        public_commitments=sum(
            kind is PublicationKind.COMMITMENT and state.public is not None for (kind, _key), state in states.items()
        ),
        briefings=[
            (version, states.get((PublicationKind.BRIEFING, on.isoformat()), NEVER_PUBLISHED)) for on, version in newest.items()
        ],
    )


@blueprint.get("/publications/quarters/<key>")
@requires(Permission.PUBLISH)
def publication_quarter(lang: str, key: str) -> Response:
    """Show exactly what would become public about a quarter, what blocks its publication, and the form that publishes it."""
    return _render(key, PublishForm(formdata=None), 200)


@blueprint.post("/publications/quarters/<key>")
@requires(Permission.PUBLISH)
def publication_publish(lang: str, key: str) -> Response:
    """Publish a closed quarter, or a correction of a published quarter, at once or on a later day."""
    form = PublishForm()
    if not form.validate():
        return _render(key, form, 422)
    day_chosen = form.visible_on.data
    try:
        with write() as open_session:
            form.make_once(
                open_session,
                "publication",
                lambda: publish_quarter(
                    open_session,
                    key,
                    visible_on=day_chosen,
                    override_reason=form.override_text,
                    correction_reason=form.correction_reason,
                    shown=form.shown.data or "",
                    by=actor(),
                    at=clocks.now(),
                ),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(key, form, 422)
    except Conflict:
        form.form_errors.append(
            _("The content of this page has changed, so nothing was published. Read the preview again, then try again.")
        )
        return _render(key, form, 409)
    return _done(key, _published_sentence(key))


@blueprint.post("/publications/quarters/<key>/cancel")
@requires(Permission.PUBLISH)
def publication_cancel(lang: str, key: str) -> Response:
    """Cancel the edition of a quarter that is under embargo. Nothing about it becomes public."""
    try:
        with write() as open_session:
            cancel_embargo(open_session, PublicationKind.QUARTER, key, by=actor(), at=clocks.now())
    except NotFound:
        if all(each.key != key for each in quarters_of_all_plans(session(), clocks.now())):
            raise
        return _done(key, _("Nothing was cancelled: this quarter is no longer under embargo."))
    return _done(key, _("The publication was cancelled before anything became public."))


def _done(key: str, sentence: str) -> Response:
    flash_at(f"quarter-{key}", sentence)
    return redirect_to_outcome(url_for("admin.publication_list", lang=i18n.current_language()))


def _published_sentence(key: str) -> str:
    period = next(each for each in quarters_of_all_plans(session(), clocks.now()) if each.key == key)
    values = {"quarter": period.quarter, "year": period.year}
    waiting = publication_state(session(), PublicationKind.QUARTER, key, clocks.now()).waiting
    if waiting is None:
        return str(_("Quarter %(quarter)s of %(year)s is public.", **values))
    sentence = _("Quarter %(quarter)s of %(year)s becomes public on %(day)s.", **values, day=day(waiting.visible_at))
    return str(sentence)


def _render(key: str, form: PublishForm, status: int) -> Response:
    now = clocks.now()
    preview = preview_quarter(session(), key, visible_on=form.visible_on.data, at=now)
    form.shown.data = preview.shown
    content, state = preview.copy.content, publication_state(session(), PublicationKind.QUARTER, key, now)
    page = render_template(
        "admin/publications/quarter.html",
        period=preview.period,
        preview=preview,
        content=content,
        state=state,
        form=form,
        gaps=gap_rows(preview.copy.gaps, content),
        corrections=correction_rows(preview.corrections, preview.published, content),
        reports={report.activity: report for report in content.reports},
        jurisdictions={each.code: each for each in content.jurisdictions},
        last_day=clocks.today() + MAX_EMBARGO,
        still_open=_reopened(preview.period, now),
        returned=returned_codes(session(), preview.period.id),
    )
    return make_response(page, status)


def _reopened(period: PeriodFacts, now: datetime) -> bool:
    """Return whether a jurisdiction can still report on this closed quarter."""
    return any(reopening.until > now for reopening in period.reopenings.values())
