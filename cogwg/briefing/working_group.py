"""The working group as a deck shows it: its members, their roles in the priorities, and what is still to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cogwg.accounts.models import OrderOfGovernment
from cogwg.briefing.deck import LabelledPoint
from cogwg.briefing.phrases import capitalize, join_texts, priorities_phrase
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.dates import NBSP, count_phrase, join_list
from cogwg.plan.models import AssignmentRole, Confirmation
from cogwg.plan.queries import AssignmentFacts, PlanFacts, PriorityFacts

TO_CONFIRM = Bilingual("to confirm", "à confirmer")
VACANT = Bilingual("role vacant", "rôle vacant")
_ROLE_MARKS = {
    AssignmentRole.LEAD: Bilingual("L", "R"),
    AssignmentRole.PARTNER: Bilingual("P", "P"),
    AssignmentRole.NOT_STATED: EMPTY_TEXT,
}
_ROLE_NAMES = {
    AssignmentRole.LEAD: Bilingual("lead", "responsable"),
    AssignmentRole.PARTNER: Bilingual("partner", "partenaire"),
    AssignmentRole.NOT_STATED: EMPTY_TEXT,
}
_KIND_NAMES = {
    OrderOfGovernment.FEDERAL: Bilingual("federal", "fédéral"),
    OrderOfGovernment.PROVINCIAL: Bilingual("provincial", "provinciaux"),
    OrderOfGovernment.TERRITORIAL: Bilingual("territorial", "territoriaux"),
}


def content_text(content: dict[str, Any], key: str) -> Bilingual:
    """Return a text of a standing slide, or an empty text if the slide does not have it."""
    return Bilingual(*content[key]) if key in content else EMPTY_TEXT


def confirmed_carriers(priority: PriorityFacts) -> Bilingual:
    """Return the confirmed leads (L) and partners (P) of a priority, such as "Ontario (L), Alberta (P)"."""
    confirmed = (a for a in priority.assignments if a.confirmation is Confirmation.CONFIRMED)
    return join_texts(", ", [_assignee_with_marks(a) for a in confirmed])


def carried_by(priority: PriorityFacts) -> Bilingual:
    """Return a priority's leads (L) and partners (P), then its vacancies, such as "Ontario (L); role vacant"."""
    named = [_assignee_with_marks(a) for a in priority.assignments if a.confirmation is not Confirmation.VACANT]
    vacant = sum(a.confirmation is Confirmation.VACANT for a in priority.assignments)
    vacancy = EMPTY_TEXT
    if vacant == 1:
        vacancy = VACANT
    elif vacant:
        vacancy = count_phrase(vacant, EMPTY_TEXT, Bilingual("roles vacant", "rôles vacants"))
    return join_texts("; ", [join_texts(", ", named), vacancy])


def _assignee_with_marks(assignment: AssignmentFacts) -> Bilingual:
    mark = _ROLE_MARKS[assignment.role]
    unsure = TO_CONFIRM if assignment.confirmation is Confirmation.TO_CONFIRM else EMPTY_TEXT
    inside = join_texts(", ", [mark, unsure])
    name = Bilingual(assignment.name.en, assignment.name.fr or assignment.name.en)
    return Bilingual(f"{name.en} ({inside.en})", f"{name.fr} ({inside.fr})") if inside else name


def undecided(priority: PriorityFacts) -> Bilingual:
    """Return the roles of a priority that are vacant or to be confirmed, in words; empty if there are none."""
    vacant = sum(a.confirmation is Confirmation.VACANT for a in priority.assignments)
    unsure = [a.full_name for a in priority.assignments if a.confirmation is Confirmation.TO_CONFIRM]
    parts = []
    if vacant:
        parts.append(count_phrase(vacant, Bilingual("role vacant", "rôle vacant"), Bilingual("roles vacant", "rôles vacants")))
    if unsure:
        names = join_list(unsure)
        parts.append(Bilingual(f"{names.en} to confirm", f"{names.fr} à confirmer"))
    return join_texts("; ", parts)


