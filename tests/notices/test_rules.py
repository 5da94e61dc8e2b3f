"""Which reminder is due on which day, in the group's time zone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import TORONTO, Quarter
from cogwg.notices.body import ActionLink, BulletList, Paragraph, Quote, Recipient, render_html, render_text
from cogwg.notices.phrases import why_reporter
from cogwg.notices.queries import ReminderAudience
from cogwg.notices.reminder_messages import MissingReports
from cogwg.notices.rules import is_too_soon, reminder_stage

DUE = Quarter(2020, 3).due_at
DAYS = (14, 3, -1, -8, -15, -22)


def instant_at(day: str, hour: int = 8) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), TORONTO).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-07-01", ""),
        ("2020-09-15", ""),
        ("2020-09-16", "before-14"),
        ("2020-09-26", "before-14"),
        ("2020-09-27", "before-3"),
        ("2020-09-29", "before-3"),
        ("2020-09-30", "on-the-day"),
        ("2020-10-01", "after-1"),
        ("2020-10-07", "after-1"),
        ("2020-10-08", "after-8"),
        ("2020-10-28", "after-22"),
        ("2020-10-29", ""),
        ("2021-09-30", ""),
    ],
)
def test_reminder_stage_by_day(day: str, expected: str) -> None:
    assert reminder_stage(DUE, instant_at(day), DAYS) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2020-09-25", ""), ("2020-09-26", "before-4"), ("2020-10-01", ""), ("2020-10-03", "after-3"), ("2020-10-12", "after-12")],
)
def test_reminder_stage_with_other_offsets(day: str, expected: str) -> None:
    assert reminder_stage(DUE, instant_at(day), (4, -3, -12)) == expected


def test_email_says_of_which_jurisdictions_its_recipient_is_lead_or_deputy() -> None:
    ontario, manitoba = Bilingual("Ontario", "Ontario"), Bilingual("Manitoba", "Manitoba")
    quebec = Bilingual("Quebec", "Québec")
    why = why_reporter([manitoba], [manitoba])
    assert "you are a deputy lead (Manitoba) in the work plan" in why.en
    assert "à titre de responsable suppléant ou suppléante (Manitoba) dans" in why.fr
    why = why_reporter([ontario, manitoba, quebec], [manitoba])
    assert "you are a lead (Ontario and Quebec) and a deputy lead (Manitoba) in" in why.en
    assert "responsable (Ontario et Québec) et responsable suppléant ou suppléante (Manitoba)" in why.fr


def test_reminder_after_last_stage_is_caught_up_within_a_week() -> None:
    assert reminder_stage(DUE, instant_at("2020-10-18"), (4, -3, -12)) == "after-12"
    assert reminder_stage(DUE, instant_at("2020-10-19"), (4, -3, -12)) == ""


def test_reminder_on_the_due_day_is_not_sent_after_the_due_time() -> None:
    assert reminder_stage(DUE, instant_at("2020-09-30", 16), DAYS) == "on-the-day"
    assert reminder_stage(DUE, instant_at("2020-09-30", 17), DAYS) == ""
    assert reminder_stage(DUE, instant_at("2020-09-30", 23), DAYS) == ""


def test_reminder_within_24_hours_is_too_soon() -> None:
    now = instant_at("2020-09-24")
    assert not is_too_soon(None, now)
    assert is_too_soon(now - timedelta(hours=23, minutes=59), now)
    assert not is_too_soon(now - timedelta(hours=24), now)


def test_email_text_and_html_share_parts_and_html_is_escaped() -> None:
    evil = '<script>alert(1)</script> & "quoted"'
    parts = [
        Paragraph(Bilingual("Hello", "Bonjour")),
        Quote(f"One line.\n{evil}"),
        BulletList(((Bilingual(f"3.3 {evil}", ""), Bilingual(" (draft)", " (ébauche)")),)),
        ActionLink('https://plan.example.ca/fr/my-updates?period=2020-09&x="1"', Bilingual("Open", "Ouvrir")),
    ]
    text, page = render_text(parts, Language.FR), render_html(parts, Language.FR, evil)
    assert "Bonjour\n\n> One line.\n> <script>" in text
    assert "- 3.3 <script>" in text
    assert "Ouvrir\u00a0: https://plan.example.ca/fr/my-updates?period=2020-09" in text
    assert "<script>" not in page
    assert 'href="https://plan.example.ca/fr/my-updates?period=2020-09&amp;x=&quot;1&quot;"' in page
    assert '<html lang="fr">' in page
    assert '<span lang="en">3.3 &lt;script&gt;' in page


def test_reminder_audience_counts_people_and_tells_who_is_left_out() -> None:
    missing = MissingReports(Recipient(1, "A. Person", "a@b.example", Language.EN), ())
    everyone = ReminderAudience((missing,), (), (), (), {})
    assert (everyone.excludes_people, everyone.has_exclusions, everyone.people_count) == (False, False, 1)
    without_contact = replace(everyone, jurisdictions_without_lead=(Bilingual("Canada", "Canada"),))
    assert (without_contact.excludes_people, without_contact.has_exclusions, without_contact.people_count) == (False, True, 1)
    for field in ("recently_reminded", "opted_out"):
        audience = replace(everyone, **{field: (missing, missing)})
        assert (audience.excludes_people, audience.has_exclusions, audience.people_count) == (True, True, 3)
