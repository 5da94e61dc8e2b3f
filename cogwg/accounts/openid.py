"""Sign-in with the organization's OpenID Connect provider: the URL to send the person to, and who they are according to its
answer.

This is the authorization code flow with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636). No database transaction may be open
during a call, because each waits for the provider. authlib and joserfc are imported when they are first needed, because they
take 10 MiB in each worker.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from cogwg.accounts.openid_requests import AnswerRefused, ProviderSession, ProviderUnavailable, TimeLimiter
from cogwg.core.addresses import is_mail_address
from cogwg.core.bilingual import Language
from cogwg.core.calendar import monotonic
from cogwg.core.openid_settings import OpenIDSettings, is_trusted_address

STATE_LIFETIME = timedelta(minutes=10)
"""How long a person has to sign in at the provider."""
METADATA_SECONDS = 600.0
"""How long the provider's metadata is cached. Its keys are not cached, so a replaced key works at once."""
CLOCK_DIFFERENCE = timedelta(minutes=1)
"""How far the clocks of this site and the provider may differ."""
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""The accepted signatures of an ID token: only those that need a private key."""
SUBJECT_LIMIT = 255
"""The most characters of a subject, all of them ASCII (OpenID Connect Core 1.0, 2)."""


@dataclass(frozen=True, slots=True)
class OpenIDIdentity:
    """Who signed in at the provider. ``email`` is in lower case, or "" if the provider gives none.

    Only the issuer and the subject identify a person permanently. ``is_verified`` is whether the provider verified that the
    email address is theirs.
    """

    issuer: str
    subject: str
    email: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class OpenIDRequest:
    """Three random values that tie an answer to the browser that requested it. None of them is used twice."""

    state: str
    nonce: str
    code_verifier: str


class OpenIDProvider:
    """The provider in the settings, with a cache and a limit on requests for one worker process."""

    def __init__(self, settings: OpenIDSettings) -> None:
        self.settings = settings
        self._limiter = TimeLimiter()
        self._metadata: tuple[float, Mapping[str, Any]] | None = None

    def authorization_url(self, asked: OpenIDRequest, *, redirect_url: str, lang: Language) -> str:
        """Return the URL at which the person signs in. Raises ``ProviderUnavailable`` if the metadata cannot be fetched."""
        metadata = self._cached_metadata() or self._limiter.run(self._fetch_metadata)
        url, _state = self._client(metadata, redirect_url).create_authorization_url(
            metadata["authorization_endpoint"],
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.code_verifier,
            ui_locales=f"{lang.value}-CA {lang.value}",
        )
        return str(url)

    def identify(self, asked: OpenIDRequest, code: str, *, redirect_url: str, now: datetime) -> OpenIDIdentity:
        """Return the identity of the person who signed in with the provider, in exchange for the code that it sent.

        Raises ``AnswerRefused`` if the answer is not for this request and this site, is not signed by the provider, or has
        expired, and ``ProviderUnavailable`` if the provider cannot be reached or is too slow.
        """

        def ask(deadline: float) -> OpenIDIdentity:
            metadata = self._cached_metadata() or self._fetch_metadata(deadline)
            session = ProviderSession(self.settings.issuer, deadline)
            tokens = self._exchange(session, metadata, asked, code, redirect_url)
            keys = session.get_object(metadata["jwks_uri"])
            claims = self._checked_claims(tokens, keys, asked.nonce, now)
            return self._identity(session, metadata, tokens, claims)

        return self._limiter.run(ask)

    def _cached_metadata(self) -> Mapping[str, Any] | None:
        cached = self._metadata
        return cached[1] if cached is not None and monotonic() - cached[0] < METADATA_SECONDS else None

    def _fetch_metadata(self, deadline: float) -> Mapping[str, Any]:
        """Return the provider's metadata (OpenID Connect Discovery 1.0), and cache it for ``METADATA_SECONDS``."""
        issuer = self.settings.issuer
        metadata = ProviderSession(issuer, deadline).get_object(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if metadata.get("issuer") != issuer:
            raise ProviderUnavailable(f"the provider calls itself {metadata.get('issuer')!r}; set COGWG_OIDC_ISSUER to this")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            url = metadata.get(name)
            if not isinstance(url, str) or not is_trusted_address(url, issuer=issuer):
                raise ProviderUnavailable(f"the provider’s {name} is {url!r}, which is no https address")
        self._metadata = monotonic(), metadata
        return metadata

    def _client(self, metadata: Mapping[str, Any], redirect_url: str, session: ProviderSession | None = None) -> Any:
        from authlib.oauth2.client import OAuth2Client

        methods = metadata.get("token_endpoint_auth_methods_supported")
        posts_secret = isinstance(methods, list) and "client_secret_basic" not in methods and "client_secret_post" in methods
        client = OAuth2Client(
            session,
            client_id=self.settings.client_id,
            client_secret=self.settings.client_secret,
            token_endpoint_auth_method="client_secret_post" if posts_secret else "client_secret_basic",
            scope="openid email",
            redirect_uri=redirect_url,
            code_challenge_method="S256",
        )
        client.register_client_auth_method(("client_secret_basic", _encode_basic))
        return client

    def _exchange(
        self, session: ProviderSession, metadata: Mapping[str, Any], asked: OpenIDRequest, code: str, redirect_url: str
    ) -> Mapping[str, Any]:
        """Exchange the code for tokens. Raises ``AnswerRefused`` if the provider refuses the code."""
        from authlib.oauth2 import OAuth2Error

        client = self._client(metadata, redirect_url, session)
        try:
            tokens = client.fetch_token(
                metadata["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=asked.code_verifier,
            )
        except OAuth2Error as error:
            if error.error == "invalid_grant":
                raise AnswerRefused("the provider refuses the code") from error
            raise ProviderUnavailable(f"the provider refuses this site: {error.error}") from error
        except ValueError as error:
            raise ProviderUnavailable("the provider’s answer holds no tokens") from error
        return dict(tokens)

    def _checked_claims(
        self, tokens: Mapping[str, Any], keys: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        """Return the claims of the ID token, checked as OpenID Connect Core 1.0, 3.1.3.7, requires."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jws, jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise ProviderUnavailable("the provider’s answer holds no ID token")
        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise ProviderUnavailable(f"the provider’s keys cannot be read: {type(error).__name__}") from error
        expected: dict[str, Any] = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        params = {"nonce": nonce, "client_id": self.settings.client_id, "access_token": tokens.get("access_token")}
        try:
            signed = jwt.decode(token, key_set, registry=jws.JWSRegistry(algorithms=SIGNATURES, strict_check_header=False))
            claims = CodeIDToken(signed.claims, signed.header, expected, params)
            claims.validate(now=int(now.timestamp()), leeway=int(CLOCK_DIFFERENCE.total_seconds()))
        except (JoseError, ValueError, TypeError) as error:
            raise AnswerRefused(f"the ID token is refused: {type(error).__name__}: {error}") from error
        return dict(claims)

    def _identity(
        self, session: ProviderSession, metadata: Mapping[str, Any], tokens: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> OpenIDIdentity:
        """Return who the claims are about. Providers give the email address in the ID token or at their UserInfo URL (OpenID
        Connect Core 1.0, 5.4).
        """
        subject, about = claims["sub"], claims
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LIMIT or not subject.isascii():
            raise AnswerRefused("the subject of the ID token is no short text")
        if not {"email", "email_verified"} <= claims.keys() and "userinfo_endpoint" in metadata:
            headers = {"Authorization": f"Bearer {tokens.get('access_token')}"}
            about = session.get_object(metadata["userinfo_endpoint"], headers)
            if about.get("sub") != subject:
                raise AnswerRefused("the address belongs to another subject than the ID token")
        email = about.get("email")
        # Only ASCII, because some other characters have an ASCII letter as their lower case: the Kelvin sign becomes "k".
        address = email.lower() if isinstance(email, str) and is_mail_address(email) else ""
        return OpenIDIdentity(self.settings.issuer, subject, address, about.get("email_verified") is True and bool(address))


def _encode_basic(client: Any, _method: str, url: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """Add the id and secret of this site to a request. RFC 6749, 2.3.1, requires both to be encoded as in a form, which
    authlib does not do.
    """
    credentials = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    return url, {**headers, "Authorization": f"Basic {b64encode(credentials.encode()).decode()}"}, body
