"""An analyst finalizes and publishes the report; anyone walks from a comment to what it became, and back."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.core.db import write_transaction
from cogwg.engagement.models import HeardVersion, PublicComment
from cogwg.engagement.themes import ThemeFacts, add_theme
from cogwg.tracker.models import Publication, PublicationKind
from cogwg.tracker.publishing_commitments import publish_commitments
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.tracker.storing import load_heard
from tests.engagement.analysed import EMAIL, FIND, GIVEN, NAME, cycle_of
from tests.ogp.sample import FACTS
from tests.ogp.sample import stock as stock_commitments
from tests.web.analysis.conftest import CYCLE
from tests.web_client import App, Page, text_of

LANGS = pytest.mark.parametrize("lang", ["en", "fr"])
HEARD, REPORT = f"/admin/engagement/{CYCLE}/heard", f"/engagement/{CYCLE}/what-we-heard"


def publish(app: App, lang: str = "en") -> Page:
    """Publish the cycle, then finalize and publish its report on the pages."""
    with Session(app.engine) as session, write_transaction(session):
        publish_cycle(session, CYCLE, shown=None, override_reason="The other language comes later.", **GIVEN)
    analyst = app.client_as("reader")
    page = finalize(analyst.get(f"/{lang}{HEARD}"), anyway=True).follow()
    return page.form("/publish").submit().follow()


def finalize(page: Page, **fields: str | bool) -> Page:
    """Press the button that finalizes the report, in the form of its methods and limits."""
    form = page.form("/methods").fill(**fields)
    (button,) = [b for b in form.element.iter("button") if (b.get("formaction") or "").endswith("/finalize")]
    form.action = str(button.get("formaction"))
    return form.submit()


def versions(app: App) -> list[int]:
    return [each.number for each in app.rows(HeardVersion)]


def published(app: App) -> list[Publication]:
    return app.rows(Publication, Publication.kind == PublicationKind.HEARD)


@LANGS
def test_report_and_dataset_become_public_in_one_act(analysed_per_engine: App, lang: str) -> None:
    app = analysed_per_engine
    reader = app.anonymous_client()
    assert reader.get(f"/{lang}{REPORT}").status == 404
    assert "Fewer clicks." not in reader.get("/data/comments.csv").text

    page = publish(app, lang)

    sentences = {"en": "The report and its dataset are public.", "fr": "Le rapport et son jeu de données sont publics."}
    assert sentences[lang] in page.main_text
    assert len(published(app)) == 1
    report = reader.get(f"/{lang}{REPORT}")
    assert {"en": "Easy to find", "fr": "Facile à trouver"}[lang] in report.main_text
    assert {"en": "3 comments", "fr": "3 commentaires"}[lang] in report.main_text
    figures = text_of(report.find("dl", class_="heard-figures"))
    assert {"en": "comment refused, by reason1", "fr": "commentaire refusé, par motif1"}[lang] in figures
    assert {"en": "5 published comments were grouped into 2 themes.", "fr": "regroupés en 2 thèmes."}[lang] in report.main_text
    assert "Fewer clicks." in reader.get("/data/comments.csv").text
    for path in (f"/{lang}{REPORT}", f"/{lang}{REPORT}/1", "/data/comments.csv", "/data/comments.json", "/v1/comments"):
        answer = reader.get(path)
        assert answer.status == 200
        assert NAME not in answer.text
        assert EMAIL not in answer.text
        assert "Set-Cookie" not in answer.headers


def test_the_workbook_has_the_report_with_its_comments(analysed: App) -> None:
    publish(analysed)
    answer = analysed.anonymous_client().get(f"/en{REPORT}.xlsx")
    book = load_workbook(BytesIO(answer.response.data))
    assert book.sheetnames == ["Summary", "Themes", "Participation", "Comments"]
    assert "what-we-heard-heard-cycle-version-1-en.xlsx" in answer.headers["Content-Disposition"]


def test_texts_missing_in_french_are_named_and_need_a_reason(analysed: App) -> None:
    with Session(analysed.engine) as session, write_transaction(session):
        facts = ThemeFacts(Bilingual("Only English", ""), disposition=FIND.disposition)
        add_theme(session, cycle_of(session, CYCLE), facts, **GIVEN)
    analyst = analysed.client_as("reader")
    page = analyst.get(f"/en{HEARD}")
    assert "Only English, Title: French missing" in page.main_text
    final = finalize(page, anyway=True).follow()
    assert "Version 1 is final. It is not public yet." in final.main_text
    refused = final.form("/publish").submit()
    assert refused.status == 422
    assert "explain why you are publishing without them" in refused.alert_text
    final.form("/publish").fill(override_reason="The translation comes on Monday.").submit()
    assert [row.override_reason for row in published(analysed)] == ["The translation comes on Monday."]


def test_an_unfinished_report_is_named_so_and_final_only_once_that_is_confirmed(analysed: App) -> None:
    with Session(analysed.engine) as session, write_transaction(session):
        cycle_of(session, CYCLE).phases[1].ends_on = None
    page = analysed.client_as("reader").get(f"/en{HEARD}")
    for sentence in (
        "1 comment is not moderated yet.",
        "1 published comment is in no theme",
        "“Reviewing” still takes comments.",
    ):
        assert sentence in page.main_text
    refused = finalize(page)
    assert (refused.status, versions(analysed)) == (422, [])
    assert "Select this box to finalize" in refused.alert_text
    finalize(refused, anyway=True)
    assert versions(analysed) == [1]


def test_a_theme_without_what_came_of_it_keeps_the_report_from_being_final(analysed: App) -> None:
    with Session(analysed.engine) as session, write_transaction(session):
        add_theme(session, cycle_of(session, CYCLE), ThemeFacts(Bilingual("Open", "Ouvert")), **GIVEN)
    page = finalize(analysed.client_as("reader").get(f"/en{HEARD}"), anyway=True)
    assert page.status == 422
    assert "For each theme, say what came of it." in page.alert_text
    assert versions(analysed) == []


def test_texts_beside_a_button_that_was_refused_do_not_count_as_unsaved(analysed: App) -> None:
    """A script keeps the texts of forms that were refused: the problem is in its own form, or marked as that of a button."""
    page = finalize(analysed.client_as("reader").get(f"/en{HEARD}"))
    summary = page.find("div", **{"class": "error-summary"})
    assert summary.getparent().get("data-refused-button") is not None
    long = page.form("/methods").fill(methods_en="x" * 20_000).submit()
    summary = long.find("div", **{"class": "error-summary"})
    assert next(summary.iterancestors("form")).get("action").endswith("/methods")


TYPED = {
    "methods_en": "Three analysts read each comment.",
    "methods_fr": "Trois analystes ont lu chaque commentaire.",
    "limits_en": "Few people took part.",
    "limits_fr": "Peu de gens ont participé.",
}


@LANGS
def test_methods_and_limits_are_finalized_with_the_report_and_kept_if_it_is_refused(analysed: App, lang: str) -> None:
    refused = finalize(analysed.client_as("reader").get(f"/{lang}{HEARD}"), **TYPED)
    assert (refused.status, versions(analysed)) == (422, [])
    assert {name: refused.form("/methods").value(name) for name in TYPED} == TYPED
    # A script keeps the texts, because they are not saved.
    assert refused.find("div", class_="error-summary").getparent().get("data-refused-button") is None
    final = finalize(refused, anyway=True).follow()
    assert {name: final.form("/methods").value(name) for name in TYPED} == TYPED
    (content,) = [load_heard(each.content) for each in analysed.rows(HeardVersion)]
    assert [content.methods.en, content.methods.fr, content.limits.en, content.limits.fr] == list(TYPED.values())


def test_a_colleague_s_methods_are_not_overwritten_by_finalizing(analysed: App) -> None:
    """They replace unchanged texts; beside changed ones, the page says so."""
    analyst, colleague = analysed.client_as("reader"), analysed.client_as("secretariat")
    page = analyst.get(f"/en{HEARD}")
    colleague.get(f"/en{HEARD}").form("/methods").fill(methods_en="Theirs.").submit()
    unchanged = finalize(page, anyway=True)
    assert (unchanged.status, unchanged.form("/methods").value("methods_en")) == (409, "Theirs.")
    changed = finalize(page, methods_en="Mine.", anyway=True)
    assert (changed.status, changed.form("/methods").value("methods_en")) == (409, "Mine.")
    assert "Another person saved other texts in the meantime." in changed.alert_text
    assert versions(analysed) == []
    finalize(unchanged, anyway=True)
    assert [load_heard(each.content).methods.en for each in analysed.rows(HeardVersion)] == ["Theirs."]


def test_what_changed_since_the_page_was_opened_is_shown_before_it_is_final(analysed: App) -> None:
    old = analysed.client_as("reader").get(f"/en{HEARD}")
    with Session(analysed.engine) as session, write_transaction(session):
        facts = ThemeFacts(Bilingual("New", "Nouveau"), disposition=FIND.disposition)
        add_theme(session, cycle_of(session, CYCLE), facts, **GIVEN)
    page = finalize(old)
    assert page.status == 409
    assert "The content of this page has changed" in page.alert_text
    assert versions(analysed) == []


def test_methods_and_limits_are_saved_and_a_colleague_s_are_not_overwritten(analysed: App) -> None:
    analyst, colleague = analysed.client_as("reader"), analysed.client_as("secretariat")
    mine = analyst.get(f"/en{HEARD}").form("/methods")
    colleague.get(f"/en{HEARD}").form("/methods").fill(methods_en="Theirs.").submit()
    page = mine.fill(methods_en="Mine.").submit()
    assert page.status == 409
    assert "Another person saved other texts in the meantime." in page.alert_text
    page.form("/methods").submit()
    assert "Mine." in analyst.get(f"/en{HEARD}").text


def test_a_later_version_says_why_and_the_earlier_one_stays(analysed: App) -> None:
    publish(analysed)
    with Session(analysed.engine) as session, write_transaction(session):
        facts = ThemeFacts(Bilingual("Added", "Ajouté"), disposition=FIND.disposition)
        add_theme(session, cycle_of(session, CYCLE), facts, **GIVEN)
    final = finalize(analysed.client_as("reader").get(f"/en{HEARD}"), anyway=True).follow()
    assert final.form("/publish").submit().status == 422
    final.form("/publish").fill(reason_en="A theme was missing.", reason_fr="Un thème manquait.").submit()

    reader = analysed.anonymous_client()
    assert "A theme was missing." in reader.get(f"/en{REPORT}").main_text
    earlier = reader.get(f"/en{REPORT}?edition=1")
    assert "A later version replaces this one." in earlier.main_text
    assert "Added" not in earlier.main_text
    assert reader.get(f"/en{REPORT}?edition=7").status == 404


def test_anyone_walks_from_a_theme_to_its_commitment_and_back(analysed: App) -> None:
    stock_commitments(analysed.engine, FACTS)
    with Session(analysed.engine) as session, write_transaction(session):
        links = (("commitment", "CA0060"),)
        facts = ThemeFacts(Bilingual("Ask us", "Demandez-nous"), disposition=FIND.disposition, links=links)
        theme = add_theme(session, cycle_of(session, CYCLE), facts, **GIVEN)
        publish_commitments(session, ["CA0060"], override_reason="Later.", shown=None, **GIVEN)
    thanks = next(each for each in analysed.rows(PublicComment) if each.text == "Thank you.")
    coding = f"/en/admin/engagement/{CYCLE}/coding?theme=none"
    analyst = analysed.client_as("reader")
    (form,) = (each for each in analyst.get(coding).forms if "shown" in str(each.values))
    form.submit(extra={f"themes-{thanks.id}": str(theme)})
    publish(analysed)

    reader = analysed.anonymous_client()
    report = reader.get(f"/en{REPORT}")
    assert report.find_all("a", href="/en/commitments/CA0060")
    of_theme = f"/en{REPORT}/3"
    assert report.find_all("a", href=of_theme)
    assert reader.get(of_theme).find_all("a", href=f"/en/comments/{thanks.id}")
    assert reader.get(f"/en/comments/{thanks.id}").find_all("a", href="/en/commitments/CA0060")
    back = reader.get("/en/commitments/CA0060")
    assert back.find_all("a", href=of_theme)
    assert reader.get(f"/en{REPORT}/99").status == 404


def test_only_analysts_and_the_secretariat_finalize_and_publish(analysed: App) -> None:
    assert analysed.client_as("ontario").get(f"/en{HEARD}").status == 403
    form = analysed.client_as("reader").get(f"/en{HEARD}").form("/methods")
    for button in ("methods", "finalize"):
        form.action = f"/en{HEARD}/{button}"
        assert form.submit(client=analysed.client_as("ontario")).status in (400, 403)
    assert versions(analysed) == []
