"""BagIt 1.0 (RFC 8493): a folder of files with manifests of their SHA-256 hashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256

PAYLOAD = "data/"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def bag(
    payload: Mapping[str, bytes], tags: Mapping[str, bytes], about: Iterable[tuple[str, str]], day: date
) -> dict[str, bytes]:
    """Return the files of a bag by path: ``payload`` in the folder data, ``tags`` beside that folder, and ``about`` in
    bag-info.txt.
    """
    files = {f"{PAYLOAD}{name}": content for name, content in payload.items()}
    size = sum(map(len, files.values()))
    info = [*about, ("Bagging-Date", day.isoformat()), ("Payload-Oxum", f"{size}.{len(files)}")]
    beside = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{label}: {' '.join(text.split())}\n" for label, text in info).encode(),
        "manifest-sha256.txt": _manifest(files),
        **tags,
    }
    return {**files, **beside, "tagmanifest-sha256.txt": _manifest(beside)}


def _manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{sha256(files[name]).hexdigest()}  {_encoded(name)}\n" for name in sorted(files)).encode()


def _encoded(name: str) -> str:
    """Return a path as it is written in manifests, with line ends and percent signs encoded."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
