"""Retry times, header safety and settings of email."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from cogwg.core.bilingual import Language
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import MailSettings, SiteSettings, fixed_in_site, mail_settings, public_url
from cogwg.mail.queries import OutboxMessageFacts
from cogwg.mail.rules import CANCELLED_PREFIX, MAX_TRIES, DeliveryError, FailureKind, next_try, one_line, parse_failure

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SERVER = {"COGWG_SMTP_HOST": "mail.example.ca", "COGWG_MAIL_FROM": "Plan <plan@example.ca>"}


def reminder_days(**env: str) -> tuple[int, ...]:
    return replace(SiteSettings(), **fixed_in_site(env)).reminder_days


def test_retries_back_off_and_end_after_about_three_days() -> None:
    tries = [NOW]
    while (following := next_try(len(tries), tries[-1], FailureKind.LATER)) is not None:
        tries.append(following)
    waits = [after - before for before, after in pairwise(tries)]
    assert len(tries) == MAX_TRIES
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=5), timedelta(hours=4))
    assert timedelta(days=2, hours=20) < tries[-1] - NOW < timedelta(days=3, hours=4)
    assert len([at for at in tries if at - NOW < timedelta(hours=1)]) >= 4
    for kind in FailureKind:
        assert (next_try(MAX_TRIES, NOW, kind) is None) is not kind.is_ours
        assert not (kind.is_final and kind.is_ours)


def test_failure_reason_is_shortened_and_parsed_back() -> None:
    error = DeliveryError(FailureKind.ADDRESS, "550 no such\r\nmailbox " + "x" * 400)
    assert len(error.reason) <= 300
    assert parse_failure(error.reason)[0] is FailureKind.ADDRESS
    assert parse_failure(error.reason)[1].startswith("550 no such mailbox")
    assert parse_failure("something from before") == (None, "something from before")


@pytest.mark.parametrize(
    "hostile", ["Hello\r\nBcc: all@example.ca", "Hello\nX: y", "Hello\x00\x1b[31m", "a\u2028b\u0085c\x0bd"]
)
def test_header_text_is_a_single_printable_line(hostile: str) -> None:
    assert one_line(hostile).splitlines() == [one_line(hostile)]
    assert one_line(hostile).isprintable()


def test_mail_settings_are_read_from_the_environment() -> None:
    assert mail_settings({}) == MailSettings()
    assert mail_settings({"COGWG_MAIL": "console"}).method == "console"
    assert str(mail_settings({"COGWG_MAIL": "file:/tmp/letters"}).folder) == "/tmp/letters"
    assert mail_settings(SERVER).port == 25
    assert mail_settings({**SERVER, "COGWG_SMTP_STARTTLS": "1"}).port == 587
    assert mail_settings({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_PORT": "2465"}).port == 2465
    secret = mail_settings({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_USER": "plan", "COGWG_SMTP_PASSWORD": "hush"})
    assert "hush" not in repr(secret)
    assert reminder_days(COGWG_REMIND_DAYS="3, 21,3") == (21, 3, -1, -8, -15, -22)
    assert reminder_days(COGWG_REMIND_AFTER="10,2") == (14, 3, -2, -10)
    assert public_url({"COGWG_PUBLIC_URL": "https://plan.example.ca/"}) == "https://plan.example.ca"


@pytest.mark.parametrize(
    ("env", "setting"),
    [
        ({"COGWG_MAIL": "pigeon"}, "COGWG_MAIL"),
        ({"COGWG_MAIL": "file:"}, "COGWG_MAIL"),
        ({"COGWG_MAIL": "smtp"}, "COGWG_SMTP_HOST"),
        ({"COGWG_SMTP_HOST": "mail.example.ca"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_MAIL_FROM": "nobody"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_MAIL_FROM": "plan@exämple.ca"}, "COGWG_MAIL_FROM"),
        ({"COGWG_MAIL": "console", "COGWG_MAIL_FROM": "plan@example..ca"}, "COGWG_MAIL_FROM"),
        ({**SERVER, "COGWG_SMTP_HOST": "mail.example.ca:587"}, "COGWG_SMTP_HOST"),
        ({**SERVER, "COGWG_SMTP_HOST": "x" * 64}, "COGWG_SMTP_HOST"),
        ({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_USER": "plan", "COGWG_SMTP_PASSWORD": "hushé"}, "COGWG_SMTP_PASSWORD"),
        ({**SERVER, "COGWG_SMTP_PORT": "many"}, "COGWG_SMTP_PORT"),
        ({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_STARTTLS": "1"}, "COGWG_SMTP_TLS"),
        ({**SERVER, "COGWG_SMTP_TLS": "1", "COGWG_SMTP_USER": "plan"}, "COGWG_SMTP_PASSWORD"),
        ({**SERVER, "COGWG_SMTP_USER": "plan", "COGWG_SMTP_PASSWORD": "hush"}, "would not be encrypted"),
    ],
)
def test_unusable_mail_setting_is_named(env: dict[str, str], setting: str) -> None:
    with pytest.raises(ConfigurationError, match=setting) as refusal:
        mail_settings(env)
    assert "hush" not in str(refusal.value)


@pytest.mark.parametrize("days", ["", ",", "0", "x", "14;3", "-1", "61"])
def test_invalid_reminder_days_are_refused(days: str) -> None:
    if days:
        with pytest.raises(ConfigurationError, match="COGWG_REMIND_DAYS"):
            reminder_days(COGWG_REMIND_DAYS=days)
        with pytest.raises(ConfigurationError, match="COGWG_REMIND_AFTER"):
            reminder_days(COGWG_REMIND_AFTER=days)
    else:
        assert reminder_days(COGWG_REMIND_DAYS=days) == (14, 3, -1, -8, -15, -22)


@pytest.mark.parametrize(
    "url", ["plan.example.ca", "ftp://x.example", "https://", "https://a:b@c.example", "https://x.example/path", "https://x:y"]
)
def test_invalid_public_url_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="COGWG_PUBLIC_URL"):
        public_url({"COGWG_PUBLIC_URL": url})


@pytest.mark.parametrize(
    ("sent", "next_try_at", "tries", "last_error", "states"),
    [
        (None, NOW, 0, "", {"is_waiting", "is_untried"}),
        (None, NOW, 2, "refused: 550", {"is_waiting", "can_be_retried"}),
        (None, None, 20, "refused: 550", {"can_be_retried"}),
        (None, None, 0, f"{CANCELLED_PREFIX}deleted", {"is_cancelled"}),
        (NOW, None, 3, "refused: 550", {"is_sent"}),
    ],
)
def test_outbox_message_is_retried_only_after_a_failure(
    sent: datetime | None, next_try_at: datetime | None, tries: int, last_error: str, states: set[str]
) -> None:
    message = OutboxMessageFacts(
        1, "key", "reminder", None, "a@b.example", Language.EN, "", "", "", NOW, tries, last_error, next_try_at, None, sent
    )
    every = ("is_sent", "is_waiting", "is_untried", "is_cancelled", "can_be_retried")
    assert {state for state in every if getattr(message, state)} == states
