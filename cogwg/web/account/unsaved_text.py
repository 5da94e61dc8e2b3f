"""The page that lists a person's unsaved texts, and the URLs through which scripts store and discard them.

A form offers only its own text. The page also lists texts whose form no longer exists, for example because the quarter was
closed or a colleague has translated the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts.unsaved_text import ControlKind, ControlState, discard_unsaved_text, keep_unsaved_text
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid
from cogwg.plan.lookups import activity_places
from cogwg.policy import Permission, has_permission
from cogwg.web.account import blueprint
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import clock
from cogwg.web.http.forms import ButtonForm
from cogwg.web.http.unsaved_text import activity_id_of, form_label, own_unsaved_texts


@dataclass(frozen=True, slots=True)
class ListedText:
    """The unsaved texts of one form, with what the form is for (``label``) and its activity.

    ``activity`` is the year of the plan, the activity's code and its title; None if the form is not about an activity.
    """

    form: str
    label: str
    activity: tuple[int, str, Bilingual] | None
    kept_at: datetime
    texts: tuple[str, ...]
    url: str = ""
    """The URL of the page with the form; "" if it cannot be derived from the form's key."""

    @property
    def element_id(self) -> str:
        return element_id(self.form)


def element_id(form: str) -> str:
    """Return the HTML id of a form's texts on the page, so that links can lead to them."""
    return f"text-{form}".replace(":", "-").replace(".", "-")


@blueprint.get("/account/unsaved-text")
@requires(Permission.USE_ACCOUNT)
def unsaved_text_list(lang: str) -> str:
    """Show all of the person's unsaved texts, newest first, to copy or discard."""
    return render_template("account/unsaved_text.html", listed=list(_listed_texts()), button=ButtonForm(formdata=None))


@blueprint.post("/account/unsaved-text")
@requires(Permission.USE_ACCOUNT)
def unsaved_text_keep(lang: str) -> Response:
    """Store the person's unsaved changes in a form, and return a sentence that says when, to show in the form.

    Answers 422 with the reason if the text is too long or too many forms have unsaved text.
    """
    controls = [
        ControlState(ControlKind(kind), name, value)
        for field, value in request.form.items(multi=True)
        for kind, colon, name in [field.partition(":")]
        if colon and kind in tuple(ControlKind)
    ]
    form, base = request.form.get("form", ""), request.form.get("base", "")
    try:
        with write() as open_session:
            keep_unsaved_text(open_session, current_user().person_id, form, base, controls, now=clocks.real_now())
    except Invalid as refusal:
        ((_field, message),) = refusal.problems
        return make_response(jsonify(refused=i18n.translate_message(message)), 422)
    return jsonify(kept=_("Text kept at %(time)s. Only you can see it.", time=clock(clocks.now())))


@blueprint.post("/account/unsaved-text/discard")
@requires(Permission.USE_ACCOUNT)
def unsaved_text_discard(lang: str) -> Response:
    """Delete the person's unsaved text in a form, when a script asks for it."""
    with write() as open_session:
        discard_unsaved_text(open_session, current_user().person_id, request.form.get("form", ""))
    return jsonify(kept="")


@blueprint.post("/account/unsaved-text/delete")
@requires(Permission.USE_ACCOUNT)
def unsaved_text_delete(lang: str) -> BaseResponse:
    """Delete the unsaved text of one form in the list, and show the list again."""
    with write() as open_session:
        discard_unsaved_text(open_session, current_user().person_id, request.form.get("form", ""))
    flash(_("Text discarded."))
    return redirect(url_for("account.unsaved_text_list", lang=lang), 303)


def _listed_texts() -> Iterator[ListedText]:
    stored = sorted(own_unsaved_texts().items(), key=lambda item: item[1].kept_at, reverse=True)
    keys = {form: form.split(":") for form, _facts in stored}
    places = activity_places(session(), [id for form in keys if (id := activity_id_of(form)) is not None])
    for form, facts in stored:
        texts = tuple(control.value for control in facts.controls if control.kind is ControlKind.TEXT and control.value.strip())
        activity = places.get(activity_id_of(form) or 0)
        yield ListedText(form, form_label(form), activity, facts.kept_at, texts, _form_url(keys[form], activity))


_PAGES = {
    "settings-host": "admin.settings_page",
    "settings-reminders": "admin.settings_page",
    "settings-public": "admin.settings_page",
    "person-invite": "admin.people_list",
    "jurisdiction-new": "admin.jurisdiction_list",
    "account-name": "account.page",
    "assessor-invite": "ogp.assessor_list",
}
"""The endpoint of the page of each form that occurs on only one page."""
_PAGES_BY_ID = {
    "assessment": "ogp.assessment_page",
    "milestone-offer": "ogp.offer_new",
    "organization-report": "ogp.offer_report_new",
    "offer-answer": "ogp.offer_page",
}
"""The endpoint of each form whose page has the id from the form's key in its URL."""


def _form_url(key: list[str], activity: tuple[int, str, Bilingual] | None) -> str:
    """Return the URL of the page with the form of this key; "" for a report that may be on behalf of any jurisdiction."""
    lang, kind = i18n.current_language(), key[0]
    if kind == "report" and activity is not None:
        if has_permission(current_user().roles, Permission.REPORT_ON_BEHALF):
            return ""
        return url_for("reporting.report", lang=lang, year=activity[0], code=activity[1], period=key[1])
    if kind in ("reopening", "extension", "set-back") and key[1][:4].isdecimal():
        return url_for("quarters.quarter_page", lang=lang, year=int(key[1][:4]), key=key[1])
    if kind in ("carry-over", "year-close", "year-reopen") and key[1].isdecimal() and len(key[1]) == 4:
        endpoint = "admin.carry_over_page" if kind == "carry-over" else "admin.year_close_page"
        return url_for(endpoint, lang=lang, year=int(key[1]))
    if kind.startswith("plan-") and key[1].isdecimal():
        endpoint = "admin.plan_priority_new" if kind == "plan-new-priority" else "admin.plan_editor"
        return url_for(endpoint, lang=lang, year=int(key[1]))
    if kind == "publication":
        return url_for("admin.publication_quarter", lang=lang, key=key[1])
    if kind == "publication-withdraw":
        return url_for("admin.publication_list", lang=lang)
    if kind in _PAGES:
        return url_for(_PAGES[kind], lang=lang)
    if kind in ("person-account", "person-data", "person-reset") and key[1].isdecimal():
        return url_for("admin.person_page", lang=lang, id=int(key[1]))
    if kind in ("jurisdiction-names", "jurisdiction-contact"):
        return url_for("admin.jurisdiction_page", lang=lang, code=key[1])
    if kind == "assessment-new":
        return url_for("ogp.assessment_new", lang=lang, identifier=key[1])
    if kind in _PAGES_BY_ID and key[1].isdecimal():
        return url_for(_PAGES_BY_ID[kind], lang=lang, id=int(key[1]))
    if kind in ("note", "comment", "due-date", "due-request") and activity is not None:
        return url_for("activities.page", lang=lang, year=activity[0], code=activity[1])
    return ""
