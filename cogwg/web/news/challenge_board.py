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
from cogwg.reporting.news.queries import ChallengeNews, Raiser, challenge, list_challenges, themes
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS, ChallengeDraft, ChallengeMove, possible_moves
from cogwg.web.http.downloads import download_urls
from cogwg.web.http.pagination import find_index, paginate
from cogwg.web.news.author import Author, ConcurrentEdit, concurrent_edit_sentence, concurrent_edits
from cogwg.web.news.forms import ChallengeForm, NewsFilterForm, ShareForm


@dataclass(frozen=True)
class JurisdictionShare:
    """A jurisdiction's part in a challenge, which the reader may change; ``raiser`` is None for one that may still join."""

    form: ShareForm
    join_url: str
    leave_url: str = ""
    raiser: Raiser | None = None


@dataclass(frozen=True)
class ChallengeItem:
    """A challenge on a page: read-only, with the ``form`` of its text, or with its buttons (``shows_actions``).

    ``is_shared_by_user`` says that the reader acts for a jurisdiction that shares it, ``may_edit`` that they may change its
    text and state.
    """

    challenge: ChallengeNews
    author: Author
    lang: str
    form: ChallengeForm | None = None
    shows_actions: bool = False
    alert: str = ""
    concurrent_edits: tuple[ConcurrentEdit, ...] = ()

    @property
    def is_shared_by_user(self) -> bool:
        return self.author.permission_check()(self.challenge.jurisdiction_ids)

    @property
    def may_edit(self) -> bool:
        return self.author.permission_check()(self.challenge.editing_jurisdiction_ids)

    @property
    def state_label(self) -> Bilingual:
        return CHALLENGE_STATE_LABELS[self.challenge.state]

    @property
    def join_options(self) -> list[tuple[str, Bilingual]]:
        """Return the reader's own jurisdictions that do not share it yet: the URL of "us too", and their name."""
        shared = self.challenge.jurisdiction_ids
        return [(self.url("join", code), name) for id_, code, name in self.author.led_jurisdictions if id_ not in shared]

    @property
    def state_actions(self) -> list[tuple[str, str]]:
        """Return the possible state changes: the code and label of each button."""
        words = {
            ChallengeMove.MITIGATE: _("Mark as mitigated"),
            ChallengeMove.RESOLVE: _("Mark as resolved"),
            ChallengeMove.REOPEN: _("Reopen"),
        }
        return [(move.value, words[move]) for move in possible_moves(self.challenge.state)]

    @property
    def shares(self) -> list[JurisdictionShare]:
        """Return the shares that the reader may change; for co-chairs and the secretariat, also an empty one to add another."""
        spoken = [r for r in self.challenge.raised_by if self.author.permission_check()((r.jurisdiction_id,))]
        found = [
            JurisdictionShare(
                ShareForm(field_prefix(self.challenge.id, r.code), may_be_named=r.may_be_named, formdata=None),
                self.url("join", r.code),
                self.url("leave", r.code),
                r,
            )
            for r in spoken
        ]
        if self.author.may_report_on_behalf:
            codes = {r.code for r in self.challenge.raised_by}
            left = [(code, name) for code, name in self.author.all_options if code not in codes]
            found.append(
                JurisdictionShare(
                    ShareForm(field_prefix(self.challenge.id, ""), jurisdictions=left, formdata=None), self.url("join")
                )
            )
        return found

    def url(self, verb: str = "page", jurisdiction_code: str = "") -> str:
        query: dict[str, Any] = {"for": jurisdiction_code} if jurisdiction_code else {}
        return url_for(f"news.challenge_{verb}", lang=self.lang, id=self.challenge.id, **query)

    def with_form(self, form: ChallengeForm | None = None) -> ChallengeItem:
        """Return the row with its form open, filled from the challenge unless a form is given."""
        if form is None:
            form = _filled_form(self, self.challenge.draft)
        return replace(self, form=form)


@dataclass(frozen=True, slots=True)
class StateFilter:
    """A state to filter by, with the number of challenges in it."""

    label: str
    url: str
    count: int
    is_current: bool


def field_prefix(id_: int, jurisdiction_code: str | None = None) -> str:
    """Return the prefix of the fields in a challenge's form; a jurisdiction's share has its code in it."""
    return f"c{id_}-" if jurisdiction_code is None else f"u{id_}-{jurisdiction_code}-"


def load_challenge(author: Author, id_: int, lang: str) -> ChallengeItem:
    """Return a challenge; a withdrawn one only for those who may restore it. Raises ``NotFound``."""
    row = ChallengeItem(challenge(author.session, id_), author, lang)
    if row.challenge.withdrawn_at is not None and not row.may_edit:
        raise NotFound(f"challenge {id_}")
    return row


