"""The OpenID Connect provider of the tests: a process on loopback that is told who its people are and what is wrong with it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from cogwg.accounts import openid_requests
from cogwg.core.bilingual import Bilingual
from cogwg.core.openid_settings import OpenIDSettings
from cogwg.web.auth import openid_state
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET
from tests.web.conftest import MakeApp
from tests.web.scriptless_user import ScriptlessUser
from tests.web_client import App, Client, Page, email

NAME = Bilingual("Maple Sign-in", "Érable Connexion")
ROOT = Path(__file__).parents[2]
LONG_SECONDS = 60.0
"""How long a sign-in may wait for the provider on a slow machine; the limit itself is tested with a shorter time."""


class Provider:
    """The provider's process, as its people and its administrator use it."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self._http = httpx.Client(trust_env=False, timeout=60)

    def settings(self, **overrides: Any) -> OpenIDSettings:
        return OpenIDSettings(**{**self._registration, **overrides})

    @property
    def _registration(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": NAME}

    def control(self, **values: Any) -> list[str]:
        """Change the provider, and return the paths that were requested since the last change."""
        asked: list[str] = self._http.put(f"{self.issuer}/control", json=values).raise_for_status().json()
        return asked

    def prepare(self, app: App, site: str = "") -> None:
        """Set the provider's people to those of the demo, its clock to that of the application, and let no fault remain."""
        address = site or app.flask.extensions["cogwg.settings"].public_url
        self.control(
            people={name: {"email": email(name)} for name in ("ontario", "quebec", "chair", "secretariat", "reader")},
            fault="",
            seconds_ahead=app.clock().timestamp() - time.time(),
            redirect_uris=[f"{address}/en/sign-in/openid/answer"],
        )

    def choose(self, url: str, subject: str) -> str:
        """Sign in at the provider as this subject, or cancel with "", and return the path to which the browser is sent back."""
        assert url.startswith(f"{self.issuer}/authorize?"), url
        page = self._http.get(url)
        assert "Test provider" in page.text, page.text
        answer = self._http.post(url, data={"subject": subject})
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def sign_in(self, browser: Client, subject: str, lang: str = "en", query: str = "") -> Page:
        """Sign in from the sign-in page; return the last answer, which is not a redirect of the sign-in itself."""
        return self.answer(browser, self.choose(begin(browser, lang, query), subject))

    def answer(self, browser: Client, path: str) -> Page:
        """Open the path to which the provider sent the browser back, in English, then in the language of the pages."""
        answer = browser.get(path)
        return answer.follow() if "/sign-in/openid/answer" in answer.redirect_path else answer


def begin(browser: Client, lang: str = "en", query: str = "") -> str:
    """Follow the link on the sign-in page, and return the URL of the provider to which it leads."""
    page = browser.get(f"/{lang}/sign-in{query}")
    (link,) = [a for a in page.tree.iter("a") if "/sign-in/openid" in a.get("href", "")]
    answer = browser.get(link.get("href", ""))
    assert answer.status == 303
    return str(answer.headers["Location"])


class OpenIDUser(ScriptlessUser):
    """A user without scripts who signs in at the provider as ``subject`` when a page leads there; "" cancels."""

    def __init__(self, app: App, provider: Provider, subject: str, lang: str) -> None:
        super().__init__(app, "visitor", lang)
        self.provider, self.subject = provider, subject

    def _show(self, answer: Page) -> Page:
        while answer.headers.get("Location", "").startswith(self.provider.issuer):
            answer = self.browser.get(self.provider.choose(answer.headers["Location"], self.subject))
        return super()._show(answer)

    def sign_in(self) -> Page:
        """Follow the link of the page that is open."""
        return self.follow("Sign in with %(name)s", name=NAME.text(self.lang))


@contextmanager
def running_provider() -> Iterator[Provider]:
    """Start the provider and end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.openid_provider"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Provider(process.stdout.readline().strip())
    finally:
        process.kill()
        process.wait()


MakeOpenIDApp = Callable[..., App]


@pytest.fixture(scope="session")
def provider_process() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def make_openid_app(make_app: MakeApp, provider_process: Provider, monkeypatch: pytest.MonkeyPatch) -> MakeOpenIDApp:
    """``make_openid_app(kind, template, **settings)``: an app with the provider, whose people are those of the demo."""
    monkeypatch.setattr(openid_requests, "TIMEOUT_SECONDS", LONG_SECONDS)

    def make(kind: str = "sqlite", template: str = "seeded", *, openid: dict[str, Any] | None = None, **settings: Any) -> App:
        app = make_app(kind, template, openid=provider_process.settings(**(openid or {})), **settings)
        openid_state.init(app.flask)  # an app is used again: what it knows of the provider is from another test
        provider_process.prepare(app)
        return app

    return make


@pytest.fixture
def openid_app(make_openid_app: MakeOpenIDApp) -> App:
    return make_openid_app()


@pytest.fixture
def provider(provider_process: Provider, openid_app: App) -> Provider:
    """The provider of ``openid_app``."""
    return provider_process
