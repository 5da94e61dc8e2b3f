"""The changes to a priority since its plan was adopted, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdiction_names
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import join_list
from cogwg.plan.edit_history import PlanEdit, edits_of_priority
from cogwg.plan.queries import PriorityFacts
from cogwg.plan.rules import DueDate
from cogwg.web.http import i18n
from cogwg.web.http.filters import after_of, localized, moved_from, moved_to, with_article
from cogwg.web.http.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class PriorityChange:
    """A change: what was changed, by whom, when and why. ``id`` is the id of its audit event."""

    id: int
    at: datetime
    person: str
    sentence: str
    reason: Bilingual


def change_lines(session: Session, priority: PriorityFacts) -> list[PriorityChange]:
    """Return the changes to a priority, newest first. ``priority`` must include its retired activities and roles."""
    edits = edits_of_priority(session, priority)
    codes = {activity.id: activity.code for activity in priority.activities}
    ids = {id_ for edit in edits for id_ in (_jurisdiction_id(edit.before), _jurisdiction_id(edit.after)) if id_ is not None}
    names = jurisdiction_names(session, ids) if ids else {}
    return [PriorityChange(edit.id, edit.at, edit.person, _sentence(edit, codes, names), edit.reason) for edit in edits]


def _sentence(edit: PlanEdit, codes: Mapping[int, str], names: Mapping[int, Bilingual]) -> str:
    kind, _dot, verb = edit.action.partition(".")
    if kind == "role":
        return _role_sentence(verb, edit, names)
    if kind == "priority":
        return {
            "added": _("Priority added."),
            "reworded": _("Wording changed: %(what)s.", what=_changed_texts(edit)),
            "confirmed": _("Translation confirmed."),
            "moved": _(
                "Position changed: %(now)s instead of %(was)s.", now=edit.after.get("place"), was=edit.before.get("place")
            ),
            "retired": _("Priority retired."),
            "restored": _("Priority restored."),
        }[verb]
    code = codes.get(edit.row_id, "")
    if kind == "due":
        dates = {name: DueDate.from_key(values["due"]) for name, values in (("was", edit.before), ("now", edit.after))}
        was, now = moved_from(dates["was"]), moved_to(dates["now"])
        return _("Activity %(code)s: due date moved %(was)s %(now)s.", code=code, was=was, now=now)
    return {
        "added": _("Activity %(code)s added.", code=code),
        "reworded": _("Activity %(code)s: wording changed (%(what)s).", code=code, what=_changed_texts(edit)),
        "confirmed": _("Activity %(code)s: translation confirmed.", code=code),
        "moved": _("Activity %(code)s: position changed.", code=code),
        "retired": _("Activity %(code)s retired.", code=code),
        "restored": _("Activity %(code)s restored.", code=code),
    }[verb]


def _changed_texts(edit: PlanEdit) -> str:
    """Return which texts an event changed. If only one language of a text changed, that language is named too."""
    labels = {
        "title": _("title"),
        "short": _("short title"),
        "issue": _("issue"),
        "consequences": _("what the issue leads to"),
        "outcome": _("expected outcome"),
        "results": _("what the outcome leads to"),
        "text": _("description"),
        "words": _("wording of the due date"),
        "ongoing": _("whether the activity is ongoing"),
    }
    in_one_language = {Language.EN: _("%(text)s in English"), Language.FR: _("%(text)s in French")}
    parts = []
    for name, label in labels.items():
        was, now = edit.before.get(name), edit.after.get(name)
        if was == now:
            continue
        changed = [lang for n, lang in enumerate(Language) if isinstance(was, list) and _side(was, n) != _side(now, n)]
        parts.append(in_one_language[changed[0]] % {"text": label} if len(changed) == 1 else label)
    return join_list([Bilingual(part, part) for part in parts]).text(i18n.current_language())


def _side(value: object, n: int) -> object:
    """Return the part in one language of a text or of a list of texts."""
    if not isinstance(value, list):
        return None
    return [pair[n] for pair in value] if value and isinstance(value[0], list) else (value[n] if value else None)


def _role_sentence(verb: str, edit: PlanEdit, names: Mapping[int, Bilingual]) -> str:
    before, after = (names.get(_jurisdiction_id(values) or 0, EMPTY_TEXT) for values in (edit.before, edit.after))
    role = {"lead": _("lead"), "partner": _("partner")}.get(str(edit.after.get("role")), "")
    held = after or before
    if verb == "added":
        if after:
            return _("Role added: %(who)s, %(role)s.", who=localized(after), role=role)
        return _("Vacant role added: %(role)s.", role=role)
    if verb == "stated":
        return (
            _("Role specified: %(who)s, %(role)s.", who=localized(held), role=role)
            if held
            else _("Vacant role specified: %(role)s.", role=role)
        )
    return {
        "removed": _("Vacant role removed."),
        "offered": _("Role offered to %(who)s.", who=with_article(after)),
        "accepted": _("Role accepted by %(who)s.", who=with_article(held)),
        "declined": _("Role declined by %(who)s.", who=with_article(before)),
        "offer-withdrawn": _("Offer to %(who)s withdrawn.", who=with_article(before)),
        "ended": _("Role of %(who)s ended.", who=after_of(before)),
        "handed-over": _("Role of %(who)s handed over to %(new)s.", who=after_of(before), new=with_article(after)),
    }[verb]


def _jurisdiction_id(values: Mapping[str, object]) -> int | None:
    stored = values.get("jurisdiction")
    return stored if isinstance(stored, int) else None
