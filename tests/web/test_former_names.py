"""A person whose name was removed is called a former member, on every page in the page's language only."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Person
from cogwg.accounts.names import former_name
from tests.sessions import FURTHER
from tests.web.auth.test_access import ROUTE_CASES
from tests.web.conftest import MakeApp, PopulatedApp
from tests.web_client import PERSONAS

WORDS = {"en": "Former member", "fr": "Ancien membre"}
NOT_TEXT = re.compile(r"\.(xlsx|pptx)\b|^/(static|healthz|readyz|metrics)")


@pytest.mark.parametrize("viewer", ["secretariat", *(pytest.param(name, marks=FURTHER) for name in ("ontario", "chair"))])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_name_of_a_former_member_is_in_the_language_of_the_page(make_app: MakeApp, viewer: str, lang: str) -> None:
    populated = PopulatedApp(make_app())
    app, place = populated.app, PERSONAS.index(viewer)
    for person in app.rows(Person):
        if person.id != app.person_id(viewer):
            removed = {"name": former_name(person.id), "retired_at": app.calendar.now()}
            app.execute(update(Person).where(Person.id == person.id).values(**removed))
    browser, other = app.client_as(viewer), WORDS["fr" if lang == "en" else "en"]
    wrong, named = [], set()
    for case in ROUTE_CASES:
        path = populated.path(case.path)
        if case.method != "GET" or case.expected[place] != 200 or NOT_TEXT.search(path):
            continue
        text = browser.get(re.sub(r"^/en/", f"/{lang}/", path)).text
        if WORDS[lang] in text:
            named.add(case.endpoint)
        wrong += [f"{path}: {text[match.start() - 60 : match.end() + 20]}" for match in re.finditer(other, text)][:1]
    assert wrong == []
    assert len(named) >= (12 if viewer == "secretariat" else 3), sorted(named)
