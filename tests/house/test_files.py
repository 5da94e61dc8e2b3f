"""Habits of the files themselves: what no template holds, and who asks the clock."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogwg.core.places import place

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(place("templates").rglob("*.html"))
CODE = sorted((ROOT / "cogwg").rglob("*.py"))
MARKUP = {"cogwg/web/words.py"}
"""Where a module may say that text is HTML already: each was read, and fills only escaped values."""
CATALOGUES = "cogwg/web/languages.py"
"""This one says it, at one place, of the sentences of the catalogues, as Jinja does where it translates by itself."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_no_script_no_style_and_no_unescaped_text(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for habit in (r"\bstyle\s*=", r"\son[a-z]+\s*=", r"hx-on", r"hx-boost", r"\bjs:", r"hx-trigger=\"[^\"]*\[", r"<style"):
        assert not re.search(habit, text), habit
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"=\{\{", text), "an attribute without quotes"
    assert "http://" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_says_what_it_is_for(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("{#")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_only_one_file_of_templates_writes_controls(path: Path) -> None:
    if path.name == "fields.html":
        return
    assert not re.search(r"<(input|textarea|select)\b", path.read_text(encoding="utf-8"))


def test_text_is_said_to_be_html_only_where_that_was_looked_at() -> None:
    texts = {name(path): path.read_text(encoding="utf-8") for path in CODE}
    assert {where for where, text in texts.items() if re.search(r"\bMarkup\(", text)} == MARKUP | {CATALOGUES}
    assert texts[CATALOGUES].count("Markup(") == 1
    for where in MARKUP:
        assert not re.search(r"Markup\((?![\"'])", texts[where]), "markup is written out, what fills it is escaped"


ASKS = re.compile(
    r"\b(datetime|date)\.(now|utcnow|today)\(|\btime\.(time|monotonic|localtime|gmtime)\(|\bfunc\.now\(|CURRENT_TIMESTAMP|server_default=.*now"
)


def test_only_the_calendar_asks_the_clock() -> None:
    asking = [name(path) for path in CODE if ASKS.search(path.read_text(encoding="utf-8"))]
    assert asking == ["cogwg/core/calendar.py"]


def test_every_word_of_htmx_lives_in_one_file() -> None:
    saying = [name(path) for path in CODE if re.search(r"[\"']HX-", path.read_text(encoding="utf-8"))]
    assert saying == ["cogwg/web/htmx.py"]


HASTY = re.compile(
    r"\bassert\b.*\.((count|all|inner_text|all_inner_texts|text_content|is_visible|is_checked|input_value|title)\(|url\b)"
)


def test_no_journey_asserts_what_it_did_not_wait_for() -> None:
    """``expect`` and ``Visitor.at`` wait for a slow machine; ``assert`` on what a page shows this instant does not."""
    journeys = sorted((ROOT / "tests" / "journeys").glob("*.py"))
    hasty = [
        f"{name(p)}: {line.strip()}"
        for p in journeys
        for line in p.read_text(encoding="utf-8").splitlines()
        if HASTY.search(line)
    ]
    assert hasty == []


@pytest.mark.parametrize("path", CODE, ids=name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith('"""')


def test_no_file_is_named_for_nothing() -> None:
    assert not [name(p) for p in CODE if p.stem in {"utils", "helpers", "common", "managers", "misc", "tools"}]
