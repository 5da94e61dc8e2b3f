"""Read the files that the federal tracker publishes about its fifth and sixth plans: a row for each reporting period and
indicator.

The identifier of a commitment is the first year of the plan and the federal code, such as "2025-C01". In a value such as "C01:
Climate", the code is before the colon and the title after it. "NIL" and "NUL" mean nothing to report. If a text changed over
time, the text of the latest period is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, clean_line
from cogwg.core.errors import N_
from cogwg.core.status import Status
from cogwg.imports.previews import Problem
from cogwg.ogp.importing.csv_files import CsvRow, CsvTable, problem
from cogwg.ogp.importing.stated import (
    FileKind,
    ReadCommitments,
    StatedActual,
    StatedCommitment,
    StatedIndicator,
    StatedMilestone,
)

REPORT_COLUMNS = ("status", "progress_en", "progress_fr", "evidence_en", "evidence_fr", "challenges_en", "challenges_fr")
CODE_COLUMNS = ("commitments", "milestones", "indicators")
REQUIRED_COLUMNS = ("reporting_period", *CODE_COLUMNS, *REPORT_COLUMNS)
COLUMNS = frozenset(
    {
        *REQUIRED_COLUMNS,
        *("indicator_en", "indicator_fr", "indicator_due_date", "indicator_deadline_en", "indicator_deadline_fr"),
        *("indicator_lead_dept", "owner_org", "owner_org_title"),
    }
)
YEARS = {FileKind.NAP5: (2022, 2024), FileKind.NAP6: (2025, 2029)}
"""The first and last year of each plan."""
PERIODS = {
    FileKind.NAP5: tuple(f"{year}-{month}" for year in range(2022, 2025) for month in ("03", "06", "09", "12")),
    FileKind.NAP6: ("2025-12", *(f"{year}-{month}" for year in range(2026, 2030) for month in ("06", "12"))),
}
BAD_PERIOD = N_("Write the reporting period as YYYY-MM. It must be one of the plan’s periods, such as %(example)s.")
BAD_CODE = N_("Write this code in the same form as %(example)s.")
OTHER_PARENT = N_("%(code)s does not belong to %(parent)s. Correct one of the two: the first must begin with the second.")
BAD_STATUS = N_("Write the status as NS, LP, SP or C.")
REPEATED_REPORT = N_(
    "Row %(row)s also has a report by the same organization on %(code)s for %(period)s. Delete one of the two rows."
)
LONG_LINE = N_("This text is longer than %(limit)s characters. Shorten it.")
_LIMITS = {"indicator_deadline_en": 200, "indicator_deadline_fr": 200, "indicator_lead_dept": 300}
_CODES = {
    "commitments": (re.compile(r"C\d{2,3}"), "C01"),
    "milestones": (re.compile(r"C\d{2,3}\.\d{1,3}"), "C01.1"),
    "indicators": (re.compile(r"C\d{2,3}\.\d{1,3}\.\d{1,3}"), "C01.1.1"),
}
_NOTHING = {"nil", "nul"}
_STATUSES = {status.value.casefold(): status for status in Status}
_ORDER = {status: place for place, status in enumerate(Status)}


@dataclass(slots=True)
class _Part:
    """A commitment or milestone: the first row that has it, and the title from the column of its code."""

    row: int
    title: str = ""


@dataclass(slots=True)
class _Found:
    commitments: dict[str, _Part] = field(default_factory=dict)
    milestones: dict[str, _Part] = field(default_factory=dict)
    indicators: dict[str, list[tuple[str, StatedIndicator]]] = field(default_factory=dict)
    actuals: dict[tuple[str, str], list[tuple[str, Bilingual, StatedActual]]] = field(default_factory=dict)
    """Maps an indicator and a period to the reports on it, each with the code and the name of the organization."""


def read_federal_file(table: CsvTable) -> ReadCommitments:
    """Return the commitments in the file, with their milestones, indicators and reports, and the problems of its rows."""
    kind = _kind(table)
    parts, problems = _Found(), []
    for row in table.rows:
        wrong = list(_row_problems(row, kind))
        problems += wrong
        if not wrong:
            problems += _take(parts, row)
    left_out = tuple(column for column in table.columns if column and column not in COLUMNS)
    return ReadCommitments(kind, tuple(_commitments(parts, kind)), tuple(problems), left_out=left_out)


def _kind(table: CsvTable) -> FileKind:
    if {"indicator_due_date", "indicator_s4d"} & set(table.columns):
        return FileKind.NAP5
    periods = [_period(row) for row in table.rows]
    return FileKind.NAP5 if any(period in PERIODS[FileKind.NAP5] for period in periods) else FileKind.NAP6


def _period(row: CsvRow) -> str:
    return row.text("reporting_period").strip()


def _row_problems(row: CsvRow, kind: FileKind) -> Iterator[Problem]:
    codes = {column: _code(row.text(column))[0] for column in CODE_COLUMNS}

    def wrong(rule: str, sentence: str, column: str, **values: object) -> Problem:
        content, subject = row.text(column), codes["indicators"]
        return problem(rule, sentence, row.number, column, content=content, subject=subject, values=values)

    if _period(row) not in PERIODS[kind]:
        yield wrong("period", BAD_PERIOD, "reporting_period", example=PERIODS[kind][0])
    valid = True
    for column, (pattern, example) in _CODES.items():
        if not pattern.fullmatch(codes[column]):
            valid = False
            yield wrong("code", BAD_CODE, column, example=example)
    for column, parent in (("milestones", "commitments"), ("indicators", "milestones")):
        if valid and not codes[column].startswith(f"{codes[parent]}."):
            yield wrong("parent", OTHER_PARENT, column, code=codes[column], parent=codes[parent])
    status = _code(row.text("status"))[0].casefold()
    if status not in _STATUSES and not (not status and _says_nothing(row)):
        yield wrong("status", BAD_STATUS, "status")
    for column, limit in _LIMITS.items():
        if len(row.text(column)) > limit:
            yield wrong("long", LONG_LINE, column, limit=limit)


def _code(text: str) -> tuple[str, str]:
    """Return the code and the title in a value such as "C01: Climate"."""
    code, _, title = text.partition(":")
    return code.strip(), clean_line(title)


def _take(parts: _Found, row: CsvRow) -> list[Problem]:
    (commitment, title), (milestone, text), (code, _) = (_code(row.text(column)) for column in CODE_COLUMNS)
    parts.commitments.setdefault(commitment, _Part(row.number, title))
    parts.milestones.setdefault(milestone, _Part(row.number, text))
    indicator = StatedIndicator(
        code=code,
        milestone=milestone,
        row=row.number,
        text=Bilingual(row.text("indicator_en"), row.text("indicator_fr")),
        deadline=_deadline(row),
        lead=_two_languages(row.text("indicator_lead_dept")),
    )
    parts.indicators.setdefault(code, []).append((_period(row), indicator))
    same = parts.actuals.setdefault((code, _period(row)), [])
    owner = row.text("owner_org").casefold()
    for other, _name, actual in same:
        if other == owner:
            values = {"code": code, "period": _period(row), "row": actual.row}
            content = row.text("indicators")
            at = (row.number, "indicators")
            return [problem("repeated", REPEATED_REPORT, *at, content=content, subject=code, values=values)]
    same.append((owner, _two_languages(row.text("owner_org_title") or row.text("owner_org")), _actual(row)))
    return []


def _deadline(row: CsvRow) -> Bilingual:
    """Return the deadline in the file's words or, if there are none, the due date, which is the same in both languages."""
    stated = Bilingual(clean_line(row.text("indicator_deadline_en")), clean_line(row.text("indicator_deadline_fr")))
    day = clean_line(row.text("indicator_due_date"))
    return stated or Bilingual(day, day)


