"""When the session ends, as pages show it: in a sentence, and in a warning by ``static/session.js`` two minutes before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from flask import Response, jsonify
from flask_babel import gettext as _

from cogwg.accounts.queries import SignedInPerson
from cogwg.accounts.rules import SESSION_LIFETIME
from cogwg.web.auth import blueprint, session
from cogwg.web.auth.access import current_user_or_none, public
from cogwg.web.http import clocks, filters


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """The warning about the end of the session. ``seconds`` is the time left, 0 after the session has ended.

    ``is_final`` means that the session can no longer be extended.
    """

    seconds: int
    is_final: bool
    heading: str
    sentence: str


def time_limit(person: SignedInPerson | None) -> TimeLimit:
    """Return the warning about the end of this person's session. Without a person, it says that the session has ended."""
    if person is None:
        return TimeLimit(
            0,
            True,
            _("Your session has ended"),
            _("Anything you typed is still on this page. Sign in from another tab, then come back and save."),
        )
    end = person.session_end
    sentence = (
        _(
            "A session lasts at most %(hours)s hours, so yours can no longer be extended. Save your text now.",
            hours=SESSION_LIFETIME // timedelta(hours=1),
        )
        if end.is_final
        else _("If you need more time, stay signed in.")
    )
    seconds = max(0, int((end.at - clocks.real_now()).total_seconds()))
    return TimeLimit(seconds, end.is_final, _("You will be signed out at %(time)s", time=filters.clock(end.at)), sentence)


def limit_in_words(person: SignedInPerson) -> str:
    """Return the sentence about the end of the session for browsers without JavaScript, which cannot show the warning."""
    end = person.session_end
    time = filters.clock(end.at)
    if end.is_final:
        return str(_("You will be signed out at %(time)s. Save your text before then.", time=time))
    return str(_("To stay signed in, save or open a page before %(time)s.", time=time))


@blueprint.get("/session")
@public
def time_left(lang: str) -> Response:
    """Return when the session ends, without extending it. Scripts ask because another tab may have extended the session."""
    return jsonify(asdict(time_limit(current_user_or_none())))


@blueprint.post("/session")
@public
def stay_signed_in(lang: str) -> Response:
    """Extend the session, but not past its absolute limit, and return when it now ends."""
    person = current_user_or_none()
    if person is None:
        return jsonify(asdict(time_limit(None)))
    person = session.extend(person)
    outcome = _("You are signed in until %(time)s.", time=filters.clock(person.session_end.at))
    return jsonify({**asdict(time_limit(person)), "outcome": outcome})
