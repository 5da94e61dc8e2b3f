"""A draft shared by its link, presented, printed and talked about: who sees what of it, and nothing more."""

from __future__ import annotations

import logging
from datetime import date
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.briefing.models import PreviewLink, SlideComment
from cogwg.briefing.outline import SlideWording, set_wording
from cogwg.briefing.services import OutlineChange, create_briefing, revise_outline
from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.web.http.rate_limits import RateLimiter
from tests.conventions.test_pages import sound
from tests.pages import Browser, House, Page, words

SAID = "Who checked these numbers?"


@pytest.fixture
def briefing(house: House) -> str:
    return made(house)


def made(house: House, on: date = date(2020, 9, 24)) -> str:
    """The address of a new briefing, without its language."""
    by, at = Actor("person", house.person_id("chair")), house.calendar.now()
    with Session(house.engine) as session, write_transaction(session):
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        return f"briefings/{create_briefing(session, year=2020, meeting_on=on, audience=audience, by=by, at=at).id}"


def share(chair: Browser, briefing: str, lang: str = "en") -> dict[str, str]:
    """Make a link; its two addresses on this site, by language."""
    page = chair.get(f"/{lang}/{briefing}/links").form("/links").submit().follow()
    return {code: urlsplit(page.id(f"link-{code}").get("value")).path for code in ("en", "fr")}


def test_a_link_shows_the_slides_of_the_draft_to_anybody_and_is_shown_once(
    house: House, chair: Browser, visitor: Browser, briefing: str
) -> None:
    shared = share(chair, briefing)
    for lang, title, draft in (("en", "Work plan at a glance", "DRAFT"), ("fr", "Aperçu du plan de travail", "ÉBAUCHE")):
        page = visitor.get(shared[lang])
        assert page.status == 200
        sections = page.all("section", class_="slide")
        assert len(sections) >= 14
        assert all(draft in words(section) for section in sections)
        assert title in page.main
    again = chair.get(f"/en/{briefing}/links")
    assert not again.all("input", id="link-en")
    assert "L. Gagné" in again.main or "Made by" in again.main
    secret = shared["en"].rsplit("/", 1)[-1]
    assert secret not in again.text
    assert secret not in repr([(row.token_hash, row.made_by) for row in house.rows(PreviewLink)])
    assert secret not in repr([event.after for event in house.rows(AuditEvent)])


def test_a_shared_draft_is_not_kept_not_listed_and_leads_nowhere_else(chair: Browser, visitor: Browser, briefing: str) -> None:
    shared = share(chair, briefing)["en"]
    page = visitor.get(shared)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "noindex" in page.one("meta", name="robots").get("content", "")
    places = {a.get("href", "") for a in page.all("a")}
    inside = {p for p in places if not p.startswith(("#", "http://", "https://"))}
    assert inside == {shared.replace("/en/", "/fr/")}
    assert not page.forms


def test_a_shared_draft_tells_nothing_of_what_is_said_of_it(chair: Browser, visitor: Browser, briefing: str) -> None:
    assert say(chair, briefing, "glance", SAID).status == 303
    shared = share(chair, briefing)["en"]
    for reader in (visitor, chair):
        page = reader.get(shared)
        assert SAID not in page.text
        assert not page.all("*", class_="slide-talk")
        assert "freeze" not in page.main.casefold().replace("frozen", "")


