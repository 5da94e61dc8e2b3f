"""Domain errors and their messages. A message is an English sentence with values, which is translated when it is shown.

``N_`` marks a sentence for the translation catalogue. This module does not know the reader's language.
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
    """A sentence for the user: its English text is the id, and ``values`` fill its ``%(name)s`` placeholders.

    A value may be ``Bilingual``, such as a date; it is shown in the reader's language.
    """

    id: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def in_english(self) -> str:
        """Return the sentence in English, as the command line prints it."""
        return self.id % {name: getattr(value, "en", value) for name, value in self.values.items()}


class DomainError(Exception):
    """A request that the rules of the product refuse. Nothing was saved."""


class Invalid(DomainError):
    """Input that breaks a rule. ``problems`` has the field of each problem, and a message that says what to do."""

    def __init__(self, *problems: tuple[str, Message]) -> None:
        super().__init__("; ".join(message.id for _, message in problems))
        self.problems: Sequence[tuple[str, Message]] = problems


class Forbidden(DomainError):
    """The user may see the item but does not have permission for this action."""


class NotFound(DomainError):
    """The item does not exist, or this user may not see it."""


class Conflict(DomainError):
    """The item was changed after this user read it, so nothing was saved. ``subject`` is the item as it is stored now."""

    def __init__(self, subject: Any) -> None:
        super().__init__("changed since it was read")
        self.subject = subject


class UnsupportedVersion(DomainError):
    """Data stored by a later release, which this release cannot read; the message says what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.in_english)
        self.message = message


class ConfigurationError(Exception):
    """A problem with a setting, the database or an argument, which prevents the product or a command from running. The text
    explains it in plain words.
    """
