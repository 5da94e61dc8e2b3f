"""Find pages with several forms on which sending one of them without JavaScript would lose the text typed in another."""

from __future__ import annotations

import re

from flask import Flask

_FORM = re.compile(r"<form\b(?P<attributes>[^>]*)>(?P<content>.*?)</form>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
_TEXT_FIELD = re.compile(r'<textarea\b|<input\b[^>]*\btype="(?:text|url)"')


def init(app: Flask) -> None:
    app.jinja_env.globals.update(loses_typed_text=loses_typed_text)


def loses_typed_text(html: str) -> bool:
    """Return whether the button of one form on the page loses what was typed in another.

    Filter forms count too. Forms that only ask for an email address or a password have no text to lose.
    """
    if html.count("<form") < 2:
        return False
    forms = [form for form in _FORM.finditer(html) if _has_button(html, form)]
    return len(forms) > 1 and any(_holds_text(html, form) for form in forms)


def _has_button(html: str, form: re.Match[str]) -> bool:
    return "<button" in form["content"] or any(f'form="{id_}"' in html for id_ in _ID.findall(form["attributes"]))


def _holds_text(html: str, form: re.Match[str]) -> bool:
    return 'method="post"' in form["attributes"] and _TEXT_FIELD.search(form["content"]) is not None
