"""The forms of an engagement cycle: what is stated about it, each of its phases, its completion, and its publication."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectChoice, SelectField, StringField, TextAreaField

from cogwg.core.bilingual import Bilingual, Language, clean_line, clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.tables import slug
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.web_addresses import complete_address
from cogwg.engagement.facts import (
    LABEL_LIMIT,
    LIST_LIMIT,
    TITLE_LIMIT,
    WHEN_LIMIT,
    CycleFacts,
    DocumentFacts,
    PhaseFacts,
    phase_part,
)
from cogwg.engagement.scales import Channel
from cogwg.web.http.date_fields import DayField
from cogwg.web.http.forms import ADDRESS_ATTRIBUTES, area_attributes, line_attributes, parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.part_forms import PartForm, RowsForm, fingerprint, posted_rows, text_values
from cogwg.web.http.single_use import SingleUseForm

KEY_LIMIT = 40
_WORDS = {"rows": 3, "maxlength": TEXT_LIMIT}


class CycleForm(PartForm):
    """What is stated about a cycle, except its phases. The form for a stored cycle has no ``key``."""

    key = StringField(
        _("Part of the page’s web address (optional)"),
        description=_(
            "Use lowercase letters, digits and hyphens, for example fourth-plan. If you leave this field empty, this part "
            "is made from the English title. It cannot be changed later."
        ),
        render_kw=line_attributes(KEY_LIMIT),
    )
    title_en = StringField(_("Title (English)"), render_kw=line_attributes(TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(TITLE_LIMIT))
    summary_en = TextAreaField(_("Summary (English)"), render_kw=area_attributes())
    summary_fr = TextAreaField(_("Summary (French)"), render_kw=area_attributes())
    throughout_en = TextAreaField(_("In all phases (English)"), render_kw=area_attributes())
    throughout_fr = TextAreaField(_("In all phases (French)"), render_kw=area_attributes())
    plan = SelectField(_("Action plan that the cycle leads to"), validate_choice=False)

    def __init__(self, facts: CycleFacts | None, plans: Iterable[tuple[int, str]]) -> None:
        """Fill in the form with these facts, unless it was posted, and offer these action plans."""
        values = cycle_values(facts) if facts is not None else {}
        super().__init__(data={**values, "shown": fingerprint(values)})
        self.plan.choices = [SelectChoice("", gettext("None")), *(SelectChoice(str(year), title) for year, title in plans)]
        if facts is not None:
            del self.key
            self.still_right.offer(_own_stale(facts))

    def applied_to(self, facts: CycleFacts) -> CycleFacts:
        """Return the facts of the cycle, updated with what was typed."""
        return replace(
            facts,
            title=self.bilingual_line("title"),
            summary=self.bilingual_text("summary"),
            throughout=self.bilingual_lines("throughout"),
            plan=parse_number(self.plan.data or ""),
        )

    @property
    def new_facts(self) -> CycleFacts:
        """Return the facts of a new cycle, without phases."""
        title = self.bilingual_line("title")
        return self.applied_to(CycleFacts(_typed_key(self.key.data, title), title))


def _typed_key(key: str | None, title: Bilingual) -> str:
    """Return the key that was typed or, if there is none, a key made from the English title."""
    return clean_line(key) or slug(title.text(Language.EN))[:KEY_LIMIT].strip("-")


def _own_stale(facts: CycleFacts) -> dict[str, str]:
    """Return the stale texts of a cycle, except its methods and limits: these are in the analysts' form."""
    return {name: lang for name, lang in facts.stale if name not in ("methods", "limits")}


def cycle_values(facts: CycleFacts) -> dict[str, Any]:
    """Map the names of the form's fields to what is stated about a cycle."""
    return {
        "plan": str(facts.plan or ""),
        **text_values("title", facts.title),
        **text_values("summary", facts.summary),
        **_lines_values("throughout", facts.throughout),
    }


