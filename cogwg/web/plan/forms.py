"""Forms of the plan: to filter the list, to override a priority's overall status, and to fill, end and hand over roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.status import Status
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.web.http import i18n
from cogwg.web.http.forms import is_used, posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.plan.list_filters import FilterChoices, Filters


class ActivityFilterForm(FlaskForm):  # type: ignore[misc]
    """The form that filters the list or the timeline, sent by GET without a CSRF token; view and sorting are hidden fields."""

    class Meta:
        csrf = False

    jurisdiction = SelectField(_("Jurisdiction"), id="filter-jurisdiction")
    status = SelectField(_("Status"), id="filter-status")
    timeliness = SelectField(_("Timeliness"), id="filter-timeliness")
    due = SelectField(_("Due in"), id="filter-due")
    q = StringField(_("Keywords"), id="filter-q", render_kw={"autocomplete": "off", "maxlength": 200})
    view = HiddenField()
    sort = HiddenField()
    order = HiddenField()

    def __init__(
        self, filters: Filters, choices: FilterChoices, view: str, lang: Language | str, *, searches_reports: bool
    ) -> None:
        """Fill in the form from a URL's filters; the default sorting is left out, so that the next URL leaves it out too.

        ``searches_reports`` is whether the text of reports, which only signed-in people may read, is searched too.
        """
        super().__init__(formdata=None, data={**dict.fromkeys(choices, ""), **filters.query, "view": view})
        if searches_reports:
            self.q.label.text = _("Keywords (activity or report)")
        labels = {
            "jurisdiction": _("Any jurisdiction"),
            "status": _("Any status"),
            "timeliness": _("Any timeliness"),
            "due": _("Any quarter"),
        }
        for name, values in choices.items():
            self[name].choices = [("", labels[name]), *((value, words.text(lang)) for value, words in values.items())]
        for name in ("sort", "order"):
            if not self[name].data:
                del self[name]


_LONG = {"rows": 3, "maxlength": TEXT_LIMIT}


class OverrideForm(SingleUseForm):
    """The form to override a priority's overall status, with a note; ``last`` is the id of the last override the user saw."""

    status = RadioField(_("Overall status"), validate_choice=False)
    note_en = TextAreaField(_("Reason (English)"), render_kw=_LONG)
    note_fr = TextAreaField(_("Reason (French)"), render_kw=_LONG)
    last = HiddenField("")

    def __init__(
        self, initial_status: Status | None = None, note: Bilingual | None = None, version: int = 0, **kwargs: Any
    ) -> None:
        """Fill in the form with these values, unless the request contains the form.

        ``version`` is the id of the last override.
        """
        start: dict[str, Any] = {"last": version, "status": initial_status.value if initial_status is not None else None}
        if note is not None:
            start |= {"note_en": note.en, "note_fr": note.fr}
        super().__init__(prefix="overall-", data=start, **kwargs)
        self.status.choices = [(status.value, status.label.text(i18n.current_language())) for status in Status]

    @property
    def posted_version(self) -> int:
        return posted_version(self.last)

    @property
    def chosen_status(self) -> Status | None:
        return Status(self.status.data) if self.status.data in {s.value for s in Status} else None

    @property
    def uses_other_language(self) -> bool:
        return is_used(self[f"note_{i18n.current_language().other.value}"])

    @property
    def note(self) -> Bilingual:
        return Bilingual(clean_text(self.note_en.data), clean_text(self.note_fr.data))


class ClearOverrideForm(SingleUseForm):
    """A form with only a button, which clears the override of a priority's overall status."""

    last = HiddenField("")

    def __init__(self, version: int = 0, **kwargs: Any) -> None:
        super().__init__(prefix="back-", data={"last": version}, **kwargs)

    @property
    def posted_version(self) -> int:
        return posted_version(self.last)


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """A form with only a button, and the id of the jurisdiction that it acts for (``asked``).

    It accepts or requests a role for the jurisdiction, or withdraws the offer or the request.
    """

    asked = HiddenField("")

    @property
    def asked_jurisdiction_id(self) -> int | None:
        """Return the jurisdiction id in the form: None if it is empty, and -1, which no jurisdiction has, if it is invalid."""
        return posted_version(self.asked) or None


class DeclineForm(AcceptForm):
    """The form to decline a role, with an optional reason."""

    reason = TextAreaField(_("Reason (optional)"), render_kw={"rows": 3, "maxlength": TEXT_LIMIT})

    @property
    def reason_text(self) -> str:
        return clean_text(self.reason.data)


class RoleAnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer for one of several roles; nothing is preselected. Its fields are prefixed with the role's id."""

    class Meta:
        csrf = False

    answer_field = RadioField(_("Answer"), name="answer", validate_choice=False)
    reason = StringField(_("Reason for declining (optional)"), render_kw={"maxlength": TEXT_LIMIT, "autocomplete": "off"})

    def __init__(self, assignment_id: int, **kwargs: Any) -> None:
        super().__init__(prefix=f"role{assignment_id}-", **kwargs)
        self.answer_field.choices = [("accept", _("Accept")), ("decline", _("Decline"))]

    @property
    def answer(self) -> bool | None:
        """Return whether the role is accepted or declined, or None if neither was chosen."""
        return {"accept": True, "decline": False}.get(self.answer_field.data)

    @property
    def reason_text(self) -> str:
        return clean_text(self.reason.data)


class OfferForm(FlaskForm):  # type: ignore[misc]
    """The form to offer a vacant role to a jurisdiction."""

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)

    def __init__(self, assignment_id: int, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(prefix=f"role{assignment_id}-", **kwargs)
        self.jurisdiction.choices = [("", "–"), *((str(id_), name) for id_, name in choices)]

    @property
    def chosen_jurisdiction_id(self) -> int | None:
        return chosen_id(self.jurisdiction)


def chosen_id(field: SelectField) -> int | None:
    """Return the id that was chosen in this field, or None if the value is not one of the choices."""
    return int(field.data) if field.data in {key for key, _name in field.choices if key} else None


class EndRoleForm(AcceptForm):
    """The form to end a jurisdiction's role, with a reason; ``asked`` is the id of the jurisdiction that the page showed."""

    reason_en = TextAreaField(_("Reason (English)"), render_kw=_LONG)
    reason_fr = TextAreaField(_("Reason (French)"), render_kw=_LONG)

    def __init__(self, prefix: str = "end-", **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)

    @property
    def uses_other_language(self) -> bool:
        return is_used(self[f"reason_{i18n.current_language().other.value}"])

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))


class HandOverForm(EndRoleForm):
    """The form to hand a role over to another jurisdiction, with a reason."""

    jurisdiction = SelectField(_("New jurisdiction"), validate_choice=False)

    def __init__(self, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(prefix="hand-", **kwargs)
        self.jurisdiction.choices = [("", "–"), *((str(id_), name) for id_, name in choices)]

    @property
    def chosen_jurisdiction_id(self) -> int | None:
        return chosen_id(self.jurisdiction)
