"""A rule's refusal, shown beside the fields it speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms.fields.core import Field

from cogwg.core.errors import Invalid
from cogwg.web.http import i18n


def show(form: FlaskForm, refusal: Invalid, names: Mapping[str, str] | None = None) -> None:
    """Put each problem's sentence under its field; what belongs to no field goes to the form as a whole.

    ``names`` says which field of the form answers for a field of the rule.
    """
    for field, message in refusal.problems:
        name = (names or {}).get(field, field)
        sentence = i18n.said(message)
        target = form._fields.get(name)
        if target is None:
            form.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]


class ButtonForm(FlaskForm):  # type: ignore[misc]
    """A button: it carries the token and nothing else."""


def seen(field: Field) -> int:
    """The version in this field; anything that is no version conflicts with every one."""
    return version(str(field.data or "0"))


def version(text: str) -> int:
    """The version that a form sent as this text; -1, which is that of nothing, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