class PhaseForm(RowsForm):
    """A phase of a cycle, with the rows of its documents. The form for a stored phase has no ``key``."""

    key_field = "url"
    key = StringField(
        _("Part of the page’s web address (optional)"),
        description=_(
            "Use lowercase letters, digits and hyphens, for example shaping. If you leave this field empty, this part is "
            "made from the English title. It cannot be changed later."
        ),
        render_kw=line_attributes(KEY_LIMIT),
    )
    place = SelectField(_("Position in the cycle"), validate_choice=False)
    title_en = StringField(_("Title (English)"), render_kw=line_attributes(TITLE_LIMIT))
    title_fr = StringField(_("Title (French)"), render_kw=line_attributes(TITLE_LIMIT))
    starts_on = DayField(_("First day"))
    ends_on = DayField(_("Last day (leave it empty if there is none)"))
    when_en = StringField(_("Dates as stated (English)"), render_kw=line_attributes(WHEN_LIMIT))
    when_fr = StringField(_("Dates as stated (French)"), render_kw=line_attributes(WHEN_LIMIT))
    about_en = TextAreaField(_("What happens (English)"), render_kw=area_attributes())
    about_fr = TextAreaField(_("What happens (French)"), render_kw=area_attributes())
    asked_en = TextAreaField(_("What is asked (English)"), render_kw=area_attributes())
    asked_fr = TextAreaField(_("What is asked (French)"), render_kw=area_attributes())
    takes_comments = BooleanField(
        _("Take comments on this site"),
        description=_("From the first to the last day. Moderators read each comment before it is published."),
    )
    most_per_network = StringField(
        _("Maximum number of comments a day from one network"),
        description=_(
            "Once this number is reached, other comments from the network are refused that day. Many people "
            "may share a network, such as a library’s."
        ),
        render_kw={"inputmode": "numeric", **line_attributes(4)},
    )
    result_en = TextAreaField(_("What came of it (English)"), render_kw=area_attributes())
    result_fr = TextAreaField(_("What came of it (French)"), render_kw=area_attributes())
    result_link = StringField(_("Link to what came of it"), render_kw=ADDRESS_ATTRIBUTES)
    publishable = BooleanField(_("List the phase in the consultations registry"))
    report_expected = BooleanField(_("A report on what was heard is expected"))
    going_forward = BooleanField(_("The phase is going forward"))
    rationale_en = TextAreaField(_("Rationale (English)"), render_kw=area_attributes(rows=2))
    rationale_fr = TextAreaField(_("Rationale (French)"), render_kw=area_attributes(rows=2))
    participants_en = TextAreaField(_("Target participants (English)"), render_kw=area_attributes(rows=2))
    participants_fr = TextAreaField(_("Target participants (French)"), render_kw=area_attributes(rows=2))
    subjects_en = TextAreaField(_("Subjects (English)"), render_kw=area_attributes(rows=2))
    subjects_fr = TextAreaField(_("Subjects (French)"), render_kw=area_attributes(rows=2))
    departments_en = TextAreaField(_("Partner departments (English)"), render_kw=area_attributes(rows=2))
    departments_fr = TextAreaField(_("Partner departments (French)"), render_kw=area_attributes(rows=2))
    texts: ClassVar[tuple[str, ...]] = ("about", "asked", "result", "rationale", "participants")
    lines: ClassVar[tuple[str, ...]] = ("title", "when")
    lists: ClassVar[tuple[str, ...]] = ("subjects", "departments")
    checks: ClassVar[tuple[str, ...]] = ("takes_comments", "publishable", "report_expected", "going_forward")

    @property
    def channel_fields(self) -> list[Any]:
        return [self[_channel_field(channel)] for channel in Channel]

    def applied_to(self, facts: CycleFacts, key: str | None) -> CycleFacts:
        """Return the cycle with the typed phase at the chosen position. Raises ``Invalid`` if the phase has no first day."""
        phase = self._typed(key if key is not None else _typed_key(self.key.data, self.bilingual_line("title")))
        others = [each for each in facts.phases if each.key != key]
        place = parse_number(self.place.data or "")
        at = len(others) if place is None else min(max(place - 1, 0), len(others))
        return replace(facts, phases=(*others[:at], phase, *others[at:]))

    def _typed(self, key: str) -> PhaseFacts:
        if self.starts_on.data is None:
            raise Invalid(("starts_on", Message(N_("Enter the first day of the phase."))))
        stated: dict[str, Any] = {
            **{name: self.bilingual_line(name) for name in self.lines},
            **{name: self.bilingual_text(name) for name in self.texts},
            **{name: self.bilingual_lines(name) for name in self.lists},
            **{name: bool(self[name].data) for name in self.checks},
        }
        return PhaseFacts(
            key=key,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            **stated,
            result_link=complete_address(self.result_link.data),
            most_per_network=parse_number(clean_line(self.most_per_network.data)) or 0,
            channels=tuple(channel for channel in Channel if self[_channel_field(channel)].data),
            documents=tuple(self._document(index) for index in self.kept_rows()),
        )

    def _document(self, index: int) -> DocumentFacts:
        return DocumentFacts(complete_address(self[f"row{index}_url"].data), self.bilingual_line(f"row{index}_label"))


