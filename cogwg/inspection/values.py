"""The values of an audit event before and after, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cogwg.accounts.names import name_by_language
from cogwg.audit.verdict import Fault, FaultKind
from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.tables import YES
from cogwg.inspection.wording import BILINGUAL_FIELDS, FIELD_LABELS, HIDDEN_FIELDS, VALUE_LABELS
from cogwg.plan.rules import DueDate
from cogwg.privacy.wording import NO

Values = Mapping[str, Any]
_JURISDICTIONS, _PEOPLE = frozenset({"jurisdiction", "jurisdictions", "also_for", "mentions"}), frozenset({"people", "person"})
_ITEM_FIELDS = {"activity": "activity", "marked_done": "activity", "roles": "assignment", "quarters": "period"}
"""The fields that contain ids of activities, roles or quarters, with the kind of item."""
_PART_FIELDS = frozenset({"priority", "activity", "role", "removed", "moved"})
"""The fields that contain the key of a part of a draft."""
_GONE = Bilingual("no longer in the draft", "n’est plus dans l’ébauche")
ITEM_KINDS = frozenset(_ITEM_FIELDS.values())
_SENTENCES = frozenset({"gaps"})
"""Fields that contain sentences in both languages or, in events of earlier versions, only in English."""
PHASE_FIELDS = frozenset({"phase", "phases"})
"""The fields that contain the key of an engagement phase."""
_SUBJECT = Bilingual("About", "Sujet")
"""The label for the subject of a comment from the public. Its field has the same name as the description of a phase."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*")
_DUE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_IN_LANGUAGE = {Language.EN: Bilingual("English", "anglais"), Language.FR: Bilingual("French", "français")}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value before and after an event, in words; empty if there was none.

    ``lang`` is the language of a text that a person wrote, or None for the product's own words.
    """

    label: Bilingual
    before: Bilingual
    after: Bilingual
    lang: Language | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Names for the ids in events. The keys of ``jurisdictions`` are ids and codes, and those of ``items`` are kinds with ids.

    ``parts`` maps the keys of a draft's parts to their names; it is None for events that are not about a draft. ``phases``
    maps the keys of engagement phases to their titles, without keys that have different titles in several cycles.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    jurisdictions: Mapping[int | str, Bilingual] = field(default_factory=dict)
    items: Mapping[tuple[str, int], Bilingual] = field(default_factory=dict)
    parts: Mapping[int, Bilingual] | None = None
    phases: Mapping[str, Bilingual] = field(default_factory=dict)

    def person(self, id_: int) -> Bilingual:
        """Return the name of a person, or "Former member" with their id if there is no name."""
        name = self.people.get(id_)
        return name_by_language(name) if name else Bilingual(f"Former member {id_}", f"Ancien membre {id_}")


def named_items(values: Values | None) -> set[tuple[str, int]]:
    """Return the kind and id of each item that the values of an event refer to by id."""
    return set(_items(values or {}))


def _items(values: Values) -> Iterator[tuple[str, int]]:
    for key, value in values.items():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                yield from _items(part)
            elif key in _ITEM_FIELDS and isinstance(part, int):
                yield _ITEM_FIELDS[key], part


def value_lines(before: Values | None, after: Values | None, names: Names) -> tuple[ValueLine, ...]:
    """Return a line for each value that differs before and after an event, in the order in which they are stored.

    A bilingual text has a line for each language in which it differs. Of a list, only the items that differ are shown.
    """
    was, now = before or {}, after or {}
    keys = [*now, *(key for key in was if key not in now)]
    return tuple(
        line for key in keys if key not in HIDDEN_FIELDS for line in _lines(key, was.get(key), now.get(key), names) if line
    )


def _lines(key: str, was: Any, now: Any, names: Names) -> Iterator[ValueLine]:
    label = _SUBJECT if key == "about" and isinstance(now or was, str) else FIELD_LABELS.get(key, Bilingual(key, key))
    if _is_bilingual(key, was) or _is_bilingual(key, now):
        for place, lang in enumerate(Language):
            before, after = _part(was, place), _part(now, place)
            if before != after:
                name = _IN_LANGUAGE[lang]
                own = Bilingual(f"{label.en} ({name.en})", f"{label.fr} ({name.fr})")
                yield ValueLine(own, Bilingual(before, before), Bilingual(after, after), lang)
        return
    if isinstance(was, list) and isinstance(now, list):
        was, now = _only_in(was, now), _only_in(now, was)
    shown = _words(key, was, names), _words(key, now, names)
    if shown[0] != shown[1] and (was is not False or now is not None) and (now is not False or was is not None):
        yield ValueLine(label, *shown, Language.EN if _is_in_english(key, now or was) else None)


def _is_bilingual(key: str, value: Any) -> bool:
    return (
        key in BILINGUAL_FIELDS
        and isinstance(value, list)
        and len(value) == len(Language)
        and all(isinstance(part, str) for part in value)
    )


def _is_in_english(key: str, value: Any) -> bool:
    return key in _SENTENCES and isinstance(value, list) and all(isinstance(part, str) for part in value)


def _part(value: Any, place: int) -> str:
    """Return one language of a bilingual text. A text that is not bilingual is used for both languages."""
    return str(value[place]) if isinstance(value, list) else str(value or "")


def _only_in(these: list[Any], others: list[Any]) -> list[Any]:
    """Return the parts of a list that are not in the other list."""
    return [part for part in these if part not in others] if any(part not in others for part in these) else []


def _words(key: str, value: Any, names: Names) -> Bilingual:
    """Return a value in words; an empty text for an empty value."""
    if value is None or value in ("", [], {}, ["", ""]):
        return EMPTY_TEXT
    if isinstance(value, bool):
        return YES if value else NO
    if key == "fault" and isinstance(value, dict):
        return Fault(FaultKind[value["kind"]], value["position"], value["values"]).words
    if isinstance(value, dict):
        labels = names.phases if key in PHASE_FIELDS else FIELD_LABELS
        shown = {name: part for name, part in value.items() if name not in HIDDEN_FIELDS}
        return _joined("; ", [_pair(name, part, names, labels.get(name)) for name, part in shown.items()])
    if _is_bilingual(key, value):
        return Bilingual(*value)
    if key in _SENTENCES and isinstance(value, list) and not _is_in_english(key, value):
        return _joined("\n", [Bilingual(*sentence) for sentence in value])
    if isinstance(value, list):
        parts = list(dict.fromkeys(_words(key, part, names) for part in value))
        is_long = any(isinstance(part, dict | list) for part in value) or any(part.en.endswith(".") for part in parts)
        return _joined("\n" if is_long else ", ", parts)
    return _one(key, value, names)


def _one(key: str, value: Any, names: Names) -> Bilingual:
    if key in _JURISDICTIONS and value in names.jurisdictions:
        return names.jurisdictions[value]
    if key in _PEOPLE and isinstance(value, int):
        return names.person(value)
    if names.parts is not None and key in _PART_FIELDS and isinstance(value, int):
        return names.parts.get(value, _GONE)
    if key in _ITEM_FIELDS and isinstance(value, int):
        return names.items.get((_ITEM_FIELDS[key], value), Bilingual(f"number {value}", f"numéro {value}"))
    text = str(value)
    if key == "still_right":
        return _named_text(text)
    if key in PHASE_FIELDS and text in names.phases:
        return names.phases[text]
    if (label := VALUE_LABELS.get(key, {}).get(text)) is not None:
        return label
    try:
        if key == "due" and _DUE.fullmatch(text):
            return DueDate.from_key(text).text
        if _DAY.fullmatch(text):
            return dates.day(date.fromisoformat(text))
        if _TIME.fullmatch(text):
            return _moment(datetime.fromisoformat(text))
    except ValueError:
        pass  # the text only looks like a date
    return Bilingual(text, text)


def _named_text(text: str) -> Bilingual:
    """Return the label of a text from its key, with its number in a list, or with the part of the item that it belongs to."""
    name, _space, place = text.partition(" ")
    part, _space, number = place.partition(" ")
    label, of_part = FIELD_LABELS.get(name, Bilingual(name, name)), FIELD_LABELS.get(part)
    if of_part is None:
        return Bilingual(f"{label.en} {place}".rstrip(), f"{label.fr} {place}".rstrip())
    return Bilingual(f"{label.en}, {of_part.en} {number}", f"{label.fr}, {of_part.fr} {number}")


def _moment(at: datetime) -> Bilingual:
    local = at.astimezone(TORONTO)
    on, time = dates.day(local.date()), dates.clock(local)
    return Bilingual(f"{on.en} at {time.en} (Eastern time)", f"{on.fr} à {time.fr} (heure de l’Est)")


def _pair(key: str, value: Any, names: Names, known: Bilingual | None) -> Bilingual:
    label, words = known or Bilingual(key, key), _words(key, value, names)
    return Bilingual(f"{label.en}: {words.text('en')}", f"{label.fr}\u00a0: {words.text('fr')}") if words else EMPTY_TEXT


def _joined(between: str, parts: list[Bilingual]) -> Bilingual:
    filled = [part for part in parts if part]
    return Bilingual(*(between.join(part.text(lang) for part in filled) for lang in Language))
