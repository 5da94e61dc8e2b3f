"""A setting that cannot be used stops the start of the server with one sentence that names it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogwg.core import openid_settings
from cogwg.core.settings import VARIABLES
from tests.cli.test_commands import RunCommand, check_refusal, run
from tests.conftest import MakeDatabase
from tests.web_client import SECRET_KEY

__all__ = ["run"]
SETTINGS_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
SMTP = {"COGWG_SMTP_HOST": "mail.example.ca", "COGWG_MAIL_FROM": "plan@example.ca"}
OPENID = {
    "COGWG_OIDC_ISSUER": "https://sign-in.example.ca",
    "COGWG_OIDC_CLIENT_ID": "cogwg",
    "COGWG_OIDC_CLIENT_SECRET": "a secret",
    "COGWG_OIDC_NAME_EN": "Maple Sign-in",
    "COGWG_OIDC_NAME_FR": "Érable Connexion",
}
UNUSABLE = {
    "COGWG_DATABASE_URL": ("nonsense", "mysql://a/b"),
    "COGWG_SECRET_KEY": ("short",),
    "COGWG_REQUIRE_SECOND_FACTOR": ("perhaps", "2"),
    "COGWG_OIDC_ISSUER": (
        "http://sign-in.example.ca",
        "sign-in.example.ca",
        "https://a.ca/?x=1",
        "https://u@a.ca",
        "https://a b.ca",
    ),
    "COGWG_OIDC_CLIENT_ID": ("", "é"),
    "COGWG_OIDC_CLIENT_SECRET": ("", "a\tb"),
    "COGWG_OIDC_NAME_EN": ("", "x" * 61),
    "COGWG_OIDC_NAME_FR": ("", "x" * 61),
    "COGWG_OIDC_TWO_STEPS": ("perhaps",),
    "COGWG_SECURE": ("perhaps", "2"),
    "COGWG_TRUSTED_HOSTS": ("https://plan.example.ca", "plan.example.ca:8443", "plan example", "a.ca,,b_/", ".", "[::1]"),
    "COGWG_PROXIES": ("x", "-1", "1.5", "11"),
    "COGWG_WORKERS": ("x", "0", "-2", "2.5", "33"),
    "COGWG_ACCESS_LOG": ("x",),
    "COGWG_METRICS_TOKEN": ("short", "a" * 40, "é" + "6fJq2Zr8WnXc4LhTb9VdKs3Mp7Yt5Ge1", "6fJq2Zr8WnXc 4LhTb9VdKs3Mp7Yt5Ge1Ra"),
    "COGWG_PUBLIC_URL": ("plan.example.ca", "ftp://plan.example.ca", "https://plan.example.ca/en"),
    "COGWG_REMIND_DAYS": ("x", "0", "14;3", "61"),
    "COGWG_REMIND_AFTER": ("x", "-1"),
    "COGWG_ANSWER_LINKS": ("perhaps",),
    "COGWG_LICENCE_EN": ("Another licence",),
    "COGWG_LICENCE_FR": ("Une autre licence",),
    "COGWG_LICENCE_URL_EN": ("licence.html", "https://example.ca/licence"),
    "COGWG_LICENCE_URL_FR": ("ftp://example.ca/licence", "https://example.ca/licence"),
    "COGWG_LICENCE_ID": ("two words", "x" * 61, "mit"),
    "COGWG_SEARCH_ENGINES": ("perhaps",),
    "COGWG_SMTP_HOST": ("mail.example.ca:25", "a b"),
    "COGWG_SMTP_PORT": ("x", "65536"),
    "COGWG_SMTP_STARTTLS": ("perhaps",),
    "COGWG_SMTP_TLS": ("perhaps",),
    "COGWG_SMTP_CA_FILE": ("/nonexistent/ca.pem", __file__, "/tmp", "a\x00b"),
    "COGWG_SMTP_USER": ("plan",),
    "COGWG_SMTP_PASSWORD": ("a password",),
    "COGWG_MAIL_FROM": ("x",),
    "COGWG_MAIL_REPLY_TO": ("x", "é@example.ca", "a@example.ca, b@example.ca"),
    "COGWG_MAIL": ("x", "file:"),
    "COGWG_CHECK_PRIVATE_LINKS": ("x",),
    "COGWG_PORT": ("x", "0", "65536"),
    "COGWG_DEMO": ("x",),
    "COGWG_CALENDAR_OFFSET": ("x", "nan", "1e30"),
}
FREE_TEXT = {
    "COGWG_DATA",
    "COGWG_SECRET_KEY_FALLBACKS",
    "COGWG_HOSTED_BY_EN",
    "COGWG_HOSTED_BY_FR",
    "COGWG_CONTACT",
    "COGWG_OWNER_EN",
    "COGWG_OWNER_FR",
    "COGWG_JURISDICTION_EN",
    "COGWG_JURISDICTION_FR",
    "COGWG_DEMO_PASSWORD",
}
CASES = [(name, value) for name, values in UNUSABLE.items() for value in values]


def test_every_setting_is_tried_or_free_text() -> None:
    rows = [line for line in SETTINGS_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"COGWG_\w+", row.split(" | ")[0])}
    assert listed == set(UNUSABLE) | FREE_TEXT == VARIABLES


@pytest.mark.parametrize(("name", "value"), CASES)
def test_unusable_setting_stops_the_server(run: RunCommand, make_database: MakeDatabase, name: str, value: str) -> None:
    usable = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_SECRET_KEY": SECRET_KEY}
    smtp = SMTP if name in ("COGWG_SMTP_HOST", "COGWG_SMTP_USER", "COGWG_SMTP_PASSWORD") else {}
    openid = OPENID if name.startswith("COGWG_OIDC_") else {}
    check_refusal(run("serve", **{**usable, **smtp, **openid, name: value}), name if "//a/b" not in value else "mysql")


@pytest.mark.parametrize("name", ["COGWG_REMIND_DAYS", "COGWG_WORKERS", "COGWG_SMTP_PORT", "COGWG_TRUSTED_HOSTS"])
def test_unusable_setting_stops_the_demo_before_it_makes_a_database(run: RunCommand, tmp_path: Path, name: str) -> None:
    check_refusal(run("demo", **{name: "x/"}), name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["COGWG_SMTP_PORT", "COGWG_SMTP_TLS", "COGWG_SMTP_CA_FILE"])
def test_unusable_mail_setting_stops_delivery(run: RunCommand, make_database: MakeDatabase, name: str) -> None:
    url = make_database("sqlite", "bare")
    check_refusal(run("mail", "deliver", **{"COGWG_DATABASE_URL": url, "COGWG_MAIL": "console", name: "x/"}), name)


def test_certificate_file_without_encryption_is_refused(run: RunCommand, make_database: MakeDatabase, tmp_path: Path) -> None:
    certificates = tmp_path / "ca.pem"
    certificates.write_text(Path("/etc/ssl/certs/ca-certificates.crt").read_text(encoding="ascii"), encoding="ascii")
    settings = {
        **SMTP,
        "COGWG_DATABASE_URL": make_database("sqlite", "bare"),
        "COGWG_SECRET_KEY": SECRET_KEY,
        "COGWG_SMTP_CA_FILE": str(certificates),
    }
    check_refusal(run("serve", **settings), "COGWG_SMTP_CA_FILE", "COGWG_SMTP_TLS=1")
    assert run("serve", **settings, COGWG_SMTP_TLS="1").code == 0


def test_number_of_workers_is_a_setting(run: RunCommand, make_database: MakeDatabase) -> None:
    settings = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_SECRET_KEY": SECRET_KEY}
    assert "with 2 workers" in run("serve", **settings).out
    assert "with 3 workers" in run("serve", COGWG_WORKERS="3", **settings).out


def test_provider_without_its_library_is_refused(
    run: RunCommand, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_SECRET_KEY": SECRET_KEY, **OPENID}
    assert run("serve", **settings).code == 0
    monkeypatch.setattr(openid_settings, "find_spec", lambda _name: None)
    check_refusal(run("serve", **settings), "COGWG_OIDC_ISSUER", "cogwg[oidc]")


def test_two_steps_of_no_provider_are_refused(run: RunCommand, make_database: MakeDatabase) -> None:
    settings = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_SECRET_KEY": SECRET_KEY}
    check_refusal(run("serve", COGWG_OIDC_TWO_STEPS="1", **settings), "COGWG_OIDC_TWO_STEPS", "COGWG_OIDC_ISSUER")


@pytest.mark.parametrize(
    ("url", "issuer", "is_trusted"),
    [
        ("https://a.example.ca/token", "https://b.example.ca", True),
        ("http://a.example.ca/token", "https://a.example.ca", False),
        ("http://127.0.0.1:9400/token", "https://a.example.ca", False),
        ("http://a.example.ca/token", "http://127.0.0.1:9400", False),
        ("http://localhost:9400/token", "http://127.0.0.1:9400", True),
        ("http://[::1]:9400/token", "http://127.0.0.1:9400", True),
        ("http://127.0.0.1.example.ca/", "http://127.0.0.1", False),
        ("https://user@a.example.ca/", "https://a.example.ca", False),
        ("https://a.example.ca:99999/", "https://a.example.ca", False),
        ("https:///token", "https://a.example.ca", False),
        ("file:///etc/passwd", "http://127.0.0.1", False),
    ],
)
def test_secrets_go_to_https_or_this_machine_only(url: str, issuer: str, is_trusted: bool) -> None:
    assert openid_settings.is_trusted_address(url, issuer=issuer) is is_trusted


def test_port_of_the_setting_is_used_unless_the_option_names_one(run: RunCommand, make_database: MakeDatabase) -> None:
    usable = {"COGWG_DATABASE_URL": make_database("sqlite", "bare"), "COGWG_SECRET_KEY": SECRET_KEY, "COGWG_PORT": "8001"}
    assert "serving 127.0.0.1:8001 " in run("serve", **usable).out
    assert "serving 127.0.0.1:8002 " in run("serve", "--port", "8002", **usable).out
