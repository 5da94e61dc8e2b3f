"""A draft that is shared by link, presented, printed and commented on: who can see what."""

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
from tests.conventions.test_pages import check_html
from tests.sessions import FURTHER
from tests.web.finalizing import finalize
from tests.web_client import App, Client, Page, text_of

COMMENT = "Who checked these numbers?"


@pytest.fixture
def briefing_path(app: App) -> str:
    return create_briefing_path(app)


def create_briefing_path(app: App, meeting_on: date = date(2020, 9, 24)) -> str:
    """Create a briefing and return its path without the language."""
    by, at = Actor("person", app.person_id("chair")), app.calendar.now()
    with Session(app.engine) as session, write_transaction(session):
        audience = Bilingual("Joint Councils", "Conseils mixtes")
        return f"briefings/{create_briefing(session, year=2020, meeting_on=meeting_on, audience=audience, by=by, at=at).id}"


def create_preview_link(chair: Client, briefing: str, lang: str = "en") -> dict[str, str]:
    """Make a link; its two addresses on this site, by language."""
    page = chair.get(f"/{lang}/{briefing}/links").form("/links").submit().follow()
    return {code: urlsplit(text_of(page.find_by_id(f"link-{code}"))).path for code in ("en", "fr")}


def test_preview_link_shows_draft_slides_and_is_displayed_once(
    app: App, chair: Client, visitor: Client, briefing_path: str
) -> None:
    shared = create_preview_link(chair, briefing_path)
    for lang, title, draft in (("en", "Work plan at a glance", "DRAFT"), ("fr", "Aperçu du plan de travail", "ÉBAUCHE")):
        page = visitor.get(shared[lang])
        assert page.status == 200
        sections = page.find_all("section", class_="slide")
        assert len(sections) >= 14
        assert all(draft in text_of(section) for section in sections)
        assert title in page.main_text
    again = chair.get(f"/en/{briefing_path}/links")
    assert not again.find_all("textarea", id="link-en")
    assert "Created by R. Campbell" in again.main_text
    secret = shared["en"].rsplit("/", 1)[-1]
    assert secret not in again.text
    assert secret not in repr([(row.token_hash, row.made_by) for row in app.rows(PreviewLink)])
    assert secret not in repr([event.after for event in app.rows(AuditEvent)])


def test_preview_page_is_not_cached_indexed_or_linked_elsewhere(chair: Client, visitor: Client, briefing_path: str) -> None:
    shared = create_preview_link(chair, briefing_path)["en"]
    page = visitor.get(shared)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert "noindex" in page.find("meta", name="robots").get("content", "")
    places = {a.get("href", "") for a in page.find_all("a")}
    inside = {p for p in places if not p.startswith(("#", "http://", "https://"))}
    assert inside == {shared.replace("/en/", "/fr/")}
    assert not page.forms


def test_preview_page_hides_comments_and_freezing(chair: Client, visitor: Client, briefing_path: str) -> None:
    assert post_comment(chair, briefing_path, "glance", COMMENT).status == 303
    shared = create_preview_link(chair, briefing_path)["en"]
    for reader in (visitor, chair):
        page = reader.get(shared)
        assert COMMENT not in page.text
        assert not page.find_all("*", class_="slide-comments")
        assert "finalize" not in page.main_text.casefold()


def test_revoked_preview_link_is_not_found_and_others_work(chair: Client, visitor: Client, briefing_path: str) -> None:
    first, second = create_preview_link(chair, briefing_path)["en"], create_preview_link(chair, briefing_path)["fr"]
    page = chair.get(f"/en/{briefing_path}/links")
    forms = [form for form in page.forms if form.action.endswith("/revoke")]
    assert len(forms) == 2
    assert "The preview link is revoked and no longer works." in forms[1].submit().follow().text
    assert visitor.get(first).status == 404
    assert visitor.get(first.replace("/en/", "/fr/")).status == 404
    assert visitor.get(second).status == 200
    assert len([form for form in chair.get(f"/en/{briefing_path}/links").forms if form.action.endswith("/revoke")]) == 1
    assert forms[1].submit().status == 303, "revoking again changes nothing"


