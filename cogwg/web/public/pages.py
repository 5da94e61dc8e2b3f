"""What every page of the public record shares: the record, the quarter that it shows, and the mark for sample data."""

from __future__ import annotations

from typing import Any

from flask import render_template
from werkzeug.wrappers import Response

from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.published import PublicRecord
from cogwg.web.http import site_settings
from cogwg.web.http.errors import error_page
from cogwg.web.public import blueprint
from cogwg.web.public.corrections import correction_sentence
from cogwg.web.public.shown import NotPublished, Shown, Withdrawn

DATASET_TITLES = {dataset.name: dataset.title for dataset in DATASETS}


def draw_page(template: str, record: PublicRecord, shown: Shown | None, **context: Any) -> str:
    """Render a page of the public record; ``shown`` is the quarter that it is about, or None if it is about no quarter."""
    contents = [shown.content] if shown is not None else [edition.content for edition in record.quarters]
    sample = site_settings.environment().demo or any(content.sample for content in contents)
    return render_template(
        template,
        record=record,
        shown=shown,
        sample=sample,
        correction_sentence=correction_sentence,
        dataset_titles=DATASET_TITLES,
        is_demo=site_settings.environment().demo,
        **{"cited_filters": "", **context},
    )


@blueprint.errorhandler(NotPublished)
def not_published_page(error: NotPublished) -> Response:
    """Return the page that says which part of the URL names something that is not published."""
    return error_page(404, error.sentence)


@blueprint.errorhandler(Withdrawn)
def withdrawn_page(withdrawn: Withdrawn) -> Response:
    """Return the page that says that a publication was withdrawn, with the reason."""
    page = render_template("public/withdrawn.html", notice=withdrawn.notice)
    return Response(page, 410, mimetype="text/html")
