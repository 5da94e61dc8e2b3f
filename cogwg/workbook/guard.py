"""Check an uploaded file before anything reads it: whether it is an .xlsx workbook, and whether it is safe to open.

The message of each refusal says what the file is and what to do. Nothing in the file is trusted: sizes are counted while parts
are unpacked, and the check takes at most seconds, and little memory, for any file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from cogwg.core.errors import N_
from cogwg.core.text_limits import grouped_number
from cogwg.workbook.cells import CHUNK, DAMAGED, FORBIDDEN_XML, UNREADABLE, FileBook, refusal

FILE_LIMIT = 10_000_000
"""The maximum size of a file in bytes; a workbook of 25 reports has about 20,000."""
PART_COUNT_LIMIT, UNPACKED_LIMIT = 200, 60 * 1024 * 1024
EMPTY = N_("This file is empty. Save the workbook again, then upload it.")
TOO_LARGE = N_("This file is larger than %(limit)s MB. Delete pictures and the sheets that you added, then upload it again.")
ENCRYPTED = N_(
    "This file is protected by a password. Remove the password in Excel (File, Info) or in LibreOffice (File, Save As, clear "
    "“Save with password”), save it, then upload it."
)
LABELLED = N_(
    "This file is encrypted by a sensitivity label. In Excel, choose a label without encryption, save the file, then upload "
    "it. If you cannot, copy your texts into the reports under My updates."
)
OLD_EXCEL = N_("This is a workbook in an old format (.xls). Save it as an Excel workbook (.xlsx), then upload it.")
BINARY_EXCEL = N_("This is a binary workbook (.xlsb). Save it as an Excel workbook (.xlsx), then upload it.")
MACROS = N_("This workbook contains macros. Save it as an Excel workbook (.xlsx) without macros, then upload it.")
OPEN_DOCUMENT = N_("This is an OpenDocument file (.ods). In LibreOffice, save it as an Excel workbook (.xlsx), then upload it.")
NUMBERS = N_("This is a Numbers file. In Numbers, export it to Excel (.xlsx), then upload it.")
TEXT_TABLE = N_("This is a text file, not a workbook. Copy its texts into the workbook of this site, then upload that.")
WEB_TABLE = N_("This is a web page or an XML file, not a workbook. Save it as an Excel workbook (.xlsx), then upload it.")
OTHER_OFFICE = N_("This is a document or a presentation, not a workbook. Upload the workbook of this site (.xlsx).")
OTHER_FILE = N_("This is not a workbook. Upload the workbook of this site (.xlsx).")
INCOMPLETE = N_("This file is incomplete. The copy or the upload may have been interrupted. Save it again, then upload it.")
TOO_MANY_PARTS = N_("This workbook has too many parts. Copy your texts into a new workbook, then upload it.")
UNPACKS_TOO_LARGE = N_("This workbook is too large when unpacked. Copy your texts into a new workbook, then upload it.")

_ZIP_START, _OLE_START = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_STARTS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"MZ",
    b"\x7fELF",
)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|vnd\.ms-office\.activeX|vnd\.ms-excel\.intlmacrosheet", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_OFFICE_LIKE = {"word/": OTHER_OFFICE, "ppt/": OTHER_OFFICE, "visio/": OTHER_OFFICE}


def check_file(data: bytes, name: str = "") -> None:
    """Check that a file is an .xlsx workbook that can be read.

    Raises ``Invalid`` otherwise, with one message that says what the file is and what to do. ``name`` is the name of the
    uploaded file; it affects only the message, never whether the file is accepted.
    """
    open_book(data, name)


def open_book(data: bytes, name: str = "") -> FileBook:
    """Check a file as ``check_file`` does, and return the book in it. Raises ``Invalid`` as ``check_file`` does."""
    if not data.strip(b"\x00 \r\n\t"):
        raise refusal(EMPTY)
    if len(data) > FILE_LIMIT:
        raise refusal(TOO_LARGE, limit=grouped_number(FILE_LIMIT // 1_000_000))
    if data.startswith(_OLE_START):
        raise refusal(_old_format(data))
    if not data.startswith(_ZIP_START):
        raise refusal(_other_format(data, name))
    _check_archive(data)
    return FileBook(data)


def _old_format(data: bytes) -> str:
    """Return the message for a compound file: the names in its directory show whether it is an old workbook or an
    encrypted one.
    """

    def has(entry: str) -> bool:
        return entry.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        is_labelled = has("DRMEncryptedDataSpace") or has("DRMEncryptedTransform") or has("LabelInfo")
        return LABELLED if is_labelled else ENCRYPTED
    if has("Workbook") or has("Book"):
        return OLD_EXCEL
    return OTHER_OFFICE if has("WordDocument") or has("PowerPoint Document") else OTHER_FILE


def _other_format(data: bytes, name: str) -> str:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if data.startswith(_OTHER_STARTS):
        return OTHER_FILE
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"mime-version")):
        return WEB_TABLE
    if data.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        return OTHER_FILE
    if name.lower().endswith((".csv", ".tsv", ".txt")) or _is_text(data):
        return TEXT_TABLE
    return OTHER_FILE if b"PK\x01\x02" not in data else DAMAGED


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65_536]
    return not any(byte < 9 or 13 < byte < 32 for byte in sample)


def _check_archive(data: bytes) -> None:
    """Check the directory of the archive, then unpack every part once, counting its size.

    Raises ``Invalid`` if the archive is damaged, exceeds a limit, or is not a workbook.
    """
    if b"PK\x05\x06" not in data[-66_000:]:
        raise refusal(INCOMPLETE)
    if data.count(b"PK\x01\x02") > 4 * PART_COUNT_LIMIT:
        raise refusal(TOO_MANY_PARTS)
    try:
        archive = ZipFile(BytesIO(data))
        parts = archive.infolist()
    except UNREADABLE:
        raise refusal(INCOMPLETE) from None
    with archive:
        names = {part.filename.replace("\\", "/").lstrip("/").lower(): part for part in parts}
        _check_kind(archive, names)
        _check_directory(parts, names)
        _check_parts(archive, parts)


def _check_kind(archive: ZipFile, names: Mapping[str, ZipInfo]) -> None:
    """Raise ``Invalid`` unless the parts of the archive are those of a workbook without macros."""
    if "mimetype" in names or "content.xml" in names:
        raise refusal(OPEN_DOCUMENT)
    if any(name.endswith(".iwa") or name == "index.zip" for name in names):
        raise refusal(NUMBERS)
    if "encryptedpackage" in names or any(part.flag_bits & 1 for part in names.values()):
        raise refusal(ENCRYPTED)
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or name.startswith("xl/macrosheets/") for name in names):
        raise refusal(MACROS)
    if any(name.startswith("xl/") and name.endswith("workbook.bin") for name in names):
        raise refusal(BINARY_EXCEL)
    for folder, sentence in _OFFICE_LIKE.items():
        if any(name.startswith(folder) for name in names):
            raise refusal(sentence)
    if not any(name.endswith("workbook.xml") for name in names) and "[content_types].xml" not in names:
        raise refusal(OTHER_FILE)
    types = names.get("[content_types].xml")
    if types is not None and types.file_size < UNPACKED_LIMIT:
        try:
            with archive.open(types) as source:
                start = source.read(CHUNK)
        except UNREADABLE:
            raise refusal(DAMAGED) from None
        if _MACRO_TYPES.search(start):
            raise refusal(MACROS)


def _check_directory(parts: list[ZipInfo], names: Mapping[str, ZipInfo]) -> None:
    if len(parts) > PART_COUNT_LIMIT:
        raise refusal(TOO_MANY_PARTS)
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise refusal(UNPACKS_TOO_LARGE)
    is_odd = any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or ".." in part.filename for part in parts)
    if is_odd or len(names) != len(parts):
        raise refusal(DAMAGED)


def _check_parts(archive: ZipFile, parts: list[ZipInfo]) -> None:
    """Unpack each part, which also verifies its checksum; the content is only scanned.

    Raises ``Invalid`` if a part is damaged, too large or not safe to read.
    """
    left = UNPACKED_LIMIT
    for part in parts:
        is_xml = part.filename.lower().endswith(_XML)
        before = b""
        try:
            with archive.open(part) as source:
                while chunk := source.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise refusal(UNPACKS_TOO_LARGE)
                    if is_xml and _DOCTYPE.search((before + chunk).replace(b"\x00", b"")):
                        raise refusal(FORBIDDEN_XML)
                    before = chunk[-64:]
        except UNREADABLE:
            raise refusal(DAMAGED) from None
