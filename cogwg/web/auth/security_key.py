"""The challenge that this browser's security key has to sign.

It is kept in the session cookie, and is valid for one answer within a short time.
"""

from __future__ import annotations

from flask import current_app
from flask import session as cookie

from cogwg.accounts.key_ceremonies import CHALLENGE_LIFETIME, KeySite, key_site
from cogwg.accounts.security_keys import spend_challenge
from cogwg.accounts.tokens import new_token
from cogwg.core.settings import Settings
from cogwg.web.http import clocks
from cogwg.web.http.database import write

_CHALLENGE = "key-challenge"
"""The session-cookie key for the challenge and the time at which it was made."""


def site_of_keys() -> KeySite | None:
    """Return the site that security keys are bound to, or None if this site cannot use them."""
    settings: Settings = current_app.extensions["cogwg.settings"]
    return key_site(settings.public_url)


def new_challenge() -> str:
    """Return a new challenge for this browser; an earlier one can no longer be answered."""
    challenge = new_token()
    cookie[_CHALLENGE] = [challenge, int(clocks.real_now().timestamp())]
    return challenge


def take_challenge() -> str | None:
    """Return the challenge of this browser, and mark it as used; None if there is none, it is too old, or it was used before.

    The server remembers used challenges, because the browser could send an earlier cookie again.
    """
    challenge, made_at = cookie.pop(_CHALLENGE, None) or ("", 0)
    now = clocks.real_now()
    if now.timestamp() - made_at > CHALLENGE_LIFETIME.total_seconds():
        return None
    with write() as open_session:
        return challenge if spend_challenge(open_session, challenge, now=now) else None
