"""Conventions of source files: what templates may hold, and which modules read the clock or write markup."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from cogwg.core.paths import resource_folder

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(resource_folder("templates").rglob("*.html"))
MODULES = sorted((ROOT / "cogwg").rglob("*.py"))
MARKUP_MODULES = {
    "cogwg/web/http/filters.py",
    "cogwg/web/http/plan_changes.py",
    "cogwg/web/public/commitment_words.py",
    "cogwg/web/search/results.py",
}
"""Modules that may mark text as HTML: each was reviewed, and fills in only escaped values."""
RENDERING_MODULES = {"cogwg/web/http/i18n.py", "cogwg/web/http/jinja.py"}
"""Modules that mark the sentences of the catalogues and the output of a template as HTML, in one place each, as Jinja does."""


def relative_path(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


UNWANTED = {
    "a style": r"\bstyle\s*=|<style",
    "a script": r"\son[a-z]+\s*=|hx-on|hx-boost|\bjs:|hx-trigger=\"[^\"]*\[|<script(?![^>]*src=)",
    "text that is not escaped": r"\|\s*safe\b|autoescape|Markup",
    "an attribute without quotes": r"=\{\{",
    "an address without TLS": r"http://",
}
"""Patterns that templates may not contain."""


def test_templates_hold_no_script_style_or_unescaped_text() -> None:
    texts = {
        relative_path(path): re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL) for path in TEMPLATES
    }
    assert len(texts) > 100
    assert [
        f"{file}: {description}"
        for file, text in texts.items()
        for description, pattern in UNWANTED.items()
        if re.search(pattern, text)
    ] == []


def test_templates_begin_with_a_comment() -> None:
    assert [relative_path(path) for path in TEMPLATES if not path.read_text(encoding="utf-8").startswith("{#")] == []


def test_form_controls_are_written_only_in_the_macros_of_fields() -> None:
    controls = re.compile(r"<(input|textarea|select)\b")
    assert {path.name for path in TEMPLATES if controls.search(path.read_text(encoding="utf-8"))} == {
        "fields.html",
        "field_parts.html",
    }


def test_markup_is_used_only_in_reviewed_modules() -> None:
    texts = {relative_path(path): path.read_text(encoding="utf-8") for path in MODULES}
    assert {file for file, text in texts.items() if re.search(r"\bMarkup\(", text)} == MARKUP_MODULES | RENDERING_MODULES
    assert all(texts[file].count("Markup(") == 1 for file in RENDERING_MODULES)
    for file in MARKUP_MODULES:
        assert not re.search(r"Markup\((?![\"'])", texts[file]), "markup is a literal; the values in it are escaped"


CLOCK_CALL = re.compile(
    r"\b(datetime|date)\.(now|utcnow|today)\(|\btime\.(time|monotonic|localtime|gmtime)\b|\bfunc\.now\(|CURRENT_TIMESTAMP|server_default=.*now"
)


def test_clock_is_read_only_in_the_calendar_module() -> None:
    readers = [relative_path(path) for path in MODULES if CLOCK_CALL.search(path.read_text(encoding="utf-8"))]
    assert readers == ["cogwg/core/calendar.py"]


def test_libraries_of_two_step_sign_in_are_imported_only_when_needed() -> None:
    """They would take 30 MB in every process, and most processes never use them."""
    at_import = re.compile(r"^(?:import|from) (?:cryptography|pyotp|segno|webauthn)\b", re.MULTILINE)
    assert [relative_path(path) for path in MODULES if at_import.search(path.read_text(encoding="utf-8"))] == []


def test_htmx_headers_are_named_only_in_the_htmx_module() -> None:
    users = [relative_path(path) for path in MODULES if re.search(r"[\"']HX-", path.read_text(encoding="utf-8"))]
    assert users == ["cogwg/web/http/htmx.py"]


UNWAITED_ASSERTION = re.compile(
    r"\bassert\b.*\.((count|all|inner_text|all_inner_texts|text_content|is_visible|is_checked|input_value|title)\(|url\b)"
)


def test_browser_tests_assert_only_what_they_waited_for() -> None:
    """``expect`` and ``BrowserUser.expect_path`` wait for a slow machine; ``assert`` on the current page does not."""
    browser_tests = sorted((ROOT / "tests" / "e2e").glob("*.py"))
    assert browser_tests
    found_lines = [
        f"{relative_path(p)}: {line.strip()}"
        for p in browser_tests
        for line in p.read_text(encoding="utf-8").splitlines()
        if UNWAITED_ASSERTION.search(line)
    ]
    assert found_lines == []


def test_modules_begin_with_a_docstring() -> None:
    assert [relative_path(path) for path in MODULES if not path.read_text(encoding="utf-8").startswith('"""')] == []


SCRIPTS = ["tests.e2e.plan_picture", "tests.briefing.write_golden", "tests.releases.keep", "tests.conventions.sample"]


@pytest.mark.parametrize("module", SCRIPTS)
def test_script_that_no_test_uses_can_be_imported(module: str) -> None:
    assert callable(importlib.import_module(module).main)
