"""Group problems for lists: the same problem in many cells is listed once, and a long list ends with the number of other
problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cogwg.imports.previews import Problem, Severity
from cogwg.workbook.rules import sentence

GROUP_LIMIT = 50


def group_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Combine problems with the same sentence; return errors first, then questions, then those of severity ``LATER``.

    Questions about fields are not combined, because each has its own answer. After ``GROUP_LIMIT`` errors or questions, an
    error says how many more there are.
    """
    groups: dict[object, list[Problem]] = {}
    for problem in problems:
        values = tuple(sorted((name, str(value)) for name, value in problem.message.values.items()))
        own = (problem.cells, problem.field) if problem.field else ()
        groups.setdefault((problem.rule, problem.severity, problem.message.id, values, own), []).append(problem)
    grouped = [_joined(group) for group in groups.values()]
    errors = [problem for problem in grouped if problem.severity is Severity.ERROR]
    questions = [problem for problem in grouped if problem.severity is Severity.QUESTION]
    later = [problem for problem in grouped if problem.severity is Severity.LATER]
    count = max(len(errors) - GROUP_LIMIT, 0)
    more = [Problem("more", sentence("more", count=count))] if count else []
    return (*errors[:GROUP_LIMIT], *more, *questions, *later)


def _joined(group: Sequence[Problem]) -> Problem:
    first = group[0]
    if len(group) == 1:
        return first
    cells = tuple(dict.fromkeys(cell for problem in group for cell in problem.cells))
    subjects = tuple(dict.fromkeys(subject for problem in group for subject in problem.subjects))
    texts = list(dict.fromkeys(filter(None, (problem.content for problem in group))))
    return replace(first, cells=cells, subjects=subjects, content=" · ".join([*texts[:3], *["…"] * (len(texts) > 3)]))
