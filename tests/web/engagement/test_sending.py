"""The form for a comment: what is kept, what is refused, and what is given back as it was typed."""

from __future__ import annotations

import logging
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import write_transaction
from cogwg.engagement.commenting import phase_of_cycle
from cogwg.engagement.scales import CommentLanguage, CommentState, Subject
from cogwg.tracker.commitments import PublishedCommitment, Rating
from cogwg.tracker.engagement import PublishedCycle
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CommitmentEdition
from cogwg.web.http.comment_subjects import subject_groups
from tests.engagement.sample import CLOSED, CYCLE, OPEN, SILENT, TEXT
from tests.web.conftest import MakeApp
from tests.web.engagement.commenting import FORM, Commenting
from tests.web_client import Page, text_of

HOSTILE = "<script>alert('x')</script> & <b>bold</b>"


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_comment_is_kept_and_leads_to_its_private_link(commenting: Commenting, lang: str) -> None:
    answer = commenting.send(lang=lang, name="Zoé Roy", email="zoe@citizens.example")
    assert answer.status == 303
    (comment,) = commenting.comments()
    assert (comment.text, comment.name, comment.email) == (TEXT, "Zoé Roy", "zoe@citizens.example")
    assert (comment.state, comment.about, comment.page_lang) == (CommentState.WAITING, Subject.PHASE, Language(lang))
    receipt = commenting.browser.get(answer.redirect_path)
    assert receipt.h1 == ("We have received your comment" if lang == "en" else "Nous avons reçu votre commentaire")
    assert answer.redirect_path.partition("?")[0] in receipt.text


def test_comment_can_be_sent_without_a_name_and_address(commenting: Commenting) -> None:
    commenting.sent()
    (comment,) = commenting.comments()
    assert (comment.name, comment.email) == ("", "")


def test_form_sent_twice_leads_to_the_same_receipt(commenting: Commenting) -> None:
    form = commenting.open_form().form("comment").fill(text=TEXT)
    first, second = form.submit(), form.submit()
    assert (first.status, second.status) == (303, 303)
    assert first.redirect_path == second.redirect_path
    assert len(commenting.comments()) == 1


def test_other_text_in_a_form_that_was_sent_is_given_back(commenting: Commenting) -> None:
    form = commenting.open_form().form("comment").fill(text=TEXT)
    first = form.submit()
    page = form.fill(text="Another thought entirely.").submit()
    assert page.status == 409
    assert first.redirect_path.partition("?")[0] in page.text
    assert page.form("comment").value("text") == "Another thought entirely."
    commenting.app.clock.advance(seconds=10)
    assert page.form("comment").submit().status == 303
    assert [comment.text for comment in commenting.comments()] == [TEXT, "Another thought entirely."]


def test_text_sent_again_through_a_new_form_is_told_and_sent_by_a_second_press(commenting: Commenting) -> None:
    link = commenting.sent(name="Zoé Roy")
    page = commenting.send(name="Zoé Roy")
    assert (page.status, len(commenting.comments())) == (409, 1)
    assert "This text was already sent for this phase." in page.text
    assert link not in page.text, "whoever copies a text gets no private link"
    assert (page.form("comment").value("text"), page.form("comment").value("name")) == (TEXT, "Zoé Roy")
    again = page.form("comment").submit()
    assert again.status == 303
    assert again.redirect_path.partition("?")[0] != link
    assert len(commenting.comments()) == 2


def test_comment_sent_again_at_once_after_going_back_is_not_called_unsent(commenting: Commenting) -> None:
    """Back draws the form anew; the browser fills in the text, and the form comes back in less than four seconds."""
    commenting.sent()
    form = commenting.browser.get(f"/en{FORM}").form("comment").fill(text=TEXT)
    page = form.submit()
    assert (page.status, len(commenting.comments())) == (409, 1)
    assert "This text was already sent for this phase." in page.text
    assert "Nothing was sent" not in page.text
    hasty = form.fill(again="1").submit()
    assert (hasty.status, len(commenting.comments())) == (400, 1)


def test_same_text_of_another_person_is_kept_at_once(commenting: Commenting) -> None:
    commenting.sent(name="Zoé Roy")
    commenting.sent(name="C. Lavoie")
    assert len(commenting.comments()) == 2


