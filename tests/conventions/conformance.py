"""The table of ``docs/conformance/en-301-549.md``: ``python -m tests.conventions.conformance`` writes it from its facts.

The text above the table stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cogwg.web.site.conformance import CHAPTERS, Clause, ClauseEvidence, ClauseVerdict, Conformance, conformance

PAGE = Path(__file__).parents[2] / "docs/conformance/en-301-549.md"
BEGIN = "## The table\n"
_VERDICTS = {
    ClauseVerdict.TESTED: "met, shown by tests",
    ClauseVerdict.SEEN: "met, checked by eye",
    ClauseVerdict.LIMITED: "met with a known limit",
    ClauseVerdict.NOT_APPLICABLE: "do not apply",
}


def table_of(facts: Conformance) -> str:
    """Return the part of the document that follows from the facts."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: Conformance) -> Iterator[str]:
    yield BEGIN
    counts = ", ".join(f"{number} {_VERDICTS[verdict]}" for verdict, number in facts.counts.items())
    yield f"Checked on {facts.checked_on}: {len(facts.clauses)} clauses; {counts}."
    yield "\nBy eye:\n"
    yield from (f"- `{key}`, {look.on}: {look.way.en}." for key, look in facts.looks.items())
    yield "\nKnown limits:\n"
    yield from (f"- {limit.en}" for limit in facts.limits)
    for number, name in CHAPTERS.items():
        yield f"\n### {number}. {name.en}\n\n| Clause | How it is met |\n|---|---|"
        for clause in facts.of_chapter(number):
            yield f"| {clause.number} {clause.name.en} | {_cell(clause, facts)} |"


def _cell(clause: Clause, facts: Conformance) -> str:
    shown = [_evidence(each, facts, is_only=len(clause.evidence) == 1) for each in clause.evidence]
    return "<br>".join([*shown, *(f"**Known limit:** {limit.en}" for limit in clause.limits)])


def _evidence(each: ClauseEvidence, facts: Conformance, *, is_only: bool) -> str:
    keys = {look: key for key, look in facts.looks.items()}
    parts = [f"`{test}`" for test in each.tests]
    parts += [f"by eye on {look.on} (`{keys[look]}`)" for look in each.looks]
    parts += [f"does not apply: {reason.en}" for reason in each.reasons]
    joined = ", ".join(parts)
    return joined if is_only and each.subject.en == "Web pages" else f"{each.subject.en}: {joined}"


if __name__ == "__main__":
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + table_of(conformance()), encoding="utf-8")
