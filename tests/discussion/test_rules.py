"""The limits of a comment and the jurisdictions it mentions, without a database."""

from __future__ import annotations

import pytest

from cogwg.core.errors import Invalid
from cogwg.discussion.rules import check_comment, mentioned_jurisdiction_ids

CODES = {"on": 1, "ab": 2}


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("@on", {1}),
        ("Could @ON and (@ab) answer?", {1, 2}),
        ("@on, @on.", {1}),
        ("write to lead@on.example or a@ab", set()),
        ("@ontario @zz @on_x @@on", set()),
        ("", set()),
    ],
)
def test_mention_is_a_jurisdiction_code_after_an_at_sign(text: str, ids: set[int]) -> None:
    assert mentioned_jurisdiction_ids(text, CODES) == ids


@pytest.mark.parametrize(("text", "fits"), [("", False), ("x", True), ("é" * 4000, True), ("é" * 4001, False)])
def test_empty_or_overlong_comment_is_refused(text: str, fits: bool) -> None:
    if fits:
        check_comment(text)
        return
    with pytest.raises(Invalid):
        check_comment(text)
