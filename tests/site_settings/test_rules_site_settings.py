"""What the secretariat may enter in the settings of the site, and which of three sources is in force."""

from __future__ import annotations

import pytest

from cogwg.core.errors import Invalid
from cogwg.core.settings import SITE_VARIABLES, SiteSettings, fixed_in_site
from cogwg.site_settings.models import StoredSettings
from cogwg.site_settings.rules import HOST_LIMIT, checked_contact, checked_days, checked_text, given_values
from tests.databases import demo_calendar
from tests.web_client import app_settings


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("10, 2", "10,2"),
        ("2;10", "10,2"),
        (" 7 ", "7"),
        ("3,3", "3"),
        ("14, 3", None),
        ("3 14", None),
        ("", None),
        (" , ", None),
    ],
)
def test_days_before_are_stored_in_order_and_the_default_is_not_stored(typed: str, stored: str | None) -> None:
    assert checked_days("remind_days", typed) == stored


def test_days_after_are_stored_in_their_own_order() -> None:
    assert checked_days("remind_after", "9, 2") == "2,9"
    assert checked_days("remind_after", "22,15,8,1") is None


@pytest.mark.parametrize("typed", ["0", "61", "-3", "x", "1.5", "²", "9" * 5_000, ",".join(map(str, range(1, 12)))])
def test_unusable_days_are_refused_at_their_field(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_days("remind_days", typed)
    assert [field for field, _message in refusal.value.problems] == ["remind_days"]


def test_host_is_one_line_within_the_limit_and_the_default_is_not_stored() -> None:
    assert checked_text("hosted_by_en", " the Treasury\nBoard ", HOST_LIMIT) == "the Treasury Board"
    assert checked_text("hosted_by_en", SiteSettings().hosted_by_en, HOST_LIMIT) is None
    with pytest.raises(Invalid):
        checked_text("hosted_by_en", "x" * (HOST_LIMIT + 1), HOST_LIMIT)


def test_contact_is_a_reachable_address_or_another_text() -> None:
    assert checked_contact(" open@example.ca ") == "open@example.ca"
    assert checked_contact("the secretariat, 5th floor") == "the secretariat, 5th floor"
    assert checked_contact("Ask us @ the secretariat") == "Ask us @ the secretariat"
    assert checked_contact("") is None
    for wrong in ("open@", "open@example", "é@example.ca", "x" * 255):
        with pytest.raises(Invalid):
            checked_contact(wrong)


def test_environment_overrides_the_site_and_the_site_the_default() -> None:
    row = StoredSettings(id=1, hosted_by_en="the site", hosted_by_fr="le site", remind_days="9,2", require_second_factor=True)
    given = fixed_in_site({"COGWG_HOSTED_BY_EN": "the server", "COGWG_REMIND_AFTER": "5", "COGWG_REQUIRE_SECOND_FACTOR": "0"})
    settings = app_settings("sqlite://", demo_calendar(), contact="", **given).in_site(given_values(row))
    assert (settings.hosted_by.en, settings.hosted_by.fr, settings.contact) == ("the server", "le site", "")
    assert settings.reminder_days == (9, 2, -5)
    assert not settings.require_second_factor, "0 in the environment is a choice, too"


def test_empty_variable_sets_nothing() -> None:
    assert fixed_in_site(dict.fromkeys(SITE_VARIABLES.values(), " ")) == {}