def test_a_revoked_link_leads_nowhere_and_the_other_still_does(chair: Browser, visitor: Browser, briefing: str) -> None:
    first, second = share(chair, briefing)["en"], share(chair, briefing)["fr"]
    page = chair.get(f"/en/{briefing}/links")
    forms = [form for form in page.forms if form.action.endswith("/revoke")]
    assert len(forms) == 2
    assert "leads nowhere now" in forms[1].submit().follow().text
    assert visitor.get(first).status == 404
    assert visitor.get(first.replace("/en/", "/fr/")).status == 404
    assert visitor.get(second).status == 200
    assert len([form for form in chair.get(f"/en/{briefing}/links").forms if form.action.endswith("/revoke")]) == 1
    assert forms[1].submit().status == 303, "twice is once"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_freezing_ends_the_links_of_the_draft_and_says_so(
    house: House, chair: Browser, visitor: Browser, briefing: str, lang: str
) -> None:
    other = share(chair, made(house, date(2020, 10, 8)))[lang]
    gone, first, second = (share(chair, briefing)[lang] for _ in range(3))
    links = chair.get(f"/{lang}/{briefing}/links")
    [*_, revoke] = [form for form in links.forms if form.action.endswith("/revoke")]
    revoke.submit()
    house.clock.move(minutes=1)
    page = chair.get(f"/{lang}/{briefing}")
    assert {"en": "the 2 preview links of this draft", "fr": "ses 2 liens d’aperçu"}[lang] in plain(page)
    done = page.form("/freeze").fill(note="Decided.").submit()
    assert {"en": "2 preview links of the draft ended", "fr": "2 liens d’aperçu de l’ébauche"}[lang] in plain(done.follow())
    for address in (first, second):
        ended = visitor.get(address)
        sound(ended, lang)
        assert ended.status == 410
        assert {"en": "frozen as version 1", "fr": "figée en version 1"}[lang] in plain(ended)
        assert {"en": "Ask whoever gave you the link", "fr": "Adressez-vous à la personne"}[lang] in plain(ended)
        assert not ended.all("section", class_="slide")
        assert ended.headers["Cache-Control"] == "no-store"
        assert ended.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in ended.headers["X-Robots-Tag"]
    assert visitor.get(gone).status == 404, "what somebody revoked leads nowhere, as before"
    assert visitor.get(other).status == 200
    event = [event for event in house.rows(AuditEvent) if event.action == "briefing.frozen"][-1]
    assert len(event.after["links_ended"]) == 2
    anew = share(chair, briefing)[lang]
    assert visitor.get(anew).status == 200
    assert visitor.get(first).status == 410
    house.clock.move(minutes=1)
    assert chair.get(f"/{lang}/{briefing}").form("/freeze").fill(note="Amended.").submit().status == 303
    assert {"en": "version 2", "fr": "version 2"}[lang] in plain(visitor.get(anew))
    assert "version 1" in plain(visitor.get(first)).replace("version 2", "")
    assert {"en": "Freezing ends", "fr": "Figer cette ébauche"}[lang] not in plain(chair.get(f"/{lang}/{briefing}"))


def plain(page: Page) -> str:
    return " ".join(page.main.replace("\u00a0", " ").split())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_shared_draft_is_not_opened_without_end(
    house: House, chair: Browser, briefing: str, lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    house.app.extensions["cogwg.shared"] = RateLimiter(max_requests=2, window_seconds=60, clock=lambda: seconds[0])
    shared = share(chair, briefing)[lang]
    here, there = (house.visitor(REMOTE_ADDR=f"192.0.2.{n}") for n in (1, 2))
    assert [here.get(shared).status, here.get("/en/preview/guessed").status] == [200, 404]
    seconds[0] = 20.5
    with caplog.at_level(logging.INFO, "cogwg.security"):
        answer = here.get(shared)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "40")
    assert {"en": "Reload this page in 40 seconds", "fr": "Rechargez cette page dans 40 secondes"}[lang] in plain(answer)
    assert ["preview.throttled" in record.message for record in caplog.records] == [True]
    assert there.get(shared).status == 200
    assert here.get(f"/{lang}/plans/2020").status == 200, "other pages are read as before"
    seconds[0] = 60
    assert here.get(shared).status == 200


def test_a_link_opens_its_own_briefing_alone(house: House, chair: Browser, visitor: Browser, briefing: str) -> None:
    other = made(house, date(2020, 10, 8))
    shared = share(chair, briefing)["en"]
    assert "24\u00a0September 2020" in visitor.get(shared).h1
    assert visitor.get(f"/en/{other}/present").goes_to.startswith("/en/sign-in")
    for tail in ("/present", "/print", "/links", "/2", "/deck.xlsx"):
        assert visitor.get(shared + tail).status == 404


def test_a_shared_draft_follows_the_draft(house: House, chair: Browser, visitor: Browser, briefing: str) -> None:
    shared = share(chair, briefing)["fr"]
    title = Bilingual("Where we stand", "Où nous en sommes")
    assert title.fr not in visitor.get(shared).main
    by, at, id_ = Actor("person", house.person_id("chair")), house.calendar.now(), int(briefing.rpartition("/")[2])
    with Session(house.engine) as session, write_transaction(session):
        worded = lambda outline: set_wording(outline, SlideWording("glance", title))  # noqa: E731
        revise_outline(session, id_, worded, OutlineChange.WORDED, expected_version=1, by=by, at=at)
    assert title.fr in visitor.get(shared).main


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_draft_is_marked_on_every_slide_wherever_it_is_shown(chair: Browser, briefing: str, lang: str) -> None:
    for place in ("present", "print"):
        page = chair.get(f"/{lang}/{briefing}/{place}")
        mark = "DRAFT" if lang == "en" else "ÉBAUCHE"
        assert all(mark in words(section) for section in page.all("section", class_="slide"))


