"""Building blocks of the editor's forms: text boxes in one language, and what a browser posted."""

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
class TextBox:
    """A text field in one language, drawn by the macros of ``components/fields.html`` like a field of a form.

    ``problem`` is an error other than its length; ``has_focus`` sets the focus to it.
    """

    type: ClassVar[str] = "TextAreaField"
    description: ClassVar[str] = ""
    name: str
    label: str
    data: str
    lang: Language
    limit: int = TEXT_LIMIT
    rows: int = 2
    problem: str = ""
    has_focus: bool = False

    @property
    def id(self) -> str:
        return element_id(self.name)

    @property
    def errors(self) -> list[str]:
        long = [i18n.translate_message(message) for _field, message in length_problems("", self.data, self.limit)]
        return long + ([self.problem] if self.problem else [])

    @property
    def render_kw(self) -> dict[str, Any]:
        return {"rows": self.rows, "maxlength": self.limit, "autofocus": self.has_focus}


def text_boxes(
    name: str,
    labels: tuple[str, str],
    text: Bilingual,
    *,
    problems: str | Mapping[Language, str] = "",
    has_focus: bool = False,
    **options: Any,
) -> tuple[TextBox, TextBox]:
    """Return the two boxes of a text, that of the page's language first; ``labels`` are in English, French order.

    The first box gets the focus, and ``problems`` given as one string, which either language would fix.
    """
    first = i18n.current_language()
    found = {first: problems} if isinstance(problems, str) else problems
    made = {
        lang: TextBox(f"{name}-{lang.value}", label, text.exact_text(lang), lang, problem=found.get(lang, ""), **options)
        for lang, label in zip(Language, labels, strict=True)
    }
    return replace(made[first], has_focus=has_focus), made[first.other]


def emptied_texts(boxes: Iterable[TextBox]) -> list[Bilingual]:
    """Return the texts of these boxes, as they were stored, that this request empties in both languages."""
    stored: dict[str, dict[Language, str]] = {}
    for box in boxes:
        stored.setdefault(box.name.removesuffix(f"-{box.lang.value}"), {})[box.lang] = box.data
    found = {name: Bilingual(*(said[lang] for lang in Language)) for name, said in stored.items()}
    return [text for name, text in found.items() if text and not posted_text(name)]


def element_id(name: str) -> str:
    """Return the HTML id for a name."""
    return re.sub(r"[^\w-]", "-", name)


def posted_text(name: str) -> Bilingual:
    """Return what was typed in the two boxes of this name."""
    return Bilingual(clean_text(request.form.get(f"{name}-en")), clean_text(request.form.get(f"{name}-fr")))


def posted_original(name: str) -> Bilingual:
    """Return the default text of these boxes when the page was made: a box left as it was follows the reported text."""
    return Bilingual(clean_text(request.form.get(f"{name}-en-was")), clean_text(request.form.get(f"{name}-fr-was")))


def posted_order() -> list[str]:
    """Return the rows of the posted form, in order, without duplicates."""
    return list(dict.fromkeys(request.form.get("order", "").split()))


def pressed_button() -> tuple[str, str]:
    """Return the pressed button's action and the row it applies to."""
    verb, _space, key = request.form.get("do", "").partition(" ")
    return verb, key


def move_row(order: list[str], key: str, verb: str, neighbours: Iterable[str]) -> list[str]:
    """Return the order with a row moved past its next neighbour among ``neighbours``; unchanged where there is none."""
    wanted = set(neighbours)
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
