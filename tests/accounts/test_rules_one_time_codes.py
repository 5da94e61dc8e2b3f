"""Codes of an authenticator app by RFC 6238, their window and their single use; and recovery codes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from cogwg.accounts.one_time_codes import (
    clean_code,
    in_groups,
    matching_step,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    recovery_code_hash,
)

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
"""RFC 6238, appendix B, SHA-1, in 8 digits; an app shows the last 6."""


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_VECTORS)
def test_code_of_the_rfc_is_accepted_at_its_time(seconds: int, code: str) -> None:
    assert matching_step(RFC_SECRET, code[2:], now=at(seconds), last_step=0) == seconds // 30


@pytest.mark.parametrize(("minutes_late", "is_accepted"), [(-1, False), (-0.5, True), (0, True), (0.5, True), (1, False)])
def test_code_is_accepted_only_in_its_own_and_the_adjacent_steps(minutes_late: float, is_accepted: bool) -> None:
    now = at(1111111111) + timedelta(minutes=minutes_late)
    assert (matching_step(RFC_SECRET, "050471", now=now, last_step=0) is not None) is is_accepted


def test_code_of_a_used_step_is_refused() -> None:
    step = matching_step(RFC_SECRET, "050471", now=at(1111111111), last_step=0)
    assert step is not None
    assert matching_step(RFC_SECRET, "050471", now=at(1111111111), last_step=step - 1) == step
    assert matching_step(RFC_SECRET, "050471", now=at(1111111111), last_step=step) is None
    assert matching_step(RFC_SECRET, "050471", now=at(1111111111), last_step=step + 1) is None


@pytest.mark.parametrize("code", ["", "50471", "0050471", "14050471", "050472", "٠٥٠٤٧١"])
def test_wrong_code_is_refused(code: str) -> None:
    assert matching_step(RFC_SECRET, clean_code(code), now=at(1111111111), last_step=0) is None


def test_typed_code_is_cleaned_of_spaces() -> None:
    assert clean_code(" 050 471\u00a0") == "050471"


def test_secrets_are_random_and_have_160_bits() -> None:
    assert len({new_secret() for _ in range(20)}) == 20
    assert len(base64.b32decode(new_secret())) == 20
    assert in_groups("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_provisioning_uri_names_the_site_and_the_address() -> None:
    parts = urlsplit(provisioning_uri(RFC_SECRET, "n.osei@example.ca"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query) == {"secret": [RFC_SECRET], "issuer": ["COGWG"]}
    assert parts.path == "/COGWG:n.osei%40example.ca"


def test_recovery_codes_are_ten_different_and_have_120_bits() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(code.replace("-", "")) for code in codes} == {24}


def test_recovery_code_is_recognized_however_it_is_typed() -> None:
    (code, other, *_) = new_recovery_codes()
    spellings = (code.upper(), code.replace("-", ""), f"  {code.replace('-', ' ')} ")
    assert {recovery_code_hash(spelling) for spelling in spellings} == {recovery_code_hash(code)}
    assert recovery_code_hash(other) != recovery_code_hash(code)
