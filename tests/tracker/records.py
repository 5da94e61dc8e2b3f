"""Public records for tests of what is drawn from them: the demo's, and one with every kind of fact and difficult texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.commitments import (
    PublishedActual,
    PublishedAssessment,
    PublishedChange,
    PublishedCommitment,
    PublishedCommitmentMilestone,
    PublishedFinding,
    PublishedIndicator,
    PublishedInstitution,
    PublishedOrganizationReport,
    Rating,
    ServingItem,
)
from cogwg.tracker.engagement import (
    HeardRefusals,
    HeardShare,
    PublishedCycle,
    PublishedHeard,
    PublishedPhase,
    PublishedTheme,
    ThemeLink,
)
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.open_data.bundle import published_copies
from cogwg.tracker.open_data.datasets import datasets_of
from cogwg.tracker.open_data.datasets.vocabulary import ASSESSMENT_KINDS, CHANNELS, COMPLETIONS
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.files import data_files
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_comments import CommentOfPublic
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)
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
    return PublicRecord(
        (*record.editions, second),
        briefings,
        withdrawals,
        "everything",
        _commitments(),
        _cycles(),
        _heards(),
        _comments(),
        on=NOW.date(),
    )


def _cycles() -> tuple[CycleEdition, ...]:
    """Return two editions of an engagement cycle with every kind of fact, and a phase with nothing but a title and a day."""
    full = PublishedPhase(
        "shaping",
        1,
        HOSTILE,
        date(2020, 4, 1),
        date(2020, 5, 31),
        when=HOSTILE,
        about=HOSTILE,
        asked=ENGLISH_ONLY,
        result=HOSTILE,
        result_link="https://example.ca/é",
        channels=tuple(Rating(code, label) for code, label in CHANNELS),
        documents=(PublishedLink("https://example.ca/a?b=1,2", HOSTILE),),
        takes_comments=True,
        participants=HOSTILE,
        subjects=(HOSTILE, ENGLISH_ONLY),
        departments=(HOSTILE,),
        rationale=HOSTILE,
    )
    empty = PublishedPhase("drafting", 2, ENGLISH_ONLY, date(2020, 12, 1), going_forward=False)
    cycle = PublishedCycle(
        "sixth-plan", HOSTILE, ENGLISH_ONLY, (HOSTILE,), (full, empty), 2016, HOSTILE, published_on=date(2020, 5, 1)
    )
    change = PublishedChange(date(2020, 8, 12), "shaping", "title", ENGLISH_ONLY, HOSTILE, HOSTILE)
    contents = ((1, cycle), (2, replace(cycle, completed_on=date(2020, 8, 1), sample=True, changes=(change,))))
    return tuple(
        CycleEdition(110 + edition, edition, NOW, digest(dump(content)), "", content, dump(content))
        for edition, content in contents
    )


def _heards() -> tuple[HeardEdition, ...]:
    """Return "What we heard" of the cycle, with a theme and counts."""
    share = HeardShare("online", HOSTILE, 5, 3, 1, 1)
    theme = PublishedTheme(
        1,
        HOSTILE,
        HOSTILE,
        Rating("partly", Bilingual("Taken up in part", "Retenu en partie")),
        ENGLISH_ONLY,
        (ThemeLink("commitment", "CA0060"),),
        (3, 5),
    )
    report = PublishedHeard(
        "sixth-plan",
        HOSTILE,
        1,
        date(2020, 8, 12),
        5,
        3,
        1,
        1,
        (share,),
        (share,),
        (share,),
        (HeardRefusals(Rating("other", HOSTILE), 1),),
        (theme,),
        HOSTILE,
        ENGLISH_ONLY,
        comments=(3, 5),
    )
    return (HeardEdition(120, 1, NOW, digest(dump(report)), "", report, dump(report)),)


def _comments() -> tuple[CommentOfPublic, ...]:
    """Return the comments of the report: a difficult one in English, and one of two languages about a commitment."""
    day, at = date(2020, 7, 2), datetime(2020, 7, 3, 14, tzinfo=UTC)
    return (
        CommentOfPublic(
            3, "sixth-plan", "shaping", "phase", "", "email", "", "en", HOSTILE.en, "A. Name", day, at, 1, sample=True
        ),
        CommentOfPublic(
            5, "sixth-plan", "shaping", "commitment", "CA0060", "online", "", "both", HOSTILE.fr, "", day, at, 0, sample=False
        ),
    )


def _commitments() -> tuple[CommitmentEdition, ...]:
    """Return two editions of a commitment with every kind of fact, and one with nothing but a title in one language."""
    substantial, complete = (Rating(code, label) for code, label in COMPLETIONS if code in {"substantial", "complete"})
    state = Rating("inactive", Bilingual("Inactive", "Inactif"))
    plan = Bilingual("Canada Action Plan 2016-2018", "Plan d’action du Canada 2016-2018")
    links = (PublishedLink("https://example.ca/a?b=1,2", ENGLISH_ONLY), PublishedLink("https://example.ca/é", HOSTILE))
    report = PublishedOrganizationReport(
        HOSTILE, leads=True, completion=complete, text=HOSTILE, on=date(2020, 4, 1), sample=True
    )
    participation, major = (Rating(code, HOSTILE) for code in ("civic-participation", "major"))
    assessments = (
        PublishedAssessment("CA0060-1", _kind("self"), HOSTILE, "2018", complete, text=HOSTILE),
        PublishedAssessment(
            "CA0060-2",
            _kind("end-of-term"),
            ENGLISH_ONLY,
            "2018-06-30",
            substantial,
            Rating("yes", Bilingual("Yes", "Oui")),
            Rating("high", Bilingual("High", "Élevée")),
            Rating("minor", Bilingual("Minor", "Mineur")),
            Rating("unclear", Bilingual("Unclear", "Incertain")),
            (participation,),
            ((participation, major),),
            HOSTILE,
            links,
            (PublishedFinding("19.1", substantial, HOSTILE),),
        ),
    )
    actual = PublishedActual("2018", "20.5", HOSTILE, Rating("C", Bilingual("Complete", "Réalisé")), progress=HOSTILE)
    full = PublishedCommitment(
        "CA0060",
        2016,
        2018,
        plan,
        "19",
        HOSTILE,
        state,
        starred=True,
        institutions=(PublishedInstitution(HOSTILE, is_lead=True), PublishedInstitution(ENGLISH_ONLY, is_lead=False)),
        areas=(HOSTILE, ENGLISH_ONLY),
        text=HOSTILE,
        description=HOSTILE,
        result=ENGLISH_ONLY,
        milestones=(PublishedCommitmentMilestone("19.1", HOSTILE, ENGLISH_ONLY, HOSTILE, date(2018, 6, 20), (report,)),),
        indicators=(
            PublishedIndicator("19-1", "19.1", HOSTILE, HOSTILE, HOSTILE, date(2018, 12, 20), HOSTILE, (actual,)),
            PublishedIndicator("19-2", "", ENGLISH_ONLY),
        ),
        done=(HOSTILE,),
        questions=(HOSTILE,),
        enquiries="open@example.ca",
        source="https://example.ca/source",
        lineage=("CA0041",),
        served_by=(ServingItem(2020, 5, "", HOSTILE), ServingItem(2020, 5, "5.2", HOSTILE)),
        assessments=assessments,
        published_on=date(2020, 5, 1),
    )
    change = PublishedChange(date(2020, 8, 12), "", "title", ENGLISH_ONLY, HOSTILE, HOSTILE)
    empty = PublishedCommitment(
        "CA0041", 2014, 2016, plan, "", ENGLISH_ONLY, state, starred=False, published_on=date(2020, 5, 1)
    )
    contents = ((1, empty), (1, replace(full, title=ENGLISH_ONLY)), (2, replace(full, changes=(change,))))
    at = {1: datetime(2020, 5, 1, 15, tzinfo=UTC), 2: datetime(2020, 8, 12, 14, 30, tzinfo=UTC)}
    return tuple(
        CommitmentEdition(100 + n, edition, at[edition], digest(dump(content)), "", content, dump(content))
        for n, (edition, content) in enumerate(contents)
    )


def _kind(code: str) -> Rating:
    return Rating(code, dict(ASSESSMENT_KINDS)[code])


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
    for name, content in published_copies(record).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
