"""The pages of a published commitment: an overview, and its assessments and editions over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.core.status import Status
from cogwg.tracker.commitments import (
    REVIEWS,
    Disagreement,
    PublishedAssessment,
    PublishedCommitment,
    ServingItem,
)
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CommitmentEdition
from cogwg.tracker.reading import themes_behind
from cogwg.tracker.values import PublishedCounts
from cogwg.web.auth.access import public
from cogwg.web.http import clocks, i18n, published
from cogwg.web.http.comment_subjects import open_form
from cogwg.web.http.commitment_fields import changed_field, changed_subject
from cogwg.web.http.forms import parse_number
from cogwg.web.public import blueprint
from cogwg.web.public.commitments import draw_commitments
from cogwg.web.public.responses import respond
from cogwg.web.public.shown import MAX_TOLD, NotPublished, refuse_withdrawn


@dataclass(frozen=True, slots=True)
class AssessorColumn:
    """An assessor's column in the table: an assessment, and its differences from the government's, by milestone."""

    assessment: PublishedAssessment
    differences: dict[str, Disagreement]


@dataclass(frozen=True, slots=True)
class Server:
    """A priority or activity that contributes to the commitment. ``url`` is "" if it is not public.

    ``counts`` are those of the priority's activities, None for an activity. ``status`` is the published status of an activity,
    None for a priority. Both are None if the item is not public.
    """

    item: ServingItem
    url: str
    counts: PublishedCounts | None
    status: Status | None


@blueprint.get("/<any(en, fr):lang>/commitments/<identifier>")
@public
def commitment(lang: str, identifier: str) -> Response:
    """Show an overview of a commitment, or of an earlier edition of it as it was published."""
    return _redirect_to_its_spelling(identifier) or respond(lambda record: _draw(record, identifier))


@blueprint.get("/<any(en, fr):lang>/commitments/<identifier>/assessments")
@public
def commitment_assessments(lang: str, identifier: str) -> Response:
    """Show every assessment of a commitment, and what was published when."""
    return _redirect_to_its_spelling(identifier) or respond(lambda record: _draw_assessments(record, identifier))


def _redirect_to_its_spelling(identifier: str) -> Response | None:
    """Return a redirect to the published spelling of an identifier if only upper and lower case differ, or None.

    The commitment may have been withdrawn.
    """
    record = published.everything()
    withdrawn = (notice.key for notice in record.withdrawals if notice.kind is PublicationKind.COMMITMENT)
    known = {*(edition.content.identifier for edition in record.commitment_editions), *withdrawn}
    spelled = next((each for each in known if each.casefold() == identifier.casefold()), None)
    if identifier in known or spelled is None:
        return None
    values: dict[str, Any] = {**request.args, **(request.view_args or {}), "identifier": spelled}
    return redirect(url_for(str(request.endpoint), **values), 301)


def find_commitment(record: PublicRecord, identifier: str, edition: int | None = None) -> CommitmentEdition:
    """Return an edition of a commitment, by default the newest.

    Raises ``NotFound`` if it is not public, and ``Withdrawn`` if the commitment was withdrawn.
    """
    refuse_withdrawn(record, PublicationKind.COMMITMENT, identifier)
    return record.commitment(identifier, edition)


def _draw(record: PublicRecord, identifier: str) -> str:
    asked = _asked_edition(record, identifier)
    edition = find_commitment(record, identifier, asked)
    content = edition.content
    return draw_commitments(
        "public/commitments/commitment.html",
        record,
        [content],
        as_of=edition.visible_on if asked is not None else None,
        is_asked_edition=asked is not None,
        edition=edition,
        newest=record.commitment(identifier),
        commitment=content,
        columns=_columns(content),
        review=content.review,
        earlier=_found_earlier(content),
        served_by=[_server(record, item) for item in content.served_by],
        lineage=[record.commitment(each) for each in content.lineage if _is_public(record, each)],
        comment_on=open_form(record, clocks.today()),
        heard_in=themes_behind(record, "commitment", identifier),
        continued_by=[e for e in record.commitments if identifier in e.content.lineage[:1]],
    )


def _asked_edition(record: PublicRecord, identifier: str) -> int | None:
    """Return the number of the edition in the URL, or None for the newest.

    Raises ``NotFound`` for a commitment that is not public, ``Withdrawn`` for one that was withdrawn, and ``NotPublished`` for
    an edition that does not exist.
    """
    newest, asked = find_commitment(record, identifier), request.args.get("edition", "")
    if not asked:
        return None
    number = parse_number(asked)
    if number not in [edition.edition for edition in record.editions_of_commitment(newest.content.identifier)]:
        raise NotPublished(_("%(identifier)s has no version “%(value)s”.", identifier=identifier, value=asked[:MAX_TOLD]))
    return number


def _is_public(record: PublicRecord, identifier: str) -> bool:
    return any(edition.content.identifier == identifier for edition in record.commitments)


def _columns(content: PublishedCommitment) -> list[AssessorColumn]:
    """Return the latest self-assessment, followed by the latest of each kind and of each organization, oldest first."""
    latest = {
        (each.kind.code, each.assessor if each.kind.code == "civil-society" else None): each for each in content.assessments
    }
    shown = sorted(latest.values(), key=lambda each: not each.is_self)
    differences = content.differences
    return [AssessorColumn(each, {d.milestone: d for d in differences if d.assessment is each}) for each in shown]


def _found_earlier(content: PublishedCommitment) -> dict[str, PublishedAssessment]:
    """Map each scale that the reviewer's latest report leaves out to the latest report that has it."""
    reviews = [each for each in reversed(content.assessments) if each.kind.code in REVIEWS]
    names = ("verifiable", "specificity", "impact", "carried_forward", "relevance", "openness")
    saying = {name: next((each for each in reviews if getattr(each, name)), None) for name in names}
    return {name: each for name, each in saying.items() if each is not None and each is not reviews[0]}


def _server(record: PublicRecord, item: ServingItem) -> Server:
    latest = record.latest(item.year)
    priority = latest.content.priority(item.priority) if latest is not None else None
    if latest is None or priority is None:
        return Server(item, "", None, None)
    lang, newest = i18n.current_language().value, record.latest()
    quarter = None if newest is not None and newest.id == latest.id else latest.content.key
    if not item.activity:
        url = url_for("public.tracker_priority", lang=lang, number=item.priority, quarter=quarter)
        return Server(item, url, latest.content.counts(priority.activities), None)
    own = next((activity for activity in priority.activities if activity.code == item.activity), None)
    url = url_for("public.tracker_activity", lang=lang, code=item.activity, quarter=quarter) if own is not None else ""
    return Server(item, url, None, own.status if own is not None else None)


def _draw_assessments(record: PublicRecord, identifier: str) -> str:
    edition = find_commitment(record, identifier)
    return draw_commitments(
        "public/commitments/assessments.html",
        record,
        [edition.content],
        edition=edition,
        commitment=edition.content,
        differences=_by_assessment(edition.content.differences),
        editions=record.editions_of_commitment(identifier)[::-1],
        changed_subject=changed_subject,
        changed_field=changed_field,
    )


def _by_assessment(differences: tuple[Disagreement, ...]) -> dict[str, list[Disagreement]]:
    """Group differences by the key of the assessment that makes them."""
    by_key: dict[str, list[Disagreement]] = {}
    for difference in differences:
        by_key.setdefault(difference.assessment.key, []).append(difference)
    return by_key
