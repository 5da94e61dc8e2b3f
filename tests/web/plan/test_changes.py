"""What changed, by whom and why: in a plan, a priority, an activity and a jurisdiction, in both languages."""

from __future__ import annotations

import ast
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.jurisdictions import JurisdictionDraft, jurisdiction_to_change, rename_jurisdiction
from cogwg.accounts.models import Jurisdiction
from cogwg.audit.services import SYSTEM, Actor, record_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import write_transaction
from cogwg.core.status import Status
from cogwg.plan.history import keep_rows
from cogwg.plan.models import Activity, Assignment, Confirmation, Priority
from cogwg.plan.rules import DueDate, RoleEvent
from cogwg.plan.services import accept_role, move_due_date, offer_role
from cogwg.plan.wording import CHANGE_SENTENCES
from cogwg.reporting.status_override import set_override
from tests.conventions.test_files import MODULES, relative_path
from tests.web_client import App, Page, text_of

PLAN = "/en/plans/2020"
LATER = ("priority.reworded", "activity.added", "activity.retired", "role.stated", "plan.closed", "plan.adopted")
"""Actions of commands that other parts of the product have."""


def change(app: App) -> None:
    """Make a change of each kind, a minute apart, by a co-chair; and have Québec accept a role."""
    at, chair = app.calendar.now(), Actor("person", app.person_id("chair"))

    def minute(number: int) -> dict[str, object]:
        return {"by": chair, "at": at + timedelta(minutes=number)}

    with Session(app.engine) as session, write_transaction(session):
        activity = session.scalars(select(Activity).where(Activity.code == "3.3")).one()
        reason = Bilingual("A test comes first.", "Un essai d’abord.")
        values = {"words": EMPTY_TEXT, "expected_due": DueDate(2020, 9), "reason": reason}
        move_due_date(session, activity.id, DueDate(2020, 10), **values, **minute(1))  # type: ignore[arg-type]
        of_priority = Assignment.priority_id == activity.priority_id, Assignment.confirmation == Confirmation.VACANT
        role = session.scalars(select(Assignment).where(*of_priority)).one()
        quebec = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == "qc")).one()
        offer_role(session, role.id, quebec, **minute(2))  # type: ignore[arg-type]
        own = {"by": Actor("person", app.person_id("quebec")), "at": at + timedelta(minutes=3)}
        accept_role(session, role.id, expected_jurisdiction_id=quebec, is_allowed=lambda _: True, **own)
        set_override(session, activity.priority_id, Status.LIMITED, reason, expected_id=0, **minute(4))  # type: ignore[arg-type]
        activity.title_fr = "Un titre plus clair"
        session.flush()
        subject, after = ("activity", activity.id), {"reason": ["Clearer.", "Plus clair."]}
        keep_rows(session, record_event(session, "activity.reworded", subject, after=after, **minute(5)), [activity])
        priority = session.get_one(Priority, activity.priority_id)
        priority.consequences = [*priority.consequences, ["One more", "Un de plus"]]
        session.flush()
        keep_rows(session, record_event(session, "priority.unheard-of", ("priority", priority.id), **minute(6)), [priority])
        row = jurisdiction_to_change(session, "qc")
        draft = JurisdictionDraft(row.kind, Bilingual("Quebec", "Le Québec"), row.short)
        rename_jurisdiction(session, row, draft, version=1, **minute(7))  # type: ignore[arg-type]


def entries(page: Page) -> list[str]:
    assert page.status == 200, page.path
    return [text_of(e).replace("\u00a0", " ") for e in page.find("ol", class_="change-list").iter("li")]


def test_changes_of_a_plan_say_who_what_before_and_after_and_why(app: App) -> None:
    change(app)
    lines = entries(app.client_as("reader").get(f"{PLAN}/changes"))
    for line, words in zip(
        lines,
        (
            ("2:06 pm", "R. Campbell changed the plan: priority 3", "What the issue leads to in French", "Un de plus"),
            ("2:05 pm", "R. Campbell reworded activity 3.3", "Title in French", "Un titre plus clair", "Reason: Clearer."),
            ("2:04 pm", "set the overall status of priority 3 manually", "calculated", "Limited progress", "A test comes"),
            ("2:03 pm", "É. Gagnon (Quebec) accepted a role in priority 3", "Quebec (to confirm)", "then Quebec"),
            ("2:02 pm", "R. Campbell offered a role in priority 3", "TBD: vacant then Quebec (to confirm)"),
            (
                "2:01 pm",
                "moved the due date of activity 3.3",
                "September 2020 then October 2020",
                "Reason: A test comes first.",
            ),
            ("February 27, 2020", "The system recorded the plan"),
        ),
        strict=True,
    ):
        assert [word for word in words if word not in line.replace("  ", " ")] == [], line


