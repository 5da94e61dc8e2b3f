"""The challenges as a page shows them: rows by theme, counts by state, and what each reader may do with a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from cogwg.accounts.models import Jurisdiction
from cogwg.core.bilingual import Bilingual, sort_key
from cogwg.core.errors import NotFound
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.news.queries import ChallengeNews, Raiser, challenge, challenges_told, themes
from cogwg.reporting.news.rules import STATE_WORDS, ChallengeDraft, Move, moves_from
from cogwg.web.http.downloads import downloads
from cogwg.web.http.pagination import index, part
from cogwg.web.news.author import Theirs, Voice, changed_meanwhile, differing
from cogwg.web.news.forms import ChallengeForm, FilterForm, ShareForm


@dataclass(frozen=True)
class Share:
    """One jurisdiction's part in a challenge, which the reader may change; ``raiser`` is none for one that may still join."""

    form: ShareForm
    us_too_url: str
    take_back_url: str = ""
    raiser: Raiser | None = None


@dataclass(frozen=True)
class ChallengeRow:
    """A challenge on a page: read, its words in a ``form``, or with the buttons of its ``standing``.

    ``mine`` says that the reader speaks for one who shares it, ``pen`` that they may change its words and its state.
    """

    told: ChallengeNews
    voice: Voice
    lang: str
    form: ChallengeForm | None = None
    standing: bool = False
    alert: str = ""
    theirs: tuple[Theirs, ...] = ()

    @property
    def mine(self) -> bool:
        return self.voice.may()(self.told.jurisdiction_ids)

    @property
    def pen(self) -> bool:
        return self.voice.may()(self.told.pen)

    @property
    def state_words(self) -> Bilingual:
        return STATE_WORDS[self.told.state]

    @property
    def joining(self) -> list[tuple[str, Bilingual]]:
        """The reader's own jurisdictions that do not share it yet: the address of "us too", and their name."""
        shared = self.told.jurisdiction_ids
        return [(self.url("join", code), name) for id_, code, name in self.voice.own if id_ not in shared]

    @property
    def moves(self) -> list[tuple[str, str]]:
        """What can be done to its state: the code and the words of each button."""
        words = {
            Move.MITIGATE: _("Mark as mitigated"),
            Move.RESOLVE: _("Mark as resolved"),
            Move.REOPEN: _("Open it again"),
        }
        return [(move.value, words[move]) for move in moves_from(self.told.state)]

    @property
    def shares(self) -> list[Share]:
        """The parts of jurisdictions that the reader speaks for, then for the steering a place for one more."""
        spoken = [r for r in self.told.raised_by if self.voice.may()((r.jurisdiction_id,))]
        found = [
            Share(
                ShareForm(prefix(self.told.id, r.code), named=r.may_be_named, formdata=None),
                self.url("join", r.code),
                self.url("leave", r.code),
                r,
            )
            for r in spoken
        ]
        if self.voice.steers:
            codes = {r.code for r in self.told.raised_by}
            left = [(code, name) for code, name in self.voice.options if code not in codes]
            found.append(Share(ShareForm(prefix(self.told.id, ""), whose=left, formdata=None), self.url("join")))
        return found

    def url(self, verb: str = "page", whose: str = "") -> str:
        query: dict[str, Any] = {"for": whose} if whose else {}
        return url_for(f"news.challenge_{verb}", lang=self.lang, id=self.told.id, **query)

    def editing(self, form: ChallengeForm | None = None) -> ChallengeRow:
        """The row with its form open, filled from what it says unless a form is given."""
        if form is None:
            form = _filled(self, self.told.draft)
        return replace(self, form=form)


@dataclass(frozen=True, slots=True)
class StateFilter:
    """A choice of the state to show, with how many there are."""

    label: str
    url: str
    count: int
    current: bool


def prefix(id_: int, whose: str | None = None) -> str:
    """What the fields of a challenge's form begin with; those of one jurisdiction's part carry its code."""
    return f"c{id_}-" if whose is None else f"u{id_}-{whose}-"


def find_row(voice: Voice, id_: int, lang: str) -> ChallengeRow:
    """A challenge as it stands; a withdrawn one is there only for those who may restore it. Raises ``NotFound``."""
    row = ChallengeRow(challenge(voice.session, id_), voice, lang)
    if row.told.withdrawn_at is not None and not row.pen:
        raise NotFound(f"challenge {id_}")
    return row


