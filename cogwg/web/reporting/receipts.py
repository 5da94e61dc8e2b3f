"""A person's receipts: the list, and a page for each with its reports, time, person, jurisdictions and missing reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from cogwg.accounts.queries import jurisdictions, name_and_jurisdiction
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import join_list
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.lookups import activity_titles
from cogwg.policy import Permission, has_permission
from cogwg.reporting.models import ReportSource
from cogwg.reporting.periods import quarter_of
from cogwg.reporting.queries import evidence_links
from cogwg.reporting.receipts import ReceiptHead, receipts_of, stored_receipt
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.reporting.rules import LabelledLink
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import i18n
from cogwg.web.http.database import session
from cogwg.web.http.pagination import paginate
from cogwg.web.reporting import blueprint
from cogwg.web.reporting.worklist import url_query


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A report on a receipt: the status before and after, the status it amends, the other jurisdictions, and its texts."""

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    amends: Status | None
    also_for: Bilingual
    nothing_to_report: bool
    progress: Bilingual
    challenge: Bilingual
    evidence_note: Bilingual
    evidence: tuple[LabelledLink, ...]
    next_step: Bilingual

    @property
    def misses_language(self) -> bool:
        texts = (self.progress, self.challenge, self.evidence_note, self.next_step, *(link.label for link in self.evidence))
        return any(text.missing_languages for text in texts)

    @classmethod
    def from_audit(
        cls, entry: dict[str, Any], code: str, title: Bilingual, jurisdiction_names: Mapping[int, Bilingual]
    ) -> ReceiptRow:
        """Build the row from the audit event's entry; earlier releases stored neither other jurisdictions nor a next step."""
        others = [jurisdiction_names[id_] for id_ in entry.get("also_for", ()) if id_ in jurisdiction_names]
        return cls(
            code=code,
            title=title,
            before=_status(entry.get("before")),
            after=Status(entry["status"]),
            amends=_status(entry.get("amends")),
            also_for=join_list([with_article(name) for name in others]),
            nothing_to_report=bool(entry["nothing_to_report"]),
            progress=Bilingual(*entry["progress"]),
            challenge=Bilingual(*entry["challenge"]),
            evidence_note=Bilingual(*entry["evidence_note"]),
            evidence=evidence_links(entry["evidence"]),
            next_step=Bilingual(*entry.get("next_step", ("", ""))),
        )


def receipt_rows(session: Session, submitted: Sequence[dict[str, Any]]) -> list[ReceiptRow]:
    """Return the reports of a receipt from the entries of its audit event."""
    titles = activity_titles(session, [entry["activity"] for entry in submitted])
    names = {j.id: j.name for j in jurisdictions(session, i18n.current_language())}
    return [ReceiptRow.from_audit(entry, *titles[entry["activity"]], names) for entry in submitted]


def _status(code: str | None) -> Status | None:
    return Status(code) if code else None


@dataclass(frozen=True, slots=True)
class ReceiptListRow:
    """A receipt in the list, with the code and title of each activity."""

    head: ReceiptHead
    activities: tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True)
class UnsentReport:
    """An activity whose report was not submitted, and why.

    ``url`` leads to the report's form for the person who submitted the other reports, and to the activity for other readers.
    It is "" on the receipt of a private link, which gives access to neither.
    """

    code: str
    title: Bilingual
    reason: NotSubmittedReason
    url: str = ""

    @property
    def kind(self) -> str:
        """Return the name of the shape in front of the text."""
        drafts = (NotSubmittedReason.INCOMPLETE, NotSubmittedReason.SAVED_MEANWHILE)
        return "returned" if self.reason is NotSubmittedReason.RETURNED else "draft" if self.reason in drafts else "empty"

    @property
    def reason_text(self) -> str:
        sentences = {
            NotSubmittedReason.RETURNED: _("Returned with a note and not yet submitted again"),
            NotSubmittedReason.INCOMPLETE: _("Incomplete draft"),
            NotSubmittedReason.NOT_STARTED: _("No draft yet"),
            NotSubmittedReason.SAVED_MEANWHILE: _("Draft saved while the other reports were submitted"),
            NotSubmittedReason.WITHOUT_STATUS: _("No status selected yet"),
            NotSubmittedReason.WITHOUT_CHALLENGE: _("The challenge is not described yet"),
            NotSubmittedReason.LEFT_FOR_LATER: _("Left for later"),
        }
        return str(sentences[self.reason])


@blueprint.get("/my-updates/receipts")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def receipt_list(lang: str) -> str:
    """List the receipts of the signed-in person, newest first."""
    receipts = paginate(receipts_of(session(), current_user().person_id), "reporting.receipt_list")
    titles = activity_titles(session(), {id_ for head in receipts.rows for id_ in head.activity_ids})
    rows = [ReceiptListRow(head, tuple(titles[id_] for id_ in head.activity_ids)) for head in receipts.rows]
    return render_template("reporting/receipts.html", rows=rows, list_page=receipts)


@blueprint.get("/my-updates/receipts/<int:number>")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def receipt(lang: str, number: int) -> str:
    """Show a receipt to the person who submitted the reports, and to people who manage quarters."""
    event, who = stored_receipt(session(), number), current_user()
    is_own = event.person_id == who.person_id
    if not is_own and not has_permission(who.roles, Permission.MANAGE_PERIODS):
        raise NotFound("receipt")
    submitted, not_submitted = event.submitted, event.not_submitted
    titles = activity_titles(session(), [entry["activity"] for entry in (*submitted, *(not_submitted or ()))])
    name, home = name_and_jurisdiction(session(), event.person_id) if event.person_id is not None else ("", EMPTY_TEXT)
    members = {j.id: j for j in jurisdictions(session(), lang)}
    behalf = members.get(event.behalf_of) if event.behalf_of is not None else None
    names = {id_: j.name for id_, j in members.items()}
    quarter = quarter_of(session(), event.period_id)
    worklist_query: dict[str, Any] = {"period": quarter.key} | ({"for": behalf.code} if behalf is not None else {})

    def unsent_report(entry: dict[str, Any]) -> UnsentReport:
        code, title = titles[entry["activity"]]
        endpoint, query = ("reporting.report", worklist_query) if is_own else ("activities.page", {})
        return UnsentReport(
            code, title, NotSubmittedReason(entry["why"]), url_for(endpoint, lang=lang, year=quarter.year, code=code, **query)
        )

    sent = [ReceiptRow.from_audit(entry, *titles[entry["activity"]], names) for entry in submitted]
    sources = {entry["source"] for entry in submitted if "source" in entry}
    return render_template(
        "reporting/receipt.html",
        number=number,
        at=event.at,
        name=name,
        home=home,
        behalf_of=behalf.name if behalf is not None else None,
        back_url=url_for("reporting.my_updates", lang=lang, **url_query(behalf.code if behalf is not None and is_own else "")),
        quarter=quarter,
        sent=sent,
        is_by_link=ReportSource.LINK.value in sources,
        misses_language=any(report.misses_language for report in sent),
        unsent=None if not_submitted is None else [unsent_report(entry) for entry in not_submitted],
    )
