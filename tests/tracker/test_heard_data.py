"""The data of "What we heard": the dataset of comments and the workbook, equal to what was analysed, without names."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Language
from cogwg.engagement.models import EngagementCycle, PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.heard_workbook import heard_workbook
from cogwg.tracker.open_data.datasets.comments import COMMENTS
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.files import as_csv, as_json, as_xlsx
from cogwg.tracker.published import PublicRecord, whole_record
from cogwg.tracker.publishing_comments import copy_comments
from cogwg.tracker.publishing_heard import finalize_heard, publish_heard
from cogwg.tracker.reading import themes_behind
from tests.engagement.analysed import AT, EMAIL, GIVEN, NAME, add_analysis, add_comment


@pytest.fixture
def cycle(session: Session) -> EngagementCycle:
    cycle = add_analysis(session)
    publish_heard(session, cycle, finalize_heard(session, cycle, shown=None, **GIVEN), **GIVEN)
    return cycle


def record(session: Session) -> PublicRecord:
    return whole_record(session, AT)


def rows(record: PublicRecord) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(as_csv(COMMENTS, Scope.of_record(record)).decode("utf-8-sig"))))


def test_the_dataset_has_each_published_comment_with_its_themes_and_what_came_of_them(
    session: Session, cycle: EngagementCycle
) -> None:
    read = {row["comment"]: row for row in rows(record(session))}

    assert {text: (row["themes"], row["dispositions"]) for text, row in read.items()} == {
        "Use plain words.": ("fourth-plan-1", "taken-up"),
        "Moins de clics.": ("fourth-plan-1", "taken-up"),
        "Fewer clicks.": ("fourth-plan-1 fourth-plan-2", "taken-up not-taken-up"),
        "Answer in 10 days.": ("fourth-plan-2", "not-taken-up"),
        "Thank you.": ("", ""),
    }
    fewer = read["Fewer clicks."]
    assert (fewer["channel"], fewer["language"], fewer["event"], fewer["phase"]) == (
        *("in-person", "en"),
        *("Halifax, March 8, 2018", "shaping"),
    )
    assert fewer["theme_titles_fr"] == "Facile à trouver\nRépondre en 10 jours"


def test_neither_dataset_nor_workbook_nor_report_has_a_name_or_an_address(session: Session, cycle: EngagementCycle) -> None:
    public = record(session)
    (edition,) = public.heards
    files = [write(COMMENTS, Scope.of_record(public), "") for write in (as_csv, as_json)]
    files.append(edition.text.encode())
    assert not any(canary.encode() in content for content in files for canary in (NAME, EMAIL))
    for content in (as_xlsx(COMMENTS, Scope.of_record(public)), heard_workbook(public, edition, Language.EN)):
        texts = str([[cell.value for row in sheet for cell in row] for sheet in load_workbook(BytesIO(content))])
        assert "Fewer clicks." in texts
        assert NAME not in texts
        assert EMAIL not in texts


def test_a_comment_published_after_the_report_is_not_in_its_dataset(session: Session, cycle: EngagementCycle) -> None:
    add_comment(session, cycle, "Too late.")
    assert "Too late." not in {row["comment"] for row in rows(record(session))}


def test_a_comment_that_its_author_withdraws_leaves_the_data_and_changes_the_revision(
    session: Session, cycle: EngagementCycle
) -> None:
    fewer = next(each for each in session.query(PublicComment) if each.text == "Fewer clicks.")
    copy_comments(session, [fewer.id])
    before = record(session)
    fewer.state = CommentState.WITHDRAWN
    session.flush()
    copy_comments(session, [fewer.id])

    after = record(session)

    assert "Fewer clicks." in {row["comment"] for row in rows(before)}
    assert "Fewer clicks." not in {row["comment"] for row in rows(after)}
    assert before.revision != after.revision


def test_a_cycle_without_a_public_report_has_no_rows(session: Session) -> None:
    add_analysis(session)
    assert rows(record(session)) == []
    assert record(session).comments == ()


def test_the_workbook_has_report_and_data_in_both_languages(session: Session, cycle: EngagementCycle) -> None:
    public = record(session)
    sheets: dict[Language, Any] = {
        lang: load_workbook(BytesIO(heard_workbook(public, public.heards[0], lang))) for lang in Language
    }
    assert sheets[Language.EN].sheetnames == ["Summary", "Themes", "Participation", "Comments"]
    assert sheets[Language.FR].sheetnames == ["Résumé", "Thèmes", "Participation", "Commentaires"]
    themes = [[cell.value for cell in row] for row in sheets[Language.FR]["Thèmes"].iter_rows(min_row=2)]
    assert themes[0][:5] == [
        *("fourth-plan-1", "Facile à trouver", 3),
        *("Des gens ont demandé des mots simples.", "Retenu"),
    ]
    assert sheets[Language.EN]["Comments"].max_row == 6


def test_commitments_and_activities_lead_back_to_what_was_heard(session: Session, cycle: EngagementCycle) -> None:
    assert themes_behind(record(session), "commitment", "CA0060") == ()
