"""The deck as PowerPoint: complete, with native charts and tables, in both languages, and byte-stable."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from string import ascii_lowercase
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cogwg.briefing import deck as d
from cogwg.briefing import render as formats
from cogwg.briefing.compare import texts as texts_of
from cogwg.briefing.deck import Deck, DeckState
from cogwg.briefing.render import FORMATS, FileFormat, file_name, render
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, clean_text
from cogwg.core.errors import ConfigurationError
from cogwg.core.tables import text_with_language_mark, xml_safe
from tests.briefing.decks import replace_slide, resized_deck
from tests.briefing.pptx_reader import find_overflowing_texts, frame_texts, read_presentation
from tests.briefing.render.test_hostile_text import LONG_TEXT, with_progress
from tests.drawing import render_once
from tests.sessions import ESSENTIAL

ROOT = Path(__file__).parents[3]

pytest.importorskip("pptx", reason="no python-pptx: pip install 'cogwg[pptx]'")
HOSTILE_TEXTS = ["😀 emoji", "שלום עולם", "=1+1", "_x0041_", "<b>&amp;</b>", "a\tb", "  spaces  ", "l’été\u00a0: œuvre"]
IN_OTHER_LANGUAGE = {
    Language.EN: ("existe aussi en français.", "(in French)"),
    Language.FR: ("is also available in English.", "(en anglais)"),
}
"""The ends of texts in the other language but the group's name: the cover's last line, and texts that are not translated."""
Presentations = dict[tuple[str, Language], Any]


@pytest.fixture(scope="module")
def presentations(february: Deck, september: Deck, prepared: Deck) -> Presentations:
    named = {"february": february, "september": september, "prepared": prepared}
    return {(name, lang): read_presentation(deck, lang) for name, deck in named.items() for lang in Language}


def fold_spaces(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def presentation_text(show: Any) -> str:
    return fold_spaces(" ".join(text for slide in show.slides for text in frame_texts(slide)))


def link_targets(show: Any) -> set[str]:
    """Return the targets of the external links of its slides."""
    return {rel.target_ref for slide in show.slides for rel in slide.part.rels.values() if rel.is_external}


@ESSENTIAL
def test_deck_texts_all_appear_on_a_slide(
    presentations: Presentations, february: Deck, september: Deck, prepared: Deck
) -> None:
    """Text that continues over slides is compared by its words. A finding that is a title has no period at its end.

    Only the workbook has names of tabs, and what each slide shows: a contents slide with two columns has no space for it.
    """
    for name, deck in (("february", february), ("september", september), ("prepared", prepared)):
        for lang in Language:
            everything = presentation_text(presentations[name, lang])
            for slide, text in [(own, text) for own in deck.slides for text in texts_of(_shown(own))]:
                whole = fold_spaces(text_with_language_mark(text, lang))
                whole = whole.removesuffix(".") if text is slide.message else whole
                words = whole.split()
                missing = [] if whole in everything or whole[:1].upper() + whole[1:] in everything else words
                assert [word for word in missing if word not in everything] == [], (name, lang, whole)


def _shown(slide: d.Slide) -> d.Slide:
    names = {"name": EMPTY_TEXT} if isinstance(slide, d.PointsSlide) else {}
    return replace(slide, answers=EMPTY_TEXT, **names)


@pytest.mark.parametrize("lang", Language)
def test_contents_of_a_short_deck_say_what_each_slide_shows(february: Deck, lang: Language) -> None:
    short = replace(february, slides=february.slides[:8])
    (table,) = (shape.table for shape in read_presentation(short, lang).slides[2].shapes if shape.has_table)
    shown = [row.cells[2].text for row in list(table.rows)[1:]]
    assert shown == [
        slide.answers.text(lang) for slide in short.slides if not isinstance(slide, d.TitleSlide) and slide.answers
    ]


def test_slides_have_unique_titles_and_numbers(presentations: Presentations, decks: dict[str, Deck]) -> None:
    """All slides have a footer with their sources but the cover, the contents and the list of sources, which state none."""
    for (name, _), show in presentations.items():
        titles = [slide.shapes.title.text_frame.text for slide in show.slides]
        assert all(titles)
        assert len(set(titles)) == len(titles)
        for slide in show.slides:
            kinds = [place.placeholder_format.idx for place in slide.placeholders]
            own = decks[name].slides[int(page_label(slide).rstrip(ascii_lowercase)) - 1]
            assert {0, 12} <= set(kinds)
            assert (11 in kinds) is not isinstance(own, d.TitleSlide | d.ContentsSlide | d.SourcesSlide), type(own)
            assert all(place.has_text_frame and place.text_frame.text for place in slide.placeholders)


def page_label(slide: Any) -> str:
    """Return the number at the end of a slide's footer."""
    (text,) = (place.text_frame.text for place in slide.placeholders if place.placeholder_format.idx == 12)
    return str(text).rsplit(" ", 1)[1]


