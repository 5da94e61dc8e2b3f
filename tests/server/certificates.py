"""A certificate authority of the test's own, made by ``openssl``."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_AUTHORITY = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")


@dataclass(frozen=True)
class ServerCertificate:
    """The files of a server's certificate and key, and of the authority that signed it."""

    authority: Path
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificate(folder: Path, *hosts: str) -> ServerCertificate:
    """Make a new authority in this folder, and a certificate for a server with these names and addresses."""
    names = ",".join(f"IP:{host}" if host.replace(".", "").isdecimal() else f"DNS:{host}" for host in hosts)
    made = ServerCertificate(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    request, authority_key = folder / "server.csr", folder / "ca.key"
    _openssl("req", "-x509", *_NEW_KEY, "-keyout", authority_key, "-out", made.authority, "-subj", "/CN=Test", *_AUTHORITY)
    extension = ("-addext", f"subjectAltName={names}")
    _openssl("req", *_NEW_KEY, "-keyout", made.key, "-out", request, "-subj", f"/CN={hosts[0]}", *extension)
    signing = ("-CA", made.authority, "-CAkey", authority_key, "-CAcreateserial", "-copy_extensions", "copy")
    _openssl("x509", "-req", "-in", request, "-out", made.certificate, "-days", "2", *signing)
    return made


def find_program(name: str) -> str:
    """Return the path of a program. Without it, skip the test, or fail where it is required."""
    program = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if program is not None:
        return program
    reason = f"{name} was not found. Install it: apt-get install nginx openssl"
    if os.environ.get("COGWG_REQUIRE_NGINX") == "1":
        pytest.fail(f"{reason} (required by COGWG_REQUIRE_NGINX)")
    pytest.skip(reason)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run([find_program("openssl"), *map(str, arguments)], capture_output=True, check=True)
