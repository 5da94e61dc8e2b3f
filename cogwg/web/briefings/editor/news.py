"""Milestones and challenges of jurisdictions: which of them are in the deck, in which order, in the deck's own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.material import where
from cogwg.briefing.outline import Outline, Picked
from cogwg.briefing.services import Deed
from cogwg.core.bilingual import Bilingual
from cogwg.policy import Permission
from cogwg.reporting.news.published import ChallengeFacts, MilestoneFacts
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.selection import Candidate, Choice, Chosen, left, spelled, stored, taken, typed
from cogwg.web.briefings.editor.step import Desk, Step, Told, work
from cogwg.web.http import i18n
from cogwg.web.http.filters import excerpt

MILESTONE, CHALLENGE = "milestone-", "challenge-"
MAIN, EARLIER = "main", "earlier"


@dataclass(frozen=True, slots=True)
class NewsSheet(Chosen):
    """What jurisdictions told, each with its choice."""

    milestones: Mapping[str, MilestoneFacts]
    challenges: Mapping[str, ChallengeFacts]

    def told(self, group: str) -> list[tuple[Choice, MilestoneFacts]]:
        """The milestones to choose from (MAIN), or those that the last briefing could already show (EARLIER)."""
        return [(c, self.milestones[c.candidate.key]) for c in self.choices if c.candidate.group == group]

    @property
    def themes(self) -> Iterator[tuple[Bilingual, list[tuple[Choice, ChallengeFacts, Bilingual]]]]:
        """The challenges of each theme, with who meets them as far as they agreed to be named."""
        rows = [(c, self.challenges[c.candidate.key]) for c in self.choices if c.candidate.key in self.challenges]
        for theme in dict.fromkeys(facts.theme for _choice, facts in rows):
            yield theme, [(choice, facts, where(facts)) for choice, facts in rows if facts.theme == theme]

    def applied(self, outline: Outline) -> Outline:
        told = [c for c in self.choices if c.candidate.key in self.milestones]
        held = [c for c in self.choices if c.candidate.key in self.challenges]
        return replace(outline, milestones=_picked(told), challenges=_picked(held), left=self.others + left(self.choices))

    def spelled(self) -> Mapping[str, Told]:
        told = [c for c in self.choices if c.candidate.key in self.milestones]
        held = [c for c in self.choices if c.candidate.key in self.challenges]
        return {**spelled("milestones", _("Milestones"), told), **spelled("challenges", _("Challenges"), held)}

    def saved(self) -> str:
        count = sum(choice.ticked for choice in self.choices)
        return str(
            ngettext("Saved: %(num)s line of news is in the deck.", "Saved: %(num)s lines of news are in the deck.", count)
        )


def _picked(choices: Iterable[Choice]) -> tuple[Picked, ...]:
    return tuple(Picked(int(key.rpartition("-")[2]), wording) for key, wording in taken(choices))


def _stored(desk: Desk) -> NewsSheet:
    material, outline = desk.material, desk.briefing.outline
    told = [(f"{MILESTONE}{p.id}", p.wording) for p in material.picked_milestones]
    held = [(f"{CHALLENGE}{p.id}", p.wording) for p in material.picked_challenges]
    found = stored(_milestones(desk), told, chosen=outline.milestones is not None, left=outline.left)
    found += stored(_challenges(desk), held, chosen=outline.challenges is not None, left=outline.left)
    return _sheet(desk, found)


def _typed(desk: Desk) -> NewsSheet:
    return _sheet(desk, typed(_milestones(desk)) + typed(_challenges(desk)))


def _sheet(desk: Desk, choices: list[Choice]) -> NewsSheet:
    others = tuple(key for key in desk.briefing.outline.left if not key.startswith((MILESTONE, CHALLENGE)))
    milestones = {f"{MILESTONE}{m.id}": m for m in desk.material.milestones}
    challenges = {f"{CHALLENGE}{c.id}": c for c in desk.material.challenges}
    return NewsSheet(tuple(choices), others, milestones, challenges)


def _milestones(desk: Desk) -> list[Candidate]:
    """Newest first; those that were told before the last briefing are apart, unless they are in the deck."""
    lang, material = i18n.current(), desk.material
    main = {m.id for m in material.new_milestones} | {p.id for p in material.picked_milestones}
    return [
        Candidate(
            f"{MILESTONE}{m.id}",
            MAIN if m.id in main else EARLIER,
            f"{m.jurisdiction.text(lang)}, {excerpt(m.text)}",
            m.text,
            _("Words for the deck"),
        )
        for m in material.milestones
    ]


def _challenges(desk: Desk) -> list[Candidate]:
    return [
        Candidate(f"{CHALLENGE}{c.id}", f"theme {c.theme.en} {c.theme.fr}", excerpt(c.text), c.text, _("Words for the deck"))
        for c in desk.material.challenges
    ]


STEP = Step("news", Deed.CHOSE_NEWS, "briefings/editor/news.html", _stored, _typed, "priorities")


@blueprint.route("/briefings/<int:id>/news", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def news(lang: str, id: int) -> Response:
    """What jurisdictions told, and what of it the deck says."""
    return work(lang, id, STEP)
