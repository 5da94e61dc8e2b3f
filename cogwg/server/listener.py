"""The sockets that the workers listen on. The supervisor binds them, so that a port has only one owner.

granian itself would bind them in every worker, with SO_REUSEPORT. A second server could then share the port without an error.
"""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress

from cogwg.core.errors import ConfigurationError

BACKLOG = 1024
"""How many connections can wait to be accepted: granian's default."""


class Listener:
    """The listening sockets for one address and port: on Linux one for each worker, elsewhere one for all."""

    def __init__(self, host: str, port: int, *, workers: int) -> None:
        """Listen on this address and port. Raises ``ConfigurationError`` if that fails."""
        self.host, self.port = host, port
        try:
            self.sockets = _bind(host, port, workers)
        except OSError as error:
            raise ConfigurationError(_refusal(error, host, port)) from None

    def close(self) -> None:
        for each in self.sockets:
            each.close()


def _bind(host: str, port: int, number: int) -> list[socket.socket]:
    """Bind a socket to a port that no other program uses; on Linux, then bind a socket to it for each further worker.

    Linux distributes new connections among these sockets. On other systems the workers share the first socket, and a quick
    worker may take more than its share of the connections.
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
