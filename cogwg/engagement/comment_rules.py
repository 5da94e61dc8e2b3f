"""Rules for what members of the public send: limits, and the removal of invisible characters. This module needs no
database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cogwg.core.addresses import ADDRESS_LIMIT, is_reachable_address
from cogwg.core.bilingual import clean_line, clean_text
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import length_problems
from cogwg.engagement.scales import Subject

COMMENT_LIMIT = 5000
APPEAL_LIMIT = 2000
NAME_LIMIT = 100
KEY_LIMIT = 60
_MOST_MARKS = 3
"""How many accents on one letter are kept. No language that people are likely to comment in has more."""
_HIDDEN_CATEGORIES = ("Cf", "Co", "Cn", "Cs")
"""The Unicode categories of format, private-use, unassigned and surrogate characters, which are invisible or look different
from device to device."""
_JOINERS = "\u200c\u200d"
"""Characters that join others into letters (in some scripts) or emoji. They are kept."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Characters that look like spaces but are not."""
_MANY_BREAKS = re.compile(r"\n(?:[ \t\xa0]*\n){2,}")


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """What a person sends. ``about`` is the kind of subject of the comment, and ``about_key`` identifies the subject. The name
    and the email address may be empty.
    """

    text: str
    name: str = ""
    email: str = ""
    about: str = Subject.PHASE.value
    about_key: str = ""


def clean_comment(text: str | None) -> str:
    """Return a text without invisible characters, excess accents on a letter, and repeated blank lines. It may have several
    lines.
    """
    return _MANY_BREAKS.sub("\n\n", clean_text(_without_hidden(text or "")))


def check_comment(draft: CommentDraft) -> CommentDraft:
    """Return a comment as it is to be stored. Raises ``Invalid`` with the fields that have problems."""
    cleaned = replace(
        draft,
        text=clean_comment(draft.text),
        name=clean_line(_without_hidden(draft.name)),
        email=clean_line(_without_hidden(draft.email)),
        about_key=clean_line(draft.about_key),
    )
    if problems := [*_text_problems(cleaned.text), *author_problems(cleaned.name, cleaned.email), *_about_problems(cleaned)]:
        raise Invalid(*problems)
    return cleaned


def check_author(name: str, email: str) -> tuple[str, str]:
    """Return a name and an email address as they are to be stored. Raises ``Invalid`` with the fields that have problems."""
    cleaned = clean_line(_without_hidden(name)), clean_line(_without_hidden(email))
    if problems := list(author_problems(*cleaned)):
        raise Invalid(*problems)
    return cleaned


def check_appeal(text: str) -> str:
    """Return the text of an appeal as it is to be stored. Raises ``Invalid`` if it is empty or too long."""
    cleaned = clean_comment(text)
    problems = list(length_problems("appeal", cleaned, APPEAL_LIMIT))
    if not cleaned:
        problems.append(("appeal", Message(N_("Explain why your comment should be published."))))
    if problems:
        raise Invalid(*problems)
    return cleaned


def author_problems(name: str, email: str) -> Iterator[tuple[str, Message]]:
    """Yield the problems of a name and an email address. Both may be empty."""
    yield from length_problems("name", name, NAME_LIMIT)
    if email and (len(email) > ADDRESS_LIMIT or not is_reachable_address(email)):
        yield "email", Message(N_("Enter an email address, such as name@example.ca."))


def _text_problems(text: str) -> Iterator[tuple[str, Message]]:
    if not any(character.isalnum() for character in text):
        yield "text", Message(N_("Write your comment."))
    yield from length_problems("text", text, COMMENT_LIMIT)


def _about_problems(draft: CommentDraft) -> Iterator[tuple[str, Message]]:
    is_known = draft.about in [subject.value for subject in Subject]
    if not is_known or len(draft.about_key) > KEY_LIMIT or (draft.about == Subject.PHASE) == bool(draft.about_key):
        yield "about", Message(N_("Choose from the list what your comment is about."))


def _without_hidden(text: str) -> str:
    """Return the text without invisible characters, and with at most ``_MOST_MARKS`` accents on a letter."""
    characters: list[str] = []
    marks = 0
    for character in text:
        if character.isascii():
            marks = 0
        elif unicodedata.combining(character):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
            is_hidden = unicodedata.category(character) in _HIDDEN_CATEGORIES and character not in _JOINERS
            if character in _BLANKS or (is_hidden and character not in "\uf0b7\uf0a7\uf0d8"):
                continue
        characters.append(character)
    return "".join(characters)
