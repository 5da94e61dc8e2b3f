"""Sentences and labels made from a deck's facts: footers, titles, sources, the marks for drafts and sample data, ages, and a
trend.
"""

from __future__ import annotations

from datetime import date
from string import ascii_lowercase as _LETTERS

from cogwg.briefing.deck import ChangeKind, Deck, DeckState, DueActivity, LateActivity, ProgressSlide
from cogwg.briefing.phrases import join_texts, state_phrase
from cogwg.briefing.render.wording import DRAFT, FINAL, SAMPLE
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, day, day_of_month
from cogwg.core.status import Status

_DAYS_FOR_MONTHS, _DAYS_A_MONTH, _DAYS_A_WEEK = 60, 30.44, 7
_CHANGE_MARKS = {
    ChangeKind.SLIPPED: "▲",
    ChangeKind.SILENT: "○",
    ChangeKind.DUE_MOVED: "↔",
    ChangeKind.LEAD_CHANGED: "►",
    ChangeKind.FORWARD: "●",
    ChangeKind.ADDED: "■",
    ChangeKind.DROPPED: "□",
}
CHANGE_LABELS = {kind: Bilingual(f"{mark} {kind.words.en}", f"{mark} {kind.words.fr}") for kind, mark in _CHANGE_MARKS.items()}


def version_text(deck: Deck) -> Bilingual:
    """Return the deck's state for use within a sentence: "version 2", "DRAFT of version 2" or "standing deck, not shown"."""
    if deck.state is DeckState.DRAFT:
        return Bilingual(f"DRAFT of version{NBSP}{deck.edition}", f"ÉBAUCHE de la version{NBSP}{deck.edition}")
    words = state_phrase(deck.state, deck.edition)
    return Bilingual(words.en[:1].lower() + words.en[1:], words.fr[:1].lower() + words.fr[1:])


def state_mark(deck: Deck) -> Bilingual:
    """Return the deck's state as a mark: "DRAFT of version 2", "Standing deck, not shown" or "Version 2, as of (date)"."""
    if deck.state is DeckState.DRAFT:
        return version_text(deck)
    words = state_phrase(deck.state, deck.edition)
    if deck.state is DeckState.STANDING:
        return words
    when = day(deck.as_of)
    return Bilingual(f"{words.en}, as of {when.en}", f"{words.fr}, en date du {when.fr}")


def content_status(deck: Deck) -> Bilingual:
    """Return the status for a file's properties: "Draft", "Final", or the phrase for a standing deck."""
    known = {DeckState.DRAFT: DRAFT, DeckState.VERSION: FINAL}
    return known.get(deck.state) or state_phrase(deck.state, deck.edition)


def version_number(deck: Deck) -> str:
    """Return the number of the version, or the number that a draft would get; empty for a standing deck."""
    return "" if deck.state is DeckState.STANDING else str(deck.edition)


def document_title(deck: Deck, name: str, lang: Language) -> str:
    """Return the title of a file, which identifies the document: the name of the group, the meeting, and the deck's state."""
    return f"{name} – {meeting_line(deck).text(lang)} – {state_phrase(deck.state, deck.edition).text(lang)}"


def footer_line(deck: Deck, audience: str, lang: Language) -> str:
    """Return the footer, such as "Joint Councils – February 27, 2020 | COGWG work plan, version 1, as of February 27, 2020"."""
    named, when, meeting = version_text(deck), day(deck.as_of), day(deck.meeting_on)
    rest = Bilingual(
        f" – {meeting.en}  |  COGWG work plan, {named.en}, as of {when.en}",
        f" – {meeting.fr}  |  Plan de travail du GTCGO, {named.fr}, au {when.fr}",
    )
    return audience + rest.text(lang)


def printed_footer(deck: Deck) -> Bilingual:
    """Return the text after the audience in a printed footer: the meeting, the version, and the day by which reports were
    received.
    """
    named, when, meeting = version_text(deck), day(deck.as_of), day(deck.meeting_on)
    return Bilingual(
        f" – {meeting.en}  |  COGWG work plan, {named.en}, reports received by {when.en}",
        f" – {meeting.fr}  |  Plan de travail du GTCGO, {named.fr}, rapports reçus au {when.fr}",
    )


def finding_title(finding: str) -> str:
    """Return a finding as a title, without the period at its end unless it has several sentences."""
    text = finding.rstrip()
    return text[:-1] if text.endswith(".") and ". " not in text and not text.endswith("..") else text


def source_line(deck: Deck) -> Bilingual:
    """Return the source line of a slide whose statements come from the plan and its reports."""
    when = day(deck.as_of)
    return Bilingual(
        f"Source: {deck.plan_year} work plan and reports received by {when.en}",
        f"Source{NBSP}: plan de travail {deck.plan_year} et rapports reçus au {when.fr}",
    )


def co_chairs_line(deck: Deck) -> Bilingual:
    """Return the source line of a slide whose statements the co-chairs wrote."""
    meeting = day(deck.meeting_on)
    return Bilingual(
        f"Source: the co-chairs, for the meeting of {meeting.en}",
        f"Source{NBSP}: la coprésidence, pour la réunion du {meeting.fr}",
    )


def meeting_line(deck: Deck) -> Bilingual:
    """Return the audience and the day of the meeting, such as "Joint Councils, February 27, 2020"."""
    meeting = day(deck.meeting_on)
    return Bilingual(f"{deck.audience.en}, {meeting.en}", f"{deck.audience.text(Language.FR)}, {meeting.fr}")


