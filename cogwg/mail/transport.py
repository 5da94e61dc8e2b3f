"""Transports for email: SMTP or, for development, the console or a folder. They are never used inside a transaction."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import MailSettings
from cogwg.mail.message import build_email, mailbox
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import DeliveryError, FailureKind, failure_kind

TIMEOUT = 20.0
SERVICE_CLOSING = 421


class Transport(Protocol):
    """A way to send emails, used as a context manager. Entering it and sending raise ``DeliveryError`` on failure."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def send(self, message: OutboxMessageFacts, *, at: datetime) -> None: ...


def create_transport(settings: MailSettings, echo: Callable[[str], object]) -> Transport:
    """Return the transport that the settings choose. Raises ``ConfigurationError`` if they choose none."""
    if settings.method == "console":
        return ConsoleTransport(settings, echo)
    if settings.folder is not None:
        return FolderTransport(settings, settings.folder)
    if settings.method == "smtp":
        return SmtpTransport(settings)
    raise ConfigurationError("Email is not configured. Set COGWG_SMTP_HOST, or set COGWG_MAIL=console to print emails here.")


class _BaseTransport:
    """A transport with nothing to open or close."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        return None


class ConsoleTransport(_BaseTransport):
    """A transport that prints emails to the console."""

    def __init__(self, settings: MailSettings, echo: Callable[[str], object]) -> None:
        super().__init__(settings)
        self.echo = echo

    def send(self, message: OutboxMessageFacts, *, at: datetime) -> None:
        email = build_email(message, self.settings.sender, at=at, reply_to=self.settings.reply_to)
        heads = [
            f"{name}: {email[name]}"
            for name in ("From", "Reply-To", "To", "Subject", "Date", "Message-ID", "Content-Language")
            if name in email
        ]
        self.echo("\n".join([*heads, "", message.text]))


class FolderTransport(_BaseTransport):
    """A transport that writes each email to a file in a folder. If an email is sent again, its file is overwritten."""

    def __init__(self, settings: MailSettings, folder: Path) -> None:
        super().__init__(settings)
        self.folder = folder

    def send(self, message: OutboxMessageFacts, *, at: datetime) -> None:
        content = build_email(message, self.settings.sender, at=at, reply_to=self.settings.reply_to).as_bytes()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self.folder / f"letter-{message.id:06}.eml").write_bytes(content)
        except OSError as error:
            raise DeliveryError(FailureKind.DOWN, error.strerror or type(error).__name__) from None


class SmtpTransport(_BaseTransport):
    """A transport that sends emails to a mail server. Several emails are sent over one connection."""

    def __init__(self, settings: MailSettings) -> None:
        super().__init__(settings)
        self._client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._client = self._connect()
        except smtplib.SMTPConnectError as error:
            raise DeliveryError(FailureKind.DOWN, _decode(error.smtp_error)) from None
        except ssl.SSLCertVerificationError as error:
            raise DeliveryError(FailureKind.CERTIFICATE, f"{self.settings.host}: {error.verify_message}") from None
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, ssl.SSLError, UnicodeError) as error:
            raise DeliveryError(FailureKind.SETTINGS, str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(FailureKind.DOWN, str(error)) from None
        return self

    def _connect(self) -> smtplib.SMTP:
        """Return a connection that is ready to use; if TLS or signing in fails, close it and raise the error."""
        settings = self.settings
        client: smtplib.SMTP
        if settings.security == "tls":
            client = smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT, context=self._tls_context())
        else:
            client = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT)
        try:
            if settings.security == "starttls":
                client.starttls(context=self._tls_context())
            if settings.user:
                client.login(settings.user, settings.password)
        except BaseException:
            client.close()
            raise
        return client

    def _tls_context(self) -> ssl.SSLContext:
        """Return the TLS context of a connection. Loading its certificates is slow, so call this only where TLS is used."""
        return ssl.create_default_context(cafile=self.settings.ca_file)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        if self._client is None:
            return
        try:
            self._client.quit()
        except (smtplib.SMTPException, OSError):
            self._client.close()

    def send(self, message: OutboxMessageFacts, *, at: datetime) -> None:
        email = build_email(message, self.settings.sender, at=at, reply_to=self.settings.reply_to)
        try:
            self._submit(email, message.address)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _error_from_reply(code, words, FailureKind.ADDRESS) from None
        except smtplib.SMTPSenderRefused as error:
            raise _error_from_reply(error.smtp_code, error.smtp_error, FailureKind.SETTINGS) from None
        except smtplib.SMTPNotSupportedError as error:
            raise DeliveryError(FailureKind.ADDRESS, str(error)) from None
        except smtplib.SMTPResponseException as error:
            raise _error_from_reply(error.smtp_code, error.smtp_error, FailureKind.REFUSED) from None
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(FailureKind.DROPPED, str(error)) from None

    def _submit(self, email: EmailMessage, address: str) -> None:
        if self._client is None:
            raise DeliveryError(FailureKind.DOWN)
        self._client.send_message(email, mailbox(self.settings.sender).addr_spec, [address])


def _error_from_reply(code: int, reply: bytes | str, final: FailureKind) -> DeliveryError:
    """Return the delivery error for a server's reply; code 421 means that the server closes the connection."""
    text = _decode(reply)
    return DeliveryError(FailureKind.DROPPED if code == SERVICE_CLOSING else failure_kind(code, text, final), f"{code} {text}")


def _decode(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
