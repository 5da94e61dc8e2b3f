"""The form for a briefing's meeting, used to create the briefing and to change the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flask_babel import gettext
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from cogwg.briefing.outline import CoverDetails
from cogwg.briefing.queries import OpenBriefing
from cogwg.briefing.rules import AUDIENCE_LIMIT
from cogwg.core.bilingual import Bilingual, clean_line
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.forms import posted_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_DAY_NEEDED = _("Enter the date of the meeting.")
_LENGTH_LIMIT = Length(max=AUDIENCE_LIMIT, message=_("Use at most 120 characters."))
_AUDIENCE = (InputRequired(_("Enter the audience of the briefing.")), _LENGTH_LIMIT)


class MeetingForm(SingleUseForm):
    """The meeting: its date, audience and place and, if there is a choice, which plans the deck covers."""

    version = HiddenField("")
    meeting_on = DayField(_("Meeting date"), validators=[InputRequired(_DAY_NEEDED)])
    audience_en = StringField(_("Audience (English)"), validators=_AUDIENCE, render_kw={"lang": "en"})
    audience_fr = StringField(_("Audience (French)"), validators=_AUDIENCE, render_kw={"lang": "fr"})
    place_en = StringField(_("Place (English, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "en"})
    place_fr = StringField(_("Place (French, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "fr"})
    agenda_item_en = StringField(_("Agenda item (English, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "en"})
    agenda_item_fr = StringField(_("Agenda item (French, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "fr"})
    classification_en = StringField(
        _("Classification (English, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "en"}
    )
    classification_fr = StringField(
        _("Classification (French, optional)"), validators=[_LENGTH_LIMIT], render_kw={"lang": "fr"}
    )
    scope = RadioField(_("Work plan covered by the deck"), validate_choice=False)

    @property
    def posted_version(self) -> int:
        return posted_version(self.version)

    @property
    def plan_years(self) -> tuple[int | None, int | None]:
        """Return the years of the chosen plan and of the plan that the deck announces, if any.

        Returns (None, None) if the form offers no choice, or the choice was not offered.
        """
        offered = {value for value, _label in self.scope.choices or ()} if self.scope else set()
        if not self.scope or self.scope.data not in offered:
            return None, None
        year, _plus, announced = str(self.scope.data).partition("+")
        return int(year), int(announced) if announced else None

    def bilingual(self, name: str) -> Bilingual:
        """Return what was typed in the fields ``NAME_en`` and ``NAME_fr``."""
        return Bilingual(clean_line(self._fields[f"{name}_en"].data), clean_line(self._fields[f"{name}_fr"].data))

    @property
    def cover(self) -> CoverDetails:
        """Return the agenda item and the classification."""
        return CoverDetails(self.bilingual("agenda_item"), self.bilingual("classification"))

    def set_bilingual(self, name: str, text: Bilingual) -> None:
        self._fields[f"{name}_en"].data, self._fields[f"{name}_fr"].data = text.en, text.fr


def scope_value(year: int | None, announced: int | None = None) -> str:
    """Return the form value for the plans that a deck covers, such as "2020" or "2020+2021"; "" without a plan."""
    return "" if year is None else f"{year}+{announced}" if announced else str(year)


def meeting_form(years: Sequence[int], briefing: OpenBriefing | None = None, *, chosen: str = "", **kwargs: Any) -> MeetingForm:
    """Return a form for a new meeting, or one for the meeting of ``briefing``, filled in.

    ``years`` are the years that have a plan. An existing briefing keeps its plan. Only the plan that it announces can change.
    """
    data: dict[str, Any] = {"scope": chosen}
    if briefing is not None:
        data = {
            "version": briefing.outline_version,
            "meeting_on": briefing.meeting_on,
            "audience_en": briefing.audience.en,
            "audience_fr": briefing.audience.fr,
            "place_en": briefing.place.en,
            "place_fr": briefing.place.fr,
            "agenda_item_en": briefing.outline.cover.agenda_item.en,
            "agenda_item_fr": briefing.outline.cover.agenda_item.fr,
            "classification_en": briefing.outline.cover.classification.en,
            "classification_fr": briefing.outline.cover.classification.fr,
            "scope": scope_value(briefing.year, briefing.next_year),
        }
    form = MeetingForm(data=data, **kwargs)
    pairs = list(pairwise(years))
    starts = [briefing.year] if briefing is not None else list(years)
    choices = [(scope_value(year), gettext("%(year)s work plan", year=year)) for year in starts]
    choices += [(scope_value(*pair), _two_plans_label(*pair)) for pair in pairs if pair[0] in starts]
    form.scope.choices = sorted(choices, reverse=True)
    if len(choices) < 2:
        del form.scope
    return form


def _two_plans_label(year: int, announced: int) -> str:
    return str(
        gettext("Results of the %(year)s work plan, with the %(next)s work plan in the annex", year=year, next=announced)
    )
