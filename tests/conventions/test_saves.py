"""Every form that changes data says in docs/reference/saves.md what it does when it is sent twice or from a stale page."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conventions.test_documents import rows
from tests.web.http.test_repeated_posts import FORMS, PRESSES
from tests.web_client import App

ROOT = Path(__file__).parents[2]
WORDS = ("version", "once", "state", "same", "last", "see", "a new session", "single use")
DOCUMENTED = {row[1].strip("`"): row[2] for row in rows(ROOT / "docs" / "reference" / "saves.md")}


def test_every_post_is_documented_with_what_protects_it(read_only_app: App) -> None:
    endpoints = {rule.endpoint for rule in read_only_app.flask.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert set(DOCUMENTED) == endpoints
    assert [endpoint for endpoint, text in DOCUMENTED.items() if not any(word in text for word in WORDS)] == []


def test_every_form_that_changes_once_is_documented_and_sent_twice_in_a_test() -> None:
    documented = [endpoint for endpoint, text in DOCUMENTED.items() if re.search(r"\bonce\b", text)]
    assert len(documented) == len(FORMS) + len(PRESSES) - 2, "the list of slides has three of the buttons, and the new slide"
    views = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "cogwg" / "web").rglob("*.py") if path.name != "single_use.py"
    )
    sharing = {
        "the list of milestones or challenges": 1,
        "a slide and undoing a change": 1,
        "the states of a quarter": 2,
        "another week and taking it back": 1,
        "what is added to a plan": 2,
        "what is added to a draft plan": 2,
    }
    assert views.count(".make_once(") == len(documented) - sum(sharing.values()), "these forms share a call"
