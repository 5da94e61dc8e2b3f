"""Two people change one report: the second sees both texts, and nothing of either is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.errors import Conflict
from cogwg.core.scale import Status
from cogwg.plan.queries import plan_facts
from cogwg.reporting.models import ReportingPeriod, ReportState, StatusReport, Submission
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.services import ReportTarget, submit_report
from tests.databases import demo_calendar
from tests.pages import Browser, Form, House, Page, words
from tests.web.conftest import MakeHouse
from tests.web.reporting.test_updates import activity_id

ADDRESS = "/{lang}/plans/2020/activities/5.4/report"


@pytest.fixture
def two(each_house: House) -> tuple[Browser, Browser]:
    """Alberta and Saskatchewan, who share the report of 5.4."""
    return each_house.cast("alberta"), each_house.cast("saskatchewan")


def opened(browser: Browser, lang: str = "en") -> Form:
    return browser.get(ADDRESS.format(lang=lang)).form("5.4/report")


def stored(house: House) -> StatusReport:
    with Session(house.engine) as session:
        found = session.scalars(
            select(StatusReport)
            .join(ReportingPeriod, ReportingPeriod.id == StatusReport.period_id)
            .where(StatusReport.activity_id == activity(session).activity.id, ReportingPeriod.key == "2020-09")
        ).one()
        _ = found.evidence
        session.expunge_all()
        return found


def activity(session: Session, code: str = "5.4") -> ReportTarget:
    plan = plan_facts(session, 2020, code=code)
    (priority,) = plan.priorities
    period = session.scalars(
        select(ReportingPeriod.id).where(ReportingPeriod.plan_id == plan.id, ReportingPeriod.key == "2020-09")
    )
    return ReportTarget(priority, next(a for a in priority.activities if a.code == code), period.one())


THEIRS = {"status": "LP", "progress_en": "Two methods are compared. Alberta tests the first."}
YOURS = {
    "status": "SP",
    "progress_en": "Two methods are compared. Saskatchewan tests the second.",
    "challenge_en": "Nobody has time.",
}


def collide(two: tuple[Browser, Browser], lang: str = "en", *, htmx: bool = False) -> Page:
    """Both open the form; Alberta saves, then Saskatchewan."""
    first, second = opened(two[0], lang), opened(two[1], lang)
    assert first.fill(**THEIRS, evidence_url="https://ab.example/").submit().status == 303
    return second.fill(**YOURS, evidence_url="https://sk.example/").submit(htmx=htmx)


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("htmx", [False, True])
def test_the_second_is_told_who_changed_what_and_sees_both_texts(
    each_house: House, two: tuple[Browser, Browser], lang: str, htmx: bool
) -> None:
    page = collide(two, lang, htmx=htmx)
    assert page.status == 409
    assert "HX-Request" in page.headers["Vary"]
    article = words(page.one("article"))
    assert "D. Okafor" in article
    assert "Alberta" in article
    assert ("at 12:00" if lang == "en" else "à 12\u00a0h") in article, "in the reader's own zone: it is noon in Regina"
    for text in ("Alberta tests the first.", "Saskatchewan tests the second.", "Nobody has time.", "ab.example", "sk.example"):
        assert text in article
    assert [e.tag for e in page.one("body")] == ["article"] if htmx else page.h1
    marked = {words(e) for e in page.all("mark")}
    assert {"Alberta", "Saskatchewan"} <= {w for m in marked for w in m.split()}
    assert "Two methods" not in " ".join(marked), "what is the same is not marked"
    assert stored(each_house).progress_en == THEIRS["progress_en"], "nothing was overwritten"


def choices(page: Page) -> Form:
    return page.form("report/merge")


@pytest.mark.parametrize("htmx", [False, True])
def test_keeping_theirs_leaves_it_as_it_is(each_house: House, two: tuple[Browser, Browser], htmx: bool) -> None:
    form = choices(collide(two))
    form.choose(status="theirs", progress_en="theirs", challenge_en="theirs", evidence="theirs")
    assert form.submit(htmx=htmx).status == (200 if htmx else 303)
    report = stored(each_house)
    assert (report.progress_en, report.challenge_en, report.status) == (THEIRS["progress_en"], "", Status.LIMITED)
    assert [e.url for e in report.evidence] == ["https://ab.example/"]


def begun(house: House) -> tuple[Form, Form]:
    """The form of 4.3, of which nothing is begun, open for Ontario and for British Columbia."""
    one, other = (house.cast(name).get("/en/my-updates").form("4.3/report") for name in ("ontario", "bc"))
    return one, other


@pytest.mark.parametrize("htmx", [False, True])
def test_a_draft_that_clashed_is_kept_as_a_draft(house: House, htmx: bool) -> None:
    first, second = begun(house)
    assert first.fill(**THEIRS).submit(press="save").status == 303
    page = second.fill(**YOURS).submit(press="save", htmx=htmx)
    assert page.status == 409
    assert "Save this version as a draft" in words(page.one("article"))
    form = choices(page).choose(status="yours", progress_en="yours", challenge_en="yours")
    assert form.submit(htmx=htmx).status == (200 if htmx else 303)
    latest = max(house.rows(StatusReport), key=lambda report: report.changed_at)
    assert (latest.state, latest.progress_en) == (ReportState.DRAFT, YOURS["progress_en"])


def test_a_draft_that_clashed_with_a_submission_says_that_it_is_submitted(house: House) -> None:
    first, second = begun(house)
    assert first.fill(**THEIRS, challenge_en="Much.").submit().status == 303
    page = second.fill(**YOURS).submit(press="save")
    assert page.status == 409
    assert "Save and submit this version" in words(page.one("article"))
    assert "as a draft" not in words(page.one("article"))


@pytest.mark.parametrize("htmx", [False, True])
def test_two_who_say_the_same_are_asked_nothing(each_house: House, two: tuple[Browser, Browser], htmx: bool) -> None:
    first, second = opened(two[0]), opened(two[1])
    assert first.fill(**YOURS).submit().status == 303
    assert second.fill(**YOURS).submit(htmx=htmx).status == (200 if htmx else 303)
    assert stored(each_house).version == 2, "it was saved once since the demo's report"


def test_keeping_yours_replaces_it_and_both_stay_in_the_history(each_house: House, two: tuple[Browser, Browser]) -> None:
    form = choices(collide(two)).choose(status="yours", progress_en="yours", challenge_en="yours", evidence="yours")
    assert form.submit().status == 303
    report = stored(each_house)
    assert (report.progress_en, report.challenge_en, report.status) == (
        YOURS["progress_en"],
        YOURS["challenge_en"],
        Status.SUBSTANTIAL,
    )
    assert [e.url for e in report.evidence] == ["https://sk.example/"]
    history = two[0].get("/en/plans/2020/activities/5.4").main
    assert "Alberta tests the first." in history
    assert "Saskatchewan tests the second." in history


def test_keeping_both_is_offered_joined_and_may_be_edited(each_house: House, two: tuple[Browser, Browser]) -> None:
    form = choices(collide(two))
    joined = form.values["both-progress_en"]
    assert joined == "Two methods are compared. Alberta tests the first. Saskatchewan tests the second."
    assert form.values["choose-progress_en"] == "both", "keeping both is what happens when nobody chooses"
    form.choose(status="yours", challenge_en="yours", evidence="both").values["both-progress_en"] = joined + " Both in October."
    assert form.submit().status == 303
    report = stored(each_house)
    assert report.progress_en == joined + " Both in October."
    assert {e.url for e in report.evidence} == {"https://ab.example/", "https://sk.example/"}


@pytest.mark.parametrize("htmx", [False, True])
def test_a_third_version_while_merging_is_another_conflict_that_keeps_the_edited_text(
    each_house: House, two: tuple[Browser, Browser], htmx: bool
) -> None:
    form = choices(collide(two)).choose(status="yours", challenge_en="yours")
    form.values["both-progress_en"] = "Written on the conflict screen."
    assert opened(two[0]).fill(progress_en="A third version.").submit().status == 303
    page = form.submit(htmx=htmx)
    assert page.status == 409
    for text in ("A third version.", "Written on the conflict screen.", "Nobody has time.", "sk.example"):
        assert text in words(page.one("article"))
    again = choices(page).choose(status="yours", progress_en="yours", challenge_en="yours")
    assert again.submit().status == 303
    assert stored(each_house).progress_en == "Written on the conflict screen."


def test_a_merge_that_breaks_a_rule_comes_back_as_a_form_with_its_words(
    each_house: House, two: tuple[Browser, Browser]
) -> None:
    form = choices(collide(two)).choose(status="yours", challenge_en="yours")
    form.values["both-progress_en"] = "x" * 4001
    page = form.submit()
    assert page.status == 422
    assert page.form("5.4/report").value("progress_en") == "x" * 4001
    assert "4000 fit" in page.error("progress_en")
    assert page.form("5.4/report").fill(progress_en="Shorter.").submit().status == 303


def test_without_a_choice_of_status_theirs_stays(each_house: House, two: tuple[Browser, Browser]) -> None:
    assert choices(collide(two)).submit().status == 303
    assert stored(each_house).status is Status.LIMITED


@pytest.mark.parametrize("each", ["sqlite", "postgresql"])
def test_the_first_report_of_a_quarter_is_made_once(make_house: object, each: str) -> None:
    """Both forms say that there is no report yet; the second meets the first one, not an error."""
    house: House = make_house(each)  # type: ignore[operator]
    ontario, chair = house.cast("ontario"), house.cast("chair")
    mine = ontario.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="Ontario’s words.")
    behalf = (
        chair.get("/en/my-updates?for=on")
        .form("3.3/report")
        .fill(status="LP", progress_en="What they wrote.", challenge_en="A challenge.")
    )
    assert (mine.value("version"), behalf.value("version")) == ("0", "0")
    assert mine.submit().status == 303
    page = behalf.submit()
    assert page.status == 409
    form = page.form("report/merge").choose(status="yours", challenge_en="yours")
    assert form.action.endswith("merge?for=on&period=2020-09")
    assert form.submit().goes_to == "/en/my-updates?for=on"
    (report,) = house.rows(StatusReport, StatusReport.progress_en == "Ontario’s words. What they wrote.")
    assert (report.version, report.status, report.behalf_of is not None) == (2, Status.LIMITED, True)


def test_a_person_cannot_merge_what_is_not_theirs_to_report(each_house: House, two: tuple[Browser, Browser]) -> None:
    form = choices(collide(two)).choose(status="yours")
    ontario = each_house.cast("ontario")
    form.values["csrf_token"] = ontario.csrf()
    before = each_house.fingerprint()
    assert form.submit(browser=ontario).status == 403
    assert each_house.fingerprint() == before


@pytest.mark.parametrize(("people", "edits"), [(8, 8), pytest.param(16, 25, marks=pytest.mark.slow)])
def test_no_acknowledged_edit_is_lost_when_many_edit_at_once(kind: str, make_database: object, people: int, edits: int) -> None:
    """So many people try to save so often, reading before each: whatever was acknowledged is in the record, in order."""
    url: str = make_database(kind, "seeded")  # type: ignore[operator]
    gate = Barrier(people)

    def edit(person: int) -> list[str]:
        engine = build_engine(url)
        saved = []
        with Session(engine) as session:
            target = activity(session, "5.4")
            gate.wait()
            for n in range(edits):
                text = f"{person}:{n}"
                if _save(session, target, text):
                    saved.append(text)
        engine.dispose()
        return saved

    with ThreadPoolExecutor(people) as pool:
        acknowledged = [text for saved in pool.map(edit, range(people)) for text in saved]
    assert len(acknowledged) >= edits
    engine = build_engine(url)
    with Session(engine) as session:
        target = activity(session, "5.4")
        said = session.scalars(
            select(Submission.progress_en).where(
                Submission.activity_id == target.activity.id, Submission.progress_en.contains(":")
            )
        ).all()
        report = session.scalars(
            select(StatusReport).where(
                StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id
            )
        ).one()
        assert sorted(said) == sorted(acknowledged), "each acknowledged edit was submitted once"
        assert report.version == 1 + len(acknowledged), "each version followed the one before it"
        trace = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_kind == "report", AuditEvent.subject_id == report.id)
            .order_by(AuditEvent.id)
        ).all()
        versions = [(e.before["version"], e.after["version"]) for e in trace if e.before and e.after]
        assert versions == [(n, n + 1) for n in range(1, len(acknowledged) + 1)]
    engine.dispose()


def _save(session: Session, target: ReportTarget, text: str) -> bool:
    """Read the version, as a form does in its own request, then save with it; False for a conflict or a busy database."""
    seen = session.scalars(
        select(StatusReport.version).where(
            StatusReport.activity_id == target.activity.id, StatusReport.period_id == target.period_id
        )
    ).one()
    session.rollback()
    draft = ReportDraft(Status.SUBSTANTIAL, Bilingual(text, ""), EMPTY_TEXT, EMPTY_TEXT)
    try:
        with write_transaction(session):
            submit_report(
                session,
                target,
                draft,
                expected_version=seen,
                by=Actor("person", None),
                at=demo_calendar().now(),
                is_allowed=lambda _: True,
            )
    except (Conflict, OperationalError):
        session.rollback()
        return False
    return True


@pytest.mark.parametrize(("people", "edits"), [(4, 12), pytest.param(16, 400, marks=pytest.mark.slow)])
def test_editors_at_the_door_lose_nothing_and_are_told_of_each_other(
    kind: str, make_house: MakeHouse, people: int, edits: int
) -> None:
    """Editors of two drafts save until so many edits are acknowledged; each conflict is a 409 with both texts."""
    house = make_house(kind)
    browsers = [house.cast(("ontario", "chair")[n % 2]) for n in range(people)]
    saved: list[tuple[str, str]] = []
    told: list[str] = []
    gate = Barrier(people)

    def edit(person: int) -> None:
        browser, code = browsers[person], ("3.3", "4.3")[person // 2 % 2]
        address = f"/en/plans/2020/activities/{code}/report{'?for=on' if person % 2 else ''}"
        form = browser.get(address, htmx=True).form("/report")
        gate.wait()
        turn = 0
        while len(saved) < edits:
            turn += 1
            text = f"Edit {person}-{turn} of {code}."
            answer = form.fill(progress_en=text).submit(press="save", htmx=True)
            if answer.status == 200:
                saved.append((code, text))
            elif answer.status == 409:
                both = [e.text or "" for e in answer.all("textarea", name="both-progress_en")]
                told.extend(both if len(both) == 1 and text in both[0] and both[0].count("Edit ") == 2 else ["one text only"])
            else:
                assert answer.status == 503, answer.status
            form = browser.get(address, htmx=True).form("/report")

    with ThreadPoolExecutor(people) as pool:
        list(pool.map(edit, range(people)))
    assert "one text only" not in told
    assert told, "nobody met anybody"
    for code in ("3.3", "4.3"):
        (report,) = house.rows(StatusReport, StatusReport.activity_id == activity_id(house, code), StatusReport.period_id == 3)
        trace = house.rows(
            AuditEvent,
            AuditEvent.subject_kind == "report",
            AuditEvent.subject_id == report.id,
            AuditEvent.action == "report.saved",
        )
        kept = [e.after["progress"][0] for e in trace]
        assert sorted(kept) == sorted(text for of, text in saved if of == code), "each acknowledged edit is in the trace"
        assert [e.after["version"] for e in trace] == list(range(1, len(kept) + 1))
        assert (report.progress_en, report.version) == (kept[-1], len(kept))
