"""Merge a commitment of a file with the stored one: what the file states replaces what is stored, and the rest stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cogwg.core.bilingual import Bilingual, Language
from cogwg.imports.previews import Cell, Change
from cogwg.ogp.facts import ActualFacts, CommitmentFacts, IndicatorFacts, MilestoneFacts
from cogwg.ogp.importing.stated import StatedActual, StatedCommitment, StatedIndicator, StatedMilestone
from cogwg.ogp.scales import CommitmentState

SHOWN = 200
"""How many characters of a text the preview shows."""
_YES_NO = {True: "yes", False: "no"}
_LINES = ("title", "text", "lead")
_LISTS = ("support", "areas")


def merged(stated: StatedCommitment, stored: CommitmentFacts | None, new_state: CommitmentState) -> CommitmentFacts:
    """Return the commitment as it would be after the import. If ``stored`` is None, it is new, and has ``new_state`` unless
    the file states a state.
    """
    before = stored or CommitmentFacts(stated.identifier, stated.cycle, _title(stated), state=new_state)
    return replace(
        before,
        number=stated.number or before.number,
        title=_stated(stated.title, before.title),
        text=_stated(stated.text, before.text),
        lead=_stated(stated.lead, before.lead),
        support=_stated_lines(stated.support, before.support),
        areas=_stated_lines(stated.areas, before.areas),
        starred=before.starred if stated.starred is None else stated.starred,
        state=stated.state or before.state,
        follows=stated.follows or before.follows,
        milestones=_milestones(stated.milestones, before.milestones),
        indicators=_indicators(stated.indicators, before.indicators),
    )


def changes(before: CommitmentFacts | None, after: CommitmentFacts, stated: StatedCommitment) -> Iterator[Change]:
    """Yield the changes that the file makes to a commitment: one for each text, and one for each report on an indicator."""
    old = before or CommitmentFacts(after.identifier, after.cycle, Bilingual("", ""), state=after.state)
    for field, was, now in _differences(old, after, is_new=before is None):
        yield Change(stated.identifier, field, Cell("", str(stated.row)), was[:SHOWN], now[:SHOWN])
    known = {each.code: each for each in old.indicators}
    rows = {each.code: each for each in stated.indicators}
    for indicator in after.indicators:
        was_indicator = known.get(indicator.code, IndicatorFacts(indicator.code))
        row = rows.get(indicator.code)
        if row is None:
            continue
        for field in ("text", "deadline", "lead"):
            was_text, now_text = getattr(was_indicator, field), getattr(indicator, field)
            if was_text != now_text:
                shown = _shown(was_text), _shown(now_text)
                yield Change(stated.identifier, f"{indicator.code} {field}", Cell("", str(row.row)), *shown)
        reported = {each.period: each for each in was_indicator.actuals}
        rows_by_period = {each.period: each.row for each in row.actuals}
        for actual in indicator.actuals:
            if actual.period in rows_by_period and actual != reported.get(actual.period):
                shown = _report(reported.get(actual.period)), _report(actual)
                place = Cell("", str(rows_by_period[actual.period]))
                yield Change(stated.identifier, f"{indicator.code} {actual.period}", place, *shown)


def _differences(old: CommitmentFacts, after: CommitmentFacts, *, is_new: bool) -> Iterator[tuple[str, str, str]]:
    for name in _LINES:
        for lang in Language:
            was, now = getattr(old, name).exact_text(lang), getattr(after, name).exact_text(lang)
            if was != now:
                yield f"{name}_{lang.value}", was, now
    for name in _LISTS:
        was_lines, now_lines = getattr(old, name), getattr(after, name)
        if was_lines != now_lines:
            yield name, "; ".join(map(_shown, was_lines)), "; ".join(map(_shown, now_lines))
    if old.number != after.number:
        yield "number", old.number, after.number
    if old.starred != after.starred:
        yield "starred", _YES_NO[old.starred], _YES_NO[after.starred]
    if is_new or old.state is not after.state:
        yield "state", "" if is_new else old.state.value, after.state.value
    if old.follows != after.follows:
        yield "follows", old.follows, after.follows
    numbers = {each.number: each.text for each in old.milestones}
    for milestone in after.milestones:
        if milestone.number not in numbers or numbers[milestone.number] != milestone.text:
            was_text = _shown(numbers[milestone.number]) if milestone.number in numbers else ""
            yield "milestone", was_text, f"{milestone.number} {_shown(milestone.text)}".strip()


def _shown(text: Bilingual) -> str:
    return " / ".join(filter(None, (text.en, text.fr)))[:SHOWN]


def _report(actual: ActualFacts | None) -> str:
    if actual is None:
        return ""
    words = "NIL" if actual.nothing_to_report else _shown(actual.progress)
    return " · ".join(filter(None, (actual.status.value if actual.status else "", words)))[:SHOWN]


def _title(stated: StatedCommitment) -> Bilingual:
    """Return the title of a new commitment: the file's or, if a federal file has only a code, "Commitment" and the code."""
    return stated.title or Bilingual(f"Commitment {stated.number}", f"Engagement {stated.number}")


def _stated(stated: Bilingual, before: Bilingual) -> Bilingual:
    return Bilingual(stated.en or before.en, stated.fr or before.fr)


def _stated_lines(stated: tuple[Bilingual, ...], before: tuple[Bilingual, ...]) -> tuple[Bilingual, ...]:
    """Return the lines of the file. If a line is in only one language, the stored text in the other language is kept."""
    known = {each.en: each for each in before if each.en} | {each.fr: each for each in before if each.fr}
    return tuple(_stated(each, known.get(each.en or each.fr, each)) for each in stated) or before


def _milestones(stated: tuple[StatedMilestone, ...], before: tuple[MilestoneFacts, ...]) -> tuple[MilestoneFacts, ...]:
    known = {each.number: each for each in before}
    for each in stated:
        own = known.get(each.number, MilestoneFacts(each.number))
        known[each.number] = replace(own, text=_stated(each.text, own.text))
    return tuple(known.values())


def _indicators(stated: tuple[StatedIndicator, ...], before: tuple[IndicatorFacts, ...]) -> tuple[IndicatorFacts, ...]:
    known = {each.code: each for each in before}
    for each in stated:
        own = known.get(each.code, IndicatorFacts(each.code))
        deadline = _stated(each.deadline, own.deadline)
        known[each.code] = replace(
            own,
            text=_stated(each.text, own.text),
            milestone=each.milestone,
            deadline=deadline,
            due_on=own.due_on if deadline == own.deadline else None,
            lead=_stated(each.lead, own.lead),
            actuals=_actuals(each.actuals, own.actuals),
        )
    return tuple(known.values())


def _actuals(stated: tuple[StatedActual, ...], before: tuple[ActualFacts, ...]) -> tuple[ActualFacts, ...]:
    """Return the stored reports, in which those of the file replace the stored ones for the same periods."""
    known = {each.period: each for each in before}
    for each in stated:
        own = known.get(each.period, ActualFacts(each.period))
        known[each.period] = replace(
            own,
            status=each.status,
            nothing_to_report=each.nothing_to_report and own.number is None,
            progress=each.progress,
            evidence=each.evidence,
            challenges=each.challenges,
        )
    return tuple(known[period] for period in sorted(known))
