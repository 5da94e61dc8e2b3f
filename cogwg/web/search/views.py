"""The search page: the first results of each kind, or all results of one kind, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for

from cogwg.core.errors import NotFound
from cogwg.core.search import Query, ResultRange, Results, parse_query
from cogwg.policy import Permission, has_permission
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http.database import session
from cogwg.web.http.i18n import translate_message
from cogwg.web.http.pagination import MAX_PAGE, PAGE_SIZE, ListPage, list_page, page_offset
from cogwg.web.search import blueprint
from cogwg.web.search.results import SearchResult, kinds

FIRST_RESULTS = 5
"""How many results of each kind the page of all kinds shows."""


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """The results of one kind on a page; ``all_url`` leads to the list of them all, and is empty if no link to it is needed."""

    kind: str
    label: str
    results: Results[SearchResult]
    all_url: str = ""


@blueprint.get("/search")
@requires(Permission.READ_REPORTS)
def page(lang: str) -> str:
    """Show what this person may read that matches the query in the URL; ``kind`` in the URL limits the results to one kind."""
    query = parse_query(request.args.get("q"))
    kind = request.args.get("kind", "")
    problem = query.problem if query.text else None
    groups: list[ResultGroup] = []
    listed: ListPage[SearchResult] | None = None
    if query.text and problem is None:
        groups, listed = _groups(lang, query, kind)
    return render_template(
        "search/page.html",
        query=query,
        problem=translate_message(problem) if problem is not None else "",
        groups=groups,
        total=sum(group.results.total for group in groups),
        list_page=listed,
        every_kind_url=url_for("search.page", lang=lang, q=query.text) if kind else "",
    )


def _groups(lang: str, query: Query, kind: str) -> tuple[list[ResultGroup], ListPage[SearchResult] | None]:
    """Return the groups that have results and, if a kind is given, one page of its list.

    Raises ``NotFound`` for an unknown kind, and for a page that does not exist.
    """
    reads_drafts = has_permission(current_user().roles, Permission.PREPARE_BRIEFINGS)
    searches = kinds(lang, reads_drafts=reads_drafts)
    if kind and kind not in searches:
        raise NotFound(f"kind {kind}")
    start = page_offset(MAX_PAGE * PAGE_SIZE) if kind else 0
    part = ResultRange(PAGE_SIZE if kind else FIRST_RESULTS, start)
    groups = []
    for name, searched in searches.items():
        if kind in ("", name) and (results := searched.search(session(), query, part)).total:
            more = results.total > len(results.rows) and not kind
            url = url_for("search.page", lang=lang, q=query.text, kind=name) if more else ""
            groups.append(ResultGroup(name, searched.label, results, url))
    if start and not groups:
        raise NotFound(f"page of {kind}")
    first = groups[0].results if groups else Results()
    return groups, list_page(first.rows, start, first.total, "search.page") if kind else None
