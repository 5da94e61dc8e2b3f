"""The published commitments: the list with filters, and how complete they are according to each assessor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CommitmentEdition
from cogwg.tracker.searching import FoundText, commitment_texts, find
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, site_settings
from cogwg.web.public import blueprint
from cogwg.web.public.commitment_filters import (
    COMPLETION,
    CommitmentFilterForm,
    completion_code,
    filter_choices,
    lines_of,
    parse_filters,
)
from cogwg.web.public.commitment_words import words
from cogwg.web.public.filters import with_query
from cogwg.web.public.responses import respond


@dataclass(frozen=True, slots=True)
class PictureRow:
    """How many commitments the government says are this complete (``own``), and the reviewer (``review``).

    ``own_url`` and ``review_url`` are the URLs of the lists of these commitments.
    """

    code: str
    label: Bilingual
    own: int
    own_url: str
    review: int
    review_url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The commitments in numbers; ``differing`` are those on which someone disagrees with the government."""

    total: int
    differing: tuple[PublishedCommitment, ...]
    rows: tuple[PictureRow, ...]
    sample: tuple[PublishedCommitment, ...]
    """Those with an invented assessment or report."""

    @property
    def complete(self) -> PictureRow:
        return next(row for row in self.rows if row.code == "complete")


@blueprint.get("/<any(en, fr):lang>/commitments")
@public
def commitments(lang: str) -> Response:
    """List the published commitments, with how many are complete according to the government and to the reviewer."""
    return respond(lambda record: _draw(record, Language(lang)))


def draw_commitments(
    template: str,
    record: PublicRecord,
    shown: Iterable[PublishedCommitment],
    *,
    as_of: date | None = None,
    **context: Any,
) -> str:
    """Render a page about these commitments. Durations are calculated up to ``as_of``, by default today."""
    sample = site_settings.environment().demo or any(content.sample for content in shown)
    return render_template(
        template,
        record=record,
        shown=None,
        sample=sample,
        of_commitments=True,
        dataset_titles={dataset.name: dataset.title for dataset in DATASETS},
        today=clocks.today(),
        **words(as_of or clocks.today()),
        **context,
    )


def _draw(record: PublicRecord, lang: Language) -> str:
    contents = [edition.content for edition in record.commitments]
    choices, address = filter_choices(contents, lang), url_for("public.commitments", lang=lang.value)
    filters, lines = parse_filters(request.args, choices), lines_of(contents)
    fitting = [edition for edition in record.commitments if filters.fits(edition.content, lines)]
    matches: dict[str, FoundText] = {}
    if filters.q:
        passages = {e.content.identifier: find(filters.q, commitment_texts(e.content), lang) for e in fitting}
        matches = {identifier: match for identifier, match in passages.items() if match is not None}
        fitting = [edition for edition in fitting if edition.content.identifier in matches]
    form = CommitmentFilterForm(filters, choices)
    return draw_commitments(
        "public/commitments/list.html",
        record,
        contents,
        picture=_picture(contents, address),
        groups=_by_plan(fitting),
        matches=matches,
        some_titles_only_in_other=any(not edition.content.title.exact_text(lang) for edition in fitting),
        shown_count=len(fitting),
        form=form,
        active_filters=form.active_filters(filters, choices, address),
        differing_url=with_query(address, {"differs": "any"}),
        cited_query=with_query("", filters.active),
        published_on=max((edition.visible_on for edition in record.commitments), default=None),
    )


def _picture(contents: list[PublishedCommitment], address: str) -> Picture:
    own = Counter(completion_code(content, is_self=True) for content in contents)
    review = Counter(completion_code(content, is_self=False) for content in contents)
    rows = tuple(
        PictureRow(
            code, label, own[code], with_query(address, {"own": code}), review[code], with_query(address, {"review": code})
        )
        for code, label in COMPLETION.items()
    )
    differing = tuple(content for content in contents if content.differences)
    return Picture(len(contents), differing, rows, tuple(content for content in contents if content.sample))


def _by_plan(editions: list[CommitmentEdition]) -> dict[Bilingual, list[CommitmentEdition]]:
    """Group commitments by the title of their action plan, latest plan first."""
    groups: dict[Bilingual, list[CommitmentEdition]] = {}
    for edition in editions:
        groups.setdefault(edition.content.plan_title, []).append(edition)
    return groups
