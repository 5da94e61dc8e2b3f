"""The published comments from the public: each with what came of it, and the list of a cycle's comments with a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from cogwg.core.bilingual import clean_line
from cogwg.tracker.comment_search import search_comments
from cogwg.tracker.engagement import PublishedCycle, PublishedPhase
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_comments import CommentOfPublic, comments_revision, published_comment
from cogwg.web.auth.access import public
from cogwg.web.http import i18n, site_settings
from cogwg.web.http.comment_outcomes import outcomes_of_comment
from cogwg.web.http.comment_subjects import SubjectItem, find_subject, subject_url
from cogwg.web.http.database import session
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.pagination import paginate
from cogwg.web.public import blueprint
from cogwg.web.public.engagement import find_cycle
from cogwg.web.public.responses import respond

_MAX_WORDS = 200


class CommentSearchForm(FlaskForm):  # type: ignore[misc]
    """The words of a search, sent by GET."""

    class Meta:
        csrf = False

    q = StringField(_("Words in the comments"), render_kw={"autocomplete": "off", "maxlength": _MAX_WORDS})


@dataclass(frozen=True, slots=True)
class CommentPlace:
    """The phase and the subject of a published comment (None if not public), with the URL of the subject's page, if any."""

    phase: PublishedPhase | None
    subject: SubjectItem | None
    subject_url: str


@blueprint.get("/<any(en, fr):lang>/comments/<int:id>")
@public
def comment(lang: str, id: int) -> Response:
    """Show a published comment with its masks, and its themes with what came of them."""
    return respond(lambda record: _draw_comment(record, id), also=comments_revision(session()))


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/comments")
@public
def comment_list(lang: str, cycle: str) -> Response:
    """List the published comments of a cycle, or search in them."""
    return respond(lambda record: _draw_list(record, cycle), also=comments_revision(session()))


def place_of_comment(record: PublicRecord, content: PublishedCycle, comment: CommentOfPublic) -> CommentPlace:
    """Return the phase and the subject of a published comment."""
    subject = find_subject(record, comment.about, comment.about_key)
    url = subject_url(comment.about, comment.about_key, i18n.current_language()) if subject is not None else ""
    return CommentPlace(content.phase(comment.phase), subject, url)


def _draw_comment(record: PublicRecord, id_: int) -> str:
    shown = published_comment(session(), id_)
    content = find_cycle(record, shown.cycle).content
    return _draw(
        "public/comments/comment.html",
        record,
        content,
        comment=shown,
        place=place_of_comment(record, content, shown),
        heard=record.heard(shown.cycle),
        what_came=outcomes_of_comment(record, shown.cycle, shown.id),
    )


def _draw_list(record: PublicRecord, cycle: str) -> str:
    content = find_cycle(record, cycle).content
    words = clean_line(request.args.get("q"))[:_MAX_WORDS]
    comments = search_comments(session(), cycle, words, i18n.current_language())
    rows = paginate(comments, "public.comment_list", cycle=cycle)
    return _draw(
        "public/comments/list.html",
        record,
        content,
        form=CommentSearchForm(formdata=None, data={"q": words}),
        words=words,
        list_page=rows,
        places={each.comment.id: place_of_comment(record, content, each.comment) for each in rows.rows},
    )


def _draw(template: str, record: PublicRecord, cycle: PublishedCycle, **context: Any) -> str:
    sample = site_settings.environment().demo or cycle.sample
    return render_template(template, record=record, shown=None, cycle=cycle, sample=sample, **context)
