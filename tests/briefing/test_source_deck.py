"""The source deck's facts are in the cells of the workbook in both languages, on the day of the deck."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing.deck import Deck, TitleSlide
from cogwg.briefing.render import file_name
from cogwg.core.bilingual import Language
from tests.drawing import render_once
from tests.sessions import FURTHER

Workbooks = Mapping[Language, Workbook]

LINKS = {
    "https://open.yukon.ca/data/",
    "http://www.gov.nt.ca/newsroom/news/policy-shows-commitment-making-government-more-open-transparent-and-accountable",
    "https://www.eia.gov.nt.ca/en/priorities/open-government",
    "https://news.ontario.ca/mgs/en/2019/4/ontarios-government-delivers-simpler-faster-better-services-for-ontarians-with-new-digital-plan.html",
    "https://www.quebec.ca/gouv/politiques-orientations/transformation-numerique/",
}
PLAN_LINK = "https://gccollab.ca/file/group/304959/all"
TITLES = (
    "Canada Open Government Working Group",
    "Where the 2020 work plan stands, and what to decide",
    "Contents",
    "Progress by priority",
    "Timeline of the 2020 work plan",
    "Major Jurisdictional Milestones and Challenges",
    "Some Immediate Next Steps",
    "Annex: Work Plan",
    "Work plan at a glance",
    "1. Open Data User Stories",
    "2. Support and enhancement of Digital common extensions (CKAN) for open governments portals",
    "3. Publish with a purpose",
    "4. Open Government Literacy",
    "5. Inclusion, Public engagement and Dialogue",
    "Purpose",
    "Open Government and why it matters",
    "Canada Open Government Working Group (COGWG)",
    "Data behind the slides",
    "Sources of the slides",
)
MILESTONES, NEXT_STEPS, GLANCE, PURPOSE, WHY, GROUP, DATA = 6, 7, 9, 15, 16, 17, 18
"""Numbers of slides; the slide of priority 1 is number 10."""
BEFORE_PRIORITIES = 9
MONTHS = {
    Language.EN: ("March 2020", "June 2020", "September 2020", "October 2020", "December 2020"),
    Language.FR: ("mars 2020", "juin 2020", "septembre 2020", "octobre 2020", "décembre 2020"),
}
LEADS_TO = {1: 3, 2: 4, 3: 3, 4: 3, 5: 2}
"""The number of consequences and results of each priority in the source."""
EN, FR = Language.EN, Language.FR
ISSUES: Mapping[int, Mapping[Language, tuple[str, ...]]] = {
    1: {
        EN: (
            "do not know what open data makes possible",
            "social and economic impact",
            "inventories of user stories",
            "governments can show",
            "canadians take ideas from the stories and use open data",
            "TBS; role vacant",
            "first inventory",
            "at least one user story on the open government portal",
            "second round",
            "keep collecting user stories in a systematic way",
        ),
        FR: (
            "ne sait pas ce que permettent les données ouvertes",
            "retombées sociales et économiques",
            "répertoires de récits",
            "les gouvernements peuvent montrer",
            "la population s’inspire des récits et utilise les données ouvertes",
            "SCT; rôle vacant",
            "premier répertoire",
            "au moins un récit d’utilisation sur le portail du gouvernement ouvert",
            "deuxième série",
            "continuer de recueillir systématiquement",
        ),
    },
    2: {
        EN: (
            "each jurisdiction works on its own",
            "several times across Canada",
            "slower",
            "support and improve CKAN",
            "common extensions",
            "better known and development is faster",
            "TBS; role vacant",
            "set up a working group",
            "online forums",
            "data quality, visualizations, system integrations",
            "templates for working in the open",
            "keep engaging the community",
        ),
        FR: (
            "chaque administration travaille de son côté",
            "plusieurs fois au Canada",
            "plus lents",
            "soutiennent et améliorent CKAN",
            "extensions communes",
            "mieux connues et le développement est plus rapide",
            "SCT; rôle vacant",
            "mettre sur pied un groupe de travail",
            "forums en ligne",
            "qualité des données, visualisations, intégration des systèmes",
            "gabarits pour travailler de façon ouverte",
            "continuer de mobiliser la communauté",
        ),
    },
    3: {
        EN: (
            "businesses, researchers and civil society",
            "social and economic impact",
            "what users need",
            "high value",
            "co-creation, participation, accountability",
            "Ontario; role vacant",
            "personas",
            "open data user research in Canadian jurisdictions",
            "data catalogue analytics",
            "storytelling and case studies",
        ),
        FR: (
            "les entreprises, le milieu de la recherche et la société civile",
            "retombées sociales et économiques",
            "besoins des gens qui les utilisent",
            "grande valeur",
            "cocréation, participation, reddition de comptes",
            "Ontario; rôle vacant",
            "profils",
            "recherche utilisateur des administrations canadiennes sur les données ouvertes",
            "statistiques d’utilisation des catalogues",
            "des récits et des études de cas",
        ),
    },
    4: {
        EN: (
            "influence government decisions",
            "few people take part and trust in government is low",
            "public servants at every level",
            "open data, open information and open dialogue",
            "more canadians know",
            "Ontario, BC, NS (to confirm)",
            "working group of several jurisdictions",
            "find out which are missing",
            "release existing resources and develop new ones",
            "keep releasing resources to public servants",
        ),
        FR: (
            "influencer les décisions du gouvernement",
            "peu de gens participent et la confiance envers le gouvernement est faible",
            "fonctionnaires de tous les niveaux",
            "les données ouvertes, l’information ouverte et le dialogue ouvert",
            "plus de gens savent",
            "Ontario, C.-B., N.-É. (à confirmer)",
            "groupe de travail de plusieurs administrations",
            "établir celles qui manquent",
            "publier les ressources existantes et en créer de nouvelles",
            "continuer de publier des ressources pour les fonctionnaires",
        ),
    },
    5: {
        EN: (
            "overlap",
            "consulted too often",
            "inclusive",
            "public dialogue and engagement",
            "Saskatchewan (L), Alberta (L), Northwest Territories (P)",
            "e-scan and mapping",
            "public servants",
            "(FOGO)",
            "GBA+",
            "method to engage COGWG members",
            "learning sessions",
        ),
        FR: (
            "se chevauchent",
            "trop souvent consultée",
            "inclusive",
            "dialogue et de mobilisation du public",
            "Saskatchewan (R), Alberta (R), Territoires du Nord-Ouest (P)",
            "l’analyse du milieu et de la cartographie",
            "fonctionnaires",
            "(FOGO)",
            "l’ACS+",
            "méthode pour mobiliser les membres du Groupe",
            "séances ouvertes aux fonctionnaires",
        ),
    },
}
STANDING_TEXTS: Mapping[int, Mapping[Language, tuple[str, ...]]] = {
    PURPOSE: {
        EN: ("accomplished on its work plan priorities", "other notable accomplishments", "next steps", "key elements"),
        FR: ("accompli dans les priorités de son plan", "autres réalisations notables", "prochaines étapes", "éléments clés"),
    },
    WHY: {
        EN: ("transparent and accountable", "key priority", "recognized internationally", "public servants", "client-centric"),
        FR: ("plus transparent et plus responsable", "priorité clé", "échelle internationale", "fonctionnaires", "clientèle"),
    },
    GROUP: {
        EN: (
            "pan-Canadian open government priorities",
            "Federal, provincial and territorial governments, and national municipal organizations",
            "Government of Canada (Treasury Board of Canada Secretariat); second co-chair to be confirmed",
            "regular",
            "expert advice",
        ),
        FR: (
            "priorités pancanadiennes du gouvernement ouvert",
            "fédéral, provinciaux et territoriaux",
            "Gouvernement du Canada (Secrétariat du Conseil du Trésor du Canada); seconde coprésidence à confirmer",
            "régulières",
            "avis spécialisés",
        ),
    },
    NEXT_STEPS: {
        EN: (
            "meet in person",
            "lessons learned on the 2018-19 work plan",
            "ongoing projects for 2020",
            "collaborate on the 2020 work plan",
            "holistic pan-Canadian efforts",
            "the development of the new Open Government Partnership Local Strategy",
            "5th National Action Plan on Open Government",
        ),
        FR: (
            "se réunir en personne",
            "leçons tirées du plan de travail de 2018-2019",
            "projets qui se poursuivent en 2020",
            "collaborer dans le plan de travail de 2020",
            "efforts pancanadiens d’ensemble",
            "stratégie locale du Partenariat pour un gouvernement ouvert",
            "cinquième Plan d’action national",
        ),
    },
}
NOT_YET_DUE = {Language.EN: "Not yet due", Language.FR: "Pas encore échu"}
OVERDUE_WORDS = {Language.EN: ("overdue", "late (", "0 %", "0%"), Language.FR: ("en retard de", "0 %", "0%")}


@pytest.fixture(scope="module")
def workbooks(february: Deck) -> Workbooks:
    return {lang: load_workbook(BytesIO(render_once(february, "xlsx", lang))) for lang in Language}


def pages(book: Workbook, slide: int | None = None) -> list[Worksheet]:
    """Return the sheets of a slide by its number, the first one and its continuations, or all sheets."""
    return [sheet for sheet in book.worksheets if slide is None or sheet.title.startswith(f"{slide} ")]


def cell_texts(book: Workbook, slide: int | None = None) -> list[str]:
    """Return the texts of all cells, or of those of one slide, with plain spaces."""
    return [
        str(cell.value).replace("\u00a0", " ")
        for worksheet in pages(book, slide)
        for row in worksheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def slide_title(sheet: Worksheet) -> str:
    """Return the large text above the rule of a sheet."""
    cells = (cell for row in sheet.iter_rows(max_row=4) for cell in row)
    return next(str(cell.value) for cell in cells if str(cell.style).startswith(("Slide title", "Divider title")))


def link_targets(book: Workbook) -> list[str]:
    return [
        cell.hyperlink.target
        for worksheet in book.worksheets
        for row in worksheet.iter_rows()
        for cell in row
        if cell.hyperlink is not None and cell.hyperlink.target
    ]


def first_pages(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if not sheet.title.endswith(")")]


def test_each_slide_is_a_sheet_with_its_title_in_a1(workbooks: Workbooks) -> None:
    """The slide's own title is the topic above the finding, or the only title of a slide without a finding."""
    assert tuple(sheet["A1"].value for sheet in first_pages(workbooks[Language.EN])) == TITLES
    assert len(first_pages(workbooks[Language.FR])) == len(TITLES)
    assert len({sheet["A1"].value for sheet in first_pages(workbooks[Language.FR])} & set(TITLES)) == 0


