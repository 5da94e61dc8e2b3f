"""The page on which analysts put published comments into themes, several each if needed, and join duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from cogwg.core.bilingual import clean_line
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.coding import (
    UNCODED,
    Coding,
    CodingFilter,
    code_comments,
    comments_to_code,
    count_comments,
)
from cogwg.engagement.masking import masked_text
from cogwg.engagement.models import EngagementCycle, PublicComment
from cogwg.engagement.moderating import mark_duplicate
from cogwg.policy import Permission
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.web.admin import blueprint
from cogwg.web.admin.analysis_parts import analysed_cycle
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import ButtonForm, parse_number, parse_version
from cogwg.web.http.pagination import PAGE_SIZE, list_page, page_offset

FILTERS = ("theme", "phase", "q")
MAX_ROWS = 200
"""The maximum number of comments that a form can code; a page has fewer."""


@blueprint.get("/engagement/<cycle>/coding")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_coding(lang: str, cycle: str) -> Response:
    """List published comments with the themes of each, filtered by the query in the URL."""
    return _render(analysed_cycle(cycle), 200)


@blueprint.post("/engagement/<cycle>/coding")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_code(lang: str, cycle: str) -> Response:
    """Save the themes of the comments on a page, and join duplicates."""
    ButtonForm()
    own = analysed_cycle(cycle)
    codings = _posted_codings()
    try:
        with write() as open_session:
            coded = code_comments(open_session, own, codings, by=actor(), at=clocks.now())
            joined = _join_duplicates(open_session, own, _posted_duplicates())
    except Conflict as conflict:
        ids = conflict.subject if isinstance(conflict.subject, list) else [conflict.subject.id]
        session().expire_all()
        sentence = _(
            "Comment %(numbers)s has changed since you opened this page, so nothing was saved. Your choices are still below.",
            numbers=", ".join(map(str, ids)),
        )
        return _render(own, 409, [sentence], _chosen(codings))
    except Invalid as refusal:
        sentences = [i18n.translate_message(message) for _field, message in refusal.problems]
        return _render(own, 422, sentences, _chosen(codings))
    count = len(set(coded) | set(joined))
    flash_at(
        "coding",
        ngettext("%(num)s comment was saved.", "%(num)s comments were saved.", count) if count else _("Nothing was changed."),
    )
    return redirect_to_outcome(url_for("admin.analysis_coding", lang=lang, cycle=cycle, **_query()))


def _posted_codings() -> dict[int, Coding]:
    codings = {}
    for name, value in list(request.form.items())[: MAX_ROWS * 4]:
        kind, _dash, number = name.partition("-")
        id_ = parse_number(number)
        if kind == "shown" and id_ is not None:
            chosen = request.form.getlist(f"themes-{id_}")
            codings[id_] = Coding(_numbers(value.split()), _numbers(chosen))
    return codings


def _posted_duplicates() -> dict[int, tuple[int, int]]:
    """Map the number of each comment that was marked as a duplicate to the number of the other comment and its own version."""
    duplicates = {}
    for name, value in request.form.items():
        kind, _dash, number = name.partition("-")
        id_, typed = parse_number(number), clean_line(value).lstrip("#")
        if kind == "duplicate" and id_ is not None and typed:
            duplicates[id_] = (parse_number(typed) or 0, parse_version(request.form.get(f"version-{id_}", "")))
    return duplicates


def _join_duplicates(open_session: Session, own: EngagementCycle, duplicates: Mapping[int, tuple[int, int]]) -> list[int]:
    phases = {phase.id for phase in own.phases}
    for id_, (of_id, version) in duplicates.items():
        comment = open_session.get(PublicComment, id_)
        if comment is None or comment.phase_id not in phases:
            raise NotFound(f"comment {id_}")
        mark_duplicate(open_session, id_, of_id, version=version, by=actor(), at=clocks.now())
    copy_comments(open_session, list(duplicates))
    return list(duplicates)


def _numbers(texts: list[str]) -> frozenset[int]:
    return frozenset(number for text in texts if (number := parse_number(text)) is not None)


def _chosen(codings: Mapping[int, Coding]) -> dict[int, frozenset[int]]:
    return {id_: each.chosen for id_, each in codings.items()}


def _query() -> dict[str, Any]:
    return {name: value for name in (*FILTERS, "page") if (value := request.args.get(name, ""))}


def _filter(own: EngagementCycle) -> CodingFilter:
    """Return the filter in the URL. Raises ``NotFound`` for a theme or phase that the cycle does not have."""
    theme, phase = request.args.get("theme", ""), request.args.get("phase", "")
    if theme not in ("", UNCODED, *(str(each.id) for each in own.themes)):
        raise NotFound(f"theme {theme}")
    if phase not in ("", *(each.key for each in own.phases)):
        raise NotFound(f"phase {phase}")
    return CodingFilter(theme, phase, clean_line(request.args.get("q", ""))[:100])


def _render(
    own: EngagementCycle, status: int, problems: list[str] | None = None, chosen: Mapping[int, frozenset[int]] | None = None
) -> Response:
    asked = _filter(own)
    total = count_comments(session(), own, asked)
    start = page_offset(total)
    rows = comments_to_code(session(), own, asked, offset=start, limit=PAGE_SIZE)
    lang = i18n.current_language()
    page = render_template(
        "admin/analysis/coding.html",
        cycle=own,
        form=ButtonForm(formdata=None),
        list_page=list_page(rows, start, total, "admin.analysis_coding", cycle=own.key),
        themes=sorted(own.themes, key=lambda theme: theme.title.text(lang)),
        stored={row.id: frozenset(each.theme_id for each in row.themes) for row in rows},
        chosen=chosen or {},
        typed={name: value for name, value in request.form.items() if name.startswith("duplicate-")},
        phases={phase.id: phase for phase in own.phases},
        masked_text=masked_text,
        asked=asked,
        problems=problems or [],
        query=_query(),
        uncoded=count_comments(session(), own, CodingFilter(theme=UNCODED)),
    )
    return make_response(page, status)
