"""A milestone or a challenge on a page: its form, its buttons, and what another person changed in the meantime."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from flask import url_for
from flask_babel import gettext as _

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import NotFound
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES, NewsKind
from cogwg.reporting.news.queries import ChallengeNews, MilestoneNews, News, Raiser, themes
from cogwg.reporting.news.rules import CHALLENGE_STATE_LABELS, ChallengeDraft, ChallengeMove, MilestoneDraft, possible_moves
from cogwg.web.http.filters import plain
from cogwg.web.news.author import Author, concurrent_edit_sentence
from cogwg.web.news.forms import ChallengeForm, MilestoneForm, NewsItemForm, ShareForm, milestone_form


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field of a draft as text, to compare it with what another person saved: its label, text and language."""

    label: str
    text: str
    lang: str = ""


@dataclass(frozen=True)
class NewsItem(ABC):
    """A milestone or challenge on a page: read-only, or with its ``form`` while the reader edits it.

    ``concurrent_edits`` are the texts that another person saved in the meantime and that differ from those in the form.
    """

    news: Any
    author: Author
    lang: str
    form: NewsItemForm | None = None
    alert: str = ""
    concurrent_edits: tuple[FieldText, ...] = ()

    kind: ClassVar[NewsKind[Any, Any]]

    @classmethod
    def load(cls, author: Author, id_: int, lang: str) -> Self:
        """Return the item with this id.

        Raises ``NotFound`` if there is none, or if it was withdrawn and the person may not restore it.
        """
        item = cls(cls.kind.read(author.session, id_), author, lang)
        if item.news.withdrawn_at is not None and not item.may_edit:
            raise NotFound(f"{cls.kind.name} {id_}")
        return item

    @classmethod
    @abstractmethod
    def new_form(cls, author: Author, prefix: str, draft: Any = None, version: int = 0, **options: Any) -> NewsItemForm:
        """Build a form, filled in from the draft or, unless ``formdata`` is None, from the request."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The heading of the item's page."""

    @property
    @abstractmethod
    def topic(self) -> Bilingual:
        """What the item is about, for the breadcrumbs."""

    @property
    @abstractmethod
    def list_label(self) -> str:
        """The name of the page that lists such items."""

    @property
    @abstractmethod
    def retry_sentence(self) -> str:
        """A sentence that says what to do if another person changed the item before this person pressed a button."""

    @property
    @abstractmethod
    def owner_id(self) -> int | None:
        """The id of the jurisdiction that the item belongs to; None if several may share it."""

    @abstractmethod
    def field_texts(self, draft: Any) -> list[FieldText]:
        """Return the fields of a draft as texts, in the order of the form."""

    @property
    def may_edit(self) -> bool:
        return self.author.permission_check()(self.news.editing_jurisdiction_ids)

    @property
    def element_id(self) -> str:
        return f"{self.kind.name}-{self.news.id}"

    @property
    def field_prefix(self) -> str:
        return f"{self.kind.name[0]}{self.news.id}-"

    def url(self, verb: str = "page", **query: Any) -> str:
        return url_for(f"news.{self.kind.name}_{verb}", lang=self.lang, id=self.news.id, **query)

    def list_url(self, **query: Any) -> str:
        return url_for(f"news.{self.kind.name}_list", lang=self.lang, **query)

    def reloaded(self) -> Self:
        """Return the item as it is stored now. Raises ``NotFound`` as ``load`` does."""
        return self.load(self.author, self.news.id, self.lang)

    def posted_form(self) -> NewsItemForm:
        """Return the form of the item, filled in from the request."""
        return self.new_form(self.author, self.field_prefix)

    def with_form(self, form: NewsItemForm | None = None) -> Self:
        """Return the item with its form open, filled in from the news unless a form is given."""
        return replace(self, form=form if form is not None else self._filled_form(self.news.draft, self.news.version))

    def with_alert(self, news: News, alert: str) -> Self:
        """Return the item with its current data (``news``) and an alert that says why nothing was changed."""
        return replace(self, news=news, alert=alert)

    def with_concurrent_edit(self, theirs: News, yours: Any) -> Self:
        """Return the item with the other person's texts shown above the form.

        The form keeps what was typed, which can then be saved over the other person's texts.
        """
        pairs = zip(self.field_texts(theirs.draft), self.field_texts(yours), strict=True)
        edits = tuple(replace(text, text=text.text or _("(empty)")) for text, typed in pairs if text != typed)
        form = self._filled_form(yours, theirs.version)
        return replace(self, news=theirs, form=form, alert=concurrent_edit_sentence(theirs), concurrent_edits=edits)

    def _filled_form(self, draft: Any, version: int) -> NewsItemForm:
        return self.new_form(self.author, self.field_prefix, draft, version, formdata=None)


