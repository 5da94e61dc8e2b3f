"""The slides in HTML: every text of the deck in both languages, escaped, in valid fragments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.briefing import deck as d
from cogwg.briefing.compare import texts
from cogwg.briefing.render.html import RenderedSlide, render_slides
from cogwg.briefing.render.html.draw import TEMPLATE_NAMES
from cogwg.briefing.render.wording import slide_name
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from tests.briefing import decks
from tests.sessions import FURTHER

HEADINGS = {
    "title": Bilingual("Title", "Titre"),
    "answers": Bilingual("Answers", "Réponses"),
    "message": Bilingual("So", "Donc"),
}
HOSTILE_TEXTS = (
    '<script>alert("1")</script>',
    "</section><img src=x onerror=alert(1)>",
    "=1+1 & 2 < 3 &amp; _x0041_",
    "{{ 7 * 7 }} {% raw %}",
    "🇨🇦 👩🏽‍💻 \U0010fffd",
    "שלום \u202e مرحبا",
    "one\nline\tthen another",
)


def complete_deck(deck: d.Deck) -> d.Deck:
    """Return the deck with a slide of each kind, a moved due date, evidence and quarters."""
    rows = next(s for s in deck.slides if isinstance(s, d.GlanceSlide)).rows
    state = replace(
        rows[1].states[1],
        moved=d.DueMove(Bilingual("May 2020", "mai 2020"), Bilingual("Late data", "Données tardives"), date(2020, 5, 2)),
        evidence_note=Bilingual("See the annex", "Voir l’annexe"),
        evidence=(d.Reference("https://example.ca/a?b=1&c=2"), d.Reference("javascript:alert(1)", Bilingual("Bad", "Mauvais"))),
    )
    deck = decks.replace_slide(deck, d.DataSlide, rows=((rows[1].short, state), *deck.rows))
    priority = next(s for s in deck.slides if isinstance(s, d.PrioritySlide))
    texts_of_priority = {
        "status": Bilingual("Limited progress: 1 of 4", "Progrès limité : 1 sur 4"),
        "highlight": Bilingual("A line to note", "Une ligne à retenir"),
        "asks": (Bilingual("Name a lead", "Nommer une personne responsable"),),
        "undecided": Bilingual("Two vacant roles", "Deux rôles vacants"),
    }
    deck = decks.replace_slide(deck, d.PrioritySlide, **texts_of_priority, activities=(state, *priority.activities))
    progress = next(s for s in deck.slides if isinstance(s, d.ProgressSlide))
    quarters = (d.QuarterRow(Bilingual("Q1 2020", "T1 2020"), progress.totals),) * 2
    deck = decks.replace_slide(deck, d.ProgressSlide, quarters=quarters)
    change = d.PlanChange(
        d.ChangeKind.SLIPPED,
        2020,
        2,
        "2.2",
        Bilingual("Forums", "Forums"),
        Bilingual("Not yet due", "Pas encore échu"),
        Bilingual("Overdue", "En retard"),
        Bilingual("No moderators", "Aucun modérateur"),
        Bilingual("Report of September 10", "Rapport du 10 septembre"),
    )
    vacant = Bilingual("role vacant", "rôle vacant")
    carried_by = Bilingual(f"TBS; {vacant.en}", f"SCT; {vacant.fr}")
    due_first = d.DueActivity(1, Bilingual("Inventory", "Répertoire"), carried_by, vacant)
    summary = replace(
        decks.summary_slide(Bilingual("In brief", "En bref")),
        decisions=(
            d.Decision(Bilingual("Decide", "Décider"), Bilingual("Councils", "Conseils"), Bilingual("by May", "en mai")),
        ),
    )
    more = (
        replace(summary, key="summary"),
        replace(summary, rows=(), first_due=(due_first,), upcoming=((date(2020, 3, 31), 5),), key="summary-2"),
        d.ChangedSlide(**HEADINGS, since=date(2020, 2, 27), changes=(change, replace(change, code="")), key="changed"),
        d.AsksSlide(**HEADINGS, asks=(d.DeckAsk(Bilingual("2. CKAN", "2. CKAN"), Bilingual("Decide", "Décider")),), key="asks"),
        d.TextSlide(**HEADINGS, paragraphs=(Bilingual("One.", "Un."), Bilingual("English alone", "")), key="text-1"),
    )
    return replace(deck, slides=(*deck.slides, *more), place=Bilingual("Toronto", ""), state=d.DeckState.DRAFT, edition=2)


@pytest.fixture(scope="module")
def deck() -> d.Deck:
    return complete_deck(decks.september_deck())


def text_of(rendered: RenderedSlide) -> str:
    """Return the text of a fragment after strict parsing."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(str(rendered.html))
    return "".join(tree.itertext())


def fold_spaces(text: str) -> str:
    return re.sub(r"[ \n\t]+", " ", text)


