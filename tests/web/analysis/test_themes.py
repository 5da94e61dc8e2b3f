"""An analyst writes themes, codes comments into them, and loses nothing to a colleague."""

from __future__ import annotations

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from cogwg.core.db import write_transaction
from cogwg.engagement.models import CommentTheme, EngagementTheme, PublicComment
from cogwg.engagement.scales import CommentState, Disposition
from cogwg.tracker.models import PublishedComment
from tests.ogp.sample import FACTS
from tests.ogp.sample import stock as stock_commitments
from tests.web.analysis.conftest import CYCLE
from tests.web_client import App, Page

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
THEMES, CODING = f"/admin/engagement/{CYCLE}/themes", f"/admin/engagement/{CYCLE}/coding"


def theme(app: App, title: str) -> EngagementTheme:
    return next(each for each in app.rows(EngagementTheme) if each.title_en == title)


def comment(app: App, text: str) -> PublicComment:
    return next(each for each in app.rows(PublicComment) if each.text == text)


def save_coding(page: Page, **changed: list[str]) -> Page:
    """Send the form of the page of coding with these fields changed; ``themes_7`` are the themes of comment 7."""
    (form,) = (each for each in page.forms if each.element.get("method") == "post" and CODING in each.action)
    sent: dict[str, list[str]] = {name: [value] for name, value in form.values.items() if not name.startswith("themes-")}
    for box in form.controls:
        if box.get("type") == "checkbox" and box.get("checked") is not None:
            sent.setdefault(box.get("name", ""), []).append(box.get("value", ""))
    return page.client.post(form.action, {**sent, **{name.replace("_", "-"): own for name, own in changed.items()}})


@LANGS
def test_home_of_an_analyst_leads_to_the_comments_in_no_theme(analysed: App, lang: str) -> None:
    page = analysed.client_as("reader").get(f"/{lang}/")
    assert {"en": "Put 1 comment into themes", "fr": "Classer 1 commentaire par thème"}[lang] in page.main_text
    assert page.find_all("a", href=f"/{lang}{CODING}?theme=none")
    assert "theme=none" not in analysed.client_as("ontario").get(f"/{lang}/").text


def test_comments_in_no_theme_are_shown_before_there_is_a_theme(analysed: App) -> None:
    with Session(analysed.engine) as session, write_transaction(session):
        session.execute(delete(CommentTheme))
        session.execute(delete(EngagementTheme))
    page = analysed.client_as("reader").get(f"/en{CODING}?theme=none")
    assert "There is no theme yet." in page.main_text
    for each in analysed.rows(PublicComment, PublicComment.state == CommentState.PUBLISHED):
        assert each.text in page.main_text


@LANGS
def test_a_theme_is_added_with_what_came_of_it(analysed_per_engine: App, lang: str) -> None:
    app = analysed_per_engine
    stock_commitments(app.engine, FACTS)
    analyst = app.client_as("reader")
    assert analyst.get(f"/{lang}/admin/analysis").find_all("a", href=f"/{lang}{THEMES}")
    assert analyst.get(f"/{lang}{THEMES}").find_all("a", href=f"/{lang}{THEMES}/new")
    form = analyst.get(f"/{lang}{THEMES}/new").form("/new")

    listed = (
        form.fill(
            title_en="Plain words",
            title_fr="Mots simples",
            heard_en="Use them.",
            disposition="partly",
            commitments="ca0060",
            activities="2020/5.2",
        )
        .submit()
        .follow()
    )

    own = theme(app, "Plain words")
    assert own.disposition is Disposition.PARTLY
    assert own.links == [["commitment", "CA0060"], ["activity", "2020/5.2"]]
    assert {"en": "Plain words", "fr": "Mots simples"}[lang] in listed.main_text
    assert {"en": "Taken up in part", "fr": "Retenu en partie"}[lang] in listed.main_text


