"""Search in the published comments from the public, in both languages, ignoring case and accents."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.tracker.published_comments import CommentOfPublic, comments_of_cycle
from cogwg.tracker.searching import FoundText, SearchedText, find


@dataclass(frozen=True, slots=True)
class FoundComment:
    """A published comment, and where the search words occur in it; ``place`` is None if there were no search words."""

    comment: CommentOfPublic
    place: FoundText | None


def search_comments(session: Session, cycle: str, words: str, lang: Language) -> list[FoundComment]:
    """Return the published comments of a cycle in which every word occurs, ignoring case and accents, the latest first.

    Without words, return all of them.
    """
    results = []
    for comment in comments_of_cycle(session, cycle):
        texts = [SearchedText(_in_its_language(comment, text)) for text in (comment.text, comment.name) if text]
        if not words or (place := find(words, texts, lang)) is not None:
            results.append(FoundComment(comment, place if words else None))
    return results


def _in_its_language(comment: CommentOfPublic, text: str) -> Bilingual:
    return Bilingual(text if comment.language is not Language.FR else "", text if comment.language is Language.FR else "")
