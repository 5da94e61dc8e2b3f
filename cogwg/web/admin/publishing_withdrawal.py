"""The page that withdraws the publication of a quarter, a briefing, a commitment or a report, with a public reason."""

from __future__ import annotations

from datetime import date

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid, NotFound
from cogwg.policy import Permission
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import publication_state
from cogwg.tracker.services import withdraw_publication
from cogwg.web.admin import blueprint
from cogwg.web.admin.publishing_forms import WithdrawForm
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome

KINDS = {
    "quarters": PublicationKind.QUARTER,
    "briefings": PublicationKind.BRIEFING,
    "commitments": PublicationKind.COMMITMENT,
    "heard": PublicationKind.HEARD,
}
"""The kind of publication for each word that a URL uses."""


@blueprint.get("/publications/<any(quarters, briefings, commitments, heard):kind>/<key>/withdraw")
@requires(Permission.PUBLISH)
def publication_confirm_withdrawal(lang: str, kind: str, key: str) -> Response:
    """Explain what a withdrawal means, and ask for the public reason."""
    return _render(kind, key, WithdrawForm(formdata=None), 200)


@blueprint.post("/publications/<any(quarters, briefings, commitments, heard):kind>/<key>/withdraw")
@requires(Permission.PUBLISH)
def publication_withdraw(lang: str, kind: str, key: str) -> Response:
    """Withdraw every edition of a quarter, a briefing, a commitment or a report; only a notice with the reason stays public."""
    form, done = WithdrawForm(), _("Withdrawn. Only the notice with your reason is still public.")
    try:
        with write() as open_session:
            withdraw_publication(open_session, KINDS[kind], key, reason=form.reason, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(kind, key, form, 422)
    except NotFound:
        if publication_state(session(), KINDS[kind], key, clocks.now()).withdrawn is None:
            raise
        done = _("The publication had already been withdrawn.")
    if kind == "heard":
        flash_at("heard", done)
        return redirect_to_outcome(url_for("admin.analysis_heard", lang=i18n.current_language(), cycle=key))
    flash_at(f"{kind[:-1]}-{key}", done)
    page = "publication_commitments" if kind == "commitments" else "publication_list"
    return redirect_to_outcome(url_for(f"admin.{page}", lang=i18n.current_language()))


def _render(kind: str, key: str, form: WithdrawForm, status: int) -> Response:
    state = publication_state(session(), KINDS[kind], key, clocks.now())
    if state.public is None:
        raise NotFound(f"public edition of {key}")
    page = render_template(
        "admin/publications/withdraw.html", name=_name(kind, key), kind=kind, key=key, form=form, state=state
    )
    return make_response(page, status)


def _name(kind: str, key: str) -> Bilingual:
    if kind == "briefings":
        when = dates.day(date.fromisoformat(key))
        return Bilingual(f"the briefing of {when.en}", f"la présentation du {when.fr}")
    if kind == "commitments":
        return Bilingual(f"commitment {key}", f"l’engagement {key}")
    if kind == "heard":
        return Bilingual(f"What we heard of “{key}”", f"Ce que nous avons entendu de «\u00a0{key}\u00a0»")
    year, month = key.split("-")
    return Bilingual(f"Quarter {int(month) // 3} of {year}", f"le trimestre {int(month) // 3} de {year}")
