"""The published commitments: the list with filters, and how complete they are by whom it was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.published import CommitmentEdition, PublicRecord
from cogwg.web.auth.access import public
from cogwg.web.http import site_settings
from cogwg.web.public import blueprint
from cogwg.web.public.commitment_filters import (
    COMPLETION,
    NONE,
    CommitmentFilterForm,
    completion_code,
    filter_choices,
    lines_of,
    parse_filters,
    who_differs,
)
from cogwg.web.public.commitment_words import WORDS
from cogwg.web.public.filters import with_query
from cogwg.web.public.responses import respond


@dataclass(frozen=True, slots=True)
class PictureRow:
    """How many commitments the government, and the reviewer, say are this complete, with the addresses of their lists."""

    code: str
    label: Bilingual
    own: int
    own_url: str
    review: int
    review_url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The commitments in numbers, and those on which somebody differs from the government."""

    total: int
    differing: tuple[PublishedCommitment, ...]
    rows: tuple[PictureRow, ...]

    def _row(self, code: str) -> PictureRow:
        return next(row for row in self.rows if row.code == code)

    @property
    def complete(self) -> PictureRow:
        return self._row("complete")

    @property
    def not_assessed(self) -> PictureRow:
        return self._row(NONE)


@blueprint.get("/<any(en, fr):lang>/commitments")
@public
def commitments(lang: str) -> Response:
    """List the published commitments, and say how many are complete by whom it was said."""
    return respond(lambda record: _draw(record, Language(lang)))


def draw_commitments(template: str, record: PublicRecord, shown: Iterable[PublishedCommitment], **context: Any) -> str:
    """Return a page about these commitments."""
    sample = site_settings.environment().demo or any(content.sample for content in shown)
    return render_template(template, record=record, shown=None, sample=sample, **WORDS, **context)


def _draw(record: PublicRecord, lang: Language) -> str:
    contents = [edition.content for edition in record.commitments]
    choices, address = filter_choices(contents, lang), url_for("public.commitments", lang=lang.value)
    filters, lines = parse_filters(request.args, choices), lines_of(contents)
    fitting = [edition for edition in record.commitments if filters.fits(edition.content, lines)]
    form = CommitmentFilterForm(filters, choices)
    return draw_commitments(
        "public/commitments/list.html",
        record,
        contents,
        picture=_picture(contents, address),
        groups=_by_plan(fitting),
        shown_count=len(fitting),
        form=form,
        active_filters=form.active_filters(filters, choices, address),
        differing_url=with_query(address, {"differs": "any"}),
        who_differs=who_differs,
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
    return Picture(len(contents), tuple(content for content in contents if content.differences), rows)


def _by_plan(editions: list[CommitmentEdition]) -> dict[Bilingual, list[CommitmentEdition]]:
    """Return commitments by the title of their action plan, the latest plan first."""
    groups: dict[Bilingual, list[CommitmentEdition]] = {}
    for edition in editions:
        groups.setdefault(edition.content.plan_title, []).append(edition)
    return groups
