"""The co-chair's page of a quarter: who has reported, who has not, whom nobody can write to; and reminding those missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.queries import Contact, jurisdictions
from cogwg.core.bilingual import Bilingual, clean_text
from cogwg.core.errors import Invalid, NotFound
from cogwg.core.settings import Settings
from cogwg.notices.queries import leads, reminder_audience
from cogwg.notices.reminder_messages import default_reminder_text
from cogwg.notices.services import ReminderResult, remind_missing
from cogwg.plan.models import Confirmation
from cogwg.plan.queries import plan_facts
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import Waiting, most_urgent, others, quarters
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Readiness, Stand, period_named, readiness
from cogwg.web.auth.access import actor, requires, somebody
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import downloads
from cogwg.web.http.mail_context import mailing
from cogwg.web.quarters import blueprint
from cogwg.web.quarters import readiness_grid as ready
from cogwg.web.quarters.forms import RemindForm
from cogwg.web.reporting.worklist import OtherQuarter


@dataclass(frozen=True, slots=True)
class Looked:
    """The quarter that a page is about, with its reports, the quarters of its plan, those of any plan that wait for
    reports too, and who reports for whom."""

    ready: Readiness
    quarters: tuple[PeriodFacts, ...]
    others: tuple[Waiting, ...]
    contacts: list[Contact]


@blueprint.get("/readiness")
@requires(Permission.MANAGE_PERIODS)
def readiness_page(lang: str) -> str:
    """Jurisdictions by priorities: what is in, what is missing, what is to chase."""
    try:
        looked = look()
    except NotFound:
        if "period" in request.args:
            raise
        return render_template("quarters/readiness_empty.html")
    found, today = looked.ready, clocks.today()
    show = showing()
    rows = ready.rows(found, looked.contacts, today)
    people = reminder_audience(session(), looked.contacts, found, clocks.now())
    return render_template(
        "quarters/readiness.html",
        plan=found.plan,
        period=found.period,
        quarters=[(p, url_for("quarters.readiness_page", lang=lang, period=p.key)) for p in looked.quarters],
        others=[OtherQuarter(url_for("quarters.readiness_page", lang=lang, period=w.period.key), w) for w in looked.others],
        counts={stand.value: found.count(stand) for stand in Stand},
        late=sum(one.late for one in found.all),
        total=len(found.all),
        show=show,
        shown=ready.listed_reports(found, show, today),
        rows=[row for row in rows if row.shown(show)],
        alls=[ready.inside_words(found, p) for p in found.plan.priorities],
        vacant=[(p.number, a.id) for p, a in found.plan.assignments_with(Confirmation.VACANT)],
        to_confirm=sum(row.to_confirm for row in rows),
        alone=sum(row.alone for row in rows),
        members=ready.without_a_role(found, jurisdictions(session(), lang)),
        people=people,
        last_reminder=max((at for _id, at in people.last_reminders.values()), default=None),
        may_see_outbox=has_permission(somebody().roles, Permission.SEE_OUTBOX),
        missing=any(one.missing for one in found.all) and found.period.takes_reports,
        addresses=_addresses(lang, found.period, show),
        downloads=downloads("quarters.readiness_download", lang=lang, period=found.period.key, show=show),
    )


@blueprint.route("/readiness/remind", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def remind(lang: str) -> Response | str:
    """Remind everybody with something missing, each in their language, in words one may change first."""
    looked = look()
    period = looked.ready.period
    form = RemindForm()
    if request.method == "GET":
        words = default_reminder_text(period)
        form.text_en.data, form.text_fr.data, form.copy.data = words.en, words.fr, True
        return _remind_page(looked, form)
    try:
        chased = _remind(looked, form)
    except Invalid as refusal:
        forms.show(form, refusal)
        return make_response(_remind_page(look(), form), 422)
    flash(_outcome(chased))
    return redirect(url_for("quarters.readiness_page", lang=lang, period=period.key), 303)


def look() -> Looked:
    """The quarter of the address, else the most urgent one of all plans. Raises ``NotFound``."""
    key = request.args.get("period", "")
    found = quarters(session(), clocks.now(), clocks.today())
    every = [one.period for one in found]
    begun = [one for one in every if one.year <= clocks.today().year]
    period = period_named(every, key) if key else most_urgent(found) or period_named(begun, "")
    plan = plan_facts(session(), period.year)
    waiting = tuple(one for one in others(found, period) if one.missing)
    own = tuple(one for one in every if one.year == plan.year)
    return Looked(readiness(session(), plan, period), own, waiting, leads(session()))


def showing() -> str:
    """What the address wants to see of it by the name of a count, empty for everything."""
    show = request.args.get("show", "")
    return show if show in ready.SHOWS else ""


def _remind_page(looked: Looked, form: RemindForm) -> str:
    return render_template(
        "quarters/remind.html",
        form=form,
        period=looked.ready.period,
        people=reminder_audience(session(), looked.contacts, looked.ready, clocks.now()),
        closed=not looked.ready.period.takes_reports,
    )


def _remind(looked: Looked, form: RemindForm) -> ReminderResult:
    said = Bilingual(clean_text(form.text_en.data), clean_text(form.text_fr.data))
    with write() as open_session:
        return remind_missing(
            open_session,
            looked.ready.plan.year,
            looked.ready.period,
            said,
            copy=bool(form.copy.data),
            by=actor(),
            **mailing(),
        )


def _outcome(chased: ReminderResult) -> str:
    """Who gets the reminder, and who was left out: the receipt of the one who sent it."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    words = ngettext(
        "%(num)s reminder is in the outbox: %(names)s.",
        "%(num)s reminders are in the outbox: %(names)s.",
        len(chased.reminded),
        names=", ".join(chased.reminded),
    )
    sent = len(chased.reminded)
    if settings.mail.method:
        words += " " + ngettext("The reminder leaves within minutes.", "The reminders leave within minutes.", sent)
    else:
        words += " " + ngettext(
            "The reminder leaves once a mail server is set.", "The reminders leave once a mail server is set.", sent
        )
    if chased.recently_reminded:
        words += " " + _("Left out, reminded in the last 24 hours: %(names)s.", names=", ".join(chased.recently_reminded))
    return str(words)


def _addresses(lang: str, period: PeriodFacts, show: str) -> dict[str, Any]:
    """Where the counts lead, by what they count; "" leads to everything."""

    def there(name: str) -> str:
        more: dict[str, Any] = {"show": name} if name else {}
        return url_for("quarters.readiness_page", lang=lang, period=period.key, **more, _anchor="reports" if name else None)

    return {name: there(name) for name in ("", *ready.SHOWS)}
