"""Challenges: what holds jurisdictions back, by theme. One raises it, others say "us too", nobody is named outside unasked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from cogwg.core.errors import Conflict, Forbidden, Invalid, Message, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news import challenges as services
from cogwg.reporting.news.queries import themes
from cogwg.reporting.news.rules import STATE_WORDS, Move, moved
from cogwg.web.auth.access import requires, somebody
from cogwg.web.http import clocks, forms, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.news import blueprint
from cogwg.web.news.author import Voice, changed_meanwhile
from cogwg.web.news.challenge_board import ChallengeRow, board, conflicting, find_row, prefix
from cogwg.web.news.forms import ActForm, ChallengeForm, ShareForm


@blueprint.route("/challenges", methods=["GET", "POST"])
@requires(Permission.READ_REPORTS)
def challenge_list(lang: str) -> Answer:
    """What holds jurisdictions back, by theme, with a form to add to it."""
    voice = Voice(session(), somebody())
    if request.method == "GET":
        return _list(voice, lang, None, 200)
    if not voice.may_tell:
        raise Forbidden
    form = ChallengeForm("new-", themes=themes(session()), whose=voice.whose)
    draft = form.draft()
    try:
        whose = voice.chosen(form.jurisdiction.data if form.jurisdiction else None)
        with write() as open_session:
            id_ = services.add_challenge(
                open_session,
                whose,
                draft,
                may_be_named=form.may_be_named,
                by=voice.actor(whose),
                at=clocks.now(),
                may=voice.may(),
            )
    except Invalid as refusal:
        forms.show(form, refusal, {"text": f"text_{lang}"})
        return _list(voice, lang, form, 422)
    flash(_("Added: %(title)s", title=excerpt(draft.text)))
    return redirect(url_for("news.challenge_list", lang=lang, at=id_, _anchor=f"challenge-{id_}"), 303)


@blueprint.get("/challenges/<int:id>")
@requires(Permission.READ_REPORTS)
def challenge_page(lang: str, id: int) -> Answer:
    """One challenge by itself."""
    return _show(find_row(Voice(session(), somebody()), id, lang), 200)


@blueprint.route("/challenges/<int:id>/edit", methods=["GET", "POST"])
@requires(Permission.POST_NEWS)
def challenge_edit(lang: str, id: int) -> Answer:
    """Say it otherwise."""
    voice = Voice(session(), somebody())
    row = _pen(voice, id, lang)
    if request.method == "GET":
        return _show(row.editing(), 200)
    form = ChallengeForm(prefix(id), themes=themes(session()))
    draft = form.draft()
    try:
        with write() as open_session:
            services.edit_challenge(open_session, id, draft, seen=form.seen, by=voice.actor(), at=clocks.now(), may=voice.may())
    except Invalid as refusal:
        forms.show(form, refusal, {"text": f"text_{lang}"})
        return _show(find_row(voice, id, lang).editing(form), 422)
    except Conflict as conflict:
        return _show(conflicting(row, conflict.subject, draft), 409)
    return _done(voice, id, lang, _("Saved: %(title)s", title=excerpt(draft.text)))


@blueprint.get("/challenges/<int:id>/standing")
@requires(Permission.POST_NEWS)
def challenge_standing(lang: str, id: int) -> Answer:
    """Where it stands and who shares it, with what this person can do about either."""
    row = find_row(Voice(session(), somebody()), id, lang)
    if not row.mine:
        raise Forbidden
    return _show(replace(row, standing=True), 200)


@blueprint.post("/challenges/<int:id>/state")
@requires(Permission.POST_NEWS)
def challenge_state(lang: str, id: int) -> Answer:
    """Say that it is mitigated, resolved, or open again."""
    voice = Voice(session(), somebody())
    row, form = _pen(voice, id, lang), ActForm()
    if form.move.data not in set(Move):
        raise NotFound("move")
    move = Move(form.move.data)

    def act() -> None:
        with write() as open_session:
            services.move_challenge(open_session, id, move, seen=form.seen, by=voice.actor(), at=clocks.now(), may=voice.may())

    if refused := _refused(row, act):
        return refused
    words = STATE_WORDS[moved(row.told.state, move)].text(lang)
    return _done(voice, id, lang, _("%(state)s: %(title)s", state=words, title=excerpt(row.told.text)))


@blueprint.post("/challenges/<int:id>/us-too")
@requires(Permission.POST_NEWS)
def challenge_join(lang: str, id: int) -> Answer:
    """A jurisdiction meets it too, or says whether the deck may name it; unless it says so, it is not named."""
    voice = Voice(session(), somebody())
    row, code = find_row(voice, id, lang), request.args.get("for", "")
    form = ShareForm(prefix(id, code), whose=() if code else voice.options)

    def act() -> None:
        whose = voice.chosen(code or form.jurisdiction.data)
        with write() as open_session:
            services.say_us_too(
                open_session,
                id,
                whose,
                may_be_named=form.may_be_named,
                by=voice.actor(whose),
                at=clocks.now(),
                may=voice.may(),
            )

    if refused := _refused(row, act):
        return refused
    named = _("the deck may name it") if form.may_be_named else _("the deck does not name it")
    who = voice.named(code or form.jurisdiction.data).name.text(lang)
    return _done(voice, id, lang, _("%(who)s shares this challenge; %(named)s.", who=who, named=named))


@blueprint.post("/challenges/<int:id>/take-back")
@requires(Permission.POST_NEWS)
def challenge_leave(lang: str, id: int) -> Answer:
    """A jurisdiction meets it no longer."""
    voice = Voice(session(), somebody())
    row, whose = find_row(voice, id, lang), voice.named(request.args.get("for", ""))

    def act() -> None:
        with write() as open_session:
            by = voice.actor(whose.id)
            services.take_back_us_too(open_session, id, whose.id, by=by, at=clocks.now(), may=voice.may())

    if refused := _refused(row, act):
        return refused
    return _done(voice, id, lang, _("%(who)s no longer shares this challenge.", who=whose.name.text(lang)))


@blueprint.post("/challenges/<int:id>/withdraw")
@requires(Permission.POST_NEWS)
def challenge_withdraw(lang: str, id: int) -> Answer:
    """Take it out of the list and the deck; the answer offers to bring it back."""
    voice = Voice(session(), somebody())
    row, seen = _pen(voice, id, lang), ActForm().seen

    def act() -> None:
        with write() as open_session:
            services.withdraw_challenge(open_session, id, seen=seen, by=voice.actor(), at=clocks.now(), may=voice.may())

    if refused := _refused(row, act):
        return refused
    words = _("Withdrawn: %(title)s", title=excerpt(row.told.text))
    return _done(voice, id, lang, words, url_for("news.challenge_page", lang=lang, id=id))


@blueprint.post("/challenges/<int:id>/restore")
@requires(Permission.POST_NEWS)
def challenge_restore(lang: str, id: int) -> Answer:
    """Undo a withdrawal."""
    voice = Voice(session(), somebody())
    row = _pen(voice, id, lang)
    with write() as open_session:
        services.restore_challenge(open_session, id, by=voice.actor(), at=clocks.now(), may=voice.may())
    return _done(voice, id, lang, _("Restored: %(title)s", title=excerpt(row.told.text)))


def _pen(voice: Voice, id_: int, lang: str) -> ChallengeRow:
    """A challenge whose words and state this person may change."""
    row = find_row(voice, id_, lang)
    if not row.pen:
        raise Forbidden
    return row


def _refused(row: ChallengeRow, act: Callable[[], None]) -> Answer | None:
    """Do it; if the record refuses, the answer that says why, with the challenge as it stands."""
    try:
        act()
    except Invalid as refusal:
        fresh = find_row(row.voice, row.told.id, row.lang)
        return _show(replace(fresh, standing=fresh.mine, alert=" ".join(_sentences(refusal))), 422)
    except Conflict as conflict:
        alert = changed_meanwhile(conflict.subject, _("Read it again, then choose."))
        return _show(replace(row, told=conflict.subject, standing=True, alert=alert), 409)
    return None


def _sentences(refusal: Invalid) -> list[str]:
    messages: list[Message] = [message for _field, message in refusal.problems]
    return [i18n.said(message) for message in messages]


def _list(voice: Voice, lang: str, form: ChallengeForm | None, status: int) -> Answer:
    context = board(voice, lang, form)
    return htmx.answer("news/challenges.html", "news/challenges.html", status, **context)


def _show(row: ChallengeRow, status: int, announcement: str = "") -> Answer:
    context = {"row": row, "announcement": announcement}
    return htmx.answer("news/challenge.html", "news/_challenge.html", status, **context)


def _done(voice: Voice, id_: int, lang: str, words: str, where: str = "") -> Answer:
    """The row as it stands now with its announcement, or back to the list with a receipt."""
    if htmx.asked():
        session().expire_all()
        return _show(find_row(voice, id_, lang), 200, words)
    flash(words)
    return redirect(where or url_for("news.challenge_list", lang=lang, at=id_, _anchor=f"challenge-{id_}"), 303)