def with_concurrent_edit(row: ChallengeItem, theirs: ChallengeNews, yours: ChallengeDraft) -> ChallengeItem:
    """Show what the other person saved above the form; what was typed stays in it, and may be saved over theirs knowingly."""
    labels = {
        "theme": _("Theme"),
        "text_en": _("Challenge (English)"),
        "text_fr": _("Challenge (French)"),
    }
    found = concurrent_edits(labels, _texts_by_field(theirs.draft, row.lang), _texts_by_field(yours, row.lang))
    fresh = replace(row, challenge=theirs, alert=concurrent_edit_sentence(theirs), concurrent_edits=found)
    return fresh.with_form(_filled_form(fresh, yours))


@dataclass(frozen=True, slots=True)
class ChallengeSelection:
    """The challenges of one jurisdiction if its code is given; ``rows`` are in all states, ``state`` selects those to show."""

    code: str
    state: str
    jurisdiction: Jurisdiction | None
    rows: list[ChallengeItem]

    @property
    def visible_rows(self) -> list[ChallengeItem]:
        return [row for row in self.rows if row.challenge.withdrawn_at is None]

    def groups_by_theme(self, lang: str) -> list[tuple[Bilingual, list[ChallengeItem]]]:
        """Return those in the selected state by theme, sorted by its name."""
        found: dict[Bilingual, list[ChallengeItem]] = {}
        for row in self.visible_rows:
            if not self.state or row.challenge.state == self.state:
                found.setdefault(row.challenge.theme, []).append(row)
        return sorted(found.items(), key=lambda group: sort_key(group[0].text(lang)))


def requested_challenges(author: Author, lang: str) -> ChallengeSelection:
    """Return the challenges the URL asks for. Raises ``NotFound`` for an unknown jurisdiction or state."""
    code, wanted = request.args.get("jurisdiction", ""), request.args.get("state", "")
    if wanted and wanted not in set(ChallengeState):
        raise NotFound("state")
    about = author.jurisdiction_by_code(code) if code else None
    return ChallengeSelection(
        code, wanted, about, [ChallengeItem(told, author, lang) for told in list_challenges(author.session, code=code)]
    )


def board_context(author: Author, lang: str, form: ChallengeForm | None) -> dict[str, Any]:
    """Return the template context of the challenges page, for the jurisdiction and state in the URL."""
    found = requested_challenges(author, lang)
    code, wanted, about = found.code, found.state, found.jurisdiction
    if form is None and author.may_post_news:
        own = code if about and author.permission_check()((about.id,)) else ""
        known = themes(author.session)
        form = ChallengeForm("new-", themes=known, jurisdictions=author.own_options, chosen_code=own, formdata=None)
    groups = found.groups_by_theme(lang)
    lines = [row for _theme, rows in groups for row in rows]
    shown = paginate(
        lines, "news.challenge_list", row_index=find_index(lines, lambda row: str(row.challenge.id) == request.args.get("at"))
    )
    here = {row.challenge.id for row in shown.rows}
    return {
        "list_page": shown,
        "groups": [(theme, kept, len(rows)) for theme, rows in groups if (kept := [r for r in rows if r.challenge.id in here])],
        "withdrawn": [row for row in found.rows if row.challenge.withdrawn_at is not None and row.may_edit],
        "states": _state_filters(found.visible_rows, lang, code, wanted),
        "form": form,
        "author_name": author.led_jurisdictions[0][2] if author.led_jurisdictions and not author.own_options else None,
        "filter_form": NewsFilterForm(author.all_options, code),
        "hidden_values": [("state", wanted)] if wanted else [],
        "jurisdiction_name": about.name if about else None,
        "list_url": url_for("news.challenge_list", lang=lang),
        "downloads": download_urls("news.challenge_download", lang=lang, jurisdiction=code, state=wanted),
    }


def _state_filters(rows: list[ChallengeItem], lang: str, code: str, wanted: str) -> list[StateFilter]:
    def one(label: str, state: str, count: int) -> StateFilter:
        query: dict[str, Any] = {**({"jurisdiction": code} if code else {}), **({"state": state} if state else {})}
        return StateFilter(label, url_for("news.challenge_list", lang=lang, **query), count, state == wanted)

    counted = [
        one(CHALLENGE_STATE_LABELS[s].text(lang), s.value, sum(r.challenge.state is s for r in rows)) for s in ChallengeState
    ]
    return [one(_("All"), "", len(rows)), *counted]


def _filled_form(row: ChallengeItem, draft: ChallengeDraft) -> ChallengeForm:
    known = themes(row.author.session)
    if draft.theme and draft.theme not in known:
        known.append(draft.theme)
    return ChallengeForm(field_prefix(row.challenge.id), draft, row.challenge.version, themes=known, formdata=None)


def _texts_by_field(draft: ChallengeDraft, lang: str) -> dict[str, str]:
    return {"theme": draft.theme.text(lang), "text_en": draft.text.en, "text_fr": draft.text.fr}
