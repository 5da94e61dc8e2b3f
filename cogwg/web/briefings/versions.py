"""The pages of frozen versions: one version with its files, and what changed between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.accounts.queries import names_since_rename
from cogwg.briefing import queries
from cogwg.briefing.compare import SlideChange, compare, count_by_kind, slide_changes
from cogwg.briefing.decisions import decisions
from cogwg.briefing.deck import Deck, PlanChange
from cogwg.briefing.file_summary import file_summary
from cogwg.briefing.files import has_only_summaries, other_layout
from cogwg.briefing.queries import FrozenVersionFacts
from cogwg.briefing.renames import without_renames
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day
from cogwg.core.errors import NotFound
from cogwg.policy import Permission, has_permission
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.overview import public_briefing_version, publication_state
from cogwg.web.auth.access import actor, current_user, requires
from cogwg.web.briefings import blueprint
from cogwg.web.briefings.compare_table import changes_table
from cogwg.web.briefings.downloads import asks_for_whole, deck_downloads, stored_file_response
from cogwg.web.briefings.forms import CompareForm
from cogwg.web.briefings.presentation.player import player
from cogwg.web.briefings.presentation.slide_decisions import slide_decisions
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.downloads import download_response, download_urls
from cogwg.web.http.rate_limits import limit_downloads


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """Two frozen versions and what changed from the first to the second."""

    before: FrozenVersionFacts
    after: FrozenVersionFacts
    changes: tuple[PlanChange, ...]
    slides: tuple[SlideChange, ...]

    @property
    def groups(self) -> list[tuple[Bilingual, list[PlanChange]]]:
        return [(kind.words, [c for c in self.changes if c.kind is kind]) for kind in count_by_kind(self.changes)]

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.slides

    @property
    def is_backwards(self) -> bool:
        """Whether ``before`` is the later version; if so, the changes are shown in reverse."""
        return _chronological_key(self.before) > _chronological_key(self.after)


@blueprint.get("/briefings/<int:id>/versions/<int:number>")
@requires(Permission.READ_BRIEFINGS)
def version_page(lang: str, id: int, number: int) -> str:
    """Show a frozen version: its slides with the decisions on them, its files, and who froze it."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    stored_files, known = queries.stored_files(session(), id, number), queries.versions(session())
    summary = file_summary(deck) if has_only_summaries(deck, stored_files) else None
    recorded = decisions(session(), id, number)
    may_publish, key = has_permission(current_user().roles, Permission.PUBLISH), frozen.meeting_on.isoformat()
    may_record = has_permission(current_user().roles, Permission.RECORD_DECISIONS)
    return render_template(
        "briefings/version.html",
        player=player(deck, with_history=True).with_decisions(
            partial(slide_decisions, id, number, recorded, may_record=may_record)
        ),
        frozen=frozen,
        as_of=deck.as_of,
        place=deck.place,
        downloads=deck_downloads(
            "briefings.version_deck", lang, deck, [file.key for file in stored_files], id=id, number=number
        ),
        file_summary=summary,
        whole_downloads=deck_downloads("briefings.version_deck", lang, deck, whole=True, id=id, number=number)
        if summary
        else [],
        has_other_layout=other_layout(stored_files),
        versions=[version for version in known if version.briefing_id == id],
        comparable=len(known) > 1,
        may_prepare=has_permission(current_user().roles, Permission.PREPARE_BRIEFINGS),
        may_publish=may_publish,
        publication=publication_state(session(), PublicationKind.BRIEFING, key, clocks.now()) if may_publish else None,
        public_version=public_briefing_version(session(), key, clocks.now()) if may_publish else None,
    )


@blueprint.get("/briefings/<int:id>/versions/<int:number>/deck.<string:kind>")
@requires(Permission.READ_BRIEFINGS)
@limit_downloads
def version_deck(lang: str, id: int, number: int, kind: str) -> Response:
    """Download a file of a frozen version, in the language of the URL; ``?whole=1`` has every slide of a very large plan."""
    return stored_file_response(id, number, kind, lang, by=actor(), whole=asks_for_whole())


@blueprint.get("/briefings/compare")
@requires(Permission.READ_BRIEFINGS)
def compare_page(lang: str) -> str:
    """Show what changed between two frozen versions, by default the latest two."""
    known = queries.versions(session())
    form = CompareForm(request.args)
    form.before.choices = form.after.choices = [(_key(version), _label(version, lang)) for version in known]
    comparison = _requested_comparison(known) if len(known) > 1 else None
    if comparison is not None:
        form.before.data, form.after.data = _key(comparison.before), _key(comparison.after)
    keys = {} if comparison is None else {"before": _key(comparison.before), "after": _key(comparison.after)}
    return render_template(
        "briefings/compare.html",
        form=form,
        comparison=comparison,
        reversed_url=url_for("briefings.compare_page", lang=lang, before=keys["after"], after=keys["before"])
        if comparison
        else "",
        downloads=download_urls("briefings.compare_file", lang=lang, **keys) if comparison else {},
    )


@blueprint.get("/briefings/compare.<any(csv, xlsx):kind>")
@requires(Permission.READ_BRIEFINGS)
@limit_downloads
def compare_file(lang: str, kind: str) -> Response:
    """Download the comparison of two frozen versions as a CSV or Excel file."""
    known = queries.versions(session())
    if len(known) < 2:
        raise NotFound("two versions")
    comparison = _requested_comparison(known)
    values = comparison.before, comparison.after, comparison.changes, comparison.slides
    return download_response(changes_table(*values, i18n.current_language(), clocks.today()), kind)


def _requested_comparison(known: list[FrozenVersionFacts]) -> VersionComparison:
    """Compare the two versions named in the URL, by default the latest two. Raises ``NotFound`` for an unknown version."""
    by_key = {_key(version): version for version in known}
    asked = [request.args.get("before") or _key(known[1]), request.args.get("after") or _key(known[0])]
    if any(key not in by_key for key in asked):
        raise NotFound("version")
    before, after = (by_key[key] for key in asked)
    earlier, later = _deck(before), _deck(after)
    changes = without_renames(compare(earlier, later), names_since_rename(session()))
    return VersionComparison(before, after, changes, slide_changes(earlier, later))


def _deck(version: FrozenVersionFacts) -> Deck:
    return queries.frozen_deck(session(), version.briefing_id, version.number)[1]


def _chronological_key(version: FrozenVersionFacts) -> tuple[date, datetime]:
    return version.meeting_on, version.frozen_at


def _key(version: FrozenVersionFacts) -> str:
    return f"{version.briefing_id}.{version.number}"


def _label(version: FrozenVersionFacts, lang: str) -> str:
    values = {"audience": version.audience.text(lang), "day": day(version.meeting_on).text(lang), "number": version.number}
    return str(_("%(day)s, version %(number)s: %(audience)s", **values))
