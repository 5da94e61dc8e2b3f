"""The pages about the themes of a cycle: the list, with what came of each theme, and the form for one theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Invalid, NotFound
from cogwg.engagement.coding import UNCODED, CodingFilter, coded_counts, count_comments
from cogwg.engagement.models import EngagementCycle, EngagementTheme
from cogwg.engagement.themes import add_theme, change_theme, facts_of, find_theme, merge_theme, remove_theme
from cogwg.inspection.events import latest_events
from cogwg.policy import Permission
from cogwg.web.admin import blueprint
from cogwg.web.admin.analysis_forms import MergeThemesForm, ShownVersionForm, ThemeForm, theme_fields
from cogwg.web.admin.analysis_parts import analysed_cycle
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_version

SUBJECT = "engagement-theme"


@dataclass(frozen=True, slots=True)
class ThemeConflict:
    """What another person saved in the meantime: when, who, and each field that differs (label, theirs, yours, language)."""

    saved_at: datetime | None
    saved_by: Bilingual
    differences: tuple[tuple[str, str, str, str], ...]


@blueprint.get("/engagement/<cycle>/themes")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_themes(lang: str, cycle: str) -> str:
    """List the themes of a cycle, with how many comments each has and what came of it."""
    own = analysed_cycle(cycle)
    counts = coded_counts(session(), own)
    return render_template(
        "admin/analysis/themes.html",
        cycle=own,
        themes=sorted(own.themes, key=lambda theme: (-counts.get(theme.id, 0), theme.position)),
        counts=counts,
        published=count_comments(session(), own, CodingFilter()),
        uncoded=count_comments(session(), own, CodingFilter(theme=UNCODED)),
    )


@blueprint.route("/engagement/<cycle>/themes/new", methods=["GET", "POST"])
@requires(Permission.ANALYSE_COMMENTS)
def analysis_theme_add(lang: str, cycle: str) -> Response:
    """Add a theme."""
    own, form = analysed_cycle(cycle), ThemeForm()
    form.offer()
    if request.method == "GET":
        form.disposition.data = ""
        return _render(own, form, None, 200)
    try:
        with write() as open_session:
            form.make_once(open_session, SUBJECT, lambda: add_theme(open_session, own, form.facts, by=actor(), at=clocks.now()))
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, form, None, 422)
    return _done(cycle, _("The theme was added. You can now put comments into it under Coding."))


@blueprint.route("/engagement/<cycle>/themes/<int:id>", methods=["GET", "POST"])
@requires(Permission.ANALYSE_COMMENTS)
def analysis_theme(lang: str, cycle: str, id: int) -> Response:
    """Change a theme: what was heard, what came of it, and where that can be followed."""
    own = analysed_cycle(cycle)
    theme = find_theme(session(), own, id)
    form = ThemeForm(data={**theme_fields(facts_of(theme)), "version": str(theme.version)})
    form.offer()
    form.still_right.offer(theme.stale or {})
    if request.method == "GET":
        return _render(own, form, theme, 200)
    version = parse_version(form.version.data or "")
    try:
        with write() as open_session:
            given: dict[str, Any] = {"still_right": form.still_right.confirmed, "by": actor(), "at": clocks.now()}
            change_theme(open_session, own, id, form.facts, version=version, **given)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(own, form, theme, 422)
    except Conflict:
        session().expire_all()
        theme = find_theme(session(), own, id)
        form.version.data = str(theme.version)
        return _render(own, form, theme, 409, conflict=_conflict(form, theme))
    return _done(cycle, _("The theme was saved."))


@blueprint.post("/engagement/<cycle>/themes/<int:id>/merge")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_theme_merge(lang: str, cycle: str, id: int) -> Response:
    """Move the comments of a theme into another theme, and remove the first one."""
    own, merge = analysed_cycle(cycle), MergeThemesForm()
    version = parse_version(merge.version.data or "")
    try:
        with write() as open_session:
            moved = merge_theme(open_session, own, id, merge.posted_into, version=version, by=actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(merge, refusal)
        return _render_again(own, id, 422, merge)
    except Conflict:
        merge.form_errors.append(_CHANGED())
        return _render_again(own, id, 409, merge)
    except NotFound:
        find_theme(session(), own, id)
        merge.into.errors = [*merge.into.errors, _("Choose the theme to move the comments to.")]
        return _render_again(own, id, 422, merge)
    sentence = ngettext(
        "The themes were merged. %(num)s comment moved.", "The themes were merged. %(num)s comments moved.", moved
    )
    return _done(cycle, sentence)


@blueprint.post("/engagement/<cycle>/themes/<int:id>/remove")
@requires(Permission.ANALYSE_COMMENTS)
def analysis_theme_remove(lang: str, cycle: str, id: int) -> Response:
    """Remove a theme without comments."""
    own, button = analysed_cycle(cycle), ShownVersionForm()
    try:
        with write() as open_session:
            remove_theme(open_session, own, id, version=parse_version(button.version.data or ""), by=actor(), at=clocks.now())
    except Invalid as refusal:
        merge = MergeThemesForm(formdata=None)
        forms.add_errors(merge, refusal)
        return _render_again(own, id, 422, merge)
    except Conflict:
        merge = MergeThemesForm(formdata=None)
        merge.form_errors.append(_CHANGED())
        return _render_again(own, id, 409, merge)
    return _done(cycle, _("The theme was removed."))


def _CHANGED() -> str:
    return str(_("This theme was changed after you opened the page, so nothing was done. Check it, then try again."))


def _done(cycle: str, sentence: str) -> Response:
    flash_at("themes", sentence)
    return redirect_to_outcome(url_for("admin.analysis_themes", lang=i18n.current_language(), cycle=cycle))


def _conflict(form: ThemeForm, theme: EngagementTheme) -> ThemeConflict:
    events = latest_events(session(), (SUBJECT, theme.id), 1)
    at, by = (events[0].at, events[0].person) if events else (None, EMPTY_TEXT)
    return ThemeConflict(at, by, tuple(form.differences(theme_fields(facts_of(theme)))))


def _render_again(own: EngagementCycle, id_: int, status: int, merge: MergeThemesForm) -> Response:
    """Render the form of a theme as the theme is stored, with the reason why it was not merged or removed."""
    session().expire_all()
    theme = find_theme(session(), own, id_)
    form = ThemeForm(formdata=None, data={**theme_fields(facts_of(theme)), "version": str(theme.version)})
    form.offer()
    form.still_right.offer(theme.stale or {})
    return _render(own, form, theme, status, merge=merge)


def _render(own: EngagementCycle, form: ThemeForm, theme: EngagementTheme | None, status: int, **more: Any) -> Response:
    merge = more.pop("merge", None) or MergeThemesForm(formdata=None)
    lang = i18n.current_language()
    others = [(each.id, each.title.text(lang)) for each in own.themes if theme is None or each.id != theme.id]
    merge.offer(others)
    if theme is not None:
        merge.version.data = str(theme.version)
    page = render_template(
        "admin/analysis/theme.html",
        cycle=own,
        form=form,
        theme=theme,
        merge=merge,
        can_merge=bool(others),
        count=coded_counts(session(), own).get(theme.id, 0) if theme is not None else 0,
        conflict=more.get("conflict"),
    )
    return make_response(page, status)
