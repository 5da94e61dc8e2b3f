"""Normal forms: files, emails and responses as text in which only differences that matter remain.

Times within ``WINDOW`` of the calendar's start become ``<now>``, because they depend on the run. Every Canadian time
zone counts, since a page shows times in its reader's time zone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import html5lib
from openpyxl import load_workbook
from pptx import Presentation

START = datetime(2020, 9, 25, 7, 41, tzinfo=UTC)
"""The calendar's instant when a run begins: 03:41 in Toronto, when nothing else in the demo happens."""
WINDOW = timedelta(minutes=18)
"""The maximum duration of a run."""
CITIES = ("St_Johns", "Halifax", "Toronto", "Winnipeg", "Regina", "Edmonton", "Vancouver")
ZONES = ("UTC", *(f"America/{city}" for city in CITIES))
INLINE = frozenset(
    ["a", "abbr", "b", "cite", "code", "em", "i", "kbd", "mark", "q", "small", "span", "strong", "sub", "sup", "time"]
)
"""Elements that do not begin a new line."""
SPOKEN = ("aria-label", "alt", "placeholder", "title")
ATOM = "{http://www.w3.org/2005/Atom}"
DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
PLOTTED = "{http://schemas.openxmlformats.org/drawingml/2006/chart}v"
ALREADY = {"DTSTART": "DATE-TIME", "URL": "URI", "REFRESH-INTERVAL": "DURATION", "SUMMARY": "TEXT", "DESCRIPTION": "TEXT"}
"""Default value types of calendar properties, which need not be named."""


