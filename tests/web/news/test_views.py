"""News in the browser, with and without htmx: added in one language, shared and translated; typed text is kept."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.reporting.models import Challenge, ChallengeJurisdiction, ChallengeState, Milestone, MilestoneLink
from tests.core.test_rules_web_addresses import UNACCEPTABLE_ADDRESSES
from tests.sessions import first_of
from tests.web.conftest import PopulatedApp
from tests.web_client import App, Client, Form, Page, text_of

LANGS = ("en", "fr")
LONG_TEXT = "x" * 3999 + "é."
THEME = '["Legal", "Aspects juridiques"]'


def last_milestone(app: App) -> Milestone:
    milestone: Milestone = app.rows(Milestone)[-1]
    return milestone


def last_challenge(app: App) -> Challenge:
    challenge: Challenge = app.rows(Challenge)[-1]
    return challenge


def news_form(page: Page) -> Form:
    """Return the form that adds news; the filter below it is sent by GET."""
    return next(
        f for f in page.forms if f.element.get("method") == "post" and f.action.endswith(("/milestones", "/challenges"))
    )


def post_news(browser: Client, path: str, lang: str = "en", **fields: Any) -> Page:
    return news_form(browser.get(f"/{lang}/{path}")).fill(**fields).submit()


@pytest.fixture
def app_with_news(app: App) -> PopulatedApp:
    """An app with a milestone and a challenge of Ontario, in English only."""
    return PopulatedApp(app)


@pytest.mark.parametrize("lang", LANGS)
def test_milestone_in_a_single_language_is_added_and_listed(app_per_engine: App, lang: str) -> None:
    ontario = app_per_engine.client_as("ontario")
    answer = post_news(
        ontario,
        "milestones",
        lang,
        **{f"text_{lang}": "Voilà l’été.", "link1_url": "https://a.example/?q=é", f"link1_label_{lang}": "Notes"},
        happened="2020-08",
        under_way="under-way",
    )
    row = last_milestone(app_per_engine)
    assert (answer.status, answer.headers["Location"]) == (303, f"/{lang}/milestones?at={row.id}#outcome")
    page = answer.follow()
    assert "Voilà l’été" in text_of(page.find("p", class_="notice", role="status"))
    shown = text_of(page.find_by_id(f"milestone-{row.id}"))
    assert ("August 2020 · under way" if lang == "en" else "août 2020 · en cours") in shown
    assert ("French missing" if lang == "en" else "anglaise manquante") in shown
    (on,) = app_per_engine.rows(Jurisdiction, Jurisdiction.code == "on")
    assert (row.jurisdiction_id, row.changed_by) == (on.id, app_per_engine.person_id("ontario"))
    assert row.reported_on == app_per_engine.calendar.today()
    reader = app_per_engine.client_as("reader").get(f"/{lang}/milestones")
    assert "Voilà l’été." in reader.main_text
    assert [f.action for f in reader.forms if "milestones" in f.action] == [f"/{lang}/milestones"], "only the filter"
    assert "Voilà l’été." in app_per_engine.client_as("quebec").get(f"/{lang}/milestones?jurisdiction=on").main_text
    assert "Voilà l’été." not in app_per_engine.client_as("quebec").get(f"/{lang}/milestones?jurisdiction=qc").main_text


def test_news_on_behalf_is_stored_and_audited(app: App, chair: Client) -> None:
    assert "Choose a jurisdiction." in post_news(chair, "milestones", text_en="Whose?").alert_text
    assert post_news(chair, "milestones", text_en="Theirs.", jurisdiction="qc").status == 303
    assert post_news(chair, "challenges", text_en="Theirs too.", theme=THEME, jurisdiction="qc").status == 303
    (qc,) = app.rows(Jurisdiction, Jurisdiction.code == "qc")
    assert last_milestone(app).jurisdiction_id == qc.id
    assert [e.behalf_of for e in app.rows(AuditEvent) if e.action in ("milestone.added", "challenge.added")] == [qc.id] * 2
    forged = news_form(chair.get("/en/milestones")).fill(text_en="No one’s.")
    assert forged.submit(extra={forged.full_name("jurisdiction"): "zz"}).status == 404


def test_lead_cannot_add_news_for_another_jurisdiction(app: App) -> None:
    quebec = app.client_as("quebec")
    form = news_form(quebec.get("/en/milestones")).fill(text_en="Ours.")
    assert form.submit(extra={"new-jurisdiction": "on", "jurisdiction_id": "1"}).status == 303
    (qc,) = app.rows(Jurisdiction, Jurisdiction.code == "qc")
    assert last_milestone(app).jurisdiction_id == qc.id


INVALID_NEWS = [
    pytest.param("milestones", {"text_{lang}": " \u00a0\u200b "}, "text_{lang}", id="no sentence"),
    pytest.param("milestones", {"text_{lang}": "\u2800\u3164\u00ad"}, "text_{lang}", id="invisible characters"),
    pytest.param("challenges", {"theme": "", "new_theme": "\u2060\u2800"}, "theme", id="invisible theme"),
    pytest.param("milestones", {"text_{lang}": LONG_TEXT}, "text_{lang}", id="4,001 characters"),
    pytest.param("milestones", {"text_{other}": LONG_TEXT}, "text_{other}", id="4,001 in the fold"),
    pytest.param("milestones", {"happened-written": "soon"}, "happened", id="no date"),
    pytest.param("milestones", {"happened-written": "09/10/2020"}, "happened", id="two dates"),
    pytest.param("milestones", {"happened-written": "2020-10"}, "happened", id="still to come"),
    pytest.param("milestones", {"link1_label_{lang}": "A name"}, "link1_url", id="a name without a link"),
    pytest.param("challenges", {"theme": ""}, "theme", id="no theme"),
    pytest.param("challenges", {"new_theme": "y" * 61}, "new_theme", id="long theme"),
    pytest.param("challenges", {"text_{lang}": ""}, "text_{lang}", id="no challenge"),
    pytest.param("challenges", {"text_{lang}": LONG_TEXT}, "text_{lang}", id="challenge of 4,001 characters"),
    *(
        pytest.param("milestones", {"link1_url": url}, "link1_url", id=f"link {url[:20]!r}")
        for url in (UNACCEPTABLE_ADDRESSES[n] for n in (0, 13, 15, -1))
    ),
]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("place", "typed", "field"), first_of(6, INVALID_NEWS))
def test_invalid_news_is_refused_and_kept_in_the_form(
    read_only_app: App, place: str, typed: dict[str, str], field: str, lang: str
) -> None:
    codes = {"lang": lang, "other": "fr" if lang == "en" else "en"}
    good = {f"text_{lang}": "Words that took an hour.", **({"theme": THEME} if place == "challenges" else {})}
    form = news_form(read_only_app.client_as("ontario").get(f"/{lang}/{place}"))
    form.fill(**good | {name.format(**codes): value for name, value in typed.items()})
    before = read_only_app.fingerprint()
    page = form.submit()
    assert page.status == 422
    assert read_only_app.fingerprint() == before
    assert page.field_error(field.format(**codes))
    stored = news_form(page)
    assert stored.full_name(field.format(**codes)) == form.full_name(field.format(**codes))
    assert values_without_token(stored) == values_without_token(form)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("place", "fields"), [("milestones", ("jurisdiction", "text")), ("challenges", ("jurisdiction", "text", "theme"))]
)
def test_empty_form_is_answered_with_each_missing_field(
    read_only_app: App, place: str, fields: tuple[str, ...], lang: str
) -> None:
    page = news_form(read_only_app.client_as("chair").get(f"/{lang}/{place}")).submit()
    assert page.status == 422
    names = [f"text_{lang}" if name == "text" else name for name in fields]
    assert all(page.field_error(name) for name in names)
    (summary,) = page.find_all("div", class_="error-summary")
    assert len(list(summary.iter("li"))) == len(fields)


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "September has only 30 days."), ("fr", "Il n’y a que 30\u00a0jours en septembre.")]
)
def test_milestone_on_the_31st_of_september_is_answered_with_the_length_of_the_month(
    read_only_app: App, lang: str, sentence: str
) -> None:
    form = news_form(read_only_app.client_as("ontario").get(f"/{lang}/milestones"))
    page = form.fill(**{f"text_{lang}": "Agreed.", "happened-written": "31 septembre"}).submit()
    assert page.status == 422
    assert sentence in page.field_error("happened")


@pytest.mark.parametrize(
    ("picked", "written", "stored", "sentence"),
    [
        ("2020-09-10", "", "2020-09-10", ""),
        ("", "10 septembre", "2020-09-10", "September 10, 2020"),
        ("2020-01-01", "Sept 10, 2020", "2020-09-10", "September 10, 2020"),
        ("", "août 2020", "2020-08", "August 2020"),
        ("2020-08-05", "August 2020", "2020-08-05", "August 5, 2020"),
        ("Sept 10", "", "2020-09-10", "September 10, 2020"),
    ],
)
def test_milestone_date_is_picked_or_written_and_what_was_understood_is_said(
    app: App, ontario: Client, picked: str, written: str, stored: str, sentence: str
) -> None:
    page = post_news(ontario, "milestones", text_en="Done.", happened=picked, **{"happened-written": written}).follow()
    assert (f"Date entered: {sentence}" in page.main_text.replace("\u00a0", " ")) is bool(sentence)
    milestone = last_milestone(app)
    assert (milestone.happened_on.isoformat()[: len(stored)], milestone.month_only) == (stored, len(stored) == 7)
    form = ontario.get(f"/en/milestones/{milestone.id}/edit").form("/edit")
    shown = {"happened": stored, "happened-written": ""} if len(stored) == 10 else {"happened": "", "happened-written": stored}
    assert {name: form.value(name) for name in shown} == shown
    assert form.submit().status == 303
    assert last_milestone(app).version == milestone.version, "saving the form unchanged writes nothing"


@pytest.mark.parametrize("lang", LANGS)
def test_link_without_scheme_is_completed_and_the_page_says_so(app: App, ontario: Client, lang: str) -> None:
    links = {"link1_url": "www.canada.ca", f"link1_label_{lang}": "Open\tdata\r\nportal"}
    page = post_news(ontario, "milestones", lang, **{f"text_{lang}": "Done.", **links}).follow()
    sentence = "Done. Link entered: https://www.canada.ca" if lang == "en" else "Done. Lien retenu\u00a0: https://www.canada.ca"
    assert sentence in page.main_text
    milestone = last_milestone(app)
    (link,) = app.rows(MilestoneLink, MilestoneLink.milestone_id == milestone.id)
    assert (link.url, link.label.text(lang)) == ("https://www.canada.ca", "Open data portal")
    form = ontario.get(f"/{lang}/milestones/{milestone.id}/edit").form("/edit")
    page = form.fill(link1_url="https://x.sharepoint.com/Shared Documents/a.docx").submit(htmx=True)
    assert "https://x.sharepoint.com/Shared%20Documents/a.docx" in page.text


def test_link_name_missing_in_a_language_is_marked_in_the_list(app: App, ontario: Client) -> None:
    both = {"text_en": "News.", "text_fr": "Du neuf.", "link1_url": "https://a.example/"}
    post_news(ontario, "milestones", **both, link1_label_en="Portal")
    row = ontario.get("/en/milestones").main_text
    assert "Portal French missing" in row


def test_no_one_line_field_is_cut_by_the_browser(read_only_app: App) -> None:
    for path in ("/en/milestones", "/en/challenges", "/en/plans/2020/activities/3.3", "/en/plans/2020/activities/3.3/report"):
        assert "maxlength" not in read_only_app.client_as("chair").get(path).text


def values_without_token(form: Form) -> dict[str, str]:
    return {n: v.replace("\r\n", "\n") for n, v in form.values.items() if not n.endswith("csrf_token")}


def test_control_characters_are_dropped(app: App, ontario: Client) -> None:
    assert post_news(ontario, "milestones", text_en="A\x00B\x1f\x7f C\r\nD").status == 303
    assert last_milestone(app).text_en == "AB C\nD"


def test_editing_keeps_links_and_offers_another(app: App, ontario: Client) -> None:
    post_news(ontario, "milestones", text_en="News.", link1_url="https://a.example/")
    row = last_milestone(app)
    form = ontario.get(f"/en/milestones/{row.id}/edit").form("/edit")
    assert form.fill(link2_url="https://b.example/", link2_label_fr="Bé").submit().status == 303
    form = ontario.get(f"/en/milestones/{row.id}/edit", htmx=True).form("/edit")
    assert form.fill(link1_url="", text_fr="Du neuf.").submit(htmx=True).status == 200
    links = app.rows(MilestoneLink, MilestoneLink.milestone_id == row.id)
    assert [(link.position, link.url, link.label_fr) for link in links] == [(1, "https://b.example/", "Bé")]
    assert last_milestone(app).text == Bilingual("News.", "Du neuf.")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
@pytest.mark.parametrize("lang", LANGS)
def test_withdrawn_news_is_hidden_until_restored(app_with_news: PopulatedApp, lang: str, htmx: bool) -> None:
    ontario = app_with_news.app.client_as("ontario")
    for place, id_ in (
        ("milestones", app_with_news.news_ids["milestone"]),
        ("challenges", app_with_news.news_ids["challenge"]),
    ):
        source = f"/{lang}/{place}" if place == "milestones" else f"/{lang}/{place}/{id_}/standing"
        answer = ontario.get(source).form(f"/{id_}/withdraw").submit(htmx=htmx)
        page = answer if htmx else answer.follow()
        assert page.status == 200
        if htmx:
            assert [e.tag for e in page.find("body")] == ["li", "div"]
        else:
            assert page.path == f"/{lang}/{place}/{id_}"
        reader = app_with_news.app.client_as("reader")
        assert reader.get(f"/{lang}/{place}/{id_}").status == 404
        assert "Ontario’s news." not in reader.get(f"/{lang}/{place}").main_text
        assert "Ontario’s news." in ontario.get(f"/{lang}/{place}").main_text, "withdrawn news is still listed for them"
        back = page.form(f"/{id_}/restore").submit(htmx=htmx)
        assert back.status == (200 if htmx else 303)
        assert "Ontario’s news." in reader.get(f"/{lang}/{place}").main_text


@pytest.mark.parametrize(
    ("lang", "own"),
    [("en", "You made changes in another tab"), ("fr", "Vous avez fait des modifications dans un autre onglet")],
)
@pytest.mark.parametrize("section", ["milestone", "challenge"])
def test_news_conflict_with_ones_own_tab_says_so(app_with_news: PopulatedApp, section: str, lang: str, own: str) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids[section]
    chair = app.client_as("chair")
    first, second = (chair.get(f"/{lang}/{section}s/{id_}/edit").form("/edit") for _ in range(2))
    assert first.fill(text_en="First tab.").submit().status == 303
    page = second.fill(text_en="Second tab.").submit()
    assert page.status == 409
    assert own in page.text
    assert "First tab." in page.text


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_milestone_edit_conflict_shows_both_texts(app_with_news: PopulatedApp, htmx: bool) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["milestone"]
    forms = [app.client_as(name).get(f"/en/milestones/{id_}/edit").form("/edit") for name in ("ontario", "chair")]
    assert forms[0].fill(text_en="Theirs.", text_fr="Le leur.").submit().status == 303
    page = forms[1].fill(text_en="Yours.").submit(htmx=htmx)
    assert page.status == 409
    assert "N. Osei made changes" in page.alert_text
    assert "Theirs." in page.alert_text
    assert "Le leur." in page.alert_text
    again = page.form("/edit")
    assert (again.value("text_en"), again.value("version")) == ("Yours.", "2")
    assert find_milestone(app, id_).text_en == "Theirs."
    assert again.submit().status == 303
    assert find_milestone(app, id_).text_en == "Yours."


def find_milestone(app: App, id_: int) -> Milestone:
    (milestone,) = app.rows(Milestone, Milestone.id == id_)
    return milestone  # type: ignore[no-any-return]


@pytest.mark.parametrize("place", ["milestones", "challenges"])
def test_edit_of_withdrawn_news_is_refused_and_keeps_the_text(app_with_news: PopulatedApp, place: str) -> None:
    app = app_with_news.app
    id_ = app_with_news.news_ids[place.removesuffix("s")]
    form = app.client_as("chair").get(f"/en/{place}/{id_}/edit").form("/edit").fill(text_en="Typed for an hour.")
    model = Milestone if place == "milestones" else Challenge
    app.execute(update(model).where(model.id == id_).values(withdrawn_at=app.calendar.now(), version=2))
    before = app.fingerprint()
    for htmx in (False, True):
        page = form.submit(htmx=htmx)
        assert page.status == 422
        assert "was withdrawn while you were editing it. Restore it, then save." in page.alert_text
        assert page.form("/edit").value("text_en") == "Typed for an hour."
        assert page.form("/restore")
    assert app.fingerprint() == before


def test_challenge_is_unnamed_by_default_and_can_be_joined(app: App) -> None:
    ontario, quebec = app.client_as("ontario"), app.client_as("quebec")
    form = news_form(ontario.get("/en/challenges")).fill(text_en="Nobody owns it.", new_theme="Ownership")
    assert form.value("naming") == "unnamed"
    assert form.fill(naming=None).submit().status == 303, "without the field, the jurisdiction is not named"
    row = last_challenge(app)
    assert "Ontario (not named in briefings)" in text_of(quebec.get("/en/challenges").find_by_id(f"challenge-{row.id}"))
    answer = quebec.get("/en/challenges").form(f"/{row.id}/us-too").submit(htmx=True)
    assert answer.status == 200
    assert "Jurisdiction facing this challenge: Quebec (not named in briefings)" in text_of(answer.find_by_id("status"))
    actions = quebec.get(f"/en/challenges/{row.id}/standing")
    assert actions.form(f"/{row.id}/us-too").fill(naming="named").submit().status == 303
    parts = {p.jurisdiction_id: p.may_be_named for p in app.rows(ChallengeJurisdiction)}
    assert sorted(parts.values()) == [False, True]
    for reader in ("reader", "saskatchewan"):
        shown = text_of(app.client_as(reader).get("/en/challenges").find_by_id(f"challenge-{row.id}"))
        assert "Ontario (not named in briefings), Quebec (can be named in briefings)" in shown
    assert not [f for f in actions.forms if f.action.endswith(("/state", "/withdraw"))], (
        "only Ontario can change its text and state"
    )
    assert not [a for a in actions.find_all("a") if (a.get("href") or "").endswith("/edit")]
    assert quebec.get(f"/en/challenges/{row.id}/edit").status == 403
    for verb in ("edit", "state", "withdraw"):
        sent = {"csrf_token": quebec.csrf_token(), "version": "1", "move": "resolve"}
        assert quebec.post(f"/en/challenges/{row.id}/{verb}", sent).status == 403
    shown = quebec.get("/en/challenges?jurisdiction=qc")
    assert [e.get("id") for e in shown.find_all("li", class_="news")] == [f"challenge-{row.id}"]
    assert quebec.get(f"/en/challenges/{row.id}/standing").form("/take-back").submit().status == 303
    assert len(app.rows(ChallengeJurisdiction)) == 1


def test_shared_challenge_withdrawal_is_refused_with_advice(app_with_news: PopulatedApp) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["challenge"]
    app.client_as("quebec").get("/en/challenges").form(f"/{id_}/us-too").submit()
    ontario = app.client_as("ontario")
    before = app.fingerprint()
    page = ontario.get(f"/en/challenges/{id_}/standing").form("/withdraw").submit()
    assert page.status == 422
    assert "Remove your own jurisdiction from the challenge instead." in page.alert_text
    assert app.fingerprint() == before


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_challenge_state_changes_and_a_stale_button_is_a_conflict(app_with_news: PopulatedApp, htmx: bool) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["challenge"]
    ontario, chair = app.client_as("ontario"), app.client_as("chair")
    stale = chair.get(f"/en/challenges/{id_}/standing").form("/state")
    moved = ontario.get(f"/en/challenges/{id_}/standing").form("/state").submit(button_value="mitigate", htmx=htmx)
    assert moved.status == (200 if htmx else 303)
    refused = stale.submit(button_value="resolve", htmx=htmx)
    assert refused.status == 409
    assert "N. Osei made changes" in refused.alert_text
    assert refused.form("/state").submit(button_value="resolve", htmx=htmx).status == moved.status
    for state, there in (("resolved", True), ("open", False), ("mitigated", False)):
        assert bool(ontario.get(f"/en/challenges?state={state}").find_all("li", id=f"challenge-{id_}")) is there
    for move in ("", "vanish", "open"):
        assert (
            ontario.post(
                stale.action, {"version": stale.value("version"), "move": move, "csrf_token": ontario.csrf_token()}
            ).status
            == 404
        )


@pytest.mark.parametrize("lang", LANGS)
def test_translation_list_is_counted_and_translated_row_by_row(app_with_news: PopulatedApp, lang: str) -> None:
    ontario, news = app_with_news.app.client_as("ontario"), app_with_news.news_ids
    page = ontario.get(f"/{lang}/translations")
    counts = text_of(page.find_by_id("waiting")).replace("\u00a0", " ")
    assert counts == ("3 texts to translate into French." if lang == "en" else "3 textes à traduire en français.")
    first = page.form(f"/milestone-{news['milestone']}")
    answer = first.fill(text="Des nouvelles de l’Ontario.").submit()
    assert (answer.status, answer.redirect_path) == (303, f"/{lang}/translations?at=challenge-{news['challenge']}")
    page = answer.follow()
    (box,) = [e for e in page.find_all("textarea") if e.get("autofocus") is not None]
    assert (box.get("id"), box.get("lang")) == (f"challenge-{news['challenge']}-text", "fr")
    row = page.form(f"/challenge-{news['challenge']}").fill(text="Un défi.").submit(htmx=True)
    assert row.status == 200
    assert row.find_by_id(f"row-challenge-{news['challenge']}").get("data-row-done") is not None
    assert text_of(row.find_by_id("waiting")).replace("\u00a0", " ")[0] == "1"
    (last,) = [e for e in ontario.get(f"/{lang}/translations").find_all("section") if e.get("aria-labelledby") == "reports"]
    (link,) = [a.get("href", "") for a in last.iter("a")]
    assert link.endswith("/report?period=2020-09") or "/report?period=2020-06" in link
    assert find_milestone(app_with_news.app, news["milestone"]).text_fr == "Des nouvelles de l’Ontario."


def test_translation_list_without_own_texts_shows_others_read_only(app_with_news: PopulatedApp) -> None:
    page = app_with_news.app.client_as("quebec").get("/en/translations")
    assert text_of(page.find_by_id("waiting")) == "There is no text for you to translate."
    assert "2 texts from other jurisdictions to translate" in page.main_text
    assert not page.find_all("textarea")
    chair = app_with_news.app.client_as("chair").get("/en/translations")
    assert len(chair.find_all("textarea")) == 4, "two of news, two of reports"
    assert all(chair.client.get(a.get("href") or "").status == 200 for a in chair.find("main").iter("a"))


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_translation_of_changed_text_is_a_conflict_and_keeps_the_text(app_with_news: PopulatedApp, htmx: bool) -> None:
    app, id_ = app_with_news.app, app_with_news.news_ids["milestone"]
    place = f"/milestone-{id_}"
    form = app.client_as("chair").get("/en/translations").form(place).fill(text="Mes mots.")
    app.client_as("ontario").get(f"/en/milestones/{id_}/edit").form("/edit").fill(text_en="Other news.").submit()
    page = form.submit(htmx=htmx)
    assert page.status == 409
    assert "Other news." in page.text
    assert page.form(place).value("text") == "Mes mots."
    app.client_as("ontario").get("/en/translations").form(place).fill(text="Leurs mots.").submit()
    taken = page.form(place).submit(htmx=htmx)
    assert taken.status == 409
    assert "This text has already been translated." in taken.alert_text
    assert "Mes mots." in taken.alert_text
    assert find_milestone(app, id_).text_fr == "Leurs mots."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Enter the translation."),
        (LONG_TEXT, "at most 4,000 characters (1 too many)"),
        (" \u00a0", "Enter the translation."),
    ],
)
def test_invalid_translation_is_refused_beside_its_field(app_with_news: PopulatedApp, text: str, sentence: str) -> None:
    place = f"/milestone-{app_with_news.news_ids['milestone']}"
    form = app_with_news.app.client_as("ontario").get("/en/translations").form(place).fill(text=text)
    before = app_with_news.app.fingerprint()
    for htmx in (False, True):
        page = form.submit(htmx=htmx)
        assert page.status == 422
        assert sentence in page.alert_text
        assert values_without_token(page.form(place)) == values_without_token(form)
    assert app_with_news.app.fingerprint() == before


@pytest.mark.parametrize(
    "key", ["milestone", "milestone-x", "link-1", "link-1-99", "theme-4711", "plan-1", "milestone-1-2", "-1"]
)
def test_unknown_translation_key_is_not_found(read_only_app: App, key: str) -> None:
    chair = read_only_app.client_as("chair")
    assert chair.post(f"/en/translations/{key}", {"csrf_token": chair.csrf_token()}).status == 404


def test_news_is_never_public(app_with_news: PopulatedApp) -> None:
    visitor = app_with_news.app.anonymous_client()
    for path in ("/en/", "/en/plans/2020", "/en/plans/2020/priorities/3"):
        assert "Ontario’s news." not in visitor.get(path).text
    for path in (
        "/en/milestones",
        "/en/challenges",
        "/en/translations",
        f"/en/challenges/{app_with_news.news_ids['challenge']}",
    ):
        assert visitor.get(path).redirect_path.startswith("/en/sign-in")


def test_challenge_state_icons_are_unlike_each_other_and_the_status_icons(read_only_app: App) -> None:
    icon = read_only_app.flask.jinja_env.get_template("components/marks.html").module.icon
    names = [*(f"challenge-{state.value}" for state in ChallengeState), *(status.value for status in Status), "unknown"]
    assert len({icon(name) for name in names}) == len(names)


def test_item_page_links_back_to_its_list(app_with_news: PopulatedApp) -> None:
    reader = app_with_news.app.client_as("reader")
    for kind, label in (("milestones", "Jalons"), ("challenges", "Défis")):
        breadcrumbs = reader.get(f"/fr/{kind}/1").find("nav", class_="breadcrumbs")
        assert [(a.get("href"), text_of(a)) for a in breadcrumbs.iter("a")] == [(f"/fr/{kind}", label)]


def test_theme_with_another_apostrophe_and_blanks_joins_the_known_theme(app: App, ontario: Client) -> None:
    assert post_news(ontario, "challenges", text_en="First.", new_theme="Staff’s time").status == 303
    assert post_news(ontario, "challenges", text_en="Second.", new_theme="staff's \u00a0time").status == 303
    assert [c.theme for c in app.rows(Challenge)[-2:]] == [Bilingual("Staff’s time", "")] * 2
    assert ontario.get("/en/challenges").main_text.count("Staff’s time") >= 1


def test_themes_are_offered_in_the_order_of_a_french_dictionary(ontario: Client) -> None:
    for theme in ("Œuvres", "Zones", "Élections", "l’Ébauche", "Offre"):
        assert post_news(ontario, "challenges", "fr", text_fr="Un défi.", new_theme=theme).status == 303
    (select,) = (e for e in ontario.get("/fr/challenges").find_all("select") if e.get("name", "").endswith("-theme"))
    themes = [text_of(option) for option in select.iter("option")]
    ours = [t for t in themes if t in ("Œuvres", "Zones", "Élections", "l’Ébauche", "Offre")]
    assert ours == ["Élections", "l’Ébauche", "Œuvres", "Offre", "Zones"]


def test_same_milestone_in_another_form_is_added_only_once_it_is_confirmed(app: App) -> None:
    def adding(page: Page) -> Form:
        return Form(page, page.find("form", class_="news-form"))

    def count_added() -> int:
        return len(app.rows(Milestone, Milestone.text_en == "The survey opened."))

    pages = [app.client_as(name).get("/en/milestones") for name in ("ontario", "ontario", "quebec")]
    first, second, other = (adding(page).fill(text_en="The survey opened.") for page in pages)
    assert first.submit().status == 303
    assert first.submit().status == 303, "the same form leads to the same milestone"
    assert other.submit().status == 303, "another jurisdiction may say the same"
    asked = second.submit()
    assert (asked.status, count_added()) == (409, 2)
    assert "This text was already added." in asked.alert_text
    assert adding(asked).submit().status == 303
    assert count_added() == 3
