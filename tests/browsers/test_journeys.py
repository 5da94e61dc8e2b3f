"""The main journeys in Firefox and WebKit; tests/e2e has all journeys, in Chromium."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cogwg.core.status import Status
from cogwg.reporting.models import Submission
from tests.browsers.conftest import User
from tests.browsers.drivers import ENTER, RIGHT, SPACE, TAB, wait_until
from tests.databases import PASSWORD
from tests.e2e.test_expired_session import TYPED_TEXT
from tests.web_client import email

HIDDEN_FOCUS = """const at = document.activeElement, box = at.getBoundingClientRect(), style = (e) => getComputedStyle(e);
  const hasRing = (e) => e && style(e).outlineStyle !== 'none' && parseFloat(style(e).outlineWidth) >= 2;
  const isInView = box.bottom > 0 && box.top < innerHeight;
  if (at === document.body || (isInView && (hasRing(at) || hasRing(at.closest('label'))))) return '';
  return `${document.hasFocus() ? '' : 'the window has no focus, '}in view: ${isInView}, ${at.outerHTML.slice(0, 120)}`;"""
"""The element that has the focus and does not show it; empty a moment after Tab, when the page has scrolled."""
ASKS_BEFORE_LEAVING = """const leaving = new Event('beforeunload', { cancelable: true });
  window.dispatchEvent(leaving);
  return leaving.defaultPrevented;"""
"""Neither driver can show the browser's question, so the test checks whether the page would ask it."""


def open_update(user: User, code: str) -> str:
    """Open the form of an activity on My updates and return the selector of its row."""
    rows = "[...document.querySelectorAll('article[id^=update-]')]"
    link = "row.querySelector(`a[href$='/activities/${arguments[0]}']`)"
    id = user.wait_for(f"{rows}.find((row) => {link})?.id", code)
    if user.driver.run("return !document.getElementById(arguments[0]).matches('.is-open')", id):
        user.find(f"#{id} [data-open-row]").click()
    user.find(f"#{id}.is-open textarea")
    return f"#{id}"


def test_person_signs_in_with_the_keyboard(user: User) -> None:
    user.open("sign-in")
    user.find("#email").click()
    user.driver.press(email("ontario") + TAB + PASSWORD + ENTER)
    user.find_button(".account-nav", user.translate("Sign out"))
    assert "Osei" in user.find(".account-nav").text


def test_update_is_saved_leads_to_the_next_and_is_submitted(user: User) -> None:
    user.use_session_of("ontario").open("my-updates")
    row = open_update(user, "4.3")
    user.find(f"{row} [type='radio'][value='{Status.SUBSTANTIAL.value}']").click()
    user.find(f"{row} textarea[name$='-progress_{user.lang}']").send_keys(TYPED_TEXT[user.lang])
    user.click_button(row, user.translate("Save draft and continue"))
    user.wait_for("document.querySelector(arguments[0]).dataset.stage === 'ready'", row)
    user.wait_for("document.activeElement.closest('article') && !document.activeElement.closest(arguments[0])", row)
    assert TYPED_TEXT[user.lang] in user.find(row).text
    user.click_button("#submit-bar", user.translate("Submit all"))
    user.wait_for("location.pathname.endsWith('/my-updates/submit')")
    user.find("main form .button.primary").click()
    user.wait_for("!location.pathname.endsWith('/my-updates/submit')")
    saved = user.site.app.rows(Submission, getattr(Submission, f"progress_{user.lang}") == TYPED_TEXT[user.lang])
    assert len(saved) == 1


def expect_visible_focus(user: User) -> None:
    try:
        wait_until(lambda: user.driver.run(HIDDEN_FOCUS) == "", "visible focus", patience=5)
    except AssertionError:
        pytest.fail(user.driver.run(HIDDEN_FOCUS))


def test_keyboard_focus_is_visible_at_every_stop(user: User) -> None:
    user.use_session_of("ontario").open("my-updates")
    row = open_update(user, "4.3")
    reached = set()
    for _ in range(60):
        user.driver.press(TAB)
        expect_visible_focus(user)
        reached.add(user.driver.run("return document.activeElement.type || document.activeElement.tagName"))
    assert {"radio", "textarea", "submit"} <= {kind.lower() for kind in reached}, (row, reached)


def test_slides_are_turned_by_keys_and_a_version_is_finalized(user: User) -> None:
    user.site.populate()
    user.use_session_of("chair").open(user.site.path("briefings/{briefing}"))
    shown = "[...document.querySelectorAll('.slide-page')].findIndex((page) => !page.hidden) === arguments[0]"
    user.wait_for(shown, 0)
    user.click_button(".player-controls", user.translate("Next"))
    user.wait_for(shown, 1)
    user.driver.press(RIGHT)
    user.wait_for(shown, 2)
    assert user.find("[data-slide-position]").text.strip() != ""
    field = "#freeze textarea"
    user.find(field).send_keys("Checked.")
    user.click_button("#freeze", user.translate("Finalize version %(number)s", number=1))
    user.wait_for("document.querySelector('#freeze [value=back]') !== null")
    user.click_button("#freeze", user.translate("Finalize version %(number)s", number=1))
    user.wait_for("location.pathname.endsWith('/versions/1')")
    assert user.find("main .notice").text


def test_unsaved_text_asks_before_leaving(user: User) -> None:
    user.use_session_of("ontario").open("my-updates")
    row = open_update(user, "4.3")
    assert not user.driver.run(ASKS_BEFORE_LEAVING)
    user.find(f"{row} textarea[name$='-progress_{user.lang}']").send_keys(TYPED_TEXT[user.lang])
    assert user.driver.run(ASKS_BEFORE_LEAVING)


def test_session_is_extended_before_it_ends(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogwg.accounts.rules.IDLE_LIMIT", timedelta(seconds=125))
    user.use_session_of("ontario").open("my-updates")
    row = open_update(user, "4.3")
    field = f"{row} textarea[name$='-progress_{user.lang}']"
    user.find(field).send_keys(TYPED_TEXT[user.lang])
    user.site.app.clock.advance(seconds=5)
    user.find(".time-limit")
    assert user.has_focus(field)
    monkeypatch.undo()
    user.driver.press(TAB)
    assert user.has_focus(".time-limit button")
    user.driver.press(SPACE)
    user.wait_for("document.querySelector('.time-limit').hidden")
    assert user.has_focus(field)
    assert user.driver.run("return document.activeElement.value") == TYPED_TEXT[user.lang]
