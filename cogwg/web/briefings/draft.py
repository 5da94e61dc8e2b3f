"""The page of a draft: its slides, the checklist, and the form to freeze the draft."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import render_template

from cogwg.briefing import queries, snapshot
from cogwg.briefing.checklist import ADDRESSES_SHOWN, Checklist, ChecklistInput, Gap, GapKind, checklist
from cogwg.briefing.compose import draft_deck, load_briefing_source, one_language_overrides
from cogwg.briefing.decided_steps import with_decisions
from cogwg.briefing.deck import Deck
from cogwg.briefing.deck_links import LastCheck, deck_links, last_check
from cogwg.briefing.file_summary import file_summary
from cogwg.briefing.gap_sources import GapPlace, wording_sources
from cogwg.briefing.queries import OpenBriefing, SlideCommentFacts
from cogwg.briefing.render.page_counts import page_counts
from cogwg.briefing.source import BriefingSource
from cogwg.policy import Permission, has_permission
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.web.auth.access import current_user
from cogwg.web.briefings.downloads import deck_downloads
from cogwg.web.briefings.editor import steps_nav
from cogwg.web.briefings.forms import FreezeForm
from cogwg.web.briefings.presentation.player import player
from cogwg.web.http import clocks
from cogwg.web.http.audit_history import short_history
from cogwg.web.http.database import session
from cogwg.web.http.i18n import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class GapAction:
    """A gap in a draft, with a link to the page where the gap can be fixed."""

    gap: Gap
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class DraftReview:
    """A draft with everything that the last step of the editor shows."""

    briefing: OpenBriefing
    source: BriefingSource
    deck: Deck
    checklist: Checklist
    comments: list[SlideCommentFacts]
    last_check: LastCheck | None
    has_links: bool

    @property
    def fingerprint(self) -> str:
        """Return a hash of the deck and its gaps, to find out whether they have changed since the page showed them."""
        gaps = "\n".join(gap.sentence.en for gap in self.checklist.gaps)
        return sha256(f"{snapshot.write(self.deck)}\n{gaps}".encode()).hexdigest()


def load_draft(id: int) -> DraftReview:
    """Load a draft with its deck and its checklist. Raises ``NotFound`` if there is no such briefing."""
    briefing = queries.briefing(session(), id)
    source = load_briefing_source(session(), briefing, clocks.today())
    deck = draft_deck(briefing, source)
    links = deck_links(deck)
    checks = queries.link_checks(session(), links)
    comments = queries.comments(session(), id)
    waiting = periods_with_missing_counts(session(), clocks.now(), clocks.today(), year=briefing.year)
    inputs = ChecklistInput(
        missing_reports=sum(counted.missing for counted in waiting),
        link_results=checks,
        page_counts=page_counts(deck),
        open_comments=Counter(comment.slide for comment in comments if comment.settled_at is None),
        unreadable_baseline=briefing.baseline.meeting_on
        if briefing.baseline is not None and briefing.baseline.deck is None
        else None,
        one_language_overrides=one_language_overrides(source),
        stale_texts=source.stale_texts,
        wording_sources=wording_sources(deck, with_decisions(briefing.outline, briefing.standing_content, source.decided)),
    )
    return DraftReview(briefing, source, deck, checklist(deck, inputs), comments, last_check(checks), bool(links))


def render_draft(lang: str, id: int, form: FreezeForm | None = None) -> str:
    """Render the page of a draft: its slides, checklist and downloads, the form to freeze it, and the frozen versions."""
    draft = load_draft(id)
    summary = file_summary(draft.deck)
    shown = form or FreezeForm(formdata=None)
    shown.seen.data, shown.shown.data = str(draft.briefing.outline_version), draft.fingerprint
    return render_template(
        "briefings/page.html",
        **steps_nav.frame_context(draft.briefing, draft.source, steps_nav.PREVIEW),
        player=player(draft.deck, briefing_id=id, comments=draft.comments, with_history=True),
        form=shown,
        gaps=[gap_action(lang, id, gap) for gap in draft.checklist.gaps],
        shows_note=bool(draft.checklist.gaps or shown.note.errors),
        settled=draft.checklist.settled,
        has_links=draft.has_links,
        last_check=draft.last_check,
        visible_addresses=ADDRESSES_SHOWN,
        downloads=deck_downloads("briefings.deck", lang, draft.deck, id=id),
        file_summary=summary,
        whole_downloads=deck_downloads("briefings.deck", lang, draft.deck, whole=True, id=id) if summary else [],
        versions=queries.versions(session(), id),
        **_history(id),
    )


def _history(id_: int) -> dict[str, Any]:
    """Return what the template needs for the latest entries of the audit log, for those who may read it."""
    may_read = has_permission(current_user().roles, Permission.READ_AUDIT_LOG)
    return short_history(session(), "briefing", id_) if may_read else {"history_url": ""}


_ACTION_LABELS = {
    GapKind.NOTHING_REPORTED: _("Reporting status"),
    GapKind.REPORTS: _("Reporting status"),
    GapKind.COMPARISON: _("See why"),
    GapKind.LANGUAGE: _("Translate"),
    GapKind.STALE: _("Update the other language"),
    GapKind.REWORDED: _("Update the other language"),
    GapKind.VACANCIES: _("View the roles"),
    GapKind.MISSING_LINKS: _("Add links"),
    GapKind.LINKS: _("View the slides"),
    GapKind.LONG_SLIDES: _("Shorten the text"),
    GapKind.COMMENTS: _("Read and resolve the comments"),
}


_PATHS = {
    GapPlace.MEETING: "briefings/{id}/meeting",
    GapPlace.CHANGES: "briefings/{id}/changes",
    GapPlace.NEWS: "briefings/{id}/news",
    GapPlace.PRIORITIES: "briefings/{id}/priorities",
    GapPlace.NEXT_STEPS: "briefings/{id}/next-steps",
    GapPlace.SLIDE_TEXTS: "briefings/{id}/slides/{slide}",
    GapPlace.COMMENTS: "briefings/{id}#slide-{slide}",
    GapPlace.PREVIEW: "briefings/{id}#slides",
    GapPlace.REPORTING_STATUS: "readiness",
    GapPlace.ROLES: "vacancies",
    GapPlace.MILESTONES: "milestones",
    GapPlace.TRANSLATIONS: "translations",
    GapPlace.PLAN: "admin/plans/{year}/priorities/{number}",
}


def gap_action(lang: str, id: int, gap: Gap) -> GapAction:
    """Return the gap with a link to the page where the gap can be fixed."""
    year, number = gap.source.priority
    path = _PATHS[gap.source.place].format(id=id, slide=gap.source.slide, year=year, number=number)
    return GapAction(gap, str(_ACTION_LABELS[gap.kind]), f"/{lang}/{path}")
