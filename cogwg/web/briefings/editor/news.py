"""Milestones and challenges of jurisdictions: which of them are in the deck, in which order and wording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.outline import Outline, PickedNews
from cogwg.briefing.services import OutlineChange
from cogwg.briefing.source import challenge_location
from cogwg.core.bilingual import Bilingual
from cogwg.policy import Permission
from cogwg.reporting.news.published import PublishedChallenge, PublishedMilestone
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.selection import (
    Candidate,
    CandidateChoice,
    ChoicesForm,
    choices_as_texts,
    left_out_keys,
    posted_choices,
    stored_choices,
    taken_wordings,
)
from cogwg.web.briefings.editor.step import EditorContext, EditorStep, LabelledText, handle_step
from cogwg.web.http import i18n
from cogwg.web.http.filters import excerpt

MILESTONE, CHALLENGE = "milestone-", "challenge-"
MAIN, EARLIER = "main", "earlier"


@dataclass(frozen=True, slots=True)
class NewsForm(ChoicesForm):
    """The reported milestones and challenges, each with its choice."""

    milestones: Mapping[str, PublishedMilestone]
    challenges: Mapping[str, PublishedChallenge]

    def milestone_choices(self, group: str) -> list[tuple[CandidateChoice, PublishedMilestone]]:
        """Return the milestones of a group: new or selected (``MAIN``), or available to the last briefing (``EARLIER``)."""
        return [(c, self.milestones[c.candidate.key]) for c in self.choices if c.candidate.group == group]

    @property
    def challenges_by_theme(self) -> Iterator[tuple[Bilingual, list[tuple[CandidateChoice, PublishedChallenge, Bilingual]]]]:
        """Yield the challenges of each theme, with the jurisdictions that agreed to be named."""
        rows = [(c, self.challenges[c.candidate.key]) for c in self.choices if c.candidate.key in self.challenges]
        for theme in dict.fromkeys(facts.theme for _choice, facts in rows):
            yield theme, [(choice, facts, challenge_location(facts)) for choice, facts in rows if facts.theme == theme]

    def apply_to(self, outline: Outline) -> Outline:
        told = [c for c in self.choices if c.candidate.key in self.milestones]
        held = [c for c in self.choices if c.candidate.key in self.challenges]
        return replace(
            outline, milestones=_picked(told), challenges=_picked(held), left=self.other_left_out + left_out_keys(self.choices)
        )

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        told = [c for c in self.choices if c.candidate.key in self.milestones]
        held = [c for c in self.choices if c.candidate.key in self.challenges]
        return {
            **choices_as_texts("milestones", _("Milestones"), told),
            **choices_as_texts("challenges", _("Challenges"), held),
        }

    def saved_sentence(self) -> str:
        count = sum(choice.is_ticked for choice in self.choices)
        return str(
            ngettext(
                "Selection saved. %(num)s milestone or challenge is in the deck.",
                "Selection saved. %(num)s milestones and challenges are in the deck.",
                count,
            )
        )


def _picked(choices: Iterable[CandidateChoice]) -> tuple[PickedNews, ...]:
    return tuple(PickedNews(int(key.rpartition("-")[2]), wording) for key, wording in taken_wordings(choices))


def _load_form(editor: EditorContext) -> NewsForm:
    material, outline = editor.material, editor.briefing.outline
    told = [(f"{MILESTONE}{p.id}", p.wording) for p in material.picked_milestones]
    held = [(f"{CHALLENGE}{p.id}", p.wording) for p in material.picked_challenges]
    found = stored_choices(_milestone_candidates(editor), told, is_saved=outline.milestones is not None, left_out=outline.left)
    found += stored_choices(_challenge_candidates(editor), held, is_saved=outline.challenges is not None, left_out=outline.left)
    return _build_form(editor, found)


def _parse_form(editor: EditorContext) -> NewsForm:
    return _build_form(editor, posted_choices(_milestone_candidates(editor)) + posted_choices(_challenge_candidates(editor)))


def _build_form(editor: EditorContext, choices: list[CandidateChoice]) -> NewsForm:
    others = tuple(key for key in editor.briefing.outline.left if not key.startswith((MILESTONE, CHALLENGE)))
    milestones = {f"{MILESTONE}{m.id}": m for m in editor.material.milestones}
    challenges = {f"{CHALLENGE}{c.id}": c for c in editor.material.challenges}
    return NewsForm(tuple(choices), others, milestones, challenges)


def _milestone_candidates(editor: EditorContext) -> list[Candidate]:
    """Return the milestones, newest first; those reported before the last briefing are apart, unless they are in the deck."""
    lang, material = i18n.current_language(), editor.material
    main = {m.id for m in material.new_milestones} | {p.id for p in material.picked_milestones}
    return [
        Candidate(
            f"{MILESTONE}{m.id}",
            MAIN if m.id in main else EARLIER,
            f"{m.jurisdiction.text(lang)}, {excerpt(m.text)}",
            m.text,
            _("Text for the deck"),
        )
        for m in material.milestones
    ]


def _challenge_candidates(editor: EditorContext) -> list[Candidate]:
    return [
        Candidate(f"{CHALLENGE}{c.id}", f"theme {c.theme.en} {c.theme.fr}", excerpt(c.text), c.text, _("Text for the deck"))
        for c in editor.material.challenges
    ]


STEP = EditorStep("news", OutlineChange.CHOSE_NEWS, "briefings/editor/news.html", _load_form, _parse_form, "priorities")


@blueprint.route("/briefings/<int:id>/news", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def news(lang: str, id: int) -> Response:
    """Select the milestones and challenges of jurisdictions that the deck shows."""
    return handle_step(lang, id, STEP)
