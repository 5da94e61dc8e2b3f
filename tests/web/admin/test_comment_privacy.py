"""A steward sees what is kept of authors of comments and holds it; the secretariat answers what authors ask for."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Membership, Person, Role
from cogwg.audit.models import AuditEvent
from cogwg.core.db import write_transaction
from cogwg.engagement.models import LegalHold, PublicComment
from cogwg.mail.models import OutboxMessage
from cogwg.tracker.models import PublishedComment
from tests.privacy.canary_comments import ADDRESS, CYCLE, NAME, PHASE, add_canary_comments
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, email, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
PAGE = f"admin/engagement/{CYCLE}/privacy"
COURT = "Order of the Federal Court, T-1234."


def add_comments(app: App) -> list[int]:
    with Session(app.engine) as session, write_transaction(session):
        return add_canary_comments(session)


def as_role(app: App, role: Role, lang: str = "en") -> ScriptlessUser:
    """Return the reader of the demo, who has this role and no other."""
    with Session(app.engine) as session, write_transaction(session):
        reader = session.scalars(select(Person).where(Person.email == email("reader"))).one()
        session.scalars(select(Membership).where(Membership.person_id == reader.id)).one().role = role
    return ScriptlessUser(app, "reader", lang)


def comment(app: App, id_: int) -> Any:
    (row,) = app.rows(PublicComment, PublicComment.id == id_)
    return row


@LANGS
def test_a_steward_sees_counts_and_no_names_and_places_and_releases_a_hold(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    add_comments(app)
    user = as_role(app, Role.STEWARD, lang)
    page = user.open(PAGE)
    assert page.status == 200
    cells = [text_of(cell) for cell in page.tree.iter("td")]
    assert [cell.rpartition(" ")[2] for cell in cells] == ["4", "4", "4", "4", "4", "3"]
    assert {"en": "deleted on March 1, 2022", "fr": "supprimés le 1er mars 2022"}[lang] in page.main_text.replace("\xa0", " ")
    assert NAME not in page.text
    assert ADDRESS not in page.text
    page = user.press("Place the hold", fields={"phase": PHASE, "reason": COURT})
    assert COURT in page.main_text
    assert user.translate("The hold is placed. What it covers is kept until the hold is released.") in page.main_text
    again = user.press("Place the hold", fields={"phase": PHASE, "reason": COURT})
    assert (again.status, len(app.rows(LegalHold))) == (422, 1)
    refused = user.press("Release the hold", fields={"reason": ""})
    assert refused.status == 422
    user.press("Release the hold", fields={"reason": "The case is closed."})
    (hold,) = app.rows(LegalHold)
    assert hold.released_at is not None
    events = app.rows(AuditEvent, AuditEvent.action.startswith("legal-hold"))
    assert [(event.action, event.after["reason"]) for event in events] == [
        ("legal-hold.placed", COURT),
        ("legal-hold.released", "The case is closed."),
    ]


def test_hold_on_a_comment_needs_its_number_and_a_reason_without_the_name(app: App) -> None:
    ids = add_comments(app)
    user = as_role(app, Role.STEWARD)
    user.open(PAGE)
    for fields in (
        {"comment": "none", "reason": COURT},
        {"comment": "999999", "reason": COURT},
        {"comment": str(ids[0]), "reason": ""},
        {"comment": str(ids[0]), "reason": f"{NAME} asked."},
    ):
        assert user.press("Place the hold", fields=fields).status == 422, fields
        assert app.rows(LegalHold) == []
    user.press("Place the hold", fields={"comment": f"#{ids[0]}", "reason": COURT})
    assert [hold.comment_id for hold in app.rows(LegalHold)] == [ids[0]]


def test_hold_of_another_cycle_is_not_released(app: App) -> None:
    add_comments(app)
    with Session(app.engine) as session, write_transaction(session):
        session.add(LegalHold(comment_id=1, reason="x", placed_at=app.rows(PublicComment)[0].received_at))
    (hold,) = app.rows(LegalHold)
    client = as_role(app, Role.STEWARD).browser
    answer = client.post(f"/en/admin/engagement/other/privacy/holds/{hold.id}/release", {"csrf_token": client.csrf_token()})
    assert answer.status == 404


@pytest.mark.parametrize("role", [Role.STEWARD, Role.MODERATOR, Role.ANALYST])
def test_only_the_secretariat_sees_who_wrote_a_comment(app: App, role: Role) -> None:
    id_ = add_comments(app)[0]
    client = as_role(app, role).browser
    for path in ("", f"/{id_}"):
        assert client.get(f"/en/admin/comment-authors{path}").status == 403
    token = client.csrf_token()
    assert client.post(f"/en/admin/comment-authors/{id_}/data", {"csrf_token": token, "reason": "x"}).status == 403
    assert client.post(f"/en/admin/comment-authors/{id_}", {"csrf_token": token, "name": "X"}).status == 403
    assert comment(app, id_).name == NAME


@LANGS
def test_author_is_found_by_address_or_number_and_gets_a_file(app: App, lang: str) -> None:
    ids = add_comments(app)
    user = ScriptlessUser(app, "secretariat", lang)
    user.open("admin/comment-authors")
    assert user.press("Find comments", fields={"wanted": "Zoé"}).status == 422
    page = user.press("Find comments", fields={"wanted": ADDRESS.upper()})
    assert f"comment-authors/{ids[0]}" in page.text
    page = user.press("Find comments", fields={"wanted": f"#{ids[1]}"})
    assert f"comment-authors/{ids[1]}" in page.text
    page = user.open(f"admin/comment-authors/{ids[0]}")
    assert NAME in page.text
    assert user.press("Download as JSON", fields={"reason": f"{NAME} asked."}).status == 422
    answer = user.press("Download as JSON", fields={"reason": "Asked by telephone."})
    sections = {section["key"]: section["rows"] for section in json.loads(answer.response.data)["sections"]}
    assert len(sections["comments"]) == 1
    assert len(sections["emails"]) == 2
    assert NAME in json.dumps(sections["comments"], ensure_ascii=False)
    (event,) = app.rows(AuditEvent, AuditEvent.action == "public-comment.author-exported")
    assert event.after == {"form": "json", "reason": "Asked by telephone.", "comments": 1}
    user.open(f"admin/comment-authors/{ids[0]}")
    answer = user.press("Download as Excel", fields={"reason": "Asked by telephone."})
    assert len(load_workbook(BytesIO(answer.response.data)).worksheets) == 4


@LANGS
def test_name_is_corrected_and_then_removed_everywhere(app_per_engine: App, lang: str) -> None:
    app = app_per_engine
    id_ = add_comments(app)[0]
    user = ScriptlessUser(app, "secretariat", lang)
    user.open(f"admin/comment-authors/{id_}")
    assert user.press("Save", fields={"name": "Z. Corrected", "reason": ""}).status == 422
    user.press("Save", fields={"name": "Z. Corrected", "reason": "Misspelled."})
    assert (comment(app, id_).name, comment(app, id_).email) == ("Z. Corrected", ADDRESS)
    (copy,) = app.rows(PublishedComment, PublishedComment.id == id_)
    assert copy.name == "Z. Corrected"
    user.press("Remove the name and email address", fields={"reason": "Asked for it."})
    assert (comment(app, id_).name, comment(app, id_).email) == ("", "")
    (copy,) = app.rows(PublishedComment, PublishedComment.id == id_)
    assert copy.name == ""
    emails = app.rows(OutboxMessage, OutboxMessage.key.startswith("test:canary"))
    assert {message.address for message in emails} == {"author@retired.invalid"}
    events = app.rows(AuditEvent, AuditEvent.action == "public-comment.author-changed")
    assert [event.after["fields"] for event in events] == [["name"], ["name", "email"]]
    assert "Corrected" not in json.dumps([event.after for event in events])


def test_older_page_and_held_author_change_nothing(app: App) -> None:
    id_ = add_comments(app)[0]
    late, early = ScriptlessUser(app, "secretariat", "en"), ScriptlessUser(app, "secretariat", "en")
    for user in (late, early):
        user.open(f"admin/comment-authors/{id_}")
    early.press("Save", fields={"name": "First", "reason": "Misspelled."})
    assert late.press("Save", fields={"name": "Second", "reason": "Misspelled."}).status == 409
    assert comment(app, id_).name == "First"
    with Session(app.engine) as session, write_transaction(session):
        session.add(LegalHold(comment_id=id_, reason=COURT, placed_at=comment(app, id_).received_at))
    early.open(f"admin/comment-authors/{id_}")
    assert early.press("Remove the name and email address", fields={"reason": "Asked for it."}).status == 422
    assert comment(app, id_).name == "First"
