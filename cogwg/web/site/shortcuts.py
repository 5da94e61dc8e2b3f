"""The keyboard shortcuts that the help page lists; a test compares them with the scripts."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.errors import N_

KEY_LABELS = {
    "Enter": N_("Enter"),
    "Escape": N_("Esc"),
    "Tab": N_("Tab"),
    "ArrowLeft": N_("Left arrow"),
    "ArrowRight": N_("Right arrow"),
    "ArrowUp": N_("Up arrow"),
    "ArrowDown": N_("Down arrow"),
    "PageUp": N_("Page Up"),
    "PageDown": N_("Page Down"),
    "Home": N_("Home key"),
    "End": N_("End"),
    "?": "?",
    **{key: key.upper() for key in "jkpmrdhu"},
}
"""The labels of keys; the keys of this mapping are their names in scripts (``KeyboardEvent.key``)."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One or more keys that each do something, alone or together with ``modifier``; ``action`` says what they do and where."""

    keys: tuple[str, ...]
    action: str
    modifier: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the keys, to be translated."""
        return tuple(KEY_LABELS[key] for key in self.keys)


SHORTCUTS = (
    Shortcut(
        ("Enter",),
        N_("In a report, note, comment or step of a briefing: select the form’s first button. On a Mac, Command works too."),
        N_("Ctrl"),
    ),
    Shortcut(
        ("Escape",),
        N_("Close the menu, this list or the warning that your session will end. In a full-screen deck: exit full screen."),
    ),
    Shortcut(("Tab",), N_("While you type: go to the warning that your session will end, if it is shown.")),
    Shortcut(("ArrowLeft", "ArrowRight"), N_("In slides: show the previous or the next slide.")),
    Shortcut(("Home", "End"), N_("In slides: show the first or the last slide.")),
    Shortcut(
        ("ArrowUp", "ArrowDown", "PageUp", "PageDown"), N_("In a full-screen deck: scroll a long slide, then change slides.")
    ),
    Shortcut(("j", "k"), N_("In lists of comments to moderate: go to the next or the previous comment.")),
    Shortcut(
        ("p", "m", "r", "d", "h"),
        N_("On a comment to moderate: publish, mask and publish, refuse, mark as a duplicate, or put on hold."),
    ),
    Shortcut(("u",), N_("In lists of comments to moderate: undo the last decision. You can turn these keys off there.")),
    Shortcut(("?",), N_("When you are signed in and are not typing: open this list.")),
)
