"""Milestones: everybody's news, newest first; a lead adds one in a sentence, edits it, withdraws it and brings it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news import milestones as services
from cogwg.reporting.news.queries import MilestoneNews, milestone, milestones_told
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.web.auth.access import requires, somebody
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import downloads
from cogwg.web.http.filters import excerpt
from cogwg.web.http.pagination import index as place
from cogwg.web.http.pagination import part
from cogwg.web.news import blueprint
from cogwg.web.news.author import Theirs, Voice, changed_meanwhile, differing
from cogwg.web.news.forms import ActForm, FilterForm, MilestoneForm, milestone_form


@dataclass(frozen=True)
class MilestoneRow:
    """A milestone on a page; ``mine`` says the reader may change it, ``form`` that they are doing so."""

    told: MilestoneNews
    mine: bool
    lang: str
    form: MilestoneForm | None = None
    alert: str = ""
    theirs: tuple[Theirs, ...] = ()

    def url(self, verb: str = "page") -> str:
        return url_for(f"news.milestone_{verb}", lang=self.lang, id=self.told.id)

    def editing(self, form: MilestoneForm | None = None) -> MilestoneRow:
        return replace(
            self, form=form or milestone_form(_prefix(self.told.id), self.told.draft, self.told.version, formdata=None)
        )


@blueprint.route("/milestones", methods=["GET", "POST"])
@requires(Permission.READ_REPORTS)
def milestone_list(lang: str) -> Answer:
    """What jurisdictions achieved, newest first, with a form to add to it."""
    voice = Voice(session(), somebody())
    if request.method == "GET":
        return _list(voice, lang, None, 200)
    if not voice.may_tell:
        raise Forbidden
    form = milestone_form("new-", whose=voice.whose)
    draft = form.draft()
    try:
        whose = voice.chosen(form.jurisdiction.data if form.jurisdiction else None)
        with write() as open_session:
            id_ = services.add_milestone(open_session, whose, draft, by=voice.actor(whose), at=clocks.now(), may=voice.may())
    except Invalid as refusal:
        forms.show(form, refusal, {"text": f"text_{lang}"})
        return _list(voice, lang, form, 422)
    flash(_("Added: %(title)s", title=excerpt(draft.text)))
    return redirect(url_for("news.milestone_list", lang=lang, at=id_, _anchor=f"milestone-{id_}"), 303)


@blueprint.get("/milestones/<int:id>")
@requires(Permission.READ_REPORTS)
def milestone_page(lang: str, id: int) -> Answer:
    """One milestone by itself."""
    return _show(_row(Voice(session(), somebody()), id, lang), 200)


@blueprint.route("/milestones/<int:id>/edit", methods=["GET", "POST"])
@requires(Permission.POST_NEWS)
def milestone_edit(lang: str, id: int) -> Answer:
    """Say it otherwise."""
    voice = Voice(session(), somebody())
    row = _mine(voice, id, lang)
    if request.method == "GET":
        return _show(row.editing(), 200)
    form = milestone_form(_prefix(id))
    draft = form.draft()
    try:
        with write() as open_session:
            by = voice.actor(row.told.jurisdiction_id)
            services.edit_milestone(open_session, id, draft, seen=form.seen, by=by, at=clocks.now(), may=voice.may())
    except Invalid as refusal:
        forms.show(form, refusal, {"text": f"text_{lang}"})
        return _show(_row(voice, id, lang).editing(form), 422)
    except Conflict as conflict:
        return _show(_conflicting(row, conflict.subject, draft), 409)
    return _done(voice, id, lang, _("Saved: %(title)s", title=excerpt(draft.text)))


@blueprint.post("/milestones/<int:id>/withdraw")
@requires(Permission.POST_NEWS)
def milestone_withdraw(lang: str, id: int) -> Answer:
    """Take it out of the list and the deck; the answer offers to bring it back."""
    voice = Voice(session(), somebody())
    row = _mine(voice, id, lang)
    try:
        with write() as open_session:
            services.withdraw_milestone(
                open_session,
                id,
                seen=ActForm().seen,
                by=voice.actor(row.told.jurisdiction_id),
                at=clocks.now(),
                may=voice.may(),
            )
    except Conflict as conflict:
        alert = changed_meanwhile(conflict.subject, _("Read it again before you withdraw it."))
        return _show(replace(row, told=conflict.subject, alert=alert), 409)
    words = _("Withdrawn: %(title)s", title=excerpt(row.told.text))
    return _done(voice, id, lang, words, url_for("news.milestone_page", lang=lang, id=id))


@blueprint.post("/milestones/<int:id>/restore")
@requires(Permission.POST_NEWS)
def milestone_restore(lang: str, id: int) -> Answer:
    """Undo a withdrawal."""
    voice = Voice(session(), somebody())
    row = _mine(voice, id, lang)
    with write() as open_session:
        by = voice.actor(row.told.jurisdiction_id)
        services.restore_milestone(open_session, id, by=by, at=clocks.now(), may=voice.may())
    return _done(voice, id, lang, _("Restored: %(title)s", title=excerpt(row.told.text)))


def _prefix(id_: int) -> str:
    return f"m{id_}-"


def _list(voice: Voice, lang: str, form: MilestoneForm | None, status: int) -> Response:
    code = request.args.get("jurisdiction", "")
    about = voice.named(code) if code else None
    rows = [_as_row(voice, told, lang) for told in milestones_told(session(), code=code)]
    if form is None and voice.may_tell:
        chosen = code if voice.may()([about.id] if about else []) else ""
        form = milestone_form("new-", whose=voice.whose, chosen=chosen, formdata=None)
    told = [row for row in rows if row.told.withdrawn_at is None]
    at = place(told, lambda row: str(row.told.id) == request.args.get("at"))
    context: dict[str, Any] = {
        "part": part(told, "news.milestone_list", at=at),
        "latest": told[0].told.reported_on if told else None,
        "withdrawn": [row for row in rows if row.told.withdrawn_at is not None and row.mine],
        "form": form,
        "speaker": voice.own[0][2] if voice.own and not voice.whose else None,
        "filter": FilterForm(voice.options, code),
        "about": about.name if about else None,
        "here": url_for("news.milestone_list", lang=lang),
        "downloads": downloads("news.milestone_download", lang=lang, jurisdiction=code),
    }
    return htmx.answer("news/milestones.html", "news/milestones.html", status, **context)


def _as_row(voice: Voice, told: MilestoneNews, lang: str) -> MilestoneRow:
    return MilestoneRow(told, voice.may()((told.jurisdiction_id,)), lang)


def _row(voice: Voice, id_: int, lang: str) -> MilestoneRow:
    """A milestone as it stands; a withdrawn one is there only for those who may restore it. Raises ``NotFound``."""
    row = _as_row(voice, milestone(session(), id_), lang)
    if row.told.withdrawn_at is not None and not row.mine:
        raise NotFound(f"milestone {id_}")
    return row


def _mine(voice: Voice, id_: int, lang: str) -> MilestoneRow:
    row = _row(voice, id_, lang)
    if not row.mine:
        raise Forbidden
    return row


def _show(row: MilestoneRow, status: int, announcement: str = "") -> Response:
    context = {"row": row, "announcement": announcement, "alone": not htmx.asked()}
    return htmx.answer("news/milestone.html", "news/_milestone.html", status, **context)


def _done(voice: Voice, id_: int, lang: str, words: str, where: str = "") -> Answer:
    """The row as it stands now with its announcement, or back to the list with a receipt."""
    if htmx.asked():
        return _show(_row(voice, id_, lang), 200, words)
    flash(words)
    return redirect(where or url_for("news.milestone_list", lang=lang, at=id_, _anchor=f"milestone-{id_}"), 303)


def _conflicting(row: MilestoneRow, theirs: MilestoneNews, yours: MilestoneDraft) -> MilestoneRow:
    """What they saved stands above the form; what one typed stays in it, and may be saved over theirs knowingly."""
    form = milestone_form(_prefix(theirs.id), yours, theirs.version, formdata=None)
    labels = {"text_en": _("What was achieved, in English"), "text_fr": _("What was achieved, in French")}
    labels |= {"under_way": _("How far it is"), "happened": _("When it happened"), "links": _("Links")}
    found = differing(labels, _spelled(theirs.draft), _spelled(yours))
    return replace(row, told=theirs, alert=changed_meanwhile(theirs), theirs=found).editing(form)


def _spelled(draft: MilestoneDraft) -> dict[str, str]:
    """A draft as words, field by field, to be compared by eye."""
    links = [" ".join(part for part in (link.url, link.label.en, link.label.fr) if part) for link in draft.links]
    return {
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
        "under_way": _("Under way") if draft.under_way else _("Done"),
        "happened": draft.happened,
        "links": "\n".join(links),
    }
