"""A rule's refusal, shown beside the fields it speaks of."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf import FlaskForm

from cogwg.core.errors import Invalid
from cogwg.web.http import i18n as languages


def show(form: FlaskForm, refusal: Invalid, names: Mapping[str, str] | None = None) -> None:
    """Put each problem's sentence under its field; what belongs to no field goes to the form as a whole.

    ``names`` says which field of the form answers for a field of the rule.
    """
    for field, message in refusal.problems:
        name = (names or {}).get(field, field)
        sentence = languages.said(message)
        target = form._fields.get(name)
        if target is None:
            form.form_errors.append(sentence)
        else:
            target.errors = [*target.errors, sentence]
