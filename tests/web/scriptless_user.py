"""A user whose browser runs no scripts, in process: they follow links and press buttons by their words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from babel.support import Translations

from cogwg.core.paths import _PACKAGE
from tests.web_client import App, Client, Form, Page, text_of

FRENCH_CATALOGUE = Translations.load(str(_PACKAGE / "translations"), ["fr"])


def translate(lang: str, sentence: str, **values: Any) -> str:
    """Return a sentence of the product in this language, from the catalogue."""
    text = sentence if lang == "en" else str(FRENCH_CATALOGUE.gettext(sentence))
    return text % values if values else text


class ScriptlessUser:
    """A user of the pages in one language, without scripts. ``count`` is how often they clicked, ticked or typed."""

    def __init__(self, app: App, name: str, lang: str) -> None:
        self.browser: Client = app.client_as(name)
        self.lang = lang
        self.count = 0
        self.page: Page

    def translate(self, sentence: str, **values: Any) -> str:
        return translate(self.lang, sentence, **values)

    def open(self, place: str) -> Page:
        """Open a path in this language; one with a leading slash is used unchanged."""
        return self._show(self.browser.get(place if place.startswith("/") else f"/{self.lang}/{place}"))

    def expect_path(self, place: str) -> None:
        assert self.page.path.partition("#")[0] == f"/{self.lang}/{place}"

    def follow(self, sentence: str, within: Any = None, **values: Any) -> Page:
        """Click the link with these words."""
        return self.click(self._named("a", self.translate(sentence, **values), within))

    def click(self, link: Any) -> Page:
        self.count += 1
        return self._show(self.browser.get(urljoin(self.page.path, link.get("href"))))

    def form(self, sentence: str, within: Any = None, **values: Any) -> Form:
        """Return the form whose button has these words."""
        return self._form_of(self._named("button", self.translate(sentence, **values), within))

    def press(self, sentence: str, within: Any = None, fields: dict[str, Any] | None = None, **values: Any) -> Page:
        """Fill in fields of a form, press its button with these words, and follow the redirect."""
        button = self._named("button", self.translate(sentence, **values), within)
        form = self._form_of(button)
        form.fill(**(fields or {}))
        form.action = urljoin(self.page.path, button.get("formaction") or form.action)
        self.count += 1 + len(fields or {})
        pressed = {button.get("name"): button.get("value", "")} if button.get("name") else {}
        if form.element.get("method", "get").lower() == "get":
            query = {**form.values, **pressed}
            return self._show(self.browser.send("GET", form.action, query_string=query))
        return self._show(form.submit(extra=pressed))

    def row(self, code: str) -> Any:
        """Return the row of an activity on My updates."""
        places = {f"/{lang}/plans/2020/activities/{code}" for lang in ("en", "fr")}
        (row,) = [e for e in self.page.find_all("article") if any(a.get("href") in places for a in e.iter("a"))]
        return row

    def open_row(self, code: str) -> Page:
        """Follow the link that opens an activity's form, unless My updates shows it already."""
        links = [a for a in self.row(code).iter("a") if "data-open-row" in a.attrib]
        return self.click(links[0]) if links else self.page

    def _show(self, answer: Page) -> Page:
        """Show an answer; follow its redirect, or the page that loads a file by itself, as browsers do."""
        while answer.status in (301, 302, 303, 308):
            answer = answer.follow()
        self.page = answer
        if answer.response.mimetype != "text/html":
            return answer
        refreshes = [meta.get("content") for meta in answer.find_all("meta") if meta.get("http-equiv") == "refresh"]
        return self._show(self.browser.get(refreshes[0].partition("url=")[2])) if refreshes else answer

    def _named(self, tag: str, text: str, within: Any) -> Any:
        where = self.page.find("body") if within is None else within
        own = [(e, text_of(e)) for e in where.iter(tag)]
        elements = [e for e, name in own if name == text] or [e for e, name in own if text in name]
        assert len(elements) == 1, f"{len(elements)} × {tag} {text!r} on {self.page.path}"
        return elements[0]

    def _form_of(self, button: Any) -> Form:
        owner = button.get("form")
        return Form(self.page, self.page.find_by_id(owner) if owner else next(button.iterancestors("form")))


def classed(element: Any, tag: str, name: str) -> list[Any]:
    """Return the elements inside with this tag ("*" for any) and class."""
    return [e for e in element.iter() if tag in ("*", e.tag) and name in e.get("class", "").split()]
