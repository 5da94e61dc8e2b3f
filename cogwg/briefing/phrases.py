"""Phrases for findings in both languages: about activities, priorities, challenges, deadlines and the state of a deck.

Phrases for days, months, counts and lists are in ``core.dates``, and the labels of statuses and timeliness in ``core.status``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.briefing.deck import DeckChallenge, DeckState
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, day, join_list

_MOST_NAMED_CHALLENGES = 6


def capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def state_phrase(state: DeckState, version: int) -> Bilingual:
    """Return the state of a deck in words, such as "Draft of version 2" or "Version 2"."""
    if state is DeckState.STANDING:
        return Bilingual("Standing deck, not shown", "Présentation permanente, non montrée")
    if state is DeckState.DRAFT:
        return Bilingual(f"Draft of version{NBSP}{version}", f"Ébauche de la version{NBSP}{version}")
    return Bilingual(f"Version{NBSP}{version}", f"Version{NBSP}{version}")


def activities_phrase(n: int) -> Bilingual:
    return count_phrase(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))


def priorities_phrase(numbers: Sequence[int]) -> Bilingual:
    """Return a phrase such as "Priorities 2 and 3"; for more than eight numbers, only how many there are, such as
    "9 priorities".
    """
    if len(numbers) > 8:
        return count_phrase(len(numbers), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    noun = ("Priority", "priorité") if len(numbers) == 1 else ("Priorities", "priorités")
    joined = join_list([Bilingual(str(n), str(n)) for n in numbers])
    return Bilingual(f"{noun[0]}{NBSP}{joined.en}", f"{noun[1]}{NBSP}{joined.fr}")


def deadline_phrase(by: date | None, meeting_on: date | None) -> Bilingual:
    """Return the deadline in words, such as "by December 31, 2020".

    The deadline is "today" on the day of the meeting, and empty if there is no date.
    """
    if by is None:
        return EMPTY_TEXT
    if by == meeting_on:
        return Bilingual("today", "aujourd’hui")
    when = day(by)
    return Bilingual(f"by {when.en}", f"d’ici le {when.fr}")


def join_texts(separator: str, texts: Sequence[Bilingual]) -> Bilingual:
    """Join the texts that are not empty, in each language."""
    return Bilingual(separator.join(t.en for t in texts if t.en), separator.join(t.fr for t in texts if t.fr))


def remaining_challenges(challenges: Sequence[DeckChallenge]) -> Bilingual:
    """Return a text such as "4 challenges remain: resources, momentum, standards and legal"."""
    n = len(challenges)
    if not n:
        return Bilingual("No challenge is open", "Aucun défi n’est en cours")
    noun = count_phrase(n, Bilingual("challenge", "défi"), Bilingual("challenges", "défis"))
    remain = Bilingual(f"{noun.en} {'remains' if n == 1 else 'remain'}", f"{noun.fr} {'demeure' if n == 1 else 'demeurent'}")
    if n > _MOST_NAMED_CHALLENGES:
        return remain
    named = dict.fromkeys(row.theme for row in challenges)
    themes = join_list(
        [Bilingual(_theme_in_sentence(label.text(Language.EN)), _theme_in_sentence(label.text(Language.FR))) for label in named]
    )
    return Bilingual(f"{remain.en}: {themes.en}", f"{remain.fr}{NBSP}: {themes.fr}")


def _theme_in_sentence(label: str) -> str:
    """Return a theme in lower case for use in a sentence; an abbreviation keeps its capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
