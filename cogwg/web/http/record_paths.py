"""URLs of the public record, which answer everyone alike: they read no session, set no cookie and have no fragments."""

from __future__ import annotations

import re

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin

_FEEDS = r"feeds/(?:published\.(?:atom|ics)|commitments(?:\.atom)?)"
_RECORD = re.compile(
    rf"/(?:(?:en|fr)/(?:tracker|commitments|engagement|comments|data|{_FEEDS})|data|v1|sitemap\.xml|robots\.txt)(?:/.*)?",
    re.DOTALL,
)
_FORMS = "engagement"
KEPT_SECONDS = 60
"""For how many seconds caches may show a copy of a page of the public record. A withdrawal takes effect within this time."""


class SessionInterface(SecureCookieSessionInterface):
    """Flask's session in a signed cookie. Requests to the public record have an empty session that is not stored."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if is_record_path(request.path):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_record_path(request.path):
            super().save_session(app, session, response)


def init(app: Flask) -> None:
    app.session_interface = SessionInterface()


def is_record_path(path: str) -> bool:
    """Return whether this path belongs to the public record, even if there is no such page."""
    return _RECORD.fullmatch(path) is not None


def is_record_request() -> bool:
    """Return whether this request is for the public record."""
    return is_record_path(request.path)


def may_keep(response: Response) -> bool:
    """Return whether caches may keep this response of the public record: a page, a file, a redirect, or that there is none.

    They may not keep forms for comments, which are rendered for each visit, or pages of private links, which are for one
    person.
    """
    return (
        request.blueprint != _FORMS
        and request.method in ("GET", "HEAD")
        and response.status_code in (200, 301, 302, 303, 304, 308, 404, 410)
    )
