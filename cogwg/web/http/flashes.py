"""Outcome messages that the next page shows, at the top or in a given element.

A message can have a button, for example to undo the change, or a link.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypedDict

from flask import Flask, flash, g, get_flashed_messages, redirect
from werkzeug.wrappers import Response

from cogwg.web.http import htmx

OUTCOME_ID = "outcome"
"""The id of the page's first outcome message, which gets the focus.

Without scripts, a browser moves the focus to the element that the URL's anchor names, so a URL with another anchor would leave
the outcome unread.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome message on a page, optionally with a button that posts to ``url``, or with the link ``link``.

    ``place`` is the id of the element that shows the message, or "" for the top of the page. ``id`` is "" for all messages
    except the first on the page.
    """

    sentence: str
    label: str = ""
    url: str = ""
    place: str = ""
    link: str = ""
    id: str = ""


class FlashedOutcome(TypedDict, total=False):
    """An ``Outcome`` as the session cookie stores it."""

    sentence: str
    label: str
    url: str
    place: str
    link: str


def init(app: Flask) -> None:
    app.jinja_env.globals.update(take_outcomes=take_outcomes)


def flash_with_action(sentence: str, label: str, url: str) -> None:
    """On the next page, show a confirmation with a button that posts to ``url``."""
    _flash(FlashedOutcome(sentence=sentence, label=label, url=url))


def flash_with_link(sentence: str, label: str, link: str, *, place: str = "") -> None:
    """On the next page, show a confirmation with a link to what was changed, in the element ``place`` as ``flash_at`` does."""
    _flash(FlashedOutcome(sentence=sentence, label=label, link=link, place=place))


def flash_at(place: str, sentence: str) -> None:
    """On the next page, show a confirmation in the element with the id ``place`` or, without such an element, at the top."""
    _flash(FlashedOutcome(sentence=sentence, place=place))


def redirect_to_outcome(url: str) -> Response:
    """Redirect to a page, at its outcome message, which gets the focus with and without scripts."""
    return redirect(f"{url}#{OUTCOME_ID}", 303)


def take_outcomes(place: str = "") -> list[Outcome]:
    """Return the outcomes that the page has not shown yet: those for this place or, without a place, all of them.

    A fragment for htmx shows no outcomes: they stay stored for the next page.
    """
    if htmx.is_htmx_request():
        return []
    if "outcomes" not in g:
        stored: list[Any] = get_flashed_messages()
        outcomes = [Outcome(**message) if isinstance(message, dict) else Outcome(message) for message in stored]
        g.outcomes, g.next_outcome_id = outcomes, OUTCOME_ID
    taken = [outcome for outcome in g.outcomes if not place or outcome.place == place]
    if taken:
        g.outcomes = [outcome for outcome in g.outcomes if place and outcome.place != place]
        taken[0], g.next_outcome_id = replace(taken[0], id=g.next_outcome_id), ""
    return taken


def _flash(outcome: FlashedOutcome) -> None:
    # Flask types messages as text, but stores any value that the session can hold as JSON.
    flash(outcome)  # type: ignore[arg-type]
