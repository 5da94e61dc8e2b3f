"""The themes of challenges, for co-chairs and the secretariat: renaming a theme, and merging it into another."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, clean_text, sort_key
from cogwg.core.errors import Invalid, NotFound
from cogwg.policy import Permission
from cogwg.reporting.news.queries import challenge, list_challenges
from cogwg.reporting.news.theme_services import merge_theme, rename_theme
from cogwg.web.auth.access import actor, requires
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import current_language
from cogwg.web.news import blueprint
from cogwg.web.news.forms import MergeForm, RenameForm, decode_theme, encode_theme


@dataclass(frozen=True, slots=True)
class ChallengeTheme:
    """A theme with the number of its challenges; ``id`` is the lowest of their ids, and identifies the theme in URLs."""

    id: int
    name: Bilingual
    count: int


@blueprint.get("/challenges/themes")
@requires(Permission.MANAGE_PLAN)
def theme_list(lang: str) -> str:
    """List the themes with the number of their challenges."""
    return render_template("news/themes.html", themes=_themes())


@blueprint.get("/challenges/themes/<int:id>")
@requires(Permission.MANAGE_PLAN)
def theme_page(lang: str, id: int) -> Response:
    """Show the forms to rename a theme and to merge it into another."""
    return _render_theme(id, None, 200)


@blueprint.post("/challenges/themes/<int:id>/rename")
@requires(Permission.MANAGE_PLAN)
def theme_rename(lang: str, id: int) -> Response:
    """Rename a theme in every challenge that has it."""
    form = RenameForm()
    name = Bilingual(clean_text(form.name_en.data), clean_text(form.name_fr.data))
    try:
        with write() as open_session:
            count = rename_theme(
                open_session, id, name, expected_theme=decode_theme(form.was.data), by=actor(), at=clocks.now()
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_theme(id, form, 422)
    return _done(lang, count, name)


@blueprint.post("/challenges/themes/<int:id>/merge")
@requires(Permission.MANAGE_PLAN)
def theme_merge(lang: str, id: int) -> Response:
    """Merge a theme into another: move all its challenges to the other theme."""
    form, known = MergeForm(), {theme.id: theme for theme in _themes()}
    target = known.get(parse_number(form.into.data or "") or 0)
    if target is None or encode_theme(target.name) == form.was.data:
        form.into.errors = [_("Choose the theme to merge this theme into.")]
        return _render_theme(id, form, 422)
    try:
        with write() as open_session:
            count = merge_theme(
                open_session, id, target.id, expected_theme=decode_theme(form.was.data), by=actor(), at=clocks.now()
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render_theme(id, form, 422)
    return _done(lang, count, target.name)


def _done(lang: str, count: int, name: Bilingual) -> Response:
    sentence = ngettext(
        "%(num)s challenge now has the theme “%(theme)s”.", "%(num)s challenges now have the theme “%(theme)s”.", count,
        theme=name.text(lang),
    )  # fmt: skip
    flash_at("themes", sentence if count else _("The theme already has this name. Nothing was changed."))
    return redirect_to_outcome(url_for("news.theme_list", lang=lang))


def _themes() -> list[ChallengeTheme]:
    """Return the themes of challenges that are not withdrawn, sorted by name."""
    ids: dict[Bilingual, list[int]] = {}
    for news in list_challenges(session()):
        if news.withdrawn_at is None:
            ids.setdefault(news.theme, []).append(news.id)
    themes = [ChallengeTheme(min(of_theme), name, len(of_theme)) for name, of_theme in ids.items()]
    return sorted(themes, key=lambda theme: sort_key(theme.name.text(current_language())))


def _render_theme(id_: int, form: RenameForm | MergeForm | None, status: int) -> Response:
    """Render the page of this challenge's theme with its two forms; ``form`` is the posted one, with its errors, if any."""
    known, name = _themes(), challenge(session(), id_).theme
    theme = next((theme for theme in known if theme.name == name), None)
    if theme is None:
        raise NotFound(f"theme {id_}")
    names = {"name_en": theme.name.en, "name_fr": theme.name.fr}
    rename = form if isinstance(form, RenameForm) else RenameForm(formdata=None, data=names)
    merge = form if isinstance(form, MergeForm) else MergeForm(formdata=None)
    rename.was.data = merge.was.data = encode_theme(theme.name)
    others = [(str(other.id), other.name.text(current_language())) for other in known if other is not theme]
    merge.into.choices = [("", _("Choose a theme")), *others]
    page = render_template("news/theme.html", theme=theme, rename=rename, merge=merge, has_others=bool(others))
    return make_response(page, status)