@pytest.mark.parametrize("lang", Language)
def test_each_sheet_has_its_finding_as_title_or_below_it(workbooks: Workbooks, february: Deck, lang: Language) -> None:
    """The finding of "Open Government and why it matters" is too long for a title; the annex is a divider."""
    sheets, below = dict(zip(february.slides, first_pages(workbooks[lang]), strict=True)), []
    for slide, sheet in sheets.items():
        if isinstance(slide, TitleSlide):
            continue
        finding = slide.message.text(lang)
        if slide_title(sheet) == finding.removesuffix(".") or not finding:
            assert sheet["A1"].value == slide.title.text(lang)
        else:
            below.append(slide.key)
            assert slide_title(sheet) == slide.title.text(lang)
            assert finding in [cell.value for row in sheet.iter_rows(max_row=6) for cell in row]
    assert below == ["annex", "why"]


@pytest.mark.parametrize("lang", Language)
def test_titles_of_sheets_are_unique(workbooks: Workbooks, lang: Language) -> None:
    titles = [(str(sheet["A1"].value), slide_title(sheet)) for sheet in workbooks[lang].worksheets[1:]]
    assert len(set(titles)) == len(titles) > len(TITLES)


def test_tabs_begin_with_their_slide_number(workbooks: Workbooks) -> None:
    for book in workbooks.values():
        assert [int(sheet.title.split(" ")[0]) for sheet in first_pages(book)] == list(range(1, len(TITLES) + 1))
        assert {int(name.split(" ")[0]) for name in book.sheetnames} == set(range(1, len(TITLES) + 1))
        assert max(map(len, book.sheetnames)) <= 31
        assert not any("'" in name or "’" in name for name in book.sheetnames)


