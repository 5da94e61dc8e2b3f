"""The form for a comment on a phase, and what happens when it is sent."""

from __future__ import annotations

from datetime import timedelta

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.accounts.tokens import hash_token
from cogwg.core.bilingual import Language
from cogwg.core.errors import Invalid, NotFound
from cogwg.engagement.comment_rules import check_comment
from cogwg.engagement.commenting import PhaseNotOpen, SentComment, is_known_comment, phase_of_cycle, send_comment
from cogwg.engagement.models import EngagementPhase, PublicComment
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.publishing_comments import copy_counts
from cogwg.web.engagement import blueprint
from cogwg.web.engagement.forms import PublicCommentForm
from cogwg.web.engagement.information import information_context
from cogwg.web.engagement.stamps import LEAST_AGE, Stamp, StampProblem, network_counts, sent_stamp, stamped
from cogwg.web.http import clocks, published
from cogwg.web.http.comment_subjects import find_subject, open_phases, subject_groups
from cogwg.web.http.database import session, write
from cogwg.web.http.forms import add_errors
from cogwg.web.http.i18n import gettext as _
from cogwg.web.http.private_comment_links import known_token, private_token

_LONGEST_CODE = 80


@blueprint.route("/engagement/<cycle>/<phase>/comment", methods=["GET", "POST"])
@stamped
def comment(lang: str, cycle: str, phase: str) -> Response:
    """Show the form for a comment on a phase; on POST, store it for a moderator and redirect to its private link.

    A change to the phase can close the form at once. It can open the form only once it is published, because pages show the
    published phase.
    """
    shown, shown_phase = _published(cycle, phase)
    stored = phase_of_cycle(session(), cycle, phase)
    form = PublicCommentForm()
    form.offer(subject_groups(published.everything(), shown, _asked(form), clocks.today()), _asked(form))
    if not all(each.accepts_comments(clocks.today()) for each in (shown_phase, stored)):
        return _closed_page(shown, shown_phase, form)
    if request.method != "POST":
        form.renew_stamp()
        return _render(shown, shown_phase, form, 200)
    stamp = sent_stamp(LEAST_AGE)
    if not _is_quick_repeat(stamp, stored, form) and (problem := _stamp_problem(stamp, form)) is not None:
        return _render(shown, shown_phase, form, 400, problem)
    try:
        checked = check_comment(form.draft)
    except Invalid as refusal:
        add_errors(form, refusal)
        return _render(shown, shown_phase, form, 422)
    if not form.again.data and not _was_sent(stamp) and is_known_comment(session(), stored, checked):
        form.again.data = "1"
        return _render(shown, shown_phase, form, 409, _known_already())
    return _send(shown, shown_phase, stored, form, stamp, Language(lang))


def _send(
    shown: PublishedCycle,
    shown_phase: PublishedPhase,
    stored: EngagementPhase,
    form: PublicCommentForm,
    stamp: Stamp,
    lang: Language,
) -> Response:
    """Store a checked comment, unless its network has sent too many; redirect to the private link."""
    address, counts, today = request.remote_addr or "", network_counts(), clocks.today()
    is_counted = counts.take(stored.id, address, stored.most_per_network, today)
    if not is_counted and not _was_sent(stamp):
        return _render(shown, shown_phase, form, 429, _too_many())
    token = private_token(stamp.hash)
    sent: SentComment | None = None
    try:
        with write() as open_session:
            sent = send_comment(
                open_session,
                phase_of_cycle(open_session, shown.key, shown_phase.key),
                form.draft,
                page_lang=lang,
                stamp=stamp.hash,
                link_hash=hash_token(token),
                today=today,
                at=clocks.now(),
            )
            if sent.is_new:
                copy_counts(open_session, [stored.id])
    except PhaseNotOpen:
        return _closed_page(shown, shown_phase, form)
    finally:
        if is_counted and (sent is None or not sent.is_new):
            counts.give_back(stored.id, address, today)
    if not sent.is_new:
        token = known_token(session().get_one(PublicComment, sent.id)) or token
        if not sent.is_same:
            form.renew_stamp()
            earlier = url_for("engagement.private", lang=lang.value, token=token)
            return _render(shown, shown_phase, form, 409, _sent_already(), earlier_url=earlier)
    return redirect(url_for("engagement.private", lang=lang.value, token=token, sent="1"), 303)