def test_an_unknown_commitment_is_named_and_what_was_typed_stays(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    page = analyst.get(f"/en{THEMES}/new").form("/new").fill(title_en="New", commitments="CA9999").submit()
    assert page.status == 422
    assert "There is no commitment CA9999. Correct the identifier." in page.main_text
    assert page.find("input", id="title_en").get("value") == "New"


def test_what_a_colleague_saved_stands_beside_what_was_typed(analysed: App) -> None:
    own = theme(analysed, "Easy to find")
    analyst, colleague = analysed.client_as("reader"), analysed.client_as("secretariat")
    mine = analyst.get(f"/en{THEMES}/{own.id}").form(f"/themes/{own.id}")
    colleague.get(f"/en{THEMES}/{own.id}").form(f"/themes/{own.id}").fill(heard_en="Theirs.").submit()

    page = mine.fill(heard_en="Mine.").submit()

    assert page.status == 409
    assert "Theirs." in page.main_text
    assert "Mine." in page.main_text
    assert theme(analysed, "Easy to find").heard_en == "Theirs."
    page.form(f"/themes/{own.id}").submit()
    assert theme(analysed, "Easy to find").heard_en == "Mine."


def test_themes_are_merged_and_an_empty_one_is_removed(analysed: App) -> None:
    analyst = analysed.client_as("reader")
    find, ten_days = theme(analysed, "Easy to find"), theme(analysed, "Answer in 10 days")
    page = analyst.get(f"/en{THEMES}/{ten_days.id}")
    assert page.form("/merge").fill(into="").submit().status == 422
    done = page.form("/merge").fill(into=str(find.id)).submit().follow()
    assert "The themes were merged. 1 comment moved." in done.main_text
    assert {each.theme_id for each in analysed.rows(CommentTheme)} == {find.id}

    analyst.get(f"/en{THEMES}/new").form("/new").fill(title_en="Empty").submit()
    empty = theme(analysed, "Empty")
    analyst.get(f"/en{THEMES}/{empty.id}").form("/remove").submit()
    assert [each.title_en for each in analysed.rows(EngagementTheme)] == ["Easy to find"]


@LANGS
def test_comments_are_coded_into_several_themes_at_once(analysed_per_engine: App, lang: str) -> None:
    app = analysed_per_engine
    analyst = app.client_as("reader")
    thanks = comment(app, "Thank you.")
    find, ten_days = theme(app, "Easy to find").id, theme(app, "Answer in 10 days").id
    page = analyst.get(f"/{lang}{CODING}?theme=none")
    assert "Thank you." in page.main_text
    assert "Use plain words." not in page.main_text

    done = save_coding(page, **{f"themes_{thanks.id}": [str(find), str(ten_days)]}).follow()

    assert {each.theme_id for each in app.rows(CommentTheme) if each.comment_id == thanks.id} == {find, ten_days}
    assert {"en": "1 comment was saved.", "fr": "1 commentaire a été enregistré."}[lang] in done.main_text


def test_what_a_colleague_coded_meanwhile_is_not_undone(analysed: App) -> None:
    thanks = comment(analysed, "Thank you.")
    find, ten_days = theme(analysed, "Easy to find").id, theme(analysed, "Answer in 10 days").id
    mine = analysed.client_as("reader").get(f"/en{CODING}")
    save_coding(analysed.client_as("secretariat").get(f"/en{CODING}"), **{f"themes_{thanks.id}": [str(find)]})

    page = save_coding(mine, **{f"themes_{thanks.id}": [str(ten_days)]})

    assert page.status == 409
    assert f"Comment {thanks.id} has changed since you opened this page, so nothing was saved." in page.main_text
    assert {each.theme_id for each in analysed.rows(CommentTheme) if each.comment_id == thanks.id} == {find}


def test_a_duplicate_leaves_the_pages_and_the_other_comment_counts_for_both(analysed: App) -> None:
    fewer, clicks = comment(analysed, "Fewer clicks."), comment(analysed, "Moins de clics.")
    page = analysed.client_as("reader").get(f"/en{CODING}")

    save_coding(page, **{f"duplicate_{fewer.id}": [str(clicks.id)]})

    assert comment(analysed, "Fewer clicks.").state is CommentState.DUPLICATE
    copies = {each.id: each.duplicates for each in analysed.rows(PublishedComment)}
    assert fewer.id not in copies
    assert copies[clicks.id] == 1
    page = analysed.client_as("reader").get(f"/en{CODING}")
    wrong = save_coding(page, **{f"duplicate_{clicks.id}": ["99999"]})
    assert wrong.status == 422
    assert "Enter the number of another comment of this cycle." in wrong.main_text


def test_only_analysts_and_the_secretariat_see_the_analysis(analysed: App) -> None:
    for place in ("/admin/analysis", THEMES, f"{THEMES}/new", CODING):
        assert analysed.client_as("reader").get(f"/en{place}").status == 200
        assert analysed.client_as("ontario").get(f"/en{place}").status == 403
    assert analysed.client_as("reader").get(f"/en{CODING}?theme=77777").status == 404
    assert analysed.client_as("reader").get("/en/admin/engagement/nowhere/themes").status == 404
