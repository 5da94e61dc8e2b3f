"""The email about a workbook that was saved. This module does not query the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogwg.core import dates
from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Recipient, compose_email
from cogwg.notices.event_messages import WITNESS
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.periods import PeriodFacts


@dataclass(frozen=True, slots=True)
class SavedLine:
    """A report that was saved as a draft, or submitted again because it had been submitted before."""

    code: str
    title: Bilingual
    status: Status | None
    is_submitted: bool


@dataclass(frozen=True, slots=True)
class SavedUpload:
    """A workbook that was saved."""

    id: int
    event_id: int
    reports: tuple[SavedLine, ...]

    @property
    def submitted_count(self) -> int:
        return sum(line.is_submitted for line in self.reports)

    @property
    def draft_count(self) -> int:
        return len(self.reports) - self.submitted_count


def upload_receipt_email(
    recipient: Recipient, period: PeriodFacts, upload: SavedUpload, *, at: datetime, time_zone: str, site: str
) -> OutgoingEmail:
    """Return the receipt for the reports that a person saved from a workbook. ``time_zone`` is the person's own."""
    facts = {"count": phrases.report_count(len(upload.reports)), "quarter": phrases.quarter(period), "at": phrases.moment(at)}
    opening = Bilingual(
        "You saved {count} from a workbook for {quarter} on {at}.",
        "Vous avez enregistré {count} à partir d’un classeur pour le {quarter} le {at}.",
    )
    return compose_email(
        recipient,
        f"upload:{recipient.person_id}:{upload.event_id}",
        NoticeKind.RECEIPT,
        _subject(upload, period),
        Paragraph(phrases.fill(opening, **facts)),
        *(Paragraph(own) for own in [phrases.own_moment(at, time_zone)] if own),
        *([Paragraph(_DRAFTS)] if upload.draft_count else []),
        *([Paragraph(_SUBMITTED)] if upload.submitted_count else []),
        _report_list(upload.reports),
        ActionLink(
            f"{site}/{recipient.lang.value}/workbook/uploads/{upload.id}",
            Bilingual("View what was saved, or undo it", "Voir ce qui a été enregistré, ou l’annuler"),
        ),
        Paragraph(WITNESS),
        site=site,
    )


_DRAFTS = Bilingual(
    "Drafts are not submitted yet. Review them under My updates, then submit them.",
    "Les ébauches ne sont pas encore soumises. Vérifiez-les dans Mes mises à jour, puis soumettez-les.",
)
_SUBMITTED = Bilingual(
    "Reports that you had already submitted were submitted again with the changes.",
    "Les rapports que vous aviez déjà soumis ont été soumis de nouveau avec les changements.",
)


def _subject(upload: SavedUpload, period: PeriodFacts) -> Bilingual:
    """Return the subject, which counts saved drafts and submitted reports separately, because a draft is not a received
    report.
    """
    parts = []
    if n := upload.draft_count:
        draft = Bilingual("draft saved, not submitted", "ébauche enregistrée, non soumise")
        drafts = Bilingual("drafts saved, not submitted", "ébauches enregistrées, non soumises")
        parts.append(dates.count_phrase(n, draft, drafts))
    if n := upload.submitted_count:
        report = Bilingual("report submitted again", "rapport soumis de nouveau")
        reports = Bilingual("reports submitted again", "rapports soumis de nouveau")
        parts.append(dates.count_phrase(n, report, reports))
    what = Bilingual("; ".join(part.en for part in parts), "; ".join(part.fr for part in parts))
    return phrases.fill(Bilingual("{what} ({quarter})", "{what} ({quarter})"), what=what, quarter=phrases.quarter(period))


_NO_STATUS = Bilingual("No status yet", "Pas encore d’état")
_AGAIN = Bilingual("{status}, submitted again", "{status}, soumis de nouveau")
_DRAFT = Bilingual("{status}, draft", "{status}, ébauche")


def _report_list(reports: Sequence[SavedLine]) -> BulletList:
    return BulletList(
        tuple(
            (
                phrases.activity_name(line.code, line.title),
                phrases.fill(
                    _AGAIN if line.is_submitted else _DRAFT, status=line.status.label if line.status is not None else _NO_STATUS
                ),
            )
            for line in reports
        )
    )
