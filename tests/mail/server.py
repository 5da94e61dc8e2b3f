"""A local mail server that can be stopped and started again on the same port."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller

from cogwg.core.settings import MailSettings


class MailServer:
    """A mail server that keeps what it accepts in ``inbox``, up to ``size_limit`` bytes an email.

    ``rejection_for`` gives the SMTP reply that rejects an address, or "" to accept it; ``sender_rejection`` the reply to every
    sender, ``content_rejection`` that to every email. ``before_accepting`` is called before each email is accepted. For
    addresses for which ``should_disconnect`` is true, the connection is cut without a reply.
    """

    def __init__(self, size_limit: int | None = None) -> None:
        self.size_limit = size_limit
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.inbox: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.rejection_for: Callable[[str], str] = lambda _address: ""
        self.before_accepting: Callable[[], None] = lambda: None
        self.content_rejection = self.sender_rejection = ""
        self.should_disconnect: Callable[[str], bool] = lambda _address: False
        self._lock = threading.Lock()
        self._controller: Controller | None = None
        self._encryption: dict[str, Any] = {}

    @property
    def settings(self) -> MailSettings:
        return MailSettings("smtp", None, "127.0.0.1", self.port, sender="COGWG plan <plan@cogwg.example>")

    @property
    def recipients(self) -> list[str]:
        return sorted(address for _, to in self.envelopes for address in to)

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if self.sender_rejection:
            return self.sender_rejection
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        if self.should_disconnect(address):
            server.transport.abort()
        if answer := self.rejection_for(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.before_accepting()
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if self.content_rejection:
            return self.content_rejection
        with self._lock:
            self.inbox.append(message)
            self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return "250 Taken"

    def encrypt(self, context: ssl.SSLContext, *, from_the_start: bool) -> None:
        """Restart with TLS, from the start of a connection or by a STARTTLS that is required."""
        self.stop()
        name = "ssl_context" if from_the_start else "tls_context"
        self._encryption = {name: context, "require_starttls": not from_the_start}
        self.start()

    def start(self) -> None:
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self.port,
            ready_timeout=60,
            data_size_limit=self.size_limit,
            **self._encryption,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.stop()
