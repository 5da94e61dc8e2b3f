"""The results of checks: a sentence for the operator, with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How urgent a result is. The value of the most urgent result is the exit code of ``cogwg doctor``."""

    OK = 0
    LOOK_AT = 1
    WRONG = 2

    @property
    def label(self) -> str:
        return ("ok", "look at", "wrong")[self]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked, how urgent it is, and a sentence without secrets or personal data."""

    level: Level
    subject: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.level.label:8}{self.subject}: {self.sentence}"


def ok(subject: str, sentence: str) -> CheckResult:
    return CheckResult(Level.OK, subject, sentence)


def look_at(subject: str, sentence: str) -> CheckResult:
    return CheckResult(Level.LOOK_AT, subject, sentence)


def wrong(subject: str, sentence: str) -> CheckResult:
    return CheckResult(Level.WRONG, subject, sentence)
