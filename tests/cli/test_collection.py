"""The garbage collector is paused only while a command imports or exports, and skips what exists then."""

from __future__ import annotations

import gc

import pytest

from cogwg.cli import COMMANDS, cogwg
from cogwg.cli.collection import paused_collection


def test_collection_is_paused_inside_and_resumed_after_an_error() -> None:
    def fail() -> None:
        assert not gc.isenabled()
        raise RuntimeError("the command failed")

    with pytest.raises(RuntimeError, match="failed"), paused_collection():
        fail()
    assert gc.isenabled()


def test_later_collections_skip_what_a_paused_part_made() -> None:
    before = gc.get_freeze_count()
    with paused_collection():
        made = [[number] for number in range(1000)]
    assert gc.get_freeze_count() - before > len(made)


@pytest.mark.parametrize("name", COMMANDS)
def test_collection_runs_once_a_command_is_imported(name: str) -> None:
    assert cogwg.get_command(cogwg.make_context("cogwg", ["--help"], resilient_parsing=True), name) is not None
    assert gc.isenabled()
