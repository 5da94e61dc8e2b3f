"""The deck's wording overrides the stored text, one language at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.overrides import (
    changed_lines,
    changed_text,
    lines_with_override,
    overridden_language,
    overridden_lines_language,
    with_override,
)
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language

ANY_TEXT = st.builds(Bilingual, st.sampled_from(("", "a", "b")), st.sampled_from(("", "a", "b")))
ANY_LINE = st.builds(Bilingual, st.sampled_from(("a", "b")), st.sampled_from(("a", "b")))
ANY_LINES = st.lists(ANY_LINE, max_size=3)
OWN_TEXT = Bilingual("As it is", "Tel quel")


@given(ANY_TEXT, ANY_TEXT)
def test_override_shows_the_typed_text_where_there_is_some(typed: Bilingual, usual: Bilingual) -> None:
    shown = with_override(changed_text(typed, usual), usual)
    for lang in Language:
        assert shown.exact_text(lang) == (typed.exact_text(lang) or usual.exact_text(lang))


@given(ANY_LINES, ANY_LINES)
def test_line_overrides_keep_the_typed_lines(typed: list[Bilingual], usual: list[Bilingual]) -> None:
    assert lines_with_override(changed_lines(typed, usual), usual) == tuple(typed or usual)


def test_overridden_language_is_set_when_a_single_language_differs() -> None:
    assert overridden_language(EMPTY_TEXT, OWN_TEXT) is None
    assert overridden_language(OWN_TEXT, OWN_TEXT) is None
    assert overridden_language(Bilingual("Other", ""), OWN_TEXT) is Language.EN
    assert overridden_language(Bilingual("Other", "Tel quel"), OWN_TEXT) is Language.EN, "as earlier releases stored it"
    assert overridden_language(Bilingual("", "Autre"), OWN_TEXT) is Language.FR
    assert overridden_language(Bilingual("Other", "Autre"), OWN_TEXT) is None
    assert overridden_language(Bilingual("Other", ""), Bilingual("As it is", "")) is None, (
        "the stored text has no French, which is a separate gap"
    )


def test_overridden_lines_language_is_set_when_a_single_language_differs() -> None:
    usual = [Bilingual("One", "Un"), Bilingual("Two", "Deux")]
    other = [Bilingual("One", ""), Bilingual("Other", "")]
    assert overridden_lines_language(other, usual) is Language.EN
    assert overridden_lines_language(lines_with_override(other, usual), usual) is Language.EN
    more = [Bilingual("One", ""), Bilingual("Two", ""), Bilingual("Three", "")]
    assert overridden_lines_language(more, usual) is None, "the third line lacks French, which is a separate gap"
    assert overridden_lines_language([*usual, Bilingual("Three", "Trois")], usual) is None
    assert lines_with_override(more, usual) == (*usual, Bilingual("Three", ""))


def test_translation_of_a_text_in_one_language_is_no_other_wording() -> None:
    english_only = Bilingual("As it is", "")
    assert overridden_language(Bilingual("", "Tel quel"), english_only) is None
    assert overridden_language(Bilingual("As it is", "Tel quel"), english_only) is None
    assert overridden_language(Bilingual("As it is", ""), Bilingual("", "Tel quel")) is None
    usual = [Bilingual("One", "Un"), Bilingual("Two", "")]
    assert overridden_lines_language([Bilingual("One", "Un"), Bilingual("Two", "Deux")], usual) is None
    assert overridden_lines_language([Bilingual("One", "Une"), Bilingual("Two", "Deux")], usual) is Language.FR
