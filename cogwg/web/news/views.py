"""The views that milestones and challenges share: list and add, show, edit, withdraw, restore, download."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from cogwg.accounts.models import Jurisdiction
from cogwg.core.errors import Conflict, Forbidden, Invalid
from cogwg.policy import Permission, has_permission
from cogwg.reporting.news.services import edit_news, restore_news, withdraw_news
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.filters import excerpt
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.pagination import find_index, paginate
from cogwg.web.http.rate_limits import limit_downloads
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author, concurrent_edit_sentence
from cogwg.web.news.forms import ActionForm, NewsFilterForm, NewsItemForm
from cogwg.web.news.items import NewsItem
from cogwg.web.news.sections import CHALLENGES, MILESTONES, Section

Item = TypeVar("Item", bound=NewsItem)
_OF_MILESTONES = {"section": MILESTONES}
_OF_CHALLENGES = {"section": CHALLENGES}


@blueprint.route("/milestones", endpoint="milestone_list", methods=["GET", "POST"], defaults=_OF_MILESTONES)
@blueprint.route("/challenges", endpoint="challenge_list", methods=["GET", "POST"], defaults=_OF_CHALLENGES)
@requires(Permission.READ_REPORTS)
def news_list(lang: str, section: Section) -> BaseResponse:
    """List the milestones (newest first) or challenges (by theme), with a form to add one; on POST, add it."""
    author = Author(session(), current_user())
    if request.method == "GET":
        return _render_list(section, author, lang, None, 200)
    if not author.may_post_news:
        raise Forbidden
    form = section.item.new_form(author, "new-", jurisdictions=author.own_options)
    try:
        jurisdiction_id = author.chosen_jurisdiction_id(form.jurisdiction.data if form.jurisdiction else None)
        authorship = author.authorship(jurisdiction_id)
        if not form.once_more.data and _is_known(section, author, jurisdiction_id, form):
            form.once_more.data = "1"
            form.form_errors.append(_("This text was already added. To add it once more, select the button again."))
            return _render_list(section, author, lang, form, 409)
        with write() as open_session:
            id_ = form.make_once(
                open_session, section.name, lambda: section.add(open_session, jurisdiction_id, form, **authorship)
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return _render_list(section, author, lang, form, 422)
    flash_at(f"{section.name}-{id_}", _with_completion(_("Added: %(title)s", title=excerpt(form.text)), form))
    return redirect_to_outcome(url_for(f"news.{section.name}_list", lang=lang, at=id_))


def _is_known(section: Section, author: Author, jurisdiction_id: int | None, form: NewsItemForm) -> bool:
    """Whether another form has added an item of the jurisdiction with the same text, for example before the browser went back.

    Challenges belong to no single jurisdiction, so any challenge with the same text counts.
    """
    if not form.text:
        return False
    _jurisdiction, items = _requested_items(section, author, i18n.current_language().value)
    current = (item for item in items if item.news.withdrawn_at is None)
    is_there = any(item.owner_id == jurisdiction_id and item.news.text == form.text for item in current)
    # Checked last, because another request may just have stored what this form makes, together with the form's token.
    return is_there and form.made_before(session()) is None


@blueprint.get("/milestones.<any(csv, xlsx):kind>", endpoint="milestone_download", defaults=_OF_MILESTONES)
@blueprint.get("/challenges.<any(csv, xlsx):kind>", endpoint="challenge_download", defaults=_OF_CHALLENGES)
@requires(Permission.READ_REPORTS)
@limit_downloads
def news_download(lang: str, kind: str, section: Section) -> BaseResponse:
    """Download the list, filtered as on its page, without withdrawn items; a demo's additions and changes are marked."""
    _jurisdiction, items = _requested_items(section, Author(session(), current_user()), lang)
    listed = section.arrange([item for item in items if item.news.withdrawn_at is None])
    is_demo = current_app.extensions["cogwg.settings"].demo
    return download_response(section.table([item.news for item in listed], clocks.today(), is_demo=is_demo), kind)


@blueprint.get("/milestones/<int:id>", endpoint="milestone_page", defaults=_OF_MILESTONES)
@blueprint.get("/challenges/<int:id>", endpoint="challenge_page", defaults=_OF_CHALLENGES)
@requires(Permission.READ_REPORTS)
def news_page(lang: str, id: int, section: Section) -> BaseResponse:
    """Show one milestone or challenge."""
    return respond(section.item.load(Author(session(), current_user()), id, lang), 200)


@blueprint.route("/milestones/<int:id>/edit", endpoint="milestone_edit", methods=["GET", "POST"], defaults=_OF_MILESTONES)
@blueprint.route("/challenges/<int:id>/edit", endpoint="challenge_edit", methods=["GET", "POST"], defaults=_OF_CHALLENGES)
@requires(Permission.POST_NEWS)
def news_edit(lang: str, id: int, section: Section) -> BaseResponse:
    """Show a milestone or challenge with the form to edit it; on POST, save the changes."""
    item = load_to_edit(section.item, id, lang)
    if request.method == "GET":
        return respond(item.with_form(), 200)
    form = item.posted_form()
    draft, authorship = form.draft(), item.author.authorship(item.owner_id)
    try:
        with write() as open_session:
            edit_news(open_session, item.kind, id, draft, expected_version=form.posted_version, **authorship)
    except Invalid as refusal:
        forms.add_errors(form, refusal, {"text": f"text_{lang}"})
        return respond(item.reloaded().with_form(form), 422)
    except Conflict as conflict:
        return respond(item.with_concurrent_edit(conflict.subject, draft), 409)
    return done_response(item, _with_completion(_("Saved: %(title)s", title=excerpt(draft.text)), form))


