"""``cogwg archive``: write what was published about a closed year as a bag (a folder with checksums, RFC 8493), which can be
read without the product.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.core import settings
from cogwg.core.errors import ConfigurationError
from cogwg.core.progress import note_progress
from cogwg.core.settings import SiteSettings
from cogwg.site_settings.queries import stored_in_site


@click.command()
@click.argument("year", type=int)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="New or empty folder to write to.")
@options.data
@options.today
@shows_progress
def archive(year: int, out: Path, data: Path | None, today: str | None) -> None:
    """Write what was published about a closed year to a folder, with a program that checks it.

    The folder has the pages, the data and the briefings of YEAR, and can be read without the product.
    """
    from cogwg.tracker.archive.services import archive_year
    from cogwg.tracker.open_data.publisher import Publisher

    _require_empty(out)
    calendar = options.calendar(today)
    with Session(options.ready_engine(data)) as session:
        chosen = replace(SiteSettings(), **{**stored_in_site(session), **settings.fixed_in_site(os.environ)})
        publisher = Publisher.from_settings(chosen, settings.public_url(os.environ))
        files = archive_year(session, year, publisher, at=calendar.now())
    try:
        for done, (name, content) in enumerate(files.items()):
            note_progress("Writing files", done, len(files))
            path = out / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise ConfigurationError(f"Could not write to {out}: {error.strerror}. Empty the folder and try again.") from None
    click.echo(f"{len(files)} files written to {out}. To check them: python3 {out / 'verify.py'}")


def _require_empty(out: Path) -> None:
    """Raise ``ConfigurationError`` if the folder already has files, or cannot be read."""
    try:
        if out.exists() and any(out.iterdir()):
            raise ConfigurationError(f"The folder {out} is not empty. Choose a new folder.")
    except OSError as error:
        raise ConfigurationError(f"Could not read {out}: {error.strerror}.") from None
