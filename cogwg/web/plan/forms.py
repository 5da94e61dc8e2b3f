"""The filters of the plan's list. A form that only reads: it needs no token, and its fields are the address."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from cogwg.core.bilingual import Language
from cogwg.web.http.i18n import later as _
from cogwg.web.plan.activity_list import Choices, Filters


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Which activities to show; the view and the sorting ride along."""

    class Meta:
        csrf = False

    jurisdiction = SelectField(_("Jurisdiction"), id="filter-jurisdiction")
    status = SelectField(_("Status"), id="filter-status")
    timeliness = SelectField(_("Timeliness"), id="filter-timeliness")
    due = SelectField(_("Due in"), id="filter-due")
    q = StringField(_("Words in an activity"), id="filter-q", render_kw={"autocomplete": "off", "maxlength": 200})
    view = HiddenField()
    sort = HiddenField()
    order = HiddenField()

    def __init__(self, filters: Filters, offered: Choices, view: str, lang: Language | str, *, reports: bool) -> None:
        """The form as an address filled it; what is as usual is left out of the next address.

        ``reports`` says that words are looked for in what was submitted too, which only members read.
        """
        super().__init__(formdata=None, data={**dict.fromkeys(offered, ""), **filters.query, "view": view})
        if reports:
            self.q.label.text = _("Words in an activity or its report")
        anything = {
            "jurisdiction": _("Any jurisdiction"),
            "status": _("Any status"),
            "timeliness": _("Any timeliness"),
            "due": _("Any quarter"),
        }
        for name, values in offered.items():
            self[name].choices = [("", anything[name]), *((value, words.text(lang)) for value, words in values.items())]
        for name in ("sort", "order"):
            if not self[name].data:
                del self[name]
