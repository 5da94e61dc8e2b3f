"""State diagrams for ``docs/reference/states.md``: ``python -m tests.conventions.diagrams`` prints them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cogwg.reporting.news.rules import CHALLENGE_TRANSITIONS
from cogwg.reporting.states import PERIOD_TRANSITIONS, REPORT_TRANSITIONS

TransitionTable = Mapping[tuple[StrEnum | None, StrEnum], StrEnum]
TRANSITION_TABLES: dict[str, TransitionTable] = {
    "A quarter": PERIOD_TRANSITIONS,
    "A report": REPORT_TRANSITIONS,
    "A challenge": CHALLENGE_TRANSITIONS,
}  # type: ignore[dict-item]


def mermaid_diagram(table: TransitionTable) -> str:
    """Return the table as a Mermaid state diagram; no report yet (``None``) is the start."""
    steps = [f"    {state.value if state else '[*]'} --> {to.value}: {event.value}" for (state, event), to in table.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *steps, "```"])


if __name__ == "__main__":
    for name, table in TRANSITION_TABLES.items():
        print(f"{name}:\n\n{mermaid_diagram(table)}\n")
