"""What no page can contain, because no template, style or script has it: media, motion, gestures without buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STYLES = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "static").glob("*.css"))}
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "static").glob("*.js"))}
TEMPLATES = {
    path.relative_to(ROOT / "templates").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "templates").rglob("*.html"))
}
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MEDIA = re.compile(r"<(?:audio|video|iframe|object|embed|canvas|marquee|blink|img|picture)\b", re.IGNORECASE)
"""Elements that sound, move, or show a picture of text. Drawings are SVG with the rows of their data beside them."""
DOWN_EVENTS = re.compile(r"addEventListener\(\"(?:mousedown|pointerdown|keypress)\"")
SENSORS = re.compile(r"devicemotion|deviceorientation|Accelerometer|Gyroscope|screen\.orientation|orientation\.lock")
GESTURES = {"drag.js": {"dragstart"}, "slides.js": {"touchstart"}}
"""Scripts with a gesture. Each is only another way: the menu of a slide moves it, and buttons and keys turn slides."""
APPEARS = re.compile(r"(?<![\w-])(?:display|visibility|opacity|content|max-height|clip-path|position)\s*:")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


def rules(style: str) -> Iterator[tuple[str, str]]:
    """Yield each rule of a style sheet without further rules in it: its selector and its declarations."""
    for selector, declarations in RULE.findall(re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)):
        yield selector.strip(), declarations


def shown_on_hover(style: str) -> list[str]:
    """Return the rules that show something while the pointer is over it."""
    return [selector for selector, text in rules(style) if ":hover" in selector and APPEARS.search(text)]


def test_pages_have_no_sound_film_frame_or_picture() -> None:
    assert [name for name, text in TEMPLATES.items() if MEDIA.search(text)] == []
    assert MEDIA.search('<video src="a.mp4">')


def test_nothing_moves_blinks_or_is_turned_by_itself() -> None:
    """No animation at all; the transitions that there may be end at once for those who want no motion."""
    assert [name for name, text in STYLES.items() if re.search(r"@keyframes|animation(?:-name)?\s*:(?! none)", text)] == []
    assert "prefers-reduced-motion: reduce" in STYLES["cogwg.css"]
    # The page that prepares a file loads it at once, which leaves nobody too little time.
    tags = [tag for text in TEMPLATES.values() for tag in re.findall(r"http-equiv=.refresh.*", text)]
    assert [tag for tag in tags if '"0; ' not in tag] == []


def test_nothing_appears_only_while_the_pointer_is_over_it() -> None:
    assert {name: shown_on_hover(text) for name, text in STYLES.items() if shown_on_hover(text)} == {}
    assert shown_on_hover("a:hover .tip { display: block; }") == ["a:hover .tip"]


def test_pages_can_be_turned_and_zoomed() -> None:
    assert [name for name, text in STYLES.items() if re.search(r"@media[^{]*orientation", text)] == []
    viewports = [text for text in TEMPLATES.values() if 'name="viewport"' in text]
    assert viewports
    assert not [text for text in viewports if re.search(r"user-scalable|maximum-scale", text)]


def test_scripts_act_when_a_button_is_let_go_and_read_no_sensors() -> None:
    assert [name for name, text in SCRIPTS.items() if DOWN_EVENTS.search(text) or SENSORS.search(text)] == []
    gestures = {name: set(re.findall(r"addEventListener\(\"(dragstart|touchstart)\"", text)) for name, text in SCRIPTS.items()}
    assert {name: events for name, events in gestures.items() if events} == GESTURES


def test_focus_is_drawn_by_every_style_sheet_that_removes_an_outline() -> None:
    """An outline is removed only where the focus is set by a script, or where another one takes its place."""
    removed = [
        selector for text in STYLES.values() for selector, own in rules(text) if re.search(r"outline:\s*(?:0|none)", own)
    ]
    assert all("tabindex" in selector or "main" in selector or ":focus" in selector for selector in removed), removed
    assert ":focus-visible { outline: 3px solid var(--focus)" in STYLES["cogwg.css"]


@pytest.mark.parametrize("name", ["layout.html", "reporting/answer_layout.html"])
def test_page_begins_with_a_link_to_its_content(name: str) -> None:
    body = TEMPLATES[name].partition("<body")[2]
    assert re.search(r"<a [^>]*class=\"skip-link\" href=\"#main\"", body)
    assert body.index("skip-link") < body.index("<header")
    assert re.search(r"<main [^>]*id=\"main\"", body)


def test_fields_about_oneself_say_what_they_are_for() -> None:
    """Name, address, password and code, so that browsers and password managers fill them in."""
    sources = "".join(
        (ROOT / "cogwg/web" / name).read_text(encoding="utf-8")
        for name in ("auth/forms.py", "account/forms.py", "engagement/forms.py")
    )
    purposes = set(re.findall(r"\"autocomplete\": \"([a-z-]+)\"", sources))
    assert {"name", "email", "username", "current-password", "new-password", "one-time-code"} <= purposes


def test_documents_have_headings_in_order_and_words_for_pictures() -> None:
    for path in DOCUMENTS:
        text = re.sub(r"^ *```.*?^ *```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
        assert levels[:1] == [1], path.name
        assert levels.count(1) == 1, path.name
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name
        assert not re.search(r"!\[\s*\]\(", text), path.name


def test_commands_print_words_without_colours_or_drawings() -> None:
    """Colours, blinking and drawings would say what a screen reader, a braille line or a log does not."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "cogwg/cli").rglob("*.py")))
    assert "click.echo(" in code
    assert not re.search(r"secho|click\.style|\\x1b|\\033|progressbar|[\u2500-\u25ff]", code)


def test_every_command_is_answered_without_a_question() -> None:
    """What a command needs is on its line, so that it can be corrected and sent again; none waits for keys."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "cogwg/cli").rglob("*.py")))
    assert not re.search(r"click\.(?:prompt|confirm|getchar|pause)|prompt=|\binput\(|getpass", code)
