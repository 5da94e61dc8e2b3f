"""A rule's refusal, shown beside the fields it speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms.fields.core import Field

from cogwg.core.errors import Invalid
from cogwg.web.http import i18n


def add_errors(form: FlaskForm, refusal: Invalid, field_names: Mapping[str, str] | None = None) -> None:
    """Put each problem's sentence under its field; what belongs to no field goes to the form as a whole.

    ``names`` says which field of the form answers for a field of the rule.
    """
    for field, message in refusal.problems:
        name = (field_names or {}).get(field, field)
        sentence = i18n.translate_message(message)
        target = form._fields.get(name)
        if target is None:
            form.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button: it carries the token and nothing else."""


def posted_version(field: Field) -> int:
    """The version in this field; anything that is no version conflicts with every one."""
    return parse_version(str(field.data or "0"))


def parse_version(text: str) -> int:
    """The version that a form sent as this text; -1, which is that of nothing, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
