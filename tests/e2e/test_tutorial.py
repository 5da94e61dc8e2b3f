"""The tutorial is true: each of its steps can be carried out, in an empty folder, as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.tutorial.steps import PAGES, Picture, read_steps
from tests.tutorial.walk import Walk


@pytest.mark.parametrize("lang", ["en", pytest.param("fr", marks=pytest.mark.slow)])
def test_every_step_of_the_tutorial_can_be_carried_out(lang: str, chromium: Browser, tmp_path: Path) -> None:
    pictures: list[Path] = []
    Walk(lang, chromium, tmp_path, lambda file, _content: pictures.append(file)).run()
    assert pictures == [each.step.file for each in read_steps(PAGES[lang]) if isinstance(each.step, Picture)]