def test_page_labels_equal_those_of_the_workbook(presentations: Presentations, decks: dict[str, Deck]) -> None:
    """The first page of slide 7 is 7 in both, and the next ones are 7b and 7c; a format may need more of them."""
    for (name, lang), show in presentations.items():
        deck = decks[name]
        book = load_workbook(BytesIO(render_once(deck, "xlsx", lang)))
        words = {Language.EN: ("Slide", "of"), Language.FR: ("Diapositive", "sur")}[lang]
        pattern = re.compile(rf"{words[0]} (\w+) {words[1]} {len(deck.slides)}$")
        matches = [pattern.search(str(sheet.oddFooter.right.text)) for sheet in book.worksheets]
        printed = [match[1] for match in matches if match]
        drawn = [page_label(slide) for slide in show.slides]
        assert len(printed) == len(book.worksheets)
        for labels in (printed, drawn):
            pages = Counter(label.rstrip(ascii_lowercase) for label in labels)
            assert list(pages) == [str(number) for number in range(1, len(deck.slides) + 1)]
            assert labels == [
                f"{number}{suffix}" for number, n in pages.items() for suffix in ("", *ascii_lowercase[1:n])
            ]  # fmt: skip
        assert {label for label in printed if label.endswith("b")} <= set(drawn)


def test_same_deck_gives_the_same_bytes(prepared: Deck) -> None:
    for lang in Language:
        assert render(prepared, "pptx", lang) == render_once(prepared, "pptx", lang)


def test_charts_are_native_with_the_decks_numbers_and_descriptions(presentations: Presentations, prepared: Deck) -> None:
    progress = next(slide for slide in prepared.slides if isinstance(slide, d.ProgressSlide))
    for lang in Language:
        charts = [shape for slide in presentations["prepared", lang].slides for shape in slide.shapes if shape.has_chart]
        by_priority, by_quarter = (shape.chart.plots[0] for shape in charts)
        assert [tuple(own.values) for own in by_priority.series] == list(
            zip(*(row.counts for row in progress.rows), strict=True)
        )
        assert [tuple(own.values) for own in by_quarter.series] == list(
            zip(*(row.counts for row in progress.quarters), strict=True)
        )
        assert list(by_quarter.categories) == [row.label.text(lang) for row in progress.quarters]
        for shape in charts:
            assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 20


def test_tables_are_native_with_marked_header_rows(presentations: Presentations, prepared: Deck) -> None:
    for lang in Language:
        tables = [shape.table for slide in presentations["prepared", lang].slides for shape in slide.shapes if shape.has_table]
        heads = [[cell.text for cell in table.rows[0].cells] for table in tables if table.first_row]
        assert len(heads) >= 12
        assert all(any(head) for head in heads)


def test_draft_and_sample_marks_are_on_every_slide(presentations: Presentations) -> None:
    for lang, draft, sample in ((Language.EN, "DRAFT", "SAMPLE DATA"), (Language.FR, "ÉBAUCHE", "DONNÉES FICTIVES")):
        for slide in presentations["prepared", lang].slides:
            marks = [text for text in frame_texts(slide) if draft in text and sample in text]
            assert len(marks) == 1
        for slide in presentations["february", lang].slides:
            assert sample not in " ".join(frame_texts(slide))


def test_frozen_deck_shows_its_version_and_no_draft_mark(september: Deck) -> None:
    show = read_presentation(replace(september, state=DeckState.VERSION, edition=3), Language.EN)
    for slide in show.slides:
        assert "version\N{NO-BREAK SPACE}3" in " ".join(frame_texts(slide)).lower()
        assert "DRAFT" not in " ".join(frame_texts(slide))


def test_text_runs_all_have_a_language(presentations: Presentations, decks: dict[str, Deck]) -> None:
    for (name, lang), show in presentations.items():
        (twin_name,) = (own.twin_name.text(lang) for own in decks[name].slides if isinstance(own, d.TitleSlide))
        for slide in show.slides:
            runs = [*slide._element.xpath(".//a:r"), *slide.notes_slide._element.xpath(".//a:r")]
            other = {run.xpath("string(a:t)") for run in runs if run.xpath("a:rPr/@lang") == [f"{lang.other.value}-CA"]}
            assert all(text.endswith(IN_OTHER_LANGUAGE[lang]) or text == twin_name for text in other)
            tagged = {tag for run in runs for tag in run.xpath("a:rPr/@lang")}
            assert tagged <= {f"{lang.value}-CA", f"{lang.other.value}-CA"}
            assert not slide._element.xpath(".//a:rPr[not(@lang)]")


