"""Which keys are too easy to guess to sign cookies with."""

from __future__ import annotations

import random
import secrets
import string
import uuid

import pytest

from cogwg.core.secret_key import is_easy_to_guess
from tests.sessions import FURTHER


@pytest.mark.parametrize(
    "key",
    [
        "",
        "short",
        "8GzEILrfruOVudvGhuGdI-fXBR5kDRg",
        "a" * 64,
        "abcdefgh" * 4,
        "kqzwmvtx" * 4,
        "kqzwmvtx" * 8,
        "kqzwmvtxbrpj" * 4,
        "kqzwmvtxbrpjkqzwmvtxbrpjkqzwmvtX",
        "01234567890123456789012345678901",
        "0123456789abcdefghijklmnopqrstuvwxyz",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "zyxwvutsrqponmlkjihgfedcba987654",
        "aabbccddeeffgghhiijjkkllmmnnoopp",
        "abababababababababababababababab",
        "password" * 4,
        "changemechangemechangemechangeme",
        "change-me change-me change-me change-me",
        "correct horse battery staple correct horse battery staple",
        "secretkey-secretkey-secretkey-secretkey",
        "qwertyuiopasdfghjklzxcvbnm123456",
        "QWERTYUIOPasdfghjklZXCVBNM123456",
        "poiuytrewqlkjhgfdsamnbvcxz0987654321",
        "azertyuiopqsdfghjklmwxcvbn123456",
        "qwertyuiopasdfghjkl-x9T4bV7cR2mZ",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol",
        "W3lcome-2-C0gwg-Op3n-G0vernment-2026!",
        "MyS3cretK3y-P@ssw0rd-4dmin-Ch@ngeme",
        "1q2w3e4r1q2w3e4r1q2w3e4r1q2w3e4r",
    ],
)
def test_key_is_easy_to_guess(key: str) -> None:
    assert is_easy_to_guess(key)


@pytest.mark.parametrize("count", [200, pytest.param(2000, marks=FURTHER)])
@pytest.mark.parametrize("length", [32, 43, 64, 128])
@pytest.mark.parametrize("alphabet", ["0123456789abcdef", string.ascii_lowercase, string.ascii_letters + "+/_-="])
def test_random_key_of_any_alphabet_is_accepted(alphabet: str, length: int, count: int) -> None:
    draw = random.Random(f"{alphabet} {length}")
    assert not [key for _ in range(count) if is_easy_to_guess(key := "".join(draw.choices(alphabet, k=length)))]


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=FURTHER)])
@pytest.mark.parametrize("length", [40, 64, 128])
@pytest.mark.parametrize("separator", ["", "-"])
def test_random_key_of_digits_alone_is_accepted(length: int, separator: str, count: int) -> None:
    draw = random.Random(length)
    keys = [separator.join("".join(draw.choices(string.digits, k=4)) for _ in range(length // 4)) for _ in range(count)]
    assert not [key for key in keys if is_easy_to_guess(key)]


def test_keys_of_usual_commands_are_accepted() -> None:
    for key in (secrets.token_urlsafe(32), secrets.token_hex(16), secrets.token_hex(32), str(uuid.uuid4())):
        assert not is_easy_to_guess(key), key