def conflicting(row: ChallengeRow, theirs: ChallengeNews, yours: ChallengeDraft) -> ChallengeRow:
    """What they saved stands above the form; what one typed stays in it, and may be saved over theirs knowingly."""
    labels = {
        "theme": _("Theme"),
        "text_en": _("What holds you back, in English"),
        "text_fr": _("What holds you back, in French"),
    }
    found = differing(labels, _spelled(theirs.draft, row.lang), _spelled(yours, row.lang))
    fresh = replace(row, told=theirs, alert=changed_meanwhile(theirs), theirs=found)
    return fresh.editing(_filled(fresh, yours))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The challenges of one jurisdiction if its code is given, in one state if that is; ``rows`` are in all of them."""

    code: str
    state: str
    about: Jurisdiction | None
    rows: list[ChallengeRow]

    @property
    def standing(self) -> list[ChallengeRow]:
        return [row for row in self.rows if row.told.withdrawn_at is None]

    def groups(self, lang: str) -> list[tuple[Bilingual, list[ChallengeRow]]]:
        """Those of the state by theme, themes by name."""
        found: dict[Bilingual, list[ChallengeRow]] = {}
        for row in self.standing:
            if not self.state or row.told.state == self.state:
                found.setdefault(row.told.theme, []).append(row)
        return sorted(found.items(), key=lambda group: sort_key(group[0].text(lang)))


def chosen(voice: Voice, lang: str) -> Chosen:
    """What the address asks for. Raises ``NotFound`` for a jurisdiction or a state that there is not."""
    code, wanted = request.args.get("jurisdiction", ""), request.args.get("state", "")
    if wanted and wanted not in set(ChallengeState):
        raise NotFound("state")
    about = voice.named(code) if code else None
    return Chosen(code, wanted, about, [ChallengeRow(told, voice, lang) for told in challenges_told(voice.session, code=code)])


def board(voice: Voice, lang: str, form: ChallengeForm | None) -> dict[str, Any]:
    """What the page of challenges receives: those of the jurisdiction and in the state that the address names."""
    found = chosen(voice, lang)
    code, wanted, about = found.code, found.state, found.about
    if form is None and voice.may_tell:
        own = code if about and voice.may()((about.id,)) else ""
        known = themes(voice.session)
        form = ChallengeForm("new-", themes=known, whose=voice.whose, chosen=own, formdata=None)
    groups = found.groups(lang)
    lines = [row for _theme, rows in groups for row in rows]
    shown = part(lines, "news.challenge_list", at=index(lines, lambda row: str(row.told.id) == request.args.get("at")))
    here = {row.told.id for row in shown.rows}
    return {
        "part": shown,
        "groups": [(theme, kept, len(rows)) for theme, rows in groups if (kept := [r for r in rows if r.told.id in here])],
        "withdrawn": [row for row in found.rows if row.told.withdrawn_at is not None and row.pen],
        "states": _states(found.standing, lang, code, wanted),
        "form": form,
        "speaker": voice.own[0][2] if voice.own and not voice.whose else None,
        "filter": FilterForm(voice.options, code),
        "kept": [("state", wanted)] if wanted else [],
        "about": about.name if about else None,
        "here": url_for("news.challenge_list", lang=lang),
        "downloads": downloads("news.challenge_download", lang=lang, jurisdiction=code, state=wanted),
    }


def _states(rows: list[ChallengeRow], lang: str, code: str, wanted: str) -> list[StateFilter]:
    def one(label: str, state: str, count: int) -> StateFilter:
        query: dict[str, Any] = {**({"jurisdiction": code} if code else {}), **({"state": state} if state else {})}
        return StateFilter(label, url_for("news.challenge_list", lang=lang, **query), count, state == wanted)

    counted = [one(STATE_WORDS[s].text(lang), s.value, sum(r.told.state is s for r in rows)) for s in ChallengeState]
    return [one(_("All"), "", len(rows)), *counted]


def _filled(row: ChallengeRow, draft: ChallengeDraft) -> ChallengeForm:
    known = themes(row.voice.session)
    if draft.theme and draft.theme not in known:
        known.append(draft.theme)
    return ChallengeForm(prefix(row.told.id), draft, row.told.version, themes=known, formdata=None)


def _spelled(draft: ChallengeDraft, lang: str) -> dict[str, str]:
    return {"theme": draft.theme.text(lang), "text_en": draft.text.en, "text_fr": draft.text.fr}
