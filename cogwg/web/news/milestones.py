"""Milestones of all jurisdictions, newest first; a lead adds one in a sentence, edits, withdraws and restores it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news import services
from cogwg.reporting.news.kinds import MILESTONES
from cogwg.reporting.news.queries import MilestoneNews, list_milestones, milestone
from cogwg.reporting.news.rules import MilestoneDraft
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_urls
from cogwg.web.http.filters import excerpt
from cogwg.web.http.pagination import find_index, paginate
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author, ConcurrentEdit, concurrent_edit_sentence, concurrent_edits
from cogwg.web.news.forms import ActionForm, MilestoneForm, NewsFilterForm, milestone_form


@dataclass(frozen=True)
class MilestoneItem:
    """A milestone on a page; ``may_edit`` says that the reader may change it, ``form`` is set while they do."""

    milestone: MilestoneNews
    may_edit: bool
    lang: str
    form: MilestoneForm | None = None
    alert: str = ""
    concurrent_edits: tuple[ConcurrentEdit, ...] = ()

    def url(self, verb: str = "page") -> str:
        return url_for(f"news.milestone_{verb}", lang=self.lang, id=self.milestone.id)

    def with_form(self, form: MilestoneForm | None = None) -> MilestoneItem:
        return replace(
            self,
            form=form
            or milestone_form(_field_prefix(self.milestone.id), self.milestone.draft, self.milestone.version, formdata=None),
        )


@blueprint.route("/milestones", methods=["GET", "POST"])
@requires(Permission.READ_REPORTS)
def milestone_list(lang: str) -> BaseResponse:
    """List the milestones, newest first, with a form to add one."""
    voice = Author(session(), current_user())
    if request.method == "GET":
        return _render_list(voice, lang, None, 200)
    if not voice.may_post_news:
        raise Forbidden
    form = milestone_form("new-", jurisdictions=voice.own_options)
    draft = form.draft()
    try:
        whose = voice.chosen_jurisdiction_id(form.jurisdiction.data if form.jurisdiction else None)
        with write() as open_session:
            id_ = services.add_milestone(
                open_session, whose, draft, by=voice.actor(whose), at=clocks.now(), is_allowed=voice.permission_check()
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return _render_list(voice, lang, form, 422)
    flash(_("Added: %(title)s", title=excerpt(draft.text)))
    return redirect(url_for("news.milestone_list", lang=lang, at=id_, _anchor=f"milestone-{id_}"), 303)


@blueprint.get("/milestones/<int:id>")
@requires(Permission.READ_REPORTS)
def milestone_page(lang: str, id: int) -> BaseResponse:
    """Show one milestone."""
    return _respond(_load_milestone(Author(session(), current_user()), id, lang), 200)


@blueprint.route("/milestones/<int:id>/edit", methods=["GET", "POST"])
@requires(Permission.POST_NEWS)
def milestone_edit(lang: str, id: int) -> BaseResponse:
    """Edit a milestone."""
    voice = Author(session(), current_user())
    row = _editable_milestone(voice, id, lang)
    if request.method == "GET":
        return _respond(row.with_form(), 200)
    form = milestone_form(_field_prefix(id))
    draft = form.draft()
    try:
        with write() as open_session:
            by = voice.actor(row.milestone.jurisdiction_id)
            services.edit_news(
                open_session,
                MILESTONES,
                id,
                draft,
                expected_version=form.posted_version,
                by=by,
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return _respond(_load_milestone(voice, id, lang).with_form(form), 422)
    except Conflict as conflict:
        return _respond(_with_concurrent_edit(row, conflict.subject, draft), 409)
    return _done_response(voice, id, lang, _("Saved: %(title)s", title=excerpt(draft.text)))


@blueprint.post("/milestones/<int:id>/withdraw")
@requires(Permission.POST_NEWS)
def milestone_withdraw(lang: str, id: int) -> BaseResponse:
    """Remove a milestone from the list and the deck; the response offers to restore it."""
    voice = Author(session(), current_user())
    row = _editable_milestone(voice, id, lang)
    try:
        with write() as open_session:
            services.withdraw_news(
                open_session,
                MILESTONES,
                id,
                expected_version=ActionForm().posted_version,
                by=voice.actor(row.milestone.jurisdiction_id),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )
    except Conflict as conflict:
        alert = concurrent_edit_sentence(conflict.subject, _("Review the changes before you withdraw it."))
        return _respond(replace(row, milestone=conflict.subject, alert=alert), 409)
    words = _("Withdrawn: %(title)s", title=excerpt(row.milestone.text))
    return _done_response(voice, id, lang, words, url_for("news.milestone_page", lang=lang, id=id))


@blueprint.post("/milestones/<int:id>/restore")
@requires(Permission.POST_NEWS)
def milestone_restore(lang: str, id: int) -> BaseResponse:
    """Undo a withdrawal."""
    voice = Author(session(), current_user())
    row = _editable_milestone(voice, id, lang)
    with write() as open_session:
        by = voice.actor(row.milestone.jurisdiction_id)
        services.restore_news(open_session, MILESTONES, id, by=by, at=clocks.now(), is_allowed=voice.permission_check())
    return _done_response(voice, id, lang, _("Restored: %(title)s", title=excerpt(row.milestone.text)))


def _field_prefix(id_: int) -> str:
    return f"m{id_}-"


def _render_list(author: Author, lang: str, form: MilestoneForm | None, status: int) -> Response:
    code = request.args.get("jurisdiction", "")
    about = author.jurisdiction_by_code(code) if code else None
    rows = [_milestone_item(author, told, lang) for told in list_milestones(session(), code=code)]
    if form is None and author.may_post_news:
        chosen = code if author.permission_check()([about.id] if about else []) else ""
        form = milestone_form("new-", jurisdictions=author.own_options, chosen_code=chosen, formdata=None)
    told = [row for row in rows if row.milestone.withdrawn_at is None]
    at = find_index(told, lambda row: str(row.milestone.id) == request.args.get("at"))
    context: dict[str, Any] = {
        "list_page": paginate(told, "news.milestone_list", row_index=at),
        "latest": told[0].milestone.reported_on if told else None,
        "withdrawn": [row for row in rows if row.milestone.withdrawn_at is not None and row.may_edit],
        "form": form,
        "author_name": author.led_jurisdictions[0][2] if author.led_jurisdictions and not author.own_options else None,
        "filter_form": NewsFilterForm(author.all_options, code),
        "jurisdiction_name": about.name if about else None,
        "list_url": url_for("news.milestone_list", lang=lang),
        "downloads": download_urls("news.milestone_download", lang=lang, jurisdiction=code),
    }
    return htmx.respond("news/milestones.html", "news/milestones.html", status, **context)


def _milestone_item(author: Author, milestone: MilestoneNews, lang: str) -> MilestoneItem:
    return MilestoneItem(milestone, author.permission_check()((milestone.jurisdiction_id,)), lang)


def _load_milestone(author: Author, id_: int, lang: str) -> MilestoneItem:
    """Return a milestone; a withdrawn one only for those who may restore it. Raises ``NotFound``."""
    row = _milestone_item(author, milestone(session(), id_), lang)
    if row.milestone.withdrawn_at is not None and not row.may_edit:
        raise NotFound(f"milestone {id_}")
    return row


def _editable_milestone(author: Author, id_: int, lang: str) -> MilestoneItem:
    row = _load_milestone(author, id_, lang)
    if not row.may_edit:
        raise Forbidden
    return row


def _respond(row: MilestoneItem, status: int, announcement: str = "") -> Response:
    context = {"row": row, "announcement": announcement, "alone": not htmx.is_htmx_request()}
    return htmx.respond("news/milestone.html", "news/_milestone.html", status, **context)


def _done_response(author: Author, id_: int, lang: str, announcement: str, next_url: str = "") -> BaseResponse:
    """Return the current row with its announcement, or redirect to the list with the same message."""
    if htmx.is_htmx_request():
        return _respond(_load_milestone(author, id_, lang), 200, announcement)
    flash(announcement)
    return redirect(next_url or url_for("news.milestone_list", lang=lang, at=id_, _anchor=f"milestone-{id_}"), 303)


def _with_concurrent_edit(row: MilestoneItem, theirs: MilestoneNews, yours: MilestoneDraft) -> MilestoneItem:
    """Show what the other person saved above the form; what was typed stays in it, and may be saved over theirs knowingly."""
    form = milestone_form(_field_prefix(theirs.id), yours, theirs.version, formdata=None)
    labels = {"text_en": _("What was achieved (English)"), "text_fr": _("What was achieved (French)")}
    labels |= {"under_way": _("Status"), "happened": _("Date"), "links": _("Links")}
    found = concurrent_edits(labels, _texts_by_field(theirs.draft), _texts_by_field(yours))
    return replace(row, milestone=theirs, alert=concurrent_edit_sentence(theirs), concurrent_edits=found).with_form(form)


def _texts_by_field(draft: MilestoneDraft) -> dict[str, str]:
    """Return a draft as text by field, for comparison by a reader."""
    links = [" ".join(part for part in (link.url, link.label.en, link.label.fr) if part) for link in draft.links]
    return {
        "text_en": draft.text.en,
        "text_fr": draft.text.fr,
        "under_way": _("Under way") if draft.under_way else _("Done"),
        "happened": draft.happened,
        "links": "\n".join(links),
    }
