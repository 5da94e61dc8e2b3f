"""The email about a workbook that was saved. Nothing here queries the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.mail.rules import OutgoingEmail
from cogwg.notices import phrases
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Recipient, compose_email
from cogwg.notices.event_messages import WITNESS
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.periods import PeriodFacts


@dataclass(frozen=True, slots=True)
class SavedUpload:
    """A workbook that was saved. ``reports`` are the code and title of each report; ``submitted`` are how many of them had
    been submitted before, and so were submitted again."""

    id: int
    event_id: int
    reports: tuple[tuple[str, Bilingual], ...]
    submitted: int = 0


def upload_receipt_email(
    recipient: Recipient, period: PeriodFacts, upload: SavedUpload, *, at: datetime, time_zone: str, site: str
) -> OutgoingEmail:
    """Return the receipt for the reports that a person saved from a workbook. ``time_zone`` is the person's own."""
    drafts = len(upload.reports) - upload.submitted
    facts = {"count": phrases.report_count(len(upload.reports)), "quarter": phrases.quarter(period), "at": phrases.moment(at)}
    opening = Bilingual(
        "You saved {count} from a workbook for {quarter} on {at}.",
        "Vous avez enregistré {count} à partir d’un classeur pour le {quarter} le {at}.",
    )
    return compose_email(
        recipient,
        f"upload:{recipient.person_id}:{upload.event_id}",
        NoticeKind.RECEIPT,
        phrases.fill(
            Bilingual("{count} saved from your workbook ({quarter})", "{count} enregistrés de votre classeur ({quarter})")
            if len(upload.reports) > 1
            else Bilingual("{count} saved from your workbook ({quarter})", "{count} enregistré de votre classeur ({quarter})"),
            **facts,
        ),
        Paragraph(phrases.fill(opening, **facts)),
        *(Paragraph(own) for own in [phrases.own_moment(at, time_zone)] if own),
        *([Paragraph(_DRAFTS)] if drafts else []),
        *([Paragraph(_SUBMITTED)] if upload.submitted else []),
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


def _report_list(reports: Sequence[tuple[str, Bilingual]]) -> BulletList:
    return BulletList(tuple((phrases.activity_name(code, title), EMPTY_TEXT) for code, title in reports))
