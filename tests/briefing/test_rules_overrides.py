"""The deck's words over the record's, a language at a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing.overrides import apart, half, lines_apart, lines_half, lines_over, over
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language

TEXT = st.builds(Bilingual, st.sampled_from(("", "a", "b")), st.sampled_from(("", "a", "b")))
LINE = st.builds(Bilingual, st.sampled_from(("a", "b")), st.sampled_from(("a", "b")))
LINES = st.lists(LINE, max_size=3)
SAID = Bilingual("As it is", "Tel quel")


@given(TEXT, TEXT)
def test_what_is_kept_shows_what_was_typed_wherever_something_was(said: Bilingual, usual: Bilingual) -> None:
    shown = over(apart(said, usual), usual)
    for lang in Language:
        assert shown.exact_text(lang) == (said.exact_text(lang) or usual.exact_text(lang))


@given(LINES, LINES)
def test_lines_are_kept_as_they_were_typed(said: list[Bilingual], usual: list[Bilingual]) -> None:
    assert lines_over(lines_apart(said, usual), usual) == tuple(said or usual)


def test_half_is_what_one_language_alone_says_otherwise() -> None:
    assert half(EMPTY_TEXT, SAID) is None
    assert half(SAID, SAID) is None
    assert half(Bilingual("Other", ""), SAID) is Language.EN
    assert half(Bilingual("Other", "Tel quel"), SAID) is Language.EN, "as it was kept before this was told apart"
    assert half(Bilingual("", "Autre"), SAID) is Language.FR
    assert half(Bilingual("Other", "Autre"), SAID) is None
    assert half(Bilingual("Other", ""), Bilingual("As it is", "")) is None, "the record has no French: a gap of its own"


def test_lines_of_a_language_are_reworded_together() -> None:
    usual = [Bilingual("One", "Un"), Bilingual("Two", "Deux")]
    other = [Bilingual("One", ""), Bilingual("Other", "")]
    assert lines_half(other, usual) is Language.EN
    assert lines_half(lines_over(other, usual), usual) is Language.EN
    more = [Bilingual("One", ""), Bilingual("Two", ""), Bilingual("Three", "")]
    assert lines_half(more, usual) is None, "the third lacks French: a gap of its own"
    assert lines_half([*usual, Bilingual("Three", "Trois")], usual) is None
    assert lines_over(more, usual) == (*usual, Bilingual("Three", ""))