@blueprint.post("/milestones/<int:id>/withdraw", endpoint="milestone_withdraw", defaults=_OF_MILESTONES)
@blueprint.post("/challenges/<int:id>/withdraw", endpoint="challenge_withdraw", defaults=_OF_CHALLENGES)
@requires(Permission.POST_NEWS)
def news_withdraw(lang: str, id: int, section: Section) -> BaseResponse:
    """Withdraw a milestone or challenge from lists and decks; the response offers to restore it."""
    item = load_to_edit(section.item, id, lang)
    version, authorship = ActionForm().posted_version, item.author.authorship(item.owner_id)

    def withdraw() -> None:
        with write() as open_session:
            withdraw_news(open_session, item.kind, id, expected_version=version, **authorship)

    if refused := run_or_explain(item, withdraw):
        return refused
    return done_response(item, _("Withdrawn: %(title)s", title=excerpt(item.news.text)), item.url())


@blueprint.post("/milestones/<int:id>/restore", endpoint="milestone_restore", defaults=_OF_MILESTONES)
@blueprint.post("/challenges/<int:id>/restore", endpoint="challenge_restore", defaults=_OF_CHALLENGES)
@requires(Permission.POST_NEWS)
def news_restore(lang: str, id: int, section: Section) -> BaseResponse:
    """Restore a withdrawn milestone or challenge."""
    item = load_to_edit(section.item, id, lang)
    authorship = item.author.authorship(item.owner_id)
    with write() as open_session:
        restore_news(open_session, item.kind, id, **authorship)
    return done_response(item, _("Restored: %(title)s", title=excerpt(item.news.text)))


def load_to_edit(item_class: type[Item], id_: int, lang: str) -> Item:
    """Return the item with this id.

    Raises ``NotFound`` if there is none, and ``Forbidden`` if this person may not edit it.
    """
    item = item_class.load(Author(session(), current_user()), id_, lang)
    if not item.may_edit:
        raise Forbidden
    return item


def run_or_explain(item: NewsItem, command: Callable[[], None]) -> BaseResponse | None:
    """Run the command; if it raises ``Invalid`` or ``Conflict``, return a response with the reason and the current item."""
    try:
        command()
    except Invalid as refusal:
        fresh = item.reloaded()
        sentences = [i18n.translate_message(message) for _field, message in refusal.problems]
        return respond(fresh.with_alert(fresh.news, " ".join(sentences)), 422)
    except Conflict as conflict:
        alert = concurrent_edit_sentence(conflict.subject, item.retry_sentence)
        return respond(item.with_alert(conflict.subject, alert), 409)
    return None


def done_response(item: NewsItem, announcement: str, next_url: str = "") -> BaseResponse:
    """For htmx, return the saved item and the announcement; otherwise, redirect to ``next_url`` or to the list."""
    if htmx.is_htmx_request():
        return respond(item.reloaded(), 200, announcement)
    flash_at(item.element_id, announcement)
    return redirect_to_outcome(next_url or item.list_url(at=item.news.id))


def respond(item: NewsItem, status: int, announcement: str = "") -> BaseResponse:
    """For htmx, return the item alone; otherwise return its page."""
    context = {"item": item, "announcement": announcement}
    return htmx.respond("news/item.html", f"news/_{item.kind.name}.html", status, **context)


def _with_completion(announcement: str, form: NewsItemForm) -> str:
    """Return the announcement, followed by the form's ``completion`` sentence, if there is one."""
    return f"{announcement.rstrip('.')}. {form.completion}" if form.completion else announcement


def _requested_items(section: Section, author: Author, lang: str) -> tuple[Jurisdiction | None, list[NewsItem]]:
    """Return the jurisdiction in the URL with its news; without one in the URL, return None and all news.

    Raises ``NotFound`` for an unknown jurisdiction.
    """
    code = request.args.get("jurisdiction", "")
    jurisdiction = author.jurisdiction_by_code(code) if code else None
    return jurisdiction, [section.item(news, author, lang) for news in section.read(author.session, code=code)]


def _render_list(section: Section, author: Author, lang: str, form: NewsItemForm | None, status: int) -> BaseResponse:
    jurisdiction, items = _requested_items(section, author, lang)
    code = jurisdiction.code if jurisdiction else ""
    if form is None and author.may_post_news:
        chosen = code if jurisdiction and author.permission_check()((jurisdiction.id,)) else ""
        form = section.item.new_form(author, "new-", jurisdictions=author.own_options, chosen_code=chosen, formdata=None)
    current = [item for item in items if item.news.withdrawn_at is None]
    listed = section.arrange(current)
    index = find_index(listed, lambda item: str(item.news.id) == request.args.get("at"))
    list_page = paginate(listed, f"news.{section.name}_list", row_index=index)
    filters = {name: request.args[name] for name in section.filters if request.args.get(name)}
    context: dict[str, Any] = {
        "list_page": list_page,
        "withdrawn": [item for item in items if item.news.withdrawn_at is not None and item.may_edit],
        "form": form,
        "author_name": author.led_jurisdictions[0][2] if author.led_jurisdictions and not author.own_options else None,
        "filter_form": NewsFilterForm(author.all_options, code),
        "hidden_values": list(filters.items()),
        "jurisdiction_name": jurisdiction.name if jurisdiction else None,
        "may_manage_themes": has_permission(current_user().roles, Permission.MANAGE_PLAN),
        "list_url": url_for(f"news.{section.name}_list", lang=lang),
        "downloads": download_urls(f"news.{section.name}_download", lang=lang, jurisdiction=code, **filters),
        **section.list_context(current, listed, list_page.rows),
    }
    template = f"news/{section.name}s.html"
    return htmx.respond(template, template, status, **context)
