"""Check, read and compare files in a process each, and print what came of it, with its time and memory.

``python -m tests.workbook.measuring odd STEP`` does so with each STEPth of the odd files, ``… heavy`` with the heavy ones,
and ``… mutations FROM TO`` with damaged good files.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path

from cogwg.core.errors import Invalid
from cogwg.workbook.diff import diff_reports
from cogwg.workbook.guard import check_file
from cogwg.workbook.reader import read_reports
from tests.workbook.hostile_files import good, heavy_files, odd_files, packed
from tests.workbook.rewriting import rewritten
from tests.workbook.samples import edited, plain_rows, stored

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What came of a file: the sentence that refused it, an uncaught exception, and its cost."""

    name: str
    sentence: str
    is_changed: bool
    uncaught: str
    seconds: float
    megabytes: float


def outcomes(*arguments: str) -> list[Outcome]:
    """Return the outcome of each file, from a process of its own."""
    command = [sys.executable, "-m", "tests.workbook.measuring", *arguments]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return [Outcome(**json.loads(line)) for line in run.stdout.splitlines()]


def mutation(seed: int) -> bytes:
    """Return a good workbook with random damage: to its bytes, or to the text of one of its parts."""
    chance = random.Random(seed)
    data = chance.choice(SOURCES)
    if chance.random() < 0.3:
        return _damaged(data, chance)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(list(parts))
        parts[name] = chance.choice((_damaged, _renumbered, _retagged))(parts[name], chance)
    return packed(parts)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 3, 40, 400))
    piece = data[at : at + length]
    return chance.choice(
        (
            data[:at] + data[at + length :],
            data[:at] + piece * 3 + data[at + length :],
            data[:at] + chance.randbytes(length) + data[at + length :],
            data[:at] + chance.choice((b"<", b">", b"&", b'"', b"\0", b"]]>", b"<!--")) + data[at:],
            data[:at],
        )
    )


def _renumbered(data: bytes, chance: random.Random) -> bytes:
    numbers = [match.span() for match in re.finditer(rb"\d+", data)]
    if not numbers:
        return data
    start, end = chance.choice(numbers)
    value = chance.choice((b"0", b"-1", b"99999999", b"1e999", b"NaN", b"", b"4294967296", b"1048577", b"0.5"))
    return data[:start] + value + data[end:]


def _retagged(data: bytes, chance: random.Random) -> bytes:
    tags = [match.span() for match in re.finditer(rb"<[^<>]*>", data)]
    if len(tags) < 2:
        return data
    (start, end), (other, last) = chance.choice(tags), chance.choice(tags)
    return data[:start] + data[other:last] + data[end:]


def _outcome(name: str, data: bytes, file_name: str) -> Outcome:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    sentence, uncaught, is_changed = "", "", False
    try:
        check_file(data, file_name)
        preview = diff_reports(read_reports(data), RECORD).preview
        is_changed = bool(preview.changes or preview.problems or preview.conflicts)
    except Invalid as refusal:
        sentence = refusal.problems[0][1].id
    except Exception as error:
        uncaught = repr(error)[:300]
    seconds = time.process_time() - began
    megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return Outcome(name, sentence, is_changed, uncaught, seconds, megabytes)


def _print_outcomes(files: Iterable[tuple[str, bytes, str]]) -> None:
    for file in files:
        sys.stdout.flush()
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        print(json.dumps(asdict(_outcome(*file))), flush=True)
        os._exit(0)


if __name__ == "__main__":
    SOURCES = (good(), rewritten(good()), edited(good(), lambda *_: None))
    RECORD = stored(plain_rows())
    if sys.argv[1] in ("odd", "heavy"):
        files = (odd_files() if sys.argv[1] == "odd" else heavy_files())[:: int(sys.argv[2])]
        _print_outcomes((file.name, file.data, file.file_name) for file in files)
    else:
        seeds = range(int(sys.argv[2]), int(sys.argv[3]))
        _print_outcomes((str(seed), mutation(seed), "reports.xlsx") for seed in seeds)
