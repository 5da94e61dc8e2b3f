"""The step that selects which milestones and challenges of jurisdictions are in the deck, in which order and wording."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.outline import PickedNews
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.source import challenge_location
from cogwg.core.bilingual import Bilingual
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.selection import Candidate, CandidateChoice, CandidateList, SelectionForm, by_group
from cogwg.web.briefings.editor.step import EditorContext, handle_step
from cogwg.web.http import i18n
from cogwg.web.http.filters import excerpt

MILESTONE, CHALLENGE = "milestone-", "challenge-"
MAIN, EARLIER = "main", "earlier"


@dataclass(frozen=True, slots=True)
class NewsForm(SelectionForm):
    """The reported milestones and challenges, each selected for the deck or not."""

    step = "news"
    action = OutlineChange.CHOSE_NEWS
    template = "briefings/editor/news.html"
    next_step = "priorities"

    @staticmethod
    def candidate_lists(editor: EditorContext) -> dict[str, CandidateList]:
        source, outline = editor.source, editor.briefing.outline
        milestones = [(f"{MILESTONE}{p.id}", p.wording) for p in source.picked_milestones]
        challenges = [(f"{CHALLENGE}{p.id}", p.wording) for p in source.picked_challenges]
        return {
            "milestones": CandidateList(_milestones(editor), milestones, outline.milestones is not None),
            "challenges": CandidateList(_challenges(editor), challenges, outline.challenges is not None),
        }

    @staticmethod
    def picks(ticked: Sequence[CandidateChoice]) -> tuple[PickedNews, ...]:
        return tuple(PickedNews(choice.candidate.facts.id, choice.deck_wording) for choice in ticked)

    @property
    def milestones(self) -> tuple[list[CandidateChoice], list[CandidateChoice]]:
        """Return two lists: the milestones that are new or selected, and those that the last briefing covered."""
        groups = by_group(self.lists["milestones"])
        return groups.get(MAIN, []), groups.get(EARLIER, [])

    @property
    def selects_earlier_milestone(self) -> bool:
        return any(choice.is_ticked for choice in self.milestones[1])

    @property
    def challenges_by_theme(self) -> Iterable[tuple[Hashable, list[CandidateChoice]]]:
        """Return the challenges grouped by theme."""
        return by_group(self.lists["challenges"]).items()

    @staticmethod
    def location(challenge: CandidateChoice) -> Bilingual:
        """Return where the challenge occurs, naming only the jurisdictions that agreed to be named."""
        return challenge_location(challenge.candidate.facts)

    def saved_sentence(self) -> str:
        return str(
            ngettext(
                "Selection saved. %(num)s milestone or challenge is in the deck.",
                "Selection saved. %(num)s milestones and challenges are in the deck.",
                self.ticked_count,
            )
        )


def _milestones(editor: EditorContext) -> list[Candidate]:
    """Return the milestones, newest first.

    Milestones that the last frozen briefing covered are in a separate group, unless they are selected.
    """
    lang, source = i18n.current_language(), editor.source
    main = {m.id for m in source.new_milestones} | {p.id for p in source.picked_milestones}
    return [
        Candidate(
            f"{MILESTONE}{m.id}",
            MAIN if m.id in main else EARLIER,
            _("%(name)s: %(value)s", name=m.jurisdiction.text(lang), value=""),
            excerpt(m.text),
            m.text,
            m,
        )
        for m in source.milestones
    ]


def _challenges(editor: EditorContext) -> list[Candidate]:
    return [Candidate(f"{CHALLENGE}{c.id}", c.theme, "", excerpt(c.text), c.text, c) for c in editor.source.challenges]


@blueprint.route("/briefings/<int:id>/news", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def news(lang: str, id: int) -> Response:
    """Select which milestones and challenges of jurisdictions are in the deck."""
    return handle_step(lang, id, NewsForm)
