"""What is stored about a person: complete, only theirs, in both languages and both files, and recorded."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import (
    AccessLink,
    AddressChange,
    Membership,
    OpenIDLink,
    Person,
    RecoveryCode,
    SecondFactor,
    SecurityKey,
    SignIn,
    UnsavedText,
)
from cogwg.accounts.queries import person_by_email
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import SYSTEM, Actor
from cogwg.briefing.models import SlideComment
from cogwg.core.bilingual import Language
from cogwg.core.db import Base, build_engine
from cogwg.discussion.models import Comment
from cogwg.mail.models import OutboxMessage
from cogwg.ogp.models import Assessment, AssessorInvitation, MilestoneOffer, OrganizationReport
from cogwg.privacy.personal_data import PersonalData, as_json, as_xlsx, read_personal_data
from cogwg.privacy.records import RECORDS
from cogwg.privacy.sections import DataSection
from cogwg.privacy.wording import CORRECTIONS, SUBJECT_LABELS, TITLES, SectionKey
from cogwg.reporting.models import Submission
from cogwg.seeding.demo import DEMO_DOMAIN
from tests.cli.test_commands import RunCommand, run
from tests.conftest import MakeDatabase
from tests.privacy.test_removal import ADDRESS, AT, EARLIER_ADDRESS, NAME, NOW, add_canary

__all__ = ["run"]
WITH_OWN_SECTION = {
    *(Membership.person_id, SignIn.person_id, AccessLink.person_id, UnsavedText.person_id),
    *(AddressChange.person_id, SecondFactor.person_id, RecoveryCode.person_id, SecurityKey.person_id, OpenIDLink.person_id),
    *(OutboxMessage.person_id, Comment.person_id, SlideComment.person_id, Submission.submitted_by),
    *(AssessorInvitation.person_id, Assessment.recorded_by, MilestoneOffer.offered_by, OrganizationReport.reported_by),
}
LANGS = pytest.mark.parametrize("lang", list(Language))


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


def read(session: Session, person: Person, form: str = "json", **options: object) -> PersonalData:
    return read_personal_data(session, person, form, by=SYSTEM, at=AT, now=NOW, **options)  # type: ignore[arg-type]


def section(data: PersonalData, key: SectionKey) -> DataSection:
    return next(each for each in data.sections if each.key is key)


def reporter(session: Session) -> Person:
    """Return a person who submitted reports."""
    id_ = session.scalars(select(Submission.submitted_by).where(Submission.submitted_by.is_not(None))).first()
    return session.get_one(Person, id_)


def test_every_column_that_refers_to_a_person_is_in_a_section() -> None:
    foreign_keys = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == "person.id"
    }
    columns = [*(column for _label, column in RECORDS), *WITH_OWN_SECTION]
    covered = {f"{column.class_.__tablename__}.{column.key}" for column in columns}
    assert covered == foreign_keys


def test_every_section_has_a_title_and_says_how_to_correct_it(seeded: Session) -> None:
    data = read(seeded, reporter(seeded))
    assert [each.key for each in data.sections] == list(SectionKey) == list(TITLES) == list(CORRECTIONS)
    labels = [*TITLES.values(), *CORRECTIONS.values(), *SUBJECT_LABELS.values(), *(label for label, _column in RECORDS)]
    assert all(text.en and text.fr for text in labels)


def test_canary_gets_all_of_their_data(seeded: Session) -> None:
    person = add_canary(seeded)
    content = as_json(read(seeded, person), Language.EN).decode()
    for expected in (NAME, ADDRESS, EARLIER_ADDRESS, "America/Whitehorse", "A comment that stays.", "– Zoé O'Canary"):
        assert expected in content or json.dumps(expected, ensure_ascii=False)[1:-1] in content, expected
    rows = {part["key"]: part["rows"] for part in json.loads(content)["sections"]}
    assert [row["Role"] for row in rows["roles"]] == ["Deputy"]
    assert [row["Name"] for row in rows["security-keys"]] == [f"Key of {NAME}"]
    assert len(rows["emails"]) == 4
    assert "/password/…" in content, "a link that works stays secret"
    actions = [row["Action (code)"] for row in rows["events-about"]]
    assert actions[0] == "person.data-exported"
    assert {"person.added", "person.changed", "person.retired"} <= set(actions)
    assert [row["Action (code)"] for row in rows["events-by"]] == ["comment.written", "person.feed", "person.wishes"]


def test_unsaved_text_is_left_out_for_others(seeded: Session) -> None:
    person = add_canary(seeded)
    unsaved = section(read(seeded, person, with_unsaved_text=False), SectionKey.UNSAVED_TEXT).table.rows
    assert [row[1] for row in unsaved] == ["comment:1"]
    assert "Only the person can see it." in str(unsaved)
    assert NAME not in str(unsaved)


def test_data_of_other_people_is_not_included(seeded: Session) -> None:
    add_canary(seeded)
    other = person_by_email(seeded, f"quebec@{DEMO_DOMAIN}")
    assert other is not None
    assert "canary" not in as_json(read(seeded, other), Language.EN).decode().lower()


def test_reports_and_counts_are_those_of_the_tables(seeded: Session) -> None:
    person = reporter(seeded)
    data = read(seeded, person)
    submitted = seeded.scalars(select(Submission.id).where(Submission.submitted_by == person.id)).all()
    assert len(section(data, SectionKey.REPORTS).table.rows) == len(submitted) > 0
    own = seeded.scalars(select(AuditEvent.id).where(AuditEvent.actor_kind == "person", AuditEvent.actor_id == person.id)).all()
    assert len(section(data, SectionKey.EVENTS_BY).table.rows) == len(own) > 0
    assert all(count for _label, count in section(data, SectionKey.RECORDS).table.rows)


@LANGS
def test_files_have_the_same_rows_in_each_language(seeded: Session, lang: Language) -> None:
    data = read(seeded, add_canary(seeded))
    content = json.loads(as_json(data, lang))
    assert (content["format"], content["language"]) == ("cogwg personal data 1", lang.value)
    assert content["sections"][0]["title"] == {"en": "Account", "fr": "Compte"}[lang.value]
    book = load_workbook(BytesIO(as_xlsx(data, lang)))
    first, *sheets = book.worksheets
    assert [row[1] for row in first.iter_rows(min_row=2, values_only=True)] == [len(s["rows"]) for s in content["sections"]]
    assert [sheet.max_row - 1 for sheet in sheets] == [len(s["rows"]) for s in content["sections"]]
    assert all(s["how_to_correct"] for s in content["sections"])


def test_each_export_is_recorded_with_its_form_and_reason(seeded: Session) -> None:
    person = add_canary(seeded)
    by = Actor("person", 1)
    read_personal_data(seeded, person, "xlsx", reason="Asked by telephone.", by=by, at=AT, now=NOW + timedelta(days=1))
    read(seeded, person, "page")
    events = seeded.scalars(
        select(AuditEvent).where(AuditEvent.action.startswith("person.data-")).order_by(AuditEvent.id)
    ).all()
    assert [(event.action, event.subject_id, event.actor_id, event.after) for event in events] == [
        ("person.data-exported", person.id, 1, {"form": "xlsx", "reason": "Asked by telephone."}),
        ("person.data-shown", person.id, None, {"form": "page"}),
    ]


@LANGS
@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_command_writes_a_private_file_in_either_language(
    run: RunCommand, url: str, tmp_path: Path, lang: str, kind: str
) -> None:
    out = tmp_path / f"data.{kind}"
    result = run("person", "export", f"ontario@{DEMO_DOMAIN}", "--out", str(out), "--lang", lang.value, COGWG_DATABASE_URL=url)
    assert (result.err, result.code, result.out.startswith(f"Wrote {out}: 14 sections, ")) == ("", 0, True)
    assert out.stat().st_mode & 0o077 == 0
    if kind == "json":
        assert json.loads(out.read_bytes())["language"] == lang.value
    else:
        assert len(load_workbook(out).worksheets) == 15
    engine = build_engine(url)
    with Session(engine) as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "person.data-exported"))
        assert (event.actor_kind, event.after) == ("system", {"form": kind})
    engine.dispose()


def test_command_refuses_another_file_type_and_an_unknown_person(run: RunCommand, url: str, tmp_path: Path) -> None:
    out = tmp_path / "data.pdf"
    wrong_type = run("person", "export", f"ontario@{DEMO_DOMAIN}", "--out", str(out), COGWG_DATABASE_URL=url)
    assert (wrong_type.code, "must end in .xlsx or .json" in wrong_type.err) == (2, True)
    unknown = run("person", "export", "nowhere@example.ca", "--out", str(tmp_path / "data.json"), COGWG_DATABASE_URL=url)
    assert unknown.code == 2
    assert list(tmp_path.glob("*.pdf")) + list(tmp_path.glob("*.json")) == []