def _two_languages(text: str) -> Bilingual:
    """Return a name written as "English | French". A name without a bar is in English only."""
    en, _, fr = clean_line(text).partition("|")
    return Bilingual(en.strip(), fr.strip())


def _actual(row: CsvRow) -> StatedActual:
    status = _code(row.text("status"))[0].casefold()
    return StatedActual(
        period=_period(row),
        row=row.number,
        status=_STATUSES.get(status),
        nothing_to_report=_says_nothing(row),
        progress=_said(row, "progress"),
        evidence=_said(row, "evidence"),
        challenges=_said(row, "challenges"),
    )


def _says_nothing(row: CsvRow) -> bool:
    texts = [row.text("progress_en"), row.text("progress_fr")]
    return any(map(_is_nothing, texts)) and all(not text or _is_nothing(text) for text in texts)


def _is_nothing(text: str) -> bool:
    return text.strip(" .").casefold() in _NOTHING


def _said(row: CsvRow, name: str) -> Bilingual:
    en, fr = (row.text(f"{name}_{lang}") for lang in ("en", "fr"))
    return Bilingual("" if _is_nothing(en) else en, "" if _is_nothing(fr) else fr)


def _commitments(parts: _Found, kind: FileKind) -> Iterator[StatedCommitment]:
    for code, part in sorted(parts.commitments.items(), key=_by_number):
        yield StatedCommitment(
            identifier=f"{YEARS[kind][0]}-{code}",
            cycle=YEARS[kind][0],
            row=part.row,
            number=code,
            title=Bilingual(part.title, ""),
            milestones=tuple(
                StatedMilestone(number, milestone.row, Bilingual(milestone.title, ""))
                for number, milestone in sorted(parts.milestones.items(), key=_by_number)
                if number.startswith(f"{code}.")
            ),
            indicators=tuple(
                _indicator(parts, own, stated)
                for own, stated in sorted(parts.indicators.items(), key=_by_number)
                if own.startswith(f"{code}.")
            ),
        )