@pytest.mark.usefixtures("files_at_first_download")
@pytest.mark.parametrize("lang", ["en", "fr"])
@FURTHER
def test_freeze_ends_preview_links_with_an_explanation(
    app: App, chair: Client, visitor: Client, briefing_path: str, lang: str
) -> None:
    other = create_preview_link(chair, create_briefing_path(app, date(2020, 10, 8)))[lang]
    gone, first, second = (create_preview_link(chair, briefing_path)[lang] for _ in range(3))
    links = chair.get(f"/{lang}/{briefing_path}/links")
    [*_, revoke] = [form for form in links.forms if form.action.endswith("/revoke")]
    revoke.submit()
    app.clock.advance(minutes=1)
    page = chair.get(f"/{lang}/{briefing_path}")
    assert {
        "en": "The 2 preview links of this draft will stop working",
        "fr": "Les 2 liens d’aperçu de cette ébauche cesseront",
    }[lang] in main_text(page)
    done = finalize(page, "Decided.")
    assert {"en": "2 preview links stopped working", "fr": "2 liens d’aperçu ne fonctionnent plus"}[lang] in main_text(
        done.follow()
    )
    for address in (first, second):
        ended = visitor.get(address)
        check_html(ended, lang)
        assert ended.status == 410
        assert {"en": "finalized as version 1", "fr": "version définitive 1"}[lang] in main_text(ended)
        assert {"en": "Contact the person who gave you the link", "fr": "Communiquez avec la personne"}[lang] in main_text(
            ended
        )
        assert not ended.find_all("section", class_="slide")
        assert ended.headers["Cache-Control"] == "no-store"
        assert ended.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in ended.headers["X-Robots-Tag"]
    assert visitor.get(gone).status == 404, "a revoked link stays revoked"
    assert visitor.get(other).status == 200
    event = [event for event in app.rows(AuditEvent) if event.action == "briefing.frozen"][-1]
    assert len(event.after["links_ended"]) == 2
    new_link = create_preview_link(chair, briefing_path)[lang]
    assert visitor.get(new_link).status == 200
    assert visitor.get(first).status == 410
    app.clock.advance(minutes=1)
    assert finalize(chair.get(f"/{lang}/{briefing_path}"), "Amended.").status == 303
    assert {"en": "version 2", "fr": "version 2"}[lang] in main_text(visitor.get(new_link))
    assert "version 1" in main_text(visitor.get(first)).replace("version 2", "")
    assert {"en": "of this draft will stop working", "fr": "de cette ébauche cesse"}[lang] not in main_text(
        chair.get(f"/{lang}/{briefing_path}")
    )


def main_text(page: Page) -> str:
    return " ".join(page.main_text.replace("\u00a0", " ").split())


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_preview_requests_are_rate_limited(
    app: App, chair: Client, briefing_path: str, lang: str, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    app.flask.extensions["cogwg.previews"] = RateLimiter(max_requests=2, window_seconds=60, clock=lambda: seconds[0])
    shared = create_preview_link(chair, briefing_path)[lang]
    here, there = (app.anonymous_client(REMOTE_ADDR=f"192.0.2.{n}") for n in (1, 2))
    assert [here.get(shared).status, here.get("/en/preview/guessed").status] == [200, 404]
    seconds[0] = 20.5
    with caplog.at_level(logging.INFO, "cogwg.security"):
        answer = here.get(shared)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "40")
    assert {"en": "Reload this page in 40 seconds", "fr": "Rechargez cette page dans 40 secondes"}[lang] in main_text(answer)
    assert ["preview.throttled" in record.message for record in caplog.records] == [True]
    assert there.get(shared).status == 200
    assert here.get(f"/{lang}/plans/2020").status == 200, "other pages are not limited"
    seconds[0] = 60
    assert here.get(shared).status == 200


def test_preview_requests_of_one_ipv6_network_are_counted_together(app: App, chair: Client, briefing_path: str) -> None:
    app.flask.extensions["cogwg.previews"] = RateLimiter(max_requests=2, window_seconds=60)
    shared = create_preview_link(chair, briefing_path)["en"]
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2::3", "2001:db8:1:3::1")
    assert [app.anonymous_client(REMOTE_ADDR=a).get(shared).status for a in addresses] == [200, 200, 429, 200]


def test_preview_link_opens_only_its_own_briefing(app: App, chair: Client, visitor: Client, briefing_path: str) -> None:
    other = create_briefing_path(app, date(2020, 10, 8))
    shared = create_preview_link(chair, briefing_path)["en"]
    assert "September\u00a024, 2020" in visitor.get(shared).h1
    assert visitor.get(f"/en/{other}/present").redirect_path.startswith("/en/sign-in")
    for tail in ("/present", "/print", "/links", "/2", "/deck.xlsx"):
        assert visitor.get(shared + tail).status == 404


def test_preview_page_follows_the_draft(app: App, chair: Client, visitor: Client, briefing_path: str) -> None:
    shared = create_preview_link(chair, briefing_path)["fr"]
    title = Bilingual("Where we stand", "Où nous en sommes")
    assert title.fr not in visitor.get(shared).main_text
    by, at, id_ = Actor("person", app.person_id("chair")), app.calendar.now(), int(briefing_path.rpartition("/")[2])
    with Session(app.engine) as session, write_transaction(session):
        worded = lambda outline: set_wording(outline, SlideWording("glance", title))  # noqa: E731
        revise_outline(session, id_, worded, OutlineChange.WORDED, expected_version=1, by=by, at=at)
    assert title.fr in visitor.get(shared).main_text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_draft_mark_is_on_every_slide_of_presentation_and_print(chair: Client, briefing_path: str, lang: str) -> None:
    for place in ("present", "print"):
        page = chair.get(f"/{lang}/{briefing_path}/{place}")
        mark = "DRAFT" if lang == "en" else "ÉBAUCHE"
        assert all(mark in text_of(section) for section in page.find_all("section", class_="slide"))


