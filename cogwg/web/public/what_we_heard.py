"""The published report "What we heard": its themes with what came of each, each theme's comments, and the workbook."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Language
from cogwg.core.errors import NotFound
from cogwg.core.tables import SAMPLE_LABEL, slug
from cogwg.tracker.engagement import CHANNEL_LABELS, HeardShare, PublishedTheme
from cogwg.tracker.heard_workbook import TITLE, heard_workbook
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import HeardEdition
from cogwg.web.auth.access import public
from cogwg.web.http import published
from cogwg.web.http.comment_outcomes import ThemeResult, theme_results
from cogwg.web.http.forms import parse_number
from cogwg.web.http.pagination import paginate
from cogwg.web.public import blueprint
from cogwg.web.public.data.bundles import publisher
from cogwg.web.public.engagement import draw_engagement, find_cycle
from cogwg.web.public.responses import respond
from cogwg.web.public.shown import refuse_withdrawn

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ShareBar:
    """How many comments were received in one way, with the length of its bar as a percentage of the longest bar."""

    share: HeardShare
    percent: int


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/what-we-heard")
@public
def engagement_heard(lang: str, cycle: str) -> Response:
    """Show what the public said in a cycle and what came of it, or an earlier edition as it was published."""
    return respond(lambda record: _draw_report(record, cycle))


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/what-we-heard/<int:number>")
@public
def engagement_theme(lang: str, cycle: str, number: int) -> Response:
    """Show a theme with what came of it, and its comments in pages."""
    return respond(lambda record: _draw_theme(record, cycle, number))


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/what-we-heard.xlsx")
@public
def engagement_heard_workbook(lang: str, cycle: str) -> Response:
    """Return the report with its data as a workbook."""
    edition = find_heard(published.everything(), cycle)
    name = "-".join(
        filter(
            None,
            (
                slug(TITLE.text(lang)),
                cycle,
                slug(SAMPLE_LABEL.text(lang)) if edition.content.sample else "",
                f"version-{edition.edition}",
                lang,
            ),
        )
    )
    return respond(
        lambda record: heard_workbook(record, find_heard(record, cycle), Language(lang), _licence()),
        WORKBOOK_TYPE,
        file_name=f"{name}.xlsx",
    )


def find_heard(record: PublicRecord, cycle: str, number: int | None = None) -> HeardEdition:
    """Return an edition of a cycle's report, by default the newest.

    Raises ``NotFound`` if it is not public, and ``Withdrawn`` if the report was withdrawn.
    """
    refuse_withdrawn(record, PublicationKind.HEARD, cycle)
    own = [e for e in record.heard_editions if e.content.cycle == cycle and number in (None, e.edition)]
    if not own:
        raise NotFound(f"published report of {cycle}")
    return own[-1]


def _licence() -> str:
    own = publisher()
    return f"{own.licence.en} / {own.licence.fr} ({own.licence_url.en} / {own.licence_url.fr})"


def _draw_report(record: PublicRecord, key: str) -> str:
    cycle, edition = find_cycle(record, key), find_heard(record, key, _asked_edition())
    content = edition.content
    return draw_engagement(
        "public/engagement/what_we_heard.html",
        record,
        [cycle.content],
        cycle=cycle.content,
        edition=edition,
        newest=find_heard(record, key),
        heard=content,
        themes=[(theme, _results(record, theme)) for theme in content.themes],
        dispositions=_dispositions(content.themes),
        by_channel=_bars(content.by_channel),
        by_language=_bars(content.by_language),
        by_phase=_bars(content.by_phase),
        editions=[e for e in record.heard_editions if e.content.cycle == key],
    )


def _draw_theme(record: PublicRecord, key: str, number: int) -> str:
    cycle, edition = find_cycle(record, key), find_heard(record, key)
    theme = edition.content.theme(number)
    if theme is None:
        raise NotFound(f"theme {number} of {key}")
    own = set(theme.comments)
    comments = [comment for comment in record.comments if comment.id in own]
    return draw_engagement(
        "public/engagement/theme.html",
        record,
        [cycle.content],
        cycle=cycle.content,
        heard=edition.content,
        theme=theme,
        results=_results(record, theme),
        list_page=paginate(comments, "public.engagement_theme", cycle=key, number=number),
        gone=len(own) - len(comments),
        channels=CHANNEL_LABELS,
    )


def _asked_edition() -> int | None:
    """Return the number of the edition in the URL, or None for the newest. Raises ``NotFound`` if it is not a number."""
    asked = request.args.get("edition", "")
    number = parse_number(asked) if asked else None
    if asked and number is None:
        raise NotFound(f"edition {asked}")
    return number


def _results(record: PublicRecord, theme: PublishedTheme) -> tuple[ThemeResult, ...]:
    return theme_results(record, theme)


def _dispositions(themes: tuple[PublishedTheme, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for theme in themes:
        if theme.disposition is not None:
            counts[theme.disposition.code] = counts.get(theme.disposition.code, 0) + 1
    return counts


def _bars(shares: tuple[HeardShare, ...]) -> list[ShareBar]:
    most = max((each.received for each in shares), default=0)
    return [ShareBar(each, max(1, round(100 * each.received / most)) if each.received else 0) for each in shares]
