"""The forms of the settings that the secretariat changes in the site."""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField

from cogwg.site_settings.rules import CONTACT_LIMIT, DAYS_FIELDS, HOST_LIMIT, PUBLIC_GROUPS
from cogwg.site_settings.services import HOST_FIELDS
from cogwg.web.http.i18n import lazy_gettext as _

_PLAIN = {"autocomplete": "off"}


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """A form with some of the settings, and the version of the settings that the page showed."""

    version = HiddenField()
    settings: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, fixed: Collection[str] = (), **kwargs: Any) -> None:
        """Build the form without the fields of the settings in ``fixed``, which the environment sets."""
        super().__init__(*args, **kwargs)
        self.labels = {name: self[name].label.text for name in self.settings}
        for name in set(self.settings) & set(fixed):
            del self[name]

    @property
    def typed(self) -> dict[str, str]:
        """Map the name of each setting that the form has to what was typed."""
        return {name: self[name].data or "" for name in self.settings if name in self}


class HostForm(SettingsForm):
    """Who hosts the site, and whom to contact."""

    settings = (*HOST_FIELDS, "contact")
    hosted_by_en = StringField(_("Hosted by (English)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    hosted_by_fr = StringField(_("Hosted by (French)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    contact = StringField(
        _("Contact about the plan and this site"),
        description=_("An email address or other text. Everyone can see it, even without signing in."),
        render_kw={"maxlength": CONTACT_LIMIT, **_PLAIN},
    )


class RemindersForm(SettingsForm):
    """The days on which reminders are sent."""

    settings = DAYS_FIELDS
    remind_days = StringField(_("Days before the due date"), render_kw=_PLAIN)
    remind_after = StringField(_("Days after the due date"), render_kw=_PLAIN)


class PublicTextsForm(SettingsForm):
    """The owner, the jurisdiction and the licence of the open data."""

    settings = tuple(chain.from_iterable(PUBLIC_GROUPS))
    owner_en = StringField(_("Owner of the data (English)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    owner_fr = StringField(_("Owner of the data (French)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    jurisdiction_en = StringField(_("Jurisdiction of the data (English)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    jurisdiction_fr = StringField(_("Jurisdiction of the data (French)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    licence_en = StringField(_("Licence (English)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    licence_fr = StringField(_("Licence (French)"), render_kw={"maxlength": HOST_LIMIT, **_PLAIN})
    licence_url_en = StringField(
        _("Web address of the licence (English)"), render_kw={"maxlength": CONTACT_LIMIT, "inputmode": "url", **_PLAIN}
    )
    licence_url_fr = StringField(
        _("Web address of the licence (French)"), render_kw={"maxlength": CONTACT_LIMIT, "inputmode": "url", **_PLAIN}
    )
    licence_id = StringField(
        _("Identifier of the licence"),
        description=_("The identifier used in open data catalogues, for example ca-ogl-lgo."),
        render_kw={"maxlength": 60, **_PLAIN},
    )


class SearchEnginesForm(SettingsForm):
    """A button that lets search engines index the public pages, or asks them not to."""


class AnswerLinksForm(SettingsForm):
    """A button that turns the private links in reminders on or off."""


class FactorForm(SettingsForm):
    """A button that requires two-step sign-in, or no longer requires it."""
