"""The step that selects which changes since the last briefing are in the deck, in which order and wording."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.briefing.deck import ChangeKind
from cogwg.briefing.outline import PickedChange
from cogwg.briefing.services import OutlineChange
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.briefings.editor import blueprint
from cogwg.web.briefings.editor.selection import Candidate, CandidateChoice, CandidateList, SelectionForm, by_group
from cogwg.web.briefings.editor.step import EditorContext, handle_step
from cogwg.web.http import i18n
from cogwg.web.http.pagination import ListPage, find_index, paginate


@dataclass(frozen=True, slots=True)
class ChangesForm(SelectionForm):
    """The changes since the last frozen briefing, each selected for the deck or not."""

    step = "changes"
    action = OutlineChange.CHOSE_CHANGES
    template = "briefings/editor/changes.html"
    next_step = "news"

    @staticmethod
    def candidate_lists(editor: EditorContext) -> dict[str, CandidateList]:
        lang, reported, stored = i18n.current_language(), editor.source.changes, editor.briefing.outline.changes
        candidates = [Candidate(c.key, c.kind, f"{c.code} " if c.code else "", c.text.text(lang), c.text, c) for c in reported]
        picks = [PickedChange(c.key) for c in reported] if stored is None else stored
        return {"changes": CandidateList(candidates, [(p.key, p.wording) for p in picks], stored is not None, has_pages=True)}

    @staticmethod
    def picks(ticked: Sequence[CandidateChoice]) -> tuple[PickedChange, ...]:
        kinds = list(ChangeKind)
        by_kind = sorted(ticked, key=lambda choice: kinds.index(choice.candidate.facts.kind))
        return tuple(PickedChange(choice.candidate.key, choice.deck_wording) for choice in by_kind)

    @property
    def list_page(self) -> ListPage[CandidateChoice]:
        """Return the page of changes that contains the row to focus, if any, or else the page that the URL requests."""
        groups = by_group(self.choices)
        rows = [choice for kind in ChangeKind for choice in groups.get(kind, ())]
        focused = find_index(rows, lambda choice: bool(choice.position.focused_button))
        return paginate(rows, "editor.changes", row_index=focused, **(request.view_args or {}))

    @property
    def page_url(self) -> str:
        """Return the URL of the shown page, to which its form is posted."""
        return url_for("editor.changes", **(request.view_args or {}), page=self.list_page.number)

    @property
    def unsaved_part(self) -> str:
        return self.step if self.list_page.number == 1 else f"{self.step}:{self.list_page.number}"

    @property
    def order(self) -> str:
        return " ".join(choice.candidate.key for choice in self.list_page.rows)

    @staticmethod
    def groups_of(page: ListPage[CandidateChoice]) -> Iterable[tuple[Hashable, list[CandidateChoice]]]:
        """Return the changes of a page, grouped by kind."""
        return by_group(page.rows).items()

    @property
    def counts(self) -> Counter[ChangeKind]:
        """Return the number of changes of each kind, on all pages."""
        return Counter(choice.candidate.facts.kind for choice in self.choices)

    @property
    def covers_several_plans(self) -> bool:
        return len({choice.candidate.facts.year for choice in self.choices}) > 1

    def saved_sentence(self) -> str:
        return str(
            ngettext(
                "Selection saved. %(num)s of %(total)s changes is in the deck.",
                "Selection saved. %(num)s of %(total)s changes are in the deck.",
                self.ticked_count,
                total=len(self.choices),
            )
        )


@blueprint.route("/briefings/<int:id>/changes", methods=["GET", "POST"])
@requires(Permission.PREPARE_BRIEFINGS)
def changes(lang: str, id: int) -> Response:
    """Select which changes since the last briefing are in the deck."""
    return handle_step(lang, id, ChangesForm)
