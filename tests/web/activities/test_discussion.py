"""Members talk about an activity; what they say is theirs to change, and never public."""

from __future__ import annotations

import pytest

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.discussion.models import Comment, Mention
from cogwg.mail.models import OutboxMessage
from tests.pages import Browser, Form, House, words

PAGE = "/{lang}/plans/2020/activities/3.3"


def say(browser: Browser, text: str, lang: str = "en", **fields: str) -> Form:
    return browser.get(PAGE.format(lang=lang)).form("/comments").fill(text=text, **fields)


def mentioned(house: House) -> set[str]:
    codes = {j.id: j.code for j in house.rows(Jurisdiction)}
    return {codes[m.jurisdiction_id] for m in house.rows(Mention)}


def letters(house: House) -> set[str]:
    """Whom the outbox tells of a mention, by their name in the demo, with the text it quotes."""
    return {letter.address.partition("@")[0] for letter in house.rows(OutboxMessage, OutboxMessage.kind == "mention")}


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_two_people_talk_and_mention(each_house: House, lang: str, htmx: bool) -> None:
    codes = {j.code: j.id for j in each_house.rows(Jurisdiction)}
    form = say(each_house.cast("quebec"), "Who has the data? @on\n\n<b>We</b> do not.", lang)
    answer = form.submit(htmx=htmx, extra={form.name("mentions"): [str(codes["ab"]), "999999", "x"]})
    assert answer.status == (200 if htmx else 303)
    assert mentioned(each_house) == {"on", "ab"}
    assert letters(each_house) == {"ontario", "alberta"}
    assert all("Who has the data?" in letter.text for letter in each_house.rows(OutboxMessage, OutboxMessage.kind == "mention"))
    other = "fr" if lang == "en" else "en"
    assert say(each_house.cast("ontario"), "We do.", lang, speaks=other).submit().status == 303
    page = each_house.cast("reader").get(PAGE.format(lang=lang))
    first, second = (page.id(f"comment-{c.id}") for c in each_house.rows(Comment))
    assert words(first).startswith("É. Gagnon (Québec)" if lang == "fr" else "É. Gagnon (Quebec)")
    assert "<b>We</b> do not." in words(first)
    assert [p.get("lang") for p in second.iter("p") if p.get("class") == "said"] == [other]
    assert page.text.index("comment-1") < page.text.index("comment-2"), "the newest stands last"
    assert not [f for f in page.forms if "/comments" in f.action], "a reader reads"
    for public in (f"/{lang}/plans/2020", f"/{lang}/plans/2020/priorities/3"):
        assert "Who has the data" not in each_house.visitor().get(public).text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_comment_that_says_nothing_or_too_much_is_not_kept(house: House, ontario: Browser, htmx: bool) -> None:
    before = house.fingerprint()
    for text in ("", " \n", "é" * 4001):
        answer = say(ontario, text).submit(htmx=htmx)
        assert answer.status == 422
        assert answer.form("/comments").value("text").strip() == text.strip()
        assert "comment" in answer.alerts.lower() or "Shorten" in answer.alerts
    assert house.fingerprint() == before


def test_ones_own_is_edited_and_only_who_is_newly_mentioned_is_told(
    each_house: House,
) -> None:
    ontario = each_house.cast("ontario")
    assert say(ontario, "Ask @ab.").submit().status == 303
    (link,) = [a for a in ontario.get(PAGE.format(lang="en")).all("a") if (a.get("href") or "").endswith("/comments/1")]
    form = ontario.get(str(link.get("href"))).form("/comments/1")
    assert form.fill(text="Ask @ab and @sk.").submit().status == 303
    {j.code: j.id for j in each_house.rows(Jurisdiction)}
    assert letters(each_house) == {"alberta", "saskatchewan"}
    assert len(each_house.rows(OutboxMessage, OutboxMessage.kind == "mention")) == 2, "who was told before is not told again"
    assert "edited" in ontario.get(PAGE.format(lang="en")).main
    clash = form.fill(text="Ask nobody.").submit()
    assert clash.status == 409, "it was changed in another window"
    assert clash.form("/comments/1").value("text") == "Ask @ab and @sk. Ask nobody."


def test_what_is_deleted_is_gone_and_its_place_says_so(each_house: House) -> None:
    ontario = each_house.cast("ontario")
    assert say(ontario, "Not meant for here, @ab.").submit().status == 303
    form = ontario.get(f"{PAGE.format(lang='en')}/comments/1").form("/comments/1")
    delete = f"{form.action}/delete"
    stale = ontario.post(delete, {**form.values, form.name("version"): "7"})
    assert stale.status == 409
    assert letters(each_house) == {"alberta"}
    assert "Mail that was sent keeps its text." in ontario.get(form.action).main
    assert ontario.post(delete, form.values).status == 303
    (letter,) = each_house.rows(OutboxMessage, OutboxMessage.kind == "mention")
    assert (letter.text, letter.html, letter.next_try_at, letter.last_error) == ("", "", None, "withdrawn: deleted")
    page = ontario.get(PAGE.format(lang="en"))
    assert "Deleted by its author." in words(page.id("comment-1"))
    assert "Not meant" not in page.text
    assert not mentioned(each_house)
    (row,) = each_house.rows(Comment)
    assert (row.text, row.deleted_at is not None) == ("", True)
    assert "Not meant" not in str(
        [(e.before, e.after) for e in each_house.rows(AuditEvent, AuditEvent.subject_kind == "comment")]
    )
    assert ontario.get(f"{PAGE.format(lang='en')}/comments/1").status == 404
    assert ontario.post(delete, form.values).status == 404
