"""The forms of people without an account: a comment, and what its author can change through the private link."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField

from cogwg.core.addresses import ADDRESS_LIMIT
from cogwg.engagement.comment_rules import APPEAL_LIMIT, COMMENT_LIMIT, NAME_LIMIT, CommentDraft
from cogwg.engagement.models import PublicComment
from cogwg.web.engagement import stamps
from cogwg.web.http import i18n
from cogwg.web.http.comment_subjects import SubjectGroup, split_code
from cogwg.web.http.i18n import gettext
from cogwg.web.http.i18n import lazy_gettext as _


class StampedForm(FlaskForm):  # type: ignore[misc]
    """A form with a signed stamp in place of a CSRF token."""

    class Meta:
        csrf = False

    stamp = HiddenField()

    def renew_stamp(self) -> None:
        """Give the form a new stamp, with the current time."""
        self.stamp.data = stamps.new_stamp()


def _name_field() -> StringField:
    return StringField(_("Name (optional)"), render_kw={"autocomplete": "name", "maxlength": NAME_LIMIT})


def _email_field() -> EmailField:
    return EmailField(
        _("Email (optional)"),
        render_kw={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none", "data-limit": ADDRESS_LIMIT},
    )


class OwnInformationForm(StampedForm):
    """The name and email address of an author, both optional. ``version`` is the comment's version that the page showed."""

    name = _name_field()
    email = _email_field()
    version = HiddenField()

    @classmethod
    def of_comment(cls, comment: PublicComment) -> OwnInformationForm:
        return cls(formdata=None, data={"name": comment.name, "email": comment.email, "version": str(comment.version)})


class PublicCommentForm(OwnInformationForm):
    """A comment.

    ``website`` is the field that must stay empty; ``again`` is set once the person was told that the same comment was already
    sent. Problems are listed in the order of the fields, so the name and the email address are declared again after the text.
    """

    version = None
    about = SelectField(_("About"), validate_choice=False)
    text = TextAreaField(_("Your comment"), render_kw={"rows": 8, "maxlength": COMMENT_LIMIT})
    website = StringField(_("Leave this field empty"))
    name = _name_field()
    email = _email_field()
    again = HiddenField()

    def offer(self, groups: Sequence[SubjectGroup], asked: str) -> None:
        """Offer the possible subjects of the comment, and select the one in the URL unless the form was sent."""
        lang = i18n.current_language()
        self.about.choices = {
            heading.text(lang) or gettext("This phase"): [(item.code, item.label.text(lang)) for item in items]
            for heading, items in groups
        }
        known = {item.code for _heading, items in groups for item in items}
        if self.about.data not in known:
            self.about.data = asked if asked in known else groups[0][1][0].code

    @property
    def draft(self) -> CommentDraft:
        """Return the comment as it was typed."""
        about, key = split_code(self.about.data or "")
        return CommentDraft(self.text.data or "", self.name.data or "", self.email.data or "", about, key)


class CommentTextForm(StampedForm):
    """The text of a comment on which no moderator has decided.

    ``version`` is the version of the comment that the page showed.
    """

    text = TextAreaField(_("Your comment"), render_kw={"rows": 8, "maxlength": COMMENT_LIMIT})
    version = HiddenField()


class AppealForm(StampedForm):
    """Why a refused comment should be published."""

    appeal = TextAreaField(_("Why should your comment be published?"), render_kw={"rows": 5, "maxlength": APPEAL_LIMIT})


class WithdrawalForm(StampedForm):
    """The confirmation of a withdrawal: only a button."""
