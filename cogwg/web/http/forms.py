"""Helpers for forms: errors of domain rules beside fields, a form with only a button, and parsing of versions and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Flask
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields.core import Field

from cogwg.core.bilingual import clean_text
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import ADDRESS_LIMIT, complete_address
from cogwg.web.http import i18n
from cogwg.web.http.i18n import gettext as _

ADDRESS_ATTRIBUTES = {"maxlength": ADDRESS_LIMIT, "inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}
"""The attributes of a field for a web address."""


def line_attributes(limit: int) -> dict[str, Any]:
    """Return the attributes of a one-line field for a stored text, which browsers should not autofill."""
    return {"maxlength": limit, "autocomplete": "off"}


def area_attributes(limit: int = TEXT_LIMIT, *, rows: int = 3) -> dict[str, Any]:
    """Return the attributes of a field for a text of several lines."""
    return {"rows": rows, "maxlength": limit}


def init(app: Flask) -> None:
    app.jinja_env.globals.update(hidden_values=hidden_values, choice_facts=choice_facts)


def completion_sentence(typed_addresses: Iterable[str | None]) -> str:
    """Return a sentence that lists the web addresses that were completed, as they are stored; "" if none was."""
    typed = [clean_text(address) for address in typed_addresses]
    completed = [stored for address in typed if address and (stored := complete_address(address)) != address]
    return _("Link entered: %(url)s", url=" ".join(completed)) if completed else ""


def add_errors(form: FlaskForm, refusal: Invalid, field_names: Mapping[str, str] | None = None) -> None:
    """Add each problem's sentence to its field's errors or, if the form has no such field, to the form's own errors.

    ``field_names`` maps a field of the rule to the form field that shows its errors. If a text is empty in both languages and
    one language is enough, the field in the page's language shows the error.
    """
    names = [(field_names or {}).get(field, field) for field, _message in refusal.problems]
    for name, (_field, message) in zip(names, refusal.problems, strict=True):
        twin = f"{name.removesuffix('_en')}_{i18n.current_language()}"
        is_either = name.endswith("_en") and twin not in names and _are_empty(form, name, twin)
        sentence = i18n.translate_message(message)
        target = form._fields.get(twin if is_either else name)
        if target is None:
            form.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]


def _are_empty(form: FlaskForm, *names: str) -> bool:
    """Return whether the form has all these fields, and nothing is in them."""
    return all(name in form and not clean_text(str(form[name].data or "")) for name in names)


def hidden_values(form: FlaskForm) -> Iterator[tuple[str, str]]:
    """Return the name and the value of each hidden field of a form, with its CSRF token."""
    return ((field.name, field._value()) for field in form if isinstance(field, HiddenField))


def choice_facts(field: RadioField) -> tuple[tuple[str, str, bool], ...]:
    """Return the value and the label of each choice of a field, and whether it is selected."""
    return tuple((str(choice.value), str(choice.label or choice.value), choice.selected) for choice in field.iter_choices())


def is_used(*fields: Field) -> bool:
    """Whether one of these fields has a value or an error; if so, the collapsible part of the form around them is open."""
    return any(field.data or field.errors for field in fields)


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A form with only a button and the CSRF token."""


def posted_version(field: Field) -> int:
    """Return the version in this field: 0 if it is empty, or -1, which conflicts with every version, if it is invalid."""
    return parse_version(str(field.data or "0"))


def parse_version(text: str) -> int:
    """Parse the version that a form sent. Return -1, which no stored version equals, if it is invalid."""
    number = parse_number(text)
    return -1 if number is None else number


def parse_number(text: str) -> int | None:
    """Parse a number of at most nine digits. Return None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
