"""Read a CSV file of comments: a row for each comment, with its phase, channel, language, date and text.

Unknown columns, such as names and addresses of authors, are not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cogwg.core.bilingual import Language, clean_line, fold_text
from cogwg.core.errors import N_
from cogwg.engagement.comment_rules import clean_comment
from cogwg.engagement.entering import EnteredComment, comment_problems
from cogwg.engagement.models import EngagementPhase
from cogwg.engagement.scales import CHANNEL_LABELS, Channel, CommentLanguage
from cogwg.imports.previews import Problem
from cogwg.ogp.importing.csv_files import CsvRow, problem, read_table, refusal
from cogwg.ogp.importing.reading import MISSING_COLUMNS, TOO_MANY_CELLS

REQUIRED_COLUMNS = ("phase", "channel", "language", "received_on", "text")
COLUMNS = (*REQUIRED_COLUMNS, "event")
BAD_PHASE = N_("This is not a phase of the cycle. Write its key, its number or its title: %(phases)s.")
BAD_CHANNEL = N_("This is not a channel. Write one of these: %(channels)s.")
BAD_LANGUAGE = N_("Write the language as en, fr or both.")
BAD_DAY = N_("Write the day as year, month and day, such as 2018-05-08.")
_LANGUAGES = {
    **{code.value: code for code in CommentLanguage},
    **dict.fromkeys(("english", "anglais"), CommentLanguage.ENGLISH),
    **dict.fromkeys(("french", "francais"), CommentLanguage.FRENCH),
    **dict.fromkeys(("les deux", "bilingual", "bilingue"), CommentLanguage.BOTH),
}
_CHANNELS = {
    **{code.value: code for code in Channel},
    **{fold_text(label.exact_text(lang)): code for code, label in CHANNEL_LABELS.items() for lang in Language},
}


@dataclass(frozen=True, slots=True)
class StatedComment:
    """A comment in the file, with the number of its row."""

    row: int
    comment: EnteredComment


@dataclass(frozen=True, slots=True)
class ReadComments:
    """A file that was read. ``left_out`` are the headings of the columns that were not read."""

    comments: tuple[StatedComment, ...]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[str, ...] = ()


def read_comments(data: bytes, phases: Iterable[EngagementPhase], today: date) -> ReadComments:
    """Return the comments of a file, in the order of its rows, with the problems of the rows.

    Raises ``Invalid`` for a file that cannot be read at all.
    """
    table = read_table(data)
    if missing := [column for column in REQUIRED_COLUMNS if column not in table.columns]:
        raise refusal(MISSING_COLUMNS, columns=", ".join(missing))
    known = _phases(phases)
    keys = ", ".join(dict.fromkeys(known.values()))
    problems = [problem("too-many-cells", TOO_MANY_CELLS, row, "") for row in table.uneven]
    comments = []
    for row in table.rows:
        own = list(_row_problems(row, known, keys))
        if not own:
            comment = _comment(row, known)
            own = [
                problem("rule", message.id, row.number, field, content=row.text(field), values=message.values)
                for field, message in comment_problems(comment, today)
            ]
        problems += own
        if not own:
            comments.append(StatedComment(row.number, comment))
    left_out = tuple(column for column in table.columns if column and column not in COLUMNS)
    return ReadComments(tuple(comments), tuple(problems), left_out)


def _phases(phases: Iterable[EngagementPhase]) -> dict[str, str]:
    """Map each name by which a file may refer to a phase (its key, number or title, folded) to the key of the phase."""
    known: dict[str, str] = {}
    for phase in phases:
        for name in (phase.key, str(phase.position), phase.title.en, phase.title.fr):
            if name:
                known.setdefault(fold_text(name), phase.key)
    return known


def _row_problems(row: CsvRow, phases: Mapping[str, str], keys: str) -> Iterator[Problem]:
    if _folded(row, "phase") not in phases:
        yield _problem("phase", BAD_PHASE, row, "phase", {"phases": keys})
    if _folded(row, "channel") not in _CHANNELS:
        yield _problem("channel", BAD_CHANNEL, row, "channel", {"channels": ", ".join(Channel)})
    if _folded(row, "language") not in _LANGUAGES:
        yield _problem("language", BAD_LANGUAGE, row, "language")
    if _day(row.text("received_on")) is None:
        yield _problem("day", BAD_DAY, row, "received_on")


def _problem(rule: str, sentence: str, row: CsvRow, column: str, values: Mapping[str, Any] | None = None) -> Problem:
    return problem(rule, sentence, row.number, column, content=row.text(column), values=values)


def _comment(row: CsvRow, phases: Mapping[str, str]) -> EnteredComment:
    return EnteredComment(
        phase=phases[_folded(row, "phase")],
        channel=_CHANNELS[_folded(row, "channel")],
        lang=_LANGUAGES[_folded(row, "language")],
        text=clean_comment(row.text("text")),
        received_on=_day(row.text("received_on")) or date.min,
        event=clean_line(row.text("event")),
    )


def _folded(row: CsvRow, column: str) -> str:
    return fold_text(clean_line(row.text(column)))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2018-05-08") else None
    except ValueError:
        return None
