"""The last step of a briefing: its slides as they will print, the checklist, and the freeze."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing import linkcheck, queries, services, snapshot
from cogwg.briefing.checklist import ADDRESSES_SHOWN, Checklist, ChecklistInput, Gap, GapKind, checklist
from cogwg.briefing.compare import texts
from cogwg.briefing.compose import deck_to_freeze, draft_deck, load_briefing_source, one_language_overrides
from cogwg.briefing.deck import Deck
from cogwg.briefing.files import draw_files
from cogwg.briefing.links import LastCheck, deck_links, last_check
from cogwg.briefing.outline import slide_kind
from cogwg.briefing.queries import OpenBriefing, SlideCommentFacts
from cogwg.briefing.render.page_counts import page_counts
from cogwg.briefing.rules import check_freeze
from cogwg.briefing.source import BriefingSource
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.errors import Conflict, Invalid
from cogwg.core.settings import Settings
from cogwg.policy import Permission
from cogwg.reporting.open_periods import periods_with_missing_counts
from cogwg.web.auth.access import actor, requires
from cogwg.web.briefings import blueprint
from cogwg.web.briefings.downloads import deck_downloads
from cogwg.web.briefings.editor import steps_nav
from cogwg.web.briefings.forms import FreezeForm
from cogwg.web.briefings.presentation.player import player
from cogwg.web.http import clocks, forms
from cogwg.web.http.database import session, write


@dataclass(frozen=True, slots=True)
class GapAction:
    """A gap with a link to the page where it can be fixed."""

    gap: Gap
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class DraftReview:
    """A draft with everything its last step shows."""

    briefing: OpenBriefing
    material: BriefingSource
    deck: Deck
    checklist: Checklist
    comments: list[SlideCommentFacts]
    last_check: LastCheck | None

    @property
    def fingerprint(self) -> str:
        """Return a hash of the deck and the gaps that the page showed."""
        gaps = "\n".join(gap.sentence.en for gap in self.checklist.gaps)
        return sha256(f"{snapshot.write(self.deck)}\n{gaps}".encode()).hexdigest()


def load_draft(id: int) -> DraftReview:
    """Load a draft with its deck and its checklist. Raises ``NotFound``."""
    briefing = queries.briefing(session(), id)
    material = load_briefing_source(session(), briefing, clocks.today())
    deck = draft_deck(briefing, material)
    checks = queries.link_checks(session(), deck_links(deck))
    said = queries.comments(session(), id)
    waiting = periods_with_missing_counts(session(), clocks.now(), clocks.today())
    asked = ChecklistInput(
        missing_reports=sum(one.missing for one in waiting if one.period.year == briefing.year),
        link_results=checks,
        page_counts=page_counts(deck),
        open_comments=Counter(one.slide for one in said if one.settled_at is None),
        unreadable_baseline=briefing.baseline.meeting_on
        if briefing.baseline is not None and briefing.baseline.deck is None
        else None,
        one_language_overrides=one_language_overrides(material),
    )
    return DraftReview(briefing, material, deck, checklist(deck, asked), said, last_check(checks))


def render_draft(lang: str, id: int, form: FreezeForm | None = None) -> str:
    """Render the page of a draft: slides, checklist, freeze, the draft's files, and its frozen versions."""
    draft = load_draft(id)
    shown = form or FreezeForm(formdata=None)
    shown.seen.data, shown.shown.data = str(draft.briefing.outline_version), draft.fingerprint
    return render_template(
        "briefings/page.html",
        **steps_nav.frame_context(draft.briefing, draft.material, steps_nav.PREVIEW),
        player=player(draft.deck, briefing_id=id, comments=draft.comments),
        form=shown,
        gaps=[_gap_action(lang, draft, gap) for gap in draft.checklist.gaps],
        settled=draft.checklist.settled,
        has_links=bool(deck_links(draft.deck)),
        last_check=draft.last_check,
        visible_addresses=ADDRESSES_SHOWN,
        downloads=deck_downloads("briefings.deck", lang, id=id),
        versions=queries.versions(session(), id),
    )


@blueprint.post("/briefings/<int:id>/freeze")
@requires(Permission.PREPARE_BRIEFINGS)
def freeze(lang: str, id: int) -> Response:
    """Freeze the deck, as the page showed it, as the next version, with its files.

    The files are drawn before anything is written, and only if the note is valid. The time of the freeze is taken before the
    deck is composed, so that what is reported meanwhile counts as news for the next briefing too.
    """
    form = FreezeForm()
    if not form.validate():
        return make_response(render_draft(lang, id, form), 422)
    by, at = actor(), clocks.now()
    draft = load_draft(id)
    gaps, final = [gap.sentence for gap in draft.checklist.gaps], deck_to_freeze(draft.briefing, draft.material)
    session().rollback()
    try:
        if form.shown.data != draft.fingerprint:
            raise Conflict(draft.briefing)
        check_freeze(final, gaps, form.note_text, last_frozen=None)
        files = draw_files(final)
        with write() as open_session:
            said: dict[str, Any] = {"note": form.note_text, "expected_version": form.posted_version, "by": by, "at": at}
            number = services.freeze(open_session, id, final, gaps, files=files, **said)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return make_response(render_draft(lang, id, form), 422)
    except Conflict:
        form.note.errors = (
            _(
                "The draft or its data changed after you opened this page, so nothing was finalized. Review the "
                "slides again, then finalize."
            ),
        )
        return make_response(render_draft(lang, id, form), 409)
    flash(
        _("Version %(number)s is finalized and can no longer change. To make changes, create the next version.", number=number)
    )
    if ended := draft.briefing.links:
        flash(
            ngettext(
                "%(num)s preview link stopped working. To share the next draft, create a new link.",
                "%(num)s preview links stopped working. To share the next draft, create a new link.",
                ended,
            )
        )
    return redirect(url_for("briefings.version_page", lang=lang, id=id, number=number), 303)


