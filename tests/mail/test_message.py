"""The headers of an email: the reply address, and the page where its recipient chooses which emails to receive."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from cogwg.core.bilingual import Language
from cogwg.mail.message import build_email
from cogwg.mail.queries import OutboxMessageFacts
from tests.databases import REAL_NOW

SENDER = "Plan <plan@example.ca>"


def headers(reply_to: str = "", choice_url: str = "", site_reply_to: str = "") -> dict[str, str | None]:
    """Return the headers of an email as a mail program reads them."""
    facts = OutboxMessageFacts(
        1, "k", "chase", None, "a@b.example", Language.EN, "Subject", "Text.", "<p>Text.</p>", REAL_NOW, 0, "", REAL_NOW, None,
        None, None, reply_to, choice_url,
    )  # fmt: skip
    sent = build_email(facts, SENDER, at=REAL_NOW, reply_to=site_reply_to).as_bytes()
    read = message_from_bytes(sent, policy=policy.default)
    return {name: read[name] for name in ("From", "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post")}


def test_answers_go_to_the_person_else_to_the_sites_address_else_to_the_sender() -> None:
    assert headers("chair@example.ca", site_reply_to="help@example.ca")["Reply-To"] == "chair@example.ca"
    assert headers(site_reply_to="Secretariat <help@example.ca>")["Reply-To"] == "Secretariat <help@example.ca>"
    assert headers()["Reply-To"] is None
    assert {headers(reply_to)["From"] for reply_to in ("", "chair@example.ca")} == {SENDER}


@pytest.mark.parametrize("address", ["a@b.example\r\nBcc: c@d.example", "no address", "a@b.example, c@d.example"])
def test_unusable_address_for_answers_is_left_out(address: str) -> None:
    assert headers(address) == headers()


@pytest.mark.parametrize("host", ["https://plan.example.ca", f"https://plan.{'open-government.' * 9}example.ca:8443"])
def test_mail_program_finds_the_page_of_choices_and_no_one_click_promise(host: str) -> None:
    sent = headers(choice_url=f"{host}/fr/account#emails")
    assert sent["List-Unsubscribe"] == f"<{host}/fr/account#emails>"
    assert sent["List-Unsubscribe-Post"] is None
    assert headers()["List-Unsubscribe"] is None


def test_long_page_of_choices_is_sent_unencoded() -> None:
    """Mail programs do not decode encoded words in this header."""
    url = f"https://plan.{'open-government.' * 9}example.ca/fr/account#emails"
    facts = OutboxMessageFacts(
        1, "k", "chase", None, "a@b.example", Language.EN, "Subject", "Text.", "<p>Text.</p>", REAL_NOW, 0, "", REAL_NOW, None,
        None, None, "", url,
    )  # fmt: skip
    assert url.encode() in build_email(facts, SENDER, at=REAL_NOW).as_bytes()
