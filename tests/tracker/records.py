"""Public records for tests of what is drawn from them: the demo's, and one with every kind of fact and difficult texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.datasets import datasets_of
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.files import data_files
from cogwg.tracker.published import BriefingEdition, PublicRecord, QuarterEdition, WithdrawalNotice
from cogwg.tracker.storing import digest, dump
from cogwg.tracker.values import (
    Correction,
    PublishedBriefing,
    PublishedDue,
    PublishedFile,
    PublishedLink,
    PublishedMove,
    PublishedQuarter,
    SubjectKind,
)

NOW = datetime(2020, 9, 24, 18, 0, tzinfo=UTC)
HOSTILE = Bilingual('=1+1, "two"\nthree; four\u00a0| <five> & _x0041_', "'+2\tdeux « trois »\n\nquatre, \U0001f341")
ENGLISH_ONLY = Bilingual("@only in English", "")


def with_everything(record: PublicRecord) -> PublicRecord:
    """Return the record with corrections, moved due dates, links, a briefing, withdrawals, and difficult texts."""
    first = record.quarter("2020-06")
    corrected = _corrected(first.content)
    text = dump(corrected)
    second = QuarterEdition(
        90,
        2,
        datetime(2020, 8, 12, 14, 30, 5, tzinfo=UTC),
        digest(text),
        "9/2020-08-12T14:30:05Z/00ff00ff00ff00ff",
        corrected,
        text,
    )
    files = (PublishedFile("deck.pptx", "pptx", "fr", "application/vnd.example", "ab" * 32, 12_345),)
    briefing = PublishedBriefing(
        2020, date(2020, 2, 27), 3, date(2020, 2, 20), Bilingual("Deputies", ""), HOSTILE, Bilingual("T", "T"), files
    )
    briefings = (BriefingEdition(91, datetime(2020, 3, 1, 15, tzinfo=UTC), digest(dump(briefing)), "", briefing),)
    withdrawals = tuple(
        WithdrawalNotice(92 + n, kind, 2020, key, 1, datetime(2020, 5, 1, 4, tzinfo=UTC), NOW, HOSTILE)
        for n, (kind, key) in enumerate(((PublicationKind.QUARTER, "2019-12"), (PublicationKind.BRIEFING, "2020-01-31")))
    )
    return PublicRecord((*record.editions, second), briefings, withdrawals, "everything")


def _corrected(content: PublishedQuarter) -> PublishedQuarter:
    links = (PublishedLink("https://example.ca/a?b=1,2", ENGLISH_ONLY), PublishedLink("https://example.ca/é", HOSTILE))
    moves = (
        PublishedMove(date(2020, 3, 4), PublishedDue(2020, 4), PublishedDue(2020, 6, 24), HOSTILE),
        PublishedMove(date(2020, 5, 4), PublishedDue(2020, 6, 24), PublishedDue(2020, 12), ENGLISH_ONLY),
    )
    head, *rest = content.priorities
    activity, *others = head.activities
    head = replace(
        head,
        issue=HOSTILE,
        consequences=(HOSTILE, ENGLISH_ONLY),
        activities=(replace(activity, due=PublishedDue(2020, 12, 31), moves=moves), *others),
    )
    report, *reports = content.reports
    report = replace(report, progress=HOSTILE, challenge=ENGLISH_ONLY, evidence=links, late=True, jurisdictions=("on", "qc"))
    milestone, *milestones = content.milestones
    milestone = replace(milestone, text=HOSTILE, links=links, happened_on=date(2020, 4, 1), month_only=True, under_way=True)
    corrections = (
        Correction(date(2020, 8, 12), SubjectKind.REPORT, report.activity, "progress", HOSTILE, ENGLISH_ONLY, HOSTILE),
        Correction(date(2020, 8, 12), SubjectKind.MILESTONE, milestone.key, "", Bilingual("", ""), HOSTILE, ENGLISH_ONLY),
    )
    return replace(
        content,
        priorities=(head, *rest),
        reports=(report, *reports),
        milestones=(milestone, *milestones),
        corrections=corrections,
        plan_link="https://example.ca/plan",
    )


def write_open_data(folder: Path, record: PublicRecord) -> None:
    """Write every file of the newest state, and of each edition in a folder of its own."""
    scopes = {folder / e.content.key / str(e.edition): Scope.of_edition(e) for e in record.editions}
    for place, scope in {folder: Scope.of_record(record), **scopes}.items():
        place.mkdir(parents=True, exist_ok=True)
        for name, content in data_files(datasets_of(scope), scope):
            (place / name).write_bytes(content)
