"""Conventions of styles and scripts that keep older browsers usable; see docs/reference/browsers.md."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cogwg.core.paths import resource_folder

STATIC = resource_folder("static")
HAS_SUPPORTED = "@supports selector(:has(*))"
NEWER_APIS = re.compile(
    r"checkVisibility|structuredClone|showPopover|popovertarget|\.showModal\(|AbortSignal\.(any|timeout)|Promise\.withResolvers"
    r"|Object\.groupBy|\.toSorted\(|\.toReversed\(|\.findLast\(|startViewTransition|moveBefore|\.setHTML\(|:has\("
)
"""What browsers in docs/reference/browsers.md lack, or had not long before."""
NESTED_RULE = re.compile(r"^\s*&")


def rules_with_has(css: str) -> list[str]:
    """Return the selectors with ``:has()`` outside of ``@supports``."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    opened: list[str] = []
    wrong = []
    for prelude, brace in re.findall(r"([^{}]*)([{}])", css):
        if brace == "}":
            opened.pop()
            continue
        selector = prelude.rpartition(";")[2].strip()
        if ":has(" in selector and selector != HAS_SUPPORTED and HAS_SUPPORTED not in opened:
            wrong.append(selector)
        opened.append(selector)
    return wrong


def test_rules_with_has_stand_in_supports() -> None:
    assert {file.name: rules_with_has(file.read_text("utf-8")) for file in STATIC.glob("*.css")} == {
        "briefings.css": [],
        "cogwg.css": [],
        "deck.css": [],
    }


def test_planted_rule_with_has_is_detected() -> None:
    css = (
        f"@layer a {{ b:has(c) {{ d: e; }} {HAS_SUPPORTED} {{ f:has(g) {{ h: i; }} }} j {{ k: l; }} m, n:has(o) {{ p: q; }} }}"
    )
    assert rules_with_has(css) == ["b:has(c)", "m, n:has(o)"]


def test_scripts_and_styles_use_no_newer_interfaces() -> None:
    scripts = {file.name: NEWER_APIS.findall(file.read_text("utf-8")) for file in STATIC.glob("*.js")}
    assert [name for name, calls in scripts.items() if calls] == []
    lines = [line for file in STATIC.glob("*.css") for line in file.read_text("utf-8").splitlines()]
    assert [line for line in lines if NESTED_RULE.match(line)] == []


def globals_of(script: str) -> set[str]:
    """Return the names that a script declares for the whole page."""
    return set(re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", script, re.MULTILINE))


def names_before_their_script(scripts: Mapping[str, str]) -> list[str]:
    """Return each script, in the page's order, with a name that only a later one declares."""
    wrong = []
    for position, (file, script) in enumerate(scripts.items()):
        code = re.sub(r"//.*", "", script)
        later = {name for text in list(scripts.values())[position + 1 :] for name in globals_of(text)}
        called = set(re.findall(r"(?<![\w.\-])(\w+)\(", code))
        wrong += [f"{file}: {name}" for name in sorted(called & later - globals_of(script))]
    return wrong


def test_scripts_call_only_functions_of_scripts_before_them() -> None:
    """Each deferred script runs when it is loaded, so a form can be sent while those after it are still on their way."""
    shared = (resource_folder("templates") / "components/_scripts.html").read_text("utf-8")
    names = [*re.findall(r"asset\('(\w+\.js)'\)", shared), "rows.js"]
    scripts = {name: (STATIC / name).read_text("utf-8") for name in names}
    assert names_before_their_script(scripts) == []
    assert names_before_their_script(dict(reversed(scripts.items()))) != []
