"""The pages of an archived year in both languages. Their links are relative, so that they can be opened from a folder without
a server.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import day, month_of_year
from cogwg.core.progress import note_progress
from cogwg.core.status import NO_REPORT
from cogwg.core.tables import IN_LANGUAGE, SAMPLE_NOTE, xml_safe
from cogwg.tracker.archive.commitment_pages import COMMITMENTS_PAGE, commitments_page
from cogwg.tracker.archive.markup import Html, lines, tag
from cogwg.tracker.open_data.datasets import BY_NAME
from cogwg.tracker.open_data.datasets.publications import publication_id
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.datasets.vocabulary import ROLE_STATES, ROLES, SUBJECTS
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import QuarterEdition
from cogwg.tracker.values import (
    Correction,
    PublishedActivity,
    PublishedAssignment,
    PublishedDue,
    PublishedLink,
    PublishedPriority,
    PublishedQuarter,
    PublishedReport,
    PublishedRole,
    RoleState,
)

STYLE = "cogwg.css"
REPORT_LABELS = {
    "progress": Bilingual("Progress", "Avancement"),
    "challenge": Bilingual("Challenge", "Défi"),
    "evidence_note": Bilingual("Note on evidence", "Note sur les preuves"),
    "next_step": Bilingual("Next step", "Prochaine étape"),
}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes pages in one language."""

    lang: Language
    record: PublicRecord
    publisher: Publisher
    archived_on: date

    def say(self, en: str, fr: str) -> str:
        return en if self.lang is Language.EN else fr

    def text(self, text: Bilingual) -> Html:
        """Return a text with its line breaks. A text that exists only in the other language has a ``lang``
        attribute and a note.
        """
        localized = text.localized(self.lang)
        plain = lines(xml_safe(localized.text))
        if not plain or localized.lang is self.lang:
            return plain
        return Html(f"{tag('span', plain, lang=localized.lang.value)} ({IN_LANGUAGE[localized.lang].text(self.lang)})")

    def day(self, value: date) -> str:
        return day(value).text(self.lang)

    def due(self, due: PublishedDue) -> str:
        return self.day(due.last_day) if due.day is not None else month_of_year(due.year, due.month).text(self.lang)

    def page(self, title: str, content: Iterable[Html], twin: str) -> str:
        other = self.lang.other
        sample = self.record.sample
        head = (
            '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n"
            f'<link rel="stylesheet" href="../{STYLE}">'
        )
        name = tag("b", self.publisher.owner.text(self.lang))
        language = tag(
            "a",
            {"en": "English", "fr": "Français"}[other.value],
            href=f"../{other.value}/{twin}",
            hreflang=other.value,
            lang=other.value,
        )
        bar = tag(
            "div",
            tag("a", name, href="index.html", class_="site-name"),
            tag("div", language, class_="account-nav"),
            class_="wrap site-header-bar",
        )
        banner = tag("p", tag("span", SAMPLE_NOTE.text(self.lang), class_="wrap"), class_="sample-banner") if sample else None
        note = self.say(
            f"Archived on {self.day(self.archived_on)}. Licence: ", f"Archivé le {self.day(self.archived_on)}. Licence\u00a0: "
        )
        licence = tag("a", self.publisher.licence.text(self.lang), href=self.publisher.licence_url.text(self.lang))
        footer = tag("footer", tag("div", tag("span", note, licence), class_="wrap"), class_="site-footer")
        prose = tag("div", *content, class_="prose")
        main = tag("main", tag("div", class_="outcomes"), tag("h1", title), prose, class_="wrap", id="main")
        body = tag("body", tag("header", bar, banner, class_="site-header"), main, footer)
        return f'<!doctype html>\n<html lang="{self.lang.value}">\n<head>\n{head}\n</head>\n{body}\n</html>\n'

    def index(self, year: int) -> str:
        latest = self.record.latest(year)
        title = latest.content.plan_title.text(self.lang) if latest is not None else str(year)
        return self.page(title, self._index_parts(year), "index.html")

    def _index_parts(self, year: int) -> Iterable[Html]:
        editions = self.record.quarters_of(year)
        yield tag("h2", self.say("Published quarters", "Trimestres publiés"))
        yield tag(
            "ul", *(tag("li", tag("a", self._title(e), href=_page_name(e)), f" – {self.day(e.visible_on)}") for e in editions)
        )
        if self.record.commitments:
            yield tag("h2", tag("a", self.say("Commitments", "Engagements"), href=COMMITMENTS_PAGE))
        if self.record.briefings:
            yield tag("h2", self.say("Briefings", "Présentations"))
            yield tag("ul", *self._briefings())
        if self.record.withdrawals:
            yield tag("h2", self.say("Withdrawn", "Retiré"))
            yield tag(
                "ul",
                *(tag("li", f"{n.key}, {self.day(n.withdrawn_on)}. ", self.text(n.reason)) for n in self.record.withdrawals),
            )
        yield tag("h2", self.say("Data", "Données"))
        scope = Scope.of_record(self.record)
        yield tag(
            "ul",
            *(
                tag(
                    "li",
                    tag("b", each.title.text(self.lang)),
                    f" – {each.description.text(self.lang)} ({len(each.rows(scope))})",
                    *(
                        part
                        for kind in ("csv", "json")
                        for part in (" ", tag("a", f"{name}.{kind}", href=f"../open-data/{name}.{kind}"))
                    ),
                )
                for name, each in BY_NAME.items()
            ),
        )
        yield tag(
            "p",
            self.say("The fields are described in ", "Les champs sont décrits dans "),
            tag("a", "csv-metadata.json", href="../open-data/csv-metadata.json"),
            ".",
        )
        yield tag("h2", self.say("Check this archive", "Vérifier cette archive"))
        yield tag(
            "p",
            self.say("Run ", "Exécutez "),
            tag("code", "python3 verify.py"),
            self.say(
                " in the folder of the archive. It checks every file, the published copies and the audit chain.",
                " dans le dossier de l’archive. Ce programme vérifie chaque fichier, les copies publiées et la chaîne d’audit.",
            ),
        )

    def _briefings(self) -> Iterable[Html]:
        for briefing in self.record.briefings:
            content = briefing.content
            links = (tag("a", file.name, href=f"../briefings/{publication_id(briefing)}/{file.name}") for file in content.files)
            separated = (part for link in links for part in (Html(" "), link))
            yield tag("li", self.text(content.title), f", {self.day(content.meeting_on)}", *separated)

    def quarter(self, edition: QuarterEdition) -> str:
        return self.page(self._title(edition), self._quarter_parts(edition), _page_name(edition))

    def _title(self, edition: QuarterEdition) -> str:
        return quarter_title(edition.content.key).text(self.lang)

    def _quarter_parts(self, edition: QuarterEdition) -> Iterable[Html]:
        content = edition.content
        first = self.day(content.published_on)
        yield tag("p", self.say(f"First published on {first}.", f"Première publication le {first}."), class_="lede")
        if content.corrections:
            yield tag("h2", self.say("Corrections", "Corrections"))
            yield tag("ul", *map(self._correction, content.corrections))
        for priority in content.priorities:
            yield from self._priority(content, priority)
        yield tag("h2", self.say("Milestones", "Jalons"))
        names = {each.code: each.name for each in content.jurisdictions}
        yield tag(
            "ul",
            *(
                tag("li", tag("b", self.text(names[each.jurisdiction])), ": ", self.text(each.text), *self._links(each.links))
                for each in content.milestones
            ),
        )
        yield tag("h2", self.say("Challenges", "Défis"))
        yield tag(
            "ul", *(tag("li", tag("b", self.text(each.theme)), ": ", self.text(each.text)) for each in content.challenges)
        )
        sha = tag("code", edition.sha256, class_="fingerprint")
        chain = tag("code", edition.witness, class_="fingerprint") if edition.witness else None
        yield tag("p", "SHA-256\u00a0: " if self.lang is Language.FR else "SHA-256: ", sha, " " if chain else None, chain)

    def _correction(self, correction: Correction) -> Html:
        kind = dict(SUBJECTS)[correction.kind.value].text(self.lang)
        head = f"{self.day(correction.on)}, {kind} {correction.subject}: "
        return tag(
            "li", head, self.text(correction.before), " → ", self.text(correction.after), ". ", self.text(correction.reason)
        )

    def _priority(self, content: PublishedQuarter, priority: PublishedPriority) -> Iterable[Html]:
        yield tag("h2", f"{priority.number}. ", self.text(priority.title))
        yield tag("p", self.text(priority.outcome))
        for heading, texts in (
            (self.say("Expected results", "Résultats attendus"), priority.results),
            (self.say("Consequences of not acting", "Conséquences de l’inaction"), priority.consequences),
        ):
            if texts:
                yield tag("h3", heading)
                yield tag("ul", *(tag("li", self.text(text)) for text in texts))
        yield tag("h3", self.say("Leads and partners", "Responsables et partenaires"))
        yield tag("ul", *(tag("li", *self._role(role)) for role in priority.assignments))
        for activity in priority.activities:
            yield from self._activity(content, activity)

    def _role(self, role: PublishedAssignment) -> Iterable[str]:
        yield self.text(role.name)
        words = [] if role.role is PublishedRole.NOT_STATED else [dict(ROLES)[role.role.value].text(self.lang)]
        if role.state is not RoleState.CONFIRMED:
            words.append(dict(ROLE_STATES)[role.state.value].text(self.lang))
        yield f"{' – ' if role.name and words else ''}{', '.join(words)}"

    def _activity(self, content: PublishedQuarter, activity: PublishedActivity) -> Iterable[Html]:
        status = activity.status.label if activity.status is not None else NO_REPORT
        yield tag("h3", f"{activity.code} ", self.text(activity.title))
        yield tag("p", self.text(activity.text))
        facts = [
            (self.say("Due", "Échéance"), Html(self.due(activity.due))),
            (
                self.say("Status", "État"),
                Html(f"{status.text(self.lang)} – {content.timeliness(activity).label.text(self.lang)}"),
            ),
        ]
        for move in activity.moves:
            words = f"{self.day(move.on)}{self.say(':', chr(0xA0) + ':')} {self.due(move.before)} → {self.due(move.after)}. "
            facts.append((self.say("Due date moved", "Échéance déplacée"), Html(words + self.text(move.reason))))
        report = content.report_on(activity.code)
        if report is not None:
            facts += self._report(report)
        yield tag("dl", *(part for name, value in facts for part in (tag("dt", name), tag("dd", value))), class_="facts")

    def _report(self, report: PublishedReport) -> Iterable[tuple[str, Html]]:
        yield self.say("Report submitted", "Rapport soumis"), Html(self.day(report.submitted_on))
        if report.nothing_to_report:
            yield self.say("Report", "Rapport"), Html(self.say("Nothing to report", "Rien à signaler"))
        for name, label in REPORT_LABELS.items():
            if text := getattr(report, name):
                yield label.text(self.lang), self.text(text)
        if report.evidence:
            yield self.say("Evidence", "Preuves"), Html("".join(self._links(report.evidence)))

    def _links(self, links: tuple[PublishedLink, ...]) -> Iterable[Html]:
        for link in links:
            yield Html(" ")
            yield tag("a", link.label.text(self.lang) or link.url, href=link.url)


