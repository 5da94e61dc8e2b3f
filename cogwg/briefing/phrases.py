"""How a finding speaks: numbers with their nouns, and priorities by number, in both languages with French typography.

Days, months and lists come from the ground's dates; domain words (statuses, timeliness) from the scale.
"""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import NBSP, join_list

_SMALL_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL_FR = ("aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def count(n: int, one: Bilingual, many: Bilingual, *, spelled: bool = False) -> Bilingual:
    """A number and its noun, held together; English is singular at 1 only, French below 2.

    ``spelled`` writes numbers below ten as words (feminine in French, as the nouns counted here are).
    """
    en, fr = (_SMALL_EN[n], _SMALL_FR[n]) if spelled and n < len(_SMALL_EN) else (str(n), str(n))
    return Bilingual(f"{en}{NBSP}{(one if n == 1 else many).en}", f"{fr}{NBSP}{(one if n < 2 else many).fr}")


def activities(n: int) -> Bilingual:
    return count(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))


def priorities(numbers: Sequence[int]) -> Bilingual:
    """priority 2; priorities 2 and 3. Beyond eight, only how many."""
    if len(numbers) > 8:
        return count(len(numbers), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    noun = ("priority", "priorité") if len(numbers) == 1 else ("priorities", "priorités")
    spoken = join_list([Bilingual(str(n), str(n)) for n in numbers])
    return Bilingual(f"{noun[0]}{NBSP}{spoken.en}", f"{noun[1]}{NBSP}{spoken.fr}")


def joined(separator: str, texts: Sequence[Bilingual]) -> Bilingual:
    """Texts in a row, the empty ones left out; French keeps a semicolon apart from what is before it."""
    apart = f"{NBSP}{separator}" if separator.startswith(";") else separator
    return Bilingual(separator.join(t.en for t in texts if t.en), apart.join(t.fr for t in texts if t.fr))