def test_five_sources_and_the_plan_are_linked(workbooks: Workbooks) -> None:
    for book in workbooks.values():
        targets = link_targets(book)
        assert set(targets) == {*LINKS, PLAN_LINK}
        assert len(targets) == 6


@pytest.mark.parametrize("lang", Language)
def test_glance_columns_are_the_months(workbooks: Workbooks, lang: Language) -> None:
    texts = [text.casefold() for text in cell_texts(workbooks[lang], GLANCE)]
    assert [month for month in MONTHS[lang] if month.casefold() in texts] == list(MONTHS[lang])


@pytest.mark.parametrize("lang", Language)
def test_activities_all_read_not_yet_due(workbooks: Workbooks, lang: Language) -> None:
    cells = [text for text in cell_texts(workbooks[lang], GLANCE) if NOT_YET_DUE[lang].casefold() in text.casefold()]
    assert len(cells) == 21
    rows = [text for text in cell_texts(workbooks[lang], DATA) if text == NOT_YET_DUE[lang]]
    assert len(rows) == 21
    for number in range(1, 6):
        own = cell_texts(workbooks[lang], BEFORE_PRIORITIES + number)
        priority_cells = [text for text in own if NOT_YET_DUE[lang].casefold() in text.casefold()]
        assert len(priority_cells) == (5 if number == 5 else 4)


