"""Rules of comments, without a database: what a valid comment is, and which jurisdictions a text mentions."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import length_problems

_MENTION_PATTERN = re.compile(r"(?<![\w@.])@([A-Za-z]{2,10})(?![\w@])")


def check_comment(text: str, empty: str = N_("Enter your comment.")) -> None:
    """Check that a comment is not empty or too long. Raises ``Invalid``; ``empty`` is the message for an empty comment."""
    problems = list(length_problems("text", text)) if text else [("text", Message(empty))]
    if problems:
        raise Invalid(*problems)


def mentioned_jurisdiction_ids(text: str, codes: Mapping[str, int]) -> frozenset[int]:
    """Return the ids of the jurisdictions that a text mentions by "@" and their code ("@on"), in upper or lower case.

    Email addresses are not mentions.
    """
    return frozenset(codes[code] for match in _MENTION_PATTERN.findall(text) if (code := match.lower()) in codes)
