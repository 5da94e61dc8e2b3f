"""Write sheets as an .xlsx file. The same sheets give the same bytes.

Written by hand and not with openpyxl: texts are shared strings, which every program decodes and which hold the text of a cell
and its copy in the hidden sheet once, so that the file stays small.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cogwg.core.tables import CELL_LIMIT, escape_for_xlsx, xml_safe
from cogwg.workbook.sheets import Look, Sheet, address, column_letters, quoted_name

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_RULE = "C5CDD6"


@dataclass(frozen=True, slots=True)
class BookProperties:
    """The properties of the file, which programs show in its details."""

    title: str
    subject: str
    creator: str
    language: str
    written_at: datetime


def write_package(
    sheets: Sequence[Sheet], properties: BookProperties, names: Sequence[tuple[str, str]] = (), opened: int = 0
) -> bytes:
    """Return the workbook. ``names`` are defined names with their ranges; ``opened`` is the index of the sheet shown first."""
    strings, looks = _Strings(), _Looks()
    parts: dict[str, str] = {}
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = _sheet_xml(sheet, strings, looks, is_opened=number == opened + 1)
        if sheet.comments:
            parts[f"xl/comments{number}.xml"] = _comments_xml(sheet)
            parts[f"xl/drawings/vmlDrawing{number}.vml"] = _comment_shapes(sheet, number)
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relationships(
                [
                    ("rId1", f"{_RELATIONS}/vmlDrawing", f"../drawings/vmlDrawing{number}.vml"),
                    ("rId2", f"{_RELATIONS}/comments", f"../comments{number}.xml"),
                ]
            )
    parts["xl/workbook.xml"] = _workbook_xml(sheets, names, opened)
    count = len(sheets)
    parts["xl/_rels/workbook.xml.rels"] = _relationships(
        [
            *((f"rId{n}", f"{_RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)),
            (f"rId{count + 1}", f"{_RELATIONS}/styles", "styles.xml"),
            (f"rId{count + 2}", f"{_RELATIONS}/sharedStrings", "sharedStrings.xml"),
        ]
    )
    parts["xl/styles.xml"] = looks.xml()
    parts["xl/sharedStrings.xml"] = strings.xml()
    parts["_rels/.rels"] = _relationships(
        [
            ("rId1", f"{_RELATIONS}/officeDocument", "xl/workbook.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ]
    )
    parts["docProps/core.xml"] = _core_xml(properties)
    parts["[Content_Types].xml"] = _content_types(parts)
    return _packed(parts)


def _packed(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=9) as target:
        for name in sorted(parts, key=lambda n: (n != "[Content_Types].xml", n)):
            entry = ZipInfo(name, _FIXED_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o600 << 16
            target.writestr(entry, parts[name].encode())
    return out.getvalue()


@dataclass(slots=True)
class _Strings:
    numbers: dict[str, int] = field(default_factory=dict)
    uses: int = 0

    def number(self, text: str) -> int:
        self.uses += 1
        return self.numbers.setdefault(text, len(self.numbers))

    def xml(self) -> str:
        items = "".join(f'<si><t xml:space="preserve">{_text(text)}</t></si>' for text in self.numbers)
        return f'{_HEAD}<sst xmlns="{_MAIN}" count="{self.uses}" uniqueCount="{len(self.numbers)}">{items}</sst>'


@dataclass(slots=True)
class _Looks:
    """The styles of the workbook: each different look, and each colour of a condition, once."""

    numbers: dict[Look, int] = field(default_factory=dict)
    conditions: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, look: Look) -> int:
        return self.numbers.setdefault(look, len(self.numbers) + 1)

    def condition(self, fill: str, colour: str) -> int:
        return self.conditions.setdefault((fill, colour), len(self.conditions))

    def xml(self) -> str:
        fonts = dict.fromkeys([_font(Look()), *map(_font, self.numbers)])
        fills = dict.fromkeys(
            ['<fill><patternFill patternType="none"/></fill>', '<fill><patternFill patternType="gray125"/></fill>']
            + [_fill(look.fill) for look in self.numbers if look.fill]
        )
        font_numbers, fill_numbers = ({xml: n for n, xml in enumerate(all_)} for all_ in (fonts, fills))
        side = f'style="thin"><color rgb="FF{_RULE}"/>'
        framed = "".join(f"<{edge} {side}</{edge}>" for edge in ("left", "right", "top", "bottom"))
        formats = "".join(
            f'<xf numFmtId="49" fontId="{font_numbers[_font(look)]}" '
            f'fillId="{fill_numbers[_fill(look.fill)] if look.fill else 0}" borderId="{int(look.is_framed)}" xfId="0" '
            'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
            f'<alignment horizontal="{"center" if look.is_centred else "left"}" vertical="top" wrapText="1"/></xf>'
            for look in self.numbers
        )
        rules = "".join(
            f'<dxf><font><color rgb="FF{colour}"/></font><fill><patternFill patternType="solid">'
            f'<fgColor rgb="FF{fill}"/><bgColor rgb="FF{fill}"/></patternFill></fill></dxf>'
            for fill, colour in self.conditions
        )
        return (
            f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
            f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts><fills count="{len(fills)}">{"".join(fills)}</fills>'
            '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
            f"<border>{framed}<diagonal/></border></borders>"
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(self.numbers) + 1}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
            f"{formats}</cellXfs>"
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            f'<dxfs count="{len(self.conditions)}">{rules}</dxfs></styleSheet>'
        )


def _font(look: Look) -> str:
    marks = "<b/>" * look.bold + "<i/>" * look.italic + "<u/>" * look.is_link
    colour = "1F4E8C" if look.is_link else look.colour
    return f'<font>{marks}<sz val="{look.size:g}"/><color rgb="FF{colour}"/><name val="Arial"/><family val="2"/></font>'


def _fill(rgb: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{rgb}"/><bgColor indexed="64"/></patternFill></fill>'


def _text(text: str) -> str:
    return escape(escape_for_xlsx(xml_safe(text)))


def _attribute(text: str) -> str:
    return quoteattr(xml_safe(text))


def _sheet_xml(sheet: Sheet, strings: _Strings, looks: _Looks, *, is_opened: bool) -> str:
    rows: dict[int, list[int]] = {}
    for row, column in sheet.cells:
        rows.setdefault(row, []).append(column)
    for row in (*sheet.heights, *sheet.hidden_rows):
        rows.setdefault(row, [])
    widest = max((column for _, column in sheet.cells), default=1)
    tab = f'<tabColor rgb="FF{sheet.tab_colour}"/>' if sheet.tab_colour else ""
    body = "".join(_row_xml(sheet, row, sorted(rows[row]), strings, looks) for row in sorted(rows))
    return "".join(
        [
            f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">',
            f'<sheetPr>{tab}<pageSetUpPr fitToPage="1"/></sheetPr>',
            f'<dimension ref="A1:{address(max(rows, default=1), widest)}"/>',
            _view_xml(sheet, is_opened=is_opened),
            '<sheetFormatPr defaultRowHeight="15"/>',
            _columns_xml(sheet, looks),
            f"<sheetData>{body}</sheetData>",
            f'<autoFilter ref="{sheet.filtered}"/>' if sheet.filtered else "",
            _list_xml("mergeCells", [f'<mergeCell ref="{area}"/>' for area in sheet.merged]),
            *(
                f'<conditionalFormatting sqref="{c.area}"><cfRule type="expression" '
                f'dxfId="{looks.condition(c.fill, c.colour)}" priority="{n}">'
                f"<formula>{escape(c.formula)}</formula></cfRule></conditionalFormatting>"
                for n, c in enumerate(sheet.conditions, 1)
            ),
            _validations_xml(sheet),
            "<hyperlinks>"
            + "".join(
                f'<hyperlink ref="{address(*at)}" location={quoteattr(place)}/>' for at, place in sorted(sheet.links.items())
            )
            + "</hyperlinks>"
            if sheet.links
            else "",
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>',
            f'<pageSetup paperSize="1" orientation="landscape" fitToWidth="{sheet.pages[0]}" fitToHeight="{sheet.pages[1]}"/>',
            "<headerFooter><oddFooter>&amp;R&amp;P / &amp;N</oddFooter></headerFooter>",
            f'<ignoredErrors><ignoredError sqref="A1:{address(max(rows, default=1), widest)}" numberStoredAsText="1"/>'
            "</ignoredErrors>",
            '<legacyDrawing r:id="rId1"/>' if sheet.comments else "",
            "</worksheet>",
        ]
    )


def _row_xml(sheet: Sheet, row: int, columns: list[int], strings: _Strings, looks: _Looks) -> str:
    cells = []
    for column in columns:
        cell = sheet.cells[row, column]
        style = looks.number(cell.look)
        text = xml_safe(cell.text)[:CELL_LIMIT]
        value = f' t="s"><v>{strings.number(text)}</v></c>' if text else "/>"
        cells.append(f'<c r="{address(row, column)}" s="{style}"{value}')
    height = f' ht="{sheet.heights[row]:g}" customHeight="1"' if row in sheet.heights else ""
    hidden = ' hidden="1"' if row in sheet.hidden_rows else ""
    return f'<row r="{row}"{height}{hidden}>{"".join(cells)}</row>'


def _columns_xml(sheet: Sheet, looks: _Looks) -> str:
    numbers = sorted({*sheet.widths, *sheet.text_columns, *sheet.hidden_columns})
    columns = [
        f'<col min="{n}" max="{n}" width="{sheet.widths.get(n, 9):g}" customWidth="1"'
        + (f' style="{looks.number(sheet.text_columns[n])}"' if n in sheet.text_columns else "")
        + (' hidden="1"' if n in sheet.hidden_columns else "")
        + "/>"
        for n in numbers
    ]
    return f"<cols>{''.join(columns)}</cols>" if columns else ""


def _view_xml(sheet: Sheet, *, is_opened: bool) -> str:
    row, column = sheet.frozen_at
    at = address(*sheet.selected)
    tab = ' tabSelected="1"' if is_opened else ""
    pane, selections = "", f'<selection activeCell="{at}" sqref="{at}"/>'
    if (row, column) != (1, 1):
        place = "bottomRight" if row > 1 and column > 1 else "bottomLeft" if row > 1 else "topRight"
        splits = (f' xSplit="{column - 1}"' if column > 1 else "") + (f' ySplit="{row - 1}"' if row > 1 else "")
        top = address(*(max(row, sheet.selected[0]), column)) if sheet.selected != (1, 1) else address(row, column)
        pane = f'<pane{splits} topLeftCell="{top}" activePane="{place}" state="frozen"/>'
        active = at if sheet.selected[0] >= row else address(row, column)
        others = [p for p in ("topRight", "bottomLeft") if row > 1 and column > 1 and p != place]
        selections = "".join(f'<selection pane="{p}"/>' for p in others)
        selections += f'<selection pane="{place}" activeCell="{active}" sqref="{active}"/>'
    return f'<sheetViews><sheetView showGridLines="0"{tab} workbookViewId="0">{pane}{selections}</sheetView></sheetViews>'


def _validations_xml(sheet: Sheet) -> str:
    rules = []
    for each in sheet.validations:
        operator = ' operator="lessThanOrEqual"' if each.kind == "textLength" else ""
        prompt = ""
        if each.prompt:
            title = f" promptTitle={_attribute(each.prompt_title[:32])}" if each.prompt_title else ""
            prompt = f' showInputMessage="1"{title} prompt={_attribute(each.prompt[:255])}'
        rules.append(
            f'<dataValidation type="{each.kind}"{operator} allowBlank="1" showErrorMessage="1" '
            f"errorTitle={_attribute(each.title[:32])} error={_attribute(each.message[:255])}{prompt} "
            f'sqref="{each.area}"><formula1>{escape(each.formula)}</formula1></dataValidation>'
        )
    return _list_xml("dataValidations", rules)


def _list_xml(name: str, items: Sequence[str]) -> str:
    return f'<{name} count="{len(items)}">{"".join(items)}</{name}>' if items else ""


def _comments_xml(sheet: Sheet) -> str:
    comments = "".join(
        f'<comment ref="{address(*at)}" authorId="0"><text><r><rPr><sz val="9"/><rFont val="Arial"/></rPr>'
        f'<t xml:space="preserve">{_text(text)}</t></r></text></comment>'
        for at, text in sorted(sheet.comments.items())
    )
    return (
        f'{_HEAD}<comments xmlns="{_MAIN}"><authors><author>cogwg</author></authors>'
        f"<commentList>{comments}</commentList></comments>"
    )


def _comment_shapes(sheet: Sheet, number: int) -> str:
    """Return the boxes of the comments, without which Excel shows none."""
    shapes = "".join(
        f'<v:shape id="_x0000_s{number * 100_000 + n}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto" '
        'style="position:absolute;width:260pt;height:90pt;z-index:1;visibility:hidden"><v:fill color2="#ffffe1"/>'
        '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox/><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{column}, 12, {row - 1}, 4, {column + 4}, 12, {row + 3}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
        for n, (row, column) in enumerate(sorted(sheet.comments), 1)
    )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        f'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{shapes}</xml>'
    )


def _workbook_xml(sheets: Sequence[Sheet], names: Sequence[tuple[str, str]], opened: int) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}"{" state=" + quoteattr("hidden") if sheet.is_hidden else ""} '
        f'r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    defined = [f'<definedName name="{name}">{escape(area)}</definedName>' for name, area in names]
    for n, sheet in enumerate(sheets):
        if sheet.filtered:
            first, _, last = sheet.filtered.partition(":")
            area = f"{quoted_name(sheet.name)}!{_fixed(first)}:{_fixed(last)}"
            defined.append(
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n}" hidden="1">{escape(area)}</definedName>'
            )
        if sheet.repeated_rows:
            start, end = sheet.repeated_rows
            area = f"{quoted_name(sheet.name)}!${start}:${end}"
            if sheet.repeated_columns:
                first, _, last = sheet.repeated_columns.partition(":")
                area = f"{quoted_name(sheet.name)}!${first}:${last},{area}"
            defined.append(f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{escape(area)}</definedName>')
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><bookViews><workbookView xWindow="0" yWindow="0" '
        f'windowWidth="28000" windowHeight="16000" tabRatio="800" activeTab="{opened}"/></bookViews>'
        f'<sheets>{listed}</sheets><definedNames>{"".join(defined)}</definedNames><calcPr calcId="191029"/></workbook>'
    )


def _fixed(cell: str) -> str:
    letters = cell.rstrip("0123456789")
    return f"${letters}${cell[len(letters) :]}"


def fixed_area(sheet: str, column: int, first: int, last: int) -> str:
    """Return a range of one column of a sheet, as a defined name has it."""
    letters = column_letters(column)
    return f"{quoted_name(sheet)}!${letters}${first}:${letters}${last}"


def _relationships(entries: Sequence[tuple[str, str, str]]) -> str:
    listed = "".join(f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>' for id_, kind, target in entries)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _core_xml(properties: BookProperties) -> str:
    made = properties.written_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    w3c = 'xsi:type="dcterms:W3CDTF"'
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(properties.title)}</dc:title><dc:subject>{_text(properties.subject)}</dc:subject>"
        f"<dc:creator>{_text(properties.creator)}</dc:creator><dc:language>{_text(properties.language)}</dc:language>"
        f"<dcterms:created {w3c}>{made}</dcterms:created><dcterms:modified {w3c}>{made}</dcterms:modified></cp:coreProperties>"
    )


def _content_types(parts: dict[str, str]) -> str:
    kinds = {"workbook": "sheet.main", "styles": "styles", "sharedStrings": "sharedStrings"}
    listed = []
    for name in sorted(parts):
        stem = name.rpartition("/")[2].removesuffix(".xml")
        if name.startswith("xl/worksheets/sheet"):
            kind = f"{_SHEET_TYPE}worksheet+xml"
        elif name.startswith("xl/comments"):
            kind = f"{_SHEET_TYPE}comments+xml"
        elif name == "docProps/core.xml":
            kind = "application/vnd.openxmlformats-package.core-properties+xml"
        elif name.startswith("xl/") and stem in kinds:
            kind = f"{_SHEET_TYPE}{kinds[stem]}+xml"
        else:
            continue
        listed.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f"{''.join(listed)}</Types>"
    )
