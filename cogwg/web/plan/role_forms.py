"""Answering a role, and asking a jurisdiction to carry one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField

from cogwg.core.bilingual import typed
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http.form_version import seen
from cogwg.web.http.i18n import later as _


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """Yes: nothing to fill in; it carries the jurisdiction that the question named."""

    asked = HiddenField("")

    @property
    def seen(self) -> int | None:
        """That jurisdiction's id; none for anything that is no id."""
        return seen(self.asked) or None


class DeclineForm(AcceptForm):
    """No, perhaps with a reason."""

    reason = TextAreaField(_("Reason, if you want to give one"), render_kw={"rows": 3, "maxlength": TEXT_LIMIT})

    @property
    def why(self) -> str:
        return typed(self.reason.data)


class OfferForm(FlaskForm):  # type: ignore[misc]
    """Which jurisdiction is asked to carry a vacant role."""

    jurisdiction = SelectField(_("Jurisdiction to ask"), validate_choice=False)

    def __init__(self, assignment_id: int, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(prefix=f"role{assignment_id}-", **kwargs)
        self.jurisdiction.choices = [("", "–"), *((str(id_), name) for id_, name in choices)]

    @property
    def chosen(self) -> int | None:
        """The id that was chosen among those offered."""
        known = {key for key, _name in self.jurisdiction.choices if key}
        return int(self.jurisdiction.data) if self.jurisdiction.data in known else None
