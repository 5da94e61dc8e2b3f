"""Email to a mail server whose certificate a private authority signed."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import MakeDatabase
from tests.mail.server import MailServer
from tests.server.certificates import make_certificate
from tests.server.process import run_command

TODAY_OPTION = ("--today", "2020-09-28")


@pytest.mark.parametrize("security", ["COGWG_SMTP_TLS", "COGWG_SMTP_STARTTLS"])
def test_mail_server_of_a_private_authority_is_trusted_by_its_file_only(
    make_database: MakeDatabase, tmp_path: Path, security: str
) -> None:
    certificate = make_certificate(tmp_path, "127.0.0.1")
    (tmp_path / "other").mkdir()
    other = make_certificate(tmp_path / "other", "127.0.0.1")
    with MailServer() as server:
        server.encrypt(certificate.server_context(), from_the_start=security == "COGWG_SMTP_TLS")
        settings = {
            "COGWG_SMTP_HOST": "127.0.0.1",
            "COGWG_SMTP_PORT": str(server.port),
            "COGWG_MAIL_FROM": "plan@cogwg.example",
            security: "1",
        }

        def remind(**authority: str) -> CompletedProcess[str]:
            url = make_database("sqlite", "seeded")
            return run_command("remind", *TODAY_OPTION, cwd=tmp_path, COGWG_DATABASE_URL=url, **settings, **authority)

        for refused in (remind(), remind(COGWG_SMTP_CA_FILE=str(other.authority))):
            assert "set COGWG_SMTP_CA_FILE" in refused.stderr
            assert "rejected" not in refused.stderr
        assert server.inbox == []
        sent = remind(COGWG_SMTP_CA_FILE=str(certificate.authority))
        assert "Sent: 2." in sent.stderr
        assert len(server.inbox) == 2
