"""The lists in which moderators decide on comments from the public. After each decision, the next comment is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.accounts.queries import person_names
from cogwg.core.bilingual import Language
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement import moderating
from cogwg.engagement.masking import TextPart, note_language, text_parts
from cogwg.engagement.models import PublicComment
from cogwg.engagement.moderation_queue import ModerationQueue, QueuedComment, QueueTab, moderation_queue
from cogwg.engagement.scales import CommentState
from cogwg.engagement.suspicions import Suspicion, SuspicionKind
from cogwg.notices.public_comments import notify_comment_outcome
from cogwg.policy import Permission, has_permission
from cogwg.tracker.publishing_comments import copy_comment
from cogwg.web.admin import blueprint
from cogwg.web.admin.comment_forms import ModerationForm
from cogwg.web.admin.comment_words import (
    EMPTY_SENTENCES,
    KEYS,
    LANGUAGE_LABELS,
    TAB_KEYS,
    TAB_LABELS,
    decision_outcome,
    meanwhile_sentence,
    tab_heading,
)
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.http import clocks, forms, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import plain
from cogwg.web.http.flashes import flash_at, flash_with_action, redirect_to_outcome
from cogwg.web.http.forms import parse_number, parse_version
from cogwg.web.http.mail_context import mail_context
from cogwg.web.http.pagination import ListPage, list_page, page_offset
from cogwg.web.http.private_comment_links import private_link

PAGE = 25
Decide = Callable[[Session, ModerationForm, PublicComment, int], PublicComment]


@dataclass(frozen=True, slots=True)
class ModeratedRow:
    """A comment in a list, with its form.

    ``opens`` is the part of the form to show open because it has an error. ``own`` is whether the person refused the comment
    or confirmed its refusal, so that another person has to decide. The row with ``is_next`` has the focus, and the row with
    ``is_current`` shows its buttons.
    """

    queued: QueuedComment
    form: ModerationForm
    opens: str
    own: bool
    is_next: bool
    is_current: bool

    @property
    def comment(self) -> PublicComment:
        return self.queued.comment

    @property
    def parts(self) -> tuple[TextPart, ...]:
        """The text in parts, including those that are hidden or that are suggested for hiding."""
        return tuple(text_parts(self.comment.text, self.queued.masks))

    @property
    def note_lang(self) -> Language:
        """The language of the notes that readers see in place of hidden parts."""
        return note_language(self.comment)

    @property
    def kinds(self) -> tuple[Suspicion, ...]:
        """The first suspicion of each kind."""
        return tuple({each.kind: each for each in reversed(self.queued.suspicions)}.values())[::-1]

    @property
    def is_doubtful(self) -> bool:
        """Whether the comment looks like advertising or a duplicate, so that publishing is not the likely choice."""
        return self.queued.similar_to is not None or any(each.kind is SuspicionKind.ADVERTISING for each in self.kinds)


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """The result of the last request, with the URL that undoes it; ``text`` is what was typed and not saved."""

    sentence: str
    undo_url: str = ""
    is_conflict: bool = False
    text: str = ""


@blueprint.get("/comments")
@requires(Permission.MODERATE_COMMENTS)
def comment_list(lang: str) -> Response:
    """Show a page of one of the lists, with the form of each comment."""
    return _render(200)


@blueprint.post("/comments/<int:id>")
@requires(Permission.MODERATE_COMMENTS)
def comment_decide(lang: str, id: int) -> Response:
    """Decide on a comment as the pressed button says, and show the next one."""
    form, action = ModerationForm(id), request.form.get("do", "")
    version = parse_version(form.version.data or "")
    comment = session().get(PublicComment, id)
    decide = _DECISIONS.get(action)
    if comment is None or decide is None:
        raise NotFound(f"comment {id}")
    try:
        with write() as open_session:
            decided = decide(open_session, form, open_session.get_one(PublicComment, id), version)
            copy_comment(open_session, id)
            notify_comment_outcome(open_session, decided, private_url=private_link(decided), by=actor(), **mail_context())
            stored = decided.version
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"masks": "words"})
        return _render(422, refused=(id, form, action))
    except Conflict:
        return _render(409, outcome=_meanwhile(id, form.note_text))
    sentence = decision_outcome(action, id)
    undo = _list_url("admin.comment_undo", id=id, seen=stored) if action in _UNDONE else ""
    return _respond(lang, DecisionOutcome(sentence, undo), place=parse_number(form.place.data or "") or 0)


@blueprint.post("/comments/<int:id>/undo")
@requires(Permission.MODERATE_COMMENTS)
def comment_undo(lang: str, id: int) -> Response:
    """Undo one's own last decision on a comment, and show the comment again."""
    version = parse_version(request.args.get("seen", ""))
    try:
        with write() as open_session:
            moderating.undo_decision(open_session, id, version=version, by=actor(), at=clocks.now())
            copy_comment(open_session, id)
    except Conflict:
        return _render(409, outcome=_meanwhile(id, ""))
    except Invalid as refusal:
        sentence = " ".join(i18n.translate_message(message) for _field, message in refusal.problems)
        return _render(422, outcome=DecisionOutcome(sentence, is_conflict=True))
    return _respond(lang, DecisionOutcome(_("The decision on comment %(number)s was undone.", number=id)), shown=id)


