"""The codes of an authenticator app (TOTP, RFC 6238), and recovery codes. These rules need no database.

``pyotp`` is imported by the functions that need it, because most processes never need it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from cogwg.accounts.tokens import hash_token

STEP_SECONDS = 30
ISSUER = "COGWG"
"""The name under which an authenticator app lists the code. Apps show it beside the email address."""
RECOVERY_CODE_COUNT = 10
LOW_RECOVERY_CODES = 3
"""With this many unused recovery codes or fewer, pages ask the person to create new ones."""
SECOND_STEP_LIFETIME = timedelta(minutes=10)
"""How long a sign-in waits for its code after the password."""
_RECOVERY_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 characters, without those that look alike. A code of 24 of them has 120 bits; from 112 bits, OWASP ASVS 5.0, 6.5.2,
allows a fast hash."""
_RECOVERY_LENGTH, _GROUP = 24, 4


def new_secret() -> str:
    """Return a random secret of 160 bits, as RFC 4226 recommends, in base 32."""
    import pyotp

    return pyotp.random_base32()


def provisioning_uri(secret: str, email: str) -> str:
    """Return the otpauth link with which an app adds the account."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def matching_step(secret: str, code: str, *, now: datetime, last_step: int) -> int | None:
    """Return the 30-second step that this code belongs to, or None if it is wrong or its step was used.

    The codes of the previous and next steps are accepted too, for clocks that differ and codes typed slowly.
    """
    import pyotp

    generator, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    steps = [step for step in (current - 1, current, current + 1) if step > last_step]
    matching = [step for step in steps if compare_digest(generator.generate_otp(step), code)]
    return matching[-1] if matching else None


def clean_code(typed: str) -> str:
    """Return the digits of a code; an app shows them in two groups."""
    return "".join(c for c in typed if c in "0123456789")


def in_groups(text: str, separator: str = " ") -> str:
    """Return a secret in groups of four characters, which are easier to read and type."""
    return separator.join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def new_recovery_codes() -> tuple[str, ...]:
    """Return ten random recovery codes in groups, such as ``7kqm-x2fd-…``."""
    drawn = ["".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODE_COUNT)]
    return tuple(in_groups(code, "-") for code in drawn)


def recovery_code_hash(typed: str) -> str:
    """Return the hash of a recovery code, typed with or without hyphens, spaces and capitals."""
    return hash_token("".join(c for c in typed.lower() if c in _RECOVERY_ALPHABET))
