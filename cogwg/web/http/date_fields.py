"""Fields for dates: the browser's own date picker, and beside it a text field for a date as people write it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.utils import unset_value

from cogwg.core.bilingual import clean_line
from cogwg.core.written_dates import WrittenDate, date_problem, parse_written_date
from cogwg.web.http import clocks, i18n


class DayField(Field):  # type: ignore[misc]
    """A field for a day. ``data`` is the day, or None if there is none.

    A text that cannot be read as a date is an error of the field. The text field has the picker's name, with ``-written`` at
    the end. A date in the text field takes precedence over the picker, because the picker may still show the earlier date. A
    browser without a picker shows a text field instead, whose text is read in the same way.
    """

    is_past = False
    """Whether a date without a year means the most recent such date, not the next one."""
    takes_months = False

    data: Any
    written = ""
    """What was typed into the text field."""
    read: WrittenDate | None = None
    """The date read from the request, or None if there is none or it cannot be read."""
    posted_text = ""
    """The text to read as a date: what was written or, if nothing was, what was picked."""

    @property
    def written_name(self) -> str:
        return f"{self.name}-written"

    @property
    def written_id(self) -> str:
        return f"{self.id}-written"

    @property
    def problem_id(self) -> str:
        """Return the HTML id of the field with the error: the text field if a date was written there, else the picker."""
        return self.written_id if self.written else self.id

    @property
    def picked(self) -> str:
        """Return the date that the picker shows, in ISO format, or ""."""
        if self.read is not None:
            return str(self.read)
        return "" if self.posted_text else self._stored_text()

    @property
    def understood(self) -> str:
        """Return a sentence that says which date was read, or "" if the date was picked or typed in ISO format."""
        if self.read is None or str(self.read) == self.posted_text:
            return ""
        return str(gettext("Date entered: %(date)s", date=self.read.words.text(i18n.current_language())))

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.written = clean_line(formdata.get(self.written_name)) if formdata else ""
        super().process(formdata, data, extra_filters)

    def process_formdata(self, valuelist: list[str]) -> None:
        picked = clean_line(valuelist[0]) if valuelist else ""
        if not valuelist and not self.written:
            return
        self.posted_text = self.written or picked
        self.raw_data = [self.posted_text]
        self.read = self._parse(self.posted_text)
        if self.read is None:
            self.written = self.posted_text
        self._set_data(picked)

    def _parse(self, text: str) -> WrittenDate | None:
        date = parse_written_date(text, clocks.today(), is_past=self.is_past)
        return date if self.takes_months or date is None or not date.month_only else None

    def _set_data(self, picked: str) -> None:
        self.data = self.read.day if self.read is not None else None
        if self.posted_text and self.read is None:
            raise ValueError(i18n.translate_message(date_problem(self.posted_text)))

    def _stored_text(self) -> str:
        return str(self.data.isoformat()) if self.data else ""


class PastDateField(DayField):
    """A field for a day or month that has passed. ``data`` is text in ISO format.

    A text that cannot be read as a date is not an error of the field: it becomes ``data``, and the domain's rules check it.
    """

    is_past = True
    takes_months = True

    @property
    def picked(self) -> str:
        """Return the date that the picker shows, or "" for a month, because the picker can show only days."""
        text = super().picked
        return text if len(text) == 10 else ""

    def process_data(self, value: str | None) -> None:
        self.data = value or ""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, data, extra_filters)
        if not formdata and len(self.data) == 7:
            self.written = self.data

    def _set_data(self, picked: str) -> None:
        # A day that was picked within the month that the text field still shows is the more exact of the two.
        if self.read is not None and self.read.month_only and picked.startswith(str(self.read)):
            self.read = self._parse(picked) or self.read
        self.data = str(self.read) if self.read is not None else self.posted_text

    def _stored_text(self) -> str:
        return str(self.data or "")
