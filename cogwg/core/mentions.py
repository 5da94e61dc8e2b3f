"""Mentions of a person in stored text: their name and email address, however the text escapes or wraps them."""

from __future__ import annotations

import html
import re
from urllib.parse import quote


def mentions_of(name: str, email: str) -> re.Pattern[str]:
    """Return a pattern that finds this name and address as whole words in plain text, HTML and links, in any case."""
    plain = {name, email, quote(name), quote(email)}
    escaped = {html.escape(text) for text in plain}
    spellings = plain | escaped | {text.replace("&#x27;", "&#39;") for text in escaped}
    words = (r"\s+".join(re.escape(word) for word in text.split()) for text in sorted(spellings, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