def _by_number(item: tuple[str, object]) -> tuple[int, ...]:
    return tuple(int(part) for part in item[0].removeprefix("C").split("."))


def _indicator(parts: _Found, code: str, stated: list[tuple[str, StatedIndicator]]) -> StatedIndicator:
    """Return an indicator with each text from the latest period that has one, and its reports."""
    newest_first = [indicator for _period, indicator in sorted(stated, key=lambda each: each[0], reverse=True)]
    return replace(
        newest_first[-1],
        text=next((each.text for each in newest_first if each.text), EMPTY_TEXT),
        deadline=next((each.deadline for each in newest_first if each.deadline), EMPTY_TEXT),
        lead=next((each.lead for each in newest_first if each.lead), EMPTY_TEXT),
        actuals=tuple(_together(parts.actuals[key]) for key in sorted(parts.actuals) if key[0] == code),
    )


def _together(reports: list[tuple[str, Bilingual, StatedActual]]) -> StatedActual:
    """Return one report for a period.

    If several organizations reported, each text begins with the name of its organization, and the lowest status is used.
    """
    if len(reports) == 1:
        return reports[0][2]
    actuals = [actual for _owner, _name, actual in reports]
    statuses = [actual.status for actual in actuals if actual.status is not None]
    return StatedActual(
        period=actuals[0].period,
        row=actuals[0].row,
        status=min(statuses, key=_ORDER.__getitem__, default=None),
        nothing_to_report=all(actual.nothing_to_report for actual in actuals),
        progress=_named({name: actual.progress for _owner, name, actual in reports}),
        evidence=_named({name: actual.evidence for _owner, name, actual in reports}),
        challenges=_named({name: actual.challenges for _owner, name, actual in reports}),
    )


def _named(texts: Mapping[Bilingual, Bilingual]) -> Bilingual:
    en = "\n\n".join(f"{name.text('en')}: {text.en}" for name, text in texts.items() if text.en)
    fr = "\n\n".join(f"{name.text('fr')}\u00a0: {text.fr}" for name, text in texts.items() if text.fr)
    return Bilingual(en, fr)
