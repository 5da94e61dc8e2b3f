"""What a security key answers, without a database: accepted from the right key on the right site, else refused."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import Any

import pytest

from cogwg.accounts.key_ceremonies import KeyFacts, KeySite, key_site, key_use, new_key, registration_options, sign_in_options
from tests.databases import REAL_NOW
from tests.soft_key import PRESENT, VERIFIED, SoftKey, decode, encode

SITE = KeySite("plan.example.ca", "https://plan.example.ca")
CHALLENGE = "the-challenge-of-this-page"
JUNK = (
    "",
    "null",
    "[]",
    "{}",
    "key",
    '{"id": 1}',
    "[" * 5000,
    "\x00",
    '{"id": "é", "rawId": "é", "response": {}, "type": "x"}',
)


def usb_key(**options: Any) -> SoftKey:
    return SoftKey(origin=SITE.origin, **options)


def options_to_add(*keys: KeyFacts, challenge: str = CHALLENGE, site: KeySite = SITE) -> str:
    return registration_options(site, challenge, person_id=7, email="lead@example.ca", name="A. Lead", keys=keys)


def stored(key: SoftKey, id_: int = 1) -> KeyFacts:
    """Return the key as the database has it after it was added."""
    added = new_key(SITE, CHALLENGE, key.register(options_to_add()))
    assert added is not None
    return KeyFacts(id_, "Key", added.credential_id, added.public_key, added.transports, added.sign_count, REAL_NOW, None)


@pytest.mark.parametrize(
    ("public_url", "site"),
    [
        ("https://plan.example.ca", SITE),
        ("https://plan.example.ca:443", SITE),
        ("https://Plan.Example.ca", SITE),
        ("https://plan.example.ca:8443", KeySite("plan.example.ca", "https://plan.example.ca:8443")),
        ("http://localhost:8000", KeySite("localhost", "http://localhost:8000")),
        ("http://plan.example.ca", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]:8443", None),
    ],
)
def test_keys_are_bound_to_the_public_url_where_browsers_allow_them(public_url: str, site: KeySite | None) -> None:
    assert key_site(public_url) == site


def test_keys_are_not_offered_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webauthn", None)
    assert key_site(SITE.origin) is None


def test_options_name_the_site_prefer_a_known_person_and_leave_out_keys_that_were_added() -> None:
    added = stored(usb_key())
    to_add, to_sign_in = json.loads(options_to_add(added)), json.loads(sign_in_options(SITE, CHALLENGE, [added]))
    assert (to_add["rp"]["id"], to_sign_in["rpId"]) == ("plan.example.ca", "plan.example.ca")
    assert decode(to_add["challenge"]) == decode(to_sign_in["challenge"]) == CHALLENGE.encode()
    assert to_add["authenticatorSelection"]["userVerification"] == to_sign_in["userVerification"] == "preferred"
    assert to_add["attestation"] == "none"
    listed = {"id": added.credential_id, "type": "public-key", "transports": ["nfc", "usb"]}
    assert to_add["excludeCredentials"] == to_sign_in["allowCredentials"] == [listed]
    assert b"lead" not in decode(to_add["user"]["id"]), "the handle does not tell who the person is"


@pytest.mark.parametrize("flags", [PRESENT, PRESENT | VERIFIED], ids=["touched", "with a PIN"])
def test_key_that_was_added_signs_in_with_its_counter(flags: int) -> None:
    key = usb_key(flags=flags)
    keys = [stored(usb_key(), 1), stored(key, 2)]
    use = key_use(SITE, CHALLENGE, key.sign(sign_in_options(SITE, CHALLENGE, keys)), keys)
    assert use is not None
    assert (use.key_id, use.sign_count) == (2, key.counter)


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://plan.example.ca.evil.example"},
        {"origin": "http://plan.example.ca"},
        {"challenge": encode(b"another-challenge")},
        {"challenge": 7},
        {"type": "webauthn.get"},
    ],
    ids=lambda changed: str(next(iter(changed.items()))),
)
def test_new_key_with_another_origin_challenge_or_type_is_refused(changed: dict[str, Any]) -> None:
    assert new_key(SITE, CHALLENGE, usb_key().register(options_to_add(), **changed)) is None


def test_new_key_for_another_site_untouched_or_with_an_overlong_id_is_refused() -> None:
    elsewhere = options_to_add(site=replace(SITE, rp_id="evil.example"))
    assert new_key(SITE, CHALLENGE, usb_key().register(elsewhere)) is None
    assert new_key(SITE, CHALLENGE, usb_key(flags=0).register(options_to_add())) is None
    assert new_key(SITE, CHALLENGE, usb_key(id=bytes(1024)).register(options_to_add())) is None
    assert new_key(SITE, CHALLENGE, usb_key(id=bytes(1023)).register(options_to_add())) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"challenge": encode(b"another-challenge")},
        {"type": "webauthn.create"},
        {"rp_id": "evil.example"},
    ],
    ids=lambda changed: str(next(iter(changed.items()))),
)
def test_answer_for_another_origin_challenge_type_or_site_is_refused(changed: dict[str, Any]) -> None:
    key = usb_key()
    keys = [stored(key)]
    assert key_use(SITE, CHALLENGE, key.sign(sign_in_options(SITE, CHALLENGE, keys), **changed), keys) is None


def test_answer_of_an_unknown_key_or_signed_by_another_is_refused() -> None:
    key, other = usb_key(), usb_key()
    keys = [stored(key)]
    options = sign_in_options(SITE, CHALLENGE, keys)
    assert key_use(SITE, CHALLENGE, other.sign(options), keys) is None
    other.id = key.id
    assert key_use(SITE, CHALLENGE, other.sign(options), keys) is None, "the id is public, the signature is not"
    assert key_use(SITE, CHALLENGE, replace(key, flags=0).sign(options), keys) is None, "nobody touched it"
    assert key_use(SITE, CHALLENGE, key.sign(options), keys) is not None


@pytest.mark.parametrize("answer", JUNK, ids=range(len(JUNK)))
def test_junk_is_refused_without_an_error(answer: str) -> None:
    assert new_key(SITE, CHALLENGE, answer) is None
    assert key_use(SITE, CHALLENGE, answer, [stored(usb_key())]) is None


def test_damaged_answers_are_refused_without_an_error() -> None:
    key = usb_key()
    keys = [stored(key)]
    whole = (key.register(options_to_add()), key.sign(sign_in_options(SITE, CHALLENGE, keys)))
    for answer in whole:
        fields = json.loads(answer)["response"]
        for name in fields:
            for value in (None, 7, "", "é", "A", "AAAA", encode(b"\xff" * 60), fields[name][:-4]):
                damaged = json.loads(answer)
                damaged["response"][name] = value
                assert key_use(SITE, CHALLENGE, json.dumps(damaged), keys) is None, (name, value)
                if name != "transports":
                    assert new_key(SITE, CHALLENGE, json.dumps(damaged)) is None, (name, value)
