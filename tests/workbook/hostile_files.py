"""Hostile and odd files, each with the sentence that refuses it, or without one if it is read.

``python -m tests.workbook.hostile_files FOLDER`` writes them, for trying them in other programs.
"""

from __future__ import annotations

import gzip
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from cogwg.workbook import cells, guard, reader
from cogwg.workbook.layout import HIDDEN_SHEET
from cogwg.workbook.writer import write_reports
from tests.workbook.samples import book_of, edited, plain_rows

MAIN, HIDDEN, GUIDE = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet4.xml", "xl/worksheets/sheet1.xml"
STRINGS, STYLES, BOOK, TYPES = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"
BOOK_LINKS = "xl/_rels/workbook.xml.rels"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]>'
)


@dataclass(frozen=True)
class OddFile:
    """A file with the sentence that refuses it, empty if it is read; ``changes``: whether it then differs from the record."""

    name: str
    data: bytes
    sentence: str = ""
    changes: bool = False
    file_name: str = "reports.xlsx"


@cache
def good() -> bytes:
    return write_reports(book_of(plain_rows()))


@cache
def good_parts() -> Mapping[str, bytes]:
    """Return the parts of the good workbook, each with an XML declaration, as Excel writes it and openpyxl does not."""
    with zipfile.ZipFile(BytesIO(good())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return {name: part if part.startswith(b"<?xml") else DECLARATION + part for name, part in parts.items()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_part(name: str, content: bytes | str | Callable[[str], str]) -> bytes:
    """Return the good workbook with another content of one part."""
    parts = dict(good_parts())
    if callable(content):
        changed = content(text := parts[name].decode())
        assert changed != text, f"{name} is as it was"
        content = changed
    parts[name] = content.encode() if isinstance(content, str) else content
    return packed(parts)


def without(*names: str) -> bytes:
    return packed({name: content for name, content in good_parts().items() if name not in names})


def with_rows(xml: str) -> bytes:
    """Return the good workbook with more rows at the end of the sheet of reports."""
    return with_part(MAIN, lambda text: text.replace("</sheetData>", f"{xml}</sheetData>"))


def with_cell(xml: str) -> bytes:
    """Return the good workbook with one more cell in the first row of a report, in a column of its own."""
    return with_part(
        MAIN, lambda text: re.sub(r'(<row r="5".*?)</row>', lambda m: f"{m[1]}{xml}</row>", text, count=1, flags=re.S)
    )


def headed(xml: str, start: str) -> str:
    """Return XML with something between its declaration and its root."""
    head, _, rest = xml.partition("?>")
    return f"{head}?>{start}{rest}"


def compound(*entries: str) -> bytes:
    """Return the start of a compound file with these names in its directory."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return start + b"".join(entry.encode("utf-16-le").ljust(128, b"\0") for entry in ("Root Entry", *entries))


def zipped(*names: str, **contents: bytes) -> bytes:
    return packed({**dict.fromkeys(names, b"x"), **contents})


def with_hidden(changes: Mapping[int, str | None]) -> bytes:
    """Return the good workbook with other values in the first rows of its hidden sheet."""

    def change(sheet: Any, _: Any) -> None:
        for row, value in changes.items():
            sheet.cell(row, 2).value = value

    return edited(good(), change, HIDDEN_SHEET)


def with_book(change: Callable[[Any, Any], None]) -> bytes:
    return edited(good(), change)


def foreign(change: Callable[[Any], None] = lambda _: None) -> bytes:
    book: Any = Workbook()
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def altered(find: bytes, replacement: bytes, data: bytes | None = None) -> bytes:
    data = good() if data is None else data
    assert find in data
    return data.replace(find, replacement, 1)


def lying_bomb() -> bytes:
    """Return a workbook whose part says that it has 100 bytes, but unpacks to 50 MB."""
    content = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed_bytes = content.compress(b"<" * 50_000_000) + content.flush()
    data = bytearray(with_part("xl/media/x.xml", b"y" * 100))
    with zipfile.ZipFile(BytesIO(bytes(data))) as archive:
        info = archive.getinfo("xl/media/x.xml")
    at = info.header_offset
    name_length, extra_length = struct.unpack("<HH", data[at + 26 : at + 30])
    body = at + 30 + name_length + extra_length
    return bytes(data[:body]) + packed_bytes[: info.compress_size] + bytes(data[body + info.compress_size :])


def overlapping(count: int) -> bytes:
    """Return an archive whose directory names the same compressed bytes very often."""
    content = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = content.compress(bytes(3_000_000)) + content.flush()
    crc = zlib.crc32(bytes(3_000_000))
    out = bytearray(good()[:0])
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(body), 3_000_000, 5, 0) + b"a.xml"
    out += local + body
    start = len(out)
    for n in range(count):
        name = f"{n:05}".encode()
        out += struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, crc, len(body), 3_000_000, 5, 0, 0, 0, 0, 0, 0) + name
    size = len(out) - start
    out += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, size, start, 0)
    return bytes(out)


def _other_formats() -> Iterator[OddFile]:
    text = "Code,Status\n3.2,Complete\n"
    for name, data in {
        "empty": b"",
        "spaces": b" \n\r\n",
        "zeros": bytes(4096),
    }.items():
        yield OddFile(name, data, guard.EMPTY)
    for name, data in {
        "comma text": text.encode(),
        "semicolon text": text.replace(",", ";").encode("utf-8-sig"),
        "tab text": text.replace(",", "\t").encode("cp1252"),
        "utf-16 text": text.encode("utf-16"),
        "french text": "Code;État\n3.2;Réalisé\n".encode("cp1252"),
        "json": b'{"a": 1}',
        "one letter": b"x",
    }.items():
        yield OddFile(name, data, guard.TEXT_TABLE)
        yield OddFile(f"{name} as csv", data, guard.TEXT_TABLE, file_name="reports.csv")
    for name, data in {
        "web page": b"<!DOCTYPE html><html><table><tr><td>3.2</td></tr></table></html>",
        "web table": b"<table><tr><td>3.2</td></tr></table>",
        "xml spreadsheet 2003": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "flat open document": b'<?xml version="1.0"?><office:document/>',
        "web archive": b"MIME-Version: 1.0\nContent-Type: multipart/related\n",
        "xml with byte order mark": b"\xef\xbb\xbf<?xml version='1.0'?><a/>",
        "laughs alone": f'<?xml version="1.0"?>{LAUGHS}<x>&e;</x>'.encode(),
    }.items():
        yield OddFile(name, data, guard.WEB_TABLE)
    for name, data in {
        "pdf": b"%PDF-1.7\n\x80\x81",
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff\xe0",
        "gif": b"GIF89a",
        "rar": b"Rar!\x1a\x07",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "gzip": gzip.compress(good()),
        "rich text": b"{\\rtf1\\ansi}",
        "windows program": b"MZ\x90\x00",
        "linux program": b"\x7fELF\x02",
        "empty archive": packed({}),
        "archive of text": zipped("readme.txt"),
        "archive of a workbook": packed({"reports.xlsx": good()}),
        "noise": bytes((n * 7919) % 251 for n in range(5000)),
        "unknown compound file": compound("Nothing"),
    }.items():
        yield OddFile(name, data, guard.OTHER_FILE)
    yield OddFile("old excel", compound("Workbook"), guard.OLD_EXCEL)
    yield OddFile("excel 5", compound("Book"), guard.OLD_EXCEL)
    yield OddFile("password", compound("EncryptionInfo", "EncryptedPackage"), guard.ENCRYPTED)
    yield OddFile(
        "password and spaces", compound("\x06DataSpaces", "StrongEncryptionDataSpace", "EncryptedPackage"), guard.ENCRYPTED
    )
    yield OddFile("label", compound("\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"), guard.LABELLED)
    yield OddFile("old word", compound("WordDocument"), guard.OTHER_OFFICE)
    yield OddFile("old powerpoint", compound("PowerPoint Document"), guard.OTHER_OFFICE)
    yield OddFile("ods", zipped("mimetype", "content.xml"), guard.OPEN_DOCUMENT)
    yield OddFile("ods without type", zipped("content.xml", "styles.xml"), guard.OPEN_DOCUMENT)
    yield OddFile("numbers", zipped("Index/Document.iwa", "preview.jpg"), guard.NUMBERS)
    yield OddFile("old numbers", zipped("Index.zip"), guard.NUMBERS)
    yield OddFile("docx", zipped(TYPES, "word/document.xml"), guard.OTHER_OFFICE)
    yield OddFile("pptx", zipped(TYPES, "ppt/presentation.xml"), guard.OTHER_OFFICE)
    yield OddFile("xlsb", zipped(TYPES, "xl/workbook.bin"), guard.BINARY_EXCEL)
    yield OddFile("xlsm", packed({**good_parts(), "xl/vbaProject.bin": b"x"}), guard.MACROS)
    yield OddFile(
        "macro type only", with_part(TYPES, lambda t: t.replace("sheet.main+xml", "x.macroEnabled.main+xml")), guard.MACROS
    )
    yield OddFile("macro sheet", packed({**good_parts(), "xl/macrosheets/sheet1.xml": b"<x/>"}), guard.MACROS)
    yield OddFile("too large", good() + bytes(guard.FILE_LIMIT), guard.TOO_LARGE)


def _broken_archives() -> Iterator[OddFile]:
    data = good()
    for share in (5, 25, 50, 75, 95):
        yield OddFile(f"cut at {share} percent", data[: len(data) * share // 100], guard.INCOMPLETE)
    yield OddFile("last byte cut", data[:-1], guard.INCOMPLETE)
    yield OddFile("start cut", data[10:], cells.DAMAGED)
    yield OddFile("no directory entries", re.sub(rb"PK\x01\x02", b"PK\x09\x09", data), guard.INCOMPLETE)
    yield OddFile("bytes after the end", data + b"\0" * 100)
    yield OddFile("archive comment", data[:-2] + b"\x05\x00hello")
    parts = dict(good_parts())
    yield OddFile("stored parts", packed(parts, zipfile.ZIP_STORED))
    yield OddFile("bzip2 parts", packed(parts, zipfile.ZIP_BZIP2), cells.DAMAGED)
    yield OddFile("lzma parts", packed(parts, zipfile.ZIP_LZMA), cells.DAMAGED)
    flagged = bytearray(data)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for entry in archive.infolist():
            flagged[entry.header_offset + 6] |= 1
    for match in re.finditer(rb"PK\x01\x02", bytes(flagged)):
        flagged[match.start() + 8] |= 1
    yield OddFile("encrypted parts", bytes(flagged), guard.ENCRYPTED)
    crc = bytearray(data)
    for match in re.finditer(rb"PK\x01\x02", data):
        crc[match.start() + 16] ^= 0xFF
    yield OddFile("wrong checksums", bytes(crc), cells.DAMAGED)
    damaged = bytearray(data)
    damaged[len(data) // 2] ^= 0xFF
    yield OddFile("a wrong bit", bytes(damaged), cells.DAMAGED)
    yield OddFile(
        "two parts of one name",
        altered(b"xl/styles.xml", b"XL/STYLES.XML", packed({**parts, "XL/styles.xml": b"<x/>"})),
        cells.DAMAGED,
    )
    yield OddFile("path outside", packed({**parts, "../../etc/x.xml": b"<x/>"}), cells.DAMAGED)
    yield OddFile("201 parts", packed({**parts, **{f"xl/media/{n}.png": b"x" for n in range(200)}}), guard.TOO_MANY_PARTS)
    yield OddFile("3000 parts", packed({**parts, **{f"m/{n}": b"" for n in range(3000)}}), guard.TOO_MANY_PARTS)
    yield OddFile("overlapping parts", overlapping(100), guard.OTHER_FILE)
    yield OddFile("very many overlapping parts", overlapping(30_000), guard.TOO_MANY_PARTS)
    yield OddFile("names in capitals", packed({name.upper() if name == STRINGS else name: c for name, c in parts.items()}))


def _odd_xml() -> Iterator[OddFile]:
    for name, part in {
        "sheet": MAIN,
        "strings": STRINGS,
        "book": BOOK,
        "styles": STYLES,
        "types": TYPES,
        "links": BOOK_LINKS,
    }.items():
        yield OddFile(f"laughs in {name}", with_part(part, lambda t: headed(t, LAUGHS)), cells.FORBIDDEN_XML)
    external = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    yield OddFile("external entity", with_part(MAIN, lambda t: headed(t, external)), cells.FORBIDDEN_XML)
    yield OddFile(
        "long entity",
        with_part(MAIN, lambda t: headed(t, f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>')),
        cells.FORBIDDEN_XML,
    )
    in_utf16 = headed(good_parts()[STRINGS].decode(), LAUGHS).replace("UTF-8", "UTF-16").encode("utf-16")
    yield OddFile("document type in utf-16", with_part(STRINGS, in_utf16), cells.FORBIDDEN_XML)
    for name, part in {"sheet": MAIN, "strings": STRINGS, "book": BOOK, "styles": STYLES, "links": BOOK_LINKS}.items():
        yield OddFile(f"cut {name}", with_part(part, lambda t: t[: len(t) // 2]), cells.DAMAGED)
        yield OddFile(f"no bytes in {name}", with_part(part, b""), cells.DAMAGED)
        yield OddFile(f"text in {name}", with_part(part, b"hello"), cells.DAMAGED)
    yield OddFile("no workbook part", without(BOOK), cells.DAMAGED)
    yield OddFile("no strings part", without(STRINGS), reader.NOT_OURS)
    yield OddFile("no styles part", without(STYLES))
    yield OddFile("no links of the book", without(BOOK_LINKS), reader.NOT_OURS)
    yield OddFile("no package links", without("_rels/.rels"))
    yield OddFile("no types", without(TYPES))
    yield OddFile("no properties", without("docProps/core.xml"))
    yield OddFile("no sheet of reports", without(MAIN), reader.NOT_OURS)
    utf16 = good_parts()[MAIN].decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield OddFile("sheet in utf-16", with_part(MAIN, utf16))
    yield OddFile("sheet with byte order mark", with_part(MAIN, b"\xef\xbb\xbf" + good_parts()[MAIN]))
    yield OddFile("unknown encoding", with_part(MAIN, lambda t: t.replace("UTF-8", "rot13")), cells.DAMAGED)
    yield OddFile("encoding of bytes", with_part(MAIN, lambda t: t.replace("UTF-8", "base64")), cells.DAMAGED)
    yield OddFile("bad utf-8", with_part(STRINGS, good_parts()[STRINGS].replace(b"Progress", b"Progr\xe8s", 1)), cells.DAMAGED)
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", good_parts()[MAIN].decode()).replace("xmlns=", "xmlns:x=")
    yield OddFile("prefixed names", with_part(MAIN, prefixed))
    strict = (
        good_parts()[MAIN]
        .decode()
        .replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
    )
    yield OddFile("strict names", with_part(MAIN, strict))
    yield OddFile("comments and instructions", with_part(MAIN, lambda t: headed(t, "<!-- a --><?b c?>")))
    yield OddFile("very many attributes", with_rows("<a " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>"), cells.DAMAGED)


def _odd_cells() -> Iterator[OddFile]:
    yield OddFile("last cell of all", with_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    yield OddFile("row of the far end", with_rows('<row r="1048576"><c r="C1048576"><v>1</v></c></row>'))
    for name, cell in {
        "reference without a number": '<c r="ZZ"><v>1</v></c>',
        "reference of words": '<c r="hello world"><v>1</v></c>',
        "reference too far": '<c r="AAAA99999999"><v>1</v></c>',
        "empty reference": '<c r=""><v>1</v></c>',
        "text index too high": '<c r="AA5" t="s"><v>999999</v></c>',
        "text index below zero": '<c r="AA5" t="s"><v>-1</v></c>',
        "text index of words": '<c r="AA5" t="s"><v>abc</v></c>',
        "text index of many digits": f'<c r="AA5" t="s"><v>{"9" * 10_000}</v></c>',
        "number of words": '<c r="AA5"><v>twelve</v></c>',
        "number without end": '<c r="AA5"><v>1e999</v></c>',
        "not a number": '<c r="AA5"><v>nan</v></c>',
        "number of many digits": f'<c r="AA5"><v>{"9" * 100_000}</v></c>',
        "style too high": '<c r="AA5" s="99999"><v>1</v></c>',
        "style of words": '<c r="AA5" s="abc"><v>1</v></c>',
        "unknown type": '<c r="AA5" t="zzz"><v>1</v></c>',
        "odd truth": '<c r="AA5" t="b"><v>maybe</v></c>',
        "iso date": '<c r="AA5" t="d"><v>2020-09-30T00:00:00</v></c>',
        "text in pieces": '<c r="AA5" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>',
        "escaped surrogates": '<c r="AA5" t="inlineStr"><is><t>_xD800__xDFFF__x0000_</t></is></c>',
        "endless marks": f'<c r="AA5" t="inlineStr"><is><t>a{chr(0x301) * 16_000}{chr(0x316) * 16_000}</t></is></c>',
        "endless spaces": f'<c r="AA5" t="inlineStr"><is><t>a{" " * 32_000}b</t></is></c>',
        "endless quotes": f'<c r="AA5" t="inlineStr"><is><t>{chr(34) * 32_000}&#10;</t></is></c>',
        "nested formula": f'<c r="AA5"><f>{"(" * 8000}1{")" * 8000}</f><v>1</v></c>',
    }.items():
        yield OddFile(name, with_cell(cell))
    shared = '<row r="{0}"><c r="A{0}" t="s"><v>0</v></c></row>'
    long_text = with_part(STRINGS, lambda t: re.sub(r"<si>.*?</si>", f"<si><t>{'y' * 32_000}</t></si>", t, count=1))
    with zipfile.ZipFile(BytesIO(long_text)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rows = "".join(shared.format(n) for n in range(30, 4_000))
    parts[MAIN] = parts[MAIN].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    yield OddFile("one long text in thousands of cells", packed(parts), cells.TOO_MUCH_TEXT)
    wrong = with_part(MAIN, lambda t: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:A1"', t))
    yield OddFile("wrong dimension", wrong)
    yield OddFile("merged range of words", with_part(MAIN, lambda t: re.sub(r'<mergeCell ref="A', '<mergeCell ref="!', t)))
    yield OddFile(
        "formats of endless length",
        with_part(
            STYLES,
            lambda t: t.replace("<fonts", f'<numFmts><numFmt numFmtId="200" formatCode="{"[" * 60_000}"/></numFmts><fonts', 1),
        ),
    )


def _odd_books() -> Iterator[OddFile]:
    yield OddFile("51 sheets", with_book(lambda _, book: [book.create_sheet() for _ in range(60)]), cells.TOO_MANY_SHEETS)
    yield OddFile("20 sheets more", with_book(lambda _, book: [book.create_sheet() for _ in range(20)]))
    yield OddFile("sheet renamed", with_book(lambda sheet, _: setattr(sheet, "title", "Mine")))
    yield OddFile("sheet hidden", with_book(lambda sheet, _: setattr(sheet, "sheet_state", "hidden")), reader.NOT_OURS)
    yield OddFile("codes deleted", with_book(lambda sheet, _: sheet.delete_rows(1)))
    yield OddFile("codes and headings deleted", with_book(lambda sheet, _: sheet.delete_rows(1, 3)), reader.NOT_OURS)
    yield OddFile("hidden sheet deleted", with_book(lambda _, book: book.remove(book[HIDDEN_SHEET])), changes=True)
    yield OddFile("hidden sheet shown", with_book(lambda _, book: setattr(book[HIDDEN_SHEET], "sheet_state", "visible")))
    yield OddFile("reports deleted", with_book(lambda sheet, book: book.remove(sheet)), reader.NOT_OURS)
    yield OddFile("rows deleted", with_book(lambda sheet, _: sheet.delete_rows(5, 100)))
    yield OddFile("sheet copied", with_book(lambda sheet, book: book.copy_worksheet(sheet)))
    yield OddFile("newer layout", with_hidden({2: "99"}), reader.NEWER_LAYOUT)
    yield OddFile("older layout", with_hidden({2: "0"}))
    yield OddFile("layout of words", with_hidden({2: "abc"}))
    for row, value in ((1, "other"), (3, "poems"), (4, "2020-13"), (4, None), (5, "abc"), (5, "9" * 5000), (7, "yesterday")):
        yield OddFile(f"hidden row {row} is {str(value)[:9]}", with_hidden({row: value}), changes=True)
    yield OddFile("other language", with_hidden({8: "de"}))
    yield OddFile("kind of a plan", with_hidden({3: "plan"}), reader.REPORTS_EXPECTED)
    yield OddFile("empty workbook", foreign(), reader.NOT_OURS)
    yield OddFile("workbook of somebody else", foreign(lambda book: book.active.append(["code", "x", "y"])), reader.NOT_OURS)
    yield OddFile("workbook with a chart sheet only", foreign(lambda book: book.create_chartsheet()), reader.NOT_OURS)
    yield OddFile(
        "notes of 30,000 cells", with_book(lambda _, book: [book.create_sheet("N").append([n] * 10) for n in range(1)])
    )
    yield OddFile("picture name", packed({**good_parts(), "xl/media/image1.png": b"\x89PNG"}))


def _heavy_files() -> Iterator[OddFile]:
    parts = dict(good_parts())
    yield OddFile("bomb", packed({**parts, "xl/media/x.png": bytes(70_000_000)}), guard.UNPACKS_TOO_LARGE)
    yield OddFile("bomb in strings", with_part(STRINGS, b"<sst>" + b" " * 70_000_000), guard.UNPACKS_TOO_LARGE)
    yield OddFile("bomb that lies", lying_bomb(), cells.DAMAGED)
    yield OddFile("large picture", packed({**parts, "xl/media/x.png": bytes(20_000_000)}))
    yield OddFile("deep nesting", with_rows("<a>" * 100_000 + "</a>" * 100_000))
    yield OddFile("very long attribute", with_rows(f'<a b="{"x" * 20_000_000}"/>'), cells.DAMAGED)
    yield OddFile("very long name", with_rows(f"<{'a' * 5_000_000}/>"), cells.DAMAGED)
    yield OddFile("very long comment", with_rows(f"<!--{'x' * 30_000_000}-->"), cells.DAMAGED)
    yield OddFile("million empty rows", with_rows("".join(f'<row r="{n}"/>' for n in range(20, 1_048_577))))
    yield OddFile("two million rows", with_rows("<row/>" * 2_000_000), cells.TOO_MANY_CELLS)
    yield OddFile("three million empty cells", with_rows('<row r="20">' + "<c/>" * 3_000_000 + "</row>"), cells.TOO_MANY_CELLS)
    number = '<row r="{}"><c r="A{}" t="inlineStr"><is><t>9.{}</t></is></c></row>'
    yield OddFile("6000 rows", with_rows("".join(number.format(n, n, n) for n in range(20, 6020))), cells.TOO_MANY_ROWS)
    many = "".join(f"<si><t>{n}</t></si>" for n in range(400_000))
    yield OddFile("400,000 texts", with_part(STRINGS, lambda t: t.replace("</sst>", f"{many}</sst>")), cells.TOO_MUCH_TEXT)
    wide = "".join(f"<si><t>\U0001f600{'z' * 30_000}</t></si>" for n in range(600))
    yield OddFile("much wide text", with_part(STRINGS, lambda t: t.replace("</sst>", f"{wide}</sst>")), cells.TOO_MUCH_TEXT)
    marks = f"<si><t>{'a' + chr(0x301) * 15_000 + chr(0x316) * 15_000}</t></si>" * 350
    yield OddFile("much text of endless marks", with_part(STRINGS, lambda t: t.replace("</sst>", f"{marks}</sst>")))
    gaps = f"<si><t>{'a' + ' ' * 32_000 + 'b'}</t></si>" * 350
    yield OddFile("much text of endless spaces", with_part(STRINGS, lambda t: t.replace("</sst>", f"{gaps}</sst>")))
    merges = "".join(f'<mergeCell ref="AB{n}:AC{n}"/>' for n in range(5, 100_005))
    yield OddFile("100,000 merged ranges", with_part(MAIN, lambda t: re.sub(r"<mergeCell .*(?=</mergeCells>)", merges, t)))


def odd_files() -> list[OddFile]:
    """Return the files that take little time."""
    return [*_other_formats(), *_broken_archives(), *_odd_xml(), *_odd_cells(), *_odd_books()]


def heavy_files() -> list[OddFile]:
    """Return the files that try to take much time or memory."""
    return list(_heavy_files())


def main(folder: str) -> None:
    """Write the files into a folder."""
    for number, file in enumerate([*odd_files(), *heavy_files()]):
        Path(folder, f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', file.name)}.xlsx").write_bytes(file.data)


if __name__ == "__main__":
    main(sys.argv[1])
