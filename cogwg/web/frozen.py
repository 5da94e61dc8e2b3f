"""Frozen versions: one with its deck to take along, and what changed between two of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cogwg.briefing import queries
from cogwg.briefing.compare import SlideChange, compare, counted, slides
from cogwg.briefing.deck import Change, Deck
from cogwg.briefing.queries import Frozen
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import day
from cogwg.core.errors import NotFound
from cogwg.core.sheets import Column, Table
from cogwg.policy import Permission, may
from cogwg.web import clocks
from cogwg.web.access import requires, somebody
from cogwg.web.database import session
from cogwg.web.formats import attached, downloads
from cogwg.web.forms.freezing import CompareForm
from cogwg.web.limits import limited
from cogwg.web.preview_player import player
from cogwg.web.saving import downloads as files
from cogwg.web.saving import saved

blueprint = Blueprint("frozen", __name__, url_prefix="/<any(en, fr):lang>/briefings")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two frozen decks and what changed from the one to the other, by kind."""

    before: Frozen
    after: Frozen
    changes: tuple[Change, ...]
    slides: tuple[SlideChange, ...]

    @property
    def groups(self) -> list[tuple[Bilingual, list[Change]]]:
        return [(kind.words, [c for c in self.changes if c.kind is kind]) for kind in counted(self.changes)]

    @property
    def nothing(self) -> bool:
        return not self.changes and not self.slides


@blueprint.get("/<int:id>/versions/<int:number>")
@requires(Permission.READ_BRIEFINGS)
def version(lang: str, id: int, number: int) -> str:
    """A frozen version as it was shown: its slides, its files, who froze it."""
    frozen, deck = queries.frozen_deck(session(), id, number)
    return render_template(
        "briefings/version.html",
        player=player(deck),
        frozen=frozen,
        as_of=deck.as_of,
        place=deck.place,
        downloads=downloads("frozen.deck", lang, id=id, number=number),
        versions=queries.versions(session(), id),
        may_prepare=may(somebody().roles, Permission.PREPARE_BRIEFINGS),
    )


@blueprint.get("/<int:id>/versions/<int:number>/deck.<string:kind>")
@requires(Permission.READ_BRIEFINGS)
@limited
def deck(lang: str, id: int, number: int, kind: str) -> Response:
    """The deck of a frozen version as a file, in the language of the address."""
    _frozen, content = queries.frozen_deck(session(), id, number)
    return attached(content, kind, lang)


@blueprint.get("/compare")
@requires(Permission.READ_BRIEFINGS)
def compare_page(lang: str) -> str:
    """What changed between two frozen versions, by default the last two."""
    known = queries.versions(session())
    form = CompareForm(request.args)
    form.before.choices = form.after.choices = [(_key(one), _label(one, lang)) for one in known]
    found = _compared(known) if len(known) > 1 else None
    if found is not None:
        form.before.data, form.after.data = _key(found.before), _key(found.after)
    told = {} if found is None else {"before": _key(found.before), "after": _key(found.after)}
    return render_template(
        "briefings/compare.html",
        form=form,
        found=found,
        downloads=files("frozen.compare_file", lang=lang, **told) if found else {},
    )


@blueprint.get("/compare.<any(csv, xlsx):kind>")
@requires(Permission.READ_BRIEFINGS)
@limited
def compare_file(lang: str, kind: str) -> Response:
    """The same as a sheet."""
    known = queries.versions(session())
    if len(known) < 2:
        raise NotFound("two versions")
    return saved(_table(_compared(known)), kind)


def _compared(known: list[Frozen]) -> Compared:
    """The two versions of the address, else the last and the one before it. Raises ``NotFound`` for an unknown one."""
    by_key = {_key(one): one for one in known}
    asked = [request.args.get("before") or _key(known[1]), request.args.get("after") or _key(known[0])]
    if any(key not in by_key for key in asked):
        raise NotFound("version")
    before, after = (by_key[key] for key in asked)
    earlier, later = _deck(before), _deck(after)
    return Compared(before, after, compare(earlier, later), slides(earlier, later))


def _deck(version: Frozen) -> Deck:
    return queries.frozen_deck(session(), version.briefing_id, version.number)[1]


def _key(version: Frozen) -> str:
    return f"{version.briefing_id}.{version.number}"


def _label(version: Frozen, lang: str) -> str:
    told = {"audience": version.audience.text(lang), "day": day(version.meeting_on).text(lang), "number": version.number}
    return str(_("%(day)s, version %(number)s: %(audience)s", **told))


def _table(found: Compared) -> Table:
    columns = (
        Column(Bilingual("Change", "Changement"), 18),
        Column(Bilingual("Priority", "Priorité"), 10),
        Column(Bilingual("Activity or slide", "Activité ou diapositive"), 50),
        Column(Bilingual("Before", "Avant"), 34),
        Column(Bilingual("After", "Après"), 34),
        Column(Bilingual("Reason, as reported", "Raison, telle que rapportée"), 50),
        Column(Bilingual("Source", "Source"), 30),
    )
    rows = [
        (c.kind.words, f"{c.year}: {c.code or c.priority}", c.text, c.before, c.after, c.reason, c.source)
        for c in found.changes
    ]
    more = [
        (s.kind.words, "", s.title, _lines(s.before), _lines(s.after), Bilingual("", ""), Bilingual("", ""))
        for s in found.slides
    ]
    before, after = found.before, found.after
    name = Bilingual(
        f"Changes from {before.meeting_on.isoformat()} v{before.number} to {after.meeting_on.isoformat()} v{after.number}",
        f"Changements du {before.meeting_on.isoformat()} v{before.number} au {after.meeting_on.isoformat()} v{after.number}",
    )
    return Table(name, columns, (*rows, *more), clocks.today())


def _lines(found: tuple[Bilingual, ...]) -> Bilingual:
    return Bilingual("\n".join(text.text("en") for text in found), "\n".join(text.text("fr") for text in found))
