"""Copy the report "What we heard" of a cycle from the record, and find texts that are missing or outdated in a language.

This is the only module of the package that reads the themes and counts of comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.text_states import Texts, TextState, outdated_language
from cogwg.engagement.heard import REFUSED, Participation, Tally, comments_by_theme, has_samples, participation
from cogwg.engagement.models import EngagementCycle, EngagementPhase, EngagementTheme, PublicComment
from cogwg.engagement.scales import LANGUAGE_LABELS, Channel, CommentLanguage, CommentState
from cogwg.tracker.commitments import Rating
from cogwg.tracker.engagement import HeardRefusals, HeardShare, PublishedHeard, PublishedTheme, ThemeLink


@dataclass(frozen=True, slots=True)
class HeardGap:
    """A text that is missing or outdated in a language. ``theme`` is the theme's number, 0 for the report itself."""

    theme: int
    field: str
    lang: Language
    state: TextState = TextState.MISSING


@dataclass(frozen=True, slots=True)
class HeardCopy:
    """The report as it would be finalized.

    ``gaps`` are the texts that are missing or outdated in a language. ``without_disposition`` are the themes without a
    disposition, ``undecided`` is the number of comments that moderators have not decided on, and ``uncoded`` the number of
    comments in no theme. ``open_phases`` are the titles of the phases that accept comments on the day.
    """

    content: PublishedHeard
    gaps: tuple[HeardGap, ...]
    without_disposition: tuple[PublishedTheme, ...]
    undecided: int
    uncoded: int
    open_phases: tuple[Bilingual, ...]

    @property
    def is_unfinished(self) -> bool:
        """Whether comments that are expected, undecided or uncoded may still change the report."""
        return bool(self.undecided or self.uncoded or self.open_phases)


def copy_heard(session: Session, cycle: EngagementCycle, *, number: int, on: date) -> HeardCopy:
    """Return the report "What we heard" of a cycle as version ``number``, finalized on the day ``on``, in a fixed number of
    SQL statements.
    """
    taken_part = participation(session, cycle)
    in_theme = comments_by_theme(session, cycle)
    public = _published_ids(session, cycle)
    ordered = sorted(cycle.themes, key=lambda theme: (-len(in_theme.get(theme.id, ())), theme.position))
    themes = tuple(
        PublishedTheme(
            number=place,
            title=theme.title,
            heard=theme.heard,
            disposition=Rating(theme.disposition.value, theme.disposition.label) if theme.disposition else None,
            response=theme.response,
            links=tuple(ThemeLink(kind, key) for kind, key in theme.links),
            comments=tuple(in_theme.get(theme.id, ())),
        )
        for place, theme in enumerate(ordered, 1)
    )
    content = PublishedHeard(
        cycle=cycle.key,
        cycle_title=cycle.title,
        number=number,
        finalized_on=on,
        received=taken_part.received,
        published=taken_part.published,
        duplicates=taken_part.duplicates,
        refused=taken_part.refused,
        by_channel=_shares(taken_part, [(each.value, each.label) for each in Channel], lambda each: each.channel),
        by_language=_shares(
            taken_part, [(each.value, LANGUAGE_LABELS[each]) for each in CommentLanguage], lambda each: each.lang
        ),
        by_phase=_shares(taken_part, [(each.key, each.title) for each in cycle.phases], lambda each: each.phase),
        refusals=tuple(
            HeardRefusals(Rating(each.value, each.label), count) for each, count in taken_part.reasons.most_common()
        ),
        themes=themes,
        methods=cycle.methods,
        limits=cycle.limits,
        sample=has_samples(session, cycle),
        meetings=taken_part.meetings,
        comments=tuple(public),
    )
    coded = {id_ for ids in in_theme.values() for id_ in ids}
    return HeardCopy(
        content,
        tuple(_gaps(content)),
        tuple(theme for theme in themes if theme.disposition is None),
        taken_part.undecided,
        len(set(public) - coded),
        tuple(phase.title for phase in cycle.phases if phase.accepts_comments(on)),
    )


def _published_ids(session: Session, cycle: EngagementCycle) -> list[int]:
    asked = (
        select(PublicComment.id)
        .join(EngagementPhase)
        .where(EngagementPhase.cycle_id == cycle.id, PublicComment.state == CommentState.PUBLISHED)
    )
    return list(session.scalars(asked.order_by(PublicComment.id)))


def _shares(
    taken_part: Participation, kinds: Iterable[tuple[str, Bilingual]], kind_of: Callable[[Tally], str]
) -> tuple[HeardShare, ...]:
    """Return the number of comments of each kind, leaving out kinds without comments."""
    shares = []
    for code, label in kinds:
        own = [each for each in taken_part.tallies if kind_of(each) == code]
        if not own:
            continue
        counts = {state: sum(each.count for each in own if each.state is state) for state in CommentState}
        shares.append(
            HeardShare(
                code,
                label,
                sum(counts.values()),
                counts[CommentState.PUBLISHED],
                counts[CommentState.DUPLICATE],
                sum(counts[state] for state in REFUSED),
            )
        )
    return tuple(shares)


HeardMarks = Mapping[tuple[str, Bilingual], str]
"""The stored marks of a report's texts, by the name of the text and the text itself."""


def heard_marks(cycle: EngagementCycle) -> dict[tuple[str, Bilingual], str]:
    """Return the stored marks of the current texts of themes, methods and limits."""
    rows: tuple[EngagementCycle | EngagementTheme, ...] = (cycle, *cycle.themes)
    return {(name, getattr(row, name)): lang for row in rows for name, lang in (row.stale or {}).items() if name in _TEXTS}


_TEXTS = ("title", "heard", "response", "methods", "limits")


def outdated_texts(before: PublishedHeard | None, after: PublishedHeard, marks: HeardMarks) -> Iterator[HeardGap]:
    """Yield the texts that are marked as stale or, without a mark, changed in one language only since the previous version.

    Themes are matched by their title in either language, because their numbers depend on how many comments they have.
    """
    earlier = before.themes if before is not None else ()
    for theme in after.themes:
        same = (each for each in earlier if each.title.en == theme.title.en or each.title.fr == theme.title.fr)
        old = next(map(theme_texts, same), {})
        yield from _outdated(theme.number, old, theme_texts(theme), marks)
    old = {"methods": before.methods, "limits": before.limits} if before is not None else {}
    yield from _outdated(0, old, {"methods": after.methods, "limits": after.limits}, marks)


def _outdated(number: int, before: Texts, after: Texts, marks: HeardMarks) -> Iterator[HeardGap]:
    for name, text in after.items():
        lang = outdated_language(before.get(name, EMPTY_TEXT), text, marks.get((name, text)))
        if lang is not None:
            yield HeardGap(number, name, lang, TextState.STALE)


def theme_texts(theme: PublishedTheme) -> Texts:
    """Return the texts of a theme by their names."""
    return {"title": theme.title, "heard": theme.heard, "response": theme.response}


def _gaps(content: PublishedHeard) -> Iterator[HeardGap]:
    """Yield the texts that exist in one language only, in the order of the page."""
    texts: list[tuple[int, str, Bilingual]] = [(0, "title", content.cycle_title)]
    for theme in content.themes:
        texts += ((theme.number, name, text) for name, text in theme_texts(theme).items())
    texts += ((0, "methods", content.methods), (0, "limits", content.limits))
    for number, field, text in texts:
        yield from (HeardGap(number, field, lang) for lang in text.missing_languages)
