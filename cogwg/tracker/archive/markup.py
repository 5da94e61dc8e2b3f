"""Build HTML as text: everything that is not already ``Html`` is escaped."""

from __future__ import annotations

from html import escape

Child = str | None


class Html(str):
    """Text that is already HTML, so that it is not escaped."""

    __slots__ = ()


def tag(name: str, *children: Child, **attributes: str) -> Html:
    """Return an element. Names of attributes may end with an underscore, as in ``class_``. A child that is None is left out."""
    own = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    inner = "".join(map(_text, children))
    return Html(f"<{name}{own}>{inner}</{name}>")


def lines(text: str) -> Html:
    """Return a text of several lines with its line breaks."""
    return Html("<br>\n".join(map(escape, text.split("\n"))))


def _text(child: Child) -> str:
    return "" if child is None else child if isinstance(child, Html) else escape(child)
