"""Files that may have a witness: emails, decks, feeds and texts; and files that were made to do harm."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest

from cogwg.audit import witness_files
from cogwg.audit.witness_files import witnesses_of_file
from cogwg.core.errors import ConfigurationError

WITNESS = "1234/2020-09-24T18:00:00Z/0123456789abcdef"
OTHER = "77/2020-03-01T12:00:00Z/fedcba9876543210"


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def email(text: str, html: str = "", encoding: str = "quoted-printable") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Reports submitted"
    message.set_content(text, cte=encoding)
    if html:
        message.add_alternative(html, subtype="html", cte=encoding)
    return message


LONG_LINE = "é" * 60 + f" {WITNESS}\n"


def forwarded() -> bytes:
    outer = email("See below.")
    outer.add_attachment(email(LONG_LINE, encoding="base64"))
    return outer.as_bytes()


@pytest.mark.parametrize(
    "content",
    [
        WITNESS.encode(),
        f"\ufeffJournal d’audit\u00a0: {WITNESS}\r\n".encode(),
        f"Kept: {WITNESS}".encode("utf-16"),
        f"Journal\xe9 {WITNESS}".encode("latin-1"),
        f"<p>Keep this: <b>{WITNESS}</b></p>".encode(),
        WITNESS.replace("/", "&#x2F;").encode(),
        f"<feed><entry><title>Quarter 3</title><rights>{WITNESS}</rights></entry></feed>".encode(),
        email(LONG_LINE).as_bytes(),
        email("Other.", f"<p>{LONG_LINE}</p>", "base64").as_bytes(),
        forwarded(),
        zipped({"docProps/core.xml": f"<keywords>{WITNESS}</keywords>"}),
        zipped({"xl/sharedStrings.xml": f"<si><t>1</t></si><si><t>{WITNESS}</t></si><si><t>2</t></si>"}),
        zipped({"ppt/slides/slide9.xml": f"<a:r><a:t>2020</a:t></a:r><a:r><a:t>{WITNESS}</a:t></a:r>"}),
    ],
)
def test_witness_is_found_in_any_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert [str(witness) for witness in witnesses_of_file(path)] == [WITNESS]


def test_all_witnesses_of_a_file_are_found_in_order(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(f"{WITNESS}\n{OTHER}\n{WITNESS}\n", encoding="utf-8")
    assert [str(witness) for witness in witnesses_of_file(path)] == [OTHER, WITNESS]


def nested_email() -> bytes:
    levels = 3000
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(levels))
    return f"MIME-Version: 1.0\n{heads}Content-Type: text/plain\n\nx".encode()


def encrypted() -> bytes:
    content = bytearray(zipped({"a.xml": "x"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags] |= 1
    return bytes(content)


def damaged() -> bytes:
    content = bytearray(zipped({"a.xml": "words " * 500}))
    content[40:60] = b"\xff" * 20
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "has no witness"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "has no witness"),
        (b"1234/2020-09-24", "has no witness"),
        (b"PK\x03\x04" + b"\0" * 100, "is damaged"),
        (zipped({"a.xml": WITNESS})[:-30], "is damaged"),
        (damaged(), "is damaged"),
        (encrypted(), "encrypted"),
        (zipped({"a.xml": WITNESS}, zipfile.ZIP_LZMA), "encrypted"),
        (zipped({f"{n}.xml": "" for n in range(5001)}), "too many parts"),
        (zipped({"a.xml": b"<" * (61 * 2**20)}), "longer than 60 MB"),
        (zipped({"image.png": WITNESS}), "has no witness"),
        (nested_email(), r"has no witness|is a damaged email"),
        (b"MIME-Version: 1.0\nContent-Type: text/plain; charset=nothing\n\nx", "has no witness"),
        (b"Content-Type: multipart/mixed; boundary=\n\n--\n", "has no witness"),
    ],
)
def test_file_without_a_usable_witness_is_refused_with_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=sentence):
        witnesses_of_file(path)


def test_file_that_is_missing_or_too_large_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="No such file"):
        witnesses_of_file(tmp_path / "missing")
    path = tmp_path / "file"
    path.write_text(WITNESS, encoding="utf-8")
    monkeypatch.setattr(witness_files, "MAX_FILE", len(WITNESS) - 1)
    with pytest.raises(ConfigurationError, match="is larger than"):
        witnesses_of_file(path)
