"""A shared cache as RFC 9111 describes it: it keeps responses by address and by the request headers that Vary names."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.web_client import Client, Page

CACHEABLE = (200, 301, 303, 404, 410)


def directives(page: Page) -> dict[str, str]:
    """Return the directives of Cache-Control with their values."""
    parts = (part.strip().partition("=") for part in page.headers.get("Cache-Control", "").split(",") if part.strip())
    return {name.lower(): value for name, _, value in parts}


@dataclass
class SharedCache:
    """A cache in front of the site that many people share. ``hits`` counts the responses that it had kept."""

    hits: int = 0
    _kept: dict[str, list[tuple[dict[str, str], Page]]] = field(default_factory=dict)

    def get(self, client: Client, path: str, **headers: str) -> Page:
        """Answer a request of this client with a kept response, or ask the site and keep the response if that is allowed."""
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        cookie = client.flask_client.get_cookie("session")
        sent["cookie"] = f"session={cookie.value}" if cookie is not None else ""
        for varied, page in self._kept.get(path, []):
            if all(sent.get(name, "") == value for name, value in varied.items()):
                self.hits += 1
                return page
        page = client.get(path, **headers)
        if may_be_kept(page):
            names = [name.strip().lower() for name in page.headers.get("Vary", "").split(",") if name.strip()]
            self._kept.setdefault(path, []).append(({name: sent.get(name, "") for name in names}, page))
        return page


def may_be_kept(page: Page) -> bool:
    """Whether a shared cache may answer another request with this response for some seconds."""
    rules = directives(page)
    if page.status not in CACHEABLE or {"private", "no-store", "no-cache"} & rules.keys() or page.headers.get("Vary") == "*":
        return False
    return int(rules.get("s-maxage", rules.get("max-age", "0"))) > 0