def test_texts_in_the_other_language_are_marked_with_it(september: Deck) -> None:
    deck = with_progress(september, "Six stories")
    data = next(slide for slide in deck.slides if isinstance(slide, d.DataSlide))
    ((short, state),) = data.rows
    row = (short, replace(state, progress=Bilingual("", "Six récits sont en révision")))
    show = read_presentation(replace_slide(deck, d.DataSlide, rows=(row,)), Language.EN)
    texts = {run.xpath("string(a:t)") for slide in show.slides for run in slide._element.xpath(".//a:r[a:rPr/@lang='fr-CA']")}
    assert texts == {
        "Groupe de travail canadien sur le gouvernement ouvert",
        "Cette présentation existe aussi en français.",
        "Six récits sont en révision (in French)",
    }, "the cover's name of the group and last line, and the text that is not translated"


def test_notes_hold_the_finding_and_the_source(presentations: Presentations, september: Deck) -> None:
    show = presentations["september", Language.FR]
    glance = next(slide for slide in september.slides if isinstance(slide, d.GlanceSlide))
    notes = [slide.notes_slide.notes_text_frame.text for slide in show.slides]
    assert all("Source\u00a0: plan de travail 2020" in text for text in notes)
    assert any(glance.message.fr in text for text in notes)


def test_contents_link_to_their_slides(presentations: Presentations) -> None:
    for show in presentations.values():
        slides = list(show.slides)
        numbers = {slide.part.partname: page_label(slide) for slide in slides}
        tables = [shape.table for shape in slides[2].shapes if shape.has_table]
        linked = []
        for row in (row for table in tables for row in list(table.rows)[1:]):
            for cell in row.cells:
                for link in cell._tc.xpath(".//a:hlinkClick"):
                    target = slides[2].part.rels[link.rId].target_part
                    assert numbers[target.partname] == row.cells[0].text
                    linked.append(row.cells[0].text)
        own_numbers = [label for label in numbers.values() if label.isdigit()]
        assert linked == [label for label in own_numbers if label not in ("1", "3")]


def test_milestone_links_lead_to_the_decks_addresses(february: Deck, presentations: Presentations) -> None:
    news = next(slide for slide in february.slides if isinstance(slide, d.MilestonesSlide))
    expected = {link.url for row in news.milestones for link in row.links}
    targets = {
        rel.target_ref
        for slide in presentations["february", Language.EN].slides
        for rel in slide.part.rels.values()
        if rel.is_external
    }
    assert expected
    assert expected <= targets


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "http://", "https://a b"])
def test_invalid_web_addresses_do_not_become_links(september: Deck, url: str) -> None:
    deck = replace_slide(september, d.AnnexSlide, footnote=d.Reference(url, Bilingual("Look", "Voir")))
    rows = tuple((short, replace(state, evidence=(d.Reference(url),))) for short, state in deck.rows)
    show = read_presentation(replace_slide(deck, d.DataSlide, rows=rows), Language.EN)
    assert url in presentation_text(show)
    assert url not in link_targets(show)


def test_document_properties_hold_title_author_language_and_day(september: Deck) -> None:
    own = read_presentation(september, Language.FR).core_properties
    assert (own.author, own.language) == (september.group.fr, "fr-CA")
    assert own.title
    assert own.created.date() == own.modified.date() == september.as_of


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_reads_back_unchanged(september: Deck, text: str) -> None:
    show = read_presentation(with_progress(september, text), Language.EN)
    assert any(text in read_text for slide in show.slides for read_text in frame_texts(slide))


