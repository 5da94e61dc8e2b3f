"""What a deck says that it is, everywhere: a version only once it is finalized, else a draft or the standing deck."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation

from cogwg.briefing import snapshot
from cogwg.briefing.deck import Deck, DeckState, TitleSlide
from cogwg.briefing.render import FORMATS, file_name
from cogwg.briefing.render.html.draw import render_slides
from cogwg.briefing.rules import AUDIENCE_LIMIT
from cogwg.core.bilingual import Bilingual, Language
from tests.drawing import render_once

STANDING = {Language.EN: "Standing deck, not shown", Language.FR: "Présentation permanente, non montrée"}
DRAFT = {Language.EN: "Draft of version\N{NO-BREAK SPACE}2", Language.FR: "Ébauche de la version\N{NO-BREAK SPACE}2"}
VERSION = {Language.EN: "Version\N{NO-BREAK SPACE}2", Language.FR: "Version\N{NO-BREAK SPACE}2"}
STATUS = {
    DeckState.DRAFT: {Language.EN: "Draft", Language.FR: "Ébauche"},
    DeckState.STANDING: STANDING,
    DeckState.VERSION: {Language.EN: "Final", Language.FR: "Version définitive"},
}


def _every_text(deck: Deck, kind: str, lang: Language) -> list[str]:
    """Return the cover, what every page repeats (footer or band), and the properties of a file, as one text each."""
    content = BytesIO(render_once(deck, kind, lang))
    if kind == "xlsx":
        book = load_workbook(content)
        pages = [str(sheet.oddFooter.left.text) for sheet in book.worksheets]
        cover = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
        return [cover, *pages, book.properties.title, book.properties.subject]
    show = Presentation(content)
    slides = ["\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame) for slide in show.slides]
    notes = [slide.notes_slide.notes_text_frame.text for slide in show.slides]
    return [*slides, *notes, show.core_properties.title, show.core_properties.subject]


EDITIONS = st.integers(1, 12)
AUDIENCES = st.one_of(
    st.text(max_size=AUDIENCE_LIMIT), st.sampled_from(["Joint Councils", "Councils draft", "draft-v1", "ébauche"])
)


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("kind", FORMATS)
def test_standing_deck_says_so_everywhere_and_names_no_version(february: Deck, kind: str, lang: Language) -> None:
    for text in _every_text(february, kind, lang):
        assert STANDING[lang].casefold() in text.casefold()
        assert "version\N{NO-BREAK SPACE}" not in text.casefold()


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("kind", FORMATS)
def test_draft_says_so_everywhere(prepared: Deck, kind: str, lang: Language) -> None:
    for text in _every_text(prepared, kind, lang):
        assert DRAFT[lang].casefold() in text.casefold()


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("kind", FORMATS)
def test_only_a_version_is_called_version_everywhere(prepared: Deck, kind: str, lang: Language) -> None:
    cover, *others = prepared.slides
    assert isinstance(cover, TitleSlide)
    titled = replace(cover, edition_line=replace(cover.edition_line, en=VERSION[Language.EN], fr=VERSION[Language.FR]))
    frozen = replace(prepared, state=DeckState.VERSION, slides=(titled, *others))
    for text in _every_text(frozen, kind, lang):
        assert VERSION[lang].casefold() in text.casefold()
        assert not any(word in text.casefold() for word in ("draft of", "ébauche de la", "standing deck", "permanente,"))


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("state", DeckState)
def test_properties_hold_status_and_version_of_the_state(prepared: Deck, state: DeckState, lang: Language) -> None:
    deck = replace(prepared, state=state)
    number = "" if state is DeckState.STANDING else "2"
    book = load_workbook(BytesIO(render_once(deck, "xlsx", lang))).properties
    show = Presentation(BytesIO(render_once(deck, "pptx", lang))).core_properties
    assert (book.contentStatus, book.version or "") == (STATUS[state][lang], number)
    assert (show.content_status, show.version) == (STATUS[state][lang], number)


@pytest.mark.parametrize("lang", Language)
def test_standing_deck_is_marked_on_every_slide_of_a_page(february: Deck, lang: Language) -> None:
    assert all(STANDING[lang] in str(slide.html) for slide in render_slides(february, lang))


def test_file_names_differ_for_every_state_version_language_and_format(prepared: Deck) -> None:
    decks = [replace(prepared, state=state, edition=number) for state in DeckState for number in (1, 2)]
    names = {file_name(deck, kind, lang) for deck in decks for kind in FORMATS for lang in Language}
    assert len(names) == (2 + 2 + 1) * len(FORMATS) * len(Language)
    assert file_name(prepared, "xlsx", Language.EN) == "joint-councils-2020-09-24-draft-v2-en.xlsx"
    assert file_name(prepared, "xlsx", Language.FR) == "conseils-mixtes-2020-09-24-ebauche-v2-fr.xlsx"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(EDITIONS, EDITIONS, AUDIENCES, AUDIENCES), st.sampled_from(Language), st.sampled_from(list(FORMATS)))
def test_draft_and_version_never_share_a_file_name(
    february: Deck, choices: tuple[int, int, str, str], lang: Language, kind: str
) -> None:
    """Whatever the numbers and audiences of a meeting's draft and version are."""
    first, second, audience, other = choices
    draft = replace(february, state=DeckState.DRAFT, edition=first, audience=Bilingual(audience, audience))
    version = replace(february, state=DeckState.VERSION, edition=second, audience=Bilingual(other, other))
    assert file_name(draft, kind, lang).casefold() != file_name(version, kind, lang).casefold()


def test_stored_deck_without_a_state_is_a_version(prepared: Deck) -> None:
    text = snapshot.write(replace(prepared, state=DeckState.VERSION))
    assert '"state":"version"' not in text
    assert snapshot.read(text).state is DeckState.VERSION
