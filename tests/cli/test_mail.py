"""``cogwg remind`` and ``cogwg mail deliver``, with a real mail server on this machine."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.cli import options
from cogwg.core.calendar import TORONTO, Calendar, real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.mail.models import OutboxMessage
from cogwg.site_settings.models import StoredSettings
from tests.cli.test_commands import RunCommand, check_refusal, count_rows, run
from tests.conftest import MakeDatabase
from tests.mail.server import MailServer
from tests.sessions import FURTHER
from tests.web_client import App

__all__ = ["run"]
TODAY_OPTION = ("--today", "2020-09-28")


@pytest.fixture
def url(engine_name: str, make_database: MakeDatabase) -> str:
    return make_database(engine_name, "seeded")


def smtp_environment(server: MailServer, url: str) -> dict[str, str]:
    return {
        "COGWG_DATABASE_URL": url,
        "COGWG_SMTP_HOST": "127.0.0.1",
        "COGWG_SMTP_PORT": str(server.port),
        "COGWG_MAIL_FROM": "plan@cogwg.example",
        "COGWG_PUBLIC_URL": "https://plan.example.ca",
    }


def read_messages(url: str) -> list[OutboxMessage]:
    engine: Engine = build_engine(url)
    with Session(engine) as session:
        messages = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        session.expunge_all()
    engine.dispose()
    return messages


def test_remind_dry_run_prints_a_line_a_message_and_changes_nothing(run: RunCommand, url: str) -> None:
    app = App(url)
    before = app.fingerprint(without=())
    result = run("remind", "--dry-run", *TODAY_OPTION, COGWG_DATABASE_URL=url)
    assert result.code == 0
    assert app.fingerprint(without=()) == before
    app.close()
    lines = result.out.splitlines()
    (own,) = (line for line in lines if line.startswith("ontario@demo.cogwg.example  reminder: "))
    assert own.endswith("\u00a0reports due by September\u00a030 (Quarter 3 of 2020)")
    assert not any(line.startswith("quebec@") for line in lines)
    assert len({line.split()[0] for line in lines}) == len(lines) == 2


def test_remind_sends_what_the_dry_run_listed_and_only_once(run: RunCommand, url: str) -> None:
    dry = run("remind", "--dry-run", *TODAY_OPTION, COGWG_DATABASE_URL=url).out.splitlines()
    with MailServer() as server:
        first = run("remind", *TODAY_OPTION, **smtp_environment(server, url))
        assert first.code == 0, first.err
        assert server.recipients == sorted(line.split()[0] for line in dry)
        assert "https://plan.example.ca/en/my-updates?period=2020-09" in server.inbox[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        second = run("remind", *TODAY_OPTION, **smtp_environment(server, url))
        assert (second.code, second.out) == (0, "")
        assert len(server.inbox) == len(dry)
    assert all(message.sent_at for message in read_messages(url))


def test_remind_with_server_down_is_sent_by_the_next_delivery(
    run: RunCommand, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer()
    result = run("remind", *TODAY_OPTION, **smtp_environment(server, url))
    assert result.code == 0
    assert "could not be reached" in result.err
    waiting = read_messages(url)
    assert waiting
    assert all(message.tries == 1 and not message.sent_at for message in waiting)
    with server:
        assert run("mail", "deliver", *TODAY_OPTION, **smtp_environment(server, url)).out == "", (
            "not before the next try is due"
        )
        later = [message.next_try_at for message in waiting if message.next_try_at]
        monkeypatch.setattr("cogwg.cli.mailing.real_now", lambda: max(later))
        assert run("mail", "deliver", *TODAY_OPTION, **smtp_environment(server, url)).out.startswith(f"Sent: {len(waiting)}.")
        assert len(set(server.recipients)) == len(server.inbox) == len(waiting)


@pytest.mark.parametrize(("rejection", "is_retried"), [("554 5.7.1 spam", False), ("451 4.7.1 greylisted", True)])
def test_mail_deliver_announces_another_try_only_for_mail_that_is_retried(
    run: RunCommand, make_database: MakeDatabase, rejection: str, is_retried: bool
) -> None:
    url = make_database("sqlite", "seeded")
    with MailServer() as server:
        server.content_rejection = rejection
        result = run("remind", *TODAY_OPTION, **smtp_environment(server, url))
    assert rejection.partition(" ")[2] in result.err
    assert ("The next run will try again." in result.err) is is_retried


def test_remind_writes_to_console_or_folder(run: RunCommand, make_database: MakeDatabase, tmp_path: Path) -> None:
    url = make_database("sqlite", "seeded")
    result = run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, COGWG_MAIL="console")
    assert "To: ontario@demo.cogwg.example" in result.out
    assert "http://127.0.0.1:8000/en/my-updates?period=2020-09" in result.out
    url = make_database("sqlite", "seeded")
    run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, COGWG_MAIL=f"file:{tmp_path / 'emails'}")
    assert len(list((tmp_path / "emails").glob("*.eml"))) == len(read_messages(url)) > 0


def test_remind_with_unusable_mail_settings_writes_nothing(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "seeded")
    before = count_rows(url)
    check_refusal(run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url), "COGWG_SMTP_HOST")
    check_refusal(run("mail", "deliver", COGWG_DATABASE_URL=url), "COGWG_SMTP_HOST")
    settings = {"COGWG_SMTP_HOST": "mail.example.ca", "COGWG_MAIL_FROM": "plan@example.ca"}
    check_refusal(run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, **settings), "COGWG_PUBLIC_URL")
    check_refusal(run("remind", "--today", "soon", COGWG_DATABASE_URL=url, COGWG_MAIL="console"), "--today")
    check_refusal(run("remind", COGWG_DATABASE_URL=url, COGWG_MAIL="console", COGWG_REMIND_DAYS="often"), "COGWG_REMIND_DAYS")
    assert count_rows(url) == before


def test_remind_follows_the_days_set_in_the_site_unless_the_environment_sets_them(
    run: RunCommand, make_database: MakeDatabase
) -> None:
    url = make_database("sqlite", "seeded")
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        session.execute(update(StoredSettings).values(remind_days="1"))
    engine.dispose()
    dry_run = ("remind", "--dry-run", *TODAY_OPTION)
    assert "reminder" not in run(*dry_run, COGWG_DATABASE_URL=url).out, "two days before, it is too early"
    assert "reminder" in run(*dry_run, COGWG_DATABASE_URL=url, COGWG_REMIND_DAYS="2").out
    assert run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, COGWG_MAIL="console").out == ""


def test_remind_without_a_plan_sends_nothing(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "bare")
    result = run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, COGWG_MAIL="console")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_remind_audit_event_holds_ids_and_no_addresses(run: RunCommand, make_database: MakeDatabase) -> None:
    url = make_database("sqlite", "seeded")
    run("remind", *TODAY_OPTION, COGWG_DATABASE_URL=url, COGWG_MAIL="console")
    engine = build_engine(url)
    with Session(engine) as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "quarter.reminded"))
    engine.dispose()
    assert (event.actor_kind, event.subject_kind) == ("system", "period")
    assert "@" not in str(event.after)


def test_mail_retry_sends_what_was_given_up_again(run: RunCommand, url: str) -> None:
    with MailServer() as server:
        server.rejection_for = lambda _address: "550 5.1.1 no such mailbox"
        assert "Failed: 2." in run("remind", *TODAY_OPTION, **smtp_environment(server, url)).out
        server.rejection_for = lambda _address: ""
        again = run("mail", "retry", *TODAY_OPTION, COGWG_DATABASE_URL=url)
        assert (again.code, again.out) == (0, "To retry: 2. Use “cogwg mail deliver” to send them.\n")
        assert run("mail", "deliver", *TODAY_OPTION, **smtp_environment(server, url)).out.endswith(
            "Sent: 2. To retry: 0. Failed: 0.\n"
        )
        assert run("mail", "retry", COGWG_DATABASE_URL=url).out == "No emails have failed.\n"


def test_sender_that_mail_cannot_carry_stops_delivery_before_any_email_is_tried(run: RunCommand, url: str) -> None:
    with MailServer() as server:
        settings = {**smtp_environment(server, url), "COGWG_MAIL_FROM": "plan@exämple.ca"}
        check_refusal(run("remind", *TODAY_OPTION, **settings), "COGWG_MAIL_FROM", "without accents")
        check_refusal(run("mail", "deliver", **settings), "COGWG_MAIL_FROM")
    assert read_messages(url) == []


@FURTHER
def test_lead_gets_one_reminder_after_an_outage_of_two_weeks(
    run: RunCommand, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = MailServer()
    for day in ("2020-09-16", "2020-09-27", "2020-09-30", "2020-10-01"):
        # At 9 am, because on the due day nothing is written after the due time.
        monkeypatch.setattr(options, "calendar", partial(calendar_at, day))
        assert run("remind", **smtp_environment(server, url)).code == 0
    with server:
        monkeypatch.setattr("cogwg.cli.mailing.real_now", lambda: real_now() + timedelta(days=1))
        result = run("mail", "deliver", **smtp_environment(server, url))
    ontario = [email for email in server.inbox if email["To"] == "ontario@demo.cogwg.example"]
    assert ["still due" in str(email["Subject"]) for email in ontario] == [True], result.err
    assert len(set(server.recipients)) == len(server.recipients)


def calendar_at(day: str, _today: str | None) -> Calendar:
    now = datetime.combine(date.fromisoformat(day), time(9), TORONTO)
    return Calendar(now - real_now(), real_now)
