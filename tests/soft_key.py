"""A security key in software: it answers the options of a page as a browser with a real key would, with real signatures.

A test changes what the key or the browser says, to show that the server refuses it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from tests.web_client import PUBLIC_URL

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
"""Flags: somebody touched the key, it knew them by a PIN or fingerprint, and its public key follows."""


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """A security key with one key pair, plugged into a browser that is on the site ``origin``."""

    origin: str = PUBLIC_URL
    counter: int = 0
    has_counter: bool = True
    flags: int = PRESENT
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private_key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))

    @property
    def public_key(self) -> bytes:
        """The public key as COSE: ES256 on the curve P-256."""
        numbers = self.private_key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def register(self, options: str, **changed: Any) -> str:
        """Answer the options of a page that adds a key, with the attestation "none"."""
        asked = json.loads(options)
        new_key = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self.public_key
        data = self._authenticator_data(asked["rp"]["id"], self.flags | HAS_KEY, new_key)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", asked, changed)
        return self._answer(clientDataJSON=client, attestationObject=attestation, transports=["usb", "nfc"])

    def sign(self, options: str, *, rp_id: str = "", **changed: Any) -> str:
        """Answer the options of a page that asks for a key."""
        asked = json.loads(options)
        data = self._authenticator_data(rp_id or asked["rpId"], self.flags)
        client = self._client_data("webauthn.get", asked, changed)
        signature = self.private_key.sign(data + hashlib.sha256(client).digest(), ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _authenticator_data(self, rp_id: str, flags: int, rest: bytes = b"") -> bytes:
        self.counter += self.has_counter
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big") + rest

    def _client_data(self, type_: str, asked: dict[str, Any], changed: dict[str, Any]) -> bytes:
        data = {"type": type_, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(data | changed).encode()

    def _answer(self, **response: Any) -> str:
        encoded = {name: encode(value) if isinstance(value, bytes) else value for name, value in response.items()}
        return json.dumps({"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": encoded})
