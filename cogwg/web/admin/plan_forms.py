"""The forms that edit a plan: its title, and the texts, dates, places and roles of its priorities and activities.

``shown`` identifies the state that a form showed: the version of the row in an adopted plan, the fingerprint of the item in a
draft. Forms of a draft have no reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language, clean_line, clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.text_states import NO_STALE_TEXTS, StaleTexts
from cogwg.core.web_addresses import complete_address
from cogwg.plan.draft_edits import PLAN_TITLE_LIMIT
from cogwg.plan.models import AssignmentRole
from cogwg.plan.plan_texts import ACTIVITY_TITLE_LIMIT, SHORT_LIMIT, TITLE_LIMIT, ActivityTexts, PriorityTexts
from cogwg.plan.rules import DUE_WORDING_LIMIT, DueDate
from cogwg.web.http import i18n
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, is_used, line_attributes, parse_number, parse_version
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.http.still_right import StillRightField

_REASON = {"maxlength": TEXT_LIMIT, "autocomplete": "off"}
_LONG = {"rows": 3, "maxlength": TEXT_LIMIT}


class EditForm(SingleUseForm):
    """A form that changes one item, with the reason in one language or both."""

    reason_en = StringField(_("Reason (English)"), render_kw=_REASON)
    reason_fr = StringField(_("Reason (French)"), render_kw=_REASON)
    shown = HiddenField("")

    def __init__(self, *, prefix: str = "", is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(prefix=prefix, **kwargs)
        for name in ("reason_en", "reason_fr"):
            if is_draft:
                del self[name]

    @property
    def reason(self) -> Bilingual:
        return self.bilingual_line("reason")

    @property
    def has_reason(self) -> bool:
        return "reason_en" in self

    @property
    def uses_other_language(self) -> bool:
        """Whether the reason in the language that is not the page's has a value or an error."""
        return is_used(self[f"reason_{i18n.current_language().other.value}"])

    @property
    def version(self) -> int:
        """The version of the row that the form showed."""
        return parse_version(self.shown.data or "")

    def bilingual_line(self, name: str) -> Bilingual:
        return Bilingual(clean_line(self[f"{name}_en"].data), clean_line(self[f"{name}_fr"].data))

    def bilingual_text(self, name: str) -> Bilingual:
        return Bilingual(clean_text(self[f"{name}_en"].data), clean_text(self[f"{name}_fr"].data))


