"""Form helpers: rule errors beside their fields, a form that is only a button, and the version a form was opened with."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms.fields.core import Field

from cogwg.core.errors import Invalid
from cogwg.web.http import i18n


def add_errors(form: FlaskForm, refusal: Invalid, field_names: Mapping[str, str] | None = None) -> None:
    """Put each problem's sentence under its field; a problem without a field goes to the form as a whole.

    ``field_names`` maps a field of the rule to the form field that shows it.
    """
    for field, message in refusal.problems:
        name = (field_names or {}).get(field, field)
        sentence = i18n.translate_message(message)
        target = form._fields.get(name)
        if target is None:
            form.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]


def is_used(*fields: Field) -> bool:
    """Whether one of these fields has a value or an error, so that the collapsed part of the form with them opens."""
    return any(field.data or field.errors for field in fields)


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A form that is only a button: it carries the CSRF token and nothing else."""


def posted_version(field: Field) -> int:
    """Return the version in this field; an invalid one conflicts with every version."""
    return parse_version(str(field.data or "0"))


def parse_version(text: str) -> int:
    """Return the version that a form sent as this text, or -1, which no object has, if it is invalid."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