def _clock_times() -> re.Pattern[str]:
    """Match every notation of a time within the window, such as 03:41, 3:41:07.5 and 3 h 41."""
    hours: dict[int, set[str]] = {}
    for zone in map(ZoneInfo, ZONES):
        for minutes in range(int(WINDOW.total_seconds()) // 60):
            local = (START + timedelta(minutes=minutes)).astimezone(zone)
            hours.setdefault(local.hour, set()).add(f"{local.minute:02}")
    times = [
        rf"0?{hour}(?::|[ \u00a0\u202f]?h[ \u00a0\u202f]?)(?:{'|'.join(sorted(ends))})" for hour, ends in sorted(hours.items())
    ]
    return re.compile(rf"(?<![\d:+-])(?:{'|'.join(times)})(?!\d)(?::\d\d(?:\.\d+)?)?")


CLOCK_TIMES = _clock_times()
RECEIPTS = re.compile(r"(/receipts/)\d+")
SECRETS = re.compile(r"(/(?:password|preview|feeds)/)[\w-]{20,}")


def settled(text: str) -> str:
    """Normalize what differs from run to run, or with each audit event: times, secrets and receipt numbers."""
    return RECEIPTS.sub(r"\1<number>", SECRETS.sub(r"\1<secret>", CLOCK_TIMES.sub("<now>", text)))


def workbook(content: bytes) -> str:
    """Return every sheet of a workbook with its settings and a line for each cell; then charts and document properties."""
    book: Any = load_workbook(BytesIO(content))
    lines = _properties(book.properties)
    for sheet in book.worksheets:
        lines.append(f"\n== {sheet.title} ({sheet.sheet_state})")
        lines += [f"frozen {sheet.freeze_panes}; filter {sheet.auto_filter.ref}; printed {sheet.print_area}"]
        lines += [f"titles {sheet.print_title_rows}; footer {sheet.oddFooter.left.text!r} {sheet.oddFooter.right.text!r}"]
        lines += [f"merged {area}" for area in sorted(str(area) for area in sheet.merged_cells.ranges)]
        lines += [_cell(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return "\n".join([*lines, *_drawn(content, "xl/")]) + "\n"


def _cell(cell: Any) -> str:
    form = "" if cell.number_format == "General" else f" as {cell.number_format}"
    kind = "" if cell.data_type == "s" else f" ({cell.data_type})"
    link = f" -> {cell.hyperlink.target or cell.hyperlink.location}" if cell.hyperlink else ""
    note = f" note {cell.comment.text!r}" if cell.comment else ""
    return f"{cell.coordinate}{kind}{form}: {cell.value}{link}{note}"


def slides(content: bytes) -> str:
    """Return every slide's paragraphs, tables, descriptions, links and notes; then the charts."""
    deck: Any = Presentation(BytesIO(content))
    lines = _properties(deck.core_properties)
    for number, slide in enumerate(deck.slides, 1):
        lines.append(f"\n== slide {number}")
        for element in slide.element.iter():
            if element.tag.endswith("}cNvPr"):
                lines += [f"[{element.get('name')}: {element.get('descr')}]"] if element.get("descr") else []
            elif element.tag.endswith("}p"):
                lines.append("".join(part.text or "" for part in element.iter(DRAWN)))
        links = [link for link in slide.part.rels.values() if link.is_external]
        lines += sorted(f"-> {link.target_ref}" for link in links)
        if slide.has_notes_slide:
            lines += ["notes:", *(slide.notes_slide.notes_text_frame.text.split("\n"))]
    return "\n".join([*lines, *_drawn(content, "ppt/")]) + "\n"


def _properties(own: Any) -> list[str]:
    names = ("title", "subject", "creator", "author", "language", "keywords", "category", "created", "modified")
    values = [(name, getattr(own, name, None)) for name in names]
    return [
        f"{name}: {'<now>' if isinstance(value, datetime) and _of_now(value) else value}" for name, value in values if value
    ]


def _of_now(at: datetime) -> bool:
    return abs(at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)) < timedelta(days=1)


def _drawn(content: bytes, folder: str) -> Iterator[str]:
    """Yield the texts and values of charts, by their part of the file."""
    with ZipFile(BytesIO(content)) as package:
        for name in sorted(package.namelist()):
            if re.fullmatch(rf"{folder}charts/chart[^/]*\.xml", name):
                yield f"\n== {name.rpartition('/')[2]}"
                yield from (
                    part.text or ""
                    for part in ElementTree.fromstring(package.read(name)).iter()
                    if part.tag in (DRAWN, PLOTTED)
                )


def package(content: bytes) -> str:
    """Return every part of a zip file with its sha256, whatever the order, compression and dates of the parts."""
    with ZipFile(BytesIO(content)) as parts:
        return "".join(
            f"{hashlib.sha256(_part(name, parts.read(name))).hexdigest()}  {name}\n" for name in sorted(parts.namelist())
        )


def _part(name: str, content: bytes) -> bytes:
    if name.endswith((".xlsx", ".pptx")):
        return package(content).encode()
    if not name.endswith((".xml", ".rels")):
        return content
    text = settled(content.decode("utf-8"))
    if name == "docProps/core.xml":
        text = re.sub(rf">{datetime.now(UTC):%Y-%m-%d}T[^<]*<", "><now><", text)
    return text.encode()


def calendar(content: bytes) -> str:
    """Return a calendar by its meaning: unfolded, with components and properties sorted and values unescaped.

    PRODID and DTSTAMP are left out, and so is a VALUE that is the default of its property.
    """
    lines = re.sub(r"\r?\n[ \t]", "", content.decode("utf-8")).splitlines()
    stack: list[list[str]] = [[]]
    for line in filter(None, lines):
        name, value = _property(line)
        if name == "BEGIN":
            stack.append([])
        elif name == "END":
            inner = sorted(stack.pop())
            stack[-1].append("\n".join([f"begin {value}", *(f"  {row}" for part in inner for row in part.split("\n")), "end"]))
        elif name.split(";")[0] not in ("PRODID", "DTSTAMP"):
            stack[-1].append(f"{name}: {value}".replace("\n", "\\n"))
    return "\n".join(stack[0]) + "\n"


def _property(line: str) -> tuple[str, str]:
    """Return the name of a content line with sorted parameters, and its unescaped value."""
    match = re.fullmatch(r'([\w-]+)((?:;[\w-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)', line, re.DOTALL)
    if match is None:
        raise ValueError(f"not a line of a calendar: {line!r}")
    name = match[1].upper()
    given = [p.replace('"', "") for p in re.findall(r';([\w-]+=(?:"[^"]*"|[^";])*)', match[2])]
    parameters = sorted(f"{key.upper()}={value}" for key, _, value in (p.partition("=") for p in given))
    parameters = [p for p in parameters if p != f"VALUE={ALREADY.get(name, 'TEXT')}"]
    value = re.sub(r"\\(.)", lambda escape: "\n" if escape[1] in "nN" else escape[1], match[3])
    return ";".join([name, *parameters]), value


def feed(content: bytes) -> str:
    """Return the elements of an Atom feed, one per line, indented, with sorted attributes and stripped text."""
    return "".join(_nested(ElementTree.fromstring(content), ""))


def _nested(element: ElementTree.Element, indent: str) -> Iterator[str]:
    attributes = "".join(f" {name}={value!r}" for name, value in sorted(element.attrib.items()))
    yield f"{indent}{element.tag.replace(ATOM, '')}{attributes}: {(element.text or '').strip()}\n"
    for child in element:
        yield from _nested(child, f"{indent}  ")


def mail(content: bytes) -> str:
    """Return the sorted headers of an email, then each part with its type, without Date, Message-ID and boundary."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    headers = {name: str(value) for name, value in message.items()}
    headers |= {name: "<…>" for name in ("Date", "Message-ID") if name in headers}
    heads = sorted(f"{name}: {value}" for name, value in headers.items() if name != "Content-Type")
    lines = [*heads, f"Content-Type: {message.get_content_type()}"]
    for part in message.walk():
        if not part.is_multipart():
            lines += [f"\n== {part.get_content_type()} {part.get_content_charset()}", part.get_content()]
    return "\n".join(lines).replace("\r\n", "\n")


def page(content: str) -> str:
    """Return the visible text of a page, a line for each block, with labels and alternative texts in brackets."""
    root = html5lib.parse(content, namespaceHTMLElements=False)
    text = "".join(_words(root))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def _words(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in ("script", "style", "template"):
        return
    edge = "" if element.tag in INLINE else "\n"
    yield edge
    yield from (f"\n[{element.get(name)}]\n" for name in SPOKEN if element.get(name))
    yield re.sub(r"\s*\n\s*", " ", element.text or "")
    for child in element:
        yield from _words(child)
        yield re.sub(r"\s*\n\s*", " ", child.tail or "")
    yield edge