class MilestoneItem(NewsItem):
    """A milestone on a page."""

    news: MilestoneNews
    kind = MILESTONES

    @classmethod
    def new_form(
        cls, author: Author, prefix: str, draft: MilestoneDraft | None = None, version: int = 0, **options: Any
    ) -> MilestoneForm:
        return milestone_form(prefix, draft, version, **options)

    @property
    def title(self) -> str:
        return str(_("Milestone: %(who)s", who=plain(self.news.jurisdiction)))

    @property
    def topic(self) -> Bilingual:
        return self.news.jurisdiction

    @property
    def list_label(self) -> str:
        return str(_("Milestones"))

    @property
    def retry_sentence(self) -> str:
        return str(_("Review the changes before you withdraw the milestone."))

    @property
    def owner_id(self) -> int:
        return self.news.jurisdiction_id

    def field_texts(self, draft: MilestoneDraft) -> list[FieldText]:
        links = [" ".join(part for part in (link.url, link.label.en, link.label.fr) if part) for link in draft.links]
        return [
            FieldText(_("What was achieved (English)"), draft.text.en, "en"),
            FieldText(_("What was achieved (French)"), draft.text.fr, "fr"),
            FieldText(_("Status"), _("Under way") if draft.under_way else _("Done")),
            FieldText(_("Date"), draft.happened),
            FieldText(_("Links"), "\n".join(links)),
        ]


@dataclass(frozen=True)
class JurisdictionShare:
    """The form for a jurisdiction that shares a challenge, with the URLs to save the form and to remove the jurisdiction.

    In the form that adds a jurisdiction, ``raiser`` is None.
    """

    form: ShareForm
    join_url: str
    leave_url: str = ""
    raiser: Raiser | None = None


@dataclass(frozen=True)
class ChallengeItem(NewsItem):
    """A challenge on a page.

    With ``shows_actions``, it has buttons for its state and for the jurisdictions that share it.
    """

    news: ChallengeNews
    shows_actions: bool = False

    kind = CHALLENGES

    @classmethod
    def new_form(
        cls, author: Author, prefix: str, draft: ChallengeDraft | None = None, version: int = 0, **options: Any
    ) -> ChallengeForm:
        known_themes = themes(author.session)
        if draft is not None and draft.theme and draft.theme not in known_themes:
            known_themes.append(draft.theme)
        return ChallengeForm(prefix, draft, version, themes=known_themes, **options)

    @property
    def title(self) -> str:
        return str(_("Challenge: %(theme)s", theme=plain(self.news.theme)))

    @property
    def topic(self) -> Bilingual:
        return self.news.theme

    @property
    def list_label(self) -> str:
        return str(_("Challenges"))

    @property
    def retry_sentence(self) -> str:
        return str(_("Review the changes, then try again."))

    @property
    def owner_id(self) -> None:
        return None

    def field_texts(self, draft: ChallengeDraft) -> list[FieldText]:
        return [
            FieldText(_("Theme"), draft.theme.text(self.lang)),
            FieldText(_("Challenge (English)"), draft.text.en, "en"),
            FieldText(_("Challenge (French)"), draft.text.fr, "fr"),
        ]

    def with_alert(self, news: News, alert: str) -> ChallengeItem:
        item = super().with_alert(news, alert)
        return replace(item, shows_actions=item.is_shared_by_user)

    @property
    def is_shared_by_user(self) -> bool:
        """Whether the reader may act for a jurisdiction that shares the challenge."""
        return self.author.permission_check()(self.news.jurisdiction_ids)

    @property
    def state_label(self) -> Bilingual:
        return CHALLENGE_STATE_LABELS[self.news.state]

    @property
    def mark(self) -> str:
        """Return the name of the state's icon, which is also its CSS class."""
        return f"challenge-{self.news.state.value}"

    @property
    def join_options(self) -> list[tuple[str, Bilingual]]:
        """Return the reader's own jurisdictions that do not share the challenge yet, each as the URL to add it and its name."""
        shared = self.news.jurisdiction_ids
        return [(self.join_url(code), name) for id_, code, name in self.author.led_jurisdictions if id_ not in shared]

    @property
    def state_actions(self) -> list[tuple[str, str]]:
        """Return the possible changes of state, as the (code, label) of each button."""
        labels = {
            ChallengeMove.MITIGATE: _("Mark as mitigated"),
            ChallengeMove.RESOLVE: _("Mark as resolved"),
            ChallengeMove.REOPEN: _("Reopen"),
        }
        return [(move.value, labels[move]) for move in possible_moves(self.news.state)]

    @property
    def shares(self) -> list[JurisdictionShare]:
        """Return a form for each jurisdiction that shares the challenge and that the reader may act for.

        Co-chairs and the secretariat also get a form to add a jurisdiction.
        """
        shares = [
            JurisdictionShare(
                ShareForm(self.share_prefix(raiser.code), may_be_named=raiser.may_be_named, formdata=None),
                self.join_url(raiser.code),
                self.url("leave", **{"for": raiser.code}),
                raiser,
            )
            for raiser in self.news.raised_by
            if self.author.permission_check()((raiser.jurisdiction_id,))
        ]
        if self.author.may_report_on_behalf:
            codes = {raiser.code for raiser in self.news.raised_by}
            others = [(code, name) for code, name in self.author.all_options if code not in codes]
            shares.append(
                JurisdictionShare(ShareForm(self.share_prefix(), jurisdictions=others, formdata=None), self.url("join"))
            )
        return shares

    def join_url(self, jurisdiction_code: str) -> str:
        return self.url("join", **{"for": jurisdiction_code})

    def share_prefix(self, jurisdiction_code: str = "") -> str:
        """Return the prefix of the field names in a jurisdiction's ``ShareForm``."""
        return f"u{self.news.id}-{jurisdiction_code}-"
