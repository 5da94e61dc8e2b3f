"""Email addresses and hosts that mail can carry."""

from __future__ import annotations

import pytest

from cogwg.core.addresses import is_host, is_mail_address, is_reachable_address, parse_sender


@pytest.mark.parametrize(
    ("sender", "header"),
    [
        ("plan@example.ca", "plan@example.ca"),
        ("Plan <plan@example.ca>", "Plan <plan@example.ca>"),
        ("Comité du plan <plan@example.ca>", "Comité du plan <plan@example.ca>"),
        ('"Plan, COGWG" <plan@example.ca>', '"Plan, COGWG" <plan@example.ca>'),
        ("C. Plan <plan@example.ca>", '"C. Plan" <plan@example.ca>'),
        ("cogwg@localhost", "cogwg@localhost"),
    ],
)
def test_sender_is_parsed_as_headers_use_it(sender: str, header: str) -> None:
    assert str(parse_sender(sender)) == header


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Plan",
        "plan@",
        "@example.ca",
        "plan@exämple.ca",
        "élan@example.ca",
        "plan@example..ca",
        ".plan@example.ca",
        "plan.@example.ca",
        "plan@example.ca.",
        "plan@-example.ca",
        f"plan@{'x' * 64}.ca",
        f"{'x' * 65}@example.ca",
        "plan@example,ca",
        "plan@example.ca, other@example.ca",
        "Plan, COGWG <plan@example.ca>",
        "Plan <plan@example.ca",
        "Plan @ Work <plan@example.ca>",
        "<plan@example.ca> plan",
        "plan@example.ca\nBcc: all@example.ca",
        "plan@ex\ud800.ca",
    ],
)
def test_sender_that_mail_cannot_carry_is_refused(sender: str) -> None:
    assert parse_sender(sender) is None


def test_addresses_of_people_need_a_domain_that_can_exist() -> None:
    for address in ("name@example.ca", "o'neil+plan@gov.on.ca", "name@xn--qubec-csa.example"):
        assert is_reachable_address(address)
    for address in (
        "name@localhost",
        "name@mail",
        "name@example.invalid",
        "name@10.0.0.1",
        "marie@québec.ca",
        "a..b@example.ca",
    ):
        assert not is_reachable_address(address)
    assert is_mail_address("name@mail")
    assert not is_mail_address(f"name@{'x.' * 130}ca")


@pytest.mark.parametrize("host", ["mail.example.ca", "mail.example.ca.", "mail_relay", "10.0.0.1", "::1", "courriel.québec.ca"])
def test_mail_host_may_be_a_name_or_an_ip_address(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize("host", ["", "mail.example.ca:587", "smtp://mail.example.ca", "a..b", "-a", "a b", "x" * 64 + ".ca"])
def test_mail_host_that_cannot_be_looked_up_is_refused(host: str) -> None:
    assert not is_host(host)
