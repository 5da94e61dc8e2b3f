"""Freezing a draft as the next version of its briefing, after asking for confirmation."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.wording import ROLE_WORDS
from cogwg.audit.queries import newest_witness
from cogwg.briefing import services
from cogwg.briefing.compose import deck_to_freeze
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import draw_files
from cogwg.briefing.rules import check_freeze
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.notices.event_messages import FinalizedVersion
from cogwg.notices.queries import Reader, version_readers
from cogwg.notices.services import notify_finalized
from cogwg.policy import Permission, roles_with
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.briefings import blueprint, draft
from cogwg.web.briefings.forms import FreezeForm
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.slots import released_slot
from cogwg.web.http.unsaved_text import retain_unsaved_text


@blueprint.post("/briefings/<int:id>/freeze")
@requires(Permission.PREPARE_BRIEFINGS)
def freeze(lang: str, id: int) -> Response:
    """Ask for confirmation, then freeze the deck as the next version with its files, and email the readers.

    Answers 409 if the deck or its gaps have changed since the page showed them. The files are rendered before anything is
    written, and only if the note is valid. The time of the freeze is read before the deck is composed, so that anything
    reported in between still counts as new for the next briefing.
    """
    form = FreezeForm()
    if form.goes_back:
        retain_unsaved_text()
        return make_response(draft.render_draft(lang, id, form))
    if not form.validate():
        return make_response(draft.render_draft(lang, id, form), 422)
    if made_before := form.made_before(session()):
        return _frozen_response(lang, id, made_before, 0)
    by, at = actor(), clocks.now()
    review = draft.load_draft(id)
    gaps = [gap.sentence for gap in review.checklist.gaps]
    final = deck_to_freeze(review.briefing, review.source, witness=newest_witness(session()))
    try:
        if form.shown.data != review.fingerprint:
            raise Conflict(review.briefing)
        check_freeze(final, gaps, form.note_text, last_frozen=None)
        if not form.is_confirmed:
            return _confirmation(form, review, final)
        session().rollback()
        with released_slot():
            files = draw_files(final)
        with write() as open_session:

            def freeze_with_emails() -> int:
                version = services.freeze(
                    open_session,
                    id,
                    final,
                    gaps,
                    files=files,
                    note=form.note_text,
                    note_lang=i18n.current_language(),
                    expected_version=form.posted_version,
                    by=by,
                    at=at,
                )
                facts = FinalizedVersion(id, version, final.audience, final.meeting_on, current_user().name)
                notify_finalized(open_session, facts, roles_with(Permission.READ_BRIEFINGS), by=by, **mail_context())
                return version

            number = form.make_once(
                open_session,
                "version",
                freeze_with_emails,
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(draft.render_draft(lang, id, form), 422)
    except Conflict:
        form.note.errors = (
            _(
                "The draft or its data changed after you opened this page, so nothing was finalized. Review the "
                "slides again, then finalize the briefing."
            ),
        )
        return make_response(draft.render_draft(lang, id, form), 409)
    return _frozen_response(lang, id, number, review.briefing.links)


def _confirmation(form: FreezeForm, review: draft.DraftReview, final: Deck) -> Response:
    """Return the page that asks for confirmation, with the open items, the readers, and how many of them get an email."""
    retain_unsaved_text()
    lang = i18n.current_language()
    readers = version_readers(session(), roles_with(Permission.READ_BRIEFINGS), by=actor())
    groups = [
        (words.people.text(lang), [_reader_name(reader, lang) for reader in readers.by_role.get(role, ())])
        for role, words in ROLE_WORDS.items()
    ]
    page = render_template(
        "briefings/confirm.html",
        form=form,
        briefing=review.briefing,
        place=final.place,
        slides=len(final.slides),
        as_of=final.as_of,
        gaps=[gap.sentence for gap in review.checklist.gaps],
        groups=[(label, names) for label, names in groups if names],
        people=readers.people_count,
        emailed=len(readers.emailed),
    )
    return make_response(page)


def _reader_name(reader: Reader, lang: Language) -> str:
    """Return the name of a reader, with the jurisdictions of which they are a lead."""
    places = ", ".join(place.text(lang) for place in reader.jurisdictions)
    return f"{reader.name} ({places})" if places else reader.name


def _frozen_response(lang: str, id: int, number: int, ended: int) -> Response:
    """Redirect to the version's page. Confirm the freeze there, and say how many preview links stopped working, if any."""
    flash(
        _(
            "Version %(number)s is finalized and can no longer be changed. To make changes, create the next version.",
            number=number,
        )
    )
    if ended:
        flash(
            ngettext(
                "%(num)s preview link stopped working. To share the next draft, create a new link.",
                "%(num)s preview links stopped working. To share the next draft, create a new link.",
                ended,
            )
        )
    return redirect(url_for("briefings.version_page", lang=lang, id=id, number=number), 303)
