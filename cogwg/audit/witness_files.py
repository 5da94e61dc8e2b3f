"""Find witnesses in a file of any kind: an email, a deck, a feed, or plain text.

A file may be malicious, so this module does not parse XML or follow references: it extracts the text up to a limit, and
searches it with one regular expression.
"""

from __future__ import annotations

import html
import zipfile
import zlib
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path

from cogwg.audit.chain import Witness, find_witnesses
from cogwg.core.errors import ConfigurationError

MAX_FILE = 30_000_000
"""The size limit of a file, in bytes. A stored deck has at most 20 million."""
MAX_TEXT = 60 * 2**20
"""The size limit of the extracted text, in bytes. It is larger than the limit of the file, because the parts of a workbook are
compressed."""
MAX_PARTS = 5000
_ZIP = b"PK\x03\x04"
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def witnesses_of_file(path: Path) -> list[Witness]:
    """Return the witnesses in a file.

    Raises ``ConfigurationError`` if the file cannot be read, is too large or damaged, or contains no witness.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError as error:
        raise ConfigurationError(f"Could not read {path}: {error.strerror}.") from None
    if len(content) > MAX_FILE:
        raise ConfigurationError(f"{path} is larger than {MAX_FILE // 1_000_000} MB. Save only the email or the deck itself.")
    witnesses: set[Witness] = set()
    try:
        for text in _texts(content):
            witnesses |= _witnesses(text)
    except _Damaged as damage:
        raise ConfigurationError(f"{path} {damage}") from None
    if not witnesses:
        raise ConfigurationError(
            f"{path} has no witness. A witness is the last line of a receipt email or of a finalized deck, such as "
            "1234/2020-09-24T18:00:00Z/0123456789abcdef."
        )
    return sorted(witnesses, key=lambda witness: (witness.position, witness.at, witness.start))


class _Damaged(Exception):
    """The file cannot be read: it is damaged or encrypted, or exceeds a limit. The message says which."""


def _witnesses(text: str) -> set[Witness]:
    """Return the witnesses in a text, which may have markup: there may be tags beside a witness, but not within it."""
    return set(find_witnesses(html.unescape(text)))


def _texts(content: bytes) -> Iterator[str]:
    if content.startswith(_ZIP):
        yield from _zip_texts(content)
        return
    yield _decoded(content)
    try:
        email = BytesParser(policy=policy.default).parsebytes(content)
        if email.get_content_type() != "text/plain" or "MIME-Version" in email or "Content-Transfer-Encoding" in email:
            yield from _email_texts(email)
    except (ValueError, LookupError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise _Damaged("is a damaged email. Save the email again as a file.") from None


def _email_texts(email: Message) -> Iterator[str]:
    """Yield the decoded text of each part. Emails that are attached to this one are parts too."""
    for part in email.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield _decoded(payload)


def _zip_texts(content: bytes) -> Iterator[str]:
    """Yield the text of each XML part of a workbook or a presentation. Raises ``_Damaged`` if a limit is exceeded, or if the
    file is damaged.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or any(each.flag_bits & 1 or each.compress_type not in _PLAIN_METHODS for each in parts):
                raise _Damaged("is not a deck: it has too many parts, or parts that are encrypted.")
            left = MAX_TEXT
            for each in parts:
                if each.filename.endswith(".xml"):
                    with archive.open(each) as part:
                        text = part.read(left + 1)
                    left -= len(text)
                    if left < 0:
                        raise _Damaged(f"is not a deck: its text is longer than {MAX_TEXT // 2**20} MB.")
                    yield _decoded(text)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError):
        raise _Damaged("is damaged. Save or download it again.") from None


def _decoded(content: bytes) -> str:
    return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