def test_templates_cover_every_kind_of_slide(deck: d.Deck) -> None:
    assert {type(slide) for slide in deck.slides} == set(TEMPLATE_NAMES)
    assert {kind.__name__ for kind in TEMPLATE_NAMES} == {kind.__name__ for kind in d.Slide.__subclasses__()}
    assert [rendered.number for rendered in render_slides(deck, Language.EN)] == list(range(1, len(deck.slides) + 1))


def test_slide_names_cover_every_kind_of_slide(deck: d.Deck) -> None:
    untitled = [replace(slide, title=EMPTY_TEXT) if isinstance(slide, d.TextSlide) else slide for slide in deck.slides]
    for slide in untitled:
        assert slide_name(slide).en, slide
        assert slide_name(slide).fr, slide


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("make", [decks.february_deck, decks.september_deck])
def test_deck_texts_all_appear_in_the_html(make: object, lang: Language) -> None:
    deck = complete_deck(make())  # type: ignore[operator]
    html_text = fold_spaces(" ".join(f"{text_of(slide)} {slide.name.text(lang)}" for slide in render_slides(deck, lang)))
    missing = [text for text in texts(deck) if fold_spaces(text.text(lang)) not in html_text]
    assert not missing


@pytest.mark.parametrize("lang", Language)
def test_fragments_share_a_page_with_unique_ids_and_valid_links(deck: d.Deck, lang: Language) -> None:
    page = "".join(str(slide.html) for slide in render_slides(deck, lang))
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(page)
    ids = Counter(e.get("id") for e in tree.iter() if e.get("id"))
    assert set(ids.values()) == {1}
    sections = list(tree.iter("section"))
    assert len(sections) == len(deck.slides)
    for section in sections:
        assert section.get("aria-labelledby") in ids
        assert len(list(section.iter("h2"))) == 1
        section_text = "".join(section.itertext())
        assert ("DRAFT" if lang is Language.EN else "ÉBAUCHE") in section_text
        assert ("SAMPLE" if lang is Language.EN else "FICTIVES") in section_text
    assert all(e.get("href", "#").startswith(("#slide-", "#source-", "https://")) for e in tree.iter("a"))
    assert {e.get("href")[1:] for e in tree.iter("a") if e.get("href", "").startswith("#")} <= set(ids)
    assert not [e for e in tree.iter() if "style" in e.attrib or any(a.startswith("on") for a in e.attrib)]


def test_untranslated_text_is_marked_with_its_language(deck: d.Deck) -> None:
    text = next(slide for slide in render_slides(deck, Language.FR) if slide.key == "text-1")
    assert '<span class="multiline" lang="en">English alone</span> <span class="language-note">(en anglais)</span>' in str(
        text.html
    )
    assert (
        'lang="en"'
        not in str(next(slide for slide in render_slides(deck, Language.EN) if slide.key == "text-1").html).split(
            "slide-canvas"
        )[1]
    )


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_escaped(deck: d.Deck, text: str) -> None:
    both = Bilingual(text, text)
    slide = d.TextSlide(title=both, answers=both, message=both, paragraphs=(both,), key="text-1")
    rendered = render_slides(replace(deck, slides=(slide, *deck.slides[1:2])), Language.FR)
    assert rendered[0].title == text
    assert fold_spaces(text_of(rendered[0])).count(fold_spaces(text)) == 3
    assert fold_spaces(text) in fold_spaces(text_of(rendered[0]))
    assert not re.search(r"<(script|img)", str(rendered[0].html))


@given(st.text(max_size=80))
def test_any_text_gives_a_valid_fragment(text: str) -> None:
    both = Bilingual(text, "")
    slide = d.TextSlide(title=both, answers=EMPTY_TEXT, message=both, paragraphs=(both,), key=text)
    deck = replace(september_deck(), slides=(slide,))
    (rendered,) = render_slides(deck, Language.EN)
    stored = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]", "", text)
    if not re.search("[\ufffe\uffff]|[\U0001fffe-\U0001ffff]", stored) and stored == text:
        assert stored in text_of(rendered)
    text_of(rendered)


def september_deck() -> d.Deck:
    return _SEPTEMBER_DECK


_SEPTEMBER_DECK = decks.september_deck()


def test_invalid_or_repeated_slide_keys_get_unique_ids(deck: d.Deck) -> None:
    first, second = (replace(deck.slides[2], key=key) for key in ("same", "same"))
    odd = replace(deck.slides[2], key='x" onclick="y')
    rendered = render_slides(replace(deck, slides=(first, second, odd)), Language.EN)
    assert [slide.key for slide in rendered] == ["same", "n2", "n3"]


@FURTHER
def test_large_plan_is_rendered_completely() -> None:
    deck = decks.resized_deck(50, 10)
    at = next(n for n, slide in enumerate(deck.slides) if isinstance(slide, d.DataSlide))
    assert str(render_slides(deck, Language.FR)[at].html).count('<tr role="row"') == 501
