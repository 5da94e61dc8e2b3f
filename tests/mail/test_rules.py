"""When a letter is tried again, and what never gets into a header."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from cogwg.core.errors import Unusable
from cogwg.core.settings import Mail, mail, public_url, remind_days
from cogwg.mail.rules import TRIES, Trouble, Undelivered, next_try, one_line, told

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SERVER = {"COGWG_SMTP_HOST": "mail.example.ca", "COGWG_MAIL_FROM": "Plan <plan@example.ca>"}


def test_a_letter_is_tried_soon_then_seldom_and_given_up_after_about_three_days() -> None:
    tried = [NOW]
    while (again := next_try(len(tried), tried[-1])) is not None:
        tried.append(again)
    waits = [after - before for before, after in pairwise(tried)]
    assert len(tried) == TRIES
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=4))
    assert timedelta(days=2, hours=20) < tried[-1] - NOW < timedelta(days=3, hours=4)
    assert len([at for at in tried if at - NOW < timedelta(hours=1)]) >= 4


def test_a_reason_is_kept_short_and_read_again() -> None:
    why = Undelivered(Trouble.ADDRESS, "550 no such\r\nmailbox " + "x" * 400)
    assert len(why.reason) <= 300
    assert told(why.reason)[0] is Trouble.ADDRESS
    assert told(why.reason)[1].startswith("550 no such mailbox")
    assert told("something from before") == (None, "something from before")


@pytest.mark.parametrize("evil", ["Hello\r\nBcc: all@example.ca", "Hello\nX: y", "Hello\x00\x1b[31m", "a\u2028b\u0085c\x0bd"])
def test_a_header_is_one_line(evil: str) -> None:
    assert one_line(evil).splitlines() == [one_line(evil)]
    assert one_line(evil).isprintable()


def test_how_mail_leaves_is_said_by_settings() -> None:
    assert mail({}) == Mail()
    assert mail({"COGWG_MAIL": "console"}).how == "console"
    assert str(mail({"COGWG_MAIL": "file:/tmp/letters"}).folder) == "/tmp/letters"
    assert mail(SERVER).port == 25
    assert mail({**SERVER, "COGWG_SMTP_STARTTLS": "1"}).port == 587
    assert mail({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_PORT": "2465"}).port == 2465
    secret = mail({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_USER": "plan", "COGWG_SMTP_PASSWORD": "hush"})
    assert "hush" not in repr(secret)
    assert remind_days({"COGWG_REMIND_DAYS": "3, 21,3"}) == (21, 3, -1, -8, -15, -22)
    assert remind_days({"COGWG_REMIND_AFTER": "10,2"}) == (14, 3, -2, -10)
    assert public_url({"COGWG_PUBLIC_URL": "https://plan.example.ca/"}) == "https://plan.example.ca"


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"COGWG_MAIL": "pigeon"}, "COGWG_MAIL"),
        ({"COGWG_MAIL": "file:"}, "COGWG_MAIL"),
        ({"COGWG_MAIL": "smtp"}, "COGWG_SMTP_HOST"),
        ({"COGWG_SMTP_HOST": "mail.example.ca"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_MAIL_FROM": "nobody"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_SMTP_PORT": "many"}, "COGWG_SMTP_PORT"),
        ({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_STARTTLS": "1"}, "COGWG_SMTP_TLS"),
        ({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_USER": "plan"}, "COGWG_SMTP_PASSWORD"),
        ({**SERVER, "COGWG_SMTP_USER": "plan", "COGWG_SMTP_PASSWORD": "hush"}, "in clear"),
    ],
)
def test_a_setting_of_mail_that_cannot_be_used_is_named(env: dict[str, str], says: str) -> None:
    with pytest.raises(Unusable, match=says) as refusal:
        mail(env)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("days", ["", ",", "0", "x", "14;3", "-1", "61"])
def test_days_that_cannot_be_counted_are_refused(days: str) -> None:
    if days:
        with pytest.raises(Unusable, match="COGWG_REMIND_DAYS"):
            remind_days({"COGWG_REMIND_DAYS": days})
        with pytest.raises(Unusable, match="COGWG_REMIND_AFTER"):
            remind_days({"COGWG_REMIND_AFTER": days})
    else:
        assert remind_days({"COGWG_REMIND_DAYS": days}) == (14, 3, -1, -8, -15, -22)


@pytest.mark.parametrize(
    "url", ["plan.example.ca", "ftp://x.example", "https://", "https://a:b@c.example", "https://x.example/path", "https://x:y"]
)
def test_an_address_of_the_site_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(Unusable, match="COGWG_PUBLIC_URL"):
        public_url({"COGWG_PUBLIC_URL": url})
