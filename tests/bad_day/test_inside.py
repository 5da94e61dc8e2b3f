"""Inside. Templates, checks and counters of the product fail; the clock and the key are not what they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bad_day.faults import Tally, fault
from tests.bad_day.faulty_program import SECRET_DETAIL, write_program
from tests.bad_day.people import PAGE, WRONG, Crowd, Writer, check_plain, check_refusal, check_stored, is_acknowledged, serve
from tests.bench.client import HttpClient, last_csrf_token
from tests.conftest import MakeDatabase
from tests.databases import PASSWORD
from tests.server.process import run_command
from tests.web_client import SECRET_KEY

OTHER_KEY = "of-another-day-Xk3Vn8Tq5Zr2Wp7Lb4Hc"


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


@contextmanager
def switched_on(folder: Path, switch: str) -> Iterator[None]:
    (folder / switch).touch()
    yield
    (folder / switch).unlink()


def run_with_failing(switch: str, url: str, folder: Path, tally: Tally) -> Crowd:
    """Let people comment while this part fails and before and after; check what they see, and return them."""
    with serve(url, folder, program=write_program(folder)) as served:
        with Crowd(served.port, switch, writers=2) as crowd:
            crowd.wait_for_acknowledged(5)
            with switched_on(folder, switch):
                crowd.wait_for_refused(5)
            crowd.wait_for_acknowledged(5)
        assert SECRET_DETAIL in served.output, "the log has the error"
    for words, answer in crowd.refused.items():
        check_refusal(answer, words, status=500, heading=WRONG)
        assert SECRET_DETAIL not in answer.text
    check_stored(url, crowd, tally)
    return crowd


@fault(
    "The permission function raises an error",
    done="“has_permission” fails while people comment.",
    saw="“Something went wrong. Nothing was saved. Try again. If the problem continues, contact the secretariat.”, with the "
    "text, a button that sends it again, and the number of the request. The log has the error.",
)
def test_failing_permission_function_writes_nothing(url: str, tmp_path: Path, tally: Tally) -> None:
    run_with_failing("permission", url, tmp_path, tally)


@fault(
    "The insert of an audit event raises an error",
    done="“record_event” fails while people comment.",
    saw="The same: without its event nothing is saved.",
)
def test_failing_audit_insert_writes_nothing(url: str, tmp_path: Path, tally: Tally) -> None:
    run_with_failing("audit", url, tmp_path, tally)


@fault(
    "The store of failed sign-ins raises an error",
    done="“reserve_attempt” fails while someone signs in and others comment.",
    saw="Nobody can sign in, with a right password either: “Something went wrong”. Who is signed in goes on.",
)
def test_failing_throttle_lets_nobody_in_and_others_go_on(url: str, tmp_path: Path, tally: Tally) -> None:
    program = write_program(tmp_path)
    with serve(url, tmp_path, program=program) as served, Crowd(served.port, "throttle", writers=2) as crowd:
        crowd.wait_for_acknowledged(5)
        with switched_on(tmp_path, "throttle"):
            client = HttpClient(served.port)
            fields = {**last_csrf_token(client.get("/en/sign-in").text), "email": "ontario@demo.cogwg.example", "next": ""}
            answer = client.post("/en/sign-in", {**fields, "password": PASSWORD})
            assert (answer.status, WRONG in answer.text) == (500, True)
            check_plain(answer)
            assert client.get("/en/my-updates").status == 303, "not signed in"
            crowd.wait_for_acknowledged(5)
    check_stored(url, crowd, tally)


@fault(
    "A template has an error",
    done="The template of the page fails on which a comment is shown, while people comment.",
    saw="The comment is saved. The page says “Something went wrong” with the number of the request; the site's other pages "
    "work, and the comment is there when the page is.",
)
def test_failing_template_shows_a_plain_page_and_loses_nothing(url: str, tmp_path: Path, tally: Tally) -> None:
    with serve(url, tmp_path, program=write_program(tmp_path)) as served:
        writer, crowd = Writer(served.port), Crowd(served.port, "template")
        with switched_on(tmp_path, "template"):
            for number in range(20):
                words = f"template, comment {number}"
                assert is_acknowledged(writer.comment(words))
                crowd.acknowledged.add(words)
            page = writer.client.get(PAGE)
            assert (page.status, WRONG in page.text) == (500, True)
            check_plain(page)
            assert SECRET_DETAIL not in page.text
            assert writer.client.get("/en/plans/2020").status == 200
        assert all(words in writer.client.get(PAGE).text for words in crowd.acknowledged)
    check_stored(url, crowd, tally)


@fault(
    "The clock goes back one hour",
    done="The clock of the running site goes back one hour while people comment, and forward again.",
    saw="People stay signed in and save on. “cogwg doctor” says that the audit log goes on to a later time than now, and to "
    "set the clock. The audit log verifies: its order is that of its numbers.",
)
def test_clock_that_goes_back_loses_nothing_and_ends_no_session(url: str, tmp_path: Path, tally: Tally) -> None:
    program = write_program(tmp_path)
    with serve(url, tmp_path, program=program) as served:
        writer = Writer(served.port)
        with Crowd(served.port, "clock", writers=2) as crowd:
            crowd.wait_for_acknowledged(5)
            with switched_on(tmp_path, "clock"):
                crowd.wait_for_acknowledged(10)
                assert "Sign out" in writer.client.get("/en/my-updates").text
                assert is_acknowledged(Writer(served.port).comment("signed in an hour ago"))
                behind = run_command("doctor", "--today", "2020-09-23", cwd=tmp_path, COGWG_DATABASE_URL=url)
                assert "Set the clock of this machine." in behind.stdout
            crowd.wait_for_acknowledged(5)
            assert "Sign out" in writer.client.get("/en/my-updates").text
        assert crowd.refused == {}
    check_stored(url, crowd, tally)


@fault(
    "The secret key is changed",
    done="The site is started again with another key, without the former one among COGWG_SECRET_KEY_FALLBACKS.",
    saw="Who sends a form that was open is asked to sign in, and the text is not lost: the page after the sign-in has it. "
    "With the former key among the fallbacks nobody notices anything.",
)
def test_changed_key_asks_to_sign_in_and_keeps_the_text(url: str, tmp_path: Path, tally: Tally) -> None:
    with serve(url, tmp_path) as served:
        port, writer, crowd = served.port, Writer(served.port), Crowd(served.port, "key")
        assert is_acknowledged(writer.comment("key, before"))
    keys = {"COGWG_SECRET_KEY_FALLBACKS": SECRET_KEY, "COGWG_SECRET_KEY": OTHER_KEY}
    with serve(url, tmp_path, port=port, **keys):
        assert is_acknowledged(writer.comment("key, with the former one"))
    with serve(url, tmp_path, port=port, COGWG_SECRET_KEY=f"{OTHER_KEY}-2"):
        answer = writer.comment("key, without it")
        assert answer.status in (400, 401)
        assert "key, without it" in answer.text
        check_plain(answer)
        assert is_acknowledged(Writer(port).comment("key, signed in again"))
    crowd.acknowledged |= {"key, before", "key, with the former one", "key, signed in again"}
    check_stored(url, crowd, tally)
