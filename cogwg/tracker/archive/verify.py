"""Check this bag with Python alone: python3 verify.py

1. Every file is complete and unchanged, as the manifests say.
2. Each published copy has the SHA-256 hash that publications.csv gives, and so does each file of a briefing.
3. The audit chain has no gap, and has each hash that was published with a quarter at its position.

The chain contains only positions and hashes. The events name people, so they are not in the bag. People who have the site's
database can check them with "cogwg audit verify" against the same hashes.
"""

import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

GENESIS = "0" * 64
FOLDERS = {"quarter": "", "commitment": "commitments"}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def manifest(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def check_manifests(bag: Path) -> Iterator[str]:
    listed = manifest(bag / "manifest-sha256.txt")
    tags = manifest(bag / "tagmanifest-sha256.txt")
    for name, digest in {**listed, **tags}.items():
        path = bag / name
        if not path.is_file():
            yield f"{name} is missing"
        elif sha256(path) != digest:
            yield f"{name} was changed"
    present = {path.relative_to(bag).as_posix() for path in (bag / "data").rglob("*") if path.is_file()}
    yield from (f"{name} is not in the manifest" for name in sorted(present - set(listed)))


def check_copies(bag: Path) -> Iterator[str]:
    data = bag / "data" / "open-data"
    for row in rows(data / "publications.csv"):
        if row["kind"] != "briefing" and not row["withdrawn_at"]:
            folder = data / FOLDERS.get(row["kind"], "engagement")
            copy = folder / row["key"] / row["version"] / f"{row['kind']}.json"
            if not copy.is_file() or sha256(copy) != row["sha256"]:
                yield f"{row['id']} is not what was published"
    for row in rows(data / "briefing-files.csv"):
        file = bag / "data" / "briefings" / row["publication_id"] / row["name"]
        if not file.is_file() or sha256(file) != row["sha256"]:
            yield f"{row['id']} is not what was published"


def check_chain(bag: Path) -> Iterator[str]:
    hashes: dict[str, str] = {}
    previous = GENESIS
    for number, row in enumerate(rows(bag / "data" / "audit-chain.csv"), 1):
        if int(row["position"]) != number or row["previous"] != previous:
            yield f"the audit chain is broken at position {row['position']}"
        hashes[row["position"]] = previous = row["hash"]
    for row in rows(bag / "data" / "open-data" / "publications.csv"):
        position, start = row["chain_position"], row["chain_hash"]
        if position and not (start and hashes.get(position, "").startswith(start)):
            yield f"{row['id']} was published with another audit chain"


def main(bag: Path) -> int:
    try:
        faults = [fault for check in (check_manifests, check_copies, check_chain) for fault in check(bag)]
    except (OSError, KeyError, ValueError) as error:
        faults = [f"the bag cannot be read: {error}"]
    for fault in faults:
        print(f"FAULT: {fault}")
    if faults:
        return 1
    chain = rows(bag / "data" / "audit-chain.csv")
    published = rows(bag / "data" / "open-data" / "publications.csv")
    print(f"OK: {len(manifest(bag / 'manifest-sha256.txt'))} files, {len(published)} publications, {len(chain)} links.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent if len(sys.argv) < 2 else Path(sys.argv[1])))
