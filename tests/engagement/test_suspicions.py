"""Rules point to what looks like personal data or advertising, and not to ordinary numbers. A person decides."""

from __future__ import annotations

import pytest

from cogwg.engagement.suspicions import SuspicionKind, similar_comments, suggested_masks, suspicions


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("Call our clerk at 613-555-0123 for details.", SuspicionKind.PHONE, "613-555-0123"),
        ("Appelez le (514) 555-0188, poste 12.", SuspicionKind.PHONE, "(514) 555-0188"),
        ("My number is +1 867.555.0101.", SuspicionKind.PHONE, "+1 867.555.0101"),
        ("Write to c.lavoie+plan@example.gc.ca, please", SuspicionKind.EMAIL, "c.lavoie+plan@example.gc.ca"),
        ("My SIN is 046 454 286.", SuspicionKind.SOCIAL_INSURANCE_NUMBER, "046 454 286"),
        ("My card 4111 1111 1111 1111 was charged", SuspicionKind.CARD_NUMBER, "4111 1111 1111 1111"),
        ("I live at 24 Sussex Drive, in Ottawa", SuspicionKind.ADDRESS, "24 Sussex Drive"),
        ("J’habite au 1045, rue de la Montagne à Québec", SuspicionKind.ADDRESS, "1045, rue de la Montagne"),
        ("near K1M 1M4", SuspicionKind.ADDRESS, "K1M 1M4"),
        ("Buy followers now at followers.example", SuspicionKind.ADVERTISING, "followers.example"),
        ("one.com and two.net and https://c.example/x", SuspicionKind.ADVERTISING, "one.com"),
    ],
)
def test_what_looks_like_personal_data_or_advertising_is_marked_with_its_reason(
    text: str, kind: SuspicionKind, part: str
) -> None:
    marked = [each for each in suspicions(text) if each.kind is kind]
    assert any(part in text[each.start : each.end] for each in marked)
    assert all(each.why.en and each.why.fr for each in marked)


@pytest.mark.parametrize(
    "text",
    [
        "Publish contracts under $10,000 too.",
        "The plan of 2018-2020 has 10 commitments and 1,010,000,000 dollars.",
        "Les données de recherche devraient être publiées en même temps que les articles.",
        "In 2016 there were 2,010 ideas from 1,451 people.",
        "See https://open.canada.ca for the plan.",
        "My name is on the list of participants.",
        "Reference 123 456 789 is not valid as a number of that kind.",
    ],
)
def test_ordinary_text_is_not_marked(text: str) -> None:
    assert suspicions(text) == ()


def test_suggested_masks_cover_personal_data_and_not_advertising() -> None:
    text = "Buy at shop.example or call 613-555-0123"
    (mask,) = suggested_masks(suspicions(text))
    assert text[mask.start : mask.end] == "613-555-0123"


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("I live at 24 Sussex Drive. Please publish.", "24 Sussex Drive"),
        ("I live at 12 Main St.", "12 Main St"),
        ("The office at 12 Main St. in Ottawa", "12 Main St."),
        ("J’habite au 1045, rue de la Montagne. Merci.", "1045, rue de la Montagne"),
        ("J’habite au 12, rue principale à Gatineau.", "12, rue principale"),
        ("My name is Jean Tremblay. I agree.", "Jean Tremblay"),
        ("Hello, my name is J. P. Roy, and I agree.", "J. P. Roy"),
        ("Bonjour, je m’appelle Zoé de Lavoie et je suis d’accord.", "Zoé de Lavoie"),
    ],
)
def test_mask_covers_the_address_or_name_and_leaves_the_sentence(text: str, hidden: str) -> None:
    (mask,) = suggested_masks(suspicions(text))
    assert text[mask.start : mask.end] == hidden


def test_similar_comments_point_to_the_earlier_one() -> None:
    texts = {
        1: "Les données de recherche devraient être publiées en même temps que les articles.",
        2: "Les données de recherche devraient être publiées en même temps que les articles, svp.",
        3: "Publish contracts under $10,000 too, for all departments.",
        4: "Yes",
        5: "Yes",
    }
    assert similar_comments(texts, texts) == {2: 1}
