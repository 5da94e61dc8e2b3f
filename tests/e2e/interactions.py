"""A counter of a person's interactions with pages."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class InteractionCounter:
    """Counts interactions. Each of these is one:

    - a click on a link, button, summary or radio button;
    - a box that is ticked or cleared;
    - an option chosen from a list;
    - a field typed into, however long its text;
    - a key or combination that acts, such as Ctrl+Enter.

    Reading, scrolling and moving the focus are none, nor is opening the address from an email or a bookmark.
    """

    def __init__(self) -> None:
        self.count = 0

    def click(self, locator: Locator) -> None:
        self.count += 1
        locator.click()

    def check(self, locator: Locator, *, on: bool = True) -> None:
        self.count += 1
        locator.set_checked(on)

    def fill(self, locator: Locator, text: str) -> None:
        self.count += 1
        locator.fill(text)

    def press(self, page: Page, keys: str) -> None:
        self.count += 1
        page.keyboard.press(keys)