def _page_name(edition: QuarterEdition) -> str:
    return f"quarter-{edition.content.key}.html"


def pages(year: int, record: PublicRecord, publisher: Publisher, archived_on: date) -> dict[str, bytes]:
    """Return the pages of a year by path: an index in each language, the newest version of each quarter, and the
    commitments.
    """
    files = {"index.html": _START}
    for lang in Language:
        note_progress(f"Writing the pages in {'English' if lang is Language.EN else 'French'}")
        writer = Writer(lang, record, publisher, archived_on)
        files[f"{lang.value}/index.html"] = writer.index(year)
        for edition in record.quarters_of(year):
            files[f"{lang.value}/{_page_name(edition)}"] = writer.quarter(edition)
        if record.commitments:
            files[f"{lang.value}/{COMMITMENTS_PAGE}"] = commitments_page(writer)
    return {name: text.encode() for name, text in files.items()}


_START = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>COGWG – GTCGO</title>
<link rel="stylesheet" href="cogwg.css">
</head>
<body><main class="wrap"><h1>COGWG – <span lang="fr">GTCGO</span></h1>
<ul>
<li><a href="en/index.html">English</a></li>
<li><a href="fr/index.html" hreflang="fr" lang="fr">Français</a></li>
</ul></main></body>
</html>
"""
