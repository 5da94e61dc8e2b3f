"""Two machines with one PostgreSQL database work as one site: what one of them has done, the other knows.

``docs/how-to/run.md`` says how to set them up, and what each machine keeps for itself.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.accounts.one_time_codes import new_recovery_codes, new_secret
from cogwg.accounts.rules import ATTEMPT_LIMIT, PRINTED_LIFETIME
from cogwg.accounts.second_factor import add_app, begin_set_up
from cogwg.accounts.services import create_access_link, make_feed_address
from cogwg.audit.services import SYSTEM, Actor
from cogwg.core.calendar import real_now
from cogwg.core.db import build_engine, write_transaction
from cogwg.core.sealing import Sealer
from cogwg.engagement.models import PublicComment
from cogwg.imports.services import begin_reading, end_reading
from cogwg.reporting.models import Milestone
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.web.engagement.stamps import LEAST_AGE
from tests.databases import PASSWORD, Databases
from tests.engagement.sample import AT, CYCLE, OPEN, add_cycle
from tests.server.certificates import make_certificate
from tests.server.nginx import SITE, Nginx
from tests.server.two_machines import Browser, Machine
from tests.web.workbook.filled import fill
from tests.web_client import SECRET_KEY, email

Result = TypeVar("Result")
NEW_PASSWORD = "une toute nouvelle phrase"
REPORT = "/en/plans/2020/activities/3.3/report"
COMMENT = f"/en/engagement/{CYCLE}/{OPEN}/comment"


class Site:
    """The site on both machines: ``first`` and ``second``, ``nginx`` before them, and the database."""

    def __init__(self, url: str, first: Machine, second: Machine, nginx: Nginx) -> None:
        self.first, self.second, self.nginx = first, second, nginx
        self._engine = build_engine(url)

    @property
    def machines(self) -> tuple[Machine, Machine]:
        return self.first, self.second

    def change(self, action: Callable[[Session], Result]) -> Result:
        """Change the database as a third program does."""
        with Session(self._engine) as session, write_transaction(session):
            return action(session)

    def of_person(self, name: str, action: Callable[[Session, Person], Result]) -> Result:
        return self.change(
            lambda session: action(session, session.scalars(select(Person).where(Person.email == email(name))).one())
        )

    def signed_in(self, name: str) -> Browser:
        """Return a browser that signed in on the first machine."""
        browser = Browser()
        assert browser.enter_password(self.first, email(name)).status == 303
        return browser

    def leave(self) -> None:
        self._engine.dispose()


@contextmanager
def site_on_two_machines(databases: Databases, folder: Path) -> Iterator[Site]:
    url = databases.create("postgresql", "published")
    engine = build_engine(url)
    with Session(engine) as session, write_transaction(session):
        add_cycle(session, most_per_network=1)
    with Session(engine) as session, write_transaction(session):
        publish_cycle(session, CYCLE, override_reason="Sample.", shown=None, by=SYSTEM, at=AT)
    engine.dispose()
    machines = [Machine(folder / name, url) for name in ("first", "second")]
    try:
        first, second = (machine.wait() for machine in machines)
        (folder / "nginx").mkdir()
        nginx = Nginx(folder / "nginx", first.port, make_certificate(folder, SITE), others=(second.port,))
        with nginx.running():
            site = Site(url, first, second, nginx)
            yield site
            site.leave()
    finally:
        for machine in machines:
            machine.served.kill()
        databases.drop(url)


@pytest.fixture(scope="module")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_on_two_machines(databases, tmp_path_factory.mktemp("site")) as running:
        yield running


def test_nginx_asks_both_machines_and_keeps_public_pages_for_all(site: Site) -> None:
    def requests(path: str) -> list[int]:
        return [machine.log.count(f'"path": "{path}"') for machine in site.machines]

    for _ in range(6):
        assert site.nginx.ask("GET", "/en/sign-in")[0].status == 200
    assert all(requests("/en/sign-in")), "each of them was asked"
    for _ in range(6):
        assert site.nginx.ask("GET", "/en/tracker")[0].status == 200
    assert sum(requests("/en/tracker")) == 1


def test_sign_in_counts_on_both_machines_and_sign_out_too(site: Site) -> None:
    person, stranger = site.signed_in("ontario"), Browser()
    assert [person.is_signed_in(machine) for machine in site.machines] == [True, True]
    assert [stranger.is_signed_in(machine) for machine in site.machines] == [False, False]
    page = person.get(site.second, "/en/my-updates")
    assert person.submit(site.second, page.form("/sign-out")).status == 303
    assert [person.is_signed_in(machine) for machine in site.machines] == [False, False]


def test_failed_sign_ins_count_together(site: Site) -> None:
    guesser, elsewhere = Browser("203.0.113.5"), Browser("203.0.114.6")
    for number in range(ATTEMPT_LIMIT.failures):
        answer = guesser.enter_password(site.machines[number % 2], email("quebec"), "a wrong pass phrase")
        assert answer.status == 422
    assert [guesser.enter_password(machine, email("quebec")).status for machine in site.machines] == [429, 429]
    assert elsewhere.enter_password(site.second, email("quebec")).status == 303


def test_code_of_a_second_step_works_once_on_either_machine(site: Site) -> None:
    secret, now = new_secret(), real_now()
    sealed = Sealer(SECRET_KEY).seal(secret)

    def turn_on(session: Session, person: Person) -> None:
        values = {"by": Actor("person", person.id), "at": AT, "now": now}
        begin_set_up(session, person.id, sealed, **values)
        add_app(session, person.id, sealed, 1, new_recovery_codes(), **values)

    site.of_person("chair", turn_on)
    code = pyotp.TOTP(secret).now()
    outcomes = []
    for first, second in (site.machines, site.machines[::-1]):
        browser = Browser()
        assert browser.enter_password(first, email("chair")).location.startswith("/en/sign-in/code")
        form = browser.get(second, "/en/sign-in/code").form("/sign-in/code")
        outcomes.append((browser.submit(second, form, one_time_code=code).status, browser.is_signed_in(first)))
    assert outcomes == [(303, True), (422, False)]


def test_password_link_works_once_on_either_machine(site: Site) -> None:
    token = site.of_person(
        "secretariat",
        lambda session, person: create_access_link(
            session, person, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=AT, now=real_now()
        ),
    )
    browser = Browser()
    form = browser.get(site.first, f"/en/password/{token}").form(token)
    assert (
        browser.submit(site.second, form, password="une toute nouvelle phrase", again="une toute nouvelle phrase").status == 303
    )
    again = browser.submit(site.first, form, password=PASSWORD, again=PASSWORD)
    assert again.status != 303
    assert Browser().enter_password(site.first, email("secretariat"), "une toute nouvelle phrase").status == 303


def test_feed_address_works_on_both_machines_until_it_is_replaced(site: Site) -> None:
    def new_address() -> str:
        token = site.of_person(
            "nwt", lambda session, person: make_feed_address(session, person.id, by=Actor("person", person.id), at=AT)
        )
        return f"/en/feeds/{token}/changes.atom"

    def statuses(address: str) -> list[int]:
        return [Browser().get(machine, address).status for machine in site.machines]

    old = new_address()
    assert statuses(old) == [200, 200]
    new = new_address()
    assert (statuses(old), statuses(new)) == ([404, 404], [200, 200])


def test_form_of_one_machine_is_saved_once_by_the_other(site: Site) -> None:
    person, text = site.signed_in("ontario"), "Both machines saw this milestone."
    form = person.get(site.first, "/en/milestones").form("/milestones")
    sent = [person.submit(machine, form, text_en=text) for machine in (site.second, site.first, site.second)]
    assert {answer.status for answer in sent} == {303}
    assert len(site.change(lambda session: session.scalars(select(Milestone).where(Milestone.text_en == text)).all())) == 1


def test_change_shows_at_once_on_the_other_machine_which_had_drawn_the_page(site: Site) -> None:
    person, text = site.signed_in("ontario"), "The first machine saved this."
    page = "/en/plans/2020/activities/3.3"
    assert text not in person.get(site.second, page).text
    form = person.get(site.first, REPORT).form("/report")
    assert person.submit(site.first, form, status="SP", progress_en=text, do="save").status == 303
    assert text in person.get(site.second, REPORT).text
    conflict = person.submit(site.second, form, status="SP", progress_en="Another text.", do="save")
    assert (conflict.status, "Another text." in conflict.text) == (409, True)


def test_unsaved_text_is_offered_by_the_other_machine(site: Site) -> None:
    person, text = site.signed_in("ontario"), "Typed on the first machine, not saved."
    page = person.get(site.first, "/en/plans/2020/activities/3.4/report")
    form = page.form("/report")
    (key,) = {part.get("data-autosave") for part in form.iter() if part.get("data-autosave")} or {form.get("data-autosave")}
    fields = dict(form.form_values())
    (field,) = [name for name in fields if name.endswith("progress_en")]
    (token,) = [value for name, value in fields.items() if name.endswith("csrf_token")]
    answer = person.post(
        site.first, "/en/account/unsaved-text", {"form": key, "base": "", f"text:{field}": text, "csrf_token": token}
    )
    assert answer.status == 200
    assert text in person.get(site.second, "/en/plans/2020/activities/3.4/report").text
    assert text not in site.signed_in("nwt").get(site.second, "/en/account/unsaved-text").text


def test_preview_of_an_upload_by_one_machine_is_applied_by_the_other(site: Site) -> None:
    person, text = site.signed_in("ontario"), "From a workbook, by two machines."
    downloaded = person.get(site.second, "/en/workbook/reports.xlsx?period=2020-09")
    assert downloaded.status == 200
    file = fill(downloaded.body, {("4.3", "progress_en"): text})
    form = person.get(site.first, "/en/workbook").form("/workbook")
    fields = {name: value for name, value in form.form_values() if name.endswith("csrf_token")}
    uploaded = person.upload(site.first, "/en/workbook", fields, file)
    assert uploaded.status == 303
    assert Browser().get(site.second, uploaded.location).status == 303, "a stranger is asked to sign in"
    preview = person.get(site.second, uploaded.location)
    assert text in preview.text
    assert person.submit(site.second, preview.form("/save")).status == 303
    assert text in person.get(site.first, "/en/plans/2020/activities/4.3/report").text


def test_one_workbook_of_a_person_is_read_at_a_time_on_all_machines(site: Site) -> None:
    person = site.signed_in("ontario")
    file = person.get(site.first, "/en/workbook/reports.xlsx?period=2020-09").body
    form = person.get(site.first, "/en/workbook").form("/workbook")
    fields = {name: value for name, value in form.form_values() if name.endswith("csrf_token")}
    slot = site.of_person("ontario", lambda session, who: begin_reading(session, who.id, now=real_now()))
    assert slot is not None
    for machine in site.machines:
        assert "Other workbooks are being read." in person.upload(machine, "/en/workbook", fields, file).text
    site.of_person("ontario", lambda session, who: end_reading(session, who.id, slot))
    assert person.upload(site.second, "/en/workbook", fields, file).status == 303


def test_comment_sent_to_both_machines_is_kept_once_and_each_counts_its_networks(site: Site) -> None:
    """The counts of networks are in the memory of each worker alone, by intention, so two machines take twice as many."""
    visitor = Browser("192.0.2.77")
    stamps = [visitor.get(site.first, COMMENT).form("/comment").fields["stamp"] for _ in range(3)]
    time.sleep(LEAST_AGE.total_seconds() + 1)

    def send(machine: Machine, number: int) -> tuple[int, str]:
        fields = {"stamp": stamps[number], "about": "phase", "text": f"Thought number {number}.", "website": ""}
        answer = visitor.post(machine, COMMENT, fields)
        return answer.status, answer.location

    accepted = send(site.first, 0)
    assert accepted[0] == 303
    assert send(site.second, 0) == accepted
    assert [send(machine, 1)[0] for machine in (site.first, site.second)] == [429, 303]
    assert [send(machine, 2)[0] for machine in site.machines] == [429, 429]
    texts = site.change(lambda session: list(session.scalars(select(PublicComment.text).order_by(PublicComment.id))))
    assert texts == ["Thought number 0.", "Thought number 1."]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_restart_of_one_machine_loses_nothing(site: Site, end: signal.Signals) -> None:
    person, text = site.signed_in("ontario"), f"Saved while the other was away: {end.name}."
    site.first.served.send_signal(end)
    site.first.served.wait()
    for path in ("/en/my-updates", "/en/plans/2020", "/en/sign-in") * 3:
        page, _text = site.nginx.ask("GET", path, Cookie=person.cookie)
        assert page.status in (200, 303), path
    form = person.get(site.second, "/en/milestones").form("/milestones")
    assert person.submit(site.second, form, text_en=text).status == 303
    site.first.start()
    site.first.wait()
    assert [person.is_signed_in(machine) for machine in site.machines] == [True, True]
    assert text in person.get(site.first, "/en/milestones").text
    assert [machine.log.count("Sessions ended") for machine in site.machines] == [0, 0]


def test_sessions_outlive_a_stop_of_both_if_the_last_one_starts_first(site: Site) -> None:
    person = site.signed_in("ontario")
    assert site.first.served.terminate() == 0
    assert person.is_signed_in(site.second)
    assert site.second.served.terminate() == 0
    for machine in site.machines[::-1]:
        machine.start()
        machine.wait()
    assert [person.is_signed_in(machine) for machine in site.machines] == [True, True]
