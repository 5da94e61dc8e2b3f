"""The receipt of a submission: its reports, its time, the person who submitted it, and the reports left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _

from cogwg.accounts.queries import jurisdictions, name_and_jurisdiction
from cogwg.audit.queries import audit_event
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import NotFound
from cogwg.core.status import Status
from cogwg.plan.queries import activity_titles
from cogwg.policy import Permission, has_permission
from cogwg.reporting.periods import quarter_of
from cogwg.reporting.report_progress import NotSubmittedReason
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http.database import session
from cogwg.web.reporting import blueprint


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A report on a receipt: the activity's status before and after, and the text."""

    code: str
    title: Bilingual
    before: Status | None
    after: Status
    nothing_to_report: bool
    progress: Bilingual
    challenge: Bilingual

    @classmethod
    def from_audit(cls, entry: dict[str, Any], code: str, title: Bilingual) -> ReceiptRow:
        """Build the row from the audit event's entry."""
        return cls(
            code,
            title,
            Status(entry["before"]) if entry["before"] else None,
            Status(entry["status"]),
            bool(entry["nothing_to_report"]),
            Bilingual(*entry["progress"]),
            Bilingual(*entry["challenge"]),
        )


@dataclass(frozen=True, slots=True)
class UnsentReport:
    """An activity whose report was not submitted, and why.

    ``url`` leads to its form for the person who submitted the other reports, and to its page for other readers.
    """

    code: str
    title: Bilingual
    reason: NotSubmittedReason
    url: str

    @property
    def kind(self) -> str:
        """Return the name of the shape in front of the text."""
        return {NotSubmittedReason.RETURNED: "returned", NotSubmittedReason.NOT_STARTED: "empty"}.get(self.reason, "draft")

    @property
    def reason_text(self) -> str:
        sentences = {
            NotSubmittedReason.RETURNED: _("Returned with a note and not yet submitted again"),
            NotSubmittedReason.INCOMPLETE: _("Incomplete draft"),
            NotSubmittedReason.NOT_STARTED: _("No draft yet"),
            NotSubmittedReason.SAVED_MEANWHILE: _("Draft saved while the other reports were submitted"),
        }
        return str(sentences[self.reason])


@blueprint.get("/my-updates/receipts/<int:number>")
@requires(Permission.REPORT, Permission.REPORT_ON_BEHALF)
def receipt(lang: str, number: int) -> str:
    """Show a receipt to the person who submitted the reports, and to co-chairs."""
    event, who = audit_event(session(), number, "quarter.submitted"), current_user()
    is_own = event.actor_id == who.person_id
    if not is_own and not has_permission(who.roles, Permission.MANAGE_PERIODS):
        raise NotFound("receipt")
    submitted, not_submitted = event.after["sent"], event.after.get("left")
    titles = activity_titles(session(), [entry["activity"] for entry in (*submitted, *(not_submitted or ()))])
    name, home = name_and_jurisdiction(session(), event.actor_id) if event.actor_id is not None else ("", EMPTY_TEXT)
    behalf = next((j for j in jurisdictions(session(), lang) if j.id == event.behalf_of), None) if event.behalf_of else None
    quarter = quarter_of(session(), event.subject_id)
    worklist_query: dict[str, Any] = {"period": quarter.key} | ({"for": behalf.code} if behalf is not None else {})

    def unsent_report(entry: dict[str, Any]) -> UnsentReport:
        code, title = titles[entry["activity"]]
        endpoint, query = ("reporting.report", worklist_query) if is_own else ("activities.page", {})
        return UnsentReport(
            code, title, NotSubmittedReason(entry["why"]), url_for(endpoint, lang=lang, year=quarter.year, code=code, **query)
        )

    return render_template(
        "reporting/receipt.html",
        number=number,
        at=event.at,
        name=name,
        home=home,
        behalf_of=behalf.name if behalf is not None else None,
        quarter=quarter,
        sent=[ReceiptRow.from_audit(entry, *titles[entry["activity"]]) for entry in submitted],
        unsent=None if not_submitted is None else [unsent_report(entry) for entry in not_submitted],
    )
