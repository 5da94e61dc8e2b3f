"""Emails can be read by everyone (EN 301 549, chapter 10): title, languages, lists, links with names, and plain text beside."""

from __future__ import annotations

import html5lib
import pytest

from cogwg.core.bilingual import Bilingual, Language
from cogwg.notices.body import (
    ActionLink,
    BodyPart,
    BulletList,
    Paragraph,
    PersonalText,
    Quote,
    Recipient,
    compose_email,
    render_html,
    render_text,
)
from cogwg.notices.rules import NoticeKind
from cogwg.reporting.rules import LabelledLink

SITE = "https://plan.example.ca"
ENGLISH = Bilingual("Only in English", "")
SUBJECT = Bilingual("Two reports are missing", "Il manque deux rapports")
PARTS: tuple[BodyPart, ...] = (
    Paragraph(Bilingual("You can still report.", "Vous pouvez encore faire rapport.")),
    PersonalText("One.\nTwo."),
    Quote("As a person wrote it.", Language.EN),
    BulletList(
        ((Bilingual("Activity 3.3", "Activité 3.3"), Bilingual(" (draft)", " (ébauche)")), (ENGLISH, Bilingual("", ""))),
        ((LabelledLink(f"{SITE}/a", Bilingual("Results", "Résultats")),), ()),
        (ENGLISH, Bilingual("", "")),
    ),
    ActionLink(f"{SITE}/open", Bilingual("Open your reports", "Ouvrir vos rapports")),
    ActionLink(f"{SITE}/print", Bilingual("Open your reports", "Ouvrir vos rapports"), shows_url=True),
)
"""Each kind of part; ``test_every_kind_of_part_is_checked`` sees to that."""


def test_every_kind_of_part_is_checked() -> None:
    assert {type(part) for part in PARTS} == set(BodyPart.__args__)


@pytest.mark.parametrize("lang", Language)
def test_email_has_title_language_lists_and_links_with_names(lang: Language) -> None:
    to = Recipient(1, "A. Person", "a@b.example", lang)
    email = compose_email(to, "key", NoticeKind.REMINDER, SUBJECT, *PARTS, site=SITE)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(email.html)
    assert tree.get("lang") == lang.value
    (title,) = tree.iter("title")
    assert title.text == email.subject
    assert SUBJECT.text(lang) in email.subject
    # No picture needs a description, no colour or size is set, and nothing is laid out by a table.
    assert {each.tag for each in tree.iter()}.isdisjoint({"img", "table", "style", "font", "svg", "script"})
    assert not [name for each in tree.iter() for name in each.attrib if name in ("style", "color", "bgcolor", "width", "align")]
    (items,) = tree.iter("ul")
    assert [child.tag for child in items] == ["li", "li"]
    assert all("".join(link.itertext()).strip() for link in tree.iter("a"))
    marked = [each.get("lang") for each in tree.iter() if each.tag != "html" and each.get("lang")]
    assert marked == ([] if lang is Language.EN else ["en", "en", "en"])


@pytest.mark.parametrize("lang", Language)
def test_plain_text_of_an_email_has_the_words_of_its_page_in_the_same_order(lang: Language) -> None:
    page = html5lib.parse(render_html(PARTS, lang, "Subject"), namespaceHTMLElements=False)
    body = next(page.iter("body"))
    text = render_text(PARTS, lang)
    places = [text.find(line.strip()) for part in body.itertext() for line in part.splitlines() if len(line.strip()) > 3]
    assert -1 not in places
    first = [place for n, place in enumerate(places) if place not in places[:n]]
    assert first == sorted(first)