class PriorityForm(EditForm):
    """The texts of a priority. Lists have one item on each line, in the same order in both languages."""

    title_en = StringField(_("Title (English)"), render_kw=line_attributes(TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(TITLE_LIMIT))
    short_en = StringField(_("Short title (English)"), render_kw=line_attributes(SHORT_LIMIT))
    short_fr = StringField(_("Short title (French)"), render_kw=line_attributes(SHORT_LIMIT))
    issue_en = TextAreaField(_("Issue (English)"), render_kw=_LONG)
    issue_fr = TextAreaField(_("Issue (French)"), render_kw=_LONG)
    consequences_en = TextAreaField(_("The issue leads to (English)"), render_kw=_LONG)
    consequences_fr = TextAreaField(_("The issue leads to (French)"), render_kw=_LONG)
    outcome_en = TextAreaField(_("Expected outcome (English)"), render_kw=_LONG)
    outcome_fr = TextAreaField(_("Expected outcome (French)"), render_kw=_LONG)
    results_en = TextAreaField(_("The outcome leads to (English)"), render_kw=_LONG)
    results_fr = TextAreaField(_("The outcome leads to (French)"), render_kw=_LONG)
    still_right = StillRightField()
    groups = ("title", "short", "issue", "consequences", "outcome", "results")

    def __init__(
        self, texts: PriorityTexts | None = None, shown: str = "", *, stale: StaleTexts = NO_STALE_TEXTS, **kwargs: Any
    ) -> None:
        """Fill in the form with these texts, unless it was posted."""
        values = {"shown": shown, **(priority_values(texts) if texts is not None else {})}
        super().__init__(prefix="priority-", data=values, **kwargs)
        self.still_right.offer(stale)

    @property
    def texts(self) -> PriorityTexts:
        return PriorityTexts(
            self.bilingual_line("title"),
            self.bilingual_line("short"),
            self.bilingual_text("issue"),
            self.bilingual_text("outcome"),
            self._lines("consequences"),
            self._lines("results"),
        )

    def _lines(self, name: str) -> tuple[Bilingual, ...]:
        both = ([clean_line(line) for line in (self[f"{name}_{lang}"].data or "").splitlines()] for lang in Language)
        pairs = zip_longest(*([line for line in lines if line] for lines in both), fillvalue="")
        return tuple(Bilingual(*pair) for pair in pairs)


def priority_values(texts: PriorityTexts) -> dict[str, str]:
    """Map the names of the form's fields to the texts of a priority."""
    values = {}
    for lang in Language:
        for name in ("title", "short", "issue", "outcome"):
            values[f"{name}_{lang}"] = getattr(texts, name).exact_text(lang)
        for name in ("consequences", "results"):
            values[f"{name}_{lang}"] = "\n".join(line.exact_text(lang) for line in getattr(texts, name))
    return values


class ActivityForm(EditForm):
    """What the plan says about an activity, and its due date.

    ``was`` is the due date that the form showed, and ``confirmed`` the past date that it asked the person to confirm.
    """

    title_en = StringField(_("Title (English)"), render_kw=line_attributes(ACTIVITY_TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(ACTIVITY_TITLE_LIMIT))
    text_en = TextAreaField(_("Description (English)"), render_kw=_LONG)
    text_fr = TextAreaField(_("Description (French)"), render_kw=_LONG)
    month = SelectField(_("Due month"), validate_choice=False)
    day = StringField(_("Day of the month (optional)"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    words_en = StringField(_("Wording of the due date (English, optional)"), render_kw=line_attributes(DUE_WORDING_LIMIT))
    words_fr = StringField(_("Wording of the due date (French, optional)"), render_kw=line_attributes(DUE_WORDING_LIMIT))
    ongoing = BooleanField(_("This activity is ongoing: it goes on after its due date"))
    still_right = StillRightField()
    was = HiddenField("")
    confirmed = HiddenField("")
    groups = ("title", "text")

    def __init__(
        self,
        months: Sequence[tuple[str, str]],
        texts: ActivityTexts | None = None,
        due: DueDate | None = None,
        shown: str = "",
        *,
        stale: StaleTexts = NO_STALE_TEXTS,
        **kwargs: Any,
    ) -> None:
        """Offer ``months``, pairs of a key (2020-09) and a label; fill in the form with these values, unless it was posted."""
        values: dict[str, Any] = {"shown": shown, **(activity_values(texts) if texts is not None else {})}
        if due is not None:
            values |= {"month": DueDate(due.year, due.month).key, "day": str(due.day or ""), "was": due.key}
        super().__init__(prefix="activity-", data=values, **kwargs)
        self.month.choices = list(months)
        self.still_right.offer(stale, {"due_words": "words"})

    @property
    def texts(self) -> ActivityTexts:
        return ActivityTexts(
            self.bilingual_line("title"), self.bilingual_text("text"), self.bilingual_line("words"), bool(self.ongoing.data)
        )

    @property
    def due(self) -> DueDate:
        """Return the chosen date. Raises ``Invalid`` for a month that was not offered or a day that is not a number."""
        typed = clean_line(self.day.data)
        day = parse_number(typed) if typed else None
        if self.month.data not in [key for key, _words in self.month.choices]:
            raise Invalid(("month", Message(N_("Choose a month."))))
        if typed and day is None:
            raise Invalid(("day", Message(N_("Enter the day as a number, such as 15, or leave it empty."))))
        month = DueDate.from_key(self.month.data)
        return DueDate(month.year, month.month, day)

    @property
    def shown_due(self) -> DueDate | None:
        """Return the due date that the form showed, or None if it cannot be parsed."""
        try:
            return DueDate.from_key(self.was.data or "")
        except ValueError:
            return None


def activity_values(texts: ActivityTexts) -> dict[str, Any]:
    """Map the names of the form's fields to what the plan says about an activity."""
    values: dict[str, Any] = {"ongoing": texts.ongoing}
    for lang in Language:
        for name, text in (("title", texts.title), ("text", texts.text), ("words", texts.due_words)):
            values[f"{name}_{lang}"] = text.exact_text(lang)
    return values


class ReasonForm(EditForm):
    """A form with only a reason: to retire, restore or remove an item."""

    def __init__(self, shown: str = "", **kwargs: Any) -> None:
        super().__init__(prefix="item-", data={"shown": shown}, **kwargs)


class PlaceForm(EditForm):
    """The new position of an item in its list, counting from 1."""

    place = SelectField(_("Position in the order"), validate_choice=False)

    def __init__(self, names: Sequence[str], place: int = 0, shown: str = "", **kwargs: Any) -> None:
        """Offer a position for each of ``names``, the names of the items in order. The item itself is at ``place``."""
        super().__init__(prefix="place-", data={"place": str(place), "shown": shown}, **kwargs)
        self.place.choices = [(str(n), f"{n}. {name}") for n, name in enumerate(names, 1)]

    @property
    def chosen_place(self) -> int:
        return parse_number(self.place.data or "") or 0


class RoleForm(EditForm):
    """Whether a role is that of a lead or a partner."""

    role = RadioField(_("Role"), validate_choice=False)

    def __init__(self, role: AssignmentRole | None = None, shown: str = "", **kwargs: Any) -> None:
        super().__init__(prefix="role-", data={"role": role.value if role else None, "shown": shown}, **kwargs)
        self.role.choices = [
            (AssignmentRole.LEAD.value, i18n.gettext("Lead")),
            (AssignmentRole.PARTNER.value, i18n.gettext("Partner")),
        ]

    @property
    def chosen_role(self) -> AssignmentRole | None:
        return next((role for role in AssignmentRole if role.value == self.role.data), None)


class NewRoleForm(RoleForm):
    """A new lead or partner; without a jurisdiction, the role is vacant."""

    jurisdiction = SelectField(_("Jurisdiction"), validate_choice=False)

    def __init__(self, choices: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        vacant = i18n.gettext("None yet: the role is vacant")
        self.jurisdiction.choices = [("", vacant), *((str(id_), name) for id_, name in choices)]

    @property
    def jurisdiction_id(self) -> int | None:
        """Return the chosen jurisdiction, or None for a vacant role. Raises ``Invalid`` for one that was not offered."""
        if self.jurisdiction.data not in [key for key, _name in self.jurisdiction.choices]:
            raise Invalid(("jurisdiction", Message(N_("Choose a jurisdiction from the list."))))
        return int(self.jurisdiction.data) if self.jurisdiction.data else None


class PlanForm(EditForm):
    """The title of a draft plan, and the link to its document."""

    title_en = StringField(_("Title (English)"), render_kw=line_attributes(PLAN_TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(PLAN_TITLE_LIMIT))
    link = StringField(_("Link to the plan’s document (optional)"), render_kw=ADDRESS_ATTRIBUTES)

    def __init__(self, title: Bilingual | None = None, link: str = "", shown: str = "", **kwargs: Any) -> None:
        start = {"title_en": title.en, "title_fr": title.fr} if title is not None else {}
        super().__init__(prefix="plan-", is_draft=True, data={**start, "link": link, "shown": shown}, **kwargs)

    @property
    def address(self) -> str:
        return complete_address(self.link.data)
