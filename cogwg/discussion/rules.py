"""Decisions about comments, without a database: what may be said, and whom a text speaks to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import length_problems

_MENTION_PATTERN = re.compile(r"(?<![\w@.])@([A-Za-z]{2,10})(?![\w@])")


def check_comment(text: str) -> None:
    """A comment says something, and not too much. Raises ``Invalid``."""
    problems = list(length_problems("text", text))
    if not text:
        problems.append(("text", Message(N_("Write a comment first."))))
    if problems:
        raise Invalid(*problems)


def mentioned_jurisdiction_ids(text: str, codes: Mapping[str, int]) -> frozenset[int]:
    """The ids of the jurisdictions that a text names by "@" and their code ("@on"), in either case; no e-mail address."""
    return frozenset(codes[code] for found in _MENTION_PATTERN.findall(text) if (code := found.lower()) in codes)
