"""Every column of every table, posted as an extra field with every form: the outcome is the one without it."""

from __future__ import annotations

import re
from itertools import chain, zip_longest
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Enum, Integer, select

from cogwg.core.db import Base
from cogwg.site_settings.rules import PUBLIC_GROUPS
from tests.sessions import FURTHER
from tests.web.auth.test_access import CHANGING_ENDPOINTS, REPORT_FIELD_NAMES, ROUTE_CASES, RouteCase, form_fields, outcome_of
from tests.web.conftest import PopulatedApp, RestorePopulated
from tests.web_client import PERSONAS, UNCOMPARED_TABLES, Client

RANDOM_TEXT = re.compile(r"\$argon2\S+|[A-Za-z0-9_-]{32,}")
"""Hashes of passwords and tokens, and tokens in emails, which differ each time."""
PREFIX = re.compile(r"[a-z]*\d*-")
COMMITMENT_FIELDS = {"number", "state", "starred", "enquiries", "source"} | {
    f"{name}_{lang}"
    for name in ("text", "description", "result", "lead", "support", "areas", "done", "questions")
    for lang in ("en", "fr")
}
DECISION_FIELDS = {"who_en", "who_fr", "by"}
PRIORITY_FIELDS = {f"{name}_{lang}" for name in ("issue", "consequences", "outcome", "results") for lang in ("en", "fr")}
THEME_FIELDS = {f"{name}_{lang}" for name in ("heard", "response") for lang in ("en", "fr")}
ACTIVITY_FIELDS = {"text_en", "text_fr", "ongoing"}
ALSO_FORGED = ("is_admin", "approved", "owner", "by", "who", "behalf_of", "person", "is_allowed")
"""Names that other products use, and parameters of this product's functions."""
FIELDS_OF_FORMS: dict[str, set[str]] = {
    "account.page": {"wants_reminders", "wants_digest", "wants_mentions", "wants_finalized", "wants_answer_links"},
    "account.unsaved_text_keep": {"base"},
    "admin.person_data_download": {"kind"},
    "admin.author_change": {"email"},
    "admin.engagement_add": {"summary_en", "summary_fr"},
    "admin.analysis_entries": {"event", "received_on"},
    **dict.fromkeys(("admin.analysis_theme_add", "admin.analysis_theme"), THEME_FIELDS),
    "admin.settings_public": set(chain.from_iterable(PUBLIC_GROUPS)),
    "editor.new": {"place_en", "place_fr"},
    "editor.meeting": {"place_en", "place_fr"},
    **dict.fromkeys(("admin.plan_priority_add", "admin.plan_priority_reword"), PRIORITY_FIELDS),
    **dict.fromkeys(("admin.plan_draft_priority_add", "admin.plan_draft_priority"), PRIORITY_FIELDS),
    **dict.fromkeys(("admin.plan_activity_add", "admin.plan_activity_change"), ACTIVITY_FIELDS),
    **dict.fromkeys(("admin.plan_draft_activity_add", "admin.plan_draft_activity"), ACTIVITY_FIELDS),
    "admin.plan_draft_retitle": {"link"},
    "plan.role_decline": {"reason"},
    "ogp.commitment_add": COMMITMENT_FIELDS,
    "ogp.commitment_self_assessment_add": {"carried_forward", "text_en", "text_fr"},
    "ogp.commitment_self_assessment": {"carried_forward", "text_en", "text_fr"},
    "ogp.offer_answer": {"message"},
    "presentation.decision_record": DECISION_FIELDS,
    "presentation.decision_correct": DECISION_FIELDS,
    "presentation.preview_link_create": {"recipient"},
    "presentation.version_link_create": {"recipient"},
    "reporting.report": REPORT_FIELD_NAMES,
    "reporting.merge": REPORT_FIELD_NAMES,
}
"""Columns that a form is for besides those that its row in ``ROUTE_CASES`` fills in, and their other language, by endpoint."""


def forged_value(column: Column[Any]) -> str:
    """Return a valid value of the column's type that differs from what is stored."""
    kind = column.type
    if isinstance(kind, Enum):
        return str(kind.enums[-1])
    if isinstance(kind, Boolean):
        return "1"
    if isinstance(kind, Integer):
        return "2"
    if isinstance(kind, DateTime):
        return "2019-01-01T00:00:00+00:00"
    return "2019-01-01" if isinstance(kind, Date) else "forged@example.ca"


COLUMNS = {column.name: forged_value(column) for table in Base.metadata.sorted_tables for column in table.columns}


def forged_fields(case: RouteCase, own: dict[str, str]) -> dict[str, str]:
    """Return every column as a field, as it is and with each prefix of the form's own fields."""
    prefixes = {"", *(match[0] for name in own if (match := PREFIX.match(name)))}
    usual = {name[len(prefix) :] for prefix in prefixes for name in own if name.startswith(prefix)}
    other_language = {name.removesuffix("_en") + "_fr" for name in usual if name.endswith("_en")}
    left_out = usual | other_language | FIELDS_OF_FORMS.get(case.endpoint, set())
    names = {**COLUMNS, **dict.fromkeys(ALSO_FORGED, "2")}
    return {prefix + name: value for name, value in names.items() if name not in left_out for prefix in prefixes}


Rows = dict[str, list[tuple[str, ...]]]


def stored_rows(populated: PopulatedApp) -> Rows:
    """Return every row as texts, with random texts replaced."""
    rows: Rows = {}
    with populated.app.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for table in Base.metadata.sorted_tables:
            if table.name not in UNCOMPARED_TABLES:
                cursor.execute(str(select(table).order_by(*table.primary_key)))
                rows[table.name] = [tuple(RANDOM_TEXT.sub("…", str(value)) for value in row) for row in cursor.fetchall()]
    return rows


def differences(rows: Rows, expected: Rows) -> set[str]:
    """Return the columns and the new rows that differ, with their values."""
    different = set()
    for table, stored in rows.items():
        names = Base.metadata.tables[table].columns.keys()
        for row, other in zip_longest(stored, expected[table], fillvalue=()):
            cells = zip_longest(names, row, other, fillvalue="missing")
            different |= {f"{table}.{name}: {value} instead of {usual}" for name, value, usual in cells if value != usual}
    return different


def sender(case: RouteCase) -> str:
    """Return the first persona who is allowed; lead first, because a lead has the least rights."""
    order = ("ontario", "saskatchewan", "quebec", *PERSONAS)
    expected = dict(zip(PERSONAS, case.expected, strict=True))
    return next(name for name in order if expected[name] in (200, 303))


FORMS = [case for case in ROUTE_CASES if case.method == "POST" and any(outcome in (200, 303) for outcome in case.expected)]


def post(case: RouteCase, populated: PopulatedApp, forged: bool) -> tuple[object, Rows, Rows]:
    browser: Client = populated.app.client_as(sender(case))
    before = stored_rows(populated)
    own = {**form_fields(populated, case), "csrf_token": browser.csrf_token()}
    extra = forged_fields(case, own) if forged else {}
    page = browser.post(populated.path(case.path), {**extra, **own})
    return outcome_of(page), before, stored_rows(populated)


@FURTHER
@pytest.mark.parametrize("case", FORMS, ids=str)
def test_every_column_posted_with_a_form_changes_nothing_more(restore_populated: RestorePopulated, case: RouteCase) -> None:
    usual, before, expected = post(case, restore_populated(), forged=False)
    assert (before != expected) is (case.endpoint in CHANGING_ENDPOINTS)
    forged, _before, rows = post(case, restore_populated(), forged=True)
    assert differences(rows, expected) == set()
    assert forged == usual
