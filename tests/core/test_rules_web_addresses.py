"""Which web addresses are accepted, and which IP addresses are public."""

from __future__ import annotations

import pytest

from cogwg.core.web_addresses import address_problem, is_public


@pytest.mark.parametrize(
    "url",
    [
        "https://open.canada.ca/",
        "http://example.org",
        "HTTPS://EXAMPLE.ORG/Path",
        "https://donnees.example.ca/é/à?q=l’été&b=%20#ancre",
        "https://example.org:8443/a",
        "https://[2001:db8::1]/a",
        "https://пример.example/",
        "https://example.org/" + "a" * 1980,
    ],
)
def test_complete_web_address_is_accepted(url: str) -> None:
    assert address_problem(url) is None


UNACCEPTABLE_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://example.org/a",
    "//example.org/a",
    "/en/sign-out",
    "https:example.org",
    "https:///example.org",
    "https://",
    "https://user:secret@example.org/",
    "https://example.org@evil.example/",
    "https://evil.example\\@example.org/",
    "https://example.org/a b",
    "https://example.org:port/",
    "https://[::1",
    "https://example.org/" + "a" * 1981,
]


@pytest.mark.parametrize("url", UNACCEPTABLE_ADDRESSES)
def test_unacceptable_or_incomplete_web_address_is_refused(url: str) -> None:
    assert address_problem(url) is not None


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "192.168.0.1",
        "0.0.0.0",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "224.0.0.1",
        "192.0.0.192",
        "192.0.0.9",
        "192.88.99.1",
        "168.63.129.16",
        "::ffff:168.63.129.16",
        "::127.0.0.1",
        "64:ff9b:1::a00:1",
        "fec0::1",
        "fd00:ec2::254",
        "100:0:0:1::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
    ],
)
def test_private_network_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["142.250.0.1", "168.63.129.17", "192.0.1.1", "2607:f8b0::1", "2a00:1450::1"])
def test_internet_addresses_are_public(address: str) -> None:
    assert is_public(address)
