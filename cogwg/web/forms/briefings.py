"""A new briefing."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

_DAY_NEEDED = _("Give the day of the meeting as year-month-day, such as 2020-10-08.")


_AUDIENCE = (
    InputRequired(_("Say who the briefing is for.")),
    Length(max=120, message=_("Use at most 120 characters.")),
)


class MeetingDay(DateField):  # type: ignore[misc]
    """A day that answers in our own words when it cannot be read."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_DAY_NEEDED)) from error


class BriefingForm(FlaskForm):  # type: ignore[misc]
    """The meeting a briefing is for."""

    meeting_on = MeetingDay(_("Day of the meeting"), validators=[InputRequired(_DAY_NEEDED)])
    audience_en = StringField(
        _("Audience, in English"),
        validators=_AUDIENCE,
        render_kw={"lang": "en"},
    )
    audience_fr = StringField(
        _("Audience, in French"),
        validators=_AUDIENCE,
        render_kw={"lang": "fr"},
    )
