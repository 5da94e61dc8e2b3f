"""A text in both languages is current, stale or missing in each."""

from __future__ import annotations

import pytest

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.text_states import (
    CONFIRMED,
    TextState,
    language_to_translate,
    outdated_language,
    stale_after,
    text_state,
    with_confirmed,
    without_stale,
)

BOTH = Bilingual("A.", "Un.")


@pytest.mark.parametrize(
    ("text", "stale", "english", "french"),
    [
        (BOTH, None, "current", "current"),
        (BOTH, "fr", "current", "stale"),
        (BOTH, "en", "stale", "current"),
        (Bilingual("A.", ""), None, "current", "missing"),
        (Bilingual("A.", ""), "fr", "current", "missing"),
        (Bilingual("", "Un."), "fr", "missing", "current"),
    ],
)
def test_state_of_a_text_follows_from_the_texts_and_the_stale_language(
    text: Bilingual, stale: str | None, english: str, french: str
) -> None:
    assert [text_state(text, lang, stale) for lang in Language] == [TextState(english), TextState(french)]
    lacking = [lang for lang, state in zip(Language, (english, french), strict=True) if state != "current"]
    assert language_to_translate(text, stale) == (lacking[0] if lacking else None)


def test_empty_text_has_no_state_and_nothing_to_translate() -> None:
    assert text_state(EMPTY_TEXT, Language.EN, "fr") is None
    assert language_to_translate(EMPTY_TEXT, "fr") is None


@pytest.mark.parametrize(
    ("before", "stale", "after", "expected"),
    [
        (BOTH, None, BOTH, None),
        (BOTH, None, Bilingual("B.", "Un."), "fr"),
        (BOTH, None, Bilingual("A.", "Deux."), "en"),
        (BOTH, None, Bilingual("B.", "Deux."), None),
        (BOTH, "fr", BOTH, "fr"),
        (BOTH, "fr", Bilingual("C.", "Un."), "fr"),
        (BOTH, "fr", Bilingual("A.", "Deux."), None),
        (BOTH, "fr", Bilingual("B.", "Deux."), None),
        (BOTH, "fr", Bilingual("A.", ""), None),
        (Bilingual("A.", ""), None, BOTH, None),
        (Bilingual("A.", ""), None, Bilingual("B.", "Un."), None),
        (EMPTY_TEXT, None, BOTH, None),
        (None, None, BOTH, None),
    ],
)
def test_change_in_one_language_makes_the_other_stale_until_it_changes_too(
    before: Bilingual | None, stale: str | None, after: Bilingual, expected: str | None
) -> None:
    stored = {"text": stale, "gone": "fr"} if stale else None
    stale_by_name = stale_after({"text": before} if before is not None else {}, {"text": after}, stored)
    assert stale_by_name == ({"text": expected} if expected else None)


def test_confirmed_text_is_no_longer_stale_and_others_stay() -> None:
    assert without_stale({"text": "fr", "theme": "en"}, "text") == {"theme": "en"}
    assert without_stale({"text": "fr"}, "text") is None
    assert without_stale(None, "text") is None


A, B, C = Bilingual("A.", "Un."), Bilingual("B.", "Deux."), Bilingual("C.", "Trois.")
CHANGED_B = Bilingual("B, changed.", "Deux.")


@pytest.mark.parametrize(
    ("before", "stale", "after", "expected"),
    [
        ((A, B), None, (A, CHANGED_B), {"lines 2": "fr"}),
        ((A, B), None, (CHANGED_B, A), {"lines 1": "fr"}),
        ((A, B), {"lines 2": "fr"}, (A, C, B), {"lines 3": "fr"}),
        ((A, B), {"lines 2": "fr"}, (A, Bilingual("B.", "Deux, changé.")), None),
        ((A, B), {"lines 2": "fr"}, (A, C), None),
        ((A, B), {"lines 1": "fr", "lines 2": "en"}, (B,), {"lines 1": "en"}),
        ((A,), None, (A, Bilingual("B.", "")), None),
        ((), None, (A,), None),
        ((A, A), {"lines 2": "fr"}, (A, A), {"lines 2": "fr"}),
    ],
)
def test_line_of_a_list_is_compared_with_the_line_that_it_was_wherever_it_stands(
    before: tuple[Bilingual, ...], stale: dict[str, str] | None, after: tuple[Bilingual, ...], expected: dict[str, str] | None
) -> None:
    assert stale_after({"lines": before}, {"lines": after}, stale) == expected


def test_confirmed_text_is_current_until_it_changes_and_is_not_compared_with_what_is_public() -> None:
    changed = Bilingual("A, changed.", "Un.")
    assert with_confirmed({"text": "fr", "title": "en"}, ["text"]) == {"text": CONFIRMED, "title": "en"}
    assert with_confirmed(None, []) is None
    assert text_state(changed, Language.FR, CONFIRMED) is TextState.CURRENT
    assert stale_after({"text": changed}, {"text": changed}, {"text": CONFIRMED}) == {"text": CONFIRMED}
    assert stale_after({"text": changed}, {"text": A}, {"text": CONFIRMED}) == {"text": "fr"}
    assert outdated_language(A, changed, None) is Language.FR
    assert outdated_language(A, changed, CONFIRMED) is None
    assert outdated_language(A, A, "fr") is Language.FR
