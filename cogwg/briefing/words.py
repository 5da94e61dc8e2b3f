"""How a deck speaks: dates, months, numbers and lists in both languages, with French typography.

Findings and renderers take their turns of phrase from here; domain words (statuses, timeliness) come from the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.core.bilingual import Bilingual, Language

NBSP = "\u00a0"
MONTHS = (
    Bilingual("January", "janvier"),
    Bilingual("February", "février"),
    Bilingual("March", "mars"),
    Bilingual("April", "avril"),
    Bilingual("May", "mai"),
    Bilingual("June", "juin"),
    Bilingual("July", "juillet"),
    Bilingual("August", "août"),
    Bilingual("September", "septembre"),
    Bilingual("October", "octobre"),
    Bilingual("November", "novembre"),
    Bilingual("December", "décembre"),
)
_SMALL_EN = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL_FR = ("aucune", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def day(when: date) -> Bilingual:
    """27 February 2020, 27 février 2020, 1er mars 2020."""
    month = MONTHS[when.month - 1]
    first = "1er" if when.day == 1 else str(when.day)
    return Bilingual(
        f"{when.day}{NBSP}{month.en}{NBSP}{when.year}",
        f"{first}{NBSP}{month.fr}{NBSP}{when.year}",
    )


def month(at: tuple[int, int], *, with_year: bool = True) -> Bilingual:
    """March 2020, mars 2020."""
    name = MONTHS[at[1] - 1]
    if not with_year:
        return name
    return Bilingual(f"{name.en}{NBSP}{at[0]}", f"{name.fr}{NBSP}{at[0]}")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """A word of the scale inside a line: "overdue", "à rendre"."""
    return text[:1].lower() + text[1:]


def count(n: int, one: Bilingual, many: Bilingual, *, spelled: bool = False) -> Bilingual:
    """A number and its noun, held together; English is singular at 1 only, French below 2.

    ``spelled`` writes numbers below ten as words (feminine in French, as the nouns counted here are).
    """
    en, fr = (_SMALL_EN[n], _SMALL_FR[n]) if spelled and n < len(_SMALL_EN) else (str(n), str(n))
    return Bilingual(f"{en}{NBSP}{(one if n == 1 else many).en}", f"{fr}{NBSP}{(one if n < 2 else many).fr}")


def activities(n: int) -> Bilingual:
    return count(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))


def listed(texts: Sequence[str], lang: Language) -> str:
    """a, b and c; a, b et c."""
    if len(texts) < 2:
        return "".join(texts)
    joiner = "and" if lang is Language.EN else "et"
    return f"{', '.join(texts[:-1])} {joiner} {texts[-1]}"


def both_listed(texts: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(listed([t.en for t in texts], Language.EN), listed([t.fr for t in texts], Language.FR))


def priorities(numbers: Sequence[int]) -> Bilingual:
    """priority 2; priorities 2 and 3. Beyond eight, only how many."""
    if len(numbers) > 8:
        return count(len(numbers), Bilingual("priority", "priorité"), Bilingual("priorities", "priorités"))
    noun = ("priority", "priorité") if len(numbers) == 1 else ("priorities", "priorités")
    spoken = [str(n) for n in numbers]
    return Bilingual(f"{noun[0]}{NBSP}{listed(spoken, Language.EN)}", f"{noun[1]}{NBSP}{listed(spoken, Language.FR)}")


def joined(separator: str, texts: Sequence[Bilingual]) -> Bilingual:
    """Texts in a row, the empty ones left out."""
    return Bilingual(separator.join(t.en for t in texts if t.en), separator.join(t.fr for t in texts if t.fr))
