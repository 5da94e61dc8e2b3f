"""Every accessibility rule of ``tests/briefing/accessibility.py`` is kept by every file of every deck."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cogwg.briefing.deck import Deck, PointsSlide
from cogwg.briefing.render import FORMATS, render
from cogwg.core.bilingual import Language
from cogwg.core.office_files import pack, unpack
from tests.briefing.accessibility import RULES, check_file
from tests.drawing import render_once


def broken_rules(content: bytes, kind: str, lang: Language) -> set[str]:
    return {finding.rule for finding in check_file(content, kind, lang) if not finding.is_kept}


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["february", "september", "prepared", "october"])
def test_file_of_a_deck_breaks_no_accessibility_rule(
    request: pytest.FixtureRequest, name: str, kind: str, lang: Language
) -> None:
    findings = list(check_file(render_once(request.getfixturevalue(name), kind, lang), kind, lang))
    assert {finding.rule for finding in findings} == {rule for rule, kinds in RULES.items() if kind in kinds}
    assert [(finding.rule, finding.place) for finding in findings if not finding.is_kept] == []


PLANTS = [
    ("xlsx", "The document's title names it", "docProps/core.xml", r"<dc:title>[^<]*<", "<dc:title>cogwg<"),
    ("xlsx", "The document has its language", "docProps/core.xml", "fr-CA", "en-CA"),
    ("xlsx", "A sheet has a name of its own", "xl/workbook.xml", r'<sheet ([^>]*)name="4 [^"]*"', r'<sheet \1name="Sheet4"'),
    ("xlsx", "The title comes first", "xl/worksheets/sheet4.xml", '<c r="A1"', '<c r="Z1"'),
    ("xlsx", "A table has a marked header row", "xl/tables/table1.xml", r'headerRowCount="1"', 'headerRowCount="0"'),
    (
        "xlsx",
        "Headings of a table differ",
        "xl/tables/table1.xml",
        r'tableColumn id="2" name="[^"]*"',
        'tableColumn id="2" name="x"',
    ),
    ("xlsx", "A table has a meaningful name", "xl/tables/table1.xml", r'displayName="[^"]*"', 'displayName="Table1"'),
    (
        "xlsx",
        "No cells are merged in a table",
        "xl/worksheets/sheet4.xml",
        "</mergeCells>",
        '<mergeCell ref="A6:B6"/></mergeCells>',
    ),
    (
        "xlsx",
        "No cells of a table are left empty for looks",
        "xl/worksheets/sheet4.xml",
        r'(<c r="A6"[^>]*?) t="s"><v>\d+</v></c>',
        r"\1/>",
    ),
    ("xlsx", "What looks like a table is one", "xl/tables/table2.xml", r'ref="A(\d+):([A-Z]+)\d+"', r'ref="A\1:\2\1"'),
    ("xlsx", "A link says where it leads", "xl/sharedStrings.xml", "«\xa0Sommaire", "ici"),
    ("xlsx", "Text has a contrast of 4.5:1", "xl/styles.xml", 'rgb="004A5663"', 'rgb="00B0B0B0"'),
    ("xlsx", "A chart or picture has a description", "xl/drawings/drawing1.xml", r'descr="[^"]*"', 'descr=""'),
    ("pptx", "The document's title names it", "docProps/core.xml", r"<dc:title>[^<]*<", "<dc:title>cogwg<"),
    ("pptx", "The document has its language", "docProps/core.xml", "fr-CA", "en-CA"),
    ("pptx", "A slide has a title of its own", "ppt/slides/slide4.xml", r'(type="title"/>.*?<a:t>)[^<]*', r"\1"),
    (
        "pptx",
        "Shapes are read from the title down",
        "ppt/slides/slide2.xml",
        r'<a:off x="(\d+)" y="1\d{6}"/>',
        r'<a:off x="\1" y="6000000"/>',
    ),
    ("pptx", "A table has a marked header row", "ppt/slides/slide4.xml", 'firstRow="1"', 'firstCol="1"'),
    ("pptx", "A table has a meaningful name", "ppt/slides/slide4.xml", r' descr="[^"]*"', ""),
    ("pptx", "No cells are merged in a table", "ppt/slides/slide4.xml", "<a:tc>", '<a:tc gridSpan="2">'),
    ("pptx", "No cells of a table are left empty for looks", "ppt/slides/slide4.xml", "<a:t>2</a:t>", "<a:t></a:t>"),
    ("pptx", "Headings of a table differ", "ppt/slides/slide8.xml", "<a:t>Thème</a:t>", "<a:t>Depuis</a:t>"),
    (
        "pptx",
        "A link says where it leads",
        "ppt/slides/slide3.xml",
        r"(hlinkClick[^>]*/></a:rPr><a:t>)[^<]*",
        r"\1https://example.ca",
    ),
    ("pptx", "Text has a contrast of 4.5:1", "ppt/slides/slide4.xml", 'val="1B2733"', 'val="B0B0B0"'),
    ("pptx", "A chart or picture has a description", "ppt/slides/slide8.xml", r'descr="[^"]*"', 'descr="x"'),
    ("pptx", "A text has its language", "ppt/slides/slide4.xml", ' lang="fr-CA"', ""),
]
"""A kind of file, the rule that it breaks, and the part that is changed, with a pattern and what replaces it."""


@pytest.mark.parametrize(("kind", "rule", "part", "pattern", "wrong"), PLANTS)
def test_planted_accessibility_fault_breaks_its_rule(
    september: Deck, kind: str, rule: str, part: str, pattern: str, wrong: str
) -> None:
    parts = unpack(render_once(september, kind, Language.FR))
    text = parts[part].decode()
    changed = re.sub(pattern, wrong, text)
    assert changed != text
    assert rule in broken_rules(pack({**parts, part: changed.encode()}), kind, Language.FR)


def test_every_rule_has_a_planted_fault() -> None:
    assert {(kind, rule) for kind, rule, *_ in PLANTS} == {(kind, rule) for rule, kinds in RULES.items() for kind in kinds}


def test_two_slides_with_one_title_break_a_rule(september: Deck) -> None:
    points = next(slide for slide in september.slides if isinstance(slide, PointsSlide))
    deck = replace(september, slides=(points, *september.slides))
    assert broken_rules(render(deck, "pptx", Language.FR), "pptx", Language.FR) == {"A slide has a title of its own"}
