"""The forms of an import: a file to upload, and the button that saves what a preview shows."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField

from cogwg.web.http import forms
from cogwg.web.http.i18n import lazy_gettext as _


class ImportForm(FlaskForm):  # type: ignore[misc]
    """The form to upload a file of commitments."""

    file = FileField(_("File (.csv)"), render_kw={"accept": ".csv,text/csv"})


class SaveImportForm(FlaskForm):  # type: ignore[misc]
    """The form to save what a preview shows. ``revision`` is the revision of the preview."""

    revision = HiddenField("")

    @property
    def posted_revision(self) -> int:
        return forms.parse_version(str(self.revision.data or ""))
