"""Rules for briefings. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from cogwg.briefing.compare import texts
from cogwg.briefing.deck import Deck
from cogwg.briefing.outline import NO_DETAILS, CoverDetails, Outline, SlideWording
from cogwg.briefing.overrides import line_counts
from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.dates import day
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import TEXT_LIMIT, length_problems

AUDIENCE_LIMIT = 120
TITLE_LIMIT = 200
MESSAGE_LIMIT = 400
LINES_LIMIT = 40
"""The maximum number of lines (points or paragraphs) that a co-chair can write for one slide."""
MEETING_DAY_TAKEN = Message(N_("There is already a briefing for this meeting date. Open that briefing instead."))
VERSION_LINK_LIFETIME = timedelta(days=90)
"""The time after which a link to a version expires. It is about a quarter, because the next meeting has its own briefing."""
RECIPIENT_LIMIT = 80
"""The maximum length of a note that says who a link is for, in characters."""
FIRST_YEAR = 2012
YEARS_AHEAD = 2
"""A meeting before ``FIRST_YEAR``, or more than ``YEARS_AHEAD`` years from today, is treated as a typing error."""


def as_of(meeting_on: date, today: date) -> date:
    """Return the as-of day of a briefing: its meeting day or today, whichever is earlier."""
    return min(meeting_on, today)


def check_meeting(
    meeting_on: date,
    audience: Bilingual,
    place: Bilingual,
    *,
    today: date,
    is_day_taken: bool,
    last_frozen: date | None,
    cover: CoverDetails = NO_DETAILS,
) -> None:
    """Check the meeting of a briefing. Raises ``Invalid`` with every problem.

    The day must be plausible (see ``YEARS_AHEAD``), must not have another briefing, and must not be before the meeting of the
    last frozen briefing. The audience is required in both languages, and no text may be too long.
    """
    problems: list[tuple[str, Message]] = []
    if meeting_on.year < FIRST_YEAR or _is_too_far_ahead(meeting_on, today):
        limits = {"first": FIRST_YEAR, "ahead": YEARS_AHEAD}
        problems.append(
            (
                "meeting_on",
                Message(N_("Choose a date in %(first)s or later, and no more than %(ahead)s years from today."), limits),
            )
        )
    if is_day_taken:
        problems.append(("meeting_on", MEETING_DAY_TAKEN))
    problems += [("meeting_on", message) for message in _order_problems(meeting_on, last_frozen)]
    for field, text in (("audience_en", audience.en), ("audience_fr", audience.fr)):
        if not text:
            problems.append((field, Message(N_("Enter the audience of the briefing."))))
    meeting_texts = {"audience": audience, "place": place}
    meeting_texts |= {"agenda_item": cover.agenda_item, "classification": cover.classification}
    for name, both in meeting_texts.items():
        for lang in Language:
            if len(both.exact_text(lang)) > AUDIENCE_LIMIT:
                problems.append((f"{name}_{lang.value}", _shorten_message(AUDIENCE_LIMIT)))
    if problems:
        raise Invalid(*problems)


def _order_problems(meeting_on: date, last_frozen: date | None) -> Iterable[Message]:
    if last_frozen is not None and meeting_on < last_frozen:
        when = day(last_frozen)
        yield Message(
            N_("The last finalized briefing is for %(day)s. Choose a later date, or edit that briefing."), {"day": when}
        )


def check_freeze(deck: Deck, gaps: Iterable[Bilingual], note: str, *, last_frozen: date | None) -> None:
    """Check that a deck can be frozen: no later meeting has a frozen deck, and ``note`` gives a reason if there are gaps.

    Raises ``Invalid`` with all problems, including a note that is too long.
    """
    problems = [("meeting_on", message) for message in _order_problems(deck.meeting_on, last_frozen)]
    if tuple(gaps) and not clean_text(note):
        problems.append(
            ("note", Message(N_("Explain why you are finalizing with open items. The reason is saved with your name.")))
        )
    problems += length_problems("note", note)
    if problems:
        raise Invalid(*problems)


def check_outline(outline: Outline) -> None:
    """Check an outline: the lengths of its texts, the number of lines on a slide, and that free slides have a title.

    Raises ``Invalid`` with the key of the slide as the field, or the name of the part, such as ``changes``.
    """
    problems: list[tuple[str, Message]] = []
    for words in outline.words:
        for text, limit in ((words.title, TITLE_LIMIT), (words.message, MESSAGE_LIMIT)):
            problems += [(words.key, message) for message in _length_problems(text, limit)]
        for line in words.lines:
            problems += [(words.key, message) for message in _length_problems(line, TEXT_LIMIT)]
        if len(words.lines) > LINES_LIMIT:
            problems.append((words.key, Message(N_("Use at most %(limit)s lines on one slide."), {"limit": LINES_LIMIT})))
        if words.key in outline.free_slide_keys and not words.title:
            problems.append((words.key, Message(N_("Enter a title for the slide."))))
    for field, value in (
        ("changes", outline.changes),
        ("changes", outline.left_wordings),
        ("milestones", outline.milestones),
        ("challenges", outline.challenges),
        ("priorities", outline.priorities),
        ("steps", outline.steps),
    ):
        problems += [(field, message) for text in texts(value) for message in _length_problems(text, TEXT_LIMIT)]
    deciders = (terms.who for words in outline.priorities for terms in words.ask_terms)
    problems += [("priorities", message) for who in deciders for message in _length_problems(who, AUDIENCE_LIMIT)]
    problems += [("steps", message) for step in outline.steps or () for message in _length_problems(step.who, AUDIENCE_LIMIT)]
    if problems:
        raise Invalid(*problems)


def check_points(wording: SlideWording, usual_wording: SlideWording) -> None:
    """Check that no point of ``usual_wording`` is removed in one language only, because the slide would then show the point in
    the other language. A point may be added in one language only; the checklist then shows a gap until it is translated.
    Raises ``Invalid`` with the key of the slide as the field.
    """
    counts = line_counts(wording.lines)
    fewest = min(counts.values())
    if fewest < max(counts.values()) and fewest < min(line_counts(usual_wording.lines).values()):
        values = {lang.value: number for lang, number in counts.items()}
        uneven = N_("Enter the same number of points in both languages (English: %(en)s, French: %(fr)s).")
        raise Invalid((wording.key, Message(uneven, values)))


def check_recipient(note: str) -> str:
    """Return the note that says who a link is for, on one line. Raises ``Invalid`` if it is too long."""
    recipient = " ".join(clean_text(note).split())
    if len(recipient) > RECIPIENT_LIMIT:
        raise Invalid(("recipient", _shorten_message(RECIPIENT_LIMIT)))
    return recipient


def _length_problems(text: Bilingual, limit: int) -> list[Message]:
    return [message for lang in Language for _, message in length_problems("", text.exact_text(lang), limit)]


def _shorten_message(limit: int) -> Message:
    return Message(N_("Shorten this text. The limit is %(limit)s characters."), {"limit": limit})


def _is_too_far_ahead(meeting_on: date, today: date) -> bool:
    """Return whether the meeting is more than ``YEARS_AHEAD`` years from today."""
    return (meeting_on.year - YEARS_AHEAD, meeting_on.month, meeting_on.day) > (today.year, today.month, today.day)
