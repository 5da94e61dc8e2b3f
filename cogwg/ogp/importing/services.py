"""Commands on files of commitments: preview what a file would change, save all of it as one step, and undo it.

If a file has an error, nothing is saved. None of the commands commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import N_, Conflict, Invalid, NotFound
from cogwg.core.serialization import Serializer
from cogwg.imports import services as uploads
from cogwg.imports.previews import Cell, Change, Preview, Problem
from cogwg.imports.queries import UploadHead
from cogwg.imports.rules import Claim
from cogwg.ogp.editing import add_action_plan, changed_values, facts_of, record_commitment, remove_commitment
from cogwg.ogp.facts import ActionPlanFacts, CommitmentFacts, check_commitment
from cogwg.ogp.importing.csv_files import problem
from cogwg.ogp.importing.federal_files import YEARS
from cogwg.ogp.importing.lists import BAD_FOLLOWS
from cogwg.ogp.importing.merging import changes, merged
from cogwg.ogp.importing.stated import FileKind, ReadCommitments, StatedCommitment
from cogwg.ogp.models import ActionPlan, Commitment, Indicator
from cogwg.ogp.scales import CommitmentState
from cogwg.ogp.stale_texts import restore_marks

OTHER_CYCLE = N_("%(identifier)s is recorded in the action plan that began in %(year)s. Correct the cycle or the identifier.")
UNKNOWN_PARENT = N_("%(identifier)s is neither in this file nor on this site. Correct the identifier, or add that commitment.")
PLAN_YEARS = 2
"""How many years an action plan lasts if the file does not state this, as usual in the OGP."""
_TITLES = {
    FileKind.LIST: ("Canada Action Plan {}–{}", "Plan d’action du Canada de {} à {}"),
    FileKind.NAP5: (
        "National Action Plan on Open Government {}–{}",
        "Plan d’action national pour un gouvernement ouvert de {} à {}",
    ),
}


@dataclass(frozen=True, slots=True)
class CheckedCommitments:
    """What a file would change. ``to_save`` are the commitments that differ from the stored ones, each with the stored
    version, or None for a new one.

    ``plans`` are the action plans that are not recorded yet. ``payload`` is stored with the preview, so that an outdated
    preview can be detected.
    """

    preview: Preview
    scope: str
    plans: tuple[ActionPlanFacts, ...]
    to_save: tuple[tuple[CommitmentFacts, int | None], ...]

    @property
    def payload(self) -> dict[str, Any]:
        new = sum(version is None for _facts, version in self.to_save)
        return {
            "versions": {facts.identifier: version for facts, version in self.to_save},
            "new": new,
            "changed": len(self.to_save) - new,
        }


class ImportNotClaimed(Exception):
    """The upload cannot be applied. ``claim`` is the reason."""

    def __init__(self, claim: Claim) -> None:
        super().__init__(claim.value)
        self.claim = claim


def check_file(session: Session, read: ReadCommitments, *, today: date) -> CheckedCommitments:
    """Return what a file would change. If it has an error, ``to_save`` and ``plans`` are empty."""
    stored = _stored(session, (each.identifier for each in read.commitments))
    recorded = session.execute(select(Commitment.identifier, ActionPlan.start_year).join(ActionPlan))
    cycles = {row.identifier: row.start_year for row in recorded}
    own_plans = {plan.start_year: plan.end_year for plan in session.scalars(select(ActionPlan))}
    ends = {each.cycle: own_plans.get(each.cycle, _end_year(read.kind, each.cycle)) for each in read.commitments}
    problems = [*read.problems, *_parent_problems(read.commitments, cycles)]
    all_changes: list[Change] = []
    to_save: list[tuple[CommitmentFacts, int | None]] = []
    unchanged = 0
    for stated in sorted(read.commitments, key=lambda each: each.cycle):
        before, version = stored.get(stated.identifier, (None, None))
        state = CommitmentState.ACTIVE if ends[stated.cycle] >= today.year else CommitmentState.INACTIVE
        after = merged(stated, before, state)
        if before is not None and not any(changed_values(before, after)):
            unchanged += 1
            continue
        problems += _rule_problems(stated, after)
        all_changes += changes(before, after, stated)
        to_save.append((after, version))
    preview = Preview(tuple(all_changes), tuple(problems), unchanged=unchanged, left_out=read.left_out)
    if preview.errors:
        return CheckedCommitments(preview, _scope(read), (), ())
    missing = sorted({facts.cycle for facts, _version in to_save} - own_plans.keys())
    plans = tuple(_plan(read.kind, year, ends[year]) for year in missing)
    return CheckedCommitments(preview, _scope(read), plans, tuple(to_save))


def save_commitments(session: Session, checked: CheckedCommitments, *, by: Actor, at: datetime) -> list[dict[str, Any]]:
    """Save all changes of a file; return the identifier, the new version and the replaced values (or None) of each commitment.

    Raises ``Conflict`` if a commitment was changed or added since the file was checked, and the errors of
    ``record_commitment``. The caller must then roll back the transaction.
    """
    before = _stored(session, (facts.identifier for facts, _version in checked.to_save))
    for plan in checked.plans:
        add_action_plan(session, plan, by=by, at=at)
    lines = []
    for facts, version in checked.to_save:
        replaced, stored_version = before.get(facts.identifier, (None, None))
        if stored_version != version:
            raise Conflict(facts.identifier)
        record_commitment(session, facts, version=version, by=by, at=at)
        line: dict[str, Any] = {"identifier": facts.identifier, "version": (version or 0) + 1}
        lines.append(line | {"before": Serializer().dump(replaced) if replaced is not None else None})
    return lines


def apply_commitments(
    session: Session, upload: UploadHead, checked: CheckedCommitments, *, revision: int, by: Actor, at: datetime, now: datetime
) -> None:
    """Save the changes of an uploaded file, and store the replaced values with the upload.

    ``checked`` must have been computed from the file just before. Raises ``ImportNotClaimed`` if the upload was already
    applied or can no longer be applied, or if there is nothing to save, and the errors of ``save_commitments``.
    """
    claimed = uploads.claim(session, upload.id, upload.person_id, revision, at=at, now=now)
    if claimed is not Claim.CLAIMED or not checked.to_save:
        raise ImportNotClaimed(claimed if claimed is not Claim.CLAIMED else Claim.OUTDATED)
    lines = save_commitments(session, checked, by=by, at=at)
    added = [line["identifier"] for line in lines if line["before"] is None]
    changed = [line["identifier"] for line in lines if line["before"] is not None]
    outcome = {"rows": lines, "changes": len(checked.preview.changes), "added": added, "changed": changed}
    recorded = {"scope": checked.scope, "added": len(added), "changed": len(changed)}
    uploads.record_applied(session, upload.id, outcome, recorded, by=by, at=at)


def undo_commitments(session: Session, upload: UploadHead, *, by: Actor, at: datetime) -> bool:
    """Restore the commitments as they were before a file was saved, except those that were changed since.

    A commitment that the file added is removed, unless it has assessments or is otherwise in use (see ``remove_commitment``).
    Returns False if the upload was already undone.
    """
    if not uploads.claim_undo(session, upload.id, upload.person_id, at=at):
        return False
    undone, left = [], []
    for line in reversed((upload.outcome or {})["rows"]):
        identifier, version = line["identifier"], int(line["version"])
        try:
            with session.begin_nested():
                if line["before"] is None:
                    remove_commitment(session, identifier, version=version, by=by, at=at)
                else:
                    facts = Serializer().load(CommitmentFacts, line["before"])
                    record_commitment(session, facts, version=version, by=by, at=at)
                    restore_marks(session, facts)
            undone.append(identifier)
        except (Conflict, NotFound, Invalid):
            left.append(identifier)
    recorded = {"scope": upload.scope, "undone": len(undone), "kept": len(left)}
    uploads.record_undone(session, upload.id, {"codes": undone, "kept": left}, recorded, by=by, at=at)
    return True


def _stored(session: Session, identifiers: Iterable[str]) -> dict[str, tuple[CommitmentFacts, int]]:
    rows = session.scalars(
        select(Commitment)
        .where(Commitment.identifier.in_(set(identifiers)))
        .options(
            joinedload(Commitment.plan),
            selectinload(Commitment.milestones),
            selectinload(Commitment.served_by),
            selectinload(Commitment.indicators).selectinload(Indicator.actuals),
        )
        .execution_options(populate_existing=True)
    )
    return {row.identifier: (facts_of(row), row.version) for row in rows}


def _parent_problems(commitments: Iterable[StatedCommitment], stored: Mapping[str, int]) -> Iterator[Problem]:
    """Yield a problem for each commitment that is recorded in another plan, or that continues a commitment that is unknown or
    does not belong to an earlier plan.
    """
    cycles = {**stored, **{each.identifier: each.cycle for each in commitments}}
    for each in commitments:
        if (year := stored.get(each.identifier, each.cycle)) != each.cycle:
            values = {"identifier": each.identifier, "year": year}
            yield _parent_problem(each, OTHER_CYCLE, "cycle", str(each.cycle), values)
        if each.follows and each.follows not in cycles:
            yield _parent_problem(each, UNKNOWN_PARENT, "follows", each.follows, {"identifier": each.follows})
        elif each.follows and cycles[each.follows] >= each.cycle:
            yield _parent_problem(each, BAD_FOLLOWS, "follows", each.follows)


def _parent_problem(
    stated: StatedCommitment, sentence: str, column: str, content: str, values: Mapping[str, Any] | None = None
) -> Problem:
    return problem(column, sentence, stated.row, column, content=content, subject=stated.identifier, values=values)


def _rule_problems(stated: StatedCommitment, facts: CommitmentFacts) -> Iterator[Problem]:
    """Yield a problem for each rule for commitments that the file breaks, at the first row of the commitment or indicator."""
    try:
        check_commitment(facts)
    except Invalid as refusal:
        rows = {each.code: each.row for each in stated.indicators}
        for field, message in refusal.problems:
            part, _, rest = field.partition("-")
            number = rest.partition("-")[0]
            code = facts.indicators[int(number)].code if part == "indicators" and number.isdigit() else ""
            place = Cell(field.rpartition("-")[2], str(rows.get(code, stated.row)))
            yield Problem("rule", message, (place,), subjects=(stated.identifier,))


def _end_year(kind: FileKind, start: int) -> int:
    return YEARS[kind][1] if kind in YEARS else start + PLAN_YEARS


def _plan(kind: FileKind, start: int, end: int) -> ActionPlanFacts:
    en, fr = _TITLES.get(kind, _TITLES[FileKind.NAP5])
    return ActionPlanFacts(start, end, Bilingual(en.format(start, end), fr.format(start, end)))


def _scope(read: ReadCommitments) -> str:
    """Return the years of the file's plans as the ``scope`` of an upload, such as "2022-2025"."""
    years = sorted({each.cycle for each in read.commitments})
    return f"{years[0]}-{years[-1]}" if len(years) > 1 else "".join(map(str, years))
