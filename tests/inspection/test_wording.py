"""Every action that the code records, and what its events hold, has words in both languages."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import cogwg
from cogwg.briefing.services import OutlineChange
from cogwg.core.bilingual import Bilingual, Language
from cogwg.engagement.scales import Channel, CommentLanguage, CommentState, Disposition, RefusalReason, Subject
from cogwg.inspection.values import Names, value_lines
from cogwg.inspection.wording import ACTION_LABELS, FIELD_LABELS, HIDDEN_FIELDS, VALUE_LABELS
from cogwg.ogp.scales import AssessmentKind
from cogwg.plan.rules import RoleEvent
from cogwg.plan.wording import CHANGE_SENTENCES
from cogwg.reporting.models import ChallengeState

COMPUTED = {
    "cogwg/accounts/own_account.py",
    "cogwg/accounts/people.py",
    "cogwg/briefing/decisions.py",
    "cogwg/briefing/services.py",
    "cogwg/engagement/commenting.py",
    "cogwg/notices/reminders.py",
    "cogwg/plan/edit_steps.py",
    "cogwg/plan/role_requests.py",
    "cogwg/plan/services.py",
    "cogwg/privacy/personal_data.py",
    "cogwg/reporting/news/changes.py",
    "cogwg/reporting/news/services.py",
    "cogwg/reporting/news/theme_services.py",
    "cogwg/reporting/status_override.py",
    "cogwg/site_settings/services.py",
    "cogwg/tracker/publishing_commitments.py",
    "cogwg/tracker/publishing_engagement.py",
    "cogwg/tracker/services.py",
}
"""The files that record an action which they compute, or which their callers pass on. ``computed_actions`` has to find it."""
PASSED_ON = {"_record_change", "store_settings", "_change_theme", "_changed"}
"""The functions that get an action and record it."""
ROOT = Path(cogwg.__file__).parent.parent


@cache
def modules() -> dict[str, ast.Module]:
    """Return the code of each module by its path."""
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in (ROOT / "cogwg").rglob("*.py")}


@cache
def all_calls() -> dict[str, list[tuple[str, ast.Call]]]:
    """Return the calls of each function that is called by its name alone, with the paths of their modules."""
    by_function = defaultdict(list)
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                by_function[node.func.id].append((path, node))
    return by_function


def calls(names: Collection[str], under: str = "cogwg") -> Iterator[tuple[str, ast.Call]]:
    return (call for name in names for call in all_calls().get(name, ()) if call[0].startswith(f"{under}/"))


def constants() -> dict[str, set[str]]:
    """Return the texts of the constants of all modules by name; two modules may use one name."""
    texts: dict[str, set[str]] = {}
    for module in modules().values():
        for node in module.body:
            if isinstance(node, ast.Assign):
                (target,) = node.targets
                pairs = zip(getattr(target, "elts", [target]), getattr(node.value, "elts", [node.value]), strict=False)
                for name, value in pairs:
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
                        texts.setdefault(name.id, set()).add(value.value)
    return texts


def verbs(under: str) -> set[str]:
    """Return the verbs with which the change of an item is recorded, whose actions begin with the kind of item."""
    recording = calls({"record", "record_change"}, under)
    return {a.value for _path, call in recording for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}


def computed_actions() -> set[str]:
    passed_on = (argument for _path, call in calls(PASSED_ON) for argument in call.args)
    chosen = (
        *("briefing.decision-withdrawn", "briefing.decision-corrected", "priority.set_by_hand", "priority.handed_back"),
        *("quarter.published", "quarter.corrected"),
        *(f"{noun}.{verb}" for noun in ("commitment", "engagement-cycle") for verb in ("published", "published-again")),
    )
    return {
        *(a.value for a in passed_on if isinstance(a, ast.Constant) and isinstance(a.value, str)),
        *(f"{noun}.{verb}" for noun in ("priority", "activity") for verb in {*verbs("cogwg/plan"), "moved"}),
        *(f"{noun}.{verb}" for noun in ("milestone", "challenge") for verb in {*verbs("cogwg/reporting/news"), "added"}),
        *(f"challenge.{state.value}" for state in ChallengeState),
        *(f"role.{event.value}" for event in RoleEvent),
        *(change.value for change in OutlineChange),
        *("plan.roles-reminded", "quarter.reminded", "person.data-shown", "person.data-exported"),
        *chosen,
    }


def recorded_actions() -> set[str]:
    """Return every action that the code records."""
    known, actions, computing = constants(), computed_actions(), set()
    for path, call in calls({"record_event"}):
        action = call.args[1]
        if isinstance(action, ast.Constant):
            actions.add(action.value)
        elif isinstance(action, ast.Name) and action.id in known:
            actions |= {text for text in known[action.id] if "." in text}
        else:
            computing.add(path)
    assert computing == COMPUTED, "add what a file computes to computed_actions"
    return actions


def test_every_action_has_words_in_both_languages() -> None:
    actions = recorded_actions()
    assert len(actions) > 100, "the search finds them"
    assert actions - ACTION_LABELS.keys() == set(), "add the words to cogwg/inspection/wording.py"
    assert set(CHANGE_SENTENCES) - ACTION_LABELS.keys() == set()


def test_no_words_are_left_for_an_action_that_nothing_records() -> None:
    assert ACTION_LABELS.keys() - recorded_actions() - set(CHANGE_SENTENCES) == set()


def test_words_are_in_both_languages_and_each_is_used_once() -> None:
    labels = [*ACTION_LABELS.values(), *FIELD_LABELS.values(), *(v for words in VALUE_LABELS.values() for v in words.values())]
    assert all(isinstance(label, Bilingual) and label.en and label.fr for label in labels)
    for lang in ("en", "fr"):
        words = [label.text(lang) for label in ACTION_LABELS.values()]
        assert sorted(words) == sorted(set(words)), "two actions would look the same"


def event_fields(under: str) -> set[str]:
    """Return the fields of the events that this part of the code records, as far as dictionaries in it name them."""
    fields: set[str] = set()
    for path in (ROOT / under).rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef):
                continue
            values: list[ast.expr | None] = []
            for node in ast.walk(function):
                is_state = isinstance(node, ast.Assign) and any(
                    isinstance(t, ast.Name) and t.id in STATES for t in node.targets
                )
                is_argument = isinstance(node, ast.keyword) and node.arg in STATES
                is_returned = isinstance(node, ast.Return) and function.name.endswith("values")
                if isinstance(node, ast.Assign | ast.keyword | ast.Return) and (is_state or is_argument or is_returned):
                    values.append(node.value)
            keys = [key for value in values if isinstance(value, ast.Dict) for key in value.keys]
            fields |= {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
    return fields


STATES = ("before", "after")
CHOICES = {
    "about": Subject,
    "channel": Channel,
    "channels": Channel,
    "disposition": Disposition,
    "kind": AssessmentKind,
    "language": CommentLanguage,
    "moderation": CommentState,
    "refusal": RefusalReason,
}


def test_every_field_of_engagement_and_commitments_has_a_label() -> None:
    fields = event_fields("cogwg/engagement") | event_fields("cogwg/ogp")
    assert {"language", "moderation", "engagement"} <= fields, "the search finds them"
    assert fields - FIELD_LABELS.keys() - HIDDEN_FIELDS == set(), "add the labels to cogwg/inspection/wording.py"


def test_every_choice_of_engagement_and_commitments_has_words() -> None:
    missing = {(field, each.value) for field, choices in CHOICES.items() for each in choices if each not in VALUE_LABELS[field]}
    assert missing == set()


def test_no_label_is_a_name_of_the_code() -> None:
    labels = {*FIELD_LABELS.values(), *ACTION_LABELS.values()}
    assert {label.en for label in labels if any(a.islower() and b.isupper() for a, b in pairwise(label.en))} == set()


def test_comment_of_the_public_is_in_words_of_the_readers_language() -> None:
    phases = {"ideas": Bilingual("Ideas", "Idées")}
    after = {
        "phase": "ideas",
        "about": "phase",
        "channel": "online",
        "language": "fr",
        "phases": {"ideas": {"about": ["A", "B"]}},
    }
    lines = value_lines(None, after, Names(phases=phases))
    shown = {line.label.text(Language.FR): line.after.text(Language.FR) for line in lines}
    assert shown == {
        "Étape": "Idées",
        "Sujet": "L’étape dans son ensemble",
        "Moyen": "En ligne",
        "Langue": "Français",
        "Étapes": "Idées\u00a0: Déroulement\u00a0: B",
    }


def test_open_items_of_a_briefing_are_in_the_readers_language() -> None:
    old, new = (value_lines(None, {"gaps": gaps}, Names())[0] for gaps in (["One."], [["One.", "Un."], ["Two.", "Deux."]]))
    assert (old.after.fr, old.lang) == ("One.", Language.EN), "earlier versions stored English only"
    assert (new.after.fr, new.lang) == ("Un.\nDeux.", None)
