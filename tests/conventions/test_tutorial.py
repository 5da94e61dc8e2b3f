"""The tutorial in both languages: the same steps, the README's line to install, and pictures that are there and small."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.tutorial.steps import PAGES, Fill, Open, Picture, Printed, Run, See, Select, read_steps

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images" / "tutorial"
LARGEST = 60_000
"""The largest size of a picture in bytes."""


def pictures(lang: str) -> list[Path]:
    return [each.step.file for each in read_steps(PAGES[lang]) if isinstance(each.step, Picture)]


def test_both_pages_have_the_same_steps() -> None:
    english, french = (read_steps(PAGES[lang]) for lang in ("en", "fr"))
    assert Counter(type(each.step) for each in english) == Counter(type(each.step) for each in french)
    first, same = ([each.step for each in steps if isinstance(each.step, Run)][:2] for steps in (english, french))
    assert first == same


@pytest.mark.parametrize("lang", PAGES)
def test_page_installs_as_the_readme_does(lang: str) -> None:
    line = next(line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.endswith("cogwg demo"))
    assert f"> {line.rpartition(' && ')[0]}\n" in PAGES[lang].read_text(encoding="utf-8")


def test_pictures_are_there_and_small_and_all_are_shown() -> None:
    shown = {*pictures("en"), *pictures("fr")}
    assert set(PICTURES.iterdir()) == shown
    assert [file.name for file in shown if file.stat().st_size > LARGEST] == []
    assert [file.name for lang in PAGES for file in pictures(lang) if not file.name.endswith(f"-{lang}.png")] == []


def test_typography_says_what_is_done(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        """**not yet**
## A heading with **bold**
> a **quotation**

Select **Sign in**, you see *Welcome*. Open `http://127.0.0.1:8000/en/`, not `other`.

| Field | Enter |
|---|---|
| Name | A. Person |

![Words](a.png)

```sh
ls
```

```text
one
two
```
""",
        encoding="utf-8",
    )
    assert [each.step for each in read_steps(page)] == [
        Select("Sign in"),
        See("Welcome"),
        Open("http://127.0.0.1:8000/en/"),
        Fill("Name", "A. Person"),
        Picture(tmp_path / "a.png"),
        Run("ls"),
        Printed("one"),
        Printed("two"),
    ]


def test_site_and_command_say_where_the_tutorial_is() -> None:
    files = ("templates/site/_first_hour.html", "cogwg/cli/database.py")
    named = {
        name for file in files for name in re.findall(r"docs/tutorial/[\w-]+\.md", (ROOT / file).read_text(encoding="utf-8"))
    }
    assert named == {page.relative_to(ROOT).as_posix() for page in PAGES.values()}
