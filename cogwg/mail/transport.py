"""How letters leave: by SMTP, or for development to the console or into a folder. Never inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from cogwg.core.errors import Unusable
from cogwg.core.settings import Mail
from cogwg.mail.message import address_of, built
from cogwg.mail.queries import LetterFacts
from cogwg.mail.rules import Trouble, Undelivered

TIMEOUT = 20.0
CLOSING = 421


class Transport(Protocol):
    """A way out, opened for some letters. Opening and sending raise ``Undelivered``."""

    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...
    def send(self, letter: LetterFacts, *, at: datetime) -> None: ...


def transport(chosen: Mail, say: Callable[[str], object]) -> Transport:
    """The way that the settings name. Raises ``Unusable`` when they name none."""
    if chosen.how == "console":
        return Console(chosen, say)
    if chosen.folder is not None:
        return Folder(chosen, chosen.folder)
    if chosen.how == "smtp":
        return Smtp(chosen)
    raise Unusable("No mail can be sent: set COGWG_SMTP_HOST, or COGWG_MAIL=console to see it here.")


class _Open:
    """A way out that has nothing to open or close."""

    def __init__(self, chosen: Mail) -> None:
        self.chosen = chosen

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None


class Console(_Open):
    """Letters are read where the command runs."""

    def __init__(self, chosen: Mail, say: Callable[[str], object]) -> None:
        super().__init__(chosen)
        self.say = say

    def send(self, letter: LetterFacts, *, at: datetime) -> None:
        message = built(letter, self.chosen.sender, at=at)
        heads = [f"{name}: {message[name]}" for name in ("From", "To", "Subject", "Date", "Message-ID", "Content-Language")]
        self.say("\n".join([*heads, "", letter.text]))


class Folder(_Open):
    """Letters are files in a folder, one each; the same letter is the same file."""

    def __init__(self, chosen: Mail, folder: Path) -> None:
        super().__init__(chosen)
        self.folder = folder

    def send(self, letter: LetterFacts, *, at: datetime) -> None:
        content = built(letter, self.chosen.sender, at=at).as_bytes()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"letter-{letter.id:06}.eml").write_bytes(content)
        except OSError as error:
            raise Undelivered(Trouble.DOWN, error.strerror or type(error).__name__) from None


class Smtp(_Open):
    """Letters go to a mail server, several over one connection."""

    def __init__(self, chosen: Mail) -> None:
        super().__init__(chosen)
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._client = self._connected()
        except smtplib.SMTPConnectError as error:
            raise Undelivered(Trouble.DOWN, _said(error.smtp_error)) from None
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError) as error:
            raise Undelivered(Trouble.SETTINGS, str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(Trouble.DOWN, str(error)) from None
        return self

    def _connected(self) -> smtplib.SMTP:
        """A connection, closed again if it cannot be used."""
        chosen = self.chosen
        client: smtplib.SMTP
        if chosen.security == "tls":
            client = smtplib.SMTP_SSL(chosen.host, chosen.port, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            client = smtplib.SMTP(chosen.host, chosen.port, timeout=TIMEOUT)
        try:
            if chosen.security == "starttls":
                client.starttls(context=ssl.create_default_context())
            if chosen.user:
                client.login(chosen.user, chosen.password)
        except BaseException:
            client.close()
            raise
        return client

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._client is None:
            return
        try:
            self._client.quit()
        except (smtplib.SMTPException, OSError):
            self._client.close()

    def send(self, letter: LetterFacts, *, at: datetime) -> None:
        message = built(letter, self.chosen.sender, at=at)
        try:
            self._hand_over(message, letter.address)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _answered(code, words, Trouble.ADDRESS) from None
        except smtplib.SMTPSenderRefused as error:
            raise _answered(error.smtp_code, error.smtp_error, Trouble.SETTINGS) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Undelivered(Trouble.ADDRESS, str(error)) from None
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error, Trouble.REFUSED) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Undelivered(Trouble.DROPPED, str(error)) from None

    def _hand_over(self, message: EmailMessage, address: str) -> None:
        if self._client is None:
            raise Undelivered(Trouble.DOWN)
        self._client.send_message(message, address_of(self.chosen.sender), [address])


def _answered(code: int, words: bytes | str, final: Trouble) -> Undelivered:
    """What an answer of the server comes to; 421 says that it closes the connection."""
    trouble = Trouble.DROPPED if code == CLOSING else final if code >= 500 else Trouble.LATER
    return Undelivered(trouble, f"{code} {_said(words)}")


def _said(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
