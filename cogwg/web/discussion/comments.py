"""Comment threads on any subject: the form for a comment, the comments as a page shows them, and the response to a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField

from cogwg.core.bilingual import Language, clean_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.discussion.queries import CommentFacts
from cogwg.web.http import htmx, i18n
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm


class CommentForm(SingleUseForm):
    """A comment: its text, and its language."""

    text = TextAreaField(_("Your comment"))
    speaks = RadioField(_("Language of the comment"), validate_choice=False)

    def __init__(self, prefix: str, *, lang: Language | None = None, rows: int = 3, **kwargs: Any) -> None:
        """Offer both languages. ``lang`` is selected or, without it, the page's language."""
        super().__init__(prefix=prefix, speaks=(lang or i18n.current_language()).value, **kwargs)
        self.text.render_kw = {"rows": rows, "maxlength": TEXT_LIMIT}
        self.speaks.choices = [(Language.EN.value, "English"), (Language.FR.value, "Français")]

    @property
    def comment_text(self) -> str:
        return clean_text(self.text.data)

    @property
    def lang(self) -> Language:
        """Return the chosen language, or the page's language if the choice is missing or invalid."""
        known = {language.value for language in Language}
        return Language(self.speaks.data) if self.speaks.data in known else i18n.current_language()


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment and the URL of each action on it. A URL is "" if the user cannot take the action, or it is already done.

    ``unknown_mentions`` are the words after "@" that name no jurisdiction. Only the author sees them.
    """

    comment: CommentFacts
    edit_url: str = ""
    settle_url: str = ""
    delete_url: str = ""
    unknown_mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentThread:
    """The comments on a subject, in order, for one reader. ``form`` is None if the reader may not comment.

    ``form_key`` is the key under which the form's unsaved text is stored.
    """

    key: str
    rows: tuple[CommentRow, ...]
    form: CommentForm | None
    form_key: str
    post_url: str

    @property
    def open_count(self) -> int:
        """The number of comments that the reader can resolve."""
        return sum(bool(row.settle_url) for row in self.rows)


def respond_with_thread(
    fragment: str,
    thread: Callable[[], CommentThread],
    url: str,
    place: str,
    announcement: str,
    latest: int | None = None,
) -> Response:
    """For htmx, return the changed thread and the announcement. Otherwise, redirect to ``url``, which shows the announcement.

    ``place`` is the id of the element that shows the announcement on the page at ``url``. ``latest`` is the id of the comment
    that gets the focus in the response to htmx.
    """
    if htmx.is_htmx_request():
        return htmx.respond("", fragment, thread=thread(), announcement=announcement, latest=latest)
    flash_at(place, announcement)
    return redirect_to_outcome(url)