@blueprint.post("/briefings/<int:id>/check-links")
@requires(Permission.PREPARE_BRIEFINGS)
def check_links(lang: str, id: int) -> Response:
    """Check whether every link of the deck answers; takes a few seconds."""
    briefing = queries.briefing(session(), id)
    shown = deck_links(draft_deck(briefing, load_briefing_source(session(), briefing, clocks.today())))
    session().rollback()
    settings: Settings = current_app.extensions["cogwg.settings"]
    answers = linkcheck.check_links(shown, is_allowed=(lambda _address: True) if settings.check_private_links else None)
    with write() as open_session:
        services.record_link_checks(open_session, id, answers, by=actor(), at=clocks.now())
    dead = sum(not answered for answered, _said in answers.values())
    if dead:
        told = {"links": len(answers)}
        flash(
            ngettext(
                "%(num)s of %(links)s links could not be opened.",
                "%(num)s of %(links)s links could not be opened.",
                dead,
                **told,
            )
        )
    else:
        flash(ngettext("%(num)s link works.", "All %(num)s links work.", len(answers)))
    return redirect(url_for("briefings.page", lang=lang, id=id, _anchor="checked"), 303)


def _gap_action(lang: str, draft: DraftReview, gap: Gap) -> GapAction:
    """Return the gap with a link to the page where it can be fixed."""
    base = url_for("briefings.page", lang=lang, id=draft.briefing.id)
    if gap.kind in (GapKind.NOTHING_REPORTED, GapKind.REPORTS):
        return GapAction(gap, _("Reporting status"), url_for("quarters.readiness_page", lang=lang))
    if gap.kind is GapKind.COMPARISON:
        return GapAction(gap, _("See why"), f"{base}/changes")
    if gap.kind is GapKind.REWORDED:
        return GapAction(gap, _("Update the other language"), f"{base}/slides/{gap.slide}")
    if gap.kind is GapKind.REWORDED_LINES:
        return GapAction(gap, _("Update the other language"), _editing_url(base, gap.slide))
    if gap.kind is GapKind.VACANCIES:
        return GapAction(gap, _("View the roles"), url_for("plan.vacancy_list", lang=lang))
    if gap.kind is GapKind.COMMENTS:
        return GapAction(gap, _("Read and resolve"), f"{base}#slide-{gap.slide}")
    if gap.kind is GapKind.LONG_SLIDES:
        return GapAction(gap, _("Shorten the text"), _editing_url(base, gap.slide))
    if gap.kind is GapKind.LINKS:
        if gap.slide:
            return GapAction(gap, _("Add links"), url_for("news.milestone_list", lang=lang))
        return GapAction(gap, _("View the slides"), f"{base}#slides")
    return GapAction(gap, _("Translate"), _translation_url(lang, base, draft, gap.slide))


_STEP_OF_SLIDE_KIND = {
    "next-steps": "next-steps",
    "asks": "priorities",
    "changed": "changes",
    "milestones": "news",
    "priority": "priorities",
}


def _editing_url(base: str, key: str) -> str:
    """Return the URL of the editor's step that decides the length of a slide."""
    return f"{base}/{_STEP_OF_SLIDE_KIND.get(slide_kind(key), f'slides/{key}')}"


def _translation_url(lang: str, base: str, draft: DraftReview, key: str) -> str:
    """Return the URL where a slide's untranslated text is edited: the co-chairs' own wording, else the translation list."""
    outline = draft.briefing.outline
    lacking = [text for slide in draft.deck.slides if slide.key == key for text in texts(slide) if text.missing_languages]
    own = outline.wording_of(key)
    if key == "cover":
        return f"{base}/meeting"
    if slide_kind(key) == "text" or own.lines or _contains_any((own.title, own.message), lacking):
        return f"{base}/slides/{key}"
    written = {
        "changed": outline.changes or (),
        "milestones": (outline.milestones or (), outline.challenges or ()),
        "next-steps": outline.steps or (),
    }.get(key, outline.priorities if slide_kind(key) in ("asks", "priority") else ())
    if _contains_any(written, lacking):
        return _editing_url(base, key)
    return url_for("news.translation_list", lang=lang)


def _contains_any(source: object, lacking: list[Bilingual]) -> bool:
    """Whether ``source`` contains one of the texts that lack a language."""
    said = {(lang, text.exact_text(lang)) for text in texts(source) for lang in Language if text.exact_text(lang)}
    return any((lang, text.exact_text(lang)) in said for text in lacking for lang in Language)
