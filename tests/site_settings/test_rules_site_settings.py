"""What the secretariat may enter in the settings of the site, and which of three sources is in force."""

from __future__ import annotations

import pytest

from cogwg.core.errors import ConfigurationError, Invalid
from cogwg.core.settings import LICENCE_FIELDS, SITE_VARIABLES, SiteSettings, fixed_in_site
from cogwg.site_settings.models import StoredSettings
from cogwg.site_settings.rules import (
    HOST_LIMIT,
    checked_contact,
    checked_days,
    checked_public_text,
    checked_text,
    given_values,
)
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


def test_address_of_the_licence_is_completed_or_refused_and_its_id_is_one_word() -> None:
    assert checked_public_text("licence_url_en", " example.ca/licence ") == "https://example.ca/licence"
    assert checked_public_text("licence_url_en", SiteSettings().licence_url_en) is None
    assert checked_public_text("licence_id", "CC-BY-4.0") == "CC-BY-4.0"
    for field, typed in (("licence_url_fr", "ftp://example.ca"), ("licence_id", "two words"), ("owner_en", "x" * 121)):
        with pytest.raises(Invalid) as refusal:
            checked_public_text(field, typed)
        assert [name for name, _message in refusal.value.problems] == [field]


def test_licence_of_the_environment_is_whole_or_refused() -> None:
    licence = {SITE_VARIABLES[field]: "x" for field in LICENCE_FIELDS}
    licence |= {"COGWG_LICENCE_URL_EN": "https://example.ca/en", "COGWG_LICENCE_URL_FR": "https://example.ca/fr"}
    settings = SiteSettings(**fixed_in_site(licence))
    assert (settings.licence.en, settings.licence_url.fr, settings.licence_id) == ("x", "https://example.ca/fr", "x")
    for name in licence:
        with pytest.raises(ConfigurationError, match=name):
            fixed_in_site({key: value for key, value in licence.items() if key != name})


def test_search_engines_may_index_a_site_but_not_a_demo_unless_it_is_set() -> None:
    calendar = demo_calendar()
    assert app_settings("sqlite://", calendar, demo=False).in_site({}).search_engines
    demo = app_settings("sqlite://", calendar, demo=True)
    assert not demo.in_site({}).search_engines
    assert demo.in_site({"search_engines": True}).search_engines


def test_empty_variable_sets_nothing() -> None:
    assert fixed_in_site(dict.fromkeys(SITE_VARIABLES.values(), " ")) == {}
