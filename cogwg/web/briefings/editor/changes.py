"""What changed since the last briefing: which changes are talking points, in which order and wording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ChangeKind, PlanChange
from cogwg.briefing.outline import Outline, PickedChange
from cogwg.briefing.services import OutlineChange
from cogwg.policy import Permission
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


@dataclass(frozen=True, slots=True)
class ChangesForm(ChoicesForm):
    """The changes since the last frozen briefing, each with its choice."""

    changes: Mapping[str, PlanChange]

    @property
    def groups(self) -> Iterator[tuple[str, list[tuple[CandidateChoice, PlanChange]]]]:
        """Yield the changes of each kind, with the heading of the kind."""
        for kind in ChangeKind:
            rows = [(c, self.changes[c.candidate.key]) for c in self.choices if c.candidate.group == kind.value]
            if rows:
                yield kind.words.text(i18n.current_language()), rows

    @property
    def plan_count(self) -> int:
        """Return how many plans the changes belong to."""
        return len({change.year for change in self.changes.values()})

    def apply_to(self, outline: Outline) -> Outline:
        by_kind = [c for kind in ChangeKind for c in self.choices if c.candidate.group == kind.value]
        ticked = tuple(PickedChange(key, wording) for key, wording in taken_wordings(by_kind))
        return replace(outline, changes=ticked, left=self.other_left_out + left_out_keys(self.choices))

    def labelled_texts(self) -> Mapping[str, LabelledText]:
        return choices_as_texts("changes", _("Changes"), self.choices)

    def saved_sentence(self) -> str:
        taken_in = sum(choice.is_ticked for choice in self.choices)
        return str(
            ngettext(
                "Changes saved. %(num)s of %(total)s is in the deck.",
                "Changes saved. %(num)s of %(total)s are in the deck.",
                taken_in,
                total=len(self.choices),
            )
        )


def _load_form(editor: EditorContext) -> ChangesForm:
    outline, material = editor.briefing.outline, editor.material
    candidates = _candidates(editor)
    if outline.changes is None:
        picks = [(change.key, PickedChange(change.key).wording) for change in material.changes]
    else:
        picks = [(ticked.key, ticked.wording) for ticked in outline.changes]
    found = stored_choices(candidates, picks, is_saved=outline.changes is not None, left_out=outline.left)
    return _build_form(editor, found)


def _parse_form(editor: EditorContext) -> ChangesForm:
    return _build_form(editor, posted_choices(_candidates(editor)))


def _build_form(editor: EditorContext, choices: list[CandidateChoice]) -> ChangesForm:
    changes = {change.key: change for change in editor.material.changes}
    others = tuple(key for key in editor.briefing.outline.left if key.startswith(("milestone-", "challenge-")))
    return ChangesForm(tuple(choices), others, changes)


def _candidates(editor: EditorContext) -> list[Candidate]:
    lang = i18n.current_language()
    return [
        Candidate(
            change.key,
            change.kind.value,
            f"{change.code} {change.text.text(lang)}".strip(),
            change.text,
            _("Text for the deck"),
        )
        for change in editor.material.changes
    ]


STEP = EditorStep("changes", OutlineChange.CHOSE_CHANGES, "briefings/editor/changes.html", _load_form, _parse_form, "news")


@blueprint.route("/briefings/<int:id>/changes", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def changes(lang: str, id: int) -> Response:
    """Select the changes since the last briefing that the deck shows."""
    return handle_step(lang, id, STEP)
