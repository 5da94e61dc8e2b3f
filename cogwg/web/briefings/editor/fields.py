"""What the composer's forms are made of: boxes that hold a text in one language, and what a browser posted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from flask import request

from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.text_limits import TEXT_LIMIT, length_problems
from cogwg.web.http import i18n


@dataclass(frozen=True, slots=True)
class Box:
    """A text to be written in one language, drawn by the macros of ``components/fields.html`` like a field of a form.

    ``wrong`` is what is wrong with it beside its length, ``here`` that the focus goes to it.
    """

    type: ClassVar[str] = "TextAreaField"
    description: ClassVar[str] = ""
    name: str
    says: str
    data: str
    lang: Language
    limit: int = TEXT_LIMIT
    rows: int = 2
    wrong: str = ""
    here: bool = False

    @property
    def id(self) -> str:
        return identifier(self.name)

    @property
    def errors(self) -> list[str]:
        long = [i18n.said(message) for _field, message in length_problems("", self.data, self.limit)]
        return long + ([self.wrong] if self.wrong else [])

    @property
    def render_kw(self) -> dict[str, Any]:
        return {"rows": self.rows, "maxlength": self.limit, "autofocus": self.here}


def boxes(
    name: str,
    says: tuple[str, str],
    text: Bilingual,
    *,
    wrong: str | Mapping[Language, str] = "",
    here: bool = False,
    **rest: Any,
) -> tuple[Box, Box]:
    """The two boxes of a text, that of the page's language first; ``says`` labels them, English first.

    The focus is for the first, and so is what is ``wrong`` with the text as a whole, where either language would mend it.
    """
    first = i18n.current()
    found = {first: wrong} if isinstance(wrong, str) else wrong
    made = {
        lang: Box(f"{name}-{lang.value}", label, text.exact_text(lang), lang, wrong=found.get(lang, ""), **rest)
        for lang, label in zip(Language, says, strict=True)
    }
    return replace(made[first], here=here), made[first.other]


def emptied(boxes: Iterable[Box]) -> list[Bilingual]:
    """The texts of these boxes, as they were stored, of which this request leaves nothing in either language."""
    stored: dict[str, dict[Language, str]] = {}
    for box in boxes:
        stored.setdefault(box.name.removesuffix(f"-{box.lang.value}"), {})[box.lang] = box.data
    found = {name: Bilingual(*(said[lang] for lang in Language)) for name, said in stored.items()}
    return [text for name, text in found.items() if text and not posted(name)]


def identifier(name: str) -> str:
    """The id of what has this name."""
    return re.sub(r"[^\w-]", "-", name)


def posted(name: str) -> Bilingual:
    """What was typed in the two boxes of this name."""
    return Bilingual(clean_text(request.form.get(f"{name}-en")), clean_text(request.form.get(f"{name}-fr")))


def was(name: str) -> Bilingual:
    """What the record said in these boxes when the page was made: a box left as it was follows the record."""
    return Bilingual(clean_text(request.form.get(f"{name}-en-was")), clean_text(request.form.get(f"{name}-fr-was")))


def posted_order() -> list[str]:
    """The rows of the form that was sent, in order, each once."""
    return list(dict.fromkeys(request.form.get("order", "").split()))


def pressed() -> tuple[str, str]:
    """The button that sent the form, as what it does and to which row."""
    verb, _space, key = request.form.get("do", "").partition(" ")
    return verb, key


def shifted(order: list[str], key: str, verb: str, among: Iterable[str]) -> list[str]:
    """The order with a row moved up or down past its next neighbour ``among`` these; as it was where there is none."""
    wanted = set(among)
    group = [one for one in order if one in wanted]
    if verb not in ("up", "down") or key not in group:
        return order
    to = group.index(key) + (-1 if verb == "up" else 1)
    if not 0 <= to < len(group):
        return order
    a, b = order.index(key), order.index(group[to])
    found = list(order)
    found[a], found[b] = found[b], found[a]
    return found
