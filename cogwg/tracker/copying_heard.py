"""The report "What we heard" of a cycle from the record, and which of its texts are missing in one of the languages.

This is the only module of the package that reads themes and counts of comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.text_states import Texts, TextState, left_behind
from cogwg.engagement.heard import REFUSED, Participation, Tally, comments_by_theme, has_samples, participation
from cogwg.engagement.models import EngagementCycle, EngagementPhase, PublicComment
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

    ``gaps`` are texts that one language lacks. ``without_disposition`` are the themes that do not say what came of them,
    ``undecided`` counts the comments that moderators have not decided on, and ``uncoded`` those that are in no theme.
    ``open_phases`` are the titles of the phases that take comments that day.
    """

    content: PublishedHeard
    gaps: tuple[HeardGap, ...]
    without_disposition: tuple[PublishedTheme, ...]
    undecided: int
    uncoded: int
    open_phases: tuple[Bilingual, ...]

    @property
    def is_unfinished(self) -> bool:
        """Whether the report may soon change because of comments."""
        return bool(self.undecided or self.uncoded or self.open_phases)


def copy_heard(session: Session, cycle: EngagementCycle, *, number: int, on: date) -> HeardCopy:
    """Return "What we heard" of a cycle as version ``number``, finalized on this day, in a fixed number of SQL statements."""
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
    """Return how many comments are of each kind, without kinds that have none."""
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


def outdated_texts(before: PublishedHeard, after: PublishedHeard) -> Iterator[HeardGap]:
    """Yield the texts that changed in one language only since the version before.

    A theme is the same if one of its titles is the same: its number depends on how many comments it has.
    """
    pairs: list[tuple[int, Texts, Texts]] = [
        (theme.number, theme_texts(earlier), theme_texts(theme))
        for theme in after.themes
        for earlier in before.themes
        if earlier.title.en == theme.title.en or earlier.title.fr == theme.title.fr
    ]
    old_report, new_report = ({"methods": each.methods, "limits": each.limits} for each in (before, after))
    for number, old, new in (*pairs, (0, old_report, new_report)):
        for field, text in new.items():
            if (lang := left_behind(old[field], text)) is not None:
                yield HeardGap(number, field, lang, TextState.STALE)


def theme_texts(theme: PublishedTheme) -> Texts:
    """Return the texts of a theme by their names."""
    return {"title": theme.title, "heard": theme.heard, "response": theme.response}


def _gaps(content: PublishedHeard) -> Iterator[HeardGap]:
    """Yield the texts that have one language only, in the order of the page."""
    texts: list[tuple[int, str, Bilingual]] = [(0, "title", content.cycle_title)]
    for theme in content.themes:
        texts += ((theme.number, name, text) for name, text in theme_texts(theme).items())
    texts += ((0, "methods", content.methods), (0, "limits", content.limits))
    for number, field, text in texts:
        yield from (HeardGap(number, field, lang) for lang in text.missing_languages)
