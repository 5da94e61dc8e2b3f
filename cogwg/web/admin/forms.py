"""The forms to invite a person, to correct an account, to give, move and end roles, and to add and change jurisdictions."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SearchField, SelectChoice, SelectField, StringField

from cogwg.accounts.jurisdictions import CODE_LIMIT, CONTACT_LIMIT, NAME_LIMIT, SHORT_LIMIT, JurisdictionDraft
from cogwg.accounts.models import Jurisdiction, OrderOfGovernment, Role
from cogwg.accounts.people import REASON_LIMIT
from cogwg.accounts.wording import GROUP_ROLE_LABELS, ORDER_LABELS
from cogwg.core.bilingual import Bilingual, Language, clean_line
from cogwg.core.errors import N_, Invalid, Message
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import current_language, gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm

_LANGUAGES = (SelectChoice(Language.EN.value, "English"), SelectChoice(Language.FR.value, "Français"))


def _role_choices() -> list[SelectChoice]:
    return [SelectChoice(role.value, label.text(current_language())) for role, label in GROUP_ROLE_LABELS.items()]


def _jurisdiction_choices(jurisdictions: Iterable[Jurisdiction]) -> list[SelectChoice]:
    lang = current_language()
    named = [SelectChoice(str(jurisdiction.id), jurisdiction.name.text(lang)) for jurisdiction in jurisdictions]
    return [SelectChoice("", gettext("Choose a jurisdiction")), *named]


class PeopleFilterForm(FlaskForm):  # type: ignore[misc]
    """The filters of the list of people, sent by GET."""

    class Meta:
        csrf = False

    q = SearchField(_("Name, email or jurisdiction"), id="people-words", render_kw={"autocomplete": "off"})
    role = SelectField(_("Role"), id="people-role", validate_choice=False)
    state = SelectField(_("Account"), id="people-state", validate_choice=False)

    def fill_choices(self) -> None:
        self.role.choices = [SelectChoice("", gettext("Any role")), *_role_choices()]
        self.state.choices = [
            SelectChoice("active", gettext("Active and invited")),
            SelectChoice("invited", gettext("Invitation not accepted")),
            SelectChoice("deactivated", gettext("Deactivated")),
            SelectChoice("all", gettext("All")),
        ]


class RoleFields(SingleUseForm):
    """A role and, for a lead or deputy, a jurisdiction."""

    role = RadioField(_("Role"), validate_choice=False)
    jurisdiction = SelectField(
        _("Jurisdiction"),
        validate_choice=False,
        description=_("For a lead or a deputy. A deputy can do everything that the lead can do."),
    )

    def fill_choices(self, jurisdictions: Iterable[Jurisdiction]) -> None:
        self.role.choices = _role_choices()
        self.jurisdiction.choices = _jurisdiction_choices(jurisdictions)

    @property
    def chosen_role(self) -> Role:
        """Return the role. Raises ``Invalid`` if none was chosen."""
        chosen = next((role for role in Role if role.value == self.role.data), None)
        if chosen is None:
            raise Invalid(("role", Message(N_("Choose a role."))))
        return chosen

    @property
    def jurisdiction_id(self) -> int | None:
        return parse_number(self.jurisdiction.data or "")


class PersonFields(FlaskForm):  # type: ignore[misc]
    """A person's name, email address and the language of their emails."""

    name = StringField(_("Name"), render_kw={"maxlength": 120, "autocomplete": "off"})
    email = EmailField(_("Email address"), render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"})
    lang = RadioField(_("Language of emails"), choices=_LANGUAGES, validate_choice=False)

    @property
    def chosen_lang(self) -> Language:
        return Language.FR if self.lang.data == Language.FR.value else Language.EN


class InviteForm(RoleFields, PersonFields):
    """A new person: name, email address, role, jurisdiction and language."""


class EditPersonForm(PersonFields):
    """A correction of a person's account, with the version of the account that the page showed."""

    version = HiddenField()


class AddRoleForm(RoleFields):
    """Another role for a person, with the version of the account that the page showed."""

    version = HiddenField()


class MoveRoleForm(FlaskForm):  # type: ignore[misc]
    """Another jurisdiction for a lead's or deputy's role, with the version of the account that the page showed."""

    jurisdiction = SelectField(_("New jurisdiction"), validate_choice=False)
    version = HiddenField()

    def fill_choices(self, jurisdictions: Iterable[Jurisdiction], except_ids: Collection[int | None]) -> None:
        """Offer these jurisdictions, except those for which the person has the role already."""
        self.jurisdiction.choices = _jurisdiction_choices(each for each in jurisdictions if each.id not in except_ids)

    @property
    def jurisdiction_id(self) -> int | None:
        return parse_number(self.jurisdiction.data or "")


class VersionForm(FlaskForm):  # type: ignore[misc]
    """A form with only buttons, and the version of the account that the page showed."""

    version = HiddenField()


class ResetFactorForm(VersionForm):
    """The reason for a reset of a person's two-step sign-in, with the version of the account that the page showed."""

    reason = StringField(
        _("Reason"),
        description=_("The person gets the reason by email, and the audit log keeps it."),
        render_kw={"maxlength": REASON_LIMIT, "autocomplete": "off"},
    )


_SHORT_HINT = _("Shown in tables, charts and lists, where space is limited. If empty, the name is used.")
_SHORT_STAYS = N_(
    "The name changed, but tables and charts would still show “%(short)s”. Change or clear the short name, or choose "
    "below to keep it."
)


class JurisdictionFields(FlaskForm):  # type: ignore[misc]
    """A jurisdiction's order of government, and its names and short names in both languages."""

    name_en = StringField(_("Name (English)"), render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})
    name_fr = StringField(_("Name (French)"), render_kw={"maxlength": NAME_LIMIT, "autocomplete": "off"})
    short_en = StringField(
        _("Short name (English)"), description=_SHORT_HINT, render_kw={"maxlength": SHORT_LIMIT, "autocomplete": "off"}
    )
    short_fr = StringField(
        _("Short name (French)"), description=_SHORT_HINT, render_kw={"maxlength": SHORT_LIMIT, "autocomplete": "off"}
    )
    kind = RadioField(_("Order of government"), validate_choice=False)

    def fill_choices(self) -> None:
        self.kind.choices = [SelectChoice(kind.value, label.text(current_language())) for kind, label in ORDER_LABELS.items()]

    @property
    def draft(self) -> JurisdictionDraft:
        kind = next((kind for kind in OrderOfGovernment if kind.value == self.kind.data), None)
        name = Bilingual(self.name_en.data or "", self.name_fr.data or "")
        return JurisdictionDraft(kind, name, Bilingual(self.short_en.data or "", self.short_fr.data or ""))


