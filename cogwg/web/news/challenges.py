"""Challenges by theme: a jurisdiction raises one, others share it. Outside the group, one is named only if it agreed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news import services
from cogwg.reporting.news.kinds import CHALLENGES
from cogwg.reporting.news.queries import themes
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS, ChallengeMove, next_challenge_state
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author, concurrent_edit_sentence
from cogwg.web.news.challenge_board import ChallengeItem, board_context, field_prefix, load_challenge, with_concurrent_edit
from cogwg.web.news.forms import ActionForm, ChallengeForm, ShareForm


@blueprint.route("/challenges", methods=["GET", "POST"])
@requires(Permission.READ_REPORTS)
def challenge_list(lang: str) -> BaseResponse:
    """List the challenges by theme, with a form to add one."""
    voice = Author(session(), current_user())
    if request.method == "GET":
        return _render_list(voice, lang, None, 200)
    if not voice.may_post_news:
        raise Forbidden
    form = ChallengeForm("new-", themes=themes(session()), jurisdictions=voice.own_options)
    draft = form.draft()
    try:
        whose = voice.chosen_jurisdiction_id(form.jurisdiction.data if form.jurisdiction else None)
        with write() as open_session:
            id_ = services.add_challenge(
                open_session,
                whose,
                draft,
                may_be_named=form.may_be_named,
                by=voice.actor(whose),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return _render_list(voice, lang, form, 422)
    flash(_("Added: %(title)s", title=excerpt(draft.text)))
    return redirect(url_for("news.challenge_list", lang=lang, at=id_, _anchor=f"challenge-{id_}"), 303)


@blueprint.get("/challenges/<int:id>")
@requires(Permission.READ_REPORTS)
def challenge_page(lang: str, id: int) -> BaseResponse:
    """Show one challenge."""
    return _respond(load_challenge(Author(session(), current_user()), id, lang), 200)


@blueprint.route("/challenges/<int:id>/edit", methods=["GET", "POST"])
@requires(Permission.POST_NEWS)
def challenge_edit(lang: str, id: int) -> BaseResponse:
    """Edit a challenge."""
    voice = Author(session(), current_user())
    row = _editable_challenge(voice, id, lang)
    if request.method == "GET":
        return _respond(row.with_form(), 200)
    form = ChallengeForm(field_prefix(id), themes=themes(session()))
    draft = form.draft()
    try:
        with write() as open_session:
            services.edit_news(
                open_session,
                CHALLENGES,
                id,
                draft,
                expected_version=form.posted_version,
                by=voice.actor(),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return _respond(load_challenge(voice, id, lang).with_form(form), 422)
    except Conflict as conflict:
        return _respond(with_concurrent_edit(row, conflict.subject, draft), 409)
    return _done_response(voice, id, lang, _("Saved: %(title)s", title=excerpt(draft.text)))


@blueprint.get("/challenges/<int:id>/standing")
@requires(Permission.POST_NEWS)
def challenge_standing(lang: str, id: int) -> BaseResponse:
    """Show a challenge's state and who shares it, with what this person can do about either."""
    row = load_challenge(Author(session(), current_user()), id, lang)
    if not row.is_shared_by_user:
        raise Forbidden
    return _respond(replace(row, shows_actions=True), 200)


@blueprint.post("/challenges/<int:id>/state")
@requires(Permission.POST_NEWS)
def challenge_state(lang: str, id: int) -> BaseResponse:
    """Mark a challenge as mitigated, resolved, or open again."""
    voice = Author(session(), current_user())
    row, form = _editable_challenge(voice, id, lang), ActionForm()
    if form.move.data not in set(ChallengeMove):
        raise NotFound("move")
    move = ChallengeMove(form.move.data)

    def act() -> None:
        with write() as open_session:
            services.move_challenge(
                open_session,
                id,
                move,
                expected_version=form.posted_version,
                by=voice.actor(),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )

    if refused := _refused_response(row, act):
        return refused
    words = CHALLENGE_STATE_LABELS[next_challenge_state(row.challenge.state, move)].text(lang)
    return _done_response(voice, id, lang, _("%(state)s: %(title)s", state=words, title=excerpt(row.challenge.text)))


@blueprint.post("/challenges/<int:id>/us-too")
@requires(Permission.POST_NEWS)
def challenge_join(lang: str, id: int) -> BaseResponse:
    """Share a challenge for a jurisdiction, or change whether the deck may name it; by default it is not named."""
    voice = Author(session(), current_user())
    row, code = load_challenge(voice, id, lang), request.args.get("for", "")
    form = ShareForm(field_prefix(id, code), jurisdictions=() if code else voice.all_options)

    def act() -> None:
        whose = voice.chosen_jurisdiction_id(code or form.jurisdiction.data)
        with write() as open_session:
            services.share_challenge(
                open_session,
                id,
                whose,
                may_be_named=form.may_be_named,
                by=voice.actor(whose),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )

    if refused := _refused_response(row, act):
        return refused
    named = _("can be named in briefings") if form.may_be_named else _("not named in briefings")
    who = voice.jurisdiction_by_code(code or form.jurisdiction.data).name.text(lang)
    return _done_response(voice, id, lang, _("Jurisdiction facing this challenge: %(who)s (%(named)s)", who=who, named=named))


