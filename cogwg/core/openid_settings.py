"""The settings of the organization's OpenID Connect provider, with which people can sign in instead of using a password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from cogwg.core.bilingual import Bilingual
from cogwg.core.errors import ConfigurationError
from cogwg.core.web_addresses import LOOPBACK

NAME_LIMIT = 60
"""The most characters of the provider's name: a longer one does not fit on a button on a screen 320 pixels wide."""
ISSUER_LIMIT = 500
_ISSUER, _CLIENT_ID, _SECRET = "COGWG_OIDC_ISSUER", "COGWG_OIDC_CLIENT_ID", "COGWG_OIDC_CLIENT_SECRET"
_NAME_EN, _NAME_FR = "COGWG_OIDC_NAME_EN", "COGWG_OIDC_NAME_FR"
_TOGETHER = (_ISSUER, _CLIENT_ID, _SECRET, _NAME_EN, _NAME_FR)


@dataclass(frozen=True, slots=True)
class OpenIDSettings:
    """The provider and this site's registration with it. ``name`` is what pages call the provider.

    With ``requires_two_steps``, the provider requires two steps of everyone, so this site asks for no code.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: Bilingual
    requires_two_steps: bool = False


def openid_settings(env: Mapping[str, str], *, requires_two_steps: bool) -> OpenIDSettings | None:
    """Return the provider from the settings ``COGWG_OIDC_…``; None if none of them is set.

    Raises ``ConfigurationError`` with the setting and the reason.
    """
    values = {name: env.get(name, "").strip() for name in _TOGETHER}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(values):
        if requires_two_steps:
            raise ConfigurationError("COGWG_OIDC_TWO_STEPS has no effect without COGWG_OIDC_ISSUER. Set both or neither.")
        return None
    if missing:
        raise ConfigurationError(f"{missing[0]} is not set. {', '.join(_TOGETHER)} go together. Set all or none.")
    _check_issuer(values[_ISSUER])
    for name in (_CLIENT_ID, _SECRET):
        if not values[name].isascii() or not values[name].isprintable():
            raise ConfigurationError(f"{name} can contain only ASCII characters. Copy it again from the provider.")
    for name in (_NAME_EN, _NAME_FR):
        if len(values[name]) > NAME_LIMIT:
            raise ConfigurationError(f"{name} has more than {NAME_LIMIT} characters. Set it to a short name of the provider.")
    if find_spec("authlib") is None:
        raise ConfigurationError(f"{_ISSUER} is set. Install cogwg[oidc] to use it.")
    provider_name = Bilingual(values[_NAME_EN], values[_NAME_FR])
    return OpenIDSettings(values[_ISSUER], values[_CLIENT_ID], values[_SECRET], provider_name, requires_two_steps)


def is_trusted_address(url: str, *, issuer: str) -> bool:
    """Return whether this site may send secrets to a URL: by https, or by http if it and the issuer are on this machine."""
    try:
        parts, issuer_host = urlsplit(url), urlsplit(issuer).hostname
        _ = parts.port
    except ValueError:
        return False
    is_plain = bool(parts.hostname) and "@" not in parts.netloc and not any(c.isspace() for c in url)
    is_local = parts.scheme == "http" and parts.hostname in LOOPBACK and issuer_host in LOOPBACK
    return is_plain and (parts.scheme == "https" or is_local)


def _check_issuer(issuer: str) -> None:
    is_usable = is_trusted_address(issuer, issuer=issuer) and len(issuer) <= ISSUER_LIMIT
    if not is_usable or "?" in issuer or "#" in issuer:
        raise ConfigurationError(
            f"{_ISSUER} is {issuer!r}. Set it to the https address of the provider, such as https://sign-in.example.ca, "
            "exactly as the provider gives it."
        )