def test_stamp_is_bound_to_its_address(commenting: Commenting) -> None:
    stamp = commenting.open_form("fr").form("comment").value("stamp")
    page = commenting.open_form().form("comment").fill(text=TEXT, stamp=stamp).submit()
    assert (page.status, commenting.comments()) == (400, [])
    commenting.app.clock.advance(seconds=10)
    assert page.form("comment").submit().status == 303


@pytest.mark.parametrize("stamp", ["", "x", "1.2.3", "é.ß.ü", "9" * 5000])
def test_forged_stamp_is_refused(commenting: Commenting, stamp: str) -> None:
    page = commenting.open_form().form("comment").fill(text=TEXT, stamp=stamp).submit()
    assert (page.status, commenting.comments()) == (400, [])
    assert page.form("comment").value("text") == TEXT


@pytest.mark.parametrize(("seconds", "status"), [(3, 400), (4, 303), (24 * 3600, 303), (24 * 3600 + 1, 400)])
def test_stamp_is_valid_from_four_seconds_to_a_day(commenting: Commenting, seconds: int, status: int) -> None:
    form = commenting.browser.get(f"/en{FORM}").form("comment").fill(text=TEXT)
    commenting.app.clock.advance(seconds=seconds)
    page = form.submit()
    assert page.status == status
    if status == 400:
        commenting.app.clock.advance(seconds=10)
        assert page.form("comment").submit().status == 303


def test_stamp_of_an_earlier_key_is_valid(commenting: Commenting, make_app: MakeApp) -> None:
    form = commenting.open_form().form("comment").fill(text=TEXT)
    settings = commenting.app.settings
    commenting.app.extra_settings = {
        "secret_key": "another-key-Qw8rT5yU2iO9pA4sD7fG1h",
        "fallback_keys": (settings.secret_key,),
    }
    commenting.app.flask.extensions["cogwg.settings"] = commenting.app.settings
    assert form.submit().status == 303
    again = form.submit()
    assert again.status == 303
    assert commenting.browser.get(again.redirect_path).status == 200


def test_field_that_people_do_not_see_must_stay_empty(commenting: Commenting) -> None:
    page = commenting.open_form().form("comment").fill(text=TEXT, website="https://spam.example").submit()
    assert (page.status, commenting.comments()) == (400, [])
    assert page.form("comment").value("text") == TEXT
    assert page.form("comment").submit().status == 303


def test_too_long_text_is_given_back_untouched(commenting: Commenting) -> None:
    typed = "Every word counts. " * 1053
    page = commenting.send(typed, name="Zoé")
    assert (page.status, commenting.comments()) == (422, [])
    assert "5,000 characters" in page.text
    assert page.form("comment").value("text") == typed
    assert page.form("comment").value("name") == "Zoé"


def test_invalid_address_is_named_and_nothing_is_kept(commenting: Commenting) -> None:
    page = commenting.send(email="nobody")
    assert (page.status, commenting.comments()) == (422, [])
    assert "Enter an email address" in page.text


def test_markup_is_text(commenting: Commenting) -> None:
    link = commenting.sent(HOSTILE)
    assert commenting.comments()[0].text == HOSTILE
    page = commenting.browser.get(link)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize(
    ("phase", "sentence"), [(CLOSED, "from March 1, 2020 to June 30, 2020"), (SILENT, "does not ask for comments")]
)
def test_phase_that_takes_no_comments_refuses_by_address(commenting: Commenting, phase: str, sentence: str) -> None:
    path = f"/en/engagement/{CYCLE}/{phase}/comment"
    page = commenting.browser.get(path)
    assert page.status == 403
    assert sentence in page.text.replace("\xa0", " ")
    stamp = commenting.open_form().form("comment").value("stamp")
    answer = commenting.browser.post(path, {"text": TEXT, "stamp": stamp})
    assert (answer.status, commenting.comments()) == (403, [])
    assert TEXT in answer.text


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "no longer takes comments"), ("fr", "n’est plus ouverte aux commentaires")]
)
def test_phase_that_was_ended_but_not_published_so_is_not_said_to_be_open(
    commenting: Commenting, lang: str, sentence: str
) -> None:
    with Session(commenting.app.engine) as session, write_transaction(session):
        phase_of_cycle(session, CYCLE, OPEN).ends_on = date(2020, 8, 2)
    page = commenting.browser.get(f"/{lang}{FORM}")
    assert page.status == 403
    assert sentence in page.main_text
    assert "2020" not in page.main_text


