"""The part of a receipt about reports that were not submitted: which, why, and when they are due. This module does not query
the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogwg.core.bilingual import Bilingual
from cogwg.notices import phrases
from cogwg.notices.body import BodyPart, BulletList, Paragraph
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.report_progress import NotSubmittedReason


@dataclass(frozen=True, slots=True)
class UnsentLine:
    """A report that was not submitted with the others, and the reason."""

    code: str
    title: Bilingual
    reason: NotSubmittedReason


def unsent_parts(
    unsent: Sequence[UnsentLine], period: PeriodFacts, *, at: datetime, time_zone: str, is_by_link: bool
) -> list[BodyPart]:
    """Return the reports that were not submitted, with the reasons, when they are due and, for a submission by private link,
    how to report on them.
    """
    if not unsent:
        return []
    singular, plural = (_LATE, _LATE_PLURAL) if at >= period.due_at else (_DUE, _DUE_PLURAL)
    facts = {"count": phrases.report_count(len(unsent)), "due": phrases.moment(period.due_at, time_zone)}
    reports = tuple((phrases.activity_name(line.code, line.title), _REMARKS[line.reason]) for line in unsent)
    where = [Paragraph(_BY_LINK)] if is_by_link else []
    return [Paragraph(phrases.fill(singular if len(unsent) == 1 else plural, **facts)), BulletList(reports), *where]


_DUE = Bilingual("{count} remains. It is due on {due}.", "Il reste {count}, à remettre le {due}.")
_DUE_PLURAL = Bilingual("{count} remain. They are due on {due}.", "Il reste {count}, à remettre le {due}.")
_LATE = Bilingual(
    "{count} remains. It was due on {due}. You can still submit it. It will be marked late.",
    "Il reste {count}, qui était à remettre le {due}. Vous pouvez encore le soumettre. "
    "Il portera la mention «\u00a0remis en retard\u00a0».",
)
_LATE_PLURAL = Bilingual(
    "{count} remain. They were due on {due}. You can still submit them. They will be marked late.",
    "Il reste {count}, qui étaient à remettre le {due}. Vous pouvez encore les soumettre. "
    "Ils porteront la mention «\u00a0remis en retard\u00a0».",
)
_BY_LINK = Bilingual(
    "To report on the rest, use the link in your reminder again, or sign in.",
    "Pour faire rapport sur le reste, utilisez de nouveau le lien de votre rappel ou connectez-vous.",
)
_REMARKS = {
    NotSubmittedReason.RETURNED: Bilingual(
        ": returned with a note and not yet submitted again", "\u00a0: renvoyé avec une note et pas encore soumis de nouveau"
    ),
    NotSubmittedReason.INCOMPLETE: Bilingual(": incomplete draft", "\u00a0: ébauche incomplète"),
    NotSubmittedReason.NOT_STARTED: Bilingual(": no draft yet", "\u00a0: pas encore d’ébauche"),
    NotSubmittedReason.SAVED_MEANWHILE: Bilingual(
        ": draft saved while the other reports were submitted",
        "\u00a0: ébauche enregistrée pendant que les autres rapports étaient soumis",
    ),
    NotSubmittedReason.WITHOUT_STATUS: Bilingual(": no status selected yet", "\u00a0: aucun état sélectionné"),
    NotSubmittedReason.WITHOUT_CHALLENGE: Bilingual(
        ": the challenge is not described yet", "\u00a0: le défi n’est pas encore décrit"
    ),
    NotSubmittedReason.LEFT_FOR_LATER: Bilingual(": left for later", "\u00a0: laissé pour plus tard"),
}
