"""The published engagement cycles: what is open for comment now, the phases of a cycle, and each phase with its comments."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Language
from cogwg.core.errors import NotFound
from cogwg.tracker.engagement import CHANNEL_LABELS, PublishedCycle, PublishedPhase
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_comments import comment_counts, comments_of_phase, comments_revision
from cogwg.tracker.published_editions import CycleEdition
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, i18n, site_settings
from cogwg.web.http.comment_subjects import find_subject, open_phases, subject_url
from cogwg.web.http.cycle_fields import changed_phase, cycle_field_name
from cogwg.web.http.database import session
from cogwg.web.http.filters import day, localized, plain
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import translate as _
from cogwg.web.public import blueprint
from cogwg.web.public.cycle_picture import cycle_picture
from cogwg.web.public.responses import respond
from cogwg.web.public.shown import refuse_withdrawn


@blueprint.get("/<any(en, fr):lang>/engagement")
@public
def engagement(lang: str) -> Response:
    """List the published cycles, and what is open for comment now."""
    return respond(_draw_list)


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>")
@public
def engagement_cycle(lang: str, cycle: str) -> Response:
    """Show a cycle: what is open for comment now, and its phases as a picture and as rows."""
    return respond(lambda record: _draw_cycle(record, cycle), also=comments_revision(session()))


@blueprint.get("/<any(en, fr):lang>/engagement/<cycle>/<phase>")
@public
def engagement_phase(lang: str, cycle: str, phase: str) -> Response:
    """Show a phase with everything that is stated about it, and its published comments in pages."""
    return respond(lambda record: _draw_phase(record, cycle, phase), also=comments_revision(session()))


def find_cycle(record: PublicRecord, key: str) -> CycleEdition:
    """Return the newest edition of a cycle.

    Raises ``NotFound`` if none is public, and ``Withdrawn`` if the cycle was withdrawn.
    """
    refuse_withdrawn(record, PublicationKind.CYCLE, key)
    return record.cycle(key)


def draw_engagement(template: str, record: PublicRecord, shown: list[PublishedCycle], **context: Any) -> str:
    """Render a page about these cycles."""
    sample = site_settings.environment().demo or any(cycle.sample for cycle in shown)
    words = {"phase_dates": phase_dates, "phase_sentence": phase_sentence, "channel_words": channel_words}
    return render_template(template, record=record, shown=None, sample=sample, **words, **context)


def phase_dates(phase: PublishedPhase) -> Markup | str:
    """Return the dates of a phase as stated or, if none are stated, its first and last day."""
    if phase.when:
        return localized(phase.when)
    if phase.ends_on is None:
        return _("From %(first)s", first=day(phase.starts_on))
    return _("%(first)s to %(last)s", first=day(phase.starts_on), last=day(phase.ends_on))


def channel_words(phase: PublishedPhase) -> str:
    """Return how people can take part in a phase, as a list that begins with a capital letter: Online, in person."""
    words = ", ".join(plain(channel.label) for channel in phase.channels)
    return words[:1] + words[1:].lower()


def phase_sentence(phase: PublishedPhase) -> Markup:
    """Return a sentence that says whether people can comment on a phase today, and when they can."""
    today = clocks.today()
    if not phase.going_forward:
        return _("Not going forward.")
    last = min((each for each in (phase.ends_on, phase.completed_on) if each is not None), default=None)
    if phase.accepts_comments(today):
        return _("Open for comment until %(day)s.", day=day(last)) if last else _("Open for comment.")
    state = phase.state_on(today).value
    if state == "planned":
        return _("Begins on %(day)s.", day=day(phase.starts_on))
    if state == "open":
        return _("Under way. This phase does not take comments on this site.")
    return _("Ended on %(day)s.", day=day(last or today))


def _draw_list(record: PublicRecord) -> str:
    cycles = [edition.content for edition in record.cycles]
    return draw_engagement(
        "public/engagement/list.html",
        record,
        cycles,
        cycles=cycles,
        commentable=open_phases(record, clocks.today()),
        heard={each.content.cycle for each in record.heards},
    )


def _draw_cycle(record: PublicRecord, key: str) -> str:
    edition, today = find_cycle(record, key), clocks.today()
    cycle = edition.content
    return draw_engagement(
        "public/engagement/cycle.html",
        record,
        [cycle],
        edition=edition,
        cycle=cycle,
        picture=cycle_picture(cycle, today),
        commentable=cycle.commentable(today),
        next_phase=next(iter(sorted(cycle.planned(today), key=lambda phase: phase.starts_on)), None),
        counts=comment_counts(session(), key),
        heard=record.heard(key),
        commitments=[e.content for e in record.commitments if cycle.plan is not None and e.content.cycle == cycle.plan],
        changed_phase=changed_phase,
        field_name=cycle_field_name,
    )


def _draw_phase(record: PublicRecord, cycle_key: str, phase_key: str) -> str:
    edition = find_cycle(record, cycle_key)
    cycle, phase = edition.content, edition.content.phase(phase_key)
    if phase is None:
        raise NotFound(f"published phase {cycle_key}/{phase_key}")
    lang = i18n.current_language()
    page = comments_of_phase(session(), cycle_key, phase_key, _asked_page())
    subjects = {
        (each.about, each.about_key): (find_subject(record, each.about, each.about_key), _url(each.about, each.about_key, lang))
        for each in page.comments
        if each.about_key
    }
    report = record.heard(cycle_key)
    return draw_engagement(
        "public/engagement/phase.html",
        record,
        [cycle],
        edition=edition,
        cycle=cycle,
        phase=phase,
        accepts=phase.accepts_comments(clocks.today()),
        registry=phase.registry_state(clocks.today(), reported=report is not None),
        page=page,
        subjects=subjects,
        channels={code: label.text(lang) for code, label in CHANNEL_LABELS.items()},
        heard=report,
        themes_of=report.content.themes_of if report is not None else lambda _id: (),
        description=plain(phase.asked or phase.about or phase.title),
    )


def _url(about: str, key: str, lang: Language) -> str:
    return subject_url(about, key, lang)


def _asked_page() -> int:
    """Return the number of the page of comments in the URL. Raises ``NotFound`` if it is not a number."""
    asked = request.args.get("page", "1")
    number = parse_number(asked)
    if number is None:
        raise NotFound(f"page {asked}")
    return number
