"""Which web addresses are accepted, and which IP addresses are public."""

from __future__ import annotations

import pytest

from cogwg.core.web_addresses import ADDRESS_LIMIT, address_problem, complete_address, is_public_ip


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
    ("typed", "stored"),
    [
        ("www.canada.ca", "https://www.canada.ca"),
        ("data.ontario.ca/dataset/a?q=1#b", "https://data.ontario.ca/dataset/a?q=1#b"),
        ("//example.org/a", "https://example.org/a"),
        ("example.org:8443/a", "https://example.org:8443/a"),
        ("données.québec.ca", "https://données.québec.ca"),
        ("HTTPS://Example.org/A", "https://Example.org/A"),
        (
            "https://x.sharepoint.com/sites/cogwg/Shared Documents/Plan 2020.docx",
            "https://x.sharepoint.com/sites/cogwg/Shared%20Documents/Plan%202020.docx",
        ),
        ("https://example.org?q=open data", "https://example.org?q=open%20data"),
        (" <https://example.org/a>\r\n", "https://example.org/a"),
        ("“https://example.org/a”\t", "https://example.org/a"),
        ("https://exam\u00adple.org/\u200ba", "https://example.org/a"),
        ("https://example.org/a-\nb", "https://example.org/a-b"),
        ("", ""),
    ],
)
def test_address_is_completed_where_its_meaning_is_clear(typed: str, stored: str) -> None:
    assert complete_address(typed) == stored
    assert complete_address(stored) == stored
    assert not stored or address_problem(stored) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("https://jane@example.org/", "Remove the user name"),
        ("https://jane:secret@example.org/", "Remove the user name"),
        ("https://example.org:port/", "Correct or remove the port"),
        ("https://example.org:70000/", "Correct or remove the port"),
        ("https://open canada.ca/", "Remove the spaces"),
        ("www.ontario.ca/x y", "Remove the spaces"),
        ("www.ontario.ca and more", "Remove the spaces"),
        ("https://example.org/a https://example.org/b", "Enter one web address"),
        ("See https://example.org/a", "Remove the words"),
        ("jane@example.org", "This is an email address"),
        ("mailto:jane@example.org", "This is an email address"),
        ("C:\\Plan\\report.docx", "This is the path of a file"),
        ("\\\\server\\plan\\report.docx", "This is the path of a file"),
        ("https://example.org\\a", "Replace each \\"),
        ("ftp://example.org/a", "not with ftp://"),
        ("report.docx", "Enter a full web address"),
        ("localhost", "Enter a full web address"),
        ("3.1", "Enter a full web address"),
        ("https://https://example.org", "Enter a full web address"),
        ("https://example.org/" + "a" * ADDRESS_LIMIT, "Enter a shorter web address"),
    ],
)
def test_refused_address_is_answered_with_its_own_reason(typed: str, reason: str) -> None:
    problem = address_problem(complete_address(typed))
    assert problem is not None
    assert reason in problem.in_english


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
    assert not is_public_ip(address)


@pytest.mark.parametrize("address", ["142.250.0.1", "168.63.129.17", "192.0.1.1", "2607:f8b0::1", "2a00:1450::1"])
def test_internet_addresses_are_public(address: str) -> None:
    assert is_public_ip(address)
