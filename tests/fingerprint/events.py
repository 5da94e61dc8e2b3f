"""The events of a run, through the product's forms: reports, a comment, a role, news and a briefing; and the emails.

Each run uses a copy of the demo's database, once with all emails in English and once in French.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

from tests.fingerprint.product import Browser, Clock, Failed, Site, run, url

PEOPLE = ("secretariat", "chair", "tbs", "ontario", "bc", "quebec", "saskatchewan", "alberta", "nwt", "reader")
MEETING = "2020-10-08"
AWKWARD = (
    '=SUM(A1:A2) & <b>«\u00a0déjà\u00a0»</b>; "one, two" \\ three’s end, '
    "written long enough that a calendar would fold the line and a sheet wrap it."
)
"""A text with characters that each format has to escape."""
REMINDERS = {"2020-09-16": -9, "2020-09-28": 3, "2020-09-30": 5, "2020-10-02": 7, "2020-10-09": 14}
"""Days on which ``cogwg remind`` runs, and their distance from the day of the events."""
DRY = ("2020-09-28", "2020-10-02")
"""The days with a dry run first."""


class Scenario:
    """A database after all events, with their emails and the output of the commands, by name."""

    def __init__(self, database: Path, folder: Path, clock: Clock, lang: str) -> None:
        self.site = Site(database, clock)
        self.folder = folder
        self.clock = clock
        self.lang = lang
        self.mails: dict[str, bytes] = {}
        self.printed: dict[str, str] = {}
        self.people = {name: self.site.browser(name) for name in PEOPLE}
        for browser in self.people.values():
            browser.form("/en/account", "/account").fill(lang=lang).send()
        self._remind("2020-09-16")
        self.feeds = {name: self._feed(self.people[name]) for name in ("ontario", "chair")}
        self.receipt = self._report()
        self._act_as_co_chair()
        self._add_news()
        self.briefing = self._freeze_briefing()
        self._deliver("events", "mail", "deliver")
        for day in list(REMINDERS)[1:]:
            self._remind(day)

    def _feed(self, person: Browser) -> str:
        """Return the token of a person's feed links, which a page shows once."""
        person.form("/en/account", "/account/feed").send()
        match = re.search(r"/feeds/([\w-]{20,})/", person.get("/en/account").get_data(as_text=True))
        if match is None:
            raise Failed("the account shows no address of feeds")
        return match[1]

    def _report(self) -> str:
        """Draft a report for Ontario, submit it with two without anything to report, and return the receipt's path."""
        ontario = self.people["ontario"]
        report = ontario.form("/en/plans/2020/activities/3.4/report", "/3.4/report")
        texts = {"progress_en": AWKWARD, "progress_fr": f"En français\u00a0: {AWKWARD}", "challenge_en": "Two teams; one lead."}
        evidence = {"evidence_url": "https://sample.cogwg.example/a?b=1&c=2", "evidence_label_en": "The page"}
        report.fill(status="LP", **texts, **evidence).send("save")
        receipt_url = ontario.form("/en/my-updates/submit", "/submit").tick("nothing", "4.3", "4.4").send()
        return receipt_url.partition("/en/")[2]

    def _act_as_co_chair(self) -> None:
        """Return a report, offer a role and send reminders as a co-chair; mention two jurisdictions in a comment."""
        chair, bc = self.people["chair"], self.people["bc"]
        note = {"note": f"Say how many.\n\n{AWKWARD}"}
        chair.form("/en/plans/2020/activities/5.4/return", "/return").fill(**note).send()
        chair.form("/en/plans/2020/roles/2", "/offer").choose("jurisdiction", "Quebec").send()
        comment = bc.form("/en/plans/2020/activities/4.1", "/comments").fill(text=f"A question: {AWKWARD}")
        comment.tick("mentions", "Ontario", "Saskatchewan").send()
        chair.form("/en/readiness/remind", "/remind").send()

    def _add_news(self) -> None:
        ontario = self.people["ontario"]
        milestone = {"text_en": f"A milestone. {AWKWARD}", "happened": "2020-09"}
        link = {"link1_url": "https://sample.cogwg.example/news", "link1_label_en": "The news"}
        ontario.form("/en/milestones", "/milestones").fill(**milestone, **link).send()
        challenge = {"text_fr": f"Un défi. {AWKWARD}", "new_theme": "Translation", "naming": "named"}
        ontario.form("/en/challenges", "/challenges").fill(**challenge).send()

    def _freeze_briefing(self) -> int:
        """Create and freeze a briefing for the October meeting, and return its number."""
        chair = self.people["chair"]
        location = chair.form("/en/briefings/new", "/new").fill(meeting_on=MEETING, place_en="Ottawa", place_fr="Ottawa").send()
        match = re.search(r"/briefings/(\d+)", location)
        if match is None:
            raise Failed(f"a new briefing leads to {location}")
        form = chair.form(f"/en/briefings/{match[1]}", "/freeze").fill(note="Frozen for the fingerprint.")
        form.values.append(("answer", "finalize"))
        form.send()
        return int(match[1])

    def _remind(self, day: str) -> None:
        settings = {"COGWG_DATABASE_URL": url(self.site.database), **self.clock.environ(REMINDERS[day])}
        if day in DRY:
            self.printed[f"remind-dry-run-{day}"] = run("remind", "--dry-run", settings=settings).output
        self._deliver(day, "remind", days=REMINDERS[day])

    def _deliver(self, name: str, *words: str, days: int = 0) -> None:
        """Run a command that sends emails, and store each by its recipient and number."""
        folder = self.folder / f"mail-{name}"
        settings = {"COGWG_DATABASE_URL": url(self.site.database), "COGWG_MAIL": f"file:{folder}", **self.clock.environ(days)}
        self.printed[f"{'-'.join(words)}-{name}"] = run(*words, settings=settings).output
        for key, content in _by_person(folder):
            self.mails[f"{name}-{key}"] = content


def _by_person(folder: Path) -> Iterator[tuple[str, bytes]]:
    counts: dict[str, int] = {}
    for path in sorted(folder.glob("*.eml")):
        content = path.read_bytes()
        person = str(message_from_bytes(content, policy=policy.default)["To"]).partition("@")[0]
        counts[person] = counts.get(person, 0) + 1
        yield f"{person}-{counts[person]}", content
