"""Checkboxes with which a person confirms that a stale text is still right: one for each text that is marked as stale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import SelectMultipleField

from cogwg.core.bilingual import Language
from cogwg.core.text_states import StaleTexts
from cogwg.web.http.i18n import gettext as _

_NO_RENAMES: Mapping[str, str] = {}


class StillRightField(SelectMultipleField):  # type: ignore[misc]
    """A checkbox for each text that is stale in a language, beside its fields. The lines of a list share one checkbox."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("", choices=[], validate_choice=False, **kwargs)
        self._stale: dict[str, dict[tuple[str, str], set[str]]] = {}

    def offer(self, stale: StaleTexts, fields: Mapping[str, str] = _NO_RENAMES, *, prefix: str = "", part: str = "") -> None:
        """Offer a checkbox for each of these stale texts.

        ``fields`` maps the name of a text to its form field where the names differ, and ``prefix`` is put before each of these
        names. ``part`` is the part of the item that has the texts.
        """
        for name, lang in stale.items():
            own = name.partition(" ")[0]
            if lang:
                self._stale.setdefault(prefix + fields.get(own, own), {}).setdefault((part, own), set()).add(lang)

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The names of the confirmed texts and lists. A list is confirmed as a whole."""
        return tuple(name for _part, name in self.confirmed_of_parts)

    @property
    def confirmed_of_parts(self) -> tuple[tuple[str, str], ...]:
        """The confirmed texts and lists, each as the part of the item that has it, and its name."""
        return tuple(key for field in self.data or () for key in self._stale.get(field, ()))

    def langs_of(self, field: str) -> list[str]:
        """Return the languages in which the text of a field is stale; empty if it has no checkbox."""
        return sorted(set().union(*self._stale.get(field, {}).values()))

    def label_of(self, field: str) -> str:
        """Return the label of a field's checkbox."""
        langs = self.langs_of(field)
        if len(langs) > 1:
            return _("Both languages are still right")
        return _("The French is still right") if langs == [Language.FR] else _("The English is still right")
