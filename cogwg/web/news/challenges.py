"""The views that only challenges have: for their state, and for the jurisdictions that share them and may be named in decks."""

from __future__ import annotations

from dataclasses import replace

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.errors import N_, Forbidden, Invalid, Message, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news.challenge_services import move_challenge, share_challenge, unshare_challenge
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS, ChallengeMove, next_challenge_state
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author
from cogwg.web.news.forms import ActionForm, ShareForm
from cogwg.web.news.items import ChallengeItem
from cogwg.web.news.views import done_response, load_to_edit, respond, run_or_explain


@blueprint.get("/challenges/<int:id>/standing")
@requires(Permission.POST_NEWS)
def challenge_actions(lang: str, id: int) -> BaseResponse:
    """Show a challenge's state and the jurisdictions that share it, with buttons for what this person may change.

    Raises ``Forbidden`` unless the person may act for at least one of these jurisdictions.
    """
    item = _load(id, lang)
    if not item.is_shared_by_user:
        raise Forbidden
    return respond(replace(item, shows_actions=True), 200)


@blueprint.post("/challenges/<int:id>/state")
@requires(Permission.POST_NEWS)
def challenge_state(lang: str, id: int) -> BaseResponse:
    """Mark a challenge as mitigated, resolved, or open again."""
    item, form = load_to_edit(ChallengeItem, id, lang), ActionForm()
    if form.move.data not in set(ChallengeMove):
        raise NotFound("move")
    move = ChallengeMove(form.move.data)

    def change_state() -> None:
        with write() as open_session:
            move_challenge(open_session, id, move, expected_version=form.posted_version, **item.author.authorship())

    if refused := run_or_explain(item, change_state):
        return refused
    state = CHALLENGE_STATE_LABELS[next_challenge_state(item.news.state, move)].text(lang)
    return done_response(item, _("%(state)s: %(title)s", state=state, title=excerpt(item.news.text)))


@blueprint.post("/challenges/<int:id>/us-too")
@requires(Permission.POST_NEWS)
def challenge_join(lang: str, id: int) -> BaseResponse:
    """Record that a jurisdiction shares a challenge, or change whether decks may name the jurisdiction.

    By default, they may not.
    """
    item, code = _load(id, lang), request.args.get("for", "")
    author = item.author
    form = ShareForm(item.share_prefix(code), jurisdictions=() if code else author.all_options)

    def share() -> None:
        jurisdiction_id = author.chosen_jurisdiction_id(code or form.jurisdiction.data)
        if jurisdiction_id is None:
            raise Invalid(("jurisdiction", Message(N_("Choose a jurisdiction."))))
        authorship = author.authorship(jurisdiction_id)
        with write() as open_session:
            share_challenge(
                open_session,
                id,
                jurisdiction_id,
                may_be_named=form.may_be_named,
                expected_choice=form.shown_choice,
                **authorship,
            )

    if refused := run_or_explain(item, share):
        return refused
    named = _("can be named in briefings") if form.may_be_named else _("not named in briefings")
    who = author.jurisdiction_by_code(code or form.jurisdiction.data).name.text(lang)
    return done_response(item, _("Jurisdiction facing this challenge: %(who)s (%(named)s)", who=who, named=named))


@blueprint.post("/challenges/<int:id>/take-back")
@requires(Permission.POST_NEWS)
def challenge_leave(lang: str, id: int) -> BaseResponse:
    """Record that a jurisdiction no longer shares a challenge."""
    item = _load(id, lang)
    jurisdiction = item.author.jurisdiction_by_code(request.args.get("for", ""))
    jurisdiction_id, name = jurisdiction.id, jurisdiction.name.text(lang)
    authorship = item.author.authorship(jurisdiction_id)

    def unshare() -> None:
        with write() as open_session:
            unshare_challenge(open_session, id, jurisdiction_id, **authorship)

    if refused := run_or_explain(item, unshare):
        return refused
    return done_response(item, _("Jurisdiction removed from this challenge: %(who)s", who=name))


def _load(id_: int, lang: str) -> ChallengeItem:
    return ChallengeItem.load(Author(session(), current_user()), id_, lang)