def test_changes_are_in_french_on_a_french_page(app: App) -> None:
    change(app)
    lines = entries(app.client_as("reader").get("/fr/plans/2020/priorities/3/changes"))
    assert "R. Campbell a reformulé l’activité 3.3 activité 3.3" not in lines[1]
    assert "R. Campbell a reformulé l’activité 3.3" in lines[1]
    assert "Titre en français" in lines[1]
    assert "Raison : Plus clair." in lines[1]
    assert "Le système a consigné le plan" in lines[-1]


def test_each_page_lists_its_own_changes(app: App) -> None:
    change(app)
    reader = app.client_as("reader")
    activity = entries(reader.get(f"{PLAN}/activities/3.3/changes"))
    assert ["reworded" in activity[0], "moved the due date" in activity[1], "recorded the plan" in activity[2]] == [True] * 3
    assert len(activity) == 3
    assert len(entries(reader.get(f"{PLAN}/priorities/3/changes"))) == 7
    assert len(entries(reader.get(f"{PLAN}/priorities/4/changes"))) == 1
    quebec = entries(reader.get("/en/jurisdictions/qc/changes"))
    assert ["changed the name" in quebec[0], "accepted" in quebec[1], "offered" in quebec[2]] == [True] * 3
    assert "Name in French Québec then Le Québec" in quebec[0].replace("  ", " ")
    assert len(quebec) == 3
    assert "Nothing has changed yet." in reader.get("/en/jurisdictions/yt/changes").main_text


def test_long_list_of_changes_has_pages(app: App) -> None:
    with Session(app.engine) as session, write_transaction(session):
        activity = session.scalars(select(Activity).where(Activity.code == "3.3")).one()
        for n in range(60):
            activity.title_en = f"Title {n}"
            session.flush()
            at = app.calendar.now() + timedelta(minutes=n)
            event = record_event(session, "activity.reworded", ("activity", activity.id), by=SYSTEM, at=at)
            keep_rows(session, event, [activity])
    first = app.client_as("reader").get(f"{PLAN}/activities/3.3/changes")
    assert len(entries(first)) == 50
    assert "Title 59" in first.main_text
    (following,) = [a.get("href", "") for a in first.find("nav", class_="pagination").iter("a")]
    second = app.client_as("reader").get(following)
    assert len(entries(second)) == 11
    assert "recorded the plan" in entries(second)[-1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PLAN}/changes", 200),
        (f"{PLAN}/priorities/3/changes", 200),
        (f"{PLAN}/activities/3.3/changes", 200),
        ("/en/jurisdictions/on/changes", 200),
        ("/en/plans/2019/changes", 404),
        (f"{PLAN}/priorities/9/changes", 404),
        (f"{PLAN}/activities/9.9/changes", 404),
        ("/en/jurisdictions/zz/changes", 404),
        (f"{PLAN}/changes?page=x", 404),
    ],
)
def test_changes_are_for_people_who_are_signed_in(read_only_app: App, path: str, status: int) -> None:
    assert read_only_app.client_as("reader").get(path).status == status
    assert read_only_app.client_as("visitor").get(path).status == 303


def test_every_action_on_a_plan_has_a_sentence() -> None:
    """The actions that the code names; those made of parts are checked by the random histories."""
    named = {f"role.{event.value}" for event in RoleEvent} | set(LATER)
    for path in MODULES:
        if not relative_path(path).startswith(("cogwg/web/", "cogwg/briefing/", "cogwg/plan/wording.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            named |= {text for text in texts if re.fullmatch(r"(plan|priority|activity|due)\.[a-z_-]+", text)}
    assert "priority.set_by_hand" in named
    assert sorted(named - set(CHANGE_SENTENCES)) == ["activity.id", "priority.id"], "columns that foreign keys name"