def test_phase_that_was_opened_but_not_published_so_takes_no_comments(commenting: Commenting) -> None:
    path = f"/en/engagement/{CYCLE}/{CLOSED}/comment"
    with Session(commenting.app.engine) as session, write_transaction(session):
        phase_of_cycle(session, CYCLE, CLOSED).ends_on = None
    assert "from March 1, 2020 to June 30, 2020" in commenting.browser.get(path).main_text.replace("\xa0", " ")
    stamp = commenting.open_form().form("comment").value("stamp")
    assert commenting.browser.post(path, {"text": TEXT, "stamp": stamp}).status == 403
    assert commenting.comments() == []


def test_problems_are_told_in_the_order_of_the_fields(commenting: Commenting) -> None:
    page = commenting.send("", name="x" * 300, email="nobody")
    assert [link.get("href") for link in page.find("form", action=f"/en{FORM}").iter("a")] == ["#text", "#name", "#email"]


def test_form_of_an_unpublished_or_unknown_phase_is_not_found(commenting: Commenting) -> None:
    for path in (f"/en/engagement/{CYCLE}/other/comment", "/fr/engagement/other/ideas/comment"):
        assert commenting.browser.get(path).status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_form_of_another_site_is_refused(commenting: Commenting, headers: dict[str, str]) -> None:
    form = commenting.open_form().form("comment").fill(text=TEXT)
    page = commenting.browser.post(f"/en{FORM}", form.values, **headers)
    assert (page.status, commenting.comments()) == (400, [])
    assert TEXT not in page.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"}],
    ids=str,
)
def test_form_of_this_site_is_kept(commenting: Commenting, headers: dict[str, str]) -> None:
    form = commenting.open_form().form("comment").fill(text=TEXT)
    assert commenting.browser.post(f"/en{FORM}", form.values, **headers).status == 303


def test_network_sends_as_many_as_the_phase_allows_a_day(make_app: MakeApp) -> None:
    commenting = Commenting(make_app(), most_per_network=2)
    form = commenting.open_form().form("comment").fill(text="The first comment.")
    assert form.submit().status == 303
    assert form.submit().status == 303
    commenting.sent("The second comment.")
    page = commenting.send("The third comment.")
    assert (page.status, len(commenting.comments())) == (429, 2)
    assert page.form("comment").value("text") == "The third comment."
    assert form.submit().status == 303
    commenting.app.clock.advance(days=1)
    assert commenting.send("The third comment.").status == 303


def test_refused_comment_does_not_count_for_the_network(make_app: MakeApp) -> None:
    commenting = Commenting(make_app(), most_per_network=1)
    for _ in range(3):
        assert commenting.send("x" * 5001).status == 422
    assert commenting.send().status == 303


def test_language_of_the_comment_is_kept(commenting: Commenting) -> None:
    commenting.sent("Nous ne savons pas qui est responsable des jalons dans le plan.")
    assert commenting.comments()[0].lang is CommentLanguage.FRENCH


@pytest.mark.parametrize(
    ("about", "subject", "key"),
    [
        ("commitment/CA0060", Subject.COMMITMENT, "CA0060"),
        ("commitment/CA0060/1", Subject.COMMITMENT, "CA0060/1"),
        ("milestone/CA0060/19.1", Subject.MILESTONE, "CA0060/19.1"),
        ("priority/2020/5", Subject.PRIORITY, "2020/5"),
        ("commitment/CA9999", Subject.PHASE, ""),
        ("<script>", Subject.PHASE, ""),
        ("priority/20²0/5", Subject.PHASE, ""),
    ],
)
def test_address_names_what_the_comment_is_about(
    commenting_on_commitments: Commenting, about: str, subject: Subject, key: str
) -> None:
    commenting_on_commitments.sent(query=f"?about={about}")
    (comment,) = commenting_on_commitments.comments()
    assert (comment.about, comment.about_key) == (subject, key)


