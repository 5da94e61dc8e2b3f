"""Print the sha256 of everything the product exports, to show that a refactoring changed nothing.

    .venv/bin/python -m tests.fingerprint [--text DIR] [--only KIND] …

prints a sorted line for each item: its sha256, kind, name and language. It uses only the product's outside (commands as
subprocesses, forms and pages through ``create_app()``, the database file), so it runs unchanged after modules are moved and
renamed. It fills the demo's database, submits forms once with all mail in English and once in French (``events.py``), and
exports the result:

decks      workbooks and PowerPoint slides, of ``cogwg briefing export`` and from pages, drafts and frozen versions
lists      every list download (.csv, .xlsx), with and without filters, as a co-chair, a lead, a reader and a visitor
packages   the parts of those .xlsx and .pptx files byte for byte; only these change when a library writes the same differently
calendars  the due dates (.ics), signed in and by the secret address
feeds      the changes (Atom), the same two ways
mails      reminders, digests, receipts, mentions, returned reports, role offers: headers and both bodies
commands   what ``--help`` and commands print, and the health answers
pages      the visible text of pages: not an export, but useful to compare wording

What is normalized:

- everywhere: times of day in the run's own 18 minutes become ``<now>``, secrets in links ``<secret>``, and the numbers of
  receipts (ids of the audit log) ``<number>``
- packages: the order, compression and dates of the parts of a zip file; its own date, if that is today
- decks and lists as .xlsx and .pptx: fonts, colours, widths and positions (their packages hold those)
- calendars: folding, the order of properties, parameters and events, escapes; PRODID and DTSTAMP are left out
- feeds: how the XML is written (prefixes, the order of attributes, white space around text)
- mails: Date, Message-ID, boundaries, transfer encoding, the order of headers
- commands: the folder, the port and the version of SQLite

To compare two commits, run it in a worktree of each; copy this package into a worktree of a commit that lacks it:

    git worktree add ../before COMMIT && cp -a .venv tests/fingerprint …
    .venv/bin/python -m tests.fingerprint --text /tmp/before > /tmp/before.txt      # in the one
    .venv/bin/python -m tests.fingerprint --text /tmp/after > /tmp/after.txt        # in the other
    diff /tmp/before.txt /tmp/after.txt && echo nothing changed; diff -r /tmp/before /tmp/after
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path

from tests.fingerprint.exports import Exports
from tests.fingerprint.product import Failed
from tests.fingerprint.texts import WINDOW


def main() -> None:
    """Print the list; exit with code 1 when a step fails."""
    logging.disable(logging.WARNING)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cogwg-fingerprint-") as folder:
        exports = Exports(Path(folder))
        options = _options(list(exports.kinds))
        try:
            items = exports.items(options.only or list(exports.kinds))
        except Failed as failure:
            sys.exit(f"fingerprint: {failure}")
    if time.monotonic() - began > WINDOW.total_seconds() - 60:
        sys.exit("fingerprint: the run took so long that its times of day cannot be distinguished from others")
    for item in items:
        print(f"{item.sha256}  {item.key}")
        if options.text is not None:
            file = options.text / f"{item.key}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(item.text.encode("utf-8", "surrogatepass"))


def _options(kinds: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fingerprint", description="Print the sha256 of everything the product exports."
    )
    parser.add_argument("--text", type=Path, metavar="DIR", help="also write the text of each item to files of this folder")
    parser.add_argument("--only", action="append", choices=kinds, help="only this kind; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    main()