def facts(
    content: dict[str, Any], member_counts: Mapping[OrderOfGovernment, int], plan: PlanFacts
) -> tuple[LabelledPoint, ...]:
    """Return the facts about the group, and what it still has to decide."""
    chairs = [(Bilingual(*c["name"]), c["confirmed"]) for c in content.get("co_chairs", ())]
    points = [
        LabelledPoint(Bilingual("Mandate", "Mandat"), content_text(content, "mandate")),
        LabelledPoint(Bilingual("Members", "Membres"), _members(member_counts, content_text(content, "municipal"))),
        LabelledPoint(Bilingual("Co-chairs", "Coprésidence"), join_texts("; ", [name for name, _ in chairs])),
        LabelledPoint(Bilingual("Meetings", "Réunions"), content_text(content, "meetings")),
        LabelledPoint(Bilingual("Reports to", "Relève des"), content_text(content, "reports_to")),
        LabelledPoint(Bilingual("To decide", "À décider"), _to_decide([ok for _, ok in chairs], plan), urgent=True),
    ]
    return tuple(p for p in points if p.text)


def _members(member_counts: Mapping[OrderOfGovernment, int], municipal: Bilingual) -> Bilingual:
    """Return the orders of government of the members, without numbers, because the members are listed on the site."""
    kinds = [words for kind, words in _KIND_NAMES.items() if member_counts.get(kind)]
    if not kinds:
        return EMPTY_TEXT
    governments = join_list(kinds)
    en, fr = capitalize(f"{governments.en} governments"), f"Gouvernements {governments.fr}"
    return Bilingual(f"{en}, and {municipal.en}", f"{fr}, et {municipal.fr}") if municipal else Bilingual(en, fr)


def _to_decide(chairs_confirmed: list[bool], plan: PlanFacts) -> Bilingual:
    parts = []
    if not all(chairs_confirmed):
        parts.append(Bilingual("a second co-chair", "une seconde coprésidence"))
    vacant = plan.assignments_with(Confirmation.VACANT)
    if vacant:
        where = priorities_phrase(sorted({p.number for p, _ in vacant}))
        n = count_phrase(len(vacant), Bilingual("vacant role", "rôle vacant"), Bilingual("vacant roles", "rôles vacants"))
        parts.append(Bilingual(f"{n.en} ({where.en})", f"{n.fr} ({where.fr})"))
    unsure = plan.assignments_with(Confirmation.TO_CONFIRM)
    if 0 < len(unsure) <= 3:
        parts += [
            Bilingual(
                f"{a.full_name.en} to confirm (Priority{NBSP}{p.number})",
                f"{a.full_name.fr} à confirmer (priorité{NBSP}{p.number})",
            )
            for p, a in unsure
        ]
    elif unsure:
        parts.append(count_phrase(len(unsure), EMPTY_TEXT, Bilingual("roles to confirm", "rôles à confirmer")))
    return join_texts("; ", parts)


def carriers(plan: PlanFacts) -> tuple[LabelledPoint, ...]:
    """Return the jurisdictions with their priorities and roles, in the order of the plan.

    Jurisdictions with the same roles in the same priorities share a line.
    """
    roles_by_jurisdiction: dict[int, tuple[Bilingual, dict[tuple[AssignmentRole, Confirmation], list[int]]]] = {}
    for priority in plan.priorities:
        for a in priority.assignments:
            if a.jurisdiction_id is not None:
                name = a.full_name if a.jurisdiction_code != "ca" else _institution_name(a)
                _, roles = roles_by_jurisdiction.setdefault(a.jurisdiction_id, (name, {}))
                roles.setdefault((a.role, a.confirmation), []).append(priority.number)
    lines: dict[Bilingual, list[Bilingual]] = {}
    for name, roles in roles_by_jurisdiction.values():
        lines.setdefault(join_texts("; ", [_roles_text(*key, numbers) for key, numbers in roles.items()]), []).append(name)
    return tuple(LabelledPoint(join_texts(", ", names), text) for text, names in lines.items())


def _institution_name(assignment: AssignmentFacts) -> Bilingual:
    """Return the name of the government with the plan's name for its institution, such as "Canada (TBS)"."""
    full, name = assignment.full_name, assignment.name
    if name in (full, EMPTY_TEXT):
        return full
    return Bilingual(f"{full.en} ({name.en})", f"{full.fr} ({name.fr or name.en})")


def _roles_text(role: AssignmentRole, confirmation: Confirmation, numbers: list[int]) -> Bilingual:
    where = priorities_phrase(numbers)
    unsure = TO_CONFIRM if confirmation is Confirmation.TO_CONFIRM else EMPTY_TEXT
    inside = join_texts(", ", [_ROLE_NAMES[role], unsure])
    text = Bilingual(f"{where.en} ({inside.en})", f"{where.fr} ({inside.fr})") if inside else where
    return Bilingual(text.en[:1].upper() + text.en[1:], text.fr[:1].upper() + text.fr[1:])
