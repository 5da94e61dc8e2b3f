"""The feeds of the commitments: each publication with what it changed, and each withdrawal."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core import atom
from cogwg.core.bilingual import Language
from cogwg.core.calendar import end_of_day
from cogwg.core.errors import NotFound
from cogwg.core.group import GROUP_NAME
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CommitmentEdition
from cogwg.web.auth.access import public
from cogwg.web.http import clocks
from cogwg.web.http.commitment_fields import changed_field, changed_subject
from cogwg.web.http.filters import plain
from cogwg.web.http.public_addresses import public_url_for
from cogwg.web.public import blueprint
from cogwg.web.public.commitment_words import verdict
from cogwg.web.public.feeds import fingerprints, withdrawal_words
from cogwg.web.public.responses import respond

ATOM = "application/atom+xml; charset=utf-8"


@blueprint.get("/<any(en, fr):lang>/feeds/commitments.atom")
@public
def commitments_feed(lang: str) -> Response:
    """Return the feed of all commitments, newest entry first."""
    return respond(lambda record: _feed(record, lang, ""), ATOM)


@blueprint.get("/<any(en, fr):lang>/feeds/commitments/<identifier>.atom")
@public
def commitment_feed(lang: str, identifier: str) -> Response:
    """Return the feed of one commitment, newest entry first."""
    return respond(lambda record: _feed(record, lang, identifier), ATOM)


def _feed(record: PublicRecord, lang: str, identifier: str) -> bytes:
    editions = [e for e in record.commitment_editions if identifier in ("", e.content.identifier)]
    withdrawals = [
        notice for notice in record.withdrawals if notice.kind is PublicationKind.COMMITMENT and identifier in ("", notice.key)
    ]
    if identifier and not editions and not withdrawals:
        raise NotFound(f"published commitment {identifier}")
    # Of the editions published at the same time, those with differences come first, then those with assessments.
    editions = sorted(editions, key=lambda e: (not e.content.differences, not e.content.assessments, e.content.identifier))
    entries = [_entry(edition, lang) for edition in editions]
    for notice in withdrawals:
        title, summary, url = withdrawal_words(notice, lang)
        key = f"commitment/{notice.id}/withdrawn/{lang}"
        entries.append(atom.Entry(key, title, notice.withdrawn_at, plain(GROUP_NAME), summary, url))
    entries.sort(key=lambda entry: entry.at, reverse=True)
    if identifier:
        page = public_url_for("public.commitment", lang=lang, identifier=identifier)
        address = public_url_for("public.commitment_feed", lang=lang, identifier=identifier)
        title = _("Commitment %(identifier)s: what is published", identifier=identifier)
    else:
        page = public_url_for("public.commitments", lang=lang)
        address = public_url_for("public.commitments_feed", lang=lang)
        title = _("Commitments: what is published")
    return atom.feed(
        title,
        entries,
        key=f"commitments/{identifier}",
        lang=Language(lang),
        author=plain(GROUP_NAME),
        page=page,
        address=address,
        since=end_of_day(clocks.today() - timedelta(days=1)),
    )


def _entry(edition: CommitmentEdition, lang: str) -> atom.Entry:
    content = edition.content
    title = f"{content.identifier} {plain(content.title)}"
    if edition.changes:
        changes = str(ngettext("%(num)s change", "%(num)s changes", len(edition.changes)))
        title = _("%(title)s (%(changes)s)", title=title, changes=changes)
    colon = _(":")
    words = [] if edition.edition > 1 else [_("First published.")]
    words.append(str(verdict(content).striptags()))
    for change in edition.changes:
        what = ", ".join(filter(None, (changed_subject(change, content), changed_field(change))))
        words.append(f"{what}{colon} {plain(change.before) or '–'} → {plain(change.after) or '–'}")
    if content.sample:
        words.append(_("sample data"))
    url = public_url_for("public.commitment", lang=lang, identifier=content.identifier, edition=edition.edition)
    summary = " · ".join([*words, *fingerprints(edition)])
    return atom.Entry(f"commitment/{edition.id}/{lang}", title, edition.visible_at, plain(GROUP_NAME), summary, url)
