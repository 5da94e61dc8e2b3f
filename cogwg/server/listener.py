"""The sockets that the workers listen on. The first process binds them, so that a port has one owner.

granian binds them in every worker with SO_REUSEPORT: there, a second server on the same port shares it without a word.
"""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress

from cogwg.core.errors import ConfigurationError

BACKLOG = 1024
"""Connections that wait to be accepted: granian's default."""


class Listener:
    """One listening socket for each worker, on one address and port."""

    def __init__(self, host: str, port: int, *, workers: int) -> None:
        """Listen. Raises ``ConfigurationError`` if this address and port cannot be had."""
        self.host, self.port = host, port
        try:
            self.sockets = _bind(host, port, workers)
        except OSError as error:
            raise ConfigurationError(_refusal(error, host, port)) from None

    def close(self) -> None:
        for each in self.sockets:
            each.close()


def _bind(host: str, port: int, number: int) -> list[socket.socket]:
    """Bind the first socket for this process alone, then more of the same, among which Linux shares new connections.

    Elsewhere the workers share the first, and a quick worker may take more than its part.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sockets = [socket.create_server((host, port), family=family, backlog=BACKLOG)]
    if sys.platform == "linux":
        with suppress(OSError):
            sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            sockets += [
                socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=True) for _ in range(number - 1)
            ]
    for each in sockets:
        each.setblocking(False)
    return sockets


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Another program uses port {port} on {host}. Stop it, or choose another port with --port."
    return f"Could not listen on --host {host}, --port {port}: {error.strerror or error}."
