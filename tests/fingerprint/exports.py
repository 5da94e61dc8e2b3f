"""Everything the product exports, by kind, each as an ``Item`` with its normal form."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from tests.fingerprint import texts
from tests.fingerprint.events import MEETING, Scenario
from tests.fingerprint.product import DEMO_DAY, CommandResult, Site, copy, make_demo, now, run, url

LANGUAGES = ("en", "fr")
PROCESSES = 2
FILES: dict[str, Callable[[bytes], str]] = {
    "xlsx": texts.workbook,
    "pptx": texts.slides,
    "csv": lambda content: content.decode("utf-8"),
    "ics": texts.calendar,
    "atom": texts.feed,
}
HEADERS = ("Content-Type", "Cache-Control", "X-Robots-Tag", "Content-Language")
LISTS = {
    "chair": (
        ("plan", "plans/2020/activities.{kind}"),
        ("plan-priority-5", "plans/2020/activities.{kind}?priority=5&sort=due&order=desc"),
        ("milestones", "milestones.{kind}"),
        ("milestones-ontario", "milestones.{kind}?jurisdiction=on"),
        ("challenges", "challenges.{kind}"),
        ("challenges-open", "challenges.{kind}?state=open"),
        ("readiness", "readiness.{kind}"),
        ("readiness-2020-06", "readiness.{kind}?period=2020-06"),
        ("comparison", "briefings/compare.{kind}?before=1.1&after={briefing}.1"),
        ("comparison-backwards", "briefings/compare.{kind}?before={briefing}.1&after=1.1"),
    ),
    "ontario": (
        ("plan-lead", "plans/2020/activities.{kind}"),
        ("challenges-lead", "challenges.{kind}"),
        ("reports-canada", "jurisdictions/ca/reports.{kind}"),
        ("reports-ontario", "jurisdictions/on/reports.{kind}"),
        ("reports-saskatchewan", "jurisdictions/sk/reports.{kind}"),
    ),
    "reader": (("milestones-reader", "milestones.{kind}"), ("challenges-reader", "challenges.{kind}")),
    "": (("plan-public", "plans/2020/activities.{kind}"),),
}
PAGES = {
    "chair": (
        "plans/2020",
        *(f"plans/2020?view={view}" for view in ("list", "timeline", "progress")),
        *(f"plans/2020/priorities/{number}" for number in range(1, 6)),
        "plans/2020/activities/4.1",
        "plans/2020/activities/5.4",
        "plans/2020/quarters/2020-09",
        "plans/2020/roles/2",
        "jurisdictions",
        "jurisdictions/on",
        "milestones",
        "challenges",
        "readiness",
        "readiness/remind",
        "vacancies",
        "translations",
        "briefings",
        "briefings/compare",
        "briefings/1/versions/1",
        "briefings/1/versions/1/print",
        *(
            f"briefings/{{briefing}}{step}"
            for step in ("", "/print", "/changes", "/news", "/priorities", "/next-steps", "/slides")
        ),
        "account",
    ),
    "ontario": ("my-updates", "my-updates/submit", "{receipt}", "plans/2020/activities/3.2/report", "account"),
    "": ("", "sign-in", "plans/2020", "plans/2020?view=list", "accessibility"),
}
REFUSALS = {
    "no-such-language": ("briefing", "export", "--meeting", MEETING, "--lang", "xx", "--out", "deck.xlsx"),
    "no-such-format": ("briefing", "export", "--meeting", MEETING, "--out", "deck.doc"),
    "no-such-day": ("briefing", "export", "--meeting", "2020-02-30", "--out", "deck.xlsx"),
    "no-such-person": ("person", "password", "unknown@demo.cogwg.example"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """An export in its normal form, with a key such as ``decks/web-draft-1.xlsx-fr``."""

    kind: str
    name: str
    lang: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}-{self.lang}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Exports:
    """All exports, created in a folder; databases and events are created once, when first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = now()
        self.kinds: dict[str, Callable[[], Iterator[Item]]] = {
            "calendars": self._calendars,
            "commands": self._commands,
            "decks": self._decks,
            "feeds": self._feeds,
            "lists": self._lists,
            "mails": self._mails,
            "packages": lambda: iter(()),
            "pages": self._pages,
        }

    def items(self, wanted: list[str]) -> list[Item]:
        """Return the items of these kinds, sorted; ``packages`` are made with decks and lists."""
        needed = set(wanted) | ({"decks", "lists"} if "packages" in wanted else set())
        items = [item for kind in sorted(needed) for item in self.kinds[kind]() if item.kind in wanted]
        return sorted(items, key=lambda item: item.key)

    @cached_property
    def _demo(self) -> tuple[Path, dict[str, str]]:
        return make_demo(self.folder / "demo")

    @cached_property
    def _scenarios(self) -> dict[str, Scenario]:
        """The scenarios by the language of emails."""
        return {lang: self._play(lang) for lang in LANGUAGES}

    def _play(self, lang: str) -> Scenario:
        folder = self.folder / f"events-{lang}"
        folder.mkdir()
        return Scenario(copy(self._demo[0], folder / "cogwg.db"), folder, self.clock, lang)

    @property
    def _site(self) -> Site:
        return self._scenarios["en"].site

    @cached_property
    def _seeded(self) -> tuple[Path, dict[str, str]]:
        """A database with only the plan, and the output of the commands that created it."""
        database = self.folder / "seeded.db"
        settings = {"COGWG_DATABASE_URL": url(database)}
        steps = {"init": ("init",), "seed": ("seed", "--today", DEMO_DAY), "seed-again": ("seed", "--today", DEMO_DAY)}
        link = ("--address", "https://plan.example.ca", "--today", DEMO_DAY)
        person = ("person", "add", "a@b.example", "--name", "A. Bélanger", "--role", "lead", "--jurisdiction", "on")
        for lang in LANGUAGES:
            steps[f"person-add-{lang}"] = (*person[:2], f"{lang}@b.example", *person[3:], "--lang", lang, *link)
        steps["person-password"] = ("person", "password", "en@b.example", *link)
        steps["person-retire"] = ("person", "retire", "en@b.example", "--today", DEMO_DAY)
        return database, {name: run(*words, settings=settings).output for name, words in steps.items()}

    def _decks(self) -> Iterator[Item]:
        demo, seeded = self._demo[0], self._seeded[0]
        exports = (
            ("standing-2020-02-27", seeded, ("--meeting", "2020-02-27", "--today", "2020-02-27")),
            ("frozen-2020-02-27", demo, ("--meeting", "2020-02-27", "--today", DEMO_DAY)),
            ("draft-2020-02-27", demo, ("--meeting", "2020-02-27", "--today", DEMO_DAY, "--draft")),
            ("standing-2020-09-24", demo, ("--meeting", DEMO_DAY, "--today", DEMO_DAY)),
        )
        jobs = [(*job, lang, kind) for job in exports for lang in LANGUAGES for kind in ("xlsx", "pptx")]
        with ThreadPoolExecutor(PROCESSES) as pool:
            for name, lang, kind, content in pool.map(self._export, jobs):
                yield from _file("decks", f"{name}.{kind}", lang, kind, content)
        number = self._scenarios["en"].briefing
        decks = {
            "draft-1": "1",
            "frozen-1": "1/versions/1",
            f"draft-{number}": f"{number}",
            f"frozen-{number}": f"{number}/versions/1",
        }
        paths = {
            f"/{lang}/briefings/{place}/deck.{kind}": (f"web-{name}.{kind}", lang, kind)
            for name, place in decks.items()
            for lang in LANGUAGES
            for kind in ("xlsx", "pptx")
        }
        for path, answer in self._site.files("chair", paths):
            yield from _download("decks", *paths[path], answer)

    def _export(self, job: tuple[str, Path, tuple[str, ...], str, str]) -> tuple[str, str, str, bytes]:
        name, database, words, lang, kind = job
        out = self.folder / f"{name}-{lang}.{kind}"
        run("briefing", "export", *words, "--lang", lang, "--out", str(out), settings={"COGWG_DATABASE_URL": url(database)})
        return name, lang, kind, out.read_bytes()

    def _lists(self) -> Iterator[Item]:
        number = self._scenarios["en"].briefing
        for person, lists in LISTS.items():
            paths = {
                f"/{lang}/{path.format(kind=kind, briefing=number)}": (f"{name}.{kind}", lang, kind)
                for name, path in lists
                for lang in LANGUAGES
                for kind in ("csv", "xlsx")
            }
            for path, answer in self._site.files(person, paths):
                yield from _download("lists", *paths[path], answer)

    def _calendars(self) -> Iterator[Item]:
        return self._subscribed("calendars", "due-dates.ics", "ics")

    def _feeds(self) -> Iterator[Item]:
        return self._subscribed("feeds", "changes.atom", "atom")

    def _subscribed(self, kind: str, file: str, form: str) -> Iterator[Item]:
        """Yield feeds for a signed-in person, and for a program with the secret link."""
        for person, secret in self._scenarios["en"].feeds.items():
            for whose, path in ((person, file), ("", f"{secret}/{file}")):
                name = f"{person}-{'signed-in' if whose else 'by-secret'}"
                for lang in LANGUAGES:
                    answer = self._site.browser(whose).get(f"/{lang}/feeds/{path}")
                    yield from _download(kind, name, lang, form, answer)

    def _mails(self) -> Iterator[Item]:
        for lang, scenario in self._scenarios.items():
            for name, content in scenario.mails.items():
                yield Item("mails", name, lang, texts.settled(texts.mail(content)))

    def _commands(self) -> Iterator[Item]:
        """Yield the output of commands, which is English for both languages of the product."""
        printed = {**self._demo[1], **self._seeded[1], **dict(_helps())}
        settings = {"COGWG_DATABASE_URL": url(self._demo[0])}
        refused = {f"refused-{name}": run(*words, fails=True, settings=settings) for name, words in REFUSALS.items()}
        printed |= {name: _with_code(result) for name, result in refused.items()}
        for name, output in printed.items():
            yield Item("commands", name, "en", texts.settled(output.replace(str(self.folder), "<folder>")))
        for lang, scenario in self._scenarios.items():
            for name, output in scenario.printed.items():
                yield Item("commands", name, lang, texts.settled(output))

    def _pages(self) -> Iterator[Item]:
        scenario = self._scenarios["en"]
        places = {"briefing": scenario.briefing, "receipt": scenario.receipt}
        for person, paths in PAGES.items():
            browser = self._site.browser(person)
            for path in paths:
                name = f"{person or 'visitor'}-{re.sub(r'[^a-z0-9.]+', '-', path).strip('-') or 'home'}"
                for lang in LANGUAGES:
                    answer = browser.get(f"/{lang}/{path.format(**places)}")
                    text = texts.page(answer.get_data(as_text=True))
                    if path == "{receipt}":
                        text = re.sub(rf"\b{scenario.receipt.rpartition('/')[2]}\b", "<number>", text)
                    yield Item("pages", name, lang, texts.settled(text))


def _helps(words: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the output of --help for every command that it lists."""
    output = run(*words, "--help", settings={}).output
    yield "-".join(("help", *words)), output
    for name in re.findall(r"^  ([a-z-]+)", output.partition("\nCommands:\n")[2], re.MULTILINE):
        yield from _helps((*words, name))


def _with_code(result: CommandResult) -> str:
    return f"{result.output}exit code {result.code}\n"


def _file(kind: str, name: str, lang: str, form: str, content: bytes, heads: str = "") -> Iterator[Item]:
    yield Item(kind, name, lang, texts.settled(heads + FILES[form](content)))
    if form in ("xlsx", "pptx"):
        yield Item("packages", f"{kind}-{name}", lang, texts.package(content))


def _download(kind: str, name: str, lang: str, form: str, answer: TestResponse) -> Iterator[Item]:
    """Yield a file with its response headers."""
    heads = [f"{header}: {answer.headers[header]}" for header in HEADERS if header in answer.headers]
    disposition, options = parse_options_header(answer.headers.get("Content-Disposition"))
    heads.append(f"Content-Disposition: {disposition} {options.get('filename')}")
    yield from _file(kind, name, lang, form, answer.get_data(), "\n".join(heads) + "\n\n")
