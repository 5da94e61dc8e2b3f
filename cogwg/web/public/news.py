"""Milestones and challenges in the tracker, as of a published quarter. Challenges are shown without names."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import QuarterEdition
from cogwg.tracker.reading import corrections_of
from cogwg.tracker.values import Correction, PublishedChallenge, SubjectKind
from cogwg.web.auth.access import public
from cogwg.web.public import blueprint
from cogwg.web.public.pages import draw_page
from cogwg.web.public.responses import respond
from cogwg.web.public.shown import shown_quarter


@blueprint.get("/<any(en, fr):lang>/tracker/milestones")
@public
def tracker_milestones(lang: str) -> Response:
    """List what jurisdictions have achieved, latest first."""
    return respond(lambda record: _draw(record, "public/milestones.html"))


@blueprint.get("/<any(en, fr):lang>/tracker/challenges")
@public
def tracker_challenges(lang: str) -> Response:
    """List the challenges that jurisdictions face, by theme."""
    return respond(lambda record: _draw(record, "public/challenges.html"))


def _draw(record: PublicRecord, template: str) -> str:
    shown = shown_quarter(record)
    if shown is None:
        return draw_page("public/nothing.html", record, None)
    content, edition = shown.content, shown.edition
    context: dict[str, Any] = {
        "names": {jurisdiction.code: jurisdiction.name for jurisdiction in content.jurisdictions},
        "milestones": [(m, corrections_of(edition, SubjectKind.MILESTONE, m.key)) for m in content.milestones[::-1]],
        "themes": _by_theme(edition),
        # Items that a correction removed are not in the list, so they are shown separately.
        "removed": [c for c in content.corrections if not c.field and not c.after],
    }
    return draw_page(template, record, shown, **context)


def _by_theme(edition: QuarterEdition) -> dict[Bilingual, list[tuple[PublishedChallenge, tuple[Correction, ...]]]]:
    """Group the challenges, with their corrections, by theme."""
    themes: dict[Bilingual, list[tuple[PublishedChallenge, tuple[Correction, ...]]]] = {}
    for challenge in edition.content.challenges:
        corrections = corrections_of(edition, SubjectKind.CHALLENGE, challenge.key)
        themes.setdefault(challenge.theme, []).append((challenge, corrections))
    return themes
