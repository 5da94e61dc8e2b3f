"""The emails about a saved or undone workbook, queued in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from cogwg.accounts.queries import SignedInPerson
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.imports.queries import UploadHead
from cogwg.notices.event_messages import Sender
from cogwg.notices.services import notify_resubmitted, notify_saved_upload
from cogwg.notices.upload_messages import SavedLine, SavedUpload
from cogwg.reporting.services import ReceiptEntry
from cogwg.web.http.mail_context import mail_context
from cogwg.workbook.queries import StoredReports
from cogwg.workbook.services import AppliedReports


def queue_receipt(session: Session, head: UploadHead, applied: AppliedReports, person: SignedInPerson) -> None:
    """Queue the receipt for the person who saved a workbook, and emails to the other leads of what was submitted again."""
    by = Actor("person", person.person_id, head.behalf_of)
    upload = SavedUpload(head.id, applied.event_id, tuple(SavedLine(*line) for line in applied.lines))
    notify_saved_upload(session, applied.stored.period, upload, by=by, **mail_context())
    queue_submitted(session, applied.stored, applied.submitted, f"upload-{applied.event_id}", by, person)


def queue_submitted(
    session: Session,
    stored: StoredReports,
    submitted: Sequence[ReceiptEntry],
    token: str,
    by: Actor,
    person: SignedInPerson,
) -> None:
    """Queue an email to the leads of other jurisdictions about reports that were submitted again for them too."""
    sender = Sender(person.name, _jurisdictions(stored, by, person), is_on_behalf=by.behalf_of is not None)
    notify_resubmitted(session, stored.period, submitted, sender, token=token, by=by, **mail_context())


def _jurisdictions(stored: StoredReports, by: Actor, person: SignedInPerson) -> tuple[Bilingual, ...]:
    if by.behalf_of is not None:
        return (stored.plan.reporting_jurisdictions[by.behalf_of],)
    return tuple(m.name for m in person.lead_memberships)
