"""The moderation rules of a cycle, and how many comments on each phase were published and refused, by reason."""

from __future__ import annotations

from collections import Counter

from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.engagement import REASON_LABELS
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_comments import DecisionCounts, comments_revision, decision_counts
from cogwg.web.auth.access import public
from cogwg.web.http.database import session
from cogwg.web.public import blueprint
from cogwg.web.public.engagement import draw_engagement, find_cycle
from cogwg.web.public.responses import respond

HEADING = Bilingual("Moderation of comments", "Modération des commentaires")
COLUMNS = {
    "received": Bilingual("Received", "Reçus"),
    "published": Bilingual("Published", "Publiés"),
    "duplicates": Bilingual("Duplicates", "Doublons"),
    "withdrawn": Bilingual("Withdrawn", "Retirés"),
    "refused": Bilingual("Refused", "Refusés"),
}


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/moderation")
@public
def engagement_moderation(lang: str, cycle: str) -> Response:
    """Show the rules of moderation, and the counts of what was published and refused."""
    return respond(lambda record: _draw(record, cycle), also=comments_revision(session()))


def _draw(record: PublicRecord, key: str) -> str:
    edition = find_cycle(record, key)
    by_phase = decision_counts(session(), key)
    rows = [(phase, by_phase.get(phase.key, DecisionCounts(phase.key, 0, 0, 0, 0, {}))) for phase in edition.content.phases]
    refused: Counter[str] = Counter()
    for _phase, counts in rows:
        refused.update(counts.refused)
    total = DecisionCounts(
        "",
        sum(counts.received for _phase, counts in rows),
        sum(counts.published for _phase, counts in rows),
        sum(counts.duplicates for _phase, counts in rows),
        sum(counts.withdrawn for _phase, counts in rows),
        refused,
    )
    return draw_engagement(
        "public/engagement/moderation.html",
        record,
        [edition.content],
        heading=HEADING,
        edition=edition,
        cycle=edition.content,
        rows=rows,
        total=total,
        reasons=reason_counts,
        columns=COLUMNS,
        reason_labels=REASON_LABELS,
    )


def reason_counts(counts: DecisionCounts) -> list[tuple[Bilingual, int]]:
    """Return each reason for which comments were refused, with their number, in the order of the rules."""
    return [(label, counts.refused[code]) for code, label in REASON_LABELS.items() if counts.refused.get(code)]
