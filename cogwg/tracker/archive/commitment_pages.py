"""The page of the commitments of an archived year, with all their assessments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.archive.markup import Html, tag
from cogwg.tracker.commitments import PublishedAssessment, PublishedCommitment, PublishedIndicator
from cogwg.tracker.published import PublicRecord

COMMITMENTS_PAGE = "commitments.html"


class PageWriter(Protocol):
    """Writes pages in one language."""

    @property
    def lang(self) -> Language: ...

    @property
    def record(self) -> PublicRecord: ...

    def say(self, en: str, fr: str) -> str: ...

    def text(self, text: Bilingual) -> Html: ...

    def page(self, title: str, content: Iterable[Html], twin: str) -> str: ...


def commitments_page(writer: PageWriter) -> str:
    """Return the page of all commitments, as they were public on the day of the archive."""
    parts = [part for edition in writer.record.commitments for part in _commitment(writer, edition.content)]
    return writer.page(writer.say("Commitments", "Engagements"), parts, COMMITMENTS_PAGE)


def _commitment(writer: PageWriter, content: PublishedCommitment) -> Iterable[Html]:
    yield tag("h2", f"{content.identifier} ", writer.text(content.title), id=content.identifier)
    yield tag("p", writer.text(content.plan_title), f" – {content.state.label.text(writer.lang)}")
    for text in (content.text, content.description, content.result):
        if text:
            yield tag("p", writer.text(text))
    names = [writer.text(each.name) for each in content.institutions]
    if names:
        yield tag("p", writer.say("Institutions: ", "Institutions\u00a0: "), Html("; ".join(names)))
    items = [tag("li", f"{m.number} ", writer.text(m.text), " (", writer.text(m.end), ")") for m in content.milestones]
    items += [tag("li", writer.text(text)) for text in content.done]
    items += [_indicator(writer, indicator) for indicator in content.indicators]
    if items:
        yield tag("ul", *items)
    if content.assessments:
        yield tag("h3", writer.say("Assessments", "Évaluations"))
        yield tag("ul", *(_assessment(writer, each) for each in content.assessments))


def _indicator(writer: PageWriter, indicator: PublishedIndicator) -> Html:
    actuals = [
        tag(
            "li",
            f"{actual.period}{writer.say(':', chr(0xA0) + ':')} {actual.number} ",
            writer.text(actual.unit),
            " ",
            writer.text(actual.progress),
            "" if actual.status is None else f" ({actual.status.label.text(writer.lang)})",
        )
        for actual in indicator.actuals
    ]
    listed = tag("ul", *actuals) if actuals else None
    return tag("li", f"{indicator.code} ", writer.text(indicator.text), " – ", writer.text(indicator.target), listed)


def _assessment(writer: PageWriter, each: PublishedAssessment) -> Html:
    completion = "" if each.completion is None else each.completion.label.text(writer.lang)
    findings = "; ".join(f"{f.milestone} {f.completion.label.text(writer.lang)}" for f in each.findings)
    head = f"{each.on}, {each.kind.label.text(writer.lang)}{writer.say(':', chr(0xA0) + ':')} "
    return tag(
        "li",
        head,
        ". ".join(filter(None, (completion, findings))),
        ". ",
        writer.text(each.assessor),
        " ",
        writer.text(each.text),
    )
