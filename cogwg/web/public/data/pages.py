"""The page of the data, and the dictionary of each dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import render_template
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day
from cogwg.core.errors import NotFound
from cogwg.tracker.open_data.catalogue import ARCHIVE
from cogwg.tracker.open_data.datasets import BY_NAME, DATASETS, day_of
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.fields import Dataset, FieldKind, Scope
from cogwg.tracker.open_data.files import FORMATS
from cogwg.tracker.published import PublicRecord
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.data.bundles import bundle, publisher
from cogwg.web.public.responses import respond

FORMAT_NAMES = {"csv": "CSV", "json": "JSON", "xlsx": "Excel"}
TYPES = {
    FieldKind.TEXT: Bilingual("Text", "Texte"),
    FieldKind.STRING: Bilingual("Text", "Texte"),
    FieldKind.INTEGER: Bilingual("Whole number", "Nombre entier"),
    FieldKind.BOOLEAN: Bilingual("true or false", "true (vrai) ou false (faux)"),
    FieldKind.DAY: Bilingual("Day (2020-06-30)", "Jour (2020-06-30)"),
    FieldKind.TIME: Bilingual("Time in UTC", "Heure en UTC"),
    FieldKind.ADDRESS: Bilingual("Web address", "Adresse Web"),
    FieldKind.CODES: Bilingual("Codes separated by spaces", "Codes séparés par des espaces"),
}
KILOBYTE = 1000


@dataclass(frozen=True, slots=True)
class ListedDataset:
    """A dataset as the page lists it."""

    dataset: Dataset
    rows: int
    updated_on: date


@blueprint.get("/<any(en, fr):lang>/data")
@public
def data(lang: str) -> Response:
    """Show the datasets with their files, the quarters as they were published, and how to read and check them."""
    return respond(_draw_data)


@blueprint.get("/<any(en, fr):lang>/data/<name>")
@public
def data_dictionary(lang: str, name: str) -> Response:
    """Show the fields of a dataset."""
    return respond(lambda record: _draw_dictionary(record, name))


def _draw_data(record: PublicRecord) -> str:
    files = bundle(record)
    listed = [
        ListedDataset(each, len(each.rows(files.newest)), _updated_on(each, record)) for each in DATASETS if not record.is_empty
    ]
    return render_template(
        "public/data/data.html",
        shown=None,
        main=[each for each in listed if each.dataset.main],
        others=[each for each in listed if not each.dataset.main],
        formats=FORMAT_NAMES,
        editions=[(edition, quarter_title(edition.content.key)) for edition in reversed(record.editions)],
        updated_on=day_of(files.newest),
        publisher=files.publisher,
        archive_size=-(-len(files.file(ARCHIVE)) // KILOBYTE) if not record.is_empty else 0,
        citation=_citation(record),
        site=files.publisher.site,
    )


def _draw_dictionary(record: PublicRecord, name: str) -> str:
    if name not in BY_NAME:
        raise NotFound(f"dataset {name}")
    dataset = BY_NAME[name]
    return render_template(
        "public/data/dictionary.html",
        shown=None,
        dataset=dataset,
        formats={extension: FORMAT_NAMES[extension] for extension in FORMATS},
        updated_on=_updated_on(dataset, record),
        has_data=not record.is_empty,
        types=TYPES,
    )


def _updated_on(dataset: Dataset, record: PublicRecord) -> date:
    """Return the day on which the rows of a dataset last changed: by a publication, or by a withdrawal."""
    newest = Scope.of_record(record)
    withdrawn = max((notice.withdrawn_at for notice in record.withdrawals), default=None)
    rows = dataset.rows(newest)
    days = {e.visible_at: e.visible_on for e in record.editions} | {b.visible_at: b.visible_on for b in record.briefings}
    days |= {c.visible_at: c.visible_on for c in record.commitment_editions}
    days |= {e.visible_at: e.visible_on for e in record.engagement_editions}
    for at in sorted(days, reverse=True):
        if withdrawn is not None and withdrawn > at:
            break
        editions = tuple(e for e in record.editions if e.visible_at < at)
        briefings = tuple(b for b in record.briefings if b.visible_at < at)
        commitments = tuple(c for c in record.commitment_editions if c.visible_at < at)
        cycles = tuple(c for c in record.cycle_editions if c.visible_at < at)
        heards = tuple(h for h in record.heard_editions if h.visible_at < at)
        before = replace(
            record,
            editions=editions,
            briefings=briefings,
            commitment_editions=commitments,
            cycle_editions=cycles,
            heard_editions=heards,
        )
        earlier = Scope.of_record(before)
        if dataset.rows(earlier) != rows:
            return days[at]
    return day_of(newest)


def _citation(record: PublicRecord) -> Bilingual | None:
    """Return how to cite the latest published quarter; None if nothing is public."""
    latest = record.latest()
    if latest is None:
        return None
    who, title, first = publisher(), quarter_title(latest.content.key), day(latest.content.published_on)
    last = day(latest.visible_on)
    en = f"{who.owner.en}. Work plan data, {title.en}. Published {first.en}"
    fr = f"{who.owner.fr}. Données du plan de travail, {title.fr.lower()}. Publié le {first.fr}"
    if latest.is_correction:
        en, fr = f"{en}, corrected {last.en}", f"{fr}, corrigé le {last.fr}"
    return Bilingual(f"{en}. {who.site}/en/data", f"{fr}. {who.site}/fr/data")