def test_the_slides_are_read_in_either_language_whatever_the_page_speaks(chair: Browser, briefing: str) -> None:
    page = chair.get(f"/en/{briefing}/print?deck=fr")
    assert page.one("html").get("lang") == "en"
    assert {section.get("lang") for section in page.all("section", class_="slide")} == {"fr"}
    assert "Aperçu du plan de travail" in page.main
    assert {s.get("lang") for s in chair.get(f"/fr/{briefing}/print?deck=x").all("section", class_="slide")} == {"fr"}


def say(browser: Browser, briefing: str, slide: str, text: str, *, htmx: bool = False, speaks: str = "en") -> Page:
    fields = {f"say-{slide}-text": text, f"say-{slide}-speaks": speaks, "csrf_token": browser.csrf()}
    return browser.post(f"/en/{briefing}/comments/{slide}", fields, htmx=htmx)


def test_a_comment_comes_back_to_its_slide_and_is_settled(house: House, chair: Browser, briefing: str) -> None:
    done = say(chair, briefing, "glance", SAID, speaks="fr")
    assert done.status == 303
    assert done.headers["Location"].endswith(f"/{briefing}#talk-glance")
    secretariat = house.cast("secretariat")
    told = say(secretariat, briefing, "glance", "I did.", htmx=True)
    assert told.status == 200
    assert [words(p) for p in told.all("p", class_="said")] == [SAID, "I did."]
    assert told.all("p", class_="said")[0].get("lang") == "fr"
    assert words(told.id("open-glance")) == "2 open comments"
    settle, *_ = [form for form in told.forms if form.action.endswith("/settle")]
    assert secretariat.post(settle.action, {"csrf_token": secretariat.csrf()}, htmx=True).status == 200
    stored = house.rows(SlideComment)
    assert [row.settled_by for row in stored] == [house.person_id("secretariat"), None]
    kinds = [event.action for event in house.rows(AuditEvent) if event.action.startswith("briefing.comment")]
    assert kinds == ["briefing.commented", "briefing.commented", "briefing.comment-settled"]


def test_only_its_author_deletes_a_comment(house: House, chair: Browser, briefing: str) -> None:
    say(chair, briefing, "glance", SAID)
    (stored,) = house.rows(SlideComment)
    place = f"/en/{briefing}/comments/{stored.id}/delete"
    secretariat = house.cast("secretariat")
    assert secretariat.post(place, {"csrf_token": secretariat.csrf()}).status == 403
    assert house.rows(SlideComment)[0].text == SAID
    answer = chair.post(place, {"csrf_token": chair.csrf()}, htmx=True)
    assert answer.status == 200
    assert SAID not in answer.text
    assert house.rows(SlideComment)[0].text == ""


@pytest.mark.parametrize(("text", "sentence"), [("", "Write what you want to say"), ("x" * 4001, "4000 fit")])
def test_a_comment_that_cannot_be_taken_keeps_its_words(chair: Browser, briefing: str, text: str, sentence: str) -> None:
    for htmx in (False, True):
        page = say(chair, briefing, "glance", text, htmx=htmx)
        assert page.status == 422
        assert sentence in page.alerts.replace(",", "")
        assert text in page.text
        if not htmx:
            sound(page, "en")


def test_the_page_of_a_draft_with_comments_is_a_whole_page(chair: Browser, briefing: str) -> None:
    for slide in ("glance", "glance", "gone"):
        say(chair, briefing, slide, SAID)
    for lang in ("en", "fr"):
        page = chair.get(f"/{lang}/{briefing}")
        sound(page, lang)
        assert page.text.count(SAID) == 3, "what was said of a slide that is left out is there too"


def test_markup_in_a_comment_is_words(chair: Browser, briefing: str) -> None:
    wild = "<script>alert(1)</script> =1+1 \u202e 🇨🇦"
    told = say(chair, briefing, "data", wild, htmx=True)
    assert words(told.one("p", class_="said")) == wild
    assert not told.all("script")