class AddJurisdictionForm(JurisdictionFields, SingleUseForm):
    """A new jurisdiction or national municipal organization, with the code for its URL."""

    code = StringField(
        _("Code"),
        description=_(
            "Used in the web address of the jurisdiction’s page and in mentions, for example “on” for "
            "Ontario. It cannot be changed later."
        ),
        render_kw={"maxlength": CODE_LIMIT, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"},
    )


class RenameJurisdictionForm(JurisdictionFields):
    """New names for a jurisdiction, with the version that the page showed.

    If a name changes, its short name must be changed or emptied, or the person must choose to keep it (``asks_for_short``).
    """

    version = HiddenField()
    keep_short = BooleanField(_("Keep the short name"))
    asks_for_short = False

    def check_short_names(self, name: Bilingual, short: Bilingual) -> None:
        """Raise ``Invalid`` if a stored name changes and its short name does not, unless the person chose to keep it."""
        left = [
            lang
            for lang in Language
            if clean_line(self[f"name_{lang.value}"].data) != name.exact_text(lang)
            and clean_line(self[f"short_{lang.value}"].data) == short.exact_text(lang)
            and short.exact_text(lang) != clean_line(self[f"name_{lang.value}"].data)
        ]
        if not left or self.keep_short.data:
            return
        self.asks_for_short = True
        raise Invalid(*((f"short_{lang.value}", Message(_SHORT_STAYS, {"short": short.exact_text(lang)})) for lang in left))


class ContactForm(FlaskForm):  # type: ignore[misc]
    """The contact of a jurisdiction, with the version of the jurisdiction that the page showed."""

    contact_name = StringField(_("Name"), render_kw={"maxlength": CONTACT_LIMIT, "autocomplete": "off"})
    contact_email = EmailField(
        _("Email address"), render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
    )
    version = HiddenField()


class RemovalForm(FlaskForm):  # type: ignore[misc]
    """The reason to remove a person's identifiers, with the version of the account that the page showed."""

    reason = StringField(
        _("Reason"),
        description=_(
            "For example: the person left the group and asked for this. Leave out their name, because the audit log keeps "
            "the reason."
        ),
        render_kw={"maxlength": REASON_LIMIT, "autocomplete": "off"},
    )
    version = HiddenField()


class PersonalDataForm(FlaskForm):  # type: ignore[misc]
    """The reason to download what is stored about a person."""

    reason = StringField(
        _("Reason"),
        id="data-reason",
        description=_(
            "For example: the person asked for this by telephone. Leave out their name, because the audit log keeps the reason."
        ),
        render_kw={"maxlength": REASON_LIMIT, "autocomplete": "off"},
    )
