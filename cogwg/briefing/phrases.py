"""Phrases for findings: numbers of activities, and priorities by number, in both languages with French typography.

Days, months, counts and lists are in ``core.dates``; the labels of statuses and timeliness in ``core.status``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import NBSP, count_phrase, join_list


def capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def activities_phrase(n: int) -> Bilingual:
    return count_phrase(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))


def priorities_phrase(numbers: Sequence[int]) -> Bilingual:
    """Return a phrase such as "Priorities 2 and 3"; with more than eight numbers, only how many there are."""
    if len(numbers) > 8:
        return count_phrase(len(numbers), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    noun = ("Priority", "priorité") if len(numbers) == 1 else ("Priorities", "priorités")
    joined = join_list([Bilingual(str(n), str(n)) for n in numbers])
    return Bilingual(f"{noun[0]}{NBSP}{joined.en}", f"{noun[1]}{NBSP}{joined.fr}")


def join_texts(separator: str, texts: Sequence[Bilingual]) -> Bilingual:
    """Join the texts that are not empty, in each language."""
    return Bilingual(separator.join(t.en for t in texts if t.en), separator.join(t.fr for t in texts if t.fr))