def test_slides_can_be_read_in_the_other_language_than_the_page(chair: Client, briefing_path: str) -> None:
    page = chair.get(f"/en/{briefing_path}/print?deck=fr")
    assert page.find("html").get("lang") == "en"
    assert {section.get("lang") for section in page.find_all("section", class_="slide")} == {"fr"}
    assert "Aperçu du plan de travail" in page.main_text
    assert {s.get("lang") for s in chair.get(f"/fr/{briefing_path}/print?deck=x").find_all("section", class_="slide")} == {"fr"}


def post_comment(browser: Client, briefing: str, slide: str, text: str, *, htmx: bool = False, speaks: str = "en") -> Page:
    fields = {f"say-{slide}-text": text, f"say-{slide}-speaks": speaks, "csrf_token": browser.csrf_token()}
    return browser.post(f"/en/{briefing}/comments/{slide}", fields, htmx=htmx)


def test_slide_comment_is_posted_answered_and_resolved(app: App, chair: Client, briefing_path: str) -> None:
    done = post_comment(chair, briefing_path, "glance", COMMENT, speaks="fr")
    assert done.status == 303
    assert done.headers["Location"].endswith(f"/{briefing_path}#outcome")
    secretariat = app.client_as("secretariat")
    answer = post_comment(secretariat, briefing_path, "glance", "I did.", htmx=True)
    assert answer.status == 200
    assert [text_of(p) for p in answer.find_all("p", class_="user-text")] == [COMMENT, "I did."]
    assert answer.find_all("p", class_="user-text")[0].get("lang") == "fr"
    assert text_of(answer.find_by_id("open-glance")) == "2 open comments"
    settle, *_ = [form for form in answer.forms if form.action.endswith("/settle")]
    assert secretariat.post(settle.action, {"csrf_token": secretariat.csrf_token()}, htmx=True).status == 200
    stored = app.rows(SlideComment)
    assert [row.settled_by for row in stored] == [app.person_id("secretariat"), None]
    kinds = [event.action for event in app.rows(AuditEvent) if event.action.startswith("briefing.comment")]
    assert kinds == ["briefing.commented", "briefing.commented", "briefing.comment-settled"]


def test_slide_comment_is_deleted_only_by_its_author(app: App, chair: Client, briefing_path: str) -> None:
    post_comment(chair, briefing_path, "glance", COMMENT)
    (stored,) = app.rows(SlideComment)
    place = f"/en/{briefing_path}/comments/{stored.id}/delete"
    secretariat = app.client_as("secretariat")
    assert secretariat.post(place, {"csrf_token": secretariat.csrf_token()}).status == 403
    assert app.rows(SlideComment)[0].text == COMMENT
    answer = chair.post(place, {"csrf_token": chair.csrf_token()}, htmx=True)
    assert answer.status == 200
    assert COMMENT not in answer.text
    assert app.rows(SlideComment)[0].text == ""


@pytest.mark.parametrize("htmx", [False, True])
def test_deleted_slide_comment_is_not_settled_and_deleting_it_again_changes_nothing(
    app: App, chair: Client, briefing_path: str, htmx: bool
) -> None:
    post_comment(chair, briefing_path, "glance", COMMENT)
    (stored,) = app.rows(SlideComment)
    url, fields = f"/en/{briefing_path}/comments/{stored.id}", {"csrf_token": chair.csrf_token()}
    assert chair.post(f"{url}/delete", fields, htmx=htmx).status == (200 if htmx else 303)
    before = app.fingerprint()
    assert chair.post(f"{url}/settle", fields, htmx=htmx).status == 404
    assert chair.post(f"{url}/delete", fields, htmx=htmx).status == (200 if htmx else 303)
    assert app.fingerprint() == before


@pytest.mark.parametrize(
    ("text", "sentence"), [("", "Enter your comment on this slide."), ("x" * 4001, "at most 4,000 characters (1 too many)")]
)
def test_invalid_slide_comment_is_refused_and_kept_in_the_form(
    chair: Client, briefing_path: str, text: str, sentence: str
) -> None:
    for htmx in (False, True):
        page = post_comment(chair, briefing_path, "glance", text, htmx=htmx)
        assert page.status == 422
        assert sentence in page.alert_text
        assert text in page.text
        if not htmx:
            check_html(page, "en")


@FURTHER
def test_draft_page_with_comments_is_valid_html(chair: Client, briefing_path: str) -> None:
    for slide in ("glance", "glance", "gone"):
        post_comment(chair, briefing_path, slide, COMMENT)
    for lang in ("en", "fr"):
        page = chair.get(f"/{lang}/{briefing_path}")
        check_html(page, lang)
        assert page.text.count(COMMENT) == 3, "comments on a slide that is left out are shown too"


def test_markup_in_a_slide_comment_is_escaped(chair: Client, briefing_path: str) -> None:
    wild = "<script>alert(1)</script> =1+1 🇨🇦"
    answer = post_comment(chair, briefing_path, "data", wild, htmx=True)
    assert text_of(answer.find("p", class_="user-text")) == wild
    assert not answer.find_all("script")
