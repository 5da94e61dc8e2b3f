"""The positions of rows in the briefing editor's lists, and the focus after a move."""

from __future__ import annotations

import pytest

from cogwg.web.briefings.editor.fields import RowPosition, move_row, row_positions


@pytest.mark.parametrize(
    ("verb", "key", "button"),
    [("up", "b", "up"), ("down", "b", "down"), ("up", "a", "down"), ("down", "c", "up"), ("words", "a", "words")],
)
def test_moved_row_at_end_of_list_focuses_its_other_button(verb: str, key: str, button: str) -> None:
    positions = row_positions(["a", "b", "c"], verb, key)
    assert {p.key: p.focused_button for p in positions if p.focused_button} == {key: button}


def test_row_can_be_moved_unless_it_is_at_that_end() -> None:
    assert row_positions(["a", "b"], "", "") == [
        RowPosition("a", can_move_down=True, place=(1, 2)),
        RowPosition("b", can_move_up=True, place=(2, 2)),
    ]
    assert row_positions(["a"], "", "") == [RowPosition("a", place=(1, 1))]


@pytest.mark.parametrize(
    ("verb", "key", "order"),
    [
        ("up", "d", "d b c a"),
        ("down", "a", "d b c a"),
        ("up", "a", "a b c d"),
        ("down", "x", "a b c d"),
        ("save", "a", "a b c d"),
    ],
)
def test_row_moves_past_its_next_neighbour_alone(verb: str, key: str, order: str) -> None:
    assert move_row(["a", "b", "c", "d"], key, verb, ["a", "d"]) == order.split()
