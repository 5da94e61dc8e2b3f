"""The conflict screen for two versions of a report: who changed what and when, both texts, and a choice for each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from cogwg.accounts.queries import name_and_jurisdiction
from cogwg.core.bilingual import EMPTY_TEXT, clean_line, clean_text
from cogwg.core.status import Status
from cogwg.reporting.merge import REPORT_FIELDS, TEXT_FIELDS, Difference, field_value, find_differences, reconcile
from cogwg.reporting.models import ReportState
from cogwg.reporting.queries import ReportFacts
from cogwg.reporting.rules import ReportDraft
from cogwg.reporting.timeline import draft_at_version
from cogwg.web.http.filters import person_name
from cogwg.web.http.report_fields import field_kind, field_label
from cogwg.web.reporting.forms import SubmitAllForm, UpdateForm
from cogwg.web.reporting.worklist import ReportContext, Worklist
from cogwg.web.reporting.worklist_row import UpdateRow


class ConflictForm(UpdateForm):
    """The form of the conflict screen: what the person typed, in hidden fields, and a choice for each difference."""

    @property
    def choices(self) -> dict[str, str]:
        """Return the choice for each field: theirs, yours or both."""
        return {field: request.form[f"choose-{field}"] for field in REPORT_FIELDS if f"choose-{field}" in request.form}

    @property
    def merged_texts(self) -> dict[str, str]:
        """Return the edited text of each field, for the choice "both"."""
        texts = {field: clean_text(request.form.get(f"both-{field}")) for field in TEXT_FIELDS}
        return texts | {field: clean_line(text) for field, text in texts.items() if field.startswith("next_step")}


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference between two versions of a report, as a page shows it; ``kind`` is "status", "text", "links" or "flag"."""

    field: str
    label: str
    kind: str
    difference: Difference

    @property
    def lang(self) -> str:
        """Return the language of a text field; "" for the other fields."""
        return self.field[-2:] if self.kind == "text" else ""

    @property
    def can_keep_both(self) -> bool:
        return self.kind in ("text", "links")

    @property
    def theirs(self) -> Any:
        return self.difference.theirs

    @property
    def yours(self) -> Any:
        return self.difference.yours

    @property
    def theirs_marked(self) -> Any:
        return self.difference.theirs_marked

    @property
    def yours_marked(self) -> Any:
        return self.difference.yours_marked

    @property
    def both(self) -> str:
        return self.difference.both


def conflict_context(
    session: Session,
    context: ReportContext,
    row: UpdateRow,
    stored: ReportFacts,
    yours: ReportDraft,
    lang: str,
    *,
    base: ReportDraft | None = None,
    keeps_draft: bool = False,
) -> dict[str, Any]:
    """Return the template context of the conflict screen.

    Only fields that both people changed since ``base`` are choices. Without ``base``, all fields that differ are.
    ``keeps_draft`` is true if the person was saving a draft; the merged report is then a draft too, unless the stored report
    has been submitted in the meantime.
    """
    theirs = stored.draft
    activity = row.current_status.activity
    changed_by, changed_at = stored.last_change
    who, home = name_and_jurisdiction(session, changed_by) if changed_by is not None else ("", EMPTY_TEXT)
    fields = reconcile(base, theirs, yours)
    views = {view.field: view for view in difference_views(theirs, yours)}
    return {
        "row": row,
        "plan": context.plan,
        "activity": activity,
        "priority": row.priority,
        "theirs_name": person_name(who),
        "theirs_jurisdiction": home,
        "theirs_at": changed_at,
        "theirs_behalf": stored.behalf_of if changed_at == stored.changed_at else EMPTY_TEXT,
        "is_own": changed_by == context.reporter.person.person_id,
        "yours_at": context.now,
        "differences": [views[f] for f in fields.both],
        "only_yours": [views[f] for f in fields.only_yours],
        "only_theirs": [views[f] for f in fields.only_theirs],
        "unchanged_fields": [
            field_label(f)
            for f in REPORT_FIELDS
            if field_value(theirs, f) == field_value(yours, f) and _is_filled(field_value(theirs, f))
        ],
        "form": _preserved_form(activity.id, yours, stored, keeps_draft=keeps_draft),
        "action": url_for("reporting.merge", lang=lang, year=context.plan.year, code=activity.code, **context.report_query),
        "page_url": url_for("reporting.my_updates", lang=lang, **context.page_query),
    }


def _preserved_form(activity_id: int, yours: ReportDraft, stored: ReportFacts, *, keeps_draft: bool) -> UpdateForm:
    """Return the form that contains what the person typed; sending it saves a draft or submits the report."""
    form = UpdateForm(activity_id, yours, stored.version, formdata=None)
    form.do.data = "save" if keeps_draft and stored.state is not ReportState.SUBMITTED else "submit"
    return form


def difference_views(first: ReportDraft, second: ReportDraft) -> list[DifferenceView]:
    """Return the differences between two versions of a report, as pages show them."""
    return [DifferenceView(d.field, field_label(d.field), field_kind(d.field), d) for d in find_differences(first, second)]


def first_changed_report(
    session: Session, worklist: Worklist, form: SubmitAllForm
) -> tuple[UpdateRow, ReportFacts, ReportDraft] | None:
    """Return the first report that changed since the page was shown: its row, the stored version and the shown one.

    Return None if none changed.
    """
    for row in worklist.rows:
        code, stored = row.current_status.activity.code, row.report
        if stored is None:
            continue
        was: ReportDraft | None = None
        if code in form.posted_versions:
            was = draft_at_version(session, stored.id, form.posted_versions[code])
        elif code in form.nothing_to_report_codes:
            was = ReportDraft(row.previous_status, nothing_to_report=True)
        if was is not None and was != stored.draft:
            return row, stored, was
    return None


def _is_filled(value: object) -> bool:
    return isinstance(value, Status) or bool(value)
