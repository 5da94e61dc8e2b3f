"""The data files: those of the newest state, of each published quarter, and of each edition, which never change."""

from __future__ import annotations

from werkzeug.wrappers import Response

from cogwg.core.errors import NotFound
from cogwg.core.tables import SAMPLE_LABEL, slug
from cogwg.tracker.open_data.bundle import media_type
from cogwg.tracker.open_data.catalogue import COMMITMENT_COPY, COPY, CYCLE_COPY, HEARD_COPY
from cogwg.tracker.open_data.datasets import day_of
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CycleEdition, HeardEdition
from cogwg.web.auth.access import public
from cogwg.web.http import published
from cogwg.web.public import blueprint
from cogwg.web.public.data.bundles import bundle
from cogwg.web.public.responses import respond

_SHOWN = ("json", "jsonld")
"""Types of files that browsers show. They save all others."""


@blueprint.get("/data/<name>")
@public
def data_file(name: str) -> Response:
    """Return a file of the newest state, such as activities.csv or catalogue.jsonld."""
    return _respond(name)


@blueprint.get("/data/<quarter>/<name>")
@public
def data_quarter_file(quarter: str, name: str) -> Response:
    """Return a file of a published quarter's newest edition."""
    return _respond(name, quarter)


@blueprint.get("/data/<quarter>/<int:edition>/<name>")
@public
def data_edition_file(quarter: str, edition: int, name: str) -> Response:
    """Return a file of an edition of a published quarter."""
    return _respond(name, quarter, edition)


@blueprint.get("/data/commitments/<identifier>/<int:edition>/commitment.json")
@public
def data_commitment_copy(identifier: str, edition: int) -> Response:
    """Return the published copy of a commitment byte for byte; the hash of the edition is its hash."""
    return respond(
        lambda record: record.commitment(identifier, edition).text,
        media_type(COPY),
        headers={"Content-Disposition": f'inline; filename="{COMMITMENT_COPY}"'},
    )


@blueprint.get("/data/engagement/<cycle>/<int:edition>/cycle.json")
@public
def data_cycle_copy(cycle: str, edition: int) -> Response:
    """Return the published copy of an engagement cycle byte for byte; the hash of the edition is its hash."""
    return respond(
        lambda record: _text(record.cycle_editions, cycle, edition),
        media_type(COPY),
        headers={"Content-Disposition": f'inline; filename="{CYCLE_COPY}"'},
    )


@blueprint.get("/data/engagement/<cycle>/<int:edition>/heard.json")
@public
def data_heard_copy(cycle: str, edition: int) -> Response:
    """Return the published copy of "What we heard" byte for byte; the hash of the edition is its hash."""
    return respond(
        lambda record: _text(record.heard_editions, cycle, edition),
        media_type(COPY),
        headers={"Content-Disposition": f'inline; filename="{HEARD_COPY}"'},
    )


def _text(editions: tuple[CycleEdition, ...] | tuple[HeardEdition, ...], cycle: str, number: int) -> str:
    for each in editions:
        key = each.content.key if isinstance(each, CycleEdition) else each.content.cycle
        if (key, each.edition) == (cycle, number):
            return each.text
    raise NotFound(f"edition {number} of {cycle}")


def _respond(name: str, quarter: str = "", edition: int | None = None) -> Response:
    def draw(record: PublicRecord) -> bytes:
        return bundle(record).file(name, quarter, edition)

    kind = "inline" if name.endswith(_SHOWN) else "attachment"
    media = media_type(name)
    disposition = f'{kind}; filename="{_file_name(published.everything(), name, quarter, edition)}"'
    return respond(draw, media, headers={"Content-Disposition": disposition})


def _file_name(record: PublicRecord, name: str, quarter: str, edition: int | None) -> str:
    """Return the name under which a file is saved, such as cogwg-activities-2020-06-version-1.csv.

    It ends with the day of the data or the edition, and says if reports are invented. The published copy keeps the name that
    the commands for checking its hash use. Raises ``NotFound`` for a quarter or edition that is not public.
    """
    stem, _, extension = name.rpartition(".")
    if name == COPY:
        return name
    if quarter:
        shown = record.quarter(quarter, edition)
        sample, of = shown.content.sample, f"{quarter}-version-{shown.edition}"
    else:
        files = bundle(record)
        sample, of = record.sample, day_of(files.newest).isoformat()
    parts = ("cogwg", stem, slug(SAMPLE_LABEL.en) if sample else "", of)
    return f"{'-'.join(filter(None, parts))}.{extension}"
