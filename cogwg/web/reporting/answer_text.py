"""Text that a person typed on the answer page and did not submit: stored on the server, and offered when the page opens again.

It is stored like the unsaved text of signed-in people, for the person of the link. The script of the page asks for it;
opening the page or sending its forms does not.
"""

from __future__ import annotations

from dataclasses import replace

from flask import g, jsonify, make_response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.unsaved_text import (
    ControlKind,
    ControlState,
    discard_unsaved_text,
    keep_unsaved_text,
    unsaved_texts,
)
from cogwg.core.calendar import TORONTO
from cogwg.core.errors import Invalid
from cogwg.reporting.answer_links import AnswerLinkFacts
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import clock
from cogwg.web.http.i18n import gettext as _


def form_key(link: AnswerLinkFacts) -> str:
    """Return the key under which the text typed with a link is stored: one for the jurisdiction and the quarter."""
    return f"answer:{link.period.key}:{link.jurisdiction_code}"


def offer_kept_text(link: AnswerLinkFacts) -> None:
    """Let this page offer the text that was typed with a link of the same person, and no other text of theirs."""
    stored = unsaved_texts(session(), link.person.person_id, now=clocks.real_now())
    key, offset = form_key(link), clocks.calendar().offset
    g.unsaved_texts = {key: replace(stored[key], kept_at=stored[key].kept_at + offset)} if key in stored else {}


def keep_text(link: AnswerLinkFacts) -> Response:
    """Store the changes in the page's form, and return a sentence that says when.

    Answers 422 with the reason if the texts are too long.
    """
    controls = [
        ControlState(ControlKind(kind), name, value)
        for field, value in request.form.items(multi=True)
        for kind, colon, name in [field.partition(":")]
        if colon and kind in tuple(ControlKind)
    ]
    if not controls:
        return jsonify(kept="")
    try:
        with write() as open_session:
            keep_unsaved_text(open_session, link.person.person_id, form_key(link), "", controls, now=clocks.real_now())
    except Invalid as refusal:
        ((_field, message),) = refusal.problems
        return make_response(jsonify(refused=i18n.translate_message(message)), 422)
    return jsonify(
        kept=_("Text kept at %(time)s, but not submitted yet. Only you can see it.", time=clock(clocks.now(), TORONTO))
    )


def discard_text(open_session: Session, link: AnswerLinkFacts) -> None:
    """Delete the kept text of a link."""
    discard_unsaved_text(open_session, link.person.person_id, form_key(link))