def phase_form(facts: CycleFacts, stored: PhaseFacts | None) -> PhaseForm:
    """Return the form for a stored phase or, if ``stored`` is None, for a new one."""
    fields: dict[str, Any] = {
        _channel_field(channel): BooleanField(channel.label.text(current_language())) for channel in Channel
    }
    for index in range(posted_rows(len(stored.documents) if stored else 0, LIST_LIMIT)):
        prefix = f"row{index}_"
        fields[f"{prefix}url"] = StringField(_("Web address"), render_kw=ADDRESS_ATTRIBUTES)
        fields[f"{prefix}label_en"] = StringField(_("Name of the document (English)"), render_kw=line_attributes(LABEL_LIMIT))
        fields[f"{prefix}label_fr"] = StringField(_("Name of the document (French)"), render_kw=line_attributes(LABEL_LIMIT))
        fields[f"{prefix}remove"] = BooleanField(_("Remove this document"))
    values = phase_values(facts, stored.key) if stored else {}
    usual: dict[str, Any] = {} if stored else _new_values(len(facts.phases))
    form_class = type("OnePhaseForm", (PhaseForm,), fields)
    form: PhaseForm = form_class(data={**usual, **values, "shown": fingerprint(values)})
    form.rows.data = str(form.row_count)
    form.place.choices = [SelectChoice(str(place), str(place)) for place in range(1, len(facts.phases) + (1 if stored else 2))]
    if stored:
        del form.key
        form.still_right.offer(dict(stored.stale), part=phase_part(stored.key))
    return form


def phase_values(facts: CycleFacts, key: str) -> dict[str, Any]:
    """Map the names of the form's fields to the values of a phase; empty if the cycle has no phase with this key."""
    place, phase = next(((n, each) for n, each in enumerate(facts.phases, 1) if each.key == key), (0, None))
    if phase is None:
        return {}
    values: dict[str, Any] = {
        "place": str(place),
        "starts_on": phase.starts_on,
        "ends_on": phase.ends_on,
        "result_link": phase.result_link,
        "most_per_network": str(phase.most_per_network),
        **{name: getattr(phase, name) for name in PhaseForm.checks},
        **{_channel_field(channel): channel in phase.channels for channel in Channel},
    }
    for name in (*PhaseForm.lines, *PhaseForm.texts):
        values |= text_values(name, getattr(phase, name))
    for name in PhaseForm.lists:
        values |= _lines_values(name, getattr(phase, name))
    for index, document in enumerate(phase.documents):
        values[f"row{index}_url"] = document.url
        values |= text_values(f"row{index}_label", document.label)
    return values


def _new_values(phase_count: int) -> dict[str, Any]:
    usual = {"publishable": True, "report_expected": True, "going_forward": True, "most_per_network": "20"}
    return {**usual, "place": str(phase_count + 1), _channel_field(Channel.ONLINE): True}


def _channel_field(channel: Channel) -> str:
    return f"channel_{channel.value.replace('-', '_')}"


def _lines_values(name: str, lines: tuple[Bilingual, ...]) -> dict[str, str]:
    return {f"{name}_{lang}": "\n".join(line.exact_text(lang) for line in lines).rstrip("\n") for lang in Language}


class CompleteForm(SingleUseForm):
    """The day on which a cycle was completed, with the version that the page showed."""

    version = HiddenField("")
    completed_on = DayField(_("Day on which the cycle was completed"))


class CycleVersionForm(SingleUseForm):
    """A form with only a button and the version that the page showed."""

    version = HiddenField("")


class PublishCycleForm(FlaskForm):  # type: ignore[misc]
    """The reasons for publishing a cycle. ``shown`` identifies the preview that was shown."""

    shown = HiddenField()
    reason_en = TextAreaField(_("Reason for the change (English)"), render_kw=_WORDS)
    reason_fr = TextAreaField(_("Reason for the change (French)"), render_kw=_WORDS)
    override_reason = TextAreaField(_("Reason for publishing without these texts"), render_kw=_WORDS)

    @property
    def override_text(self) -> str:
        return clean_text(self.override_reason.data)

    @property
    def reason(self) -> Bilingual:
        return Bilingual(clean_text(self.reason_en.data), clean_text(self.reason_fr.data))