def _published(cycle: str, phase: str) -> tuple[PublishedCycle, PublishedPhase]:
    """Return a cycle and its phase as they are published. Raises ``NotFound`` if they are not public."""
    content = published.everything().cycle(cycle).content
    own = content.phase(phase)
    if own is None:
        raise NotFound(f"published phase {cycle}/{phase}")
    return content, own


def _asked(form: PublicCommentForm) -> str:
    """Return the code of the comment's subject, from the form that was sent or from the URL."""
    return (form.about.data or request.args.get("about", ""))[:_LONGEST_CODE]


def _stamp_problem(stamp: Stamp, form: PublicCommentForm) -> str | None:
    """Return the message about a form with a problem, and prepare the form to be sent again; None if there is no problem.

    The form was filled in by a program, was sent too soon, has expired, or is not from this page.
    """
    if form.website.data:
        form.website.data = ""
        return _(
            "Nothing was sent, because the form seems to have been filled in automatically. "
            "Check your comment, then send it again."
        )
    if stamp.problem is StampProblem.TOO_SOON:
        seconds = LEAST_AGE // timedelta(seconds=1)
        return _(
            "Nothing was sent, because the form was sent in less than %(num)s seconds. Check your comment, then send it again.",
            num=seconds,
        )
    if stamp.problem is None:
        return None
    form.renew_stamp()
    if stamp.problem is StampProblem.EXPIRED:
        return _("Nothing was sent, because this page was open for more than a day. Check your comment, then send it again.")
    return _("Nothing was sent, because the form did not come from this page. Check your comment, then send it again.")


def _is_quick_repeat(stamp: Stamp, phase: EngagementPhase, form: PublicCommentForm) -> bool:
    """Return whether a form that was sent too soon has a comment that was sent before, for example if the browser went back.

    Nothing new is then stored, so the time does not matter, and the page must not say that nothing was sent.
    """
    if stamp.problem is not StampProblem.TOO_SOON or form.website.data:
        return False
    try:
        checked = check_comment(form.draft)
    except Invalid:
        return False
    return _was_sent(stamp) or (not form.again.data and is_known_comment(session(), phase, checked))


def _was_sent(stamp: Stamp) -> bool:
    return session().query(PublicComment.id).filter_by(stamp=stamp.hash).first() is not None


def _too_many() -> str:
    return _(
        "Nothing was sent. Many comments came from your network today, perhaps from others who share it. Copy your comment, "
        "and send it tomorrow or from another network."
    )


def _sent_already() -> str:
    return _("You have already sent a comment with this form. To send this text as another comment, select the button again.")


def _known_already() -> str:
    """Return the message about a text that was already sent.

    It has no link to the earlier comment, because that may be another person's.
    """
    return _(
        "This text was already sent for this phase. "
        "If it is from another person, or if you want to send it again, select the button again."
    )


def _render(
    shown: PublishedCycle,
    phase: PublishedPhase,
    form: PublicCommentForm,
    status: int,
    problem: str = "",
    *,
    earlier_url: str = "",
) -> Response:
    page = render_template(
        "engagement/comment.html",
        cycle=shown,
        phase=phase,
        form=form,
        problem=problem,
        earlier_url=earlier_url,
        subject=find_subject(published.everything(), form.draft.about, form.draft.about_key),
        **information_context(shown),
    )
    return make_response(page, status)


def _closed_page(shown: PublishedCycle, phase: PublishedPhase, form: PublicCommentForm) -> Response:
    """Return the page (403) that says when the form is or was open, and contains what was typed."""
    typed = [text for text in (form.text.data, form.name.data, form.email.data) if text] if request.method == "POST" else []
    commentable = open_phases(published.everything(), clocks.today())
    page = render_template(
        "engagement/closed.html",
        cycle=shown,
        phase=phase,
        texts=typed,
        commentable=[each for each in commentable if each != (shown, phase)],
        **information_context(shown),
    )
    return make_response(page, 403)