def _publish(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    return moderating.publish(open_session, comment.id, version=version, by=actor(), at=clocks.now())


def _mask(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    masks = form.chosen_masks(comment.text)
    return moderating.publish(open_session, comment.id, masks=masks, version=version, by=actor(), at=clocks.now())


def _refuse(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    reason, note = form.reason.data or "", form.note_text
    return moderating.propose_refusal(open_session, comment.id, reason, note, version=version, by=actor(), at=clocks.now())


def _duplicate(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    return moderating.mark_duplicate(open_session, comment.id, form.original_id, version=version, by=actor(), at=clocks.now())


def _grant(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    masks = form.chosen_masks(comment.text)
    return moderating.grant_appeal(open_session, comment.id, masks=masks, version=version, by=actor(), at=clocks.now())


def _refuse_again(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
    reason, note = form.reason.data or "", form.note_text
    return moderating.refuse_appeal(open_session, comment.id, reason, note, version=version, by=actor(), at=clocks.now())


def _plain(command: Callable[..., PublicComment]) -> Decide:
    def decide(open_session: Session, form: ModerationForm, comment: PublicComment, version: int) -> PublicComment:
        return command(open_session, comment.id, version=version, by=actor(), at=clocks.now())

    return decide


_DECISIONS: Mapping[str, Decide] = {
    "publish": _publish,
    "mask": _mask,
    "hold": _plain(moderating.hold),
    "release": _plain(moderating.release),
    "refuse": _refuse,
    "confirm": _plain(moderating.confirm_refusal),
    "back": _plain(moderating.send_back),
    "duplicate": _duplicate,
    "take-back": _plain(moderating.take_back),
    "grant": _grant,
    "refuse-again": _refuse_again,
}
"""The function that each button calls."""
_UNDONE = frozenset({"publish", "mask", "hold", "release", "refuse", "duplicate", "take-back"})
"""The buttons whose decisions can be undone."""


def _respond(lang: str, outcome: DecisionOutcome, *, place: int = 0, shown: int = 0) -> Response:
    """Show the list with the next comment or, for a form sent without scripts, redirect to the list."""
    if htmx.is_htmx_request():
        return _render(200, outcome=outcome, place=place, shown=shown)
    if outcome.undo_url:
        flash_with_action(outcome.sentence, _("Undo"), outcome.undo_url)
    else:
        flash_at("", outcome.sentence)
    return redirect_to_outcome(_list_url("admin.comment_list"))


def _render(
    status: int,
    *,
    outcome: DecisionOutcome | None = None,
    place: int | None = None,
    shown: int = 0,
    refused: tuple[int, ModerationForm, str] | None = None,
) -> Response:
    """Show the list in the URL.

    After a decision, the comment at position ``place`` of the page gets the focus, or the one with the id ``shown`` if it is
    on the page. ``refused`` is a form that was not accepted: its comment's id, the form, and the part of it to open.
    """
    tab, cycle, phase = _tab(), request.args.get("cycle", ""), request.args.get("phase", "")
    queue = moderation_queue(
        session(), tab, cycle=cycle, phase=phase, size=PAGE, start=lambda total: page_offset(total, size=PAGE)
    )
    rows = _rows(queue, place, shown, refused)
    if refused is not None and not any(row.form is refused[1] for row in rows):
        status, outcome = 409, _meanwhile(refused[0], refused[1].note_text)
    page: ListPage[ModeratedRow] = list_page(rows, queue.start, queue.counts[tab], "admin.comment_list", size=PAGE)
    return htmx.respond(
        "admin/comments.html",
        "admin/_comment_queue.html",
        status,
        queue=queue,
        list_page=page,
        tab=tab,
        tabs=[(each, _list_url("admin.comment_list", tab=each.value, page=None)) for each in QueueTab],
        cycle=cycle,
        phase=phase,
        outcome=outcome,
        names=_names(queue),
        with_tabs=has_permission(current_user().roles, Permission.MANAGE_PEOPLE),
        url=_list_url,
        heading=tab_heading(tab, queue.counts[tab]),
        queue_tabs=QueueTab,
        tab_labels=TAB_LABELS,
        language_labels=LANGUAGE_LABELS,
        empty_sentence=i18n.gettext(EMPTY_SENTENCES[tab]),
        key_words=[(key, i18n.gettext(KEYS[key])) for key in TAB_KEYS[tab]],
        is_fragment=htmx.is_htmx_request(),
        waiting_days=None if queue.oldest_at is None else (clocks.now() - queue.oldest_at).days,
        **_filters(queue, cycle),
    )


def _filters(queue: ModerationQueue, cycle: str) -> dict[str, list[tuple[str, str]]]:
    """Return the choices of the filters: all cycles, and the phases of the chosen cycle or, by default, of all cycles."""
    cycles = {each.cycle: plain(each.cycle_title) for each in queue.phases}
    phases = {each.phase: plain(each.phase_title) for each in queue.phases if cycle in ("", each.cycle)}
    return {
        "cycle_choices": [("", _("All cycles")), *cycles.items()],
        "phase_choices": [("", _("All phases")), *phases.items()],
    }


def _tab() -> QueueTab:
    name = request.args.get("tab", QueueTab.WAITING.value)
    if name not in list(QueueTab):
        raise NotFound(f"list {name}")
    return QueueTab(name)


def _rows(
    queue: ModerationQueue, place: int | None, shown: int, refused: tuple[int, ModerationForm, str] | None
) -> list[ModeratedRow]:
    ids = [each.comment.id for each in queue.comments]
    if shown in ids:
        place = ids.index(shown)
    focused = None if place is None else min(place, len(ids) - 1)
    rows = []
    for number, queued in enumerate(queue.comments):
        comment = queued.comment
        is_refused = refused is not None and refused[0] == comment.id
        form = refused[1] if refused is not None and is_refused else ModerationForm(comment.id, formdata=None)
        form.version.data, form.place.data = str(comment.version), str(number)
        if queue.tab is QueueTab.APPEALED and not is_refused:
            form.reason.data, form.note.data = comment.reason.value if comment.reason else "", comment.note
        if queued.similar_to is not None and not is_refused:
            form.of.data = str(queued.similar_to)
        own = current_user().person_id in (comment.decided_by, comment.second_by)
        opens = refused[2] if refused is not None and is_refused else ""
        is_current = is_refused if refused is not None else number == (focused or 0)
        rows.append(ModeratedRow(queued, form, opens, own, number == focused, is_current))
    return rows


def _names(queue: ModerationQueue) -> dict[int, str]:
    """Map the ids of the people who decided on or entered the comments of a page to their names."""
    comments = [each.comment for each in queue.comments]
    ids = {id_ for each in comments for id_ in (each.decided_by, each.second_by, each.entered_by) if id_ is not None}
    return person_names(session(), ids)


def _meanwhile(comment_id: int, text: str) -> DecisionOutcome:
    """Return the outcome for a comment that changed in the meantime. ``text`` is what was typed and not saved."""
    session().rollback()
    comment = session().get(PublicComment, comment_id)
    if comment is None:
        raise NotFound(f"comment {comment_id}")
    by = comment.second_by if comment.state is CommentState.REFUSED else comment.decided_by
    names = person_names(session(), [by] if by is not None else [])
    sentence = meanwhile_sentence(comment, names.get(by or 0, ""), own=by == actor().id)
    return DecisionOutcome(sentence, is_conflict=True, text=text)


def _list_url(endpoint: str, **values: Any) -> str:
    """Return the URL of a list or of a form in it. It keeps this page's filters and page number unless others are given."""
    query = {name: request.args[name] for name in ("tab", "cycle", "phase", "page") if request.args.get(name)}
    return url_for(endpoint, lang=(request.view_args or {})["lang"], **{**query, **values})
