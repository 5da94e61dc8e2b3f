"""How far the product meets CAN/ASC-EN 301 549: the facts of ``seed/conformance.toml``, for the accessibility page.

``docs/conformance/en-301-549.md`` is made from the same facts (``python -m tests.conventions.conformance``).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import cache, cached_property
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.core.paths import resource_folder

STANDARD = Bilingual(
    "the national standard CAN/ASC-EN 301 549:2024 (EN 301 549, version 3.2.1)",
    "la norme nationale CAN/ASC-EN\u00a0301\u00a0549:2024 (EN\u00a0301\u00a0549, version 3.2.1)",
)
CHAPTERS = {
    "5": Bilingual("Generic requirements", "Exigences génériques"),
    "9": Bilingual("Web pages (WCAG 2.2, level AA)", "Pages Web (WCAG 2.2, niveau AA)"),
    "10": Bilingual("Documents that are not web pages", "Documents autres que les pages Web"),
    "11": Bilingual("Software", "Logiciels"),
    "12": Bilingual("Documentation and support", "Documentation et soutien"),
}
"""The chapters that can apply. The product has no voice calls (6), video (7), hardware (8), relay or emergency services (13).
"""
_KINDS = {
    "1": Bilingual(" (open functionality)", " (fonctions ouvertes)"),
    "2": Bilingual(" (closed functionality)", " (fonctions fermées)"),
}
"""The two clauses that chapter 11 has for some criteria."""


class ClauseVerdict(Enum):
    """How far a clause is met, in the order in which the page counts the clauses."""

    TESTED = "by a test"
    SEEN = "by eye"
    LIMITED = "not in full"
    NOT_APPLICABLE = "does not apply"


@dataclass(frozen=True, slots=True)
class LookByEye:
    """A check by a person: its day, and how it was done."""

    on: date
    way: Bilingual


@dataclass(frozen=True, slots=True)
class ClauseEvidence:
    """The evidence for a clause, for one of the things that it is about.

    It consists of tests and checks by people, or of reasons why the clause does not apply.
    """

    subject: Bilingual
    tests: tuple[str, ...]
    looks: tuple[LookByEye, ...]
    reasons: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the standard. Because of its ``limits``, if any, it is not fully met."""

    number: str
    name: Bilingual
    evidence: tuple[ClauseEvidence, ...]
    limits: tuple[Bilingual, ...]

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]

    @property
    def verdict(self) -> ClauseVerdict:
        if self.limits:
            return ClauseVerdict.LIMITED
        if any(each.tests for each in self.evidence):
            return ClauseVerdict.TESTED
        return ClauseVerdict.SEEN if any(each.looks for each in self.evidence) else ClauseVerdict.NOT_APPLICABLE

    @property
    def reasons_or_limits(self) -> tuple[Bilingual, ...]:
        """What the page says beside the verdict: the limits, or why the clause does not apply."""
        if self.verdict is not ClauseVerdict.NOT_APPLICABLE:
            return self.limits
        return tuple(dict.fromkeys(reason for each in self.evidence for reason in each.reasons))


@dataclass(frozen=True)
class Conformance:
    """All clauses in the order of the standard, and every known limit, including those that no clause names."""

    checked_on: date
    looks_count_for: int
    looks: Mapping[str, LookByEye]
    limits: tuple[Bilingual, ...]
    clauses: tuple[Clause, ...]

    def is_old(self, today: date) -> bool:
        """Return whether the check was so long ago that it no longer counts."""
        return today - self.checked_on > timedelta(days=self.looks_count_for)

    @cached_property
    def counts(self) -> Mapping[ClauseVerdict, int]:
        """How many clauses have each verdict."""
        counted = Counter(clause.verdict for clause in self.clauses)
        return {verdict: counted[verdict] for verdict in ClauseVerdict}

    def of_chapter(self, chapter: str) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.chapter == chapter)


@cache
def conformance() -> Conformance:
    """Return the facts of the file that ships with the product."""
    return read_conformance((resource_folder("seed") / "conformance.toml").read_text(encoding="utf-8"))


def read_conformance(text: str) -> Conformance:
    """Return the facts of a file.

    Raises ``KeyError`` for a name that the file does not explain, and ``ValueError`` for a clause that occurs twice.
    """
    data = tomllib.loads(text)
    looks = {key: LookByEye(look["on"], Bilingual(*look["way"])) for key, look in data["looks"].items()}
    limits = {key: Bilingual(*words) for key, words in data["limits"].items()}
    return Conformance(
        data["checked_on"],
        data["looks_count_for"],
        looks,
        tuple(limits.values()),
        tuple(sorted(_clauses(data, looks, limits), key=lambda clause: [int(part) for part in clause.number.split(".")])),
    )


def _clauses(data: Mapping[str, Any], looks: Mapping[str, LookByEye], limits: Mapping[str, Bilingual]) -> Iterator[Clause]:
    known: set[str] = set()
    for numbers, table in data["clauses"].items():
        rows = dict(table)
        own_limits = tuple(limits[key] for key in rows.pop("limits", ()))
        evidence = tuple(_evidence(data, looks, subject, named) for subject, named in rows.items())
        for number in numbers.split():
            if number in known:
                raise ValueError(f"{number} is there twice")
            known.add(number)
            yield Clause(number, _name(data, number), evidence, own_limits)


def _evidence(data: Mapping[str, Any], looks: Mapping[str, LookByEye], subject: str, named: list[str]) -> ClauseEvidence:
    others = [key for key in named if not key.startswith("test_")]
    return ClauseEvidence(
        Bilingual(*data["subjects"][subject]),
        tuple(key for key in named if key.startswith("test_")),
        tuple(looks[key] for key in others if key in looks),
        tuple(Bilingual(*data["reasons"][key]) for key in others if key not in looks),
    )


def _name(data: Mapping[str, Any], number: str) -> Bilingual:
    """Return the name of a clause: its own, or that of its WCAG criterion, whose number follows the number of the chapter."""
    if number in data["names"]:
        return Bilingual(*data["names"][number])
    _chapter, *parts = number.split(".")
    name = Bilingual(*data["criteria"][".".join(parts[:3])])
    kind = _KINDS[parts[3]] if parts[3:] else Bilingual("", "")
    return Bilingual(f"{name.en}{kind.en}", f"{name.fr}{kind.fr}")