@pytest.mark.parametrize("lang", Language)
def test_february_workbook_shows_nothing_late_and_no_percentages(workbooks: Workbooks, lang: Language) -> None:
    legend = "►"
    all_text = " ".join(text for text in cell_texts(workbooks[lang]) if legend not in text).casefold()
    assert not [word for word in OVERDUE_WORDS[lang] if word in all_text]


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        (Language.EN, ("Yukon", "Northwest Territories", "Ontario", "Quebec", "Saskatchewan", "Manitoba")),
        (Language.FR, ("Yukon", "Territoires du Nord-Ouest", "Ontario", "Québec", "Saskatchewan", "Manitoba")),
    ],
)
def test_six_milestones_and_four_challenges_are_listed(workbooks: Workbooks, lang: Language, names: tuple[str, ...]) -> None:
    texts = cell_texts(workbooks[lang], MILESTONES)
    assert [name for text in texts if (name := text.split("\n")[0]) in names] == list(names)
    themes = {
        Language.EN: ("Resources", "Momentum", "Standards", "Legal"),
        Language.FR: ("Ressources", "Dynamique", "Normes", "Aspects juridiques"),
    }
    assert [text for text in texts if text in themes[lang]] == list(themes[lang])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (Language.EN, ("3 vacant roles (Priorities 1, 2 and 3)", "Nova Scotia to confirm (Priority 4)")),
        (Language.FR, ("3 rôles vacants (priorités 1, 2 et 3)", "Nouvelle-Écosse à confirmer (priorité 4)")),
    ],
)
def test_vacancies_are_listed(workbooks: Workbooks, lang: Language, words: tuple[str, ...]) -> None:
    sheet_text = " ".join(cell_texts(workbooks[lang], GROUP))
    assert [word for word in words if word in sheet_text] == list(words)


@pytest.mark.parametrize("lang", Language)
@pytest.mark.parametrize("number", ISSUES)
def test_priority_sheets_hold_the_sources_facts(workbooks: Workbooks, number: int, lang: Language) -> None:
    """Issue and outcome with their consequences and results, assignees, months and activities."""
    texts = cell_texts(workbooks[lang], BEFORE_PRIORITIES + number)
    sheet_text = " ".join(texts).casefold()
    assert [fact for fact in ISSUES[number][lang] if fact.casefold() not in sheet_text] == []
    assert len([text for text in texts if text.startswith("→ ")]) == LEADS_TO[number]
    months = [month.split(" ")[0].casefold() for month in MONTHS[lang] if number == 5 or not month.startswith(("Oct", "oct"))]
    first_page = [str(cell.value) for row in pages(workbooks[lang], BEFORE_PRIORITIES + number)[0].iter_rows() for cell in row]
    heads = [text.casefold().split(" ")[0] for text in first_page]
    assert [head for head in heads if head in months] == months


