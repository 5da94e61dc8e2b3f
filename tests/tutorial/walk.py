"""Carry out the steps of a page of the tutorial, as its reader would: in a shell and in a browser."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Locator, expect

from tests.e2e.browser_user import TIMEOUT_MS
from tests.server.process import TIMEOUT_SECONDS, ServerProcess, environment, free_port
from tests.tutorial.steps import PAGES, SITE, Fill, Open, Picture, Placed, Printed, Run, See, Select, read_steps

WIDTH, HEIGHT = 1000, 640
"""The size of the window, and the largest size of a picture, in pixels."""
_MARK = """(root, [selector, words]) => {
  for (const e of document.querySelectorAll("[data-walk]")) e.removeAttribute("data-walk");
  const shown = (e) => e.checkVisibility({visibilityProperty: true});
  const own = (e) => {
    const copy = e.cloneNode(true);
    for (const hidden of copy.querySelectorAll(".visually-hidden, .hint, svg, input, textarea, select")) hidden.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const same = [...root.querySelectorAll(selector)].filter((e) => shown(e) && own(e) === words);
  const others = same.filter((e) => !e.matches('a[href^="#"]'));
  const found = others.length ? others : same;
  found.forEach((e, n) => e.setAttribute("data-walk", n));
  return found.length;
}"""
"""Numbers the elements with these words, and returns how many there are. Words for screen readers alone do not count, nor does
a link to another place on the page if a button has the same words."""

_EFFECT = """(e) => {
  if (e.matches("a[download]")) return "file";
  if (e.closest("[hx-post], [hx-get]")) return "part";
  if (e.matches("a[href]")) return e.href.split("#")[0] === location.href.split("#")[0] ? "part" : "page";
  return e.matches("button") && e.form && e.type === "submit" ? "page" : "part";
}"""
"""Says what follows when this is selected: another page, a file, or a change of this page."""


class WrongTutorial(AssertionError):
    """A step that cannot be carried out, with its place."""


class Walk:
    """A walk through a page of the tutorial in an empty folder, with a browser in its language.

    ``keep`` gets each picture, with its file.
    """

    def __init__(self, lang: str, browser: Browser, folder: Path, keep: Callable[[Path, bytes], None]) -> None:
        self.lang, self._browser, self._folder, self._keep = lang, browser, folder, keep
        self._port = free_port()
        self._site = f"http://127.0.0.1:{self._port}"
        self._exports: list[str] = []
        self._output = self._all_output = ""
        self._shown = ""
        self._servers = ExitStack()
        (folder / ".venv").symlink_to(sys.prefix)

    def run(self) -> int:
        """Carry out all steps and return their number. Raises ``WrongTutorial`` with the line that is wrong."""
        context = self._browser.new_context(
            locale=f"{self.lang}-CA", viewport={"width": WIDTH, "height": HEIGHT}, reduced_motion="reduce"
        )
        steps = read_steps(PAGES[self.lang])
        with closing(context), self._servers:
            self._page = context.new_page()
            self._page.set_default_timeout(TIMEOUT_MS)
            for placed in steps:
                self._carry_out(placed)
        return len(steps)

    def _carry_out(self, placed: Placed) -> None:
        try:
            match placed.step:
                case Run(commands):
                    self._run(commands)
                case Printed(line):
                    self._require_printed(line)
                case Open(address):
                    self._page.goto(self._whole_address(address))
                case Select(words):
                    self._select(words)
                case See(words):
                    expect(self._page.locator("body")).to_contain_text(re.compile(_spaced(words)), timeout=TIMEOUT_MS)
                case Fill(label, value):
                    self._fill(label, value)
                case Picture(file):
                    self._take(file)
        except Exception as error:
            page = PAGES[self.lang]
            raise WrongTutorial(f"{page.name}, line {placed.line}, {placed.step}: {error}\n{self._state()}") from error

    def _run(self, commands: str) -> None:
        """Run the lines of a block; what they export holds for later blocks, and a server stays."""
        self._all_output += self._output
        self._output = ""
        for line in commands.splitlines():
            words = line.replace(SITE, self._site)
            if words.startswith("export "):
                self._exports.append(self._evaluated(words))
            elif " serve" in words:
                self._serve(words.split()[1:])
            else:
                script = "\n".join([*self._exports, words])
                done = subprocess.run(
                    ["bash", "-euc", script],
                    cwd=self._folder,
                    env=environment(),
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    timeout=TIMEOUT_SECONDS,
                    check=False,
                )
                self._output += done.stdout + done.stderr
                if done.returncode:
                    raise WrongTutorial(f"“{line}” ended with {done.returncode}:\n{self._output}")

    def _evaluated(self, export: str) -> str:
        """Return an export with the value that it has in the reader's terminal from then on, such as a random key."""
        name = export.removeprefix("export ").partition("=")[0]
        script = "\n".join([*self._exports, export, f'printf %s "${name}"'])
        value = subprocess.run(["bash", "-euc", script], env=environment(), capture_output=True, text=True, check=True).stdout
        return f"export {name}={shlex.quote(value)}"

    def _serve(self, arguments: list[str]) -> None:
        shell = ["bash", "-euc", "\n".join([*self._exports, "env -0"])]
        listed = subprocess.run(shell, env=environment(), capture_output=True, text=True, check=True).stdout
        variables = dict(line.split("=", 1) for line in listed.split("\0") if line.startswith("COGWG_"))
        self._servers.close()
        server = ServerProcess(*arguments, cwd=self._folder, port=self._port, **variables)
        self._servers.enter_context(server)
        self._output += server.output

    def _require_printed(self, line: str) -> None:
        pattern = "[^\n]*".join(_spaced(part.replace(SITE, self._site)) for part in line.split("…"))
        if not re.search(pattern, self._output):
            raise WrongTutorial(f"not printed:\n{self._output}")

    def _whole_address(self, address: str) -> str:
        """Return an address of this walk; "…" stands for the rest of an address that was shown, in either language."""
        here = address.replace(SITE, self._site)
        if not here.endswith("…"):
            return here
        shown = "\n".join((self._all_output, self._output, self._shown, self._page.content()))
        begin = here.removesuffix("…")
        matches = re.findall(re.sub("/(?:en|fr)/", "/(?:en|fr)/", re.escape(begin)) + r"([^\s\"<&]+)", shown)
        if not matches:
            raise WrongTutorial("no such address was shown")
        return f"{begin}{matches[-1]}"

    def _select(self, words: str) -> None:
        """Select something, and wait for the page, file or part of the page that it leads to."""
        element = self._find("a[href], button, summary, label", words)
        self._shown = self._page.content()
        match element.evaluate(_EFFECT):
            case "page":
                with self._page.expect_navigation():
                    element.click()
            case "file":
                with self._page.expect_download() as download:
                    element.click()
                download.value.save_as(self._folder / download.value.suggested_filename)
            case _:
                element.click()
                self._page.wait_for_load_state("networkidle")

    def _fill(self, label: str, value: str) -> None:
        """Enter text, choose from a list, or choose one of several."""
        group = self._all("legend", label)
        if group:
            self._one(group[0].locator("xpath=.."), "label", value).click()
            return
        field = self._find("label", label)
        control = self._page.locator(f"[id='{field.get_attribute('for')}']")
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)

    def _find(self, selector: str, words: str) -> Locator:
        """Return the one element with these words in the content of the page, else on the page."""
        for root in (self._page.locator("main"), self._page.locator("body")):
            if self._count(root, selector, words):
                return self._one(root, selector, words)
        raise WrongTutorial(f"“{words}” is not on the page")

    def _one(self, root: Locator, selector: str, words: str) -> Locator:
        count = self._count(root, selector, words)
        if count != 1:
            raise WrongTutorial(f"“{words}” is {count} times on the page")
        return self._page.locator("[data-walk='0']")

    def _all(self, selector: str, words: str) -> list[Locator]:
        count = self._count(self._page.locator("main"), selector, words)
        return [self._page.locator(f"[data-walk='{n}']") for n in range(count)]

    def _count(self, root: Locator, selector: str, words: str) -> int:
        count: int = root.evaluate(_MARK, [selector, words])
        return count

    def _take(self, file: Path) -> None:
        """Take a picture of the beginning of the content."""
        content = self._page.locator("main").bounding_box()
        assert content is not None
        top = content["y"] + self._page.evaluate("scrollY")
        clip: FloatRect = {"x": 0, "y": top, "width": WIDTH, "height": min(HEIGHT, content["height"])}
        self._keep(file, self._page.screenshot(animations="disabled", caret="hide", full_page=True, clip=clip))

    def _state(self) -> str:
        """Return what a person would look at after a failure: the address and the words of the page, and the last output."""
        if not hasattr(self, "_page") or not self._page.url.startswith("http"):
            return self._output
        return f"{self._page.url}\n{self._page.locator('body').inner_text()}\n{self._output}"


def _spaced(words: str) -> str:
    return r"\s+".join(re.escape(word) for word in words.split())
