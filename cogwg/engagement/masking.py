"""Masks over personal information in a comment: the parts that readers do not see, and the text as they see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cogwg.core.bilingual import Language
from cogwg.core.errors import N_, Invalid, Message
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentLanguage, MaskKind

MAX_MASKS = 100


@dataclass(frozen=True, slots=True, order=True)
class Mask:
    """A part of a text that readers do not see, from the index ``start`` up to, but not including, ``end``."""

    start: int
    end: int
    kind: MaskKind

    @property
    def code(self) -> str:
        """The mask in the form that a page sends."""
        return f"{self.start}-{self.end}-{self.kind.value}"


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a text. If it has a mask, readers see the note of the mask instead of the text."""

    text: str
    mask: Mask | None = None


def masks_of(comment: PublicComment) -> tuple[Mask, ...]:
    """Return the masks of a comment, sorted by position."""
    return tuple(sorted(Mask(int(start), int(end), MaskKind(str(kind))) for start, end, kind in comment.masks))


def stored_masks(masks: Iterable[Mask]) -> list[list[int | str]]:
    """Return the masks in the form in which a comment stores them."""
    return [[mask.start, mask.end, mask.kind.value] for mask in sorted(masks)]


def mask_from_code(code: str) -> Mask:
    """Return the mask that a form sent as ``Mask.code``. Raises ``Invalid`` if it is not such a code."""
    start, _separator, rest = code.partition("-")
    end, _separator, kind = rest.partition("-")
    numbers = all(part.isascii() and part.isdecimal() and len(part) < 7 for part in (start, end))
    if not numbers or kind not in list(MaskKind):
        raise Invalid(("masks", Message(N_("Your choice of what to mask was not recognized. Choose again."))))
    return Mask(int(start), int(end), MaskKind(kind))


def masks_of_words(text: str, words: str, kind: MaskKind) -> tuple[Mask, ...]:
    """Return a mask for each occurrence in the text of each line of ``words``, which may be several words. Raises ``Invalid``
    if a line does not occur.
    """
    masks = []
    for line in filter(None, map(str.strip, words.splitlines())):
        starts = list(_places(text, line))
        if not starts:
            sentence = N_("“%(words)s” is not in the comment. Copy the words from the comment.")
            raise Invalid(("words", Message(sentence, {"words": line[:60]})))
        masks += [Mask(start, start + len(line), kind) for start in starts]
    return tuple(masks)


def joined_masks(masks: Iterable[Mask]) -> tuple[Mask, ...]:
    """Return the masks sorted by position. Overlapping masks are joined into one, which has the kind of the first."""
    joined: list[Mask] = []
    for mask in sorted(masks):
        if joined and mask.start < joined[-1].end:
            joined[-1] = Mask(joined[-1].start, max(joined[-1].end, mask.end), joined[-1].kind)
        else:
            joined.append(mask)
    return tuple(joined)


def check_masks(text: str, masks: Sequence[Mask]) -> None:
    """Raise ``Invalid`` if a mask is not within the text, if two overlap, or if there are too many."""
    ends = [0, *(mask.end for mask in masks)]
    if len(masks) > MAX_MASKS or any(
        not (end <= mask.start < mask.end <= len(text)) for end, mask in zip(ends, masks, strict=False)
    ):
        raise Invalid(("masks", Message(N_("Your choice of what to mask was not recognized. Choose again."))))


def text_parts(text: str, masks: Iterable[Mask]) -> Iterator[TextPart]:
    """Yield the parts of a text, masked and unmasked, in order."""
    place = 0
    for mask in sorted(masks):
        if mask.start > place:
            yield TextPart(text[place : mask.start])
        yield TextPart(text[mask.start : mask.end], mask)
        place = mask.end
    if place < len(text):
        yield TextPart(text[place:])


def masked_text(comment: PublicComment) -> str:
    """Return the text of a comment as readers see it, with a note in the comment's language in place of each mask."""
    lang = note_language(comment)
    parts = text_parts(comment.text, masks_of(comment))
    return "".join(part.mask.kind.note.exact_text(lang) if part.mask else part.text for part in parts)


def note_language(comment: PublicComment) -> Language:
    """Return the language of the masks' notes in a comment: its own or, if it is in both, that of the page where it was
    written.
    """
    return comment.page_lang if comment.lang is CommentLanguage.BOTH else Language(comment.lang.value)


def _places(text: str, words: str) -> Iterator[int]:
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + len(words))