@blueprint.post("/challenges/<int:id>/take-back")
@requires(Permission.POST_NEWS)
def challenge_leave(lang: str, id: int) -> BaseResponse:
    """Stop sharing a challenge for a jurisdiction."""
    voice = Author(session(), current_user())
    row, whose = load_challenge(voice, id, lang), voice.jurisdiction_by_code(request.args.get("for", ""))

    def act() -> None:
        with write() as open_session:
            by = voice.actor(whose.id)
            services.unshare_challenge(open_session, id, whose.id, by=by, at=clocks.now(), is_allowed=voice.permission_check())

    if refused := _refused_response(row, act):
        return refused
    return _done_response(voice, id, lang, _("Jurisdiction removed from this challenge: %(who)s", who=whose.name.text(lang)))


@blueprint.post("/challenges/<int:id>/withdraw")
@requires(Permission.POST_NEWS)
def challenge_withdraw(lang: str, id: int) -> BaseResponse:
    """Remove a challenge from the list and the deck; the response offers to restore it."""
    voice = Author(session(), current_user())
    row, seen = _editable_challenge(voice, id, lang), ActionForm().posted_version

    def act() -> None:
        with write() as open_session:
            services.withdraw_news(
                open_session,
                CHALLENGES,
                id,
                expected_version=seen,
                by=voice.actor(),
                at=clocks.now(),
                is_allowed=voice.permission_check(),
            )

    if refused := _refused_response(row, act):
        return refused
    words = _("Withdrawn: %(title)s", title=excerpt(row.challenge.text))
    return _done_response(voice, id, lang, words, url_for("news.challenge_page", lang=lang, id=id))


@blueprint.post("/challenges/<int:id>/restore")
@requires(Permission.POST_NEWS)
def challenge_restore(lang: str, id: int) -> BaseResponse:
    """Undo a withdrawal."""
    voice = Author(session(), current_user())
    row = _editable_challenge(voice, id, lang)
    with write() as open_session:
        services.restore_news(
            open_session, CHALLENGES, id, by=voice.actor(), at=clocks.now(), is_allowed=voice.permission_check()
        )
    return _done_response(voice, id, lang, _("Restored: %(title)s", title=excerpt(row.challenge.text)))


def _editable_challenge(author: Author, id_: int, lang: str) -> ChallengeItem:
    """Return a challenge whose text and state this person may change. Raises ``Forbidden`` for others."""
    row = load_challenge(author, id_, lang)
    if not row.may_edit:
        raise Forbidden
    return row


def _refused_response(row: ChallengeItem, act: Callable[[], None]) -> BaseResponse | None:
    """Run the action; if a rule or a newer version refuses it, return a response with the reason and the current challenge."""
    try:
        act()
    except Invalid as refusal:
        fresh = load_challenge(row.author, row.challenge.id, row.lang)
        return _respond(replace(fresh, shows_actions=fresh.is_shared_by_user, alert=" ".join(_problem_sentences(refusal))), 422)
    except Conflict as conflict:
        alert = concurrent_edit_sentence(conflict.subject, _("Review the changes, then try again."))
        return _respond(replace(row, challenge=conflict.subject, shows_actions=True, alert=alert), 409)
    return None


def _problem_sentences(refusal: Invalid) -> list[str]:
    messages: list[Message] = [message for _field, message in refusal.problems]
    return [i18n.translate_message(message) for message in messages]


def _render_list(author: Author, lang: str, form: ChallengeForm | None, status: int) -> BaseResponse:
    context = board_context(author, lang, form)
    return htmx.respond("news/challenges.html", "news/challenges.html", status, **context)


def _respond(row: ChallengeItem, status: int, announcement: str = "") -> BaseResponse:
    context = {"row": row, "announcement": announcement}
    return htmx.respond("news/challenge.html", "news/_challenge.html", status, **context)


def _done_response(author: Author, id_: int, lang: str, announcement: str, next_url: str = "") -> BaseResponse:
    """Return the current row with its announcement, or redirect to the list with the same message."""
    if htmx.is_htmx_request():
        session().expire_all()
        return _respond(load_challenge(author, id_, lang), 200, announcement)
    flash(announcement)
    return redirect(next_url or url_for("news.challenge_list", lang=lang, at=id_, _anchor=f"challenge-{id_}"), 303)
