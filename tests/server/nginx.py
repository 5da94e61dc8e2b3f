"""nginx with the configuration in ``deploy/``, in front of a server of a test."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server.certificates import ServerCertificate, find_program
from tests.server.process import TIMEOUT_SECONDS, free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
SITE = "plan.example.ca"
CLIENT = "127.0.0.2"
"""The address that requests come from, unlike nginx's own."""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def deployed_settings() -> dict[str, str]:
    """Return the settings in the file for the server's environment, without those of the data folder and email."""
    settings = dict(re.findall(r"^(COGWG_\w+)=(\S+)$", (DEPLOY / "cogwg.env").read_text(encoding="utf-8"), re.MULTILINE))
    return {name: value for name, value in settings.items() if not name.startswith(("COGWG_DATA", "COGWG_SMTP", "COGWG_MAIL"))}


class Nginx:
    """A running nginx: ``https`` and ``http`` are its ports. ``others`` are the ports of further servers beside the first."""

    def __init__(
        self,
        folder: Path,
        upstream: int,
        certificate: ServerCertificate,
        *,
        others: tuple[int, ...] = (),
        without: tuple[str, ...] = (),
    ) -> None:
        self.folder, self.certificate = folder, certificate
        self.https, self.http = free_port(), free_port()
        text = (DEPLOY / "nginx" / "cogwg.conf").read_text(encoding="utf-8")
        for old, new in (
            ("    listen [::]:443 ssl;\n", ""),
            ("    listen [::]:80;\n", ""),
            ("listen 443 ssl;", f"listen 127.0.0.1:{self.https} ssl;"),
            ("listen 80;", f"listen 127.0.0.1:{self.http};"),
            (f"/etc/ssl/certs/{SITE}.pem", str(certificate.certificate)),
            (f"/etc/ssl/private/{SITE}.key", str(certificate.key)),
            (f"/var/cache/nginx-{SITE} ", f"{folder}/cache "),
            ("server 127.0.0.1:8000;", " ".join(f"server 127.0.0.1:{port};" for port in (upstream, *others))),
            *((f"proxy_set_header {name} ", f"# {name} ") for name in without),
        ):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        places = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
        user = "user root;\n" if os.geteuid() == 0 else ""
        main = f"daemon off;\npid {folder}/nginx.pid;\n{user}events {{}}\nhttp {{\n{places}{text}}}\n"
        (folder / "nginx.conf").write_text(main, encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator[Nginx]:
        errors = self.folder / "error.log"
        arguments = [find_program("nginx"), "-e", str(errors), "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + TIMEOUT_SECONDS
            while not self._listens():
                assert process.poll() is None, f"nginx ended by itself:\n{errors.read_text(encoding='utf-8')}"
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield self
        finally:
            process.terminate()
            process.wait(TIMEOUT_SECONDS)

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.https)) == 0

    def ask(
        self, method: str, path: str, body: str | None = None, *, secure: bool = True, **headers: str
    ) -> tuple[http.client.HTTPResponse, str]:
        """Send a request from ``CLIENT`` to the site by its name, as a browser would with ports 443 and 80."""
        plain = socket.create_connection(("127.0.0.1", self.https if secure else self.http), TIMEOUT_SECONDS, (CLIENT, 0))
        context = ssl.create_default_context(cafile=self.certificate.authority)
        connection = http.client.HTTPConnection(SITE)
        connection.sock = context.wrap_socket(plain, server_hostname=SITE) if secure else plain
        try:
            sent = {"Host": SITE, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            body_sent = answer.read()
            packed = answer.getheader("Content-Encoding") == "gzip"
            return answer, (gzip.decompress(body_sent) if packed else body_sent).decode()
        finally:
            connection.close()