@settings(
    max_examples=settings.default.max_examples // 8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(min_size=1, max_size=200))
def test_any_text_reads_back_unchanged(february: Deck, text: str) -> None:
    expected = xml_safe(clean_text(text))
    show = read_presentation(replace_slide(february, d.ContentsSlide, message=Bilingual(expected, expected)), Language.FR)
    assert not expected or any(read_text.replace("\v", "\n") == expected for read_text in frame_texts(show.slides[2]))


def test_control_characters_are_dropped(september: Deck) -> None:
    assert "abcdef" in presentation_text(
        read_presentation(with_progress(september, "a\x00b\x08c\x1fd\ufffee\ud800f"), Language.FR)
    )


def test_long_text_continues_over_slides_without_loss(september: Deck) -> None:
    show = read_presentation(with_progress(september, LONG_TEXT), Language.EN)
    everything = presentation_text(show)
    assert [word for word in LONG_TEXT.split() if word not in everything] == []
    assert any("(continued 2)" in slide.shapes.title.text_frame.text for slide in show.slides)
    assert [text for slide in show.slides for text in find_overflowing_texts(slide)] == []


@ESSENTIAL
def test_shapes_lie_within_the_slide_and_texts_fit(presentations: Presentations) -> None:
    for show in presentations.values():
        for slide in show.slides:
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= show.slide_width
                assert shape.top + shape.height <= show.slide_height
            assert find_overflowing_texts(slide) == []


def test_tables_stay_above_the_footer(presentations: Presentations) -> None:
    for show in presentations.values():
        for slide in show.slides:
            foot = next(place.top for place in slide.placeholders if place.placeholder_format.idx == 12)
            assert all(shape.top + shape.height <= foot for shape in slide.shapes if shape.has_table or shape.has_chart)


def test_large_plan_keeps_every_activity() -> None:
    show = read_presentation(resized_deck(12, 8), Language.FR)
    everything = presentation_text(show)
    assert [f"{p}.{a}" for p in range(1, 13) for a in range(1, 9) if f"{p}.{a}" not in everything] == []


MEASURED = """
import resource
import time
from cogwg.briefing.render.pptx import write
from cogwg.core.bilingual import Language
from tests.briefing.decks import resized_deck
half, whole = resized_deck(25, 50), resized_deck(50, 50)
began = time.process_time()
write(half, Language.EN)
between = time.process_time()
write(whole, Language.EN)
print(between - began, time.process_time() - between, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


@pytest.mark.slow
def test_very_large_plan_drawn_whole_stays_within_time_and_memory() -> None:
    out = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    half, whole, mebibytes = map(float, out.split())
    # 3 s and 130 MiB in November 2026; 7 s on a machine half as fast, while others used it too. The limit for the time is twice
    # the target of 4 s. The ratio is 2 on any machine; looking through all slides for each would make it 4.
    assert (whole < 8, whole < 2.8 * half, mebibytes < 200) == (True, True, True), out


def test_unused_template_parts_are_removed(september: Deck) -> None:
    with ZipFile(BytesIO(render_once(september, "pptx", Language.EN))) as archive:
        names = archive.namelist()
    assert not [name for name in names if "thumbnail" in name or "printerSettings" in name or "slideLayout11" in name]


def test_format_without_its_library_is_refused_with_the_install_command(
    september: Deck, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(own.is_available() and own.key == key for key, own in FORMATS.items())
    assert file_name(september, "pptx", Language.FR) == "conseils-mixtes-2020-09-24-permanente-fr.pptx"
    absent = FileFormat(
        "odp", Bilingual("Impress", "Impress"), "x", lambda deck, lang: b"", soon=1, required_library="no_such_library"
    )
    monkeypatch.setattr(formats, "FORMATS", {"odp": absent})
    assert not absent.is_available()
    with pytest.raises(ConfigurationError, match=r"pip install 'cogwg\[odp\]'"):
        formats.render(september, "odp", Language.EN)


@pytest.mark.parametrize("lang", Language)
def test_notes_of_each_page_begin_with_its_own_finding_and_no_other_slides(prepared: Deck, lang: Language) -> None:
    """Notes of a slide's second page once repeated the finding of its first page."""
    show = read_presentation(prepared, lang)
    findings = {}
    for slide in show.slides:
        title = slide.shapes.title.text_frame.text
        first = slide.notes_slide.notes_text_frame.text.split("\n")[0]
        continued = re.fullmatch(r"(.*) \((?:continued|suite)[ \d]*\)", title)
        finding = continued.group(1) if continued else title
        assert first.rstrip(".") == finding.rstrip(".") or title in {s.title.text(lang) for s in prepared.slides}, title
        if not continued:
            assert first.startswith(("Source", "Data", "Une", "One")) or first not in findings, (title, findings.get(first))
            findings[first] = title


@pytest.mark.parametrize(
    ("lang", "question", "answer"),
    [
        (Language.EN, "Likely question: Is this better than last time?", "Nothing was due on February\u00a027; since then, "),
        (Language.FR, "Question probable\u00a0: Est-ce mieux que la dernière fois?", "Rien n’était échu le 27\u00a0février; "),
    ],
)
def test_notes_have_the_likely_question_and_what_answers_it(prepared: Deck, lang: Language, question: str, answer: str) -> None:
    show = read_presentation(prepared, lang)
    notes = show.slides[1].notes_slide.notes_text_frame.text.split("\n")
    assert question in notes
    assert any(line.startswith(answer) for line in notes[: notes.index(question)])