def meeting_day_and_place(deck: Deck) -> Bilingual:
    """Return the day of the meeting and, if known, the place, such as "February 27, 2020 – Ottawa"."""
    meeting, place = day(deck.meeting_on), deck.place
    if not place:
        return meeting
    return Bilingual(f"{meeting.en} – {place.text(Language.EN)}", f"{meeting.fr} – {place.text(Language.FR)}")


def page_label(number: int, page: int) -> str:
    """Return the number of a page of a slide, which is the same in every format: "7" for the first page, then "7b" and "7c"."""
    if page == 1:
        return str(number)
    return f"{number}{_LETTERS[page - 1]}" if page <= len(_LETTERS) else f"{number}-{page}"


def slide_number_line(number: int, total: int, page: int = 1) -> Bilingual:
    label = page_label(number, page)
    return Bilingual(f"Slide {label} of {total}", f"Diapositive {label} sur {total}")


def marks_line(deck: Deck) -> Bilingual:
    """Return the marks of the deck's state and of sample data."""
    return _joined_marks(state_mark(deck), *((SAMPLE,) if deck.sample else ()))


def warnings_line(deck: Deck) -> Bilingual:
    """Return the warning marks: that the deck is not a version, and that it has sample data; empty for a version without
    sample data.
    """
    needed = (state_mark(deck), deck.state is not DeckState.VERSION), (SAMPLE, deck.sample)
    return _joined_marks(*(mark for mark, is_needed in needed if is_needed))


def _joined_marks(*marks: Bilingual) -> Bilingual:
    return Bilingual("    ".join(text.en for text in marks), "    ".join(text.fr for text in marks))


def since_heading(previous_day: date, as_of: date) -> Bilingual:
    """Return a heading such as "February 27 → now"; it includes the year if that differs from the year of ``as_of``."""
    day_text = day_of_month(previous_day) if previous_day.year == as_of.year else day(previous_day)
    return Bilingual(f"{day_text.en} → now", f"{day_text.fr} → maintenant")


def forward_sentence(n: int) -> Bilingual:
    """Return a sentence such as "3 activities made progress"."""
    noun = count_phrase(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))
    return Bilingual(f"{noun.en} made progress", f"{noun.fr} {'a' if n == 1 else 'ont'} progressé")


def late_activity(activity: LateActivity) -> Bilingual:
    """Return an overdue activity in words, such as "▲ 100 days: Engagement in the CKAN forums"."""
    days = count_phrase(activity.days, Bilingual("day", "jour"), Bilingual("days", "jours"))
    title = activity.title
    return Bilingual(f"▲ {days.en}: {title.text(Language.EN)}", f"▲ {days.fr}{NBSP}: {title.text(Language.FR)}")


def is_new(since: date, as_of: date) -> bool:
    return (as_of - since).days < _DAYS_A_WEEK


def age_words(since: date, as_of: date) -> Bilingual:
    """Return how long something has been open in words: "new" at first, then in weeks, and from 60 days on in months."""
    days = (as_of - since).days
    if is_new(since, as_of):
        return Bilingual("new", "nouveau")
    if days >= _DAYS_FOR_MONTHS:
        return count_phrase(round(days / _DAYS_A_MONTH), Bilingual("month", "mois"), Bilingual("months", "mois"))
    return count_phrase(days // _DAYS_A_WEEK, Bilingual("week", "semaine"), Bilingual("weeks", "semaines"))


def by_priority_heading(as_of: date) -> Bilingual:
    """Return the heading of the bars on the summary slide, which explains the thick line."""
    when = day_of_month(as_of)
    return Bilingual(f"Thick line: due by {when.en}", f"Trait épais{NBSP}: échu au {when.fr}")


def trend_sentence(slide: ProgressSlide) -> Bilingual:
    """Return how the number of complete activities changed from the first quarter to the last; empty if there are no counts."""
    if Status.COMPLETE not in slide.series_of_quarters or not slide.quarters:
        return EMPTY_TEXT
    at = slide.series_of_quarters.index(Status.COMPLETE)
    first, last = slide.quarters[0], slide.quarters[-1]
    before, now, total = first.counts[at], last.counts[at], sum(last.counts)
    span = Bilingual(
        f"From {first.label.en} to {last.label.en}, the number of completed activities",
        f"Du {first.label.fr} au {last.label.fr}, le nombre d’activités réalisées",
    )
    if before == now:
        return Bilingual(f"{span.en} stayed at {now} of {total}.", f"{span.fr} est resté à {now} sur{NBSP}{total}.")
    return Bilingual(
        f"{span.en} went from {before} to {now} of {total}.", f"{span.fr} est passé de {before} à {now} sur{NBSP}{total}."
    )


def counting_note(as_of: date) -> Bilingual:
    """Return the note that explains which reports are counted for each quarter."""
    when = day(as_of)
    return Bilingual(
        "Each quarter counts each activity’s latest report for that quarter or an earlier one. "
        f"Late reports submitted by {when.en} are included.",
        "Chaque trimestre compte le dernier rapport sur chaque activité, pour ce trimestre ou un trimestre précédent. "
        f"Les rapports remis en retard jusqu’au {when.fr} sont inclus.",
    )


def carriers_with_undecided(activity: DueActivity) -> Bilingual:
    """Return the leads and partners of an activity, then the roles that are undecided, such as "TBS; 1 role vacant"."""
    return join_texts("; ", [activity.carried_by, activity.undecided])