def offered(page: Page) -> dict[str, list[str | None]]:
    """Return the codes that a form offers, by the heading of their group."""
    groups = page.find("select").iter("optgroup")
    return {group.get("label", ""): [option.get("value") for option in group] for group in groups}


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        ("en", ["This phase", "Priorities of the working group", "Commitments: "]),
        ("fr", ["Cette étape", "Priorités du groupe de travail", "Engagements\u00a0: "]),
    ],
)
def test_form_offers_priorities_and_then_the_commitments_of_the_plan_that_runs(
    commenting_on_commitments: Commenting, lang: str, headings: list[str]
) -> None:
    groups = offered(commenting_on_commitments.open_form(lang))
    assert len(groups) == 3
    assert [label.startswith(heading) for label, heading in zip(groups, headings, strict=True)] == [True] * 3
    phase, priorities, commitments = groups.values()
    assert (phase, commitments) == (["phase"], ["commitment/CA0073"])
    assert priorities == [f"priority/2020/{number}" for number in range(1, 6)]


def test_form_offers_the_commitment_of_an_earlier_plan_that_the_address_asks_for(commenting_on_commitments: Commenting) -> None:
    page = commenting_on_commitments.open_form(query="?about=milestone/CA0060/19.1")
    asked = offered(page)["Commitment CA0060"]
    assert {"commitment/CA0060", "commitment/CA0060/1", "milestone/CA0060/19.1"} <= set(asked)
    assert page.form("comment").value("about") == "milestone/CA0060/19.1"
    everything = [code for codes in offered(page).values() for code in codes]
    assert "commitment/CA0073" in everything
    assert "commitment/CA0041" not in everything


@pytest.mark.parametrize(
    ("plan", "today", "commitments"),
    [
        (2016, date(2020, 8, 14), ["commitment/CA2016"]),
        (2020, date(2020, 8, 14), ["commitment/CA2018"]),
        (None, date(2017, 8, 14), ["commitment/CA2016"]),
        (None, date(2014, 8, 14), []),
    ],
)
def test_form_offers_the_commitments_of_the_cycles_own_plan(plan: int | None, today: date, commitments: list[str]) -> None:
    editions = []
    for year in (2016, 2018):
        title, state = Bilingual(f"Plan {year}", f"Plan {year}"), Rating("active", Bilingual("Active", "Actif"))
        content = PublishedCommitment(f"CA{year}", year, year + 2, title, "1", title, state, starred=False)
        editions.append(CommitmentEdition(year, 1, datetime(2020, 8, 1, tzinfo=UTC), "", "", content))
    record = PublicRecord((), (), (), "", tuple(editions))
    groups = subject_groups(record, PublishedCycle("sixth-plan", Bilingual("Plan", "Plan"), plan=plan), "", today)
    assert [item.code for _heading, items in groups for item in items] == ["phase", *commitments]


def test_private_link_comes_first_of_what_happens_next(commenting: Commenting) -> None:
    steps = [text_of(li) for li in commenting.open_form().find("aside").iter("li")]
    assert [steps[0].startswith("You get a private link"), steps[1].startswith("A person reads")] == [True, True]


def test_form_sets_no_cookie_and_is_kept_by_no_cache(commenting: Commenting) -> None:
    for answer in (commenting.open_form(), commenting.send("x" * 5001), commenting.send()):
        assert "Set-Cookie" not in answer.response.headers
        assert answer.response.headers["Cache-Control"] == "no-store"
    stamps = {commenting.open_form().form("comment").value("stamp") for _ in range(3)}
    assert len(stamps) == 3


def test_form_reads_no_session_of_a_member(commenting: Commenting) -> None:
    page = commenting.open_form(browser=commenting.app.client_as("chair"))
    assert page.form("comment")
    assert "Sign in" in page.text


def test_logs_have_no_address_text_or_secret(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "cogwg")
    commenting = Commenting(make_app("sqlite", access_log=True))
    link = commenting.sent("A canary.", name="Canary", email="canary@citizens.example")
    commenting.browser.get(link)
    form = commenting.open_form().form("comment").fill(text="A canary.")
    commenting.browser.post(f"/en{FORM}", form.values, Origin="https://evil.example")
    logged = " ".join(f"{record.getMessage()} {getattr(record, 'fields', '')}" for record in caplog.records)
    assert "csrf.failed" in logged
    assert "/en/comments/private/*" in logged
    assert not re.search(r"127\.0\.0\.1|[Cc]anary", logged)
    assert link.rpartition("/")[2] not in logged