@pytest.mark.parametrize("lang", Language)
def test_standing_slides_hold_the_sources_facts(workbooks: Workbooks, lang: Language) -> None:
    for number, facts in STANDING_TEXTS.items():
        sheet_text = " ".join(cell_texts(workbooks[lang], number)).casefold()
        assert [fact for fact in facts[lang] if fact.casefold() not in sheet_text] == []


@pytest.mark.parametrize("lang", Language)
def test_milestones_have_their_sources_below_their_tile(workbooks: Workbooks, lang: Language) -> None:
    sheet, challenges = pages(workbooks[lang], MILESTONES)
    linked: dict[str, list[str]] = {}
    for column in sheet.iter_cols(min_row=4):
        for cell in column:
            if cell.hyperlink and cell.hyperlink.target:
                linked[list(linked)[-1]].append(cell.hyperlink.target)
            elif str(cell.style).startswith("Milestone") and cell.value:
                linked[str(cell.value).split("\n")[0]] = []
    names = {Language.EN: ("Northwest Territories", "Quebec"), Language.FR: ("Territoires du Nord-Ouest", "Québec")}[lang]
    assert len(linked["Yukon"]) == len(linked["Ontario"]) == len(linked[names[1]]) == 1
    assert len(linked[names[0]]) == 2
    assert linked["Saskatchewan"] == linked["Manitoba"] == []
    assert not [cell for row in challenges.iter_rows() for cell in row if cell.hyperlink and cell.hyperlink.target]


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        (Language.EN, "Work plan 2020: 5 priorities, 21 activities"),
        (Language.FR, "Plan de travail 2020 : 5 priorités, 21 activités"),
    ],
)
def test_cover_shows_plan_and_meeting_day(workbooks: Workbooks, lang: Language, line: str) -> None:
    texts = cell_texts(workbooks[lang], 1)
    assert line in texts
    assert {Language.EN: "February 27, 2020", Language.FR: "27 février 2020"}[lang] in texts


@FURTHER
def test_sample_mark_is_on_every_sheet_of_a_sample_deck_and_no_other(workbooks: Workbooks, september: Deck) -> None:
    marks = {Language.EN: "▲ SAMPLE DATA", Language.FR: "▲ DONNÉES FICTIVES"}
    for lang, mark in marks.items():
        sampled = load_workbook(BytesIO(render_once(september, "xlsx", lang)))
        own = {sheet.title: [str(cell.value) for row in sheet.iter_rows() for cell in row] for sheet in sampled.worksheets}
        assert [title for title, texts in own.items() if not any(mark in text for text in texts)] == []
        assert not any(mark in text for text in cell_texts(workbooks[lang]))


@pytest.mark.parametrize(
    ("lang", "marks"),
    [(Language.EN, {"L": "lead", "P": "partner"}), (Language.FR, {"R": "responsable", "P": "partenaire"})],
)
def test_lead_and_partner_marks_are_explained_in_the_legend(
    workbooks: Workbooks, lang: Language, marks: Mapping[str, str]
) -> None:
    *cells, legend = (text for text in cell_texts(workbooks[lang], GLANCE))
    used = {mark for text in cells for mark in re.findall(r"\(([A-Z])\)", text)}
    assert used == set(marks)
    assert all(f"({mark}) {word}" in legend for mark, word in marks.items())


def test_file_name_holds_the_meeting(february: Deck) -> None:
    assert file_name(february, "xlsx", Language.EN) == "joint-councils-2020-02-27-standing-en.xlsx"
    assert file_name(february, "xlsx", Language.FR) == "conseils-mixtes-2020-02-27-permanente-fr.xlsx"


def test_document_properties_hold_title_author_language_and_day(workbooks: Workbooks) -> None:
    for lang, book in workbooks.items():
        properties = book.properties
        assert properties.language == f"{lang.value}-CA"
        assert properties.creator
        assert properties.title
        assert properties.created is not None
        assert properties.created.date().isoformat() == "2020-02-27"
