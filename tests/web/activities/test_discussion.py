"""The discussion of an activity: authors can edit and delete their comments, which are never public."""

from __future__ import annotations

import pytest

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.discussion.models import Comment, Mention
from cogwg.mail.models import OutboxMessage
from tests.web_client import App, Client, Form, text_of

ACTIVITY_PATH = "/{lang}/plans/2020/activities/3.3"


def comment_form(browser: Client, text: str, lang: str = "en", **fields: str) -> Form:
    return browser.get(ACTIVITY_PATH.format(lang=lang)).form("/comments").fill(text=text, **fields)


def mentioned_codes(app: App) -> set[str]:
    codes = {j.id: j.code for j in app.rows(Jurisdiction)}
    return {codes[m.jurisdiction_id] for m in app.rows(Mention)}


def notified_names(app: App) -> set[str]:
    """Return the demo names of the people whose emails in the outbox are about a mention."""
    return {message.address.partition("@")[0] for message in app.rows(OutboxMessage, OutboxMessage.kind == "mention")}


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_comments_are_posted_and_mentions_notified(app_per_engine: App, lang: str, htmx: bool) -> None:
    codes = {j.code: j.id for j in app_per_engine.rows(Jurisdiction)}
    form = comment_form(app_per_engine.client_as("quebec"), "Who has the data? @on\n\n<b>We</b> do not.", lang)
    answer = form.submit(htmx=htmx, extra={form.full_name("mentions"): [str(codes["ab"]), "999999", "x"]})
    assert answer.status == (200 if htmx else 303)
    assert mentioned_codes(app_per_engine) == {"on", "ab"}
    assert notified_names(app_per_engine) == {"ontario", "alberta"}
    assert all(
        "Who has the data?" in message.text for message in app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "mention")
    )
    other = "fr" if lang == "en" else "en"
    assert comment_form(app_per_engine.client_as("ontario"), "We do.", lang, speaks=other).submit().status == 303
    page = app_per_engine.client_as("reader").get(ACTIVITY_PATH.format(lang=lang))
    first, second = (page.find_by_id(f"comment-{c.id}") for c in app_per_engine.rows(Comment))
    assert text_of(first).startswith("É. Gagnon (Québec)" if lang == "fr" else "É. Gagnon (Quebec)")
    assert "<b>We</b> do not." in text_of(first)
    assert [p.get("lang") for p in second.iter("p") if p.get("class") == "user-text"] == [other]
    assert page.text.index("comment-1") < page.text.index("comment-2"), "the newest is last"
    assert not [f for f in page.forms if "/comments" in f.action], "a reader cannot comment"
    for public in (f"/{lang}/plans/2020", f"/{lang}/plans/2020/priorities/3"):
        assert "Who has the data" not in app_per_engine.anonymous_client().get(public).text


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("lang", "sentence"), [("en", "“@nowhere” is not a jurisdiction"), ("fr", "« @nowhere » n’est pas")])
def test_mention_by_name_notifies_and_an_unknown_name_is_shown(app: App, lang: str, sentence: str, htmx: bool) -> None:
    quebec = app.client_as("quebec")
    hint = "“@Alberta”" if lang == "en" else "« @Alberta »"
    assert hint in quebec.get(ACTIVITY_PATH.format(lang=lang)).main_text.replace("\xa0", " ")
    answer = comment_form(quebec, "Ask @Alberta, @nouvelle-ecosse and @nowhere.", lang).submit(htmx=htmx)
    assert mentioned_codes(app) == {"ab", "ns"}
    page = answer if htmx else quebec.get(ACTIVITY_PATH.format(lang=lang))
    assert sentence in text_of(page.find_by_id("comment-1")).replace("\xa0", " ")
    other = app.client_as("ontario").get(ACTIVITY_PATH.format(lang=lang)).find_by_id("comment-1")
    assert sentence not in text_of(other).replace("\xa0", " "), "only its author reads that"


@pytest.mark.parametrize("htmx", [False, True])
def test_empty_or_overlong_comment_is_refused_and_kept_in_the_form(app: App, ontario: Client, htmx: bool) -> None:
    before = app.fingerprint()
    for text in ("", " \n", "\u200b\u2800", "é" * 4001):
        answer = comment_form(ontario, text).submit(htmx=htmx)
        assert answer.status == 422
        assert answer.form("/comments").value("text").strip() == text.strip()
        assert "comment" in answer.alert_text.lower() or "Shorten" in answer.alert_text
    assert app.fingerprint() == before


def test_edited_comment_notifies_only_new_mentions(
    app_per_engine: App,
) -> None:
    ontario = app_per_engine.client_as("ontario")
    assert comment_form(ontario, "Ask @ab.").submit().status == 303
    (link,) = [
        a for a in ontario.get(ACTIVITY_PATH.format(lang="en")).find_all("a") if (a.get("href") or "").endswith("/comments/1")
    ]
    form = ontario.get(str(link.get("href"))).form("/comments/1")
    assert form.fill(text="Ask @ab and @sk.").submit().status == 303
    assert notified_names(app_per_engine) == {"alberta", "saskatchewan"}
    assert len(app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "mention")) == 2, (
        "people mentioned before are not notified again"
    )
    assert "edited" in ontario.get(ACTIVITY_PATH.format(lang="en")).main_text
    clash = form.fill(text="Ask no one.").submit()
    assert clash.status == 409
    assert "You saved this in another tab at" in clash.main_text
    assert clash.form("/comments/1").value("text") == "Ask @ab and @sk. Ask no one."


def test_deleted_comment_is_erased_and_its_email_cancelled(app_per_engine: App) -> None:
    ontario = app_per_engine.client_as("ontario")
    assert comment_form(ontario, "Not meant for here, @ab.").submit().status == 303
    form = ontario.get(f"{ACTIVITY_PATH.format(lang='en')}/comments/1").form("/comments/1")
    delete = f"{form.action}/delete"
    stale = ontario.post(delete, {**form.values, form.full_name("version"): "7"})
    assert stale.status == 409
    assert notified_names(app_per_engine) == {"alberta"}
    assert "Emails already sent keep the text." in ontario.get(form.action).main_text
    assert ontario.post(delete, form.values).status == 303
    (message,) = app_per_engine.rows(OutboxMessage, OutboxMessage.kind == "mention")
    assert (message.text, message.html, message.next_try_at, message.last_error) == ("", "", None, "withdrawn: deleted")
    page = ontario.get(ACTIVITY_PATH.format(lang="en"))
    assert "Deleted by its author." in text_of(page.find_by_id("comment-1"))
    assert "Not meant" not in page.text
    assert not mentioned_codes(app_per_engine)
    (row,) = app_per_engine.rows(Comment)
    assert (row.text, row.deleted_at is not None) == ("", True)
    assert "Not meant" not in str(
        [(e.before, e.after) for e in app_per_engine.rows(AuditEvent, AuditEvent.subject_kind == "comment")]
    )
    assert ontario.get(f"{ACTIVITY_PATH.format(lang='en')}/comments/1").status == 404
    assert ontario.post(delete, form.values).status == 303, "answered as the first time"
