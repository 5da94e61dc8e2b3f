"""What changed since the last briefing: which of it is a talking point, in which order and in which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.deck import Change, ChangeKind
from cogwg.briefing.outline import Outline, Ticked
from cogwg.briefing.services import Deed
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.selection import Candidate, Choice, Chosen, left, spelled, stored, taken, typed
from cogwg.web.briefings.editor.step import Desk, Step, Told, work
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class ChangesSheet(Chosen):
    """The changes since the last frozen briefing, each with its choice."""

    changes: Mapping[str, Change]

    @property
    def groups(self) -> Iterator[tuple[str, list[tuple[Choice, Change]]]]:
        """The changes of each kind under its heading."""
        for kind in ChangeKind:
            rows = [(c, self.changes[c.candidate.key]) for c in self.choices if c.candidate.group == kind.value]
            if rows:
                yield kind.words.text(i18n.current()), rows

    @property
    def years(self) -> int:
        """How many plans the changes are of."""
        return len({change.year for change in self.changes.values()})

    def applied(self, outline: Outline) -> Outline:
        by_kind = [c for kind in ChangeKind for c in self.choices if c.candidate.group == kind.value]
        ticked = tuple(Ticked(key, wording) for key, wording in taken(by_kind))
        return replace(outline, changes=ticked, left=self.others + left(self.choices))

    def spelled(self) -> Mapping[str, Told]:
        return spelled("changes", _("Changes"), self.choices)

    def saved(self) -> str:
        taken_in = sum(choice.ticked for choice in self.choices)
        return str(
            ngettext(
                "Saved: %(num)s change of %(total)s is in the deck.",
                "Saved: %(num)s changes of %(total)s are in the deck.",
                taken_in,
                total=len(self.choices),
            )
        )


def _stored(desk: Desk) -> ChangesSheet:
    outline, material = desk.briefing.outline, desk.material
    candidates = _candidates(desk)
    if outline.changes is None:
        picks = [(change.key, Ticked(change.key).wording) for change in material.changes]
    else:
        picks = [(ticked.key, ticked.wording) for ticked in outline.changes]
    found = stored(candidates, picks, chosen=outline.changes is not None, left=outline.left)
    return _sheet(desk, found)


def _typed(desk: Desk) -> ChangesSheet:
    return _sheet(desk, typed(_candidates(desk)))


def _sheet(desk: Desk, choices: list[Choice]) -> ChangesSheet:
    changes = {change.key: change for change in desk.material.changes}
    others = tuple(key for key in desk.briefing.outline.left if key.startswith(("milestone-", "challenge-")))
    return ChangesSheet(tuple(choices), others, changes)


def _candidates(desk: Desk) -> list[Candidate]:
    lang = i18n.current()
    return [
        Candidate(
            change.key,
            change.kind.value,
            f"{change.code} {change.text.text(lang)}".strip(),
            change.text,
            _("Words for the deck"),
        )
        for change in desk.material.changes
    ]


STEP = Step("changes", Deed.CHOSE_CHANGES, "briefings/editor/changes.html", _stored, _typed, "news")


@blueprint.route("/briefings/<int:id>/changes", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def changes(lang: str, id: int) -> Response:
    """What changed since the last briefing, and what of it the deck says."""
    return work(lang, id, STEP)
