"""Convert previews to JSON data and back. The values of a message are texts, numbers, or bilingual texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import Message
from cogwg.imports.previews import Cell, Change, FieldConflict, Preview, Problem, Severity


def message_data(message: Message) -> dict[str, Any]:
    """Return a message as JSON data."""
    values = {name: [v.en, v.fr] if isinstance(v, Bilingual) else v for name, v in message.values.items()}
    return {"id": message.id, "values": values}


def message_from(data: Mapping[str, Any]) -> Message:
    """Return the message that ``message_data`` stored."""
    return Message(data["id"], {name: Bilingual(*v) if isinstance(v, list) else v for name, v in data["values"].items()})


def preview_data(preview: Preview) -> dict[str, Any]:
    """Return a preview as JSON data."""
    return {
        "changes": [[c.subject, c.field, _cell_data(c.cell), c.before, c.after, c.is_merged] for c in preview.changes],
        "problems": [problem_data(problem) for problem in preview.problems],
        "conflicts": [[c.subject, c.field, _cell_data(c.cell), c.base, c.theirs, c.yours, c.both] for c in preview.conflicts],
        "unchanged": preview.unchanged,
        "left_out": list(preview.left_out),
    }


def preview_from(data: Mapping[str, Any]) -> Preview:
    """Return the preview that ``preview_data`` stored."""
    return Preview(
        changes=tuple(Change(s, field, Cell(*cell), *rest) for s, field, cell, *rest in data["changes"]),
        problems=tuple(map(problem_from, data["problems"])),
        conflicts=tuple(FieldConflict(s, field, Cell(*cell), *rest) for s, field, cell, *rest in data["conflicts"]),
        unchanged=data["unchanged"],
        left_out=tuple(data["left_out"]),
    )


def problem_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON data."""
    return {
        "rule": problem.rule,
        "message": message_data(problem.message),
        "cells": [_cell_data(cell) for cell in problem.cells],
        "content": problem.content,
        "subjects": list(problem.subjects),
        "severity": problem.severity.value,
        "field": problem.field,
    }


def problem_from(data: Mapping[str, Any]) -> Problem:
    """Return the problem that ``problem_data`` stored."""
    return Problem(
        rule=data["rule"],
        message=message_from(data["message"]),
        cells=tuple(Cell(*cell) for cell in data["cells"]),
        content=data["content"],
        subjects=tuple(data["subjects"]),
        severity=Severity(data["severity"]),
        field=data["field"],
    )


def _cell_data(cell: Cell) -> list[str]:
    return [cell.sheet, cell.address]
