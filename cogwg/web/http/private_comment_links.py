"""The private links of authors of comments. A link is derived from the stamp of the comment's form and the site's secret key.

The database alone therefore reveals no link, and an email about the comment can contain it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from flask import url_for

from cogwg.accounts.tokens import hash_token
from cogwg.engagement.models import PublicComment
from cogwg.web.http import site_settings
from cogwg.web.http.public_addresses import public_address


def private_token(stamp: str, key: str = "") -> str:
    """Return the secret part of a comment's private link.

    It is derived from the hash of the comment's stamp and a secret key, by default the newest.
    """
    key = key or site_settings.environment().secret_key
    derived = hmac.digest(key.encode(), b"cogwg.private-comment", hashlib.sha256)
    return base64.urlsafe_b64encode(hmac.digest(derived, stamp.encode(), hashlib.sha256)).decode().rstrip("=")


def known_token(comment: PublicComment) -> str:
    """Return the secret part of a comment's private link; "" if it cannot be derived from any key of this site."""
    if comment.stamp is None or comment.link_hash is None:
        return ""
    environment = site_settings.environment()
    tokens = (private_token(comment.stamp, key) for key in (environment.secret_key, *environment.fallback_keys))
    return next((token for token in tokens if hash_token(token) == comment.link_hash), "")


def private_link(comment: PublicComment) -> str:
    """Return the full URL of a comment's private link, in the language in which the comment was sent; "" if it is not known."""
    token = known_token(comment)
    return public_address(url_for("engagement.private", lang=comment.page_lang.value, token=token)) if token else ""
