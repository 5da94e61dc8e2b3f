"""Print the table of docs/reference/deck-files.md: how many texts of each deck each program reads."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.databases import Databases
from tests.readers.decks import decks_to_read, write_files
from tests.readers.programs import READERS, written_texts


def print_table(kind: str, paths: list[Path]) -> None:
    """Print a row for each file: its texts, and how many of them each program reads."""
    read = {name: reader(paths) for name, reader in READERS[kind].items()}
    print(f"| {kind} | texts | {' | '.join(read)} |")
    print(f"|---|{'---:|' * (len(read) + 1)}")
    for path in paths:
        written = written_texts(path)
        counts = [(written & texts[path]).total() for texts in read.values()]
        print(f"| {path.stem} | {written.total()} | {' | '.join(map(str, counts))} |")
    print()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="cogwg-readers-") as name:
        databases = Databases(Path(name))
        decks = decks_to_read(databases)
        databases.leave()
        for kind in READERS:
            print_table(kind, write_files(decks, kind, Path(name)))
