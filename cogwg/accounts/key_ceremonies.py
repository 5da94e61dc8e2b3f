"""The two ceremonies of WebAuthn: adding a security key, and signing in with one. This module needs no database.

The library is the optional extra ``passkeys``. It takes 20 MB, so the functions import it when they need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cogwg.accounts.one_time_codes import ISSUER, SECOND_STEP_LIFETIME

if TYPE_CHECKING:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

CHALLENGE_LIFETIME = SECOND_STEP_LIFETIME
"""How long a challenge can be answered."""
_TIMEOUT_MS = 300_000
"""How long the browser waits for the key, as WebAuthn recommends: people may have to find their key first."""
_LONGEST_ID = 1023
"""The greatest length of a key's id that WebAuthn allows, in bytes."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class KeySite:
    """The site that keys are bound to: its host (``rp_id``) and its origin, as browsers send them."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A stored security key of a person: the data to check its responses, and what the account page shows."""

    id: int
    name: str
    credential_id: str
    public_key: str
    transports: str
    sign_count: int
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is stored about a key that was added; see the table ``SecurityKey``."""

    credential_id: str
    public_key: str
    transports: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The person's key that signed the challenge, with its counter."""

    key_id: int
    sign_count: int


def key_site(public_url: str) -> KeySite | None:
    """Return the site of ``COGWG_PUBLIC_URL``, or None if security keys cannot be used there.

    They cannot be used if the extra ``passkeys`` is not installed, nor where browsers refuse them: at a URL without https
    (except localhost), or with an IP address.
    """
    parts = urlsplit(public_url)
    host, port = parts.hostname or "", parts.port
    if find_spec("webauthn") is None or (parts.scheme != "https" and host != "localhost") or _is_ip_address(host):
        return None
    shown_port = f":{port}" if port is not None and port != _DEFAULT_PORTS[parts.scheme] else ""
    return KeySite(host, f"{parts.scheme}://{host}{shown_port}")


def registration_options(
    site: KeySite, challenge: str, *, person_id: int, email: str, name: str, keys: Iterable[KeyFacts]
) -> str:
    """Return the options, as JSON, with which a browser adds a key other than ``keys``."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    # The key stores the user's handle, which must not reveal who the person is. It stores their name and email address only
    # if it lists its accounts, which is discouraged here: the password has already identified the person.
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=ISSUER,
        user_id=f"cogwg-{person_id}".encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenge.encode(),
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=_descriptors(keys),
    )
    return options_to_json(options)


def sign_in_options(site: KeySite, challenge: str, keys: Iterable[KeyFacts]) -> str:
    """Return the options, as JSON, with which a browser asks one of these keys to sign the challenge."""
    from webauthn import generate_authentication_options, options_to_json

    options = generate_authentication_options(
        rp_id=site.rp_id, challenge=challenge.encode(), timeout=_TIMEOUT_MS, allow_credentials=_descriptors(keys)
    )
    return options_to_json(options)


def new_key(site: KeySite, challenge: str, answer: str) -> NewKey | None:
    """Return the key whose response to the challenge this is (JSON from the browser); None if the response is not valid for
    the challenge and this site.
    """
    from webauthn import verify_registration_response
    from webauthn.helpers import bytes_to_base64url, parse_registration_credential_json

    try:
        credential = parse_registration_credential_json(answer)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except Exception:  # the library checks no types: a forged answer also raises KeyError, TypeError, RecursionError and others
        return None
    if len(verified.credential_id) > _LONGEST_ID:
        return None
    return NewKey(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        transports=" ".join(sorted({transport.value for transport in credential.response.transports or ()})),
        sign_count=verified.sign_count,
    )


def key_use(site: KeySite, challenge: str, answer: str, keys: Iterable[KeyFacts]) -> KeyUse | None:
    """Return which of these keys signed the challenge on this site, with its counter; None if the response is not valid.

    This function only checks the signature. The caller compares the counter with the stored one, in the statement that stores
    it.
    """
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes, parse_authentication_credential_json

    try:
        credential = parse_authentication_credential_json(answer)
        key = next(key for key in keys if base64url_to_bytes(key.credential_id) == credential.raw_id)
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge.encode(),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.public_key),
            credential_current_sign_count=0,
        )
    except Exception:  # as in ``new_key``, and StopIteration if no key of the person signed it
        return None
    return KeyUse(key.id, verified.new_sign_count)


def _descriptors(keys: Iterable[KeyFacts]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.credential_id),
            transports=[AuthenticatorTransport(transport) for transport in key.transports.split()],
        )
        for key in keys
    ]


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
