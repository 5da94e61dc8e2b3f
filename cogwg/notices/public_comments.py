"""Emails to the authors of public comments about the decisions. They are sent only if the author gave an email address."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.engagement.commenting import can_appeal, mail_key, phase_of_comment
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.mail.rules import OutgoingEmail
from cogwg.mail.services import enqueue
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BodyPart, Paragraph, Quote, render_html, render_text
from cogwg.notices.rules import NoticeKind

TOLD = (CommentState.PUBLISHED, CommentState.REFUSED, CommentState.DUPLICATE)
"""The states about which an author gets an email."""


def notify_comment_outcome(
    session: Session, comment: PublicComment, *, private_url: str, by: Actor, at: datetime, now: datetime, site: str
) -> bool:
    """Email the decision on a comment to its author; return False if the author gave no address, or if the state needs no
    email.

    ``private_url`` is the author's private link, or "" if it can no longer be determined. If the decision is undone before the
    email is sent, the email is cancelled.
    """
    if not comment.email or comment.state not in TOLD:
        return False
    title = phase_of_comment(session, comment).title
    return enqueue(session, outcome_email(comment, title, private_url=private_url, site=site), by=by, at=at, now=now)


def outcome_email(comment: PublicComment, phase_title: Bilingual, *, private_url: str, site: str) -> OutgoingEmail:
    """Return the email with the outcome, in the language of the page on which the comment was sent."""
    lang, facts = comment.page_lang, {"phase": phase_title}
    subject, opening = _SUBJECTS[comment.state], phrases.fill(_OPENINGS[comment.state], **facts)
    greeting = phrases.fill(phrases.GREETING, name=comment.name) if comment.name else _GREETING
    parts: list[BodyPart] = [Paragraph(greeting), Paragraph(opening)]
    if comment.state is CommentState.REFUSED:
        parts += _refusal_parts(comment)
    if comment.state is CommentState.PUBLISHED:
        parts.append(ActionLink(f"{site}/{lang.value}/comments/{comment.id}", _READ))
    if private_url:
        parts.append(ActionLink(private_url, _APPEAL if can_appeal(comment) else _COME_BACK))
    parts.append(Paragraph(_WHY))
    line = phrases.fill(phrases.SUBJECT_WITH_PREFIX, subject=subject).text(lang)
    return OutgoingEmail(
        mail_key(comment.id, f"{comment.state.value}:{comment.version}"),
        NoticeKind.COMMENT_OUTCOME.value,
        None,
        comment.email,
        lang,
        line,
        render_text(parts, lang),
        render_html(parts, lang, line),
    )


def _refusal_parts(comment: PublicComment) -> list[BodyPart]:
    reason = comment.reason.label if comment.reason is not None else EMPTY_TEXT
    parts: list[BodyPart] = [Paragraph(phrases.fill(phrases.REASON, reason=reason))] if reason else []
    if comment.note:
        parts += [Paragraph(_NOTE), Quote(comment.note)]
    if can_appeal(comment):
        parts.append(Paragraph(_MAY_APPEAL))
    return parts


_GREETING = Bilingual("Hello,", "Bonjour,")
_SUBJECTS = {
    CommentState.PUBLISHED: Bilingual("your comment was published", "votre commentaire a été publié"),
    CommentState.REFUSED: Bilingual("your comment was not published", "votre commentaire n’a pas été publié"),
    CommentState.DUPLICATE: Bilingual("your comment repeats another one", "votre commentaire en répète un autre"),
}
_OPENINGS = {
    CommentState.PUBLISHED: Bilingual(
        "Your comment on “{phase}” was published.", "Votre commentaire sur «\u00a0{phase}\u00a0» a été publié."
    ),
    CommentState.REFUSED: Bilingual(
        "Your comment on “{phase}” was not published.", "Votre commentaire sur «\u00a0{phase}\u00a0» n’a pas été publié."
    ),
    CommentState.DUPLICATE: Bilingual(
        "Your comment on “{phase}” says the same as one that is already published, and was counted with it.",
        "Votre commentaire sur «\u00a0{phase}\u00a0» dit la même chose qu’un autre déjà publié, et a été compté avec lui.",
    ),
}
_NOTE = Bilingual("The moderator wrote:", "La personne qui fait la modération a écrit\u00a0:")
_MAY_APPEAL = Bilingual(
    "If you disagree, you can appeal once, to another moderator.",
    "Si vous n’êtes pas d’accord, vous pouvez demander une seule fois une révision par une autre personne.",
)
_READ = Bilingual("Read your comment", "Lire votre commentaire")
_APPEAL = Bilingual("See the reason, or appeal", "Voir la raison, ou demander une révision")
_COME_BACK = Bilingual(
    "See what came of it, withdraw it or correct your information",
    "Voir la suite, retirer le commentaire ou corriger vos renseignements",
)
_WHY = Bilingual(
    "You are receiving this email because you gave this email address with your comment. The address is not used for "
    "anything else.",
    "Vous recevez ce courriel parce que vous avez donné cette adresse courriel avec votre commentaire. Cette adresse ne "
    "sert à rien d’autre.",
)
