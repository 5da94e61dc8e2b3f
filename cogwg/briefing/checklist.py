"""The checklist for freezing a draft: the gaps in its deck, and what has been settled. Pure functions.

A co-chair may freeze a deck with gaps by giving a reason. Each gap is shown with a link to the place where it can be fixed,
and its sentence is stored with the version. This module returns the places as ``GapPlace``; the views add their URLs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby

from cogwg.briefing.compare import texts
from cogwg.briefing.deck import DataSlide, Deck, MilestonesSlide
from cogwg.briefing.deck_links import LinkOnSlides, LinkResult, deck_links, result_in_words
from cogwg.briefing.gap_sources import GapPlace, GapSource, StaleText, TextSources, slide_source
from cogwg.briefing.overrides import OneLanguageOverride
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, day, join_list
from cogwg.core.tables import IN_LANGUAGE


class GapKind(StrEnum):
    """The kinds of gaps, in the order in which they are shown."""

    NOTHING_REPORTED = "nothing-reported"
    REPORTS = "reports"
    COMPARISON = "comparison"
    LANGUAGE = "language"
    STALE = "stale"
    REWORDED = "reworded"
    VACANCIES = "vacancies"
    MISSING_LINKS = "missing-links"
    LINKS = "links"
    LONG_SLIDES = "long"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap to settle before a deck is frozen: a sentence that describes it, and the place where it can be fixed.

    For a gap of kind ``LINKS``, ``summary`` is the sentence without the URLs, and ``addresses`` are all the links.
    """

    kind: GapKind
    sentence: Bilingual
    source: GapSource
    summary: Bilingual = EMPTY_TEXT
    addresses: tuple[LinkOnSlides, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """The gaps that still have to be settled, and sentences about what has been settled."""

    gaps: tuple[Gap, ...]
    settled: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class ChecklistInput:
    """The data that the checklist needs besides the deck.

    ``missing_reports`` is the number of missing reports for the plan's quarters that accept reports. ``link_results`` maps
    each URL to its last check, and ``open_comments`` each slide key to its number of open comments. ``page_counts`` has the
    number of pages by slide key and language. ``unreadable_baseline`` is the day of the meeting whose deck is the baseline, if
    a later release froze that deck and this release cannot read it; otherwise None. ``one_language_overrides`` are the texts
    that were reworded in one language only. ``wording_sources`` says where to fix the texts that the co-chairs wrote.
    ``stale_texts`` are the stale texts of the plan, its reports and news.
    """

    missing_reports: int
    link_results: Mapping[str, LinkResult]
    page_counts: Mapping[str, Mapping[Language, int]]
    open_comments: Mapping[str, int] = field(default_factory=dict)
    unreadable_baseline: date | None = None
    one_language_overrides: tuple[OneLanguageOverride, ...] = ()
    wording_sources: TextSources = field(default_factory=dict)
    stale_texts: Mapping[Bilingual, StaleText] = field(default_factory=dict)


def checklist(deck: Deck, inputs: ChecklistInput) -> Checklist:
    """Return what still has to be settled before this deck is frozen, and what has been settled."""
    gaps = (
        *_missing_reports(deck, inputs),
        *_unreadable_baseline(inputs),
        *_missing_languages(deck, inputs),
        *_stale_texts(deck, inputs),
        *_one_language_overrides(deck, inputs),
        *_vacancies(deck),
        *_link_gaps(deck, inputs),
        *_long_slides(deck, inputs),
        *_open_comments(deck, inputs),
    )
    settled = [sentence for kinds, sentence in _SETTLED_SENTENCES if kinds.isdisjoint(gap.kind for gap in gaps)]
    return Checklist(gaps, (*settled, _NO_NAMES))


_SETTLED_SENTENCES = (
    (
        {GapKind.REPORTS},
        Bilingual(
            "All reports that can still be submitted have been received",
            "Tous les rapports qui peuvent encore être soumis ont été reçus",
        ),
    ),
    ({GapKind.LANGUAGE}, Bilingual("Every text is in both languages", "Tous les textes sont dans les deux langues")),
    ({GapKind.VACANCIES}, Bilingual("Every role is filled and confirmed", "Tous les rôles sont pourvus et confirmés")),
    ({GapKind.MISSING_LINKS, GapKind.LINKS}, Bilingual("Every link works", "Tous les liens fonctionnent")),
    ({GapKind.LONG_SLIDES}, Bilingual("Every slide fits on one page", "Chaque diapositive tient sur une page")),
)
ADDRESSES_SHOWN = 3
"""The maximum number of URLs in a gap's sentence. The page shows the others in a collapsed list; they are not stored with the
version."""
_NO_NAMES = Bilingual(
    "No jurisdiction is named in a challenge without its agreement",
    "Aucune administration n’est nommée dans un défi sans son accord",
)
_LANGUAGES = {Language.EN: Bilingual("English", "anglais"), Language.FR: Bilingual("French", "français")}


def _missing_reports(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    states = [state for priority in deck.priorities for state in priority.activities]
    if states and not any(state.status for state in states):
        yield Gap(
            GapKind.NOTHING_REPORTED,
            Bilingual(
                "No reports have been submitted, so the slides show no status.",
                f"Aucun rapport n’a été soumis{NBSP}: les diapositives ne montrent aucun état.",
            ),
            GapSource(GapPlace.REPORTING_STATUS, "glance"),
        )
    if inputs.missing_reports:
        n = inputs.missing_reports
        yield Gap(
            GapKind.REPORTS,
            Bilingual(
                f"{count_phrase(n, Bilingual('report has', ''), Bilingual('reports have', '')).en} not been received.",
                f"{n}{NBSP}{'rapport n’a pas été reçu' if n < 2 else 'rapports n’ont pas été reçus'}.",
            ),
            GapSource(GapPlace.REPORTING_STATUS),
        )


def _unreadable_baseline(inputs: ChecklistInput) -> Iterable[Gap]:
    if inputs.unreadable_baseline is not None:
        when = day(inputs.unreadable_baseline)
        words = Bilingual(
            f"This draft cannot be compared with the briefing of {when.en}, "
            "which was finalized with a newer version of the software.",
            f"Cette ébauche ne peut pas être comparée à la présentation du {when.fr}, "
            "qui a été finalisée avec une version plus récente du logiciel.",
        )
        yield Gap(GapKind.COMPARISON, words, GapSource(GapPlace.CHANGES))


def _missing_languages(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    """Yield the gaps for texts that are missing in a language: one for each text about the meeting, and one for each slide and
    language.

    Each text counts once, on the first slide that shows it. The data slide comes last, because it only repeats the texts of
    the other slides.
    """
    counted: set[Bilingual] = set()
    for text in (deck.audience, deck.place, deck.agenda_item, deck.classification):
        for lang in text.missing_languages:
            name = _LANGUAGES[lang]
            en = f"Meeting text missing in {name.en}: {text.en or text.fr}."
            fr = f"Texte de la réunion manquant en {name.fr}{NBSP}: {text.text('fr')}."
            yield Gap(GapKind.LANGUAGE, Bilingual(en, fr), GapSource(GapPlace.MEETING, "cover"))
    for slide in sorted(deck.slides, key=lambda s: isinstance(s, DataSlide)):
        lacking = [text for text in dict.fromkeys(texts(slide)) if text.missing_languages and text not in counted]
        counted.update(lacking)
        for lang, group in groupby(sorted(lacking, key=lambda t: t.missing_languages[0]), key=lambda t: t.missing_languages[0]):
            sources = [inputs.wording_sources.get((slide.key, text)) for text in group]
            n = len(sources)
            noun = count_phrase(n, Bilingual("text", "texte"), Bilingual("texts", "textes"))
            name = _LANGUAGES[lang]
            title = slide.title
            yield Gap(
                GapKind.LANGUAGE,
                Bilingual(
                    f"{noun.en} {'is' if n == 1 else 'are'} missing in {name.en}: {title.en or title.fr}.",
                    f"{noun.fr} {'manque' if n < 2 else 'manquent'} en {name.fr}{NBSP}: {title.text('fr')}.",
                ),
                next(filter(None, sources), GapSource(GapPlace.TRANSLATIONS, slide.key)),
            )


def _stale_texts(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    """Yield the gaps for texts that changed in one language after they were translated, one for each slide, language and place
    where the texts can be updated.

    Each text counts once, on the first slide that shows it; the data slide comes last.
    """
    counted: set[Bilingual] = set()
    for slide in sorted(deck.slides, key=lambda s: isinstance(s, DataSlide)):
        stale = [text for text in dict.fromkeys(texts(slide)) if text in inputs.stale_texts and text not in counted]
        counted.update(stale)
        counts = Counter((inputs.stale_texts[text].lang, inputs.stale_texts[text].source(slide.key)) for text in stale)
        for (lang, source), n in sorted(counts.items(), key=lambda each: (each[0][0], each[0][1].priority)):
            noun = count_phrase(n, Bilingual("text", "texte"), Bilingual("texts", "textes"))
            name, changed, title = _LANGUAGES[lang], _LANGUAGES[lang.other], slide.title
            words = Bilingual(
                f"{noun.en} to update in {name.en}, because the {changed.en} changed later: {title.en or title.fr}.",
                f"{noun.fr} à mettre à jour en {name.fr}, car l’{changed.fr} a changé depuis{NBSP}: {title.text('fr')}."
                if lang is Language.FR
                else f"{noun.fr} à mettre à jour en {name.fr}, car le {changed.fr} a changé depuis{NBSP}: {title.text('fr')}.",
            )
            yield Gap(GapKind.STALE, words, source)


def _one_language_overrides(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    """Yield the gaps for texts that were reworded in one language only, one for each language, slide and place where they can
    be fixed.
    """
    titles = {slide.key: slide.title for slide in deck.slides}
    overrides = Counter(override for override in inputs.one_language_overrides if override.source.slide in titles)
    for override, n in overrides.items():
        title, name = titles[override.source.slide], _LANGUAGES[override.lang]
        if n == 1:
            edited = Bilingual(f"Edited in {name.en} only", f"Modification en {name.fr} seulement")
        else:
            noun = count_phrase(n, EMPTY_TEXT, Bilingual("texts edited", "textes modifiés"))
            edited = Bilingual(f"{noun.en} in {name.en} only", f"{noun.fr} en {name.fr} seulement")
        words = Bilingual(f"{edited.en}: {title.en or title.fr}.", f"{edited.fr}{NBSP}: {title.text('fr')}.")
        yield Gap(GapKind.REWORDED, words, override.source)


def _vacancies(deck: Deck) -> Iterable[Gap]:
    vacant = sum(priority.vacant for priority in deck.priorities)
    unsure = sum(priority.to_confirm for priority in deck.priorities)
    counts = []
    if vacant:
        counts.append(
            count_phrase(
                vacant, Bilingual("role is vacant", "rôle est vacant"), Bilingual("roles are vacant", "rôles sont vacants")
            )
        )
    if unsure:
        singular, plural = (
            Bilingual("is to be confirmed", "est à confirmer"),
            Bilingual("are to be confirmed", "sont à confirmer"),
        )
        if not vacant:
            singular = Bilingual(f"role {singular.en}", f"rôle {singular.fr}")
            plural = Bilingual(f"roles {plural.en}", f"rôles {plural.fr}")
        counts.append(count_phrase(unsure, singular, plural))
    if counts:
        words = join_list(counts)
        yield Gap(GapKind.VACANCIES, Bilingual(f"{words.en}.", f"{words.fr}."), GapSource(GapPlace.ROLES, "group"))


def _link_gaps(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    for slide in deck.slides:
        if isinstance(slide, MilestonesSlide):
            without = [row for row in slide.milestones if not row.links]
            if without:
                n = count_phrase(len(without), Bilingual("milestone", "jalon"), Bilingual("milestones", "jalons"))
                who = join_list(list(dict.fromkeys(row.jurisdiction for row in without)))
                words = Bilingual(f"{n.en} without a link: {who.en}.", f"{n.fr} sans lien{NBSP}: {who.fr}.")
                yield Gap(GapKind.MISSING_LINKS, words, GapSource(GapPlace.MILESTONES, slide.key))
    shown = deck_links(deck)
    dead = {
        url: places for url, places in shown.items() if url in inputs.link_results and not inputs.link_results[url].is_reachable
    }
    untried = {url: places for url, places in shown.items() if url not in inputs.link_results}
    for urls, singular, plural in (
        (
            dead,
            Bilingual("link could not be opened", "lien n’a pas pu être ouvert"),
            Bilingual("links could not be opened", "liens n’ont pas pu être ouverts"),
        ),
        (
            untried,
            Bilingual("link has not been checked", "lien n’a pas été vérifié"),
            Bilingual("links have not been checked", "liens n’ont pas été vérifiés"),
        ),
    ):
        if urls:
            head = count_phrase(len(urls), singular, plural)
            shown_urls = ", ".join(list(urls)[:ADDRESSES_SHOWN]) + (" …" if len(urls) > ADDRESSES_SHOWN else "")
            words = Bilingual(f"{head.en}: {shown_urls}", f"{head.fr}{NBSP}: {shown_urls}")
            addresses = tuple(
                LinkOnSlides(
                    url, result_in_words(inputs.link_results[url].result) if url in inputs.link_results else EMPTY_TEXT, places
                )
                for url, places in urls.items()
            )
            yield Gap(GapKind.LINKS, words, GapSource(GapPlace.PREVIEW), summary=head, addresses=addresses)


def _long_slides(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    for number, slide in enumerate(deck.slides, 1):
        over = {lang: n for lang, n in inputs.page_counts.get(slide.key, {}).items() if n > 1}
        if over and not isinstance(slide, DataSlide):
            most = max(over.values())
            where = join_list([IN_LANGUAGE[lang] for lang in Language if lang in over])
            words = Bilingual(
                f"Slide {number} takes up {most} pages {where.en} instead of one.",
                f"La diapositive {number} occupe {most}{NBSP}pages {where.fr} au lieu d’une.",
            )
            yield Gap(GapKind.LONG_SLIDES, words, slide_source(slide.key))


def _open_comments(deck: Deck, inputs: ChecklistInput) -> Iterable[Gap]:
    singular, plural = Bilingual("open comment", "commentaire à régler"), Bilingual("open comments", "commentaires à régler")
    for number, slide in enumerate(deck.slides, 1):
        if inputs.open_comments.get(slide.key, 0):
            n = count_phrase(inputs.open_comments[slide.key], singular, plural)
            words = Bilingual(f"{n.en} on slide {number}.", f"{n.fr} sur la diapositive {number}.")
            yield Gap(GapKind.COMMENTS, words, GapSource(GapPlace.COMMENTS, slide.key))
