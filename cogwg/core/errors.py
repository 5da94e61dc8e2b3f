"""What the record refuses, said as values: a message id with its facts, translated at the door.

``N_`` marks an English sentence for extraction; nothing here knows the language of the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Mark an English sentence for translation and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for a person: its English text is the id, ``values`` fill its ``%(name)s`` places.

    A value may be ``Bilingual``, a day for example; the door says it in the reader's language.
    """

    id: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def in_english(self) -> str:
        """The sentence as the command line says it."""
        return self.id % {name: getattr(value, "en", value) for name, value in self.values.items()}


class DomainError(Exception):
    """The record said no; nothing was written."""


class Invalid(DomainError):
    """What was entered breaks a rule: for each field, the sentence that says what to do."""

    def __init__(self, *problems: tuple[str, Message]) -> None:
        super().__init__("; ".join(message.id for _, message in problems))
        self.problems: Sequence[tuple[str, Message]] = problems


class Forbidden(DomainError):
    """The person may see this but may not do it."""


class NotFound(DomainError):
    """There is no such thing, or not for this person."""


class Conflict(DomainError):
    """Somebody saved the same thing since this person read it; nothing was overwritten."""

    def __init__(self, subject: Any) -> None:
        super().__init__("changed since it was read")
        self.subject = subject


class UnsupportedVersion(DomainError):
    """Something was kept by a later release, and this one cannot read it; the message says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.in_english)
        self.message = message


class ConfigurationError(Exception):
    """A setting, database or argument that the product cannot start with; the text is one plain sentence."""
