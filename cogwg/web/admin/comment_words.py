"""The sentences about comments and decisions on the moderators' pages."""

from __future__ import annotations

from flask_babel import ngettext

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_
from cogwg.engagement.models import PublicComment
from cogwg.engagement.moderation_queue import QueueTab
from cogwg.engagement.scales import CommentLanguage, CommentState
from cogwg.web.http import i18n
from cogwg.web.http.filters import moment_eastern

TAB_LABELS = {
    QueueTab.WAITING: Bilingual("To moderate", "À modérer"),
    QueueTab.SECOND: Bilingual("Refusals to confirm", "Refus à confirmer"),
    QueueTab.HELD: Bilingual("On hold", "En suspens"),
    QueueTab.APPEALED: Bilingual("Appeals", "Révisions"),
    QueueTab.PUBLISHED: Bilingual("Published", "Publiés"),
    QueueTab.REFUSED: Bilingual("Refused", "Refusés"),
    QueueTab.DUPLICATE: Bilingual("Duplicates", "Doublons"),
}
LANGUAGE_LABELS = {
    CommentLanguage.ENGLISH: Bilingual("English", "anglais"),
    CommentLanguage.FRENCH: Bilingual("French", "français"),
    CommentLanguage.BOTH: Bilingual("both languages", "les deux langues"),
}
EMPTY_SENTENCES = {
    QueueTab.WAITING: N_("No comments are waiting. New comments appear here."),
    QueueTab.SECOND: N_("No refusal is waiting for a second person."),
    QueueTab.HELD: N_("No comment is on hold."),
    QueueTab.APPEALED: N_("No appeal is waiting for an answer."),
    QueueTab.PUBLISHED: N_("No comments have been published yet."),
    QueueTab.REFUSED: N_("No comment is refused."),
    QueueTab.DUPLICATE: N_("No comment is marked as a duplicate."),
}
KEYS = {
    "J": N_("Next comment"),
    "K": N_("Previous comment"),
    "P": N_("Publish"),
    "M": N_("Mask and publish"),
    "R": N_("Refuse"),
    "D": N_("Duplicate of another comment"),
    "H": N_("Put on hold"),
    "U": N_("Undo the last decision"),
}
TAB_KEYS = {
    QueueTab.WAITING: "JKPMRDHU",
    QueueTab.SECOND: "JKU",
    QueueTab.HELD: "JKPMRDU",
    QueueTab.APPEALED: "JKPMR",
    QueueTab.PUBLISHED: "JKDU",
    QueueTab.REFUSED: "JK",
    QueueTab.DUPLICATE: "JKU",
}
"""The keyboard shortcuts of each list."""
_OUTCOMES = {
    "publish": N_("Comment %(number)s was published."),
    "mask": N_("Comment %(number)s was published with some parts masked."),
    "hold": N_("Comment %(number)s is on hold."),
    "release": N_("Comment %(number)s is back in the list of comments to moderate."),
    "refuse": N_("Comment %(number)s was refused. A second person must confirm the refusal."),
    "confirm": N_("The refusal of comment %(number)s is confirmed."),
    "back": N_("Comment %(number)s is back in the list of comments to moderate."),
    "duplicate": N_("Comment %(number)s was marked as a duplicate."),
    "take-back": N_("Comment %(number)s is back in the list of comments to moderate."),
    "grant": N_("Comment %(number)s was published after the appeal."),
    "refuse-again": N_("Comment %(number)s stays refused."),
}
_MEANWHILE = {
    CommentState.PUBLISHED: N_("%(name)s published comment %(number)s on %(when)s (Eastern time), so nothing was saved."),
    CommentState.HELD: N_("%(name)s put comment %(number)s on hold on %(when)s (Eastern time), so nothing was saved."),
    CommentState.SECOND: N_("%(name)s refused comment %(number)s on %(when)s (Eastern time), so nothing was saved."),
    CommentState.REFUSED: N_("%(name)s confirmed the refusal of comment %(number)s, so nothing was saved."),
    CommentState.DUPLICATE: N_(
        "%(name)s marked comment %(number)s as a duplicate on %(when)s (Eastern time), so nothing was saved."
    ),
}


def tab_heading(tab: QueueTab, count: int) -> str:
    """Return the heading of a list with this many comments."""
    headings = {
        QueueTab.WAITING: ngettext("%(num)s comment to moderate", "%(num)s comments to moderate", count),
        QueueTab.SECOND: ngettext("%(num)s refusal to confirm", "%(num)s refusals to confirm", count),
        QueueTab.HELD: ngettext("%(num)s comment on hold", "%(num)s comments on hold", count),
        QueueTab.APPEALED: ngettext("%(num)s appeal to answer", "%(num)s appeals to answer", count),
        QueueTab.PUBLISHED: ngettext("%(num)s published comment", "%(num)s published comments", count),
        QueueTab.REFUSED: ngettext("%(num)s refused comment", "%(num)s refused comments", count),
        QueueTab.DUPLICATE: ngettext("%(num)s duplicate", "%(num)s duplicates", count),
    }
    return str(headings[tab])


def decision_outcome(action: str, comment_id: int) -> str:
    """Return the sentence that says what a decision did."""
    return i18n.gettext(_OUTCOMES[action], number=comment_id)


def meanwhile_sentence(comment: PublicComment, name: str, *, own: bool) -> str:
    """Return a sentence about what happened to a comment since a page showed it. ``own`` is whether the reader did that."""
    if comment.state is CommentState.WITHDRAWN:
        return i18n.gettext("The author withdrew comment %(number)s, so nothing was saved.", number=comment.id)
    if own and comment.state in _MEANWHILE:
        return i18n.gettext("You have already decided on comment %(number)s, so nothing more was saved.", number=comment.id)
    if comment.state in _MEANWHILE and name and comment.decided_at is not None:
        when = moment_eastern(comment.decided_at)
        return i18n.gettext(_MEANWHILE[comment.state], name=name, number=comment.id, when=when)
    return i18n.gettext(
        "Comment %(number)s has changed since you opened this page, so nothing was saved. Read it again, then decide.",
        number=comment.id,
    )
