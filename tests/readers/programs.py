"""The texts of files as other programs read them, and as they were written.

Each program gets all files at once, because LibreOffice and Node start slowly, and returns a text with its sheet or slide as
often as it reads it there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from lxml import etree
from openpyxl import load_workbook
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

ROOT = Path(__file__).parents[2]
NODE_FOLDER = ROOT / ".nox" / "readers"
"""Where the session readers installs SheetJS and exceljs."""
Text = tuple[str, str]
"""The name of a sheet, or the number of a slide, and a text on it."""
Texts = Counter[Text]
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ODF_DRAW, _ODF_TEXT = ("{urn:oasis:names:tc:opendocument:xmlns:" + name + ":1.0}" for name in ("drawing", "text"))
_ODF_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_ESCAPED = re.compile(r"_x([0-9A-F]{4})_")


def written_texts(path: Path) -> Texts:
    """Return the texts in the XML of a file: of all cells, or of all paragraphs of slides."""
    return Counter(_cells(path) if path.suffix == ".xlsx" else _paragraphs(path))


def _cells(path: Path) -> Iterator[Text]:
    with ZipFile(path) as archive:
        items = etree.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{_SHEET}si")
        strings = ["".join(run.text or "" for run in item.iter(f"{_SHEET}t")) for item in items]
        targets = {r.get("Id"): r.get("Target") for r in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
        for sheet in etree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_SHEET}sheet"):
            for cell in etree.fromstring(archive.read(f"xl/{targets[sheet.get(_RELATION)]}")).iter(f"{_SHEET}c"):
                assert cell.get("t") not in ("inlineStr", "str"), "all texts are shared strings"
                if cell.get("t") == "s":
                    text = strings[int(cell.findtext(f"{_SHEET}v"))]
                    yield sheet.get("name"), _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _paragraphs(path: Path) -> Iterator[Text]:
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
        for name in names:
            for paragraph in etree.fromstring(archive.read(name)).iter(f"{_DRAWING}p"):
                pieces = paragraph.iter(f"{_DRAWING}t", f"{_DRAWING}br")
                yield from _folded(re.sub(r"\D", "", name), "".join(piece.text or " " for piece in pieces))


def _folded(place: str, text: str) -> Iterator[Text]:
    """Yield the text of a paragraph unless it is empty. Programs store spaces and line breaks in several ways."""
    if words := " ".join(re.split(r"[ \t\n\v]+", text)).strip():
        yield place, words


def _each(read: Callable[[Path], Iterable[tuple[str, object]]]) -> Callable[[Sequence[Path]], dict[Path, Texts]]:
    """Return a reader of several files from one that reads the values of a file; only texts count."""

    def read_all(paths: Sequence[Path]) -> dict[Path, Texts]:
        return {
            path: Counter((place, value) for place, value in read(path) if isinstance(value, str) and value) for path in paths
        }

    return read_all


def _openpyxl(path: Path) -> Iterator[tuple[str, object]]:
    for sheet in load_workbook(path).worksheets:
        yield from ((sheet.title, cell.value) for row in sheet.iter_rows() for cell in row)


def _calamine(path: Path) -> Iterator[tuple[str, object]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        yield from ((name, value) for row in book.get_sheet_by_name(name).to_python() for value in row)


def _pandas(path: Path) -> Iterator[tuple[str, object]]:
    import pandas

    whole = {"header": None, "dtype": object, "keep_default_na": False}
    sheets = pandas.read_excel(path, sheet_name=None, engine="openpyxl", **whole)
    for name, frame in sheets.items():
        yield from ((name, value) for value in frame.to_numpy().ravel())


def _polars(path: Path) -> Iterator[tuple[str, object]]:
    """A column has one type, so numbers among texts are texts too."""
    import polars

    whole = {"infer_schema_length": 0, "drop_empty_rows": False, "drop_empty_cols": False}
    for name, frame in polars.read_excel(path, sheet_id=0, has_header=False, **whole).items():
        yield from ((name, value) for column in frame.iter_columns() for value in column)


def _node(program: str) -> Callable[[Sequence[Path]], dict[Path, Texts]]:
    def read_all(paths: Sequence[Path]) -> dict[Path, Texts]:
        environment = {**os.environ, "NODE_PATH": str(NODE_FOLDER / "node_modules")}
        command = ["node", str(Path(__file__).with_name("read_workbooks.js")), *map(str, paths)]
        read = json.loads(subprocess.run(command, check=True, capture_output=True, env=environment, timeout=300).stdout)
        return {path: Counter((sheet, text) for sheet, text in read[str(path)][program]) for path in paths}

    return read_all


def _convert(paths: Sequence[Path], kind: str) -> Path:
    """Convert the files with LibreOffice, and return the folder with the new ones."""
    folder = paths[0].parent / f"as-{kind}"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return folder


def _libreoffice_calc(paths: Sequence[Path]) -> dict[Path, Texts]:
    folder = _convert(paths, "xlsx")
    return {path: Counter(_cells_of_calc(folder / path.name)) for path in paths}


def _cells_of_calc(path: Path) -> Iterator[Text]:
    yield from ((place, value) for place, value in _openpyxl(path) if isinstance(value, str))


def _python_pptx(path: Path) -> Iterator[Text]:
    for number, slide in enumerate(Presentation(str(path)).slides, 1):
        shapes = list(_single_shapes(slide.shapes))
        frames = [shape.text_frame for shape in shapes if shape.has_text_frame]
        cells = [cell for s in shapes if s.has_table for row in s.table.rows for cell in row.cells]
        for frame in (*frames, *(cell.text_frame for cell in cells)):
            for paragraph in frame.paragraphs:
                yield from _folded(str(number), paragraph.text)


def _single_shapes(shapes: Any) -> Iterator[Any]:
    """Yield shapes that are in no group, and those in groups."""
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            yield from _single_shapes(shape.shapes)
        else:
            yield shape


def _libreoffice_impress(paths: Sequence[Path]) -> dict[Path, Texts]:
    folder = _convert(paths, "odp")
    return {path: Counter(_paragraphs_of_impress(folder / f"{path.stem}.odp")) for path in paths}


def _paragraphs_of_impress(path: Path) -> Iterator[Text]:
    with ZipFile(path) as archive:
        pages = etree.fromstring(archive.read("content.xml")).iter(f"{_ODF_DRAW}page")
    for number, page in enumerate(pages, 1):
        for notes in page.findall(f"{_ODF_PRESENTATION}notes"):
            page.remove(notes)
        for paragraph in page.iter(f"{_ODF_TEXT}p"):
            yield from _folded(str(number), _odf_text(paragraph))


def _odf_text(element: etree._Element) -> str:
    """Return the text of an element of OpenDocument, in which spaces, tabs and line breaks may be elements."""
    tag = etree.QName(element).localname
    own = " " if tag in ("s", "tab", "line-break") else element.text or ""
    return own + "".join(_odf_text(child) + (child.tail or "") for child in element)


Reader = Callable[[Sequence[Path]], dict[Path, Texts]]
READERS: dict[str, dict[str, Reader]] = {
    "xlsx": {
        "openpyxl": _each(_openpyxl),
        "calamine": _each(_calamine),
        "pandas": _each(_pandas),
        "polars": _each(_polars),
        "SheetJS": _node("SheetJS"),
        "exceljs": _node("exceljs"),
        "LibreOffice": _libreoffice_calc,
    },
    "pptx": {"python-pptx": _each(_python_pptx), "LibreOffice": _libreoffice_impress},
}
"""The programs, by the kind of file and their name."""
