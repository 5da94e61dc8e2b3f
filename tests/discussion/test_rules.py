"""The limits of a comment and the jurisdictions it mentions, without a database."""

from __future__ import annotations

import pytest

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Invalid
from cogwg.discussion.rules import check_comment, mention_names, mentioned_jurisdiction_ids, unknown_mentions

NAMES = mention_names(
    [
        (1, "on", Bilingual("Ontario", "Ontario"), Bilingual("Ontario", "Ontario")),
        (2, "ab", Bilingual("Alberta", "Alberta"), Bilingual("Alberta", "Alberta")),
        (3, "bc", Bilingual("British Columbia", "Colombie-Britannique"), Bilingual("BC", "C.-B.")),
        (4, "pe", Bilingual("Prince Edward Island", "Île-du-Prince-Édouard"), Bilingual("PEI", "Î.-P.-É.")),
    ]
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@on", {1}),
        ("Could @ON and (@ab) answer?", {1, 2}),
        ("@on, @on.", {1}),
        ("write to lead@on.example or a@ab", set()),
        ("@zz @on_x @@on", set()),
        ("@Ontario’s and @ALBERTA?", {1, 2}),
        ("@British Columbia, @C.-B.", {3}),
        ("@colombie-britannique\n@ile du prince edouard", {3, 4}),
        ("@Î.-P.-É. or @British", {4}),
        ("", set()),
    ],
)
def test_mention_is_a_jurisdiction_code_or_name_after_an_at_sign(text: str, ids: set[int]) -> None:
    assert mentioned_jurisdiction_ids(text, NAMES) == ids


def test_word_after_an_at_sign_that_names_no_jurisdiction_is_unknown() -> None:
    text = "@nowhere, @Ontario, @British museum, @Nowhere's, a@b.example, @nowhere"
    assert unknown_mentions(text, NAMES) == ("nowhere", "British", "Nowhere's")


@pytest.mark.parametrize(("text", "fits"), [("", False), ("x", True), ("é" * 4000, True), ("é" * 4001, False)])
def test_empty_or_overlong_comment_is_refused(text: str, fits: bool) -> None:
    if fits:
        check_comment(text)
        return
    with pytest.raises(Invalid):
        check_comment(text)
