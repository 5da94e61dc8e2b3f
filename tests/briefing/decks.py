"""Decks built from the seed files: February, when nothing is due, and September with invented reports."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from cogwg.briefing import deck as d
from cogwg.briefing.source_list import SOURCES_SLIDE
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import last_of_month
from cogwg.core.status import Status, Timeliness, timeliness

SEED = Path(__file__).parents[2] / "seed"
FEBRUARY, SEPTEMBER = date(2020, 2, 27), date(2020, 9, 24)
InventedReport = tuple[Status, date, Bilingual, Bilingual]

INVENTED_REPORTS: dict[str, InventedReport] = {
    "1.1": (Status.COMPLETE, date(2020, 3, 27), Bilingual("42 stories collected", "42 récits recueillis"), EMPTY_TEXT),
    "1.2": (
        Status.COMPLETE,
        date(2020, 7, 14),
        Bilingual("Two stories are on the portal", "Deux récits sont sur le portail"),
        EMPTY_TEXT,
    ),
    "1.3": (
        Status.SUBSTANTIAL,
        date(2020, 9, 18),
        Bilingual("Six stories are in review", "Six récits sont en révision"),
        EMPTY_TEXT,
    ),
    "2.1": (
        Status.COMPLETE,
        date(2020, 3, 20),
        Bilingual("Seven jurisdictions take part", "Sept administrations participent"),
        EMPTY_TEXT,
    ),
    "2.2": (
        Status.LIMITED,
        date(2020, 9, 10),
        Bilingual(
            "Two exchanges were held; the forums resume in the fall",
            "Deux échanges ont eu lieu; les forums reprennent à l’automne",
        ),
        Bilingual(
            "The moderators were reassigned until the fall", "Les modérateurs étaient affectés ailleurs jusqu’à l’automne"
        ),
    ),
    "2.3": (
        Status.LIMITED,
        date(2020, 9, 10),
        Bilingual("The list is started; three templates are shared", "Répertoire amorcé; trois gabarits offerts"),
        Bilingual("Security requirements differ", "Les exigences de sécurité diffèrent"),
    ),
    "3.1": (
        Status.COMPLETE,
        date(2020, 3, 31),
        Bilingual("Findings of nine catalogues", "Constats sur neuf catalogues"),
        EMPTY_TEXT,
    ),
    "3.2": (
        Status.SUBSTANTIAL,
        date(2020, 9, 15),
        Bilingual("Seven of nine sets compiled", "Sept jeux sur neuf sont compilés"),
        EMPTY_TEXT,
    ),
    "4.1": (
        Status.COMPLETE,
        date(2020, 3, 12),
        Bilingual("Six jurisdictions meet monthly", "Six administrations se réunissent chaque mois"),
        EMPTY_TEXT,
    ),
    "4.4": (Status.LIMITED, date(2020, 9, 1), Bilingual("A first set is planned", "Un premier lot est prévu"), EMPTY_TEXT),
    "5.1": (Status.COMPLETE, date(2020, 3, 30), Bilingual("Eleven members consulted", "Onze membres consultés"), EMPTY_TEXT),
    "5.2": (Status.COMPLETE, date(2020, 6, 18), Bilingual("Published on June 18", "Publiés le 18 juin"), EMPTY_TEXT),
    "5.3": (
        Status.SUBSTANTIAL,
        date(2020, 9, 22),
        Bilingual("A draft is with members", "Une ébauche est chez les membres"),
        EMPTY_TEXT,
    ),
    "5.4": (
        Status.LIMITED,
        date(2020, 9, 22),
        Bilingual("Two methods are compared", "Deux méthodes sont comparées"),
        EMPTY_TEXT,
    ),
}


def february_deck() -> d.Deck:
    """Return a deck in which nothing is due yet and nothing was reported."""
    return build_deck(FEBRUARY, {})


def september_deck() -> d.Deck:
    """Return a deck with invented reports: complete, late, overdue, silent and early."""
    return build_deck(SEPTEMBER, INVENTED_REPORTS)


def build_deck(meeting_on: date, reports: dict[str, InventedReport]) -> d.Deck:
    """Return a deck of the seeded plan as of a day, with these reports."""
    plan, words = _load_toml("plan-2020.toml"), _load_toml("standing.toml")
    states = {p["number"]: tuple(_activity_state(p, a, meeting_on, reports) for a in p["activity"]) for p in plan["priority"]}
    all_states = [s for own in states.values() for s in own]
    months = tuple(sorted({s.month for s in all_states}))
    series = _progress_series(all_states)
    slides: tuple[d.Slide, ...] = (
        d.TitleSlide(
            title=_bilingual(words["cover"]["group"]),
            answers=EMPTY_TEXT,
            message=_bilingual(words["cover"]["report"]),
            councils=_bilingual(words["cover"]["councils"]),
            plan_line=Bilingual(
                "Work plan 2020: five priorities, 21 activities", "Plan de travail 2020 : cinq priorités, 21 activités"
            ),
            edition_line=Bilingual(
                "Version 1. Statuses as reported by the meeting.", "Version 1. États signalés avant la rencontre."
            ),
            twin_line=Bilingual("Cette présentation existe aussi en français.", "This deck also exists in English."),
        ),
        d.ContentsSlide(title=Bilingual("Contents", "Sommaire"), answers=EMPTY_TEXT, message=EMPTY_TEXT),
        _points_slide(words["purpose"], Bilingual("Purpose", "Objet")),
        _points_slide(words["why"], Bilingual("Why it matters", "Son importance")),
        _group_slide(words["group"]),
        d.GlanceSlide(
            title=Bilingual("Work plan at a glance", "Aperçu du plan de travail"),
            answers=Bilingual("What is due when, and where it stands", "Ce qui est à échéance et quand, et où on en est"),
            message=Bilingual("21 activities in five priorities", "21 activités dans cinq priorités"),
            months=months,
            rows=tuple(
                d.GlanceRow(p["number"], _bilingual(p["short"]), _assignee_names(p), states[p["number"]])
                for p in plan["priority"]
            ),
        ),
        d.ProgressSlide(
            title=Bilingual("Progress by priority", "Avancement par priorité"),
            answers=Bilingual("How much is complete, and where it is stuck", "Ce qui est réalisé et ce qui bloque"),
            message=Bilingual("Priority 2 is furthest behind", "La priorité 2 est la plus en retard"),
            series=series,
            rows=tuple(
                d.ProgressRow(p["number"], _bilingual(p["short"]), _count_states(states[p["number"]], series))
                for p in plan["priority"]
            ),
        ),
        d.TimelineSlide(
            title=Bilingual("Timeline of the 2020 work plan", "Calendrier du plan de travail de 2020"),
            answers=Bilingual("What is late today", "Ce qui est en retard aujourd’hui"),
            message=Bilingual("Two activities are late", "Deux activités sont en retard"),
            rows=tuple(
                d.GlanceRow(p["number"], _bilingual(p["short"]), _assignee_names(p), states[p["number"]])
                for p in plan["priority"]
            ),
        ),
        _milestones_slide(),
        d.NextStepsSlide(
            **_headings(words["next_steps"]),
            steps=tuple(
                d.DeckNextStep(_bilingual(s["text"]), tuple(map(_bilingual, s.get("children", ()))))
                for s in words["next_steps"]["steps"]
            ),
        ),
        d.AnnexSlide(
            **_headings(words["annex"]),
            rows=tuple(d.AnnexRow(p["number"], _bilingual(p["title"]), _assignee_names(p)) for p in plan["priority"]),
            footnote=d.Reference(words["annex"]["url"], _bilingual(words["annex"]["footnote"])),
        ),
        *(_priority_slide(p, states[p["number"]]) for p in plan["priority"]),
        d.DataSlide(
            title=Bilingual("Data behind the slides", "Données derrière les diapositives"),
            answers=Bilingual("Every row behind these slides, filterable", "Chaque ligne derrière ces diapositives, à filtrer"),
            message=Bilingual(
                "One row per activity; filter or sort in the header row",
                "Une ligne par activité; filtrer ou trier dans l’en-tête",
            ),
            rows=tuple((_bilingual(p["short"]), s) for p in plan["priority"] for s in states[p["number"]]),
        ),
        SOURCES_SLIDE,
    )
    return d.Deck(
        group=_bilingual(words["cover"]["group"]),
        audience=Bilingual("Joint Councils", "Conseils mixtes"),
        meeting_on=meeting_on,
        as_of=meeting_on,
        plan_year=2020,
        edition=1,
        sample=bool(reports),
        slides=slides,
    )


def only_slides(deck: d.Deck, *kinds: type[d.Slide]) -> d.Deck:
    """Return the deck with its slides of these kinds only, which draws in a fraction of the time."""
    return replace(deck, slides=tuple(slide for slide in deck.slides if isinstance(slide, kinds)))


def replace_slide(deck: d.Deck, kind: type[d.Slide], **changes: Any) -> d.Deck:
    """Return the deck with its first slide of this kind changed."""
    at = next(n for n, slide in enumerate(deck.slides) if type(slide) is kind)
    slides = (*deck.slides[:at], replace(deck.slides[at], **changes), *deck.slides[at + 1 :])
    return replace(deck, slides=slides)


def sheets_of(book: Workbook, deck: d.Deck, *kinds: type[d.Slide]) -> list[Worksheet]:
    """Return the sheets of the slides of these kinds, in the order of the deck."""
    numbers = {str(n) for n, slide in enumerate(deck.slides, 1) if isinstance(slide, kinds)}
    return [sheet for sheet in book.worksheets if sheet.title.split(" ")[0] in numbers]


def paged_sheets(book: Workbook, deck: d.Deck) -> list[Worksheet]:
    """Return the sheets that each print on one page: all but the data and the list of sources."""
    endless = sheets_of(book, deck, d.DataSlide, d.SourcesSlide)
    return [sheet for sheet in book.worksheets if sheet not in endless]


def deck_with_text(text: str) -> d.Deck:
    """Return a deck with a slide of each kind that shows little else than this text."""
    both, site = Bilingual(text, text), d.Reference("https://example.ca", Bilingual(text, text))
    headings = {"title": Bilingual("Title", "Titre"), "answers": both, "message": both}
    month, other = (2020, 9), Bilingual("Other", "Autre")
    state = d.ActivityState(
        1, "1.1", both, both, month, date(2020, 9, 30), both, False, Status.LIMITED, Timeliness.DUE, SEPTEMBER, progress=both,
        challenge=both, evidence_note=both, evidence=(site,),
    )  # fmt: skip
    change = d.PlanChange(d.ChangeKind.SLIPPED, 2020, 1, "1.1", both, both, both, both, both)
    series = (Status.COMPLETE, Status.LIMITED)
    slides = (
        d.TitleSlide(both, both, other, councils=both, plan_line=both, edition_line=both, twin_line=other, twin_name=both),
        summary_slide(both),
        replace(summary_slide(both), rows=(), first_due=(d.DueActivity(1, both, both, both),), upcoming=((SEPTEMBER, 1),)),
        d.ContentsSlide(title=other, answers=EMPTY_TEXT, message=EMPTY_TEXT),
        d.PointsSlide(**headings, name=both, points=(both,)),
        d.TextSlide(title=both, answers=both, message=EMPTY_TEXT, paragraphs=(both,)),
        d.GroupSlide(**headings, facts=(d.LabelledPoint(both, both),), carriers=(d.LabelledPoint(other, both),)),
        d.GlanceSlide(**headings, months=(month,), rows=(d.GlanceRow(1, both, other, (state,)),)),
        d.ChangedSlide(**headings, since=FEBRUARY, changes=(change,)),
        d.ProgressSlide(
            **headings, series=series, rows=(d.ProgressRow(1, both, (0, 1)),), quarters=(d.QuarterRow(both, (0, 1)),) * 2
        ),
        d.TimelineSlide(
            **headings, rows=(d.GlanceRow(1, both, other, (state, replace(state, timeliness=Timeliness.OVERDUE))),)
        ),
        d.MilestonesSlide(
            **headings,
            milestones=(d.DeckMilestone(other, both, (site,)), d.DeckMilestone(other, both, (site,) * 3, True, True)),
            challenges=(d.DeckChallenge(other, both, both), d.DeckChallenge(both, both, both, FEBRUARY)),
            late=(d.LateChallenge(1, both, date(2020, 6, 30)),),
        ),
        d.NextStepsSlide(
            **headings, steps=(d.DeckNextStep(both, (both,), who=both, by=other, done_parts=(both,), dropped_parts=(both,)),)
        ),
        d.AsksSlide(**headings, asks=(d.DeckAsk(other, both, both, other),)),
        d.AnnexSlide(**headings, rows=(d.AnnexRow(1, both, other),), footnote=site),
        d.PrioritySlide(
            **headings, number=1, issue=both, consequences=(both,), outcome=both, results=(both,), carried_by=both,
            undecided=both, activities=(state,), status=both, highlight=both, asks=(both,),
        ),
        d.DataSlide(**headings, rows=((both, state),)),
        d.SourcesSlide(**headings),
    )  # fmt: skip
    priority_state = d.PriorityState(2020, 1, both, both, 0, 0, (state,))
    more: dict[str, Any] = {"place": both, "state": d.DeckState.DRAFT, "priorities": (priority_state,)}
    more |= {"agenda_item": both, "classification": both}
    return d.Deck(both, both, SEPTEMBER, SEPTEMBER, 2020, 1, False, slides, **more)


def summary_slide(text: Bilingual, priorities: int = 5, activities: int = 4) -> d.SummarySlide:
    """Return a page for a deputy with this text everywhere, for a plan of this size, of which half is due."""
    due = activities // 2
    rows = tuple(
        d.SummaryRow(n, text, 1, due, 0, activities - due - 1, due=due + 1, complete_of_due=1) for n in range(1, priorities + 1)
    )
    figures = tuple(d.Figure(n, text, text, urgent=n > 2, is_overdue=n == 3) for n in range(1, 5))
    return d.SummarySlide(text, text, text, figures, rows, (d.Decision(text, text, text), d.Decision(text, text)), text)


def resized_deck(priorities: int, activities: int) -> d.Deck:
    """Return the September deck with a plan of another size; states are repeated under new codes."""
    deck = september_deck()
    rows = next(s for s in deck.slides if isinstance(s, d.GlanceSlide)).rows
    pages = [s for s in deck.slides if isinstance(s, d.PrioritySlide)]
    states = [
        tuple(replace(rows[p % 5].states[a % 4], priority=p + 1, code=f"{p + 1}.{a + 1}") for a in range(activities))
        for p in range(priorities)
    ]
    shorts = [rows[p % 5].short for p in range(priorities)]
    resized = tuple(replace(rows[p % 5], number=p + 1, states=states[p]) for p in range(priorities))
    deck = replace_slide(replace_slide(deck, d.GlanceSlide, rows=resized), d.TimelineSlide, rows=resized)
    series = next(s for s in deck.slides if isinstance(s, d.ProgressSlide)).series
    counted = tuple(d.ProgressRow(p + 1, shorts[p], _count_states(states[p], series)) for p in range(priorities))
    deck = replace_slide(deck, d.ProgressSlide, rows=counted)
    deck = replace_slide(deck, d.DataSlide, rows=tuple((shorts[p], s) for p in range(priorities) for s in states[p]))
    own = [replace(pages[p % 5], number=p + 1, activities=states[p]) for p in range(priorities)]
    first = next(n for n, s in enumerate(deck.slides) if isinstance(s, d.PrioritySlide))
    return replace(deck, slides=(*deck.slides[:first], *own, *deck.slides[-2:]))


def _load_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((SEED / name).read_text(encoding="utf-8"))


def _bilingual(texts: list[str]) -> Bilingual:
    return Bilingual(*texts)


def _headings(words: dict[str, Any]) -> dict[str, Bilingual]:
    return {key: _bilingual(words[key]) if key in words else EMPTY_TEXT for key in ("title", "answers", "message")}


def _points_slide(words: dict[str, Any], name: Bilingual) -> d.PointsSlide:
    return d.PointsSlide(**_headings(words), name=name, points=tuple(map(_bilingual, words["points"])))


def _activity_state(
    priority: dict[str, Any], activity: dict[str, Any], on: date, reports: dict[str, InventedReport]
) -> d.ActivityState:
    year, month = map(int, activity["due"].split("-"))
    due_on = last_of_month(year, month)
    report = reports.get(activity["code"])
    done = report[1] if report and report[0] is Status.COMPLETE else None
    state = d.ActivityState(
        priority=priority["number"],
        code=activity["code"],
        title=_bilingual(activity["title"]),
        text=_bilingual(activity["text"]),
        month=(year, month),
        due_on=due_on,
        due_words=_bilingual(activity.get("due_words", ["", ""])),
        ongoing=activity.get("ongoing", False),
        status=None,
        timeliness=timeliness(date(year, month, 1), due_on, on, done),
    )
    if report is None:
        return state
    status, reported_on, progress, challenge = report
    proofs = (d.Reference(f"https://example.ca/{activity['code']}", Bilingual("Report", "Rapport")),)
    return replace(
        state,
        status=status,
        reported_on=reported_on,
        sample=True,
        progress=progress,
        challenge=challenge,
        evidence=proofs if status is Status.COMPLETE else (),
    )


def _progress_series(states: list[d.ActivityState]) -> tuple[Status | Timeliness | None, ...]:
    silent = (None,) if any(s.is_silent for s in states) else ()
    return (Status.COMPLETE, Status.SUBSTANTIAL, Status.LIMITED, Status.NOT_STARTED, *silent, Timeliness.NOT_YET_DUE)


def _count_states(states: tuple[d.ActivityState, ...], series: tuple[Status | Timeliness | None, ...]) -> tuple[int, ...]:
    def series_of(state: d.ActivityState) -> Status | Timeliness | None:
        return state.status if state.status or state.is_silent else Timeliness.NOT_YET_DUE

    return tuple(sum(series_of(s) is wanted for s in states) for wanted in series)


def _assignee_names(priority: dict[str, Any]) -> Bilingual:
    names = [
        _bilingual(a["assignee"]) if "assignee" in a else Bilingual("role vacant", "rôle vacant")
        for a in priority["assignment"]
    ]
    return Bilingual("; ".join(n.en for n in names), " ; ".join(n.fr for n in names))


def _group_slide(words: dict[str, Any]) -> d.GroupSlide:
    pairs = [
        d.LabelledPoint(Bilingual("Mandate", "Mandat"), _bilingual(words["mandate"])),
        d.LabelledPoint(Bilingual("Members", "Membres"), Bilingual("14 governments", "14 administrations")),
        d.LabelledPoint(Bilingual("Meetings", "Réunions"), _bilingual(words["meetings"])),
        d.LabelledPoint(Bilingual("Reports to", "Relève des"), _bilingual(words["reports_to"])),
        d.LabelledPoint(
            Bilingual("To decide", "À décider"), Bilingual("A second co-chair", "Une seconde coprésidence"), urgent=True
        ),
    ]
    carriers = [
        d.LabelledPoint(Bilingual("TBS (Canada)", "SCT (Canada)"), Bilingual("Priorities 1 and 2", "Priorités 1 et 2")),
        d.LabelledPoint(Bilingual("Ontario", "Ontario"), Bilingual("Priorities 3 and 4", "Priorités 3 et 4")),
        d.LabelledPoint(
            Bilingual("Northwest Territories", "Territoires du Nord-Ouest"),
            Bilingual("Priority 5 (partner)", "Priorité 5 (partenaire)"),
        ),
    ]
    message = Bilingual(
        "Governments that move open government forward together",
        "Des gouvernements qui font avancer ensemble le gouvernement ouvert",
    )
    return d.GroupSlide(**{**_headings(words), "message": message}, facts=tuple(pairs), carriers=tuple(carriers))


def _milestones_slide() -> d.MilestonesSlide:
    site = d.Reference("https://example.ca/site", Bilingual("Website", "Site Web"))
    entries = [
        ("Yukon", "Yukon", "Open data portal launched", "Lancement du portail de données ouvertes", 1),
        (
            "Northwest Territories",
            "Territoires du Nord-Ouest",
            "Policy and website released",
            "Politique et site Web publiés",
            2,
        ),
        ("Ontario", "Ontario", "New digital plan released", "Nouveau plan numérique publié", 1),
        ("Quebec", "Québec", "Digital strategy launched", "Stratégie numérique lancée", 1),
        (
            "Saskatchewan",
            "Saskatchewan",
            "Public engagement office being created",
            "Création d’un bureau de mobilisation du public",
            0,
        ),
        (
            "Manitoba",
            "Manitoba",
            "Engagement section of its website launched",
            "Section de mobilisation lancée sur son site",
            0,
        ),
    ]
    rows = tuple(
        d.DeckMilestone(
            Bilingual(a, b),
            Bilingual(c, e),
            (d.Reference(f"https://example.ca/{a[:2]}", Bilingual("News release", "Communiqué")), site)[:n],
        )
        for a, b, c, e, n in entries
    )
    challenges = (
        d.DeckChallenge(
            Bilingual("Resources", "Ressources"),
            Bilingual("Too few people in some jurisdictions", "Trop peu de personnel dans certaines administrations"),
        ),
        d.DeckChallenge(
            Bilingual("Standards", "Normes"), Bilingual("Metadata profiles differ", "Les profils de métadonnées diffèrent")
        ),
    )
    return d.MilestonesSlide(
        title=Bilingual("Major jurisdictional milestones and challenges", "Grands jalons et difficultés des administrations"),
        answers=Bilingual(
            "What jurisdictions achieved and struggle with", "Ce que les administrations ont réussi, et leurs difficultés"
        ),
        message=Bilingual("Six jurisdictions moved forward", "Six administrations ont avancé"),
        milestones=rows,
        challenges=challenges,
    )


def _priority_slide(priority: dict[str, Any], states: tuple[d.ActivityState, ...]) -> d.PrioritySlide:
    vacant = any("assignee" not in a for a in priority["assignment"])
    title = _bilingual(priority["title"])
    return d.PrioritySlide(
        title=Bilingual(f"{priority['number']}. {title.en}", f"{priority['number']}. {title.fr}"),
        answers=_bilingual(priority["short"]),
        message=Bilingual("None of the four activities is due yet", "Aucune des quatre activités n’est échue"),
        number=priority["number"],
        issue=_bilingual(priority["issue"]["text"]),
        consequences=tuple(map(_bilingual, priority["issue"]["leads_to"])),
        outcome=_bilingual(priority["outcome"]["text"]),
        results=tuple(map(_bilingual, priority["outcome"]["leads_to"])),
        carried_by=_assignee_names(priority),
        undecided=Bilingual("One role is vacant", "Un rôle est à pourvoir") if vacant else EMPTY_TEXT,
        activities=states,
    )
