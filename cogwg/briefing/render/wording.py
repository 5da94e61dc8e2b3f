"""The bilingual wording that all renderers share; domain terms come from ``cogwg.core.status``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cogwg.briefing import deck as deck_model
from cogwg.briefing.deck import ActivityState, DeckStepState, Slide
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import NBSP
from cogwg.core.status import NO_REPORT, Status, Timeliness

SAMPLE = Bilingual("▲ SAMPLE DATA – fictional reports", "▲ DONNÉES FICTIVES – rapports fictifs")
DRAFT = Bilingual("Draft", "Ébauche")
FINAL = Bilingual("Final", "Version définitive")
CONTENTS = Bilingual("Contents", "Sommaire")
BACK = Bilingual("« Contents", f"«{NBSP}Sommaire")
CONTINUED = Bilingual("(continued)", "(suite)")
NEXT_PAGE = Bilingual("Continued on the next page »", f"Suite à la page suivante{NBSP}»")

PRIORITY = Bilingual("Priority", "Priorité")
SLIDE_NAMES: Mapping[type[Slide], Bilingual] = {
    deck_model.TitleSlide: Bilingual("Title", "Titre"),
    deck_model.SummarySlide: Bilingual("In brief", "En bref"),
    deck_model.ContentsSlide: CONTENTS,
    deck_model.TextSlide: Bilingual("Text", "Texte"),
    deck_model.GroupSlide: Bilingual("Working group", "Groupe de travail"),
    deck_model.GlanceSlide: Bilingual("At a glance", "Aperçu"),
    deck_model.ChangedSlide: Bilingual("What changed", "Changements"),
    deck_model.ProgressSlide: Bilingual("Progress", "Avancement"),
    deck_model.TimelineSlide: Bilingual("Timeline", "Calendrier"),
    deck_model.MilestonesSlide: Bilingual("Milestones", "Jalons et défis"),
    deck_model.NextStepsSlide: Bilingual("Next steps", "Prochaines étapes"),
    deck_model.AsksSlide: Bilingual("Requests", "Demandes"),
    deck_model.AnnexSlide: Bilingual("Annex", "Annexe"),
    deck_model.DataSlide: Bilingual("Data", "Données"),
    deck_model.SourcesSlide: Bilingual("Sources", "Sources"),
}
"""The names of slides in a list of slides and on their tabs, except points and priorities; see ``slide_name``."""

COMPLETE_OF_DUE = Bilingual("Complete", "Réalisées")
TO_COME = Bilingual("To come", "À venir")
MEETING = Bilingual("Meeting", "Réunion")
PRESENTED_TO = Bilingual("Presented to", "Présenté à")
AGENDA_ITEM = Bilingual("Agenda item", "Point à l’ordre du jour")
CLASSIFICATION = Bilingual("Classification", "Classification")
OVERDUE = Bilingual("Overdue", "En retard")
DUE_NEXT = Bilingual("Due next", "Prochaines échéances")
DUE_WORD = Bilingual("Due", "Échéance")
"""“À échéance” in a narrow cell."""
TIMELINE_LEGEND: Mapping[Status | Timeliness, Bilingual] = {
    Status.COMPLETE: Bilingual("complete (thin line: finished late)", f"réalisée (trait mince{NBSP}: en retard)"),
    Timeliness.OVERDUE: Bilingual("overdue (bar: how late)", f"en retard (barre{NBSP}: le retard)"),
    Timeliness.DUE: Bilingual("due this month", "à échéance ce mois-ci"),
    Timeliness.NOT_YET_DUE: Bilingual("not yet due", "pas encore échue"),
}
_LEGEND_SIGNS = {Status.COMPLETE: "■", Timeliness.OVERDUE: "▲", Timeliness.DUE: "►", Timeliness.NOT_YET_DUE: "○"}
DECISIONS = Bilingual("Decisions requested", "Décisions demandées")
DECISION = Bilingual("Decision requested", "Décision demandée")
NO_DECISION = Bilingual("No decision is requested", "Aucune décision n’est demandée")
WHO = Bilingual("Who decides", "Qui décide")
BY_WHEN = Bilingual("By when", "D’ici quand")
NO_DATE = Bilingual("no date yet", "pas encore de date")
FIRST_DUE = Bilingual("Due first", "Premières échéances")
ALL_DUE_DAYS = Bilingual("Activities by due date", "Activités par échéance")
NUMBER = Bilingual("No.", "Nº")
POINT = Bilingual("Point", "Point")
SLIDE = Bilingual("Slide", "Diapositive")
ANSWERS = Bilingual("What it shows", "Ce qu’elle montre")
TOPIC = Bilingual("Topic", "Sujet")
WHAT_IT_IS = Bilingual("In brief", "En bref")
LEADS_AND_PARTNERS_WITH_MARKS = Bilingual("Leads (L) and partners (P)", "Responsables (R) et partenaires (P)")
LEADS_AND_PARTNERS = Bilingual("Leads and partners", "Responsables et partenaires")
PART_IN_PLAN = Bilingual("Role in the plan", "Rôle dans le plan")
NOT_YET_KNOWN = Bilingual("None yet", "À déterminer")
ACTIVITIES = Bilingual("Activities", "Activités")
FURTHEST_BEHIND_FIRST = Bilingual("Furthest behind first", "Les plus en retard d’abord")
WHAT_IS_OVERDUE = Bilingual("What is overdue", "Ce qui est en retard")
ALL_PRIORITIES = Bilingual("All priorities", "Toutes les priorités")
OVER_THE_YEAR = Bilingual("Progress over the year", "Avancement au fil de l’année")
QUARTER = Bilingual("End of quarter", "Fin du trimestre")
CHANGE = Bilingual("Change", "Changement")
MADE_PROGRESS = Bilingual("Made progress", "Progrès accomplis")
REASON = Bilingual("Reason given", "Raison donnée")
ASKED = Bilingual("What we ask", "Ce que nous demandons")
OVERALL = Bilingual("Status", "État")
HIGHLIGHT = Bilingual("Highlight", "Fait saillant")
ASK = Bilingual("Request", "Demande")
ACCOMPLISHMENTS = Bilingual("Accomplishments", "Réalisations")
CHALLENGES = Bilingual("Ongoing challenges", "Défis qui demeurent")
JURISDICTION = Bilingual("Jurisdiction", "Administration")
MILESTONE = Bilingual("Milestone", "Jalon")
NEW_MILESTONE = Bilingual("New", "Nouveau")
UNDER_WAY = Bilingual("► Under way", "► En cours")
OPEN_FOR = Bilingual("Open for", "Depuis")
LATE_CHALLENGE = Bilingual("Challenge reported with an overdue activity", "Défi signalé pour une activité en retard")
AGE_BARS = Bilingual(
    "Bars show how long each challenge has been open or its activity has been overdue. The next column gives this time.",
    "Les barres montrent depuis combien de temps chaque défi est ouvert ou son activité est en retard. "
    "La colonne suivante indique cette durée.",
)
OVERDUE_FOR = Bilingual("Overdue for", "Retard de")
SOURCE = Bilingual("Source", "Source")
THEME = Bilingual("Theme", "Thème")
CHALLENGE_OF = Bilingual("Challenge and jurisdictions", "Défi et administrations concernées")
UNATTRIBUTED = Bilingual("Challenge, not attributed", "Défi, non attribué")
NO_NAMES = Bilingual(
    "Challenges are shown without names. Only the group knows who raised them.",
    "Les défis sont présentés sans nom. Seul le groupe sait qui les a soulevés.",
)
AGREED_NAMES = Bilingual(
    "A jurisdiction is named only if it has agreed.",
    "Une administration n’est nommée que si elle l’a accepté.",
)
NO_MILESTONE = Bilingual("No milestone to show.", "Aucun jalon à présenter.")
NO_CHALLENGE = Bilingual("No challenge to show.", "Aucun défi à présenter.")
STEP_STATE = Bilingual("State", "État")
NEXT_STEP = Bilingual("Next step", "Prochaine étape")
STEP_WHO = Bilingual("Who", "Qui")
STEP_STATES = {
    DeckStepState.NEW: Bilingual("New", "Nouvelle"),
    DeckStepState.OPEN: Bilingual("Open", "En cours"),
    DeckStepState.DONE: Bilingual("Done", "Réalisée"),
    DeckStepState.DROPPED: Bilingual("Dropped", "Abandonnée"),
}
"""The state of a next step; in French, in the gender of "étape"."""
_STEP_MARKS = {DeckStepState.NEW: "►", DeckStepState.OPEN: "►", DeckStepState.DONE: "■", DeckStepState.DROPPED: "–"}
TITLE = Bilingual("Title", "Titre")
OUTCOME = Bilingual("Expected outcome", "Résultat attendu")
ISSUE_CHAIN = Bilingual("Issue, and what it leads to", "Enjeu, et ce à quoi il mène")
OUTCOME_CHAIN = Bilingual("Expected outcome, and what it leads to", "Résultat attendu, et ce à quoi il mène")
ACTIVITIES_IN_FULL = Bilingual("Activities in full", "Activités au complet")
TO_DECIDE = Bilingual("To decide", "À décider")
DUE = Bilingual("Due", "Échéance")
ACTIVITY = Bilingual("Activity", "Activité")
STATUS = Bilingual("Status", "État")
LATEST_REPORT = Bilingual("Latest report", "Dernier rapport")
CHALLENGE = Bilingual("Challenge", "Défi")
OPEN_LINK = Bilingual("Open the link", "Ouvrir le lien")
EVIDENCE = Bilingual("Evidence", "Preuve")
SECOND_EVIDENCE = Bilingual("Evidence (second link)", "Preuve (deuxième lien)")
NOTHING_TO_REPORT = Bilingual("Nothing to report", "Rien à signaler")
LEGEND = Bilingual(
    "► due this month    ▲ overdue (dark)    – no activity due    (L) lead, (P) partner",
    "► à échéance ce mois-ci    ▲ en retard (foncé)    – aucune activité à échéance    (R) responsable, (P) partenaire",
)
SQUARES_LEGEND = Bilingual(
    f"Squares and shading show the status: □□□{NBSP}not{NBSP}started, ■■■{NBSP}complete.",
    f"Les carrés et la teinte indiquent l’état{NBSP}: □□□{NBSP}non{NBSP}commencé, ■■■{NBSP}réalisé.",
)
CODE = Bilingual("Code", "Code")
PLAN = Bilingual("Plan", "Plan")
DUE_MONTH = Bilingual("Month", "Mois")
DUE_DAY = Bilingual("Due date", "Date d’échéance")
DUE_TEXT = Bilingual("Due in plan", "Échéance dans le plan")
TIMELINESS = Bilingual("Timeliness", "Respect du délai")
STATUS_CODE = Bilingual("Status code", "Code d’état")
REPORTED_ON = Bilingual("Reported", "Rapport du")
ACTIVITY_TEXT = Bilingual("Description", "Description")
PROGRESS = Bilingual("Progress", "Progrès")
EVIDENCE_NOTE = Bilingual("Evidence note", "Note sur la preuve")
ONGOING = Bilingual("Ongoing", "En continu")
YES = Bilingual("yes", "oui")
NO = Bilingual("no", "non")
FACT = Bilingual("What it is about", "Objet")
REPORTED_OR_DECIDED = Bilingual("Who reported or decided it, and when", "Qui l’a signalé ou décidé, et quand")
SOURCES = Bilingual("Sources", "Sources")
AUDIT_LOG_STATE = Bilingual("State of the audit log", "État du journal d’audit")
SAMPLE_ROW = Bilingual("Sample data", "Données fictives")

TIMELINESS_MARKS = {Timeliness.OVERDUE: "▲", Timeliness.DUE: "►", Timeliness.NOT_YET_DUE: "○"}
SQUARES = {Status.NOT_STARTED: "□□□", Status.LIMITED: "■□□", Status.SUBSTANTIAL: "■■□", Status.COMPLETE: "■■■"}


def slide_name(slide: Slide) -> Bilingual:
    """Return the slide's name in a list, such as "At a glance" or "Priority 3".

    Slides with points have a name of their own; a slide with free text is named after its title, if it has one.
    """
    if isinstance(slide, deck_model.PointsSlide):
        return slide.name or slide.title
    if isinstance(slide, deck_model.PrioritySlide):
        return Bilingual(f"{PRIORITY.en} {slide.number}", f"{PRIORITY.fr} {slide.number}")
    if isinstance(slide, deck_model.TextSlide) and slide.title:
        return slide.title
    return SLIDE_NAMES[type(slide)]


def step_state(state: DeckStepState) -> Bilingual:
    """Return the state of a next step with its mark, such as "► New"."""
    return _with_mark(_STEP_MARKS[state], STEP_STATES[state])


def part_label(state: DeckStepState) -> Bilingual:
    """Return the words before a part of a step that was done or dropped, such as "■ Done:"."""
    words = step_state(state)
    return Bilingual(f"{words.en}:", f"{words.fr}{NBSP}:")


def status_word(status: Status | None) -> Bilingual:
    return NO_REPORT if status is None else status.label


def series_word(series: Status | Timeliness | None) -> Bilingual:
    """Return the heading of a column of counts: squares and words, as in the cells of the matrix."""
    if isinstance(series, Timeliness):
        return _with_mark(TIMELINESS_MARKS[series], DUE_WORD if series is Timeliness.DUE else series.label)
    return NO_REPORT if series is None else _with_mark(SQUARES[series], series.label)


def counted_activities(state: Status | Timeliness, count: int) -> Bilingual:
    """Return a part of a priority's bar in words, such as "2 complete"; in French, in the gender of "activité"."""
    if state is Status.COMPLETE:
        return Bilingual(f"{count}{NBSP}complete", f"{count}{NBSP}réalisée{'s' if count > 1 else ''}")
    words = TO_COME if state is Timeliness.NOT_YET_DUE else state.label
    return Bilingual(f"{count}{NBSP}{_lowercase_first(words.en)}", f"{count}{NBSP}{_lowercase_first(words.fr)}")


def timeline_legend(state: Status | Timeliness) -> Bilingual:
    """Return what a marker on the timeline means, such as "▲ overdue (bar: how late)"."""
    return _with_mark(_LEGEND_SIGNS[state], TIMELINE_LEGEND[state])


def to_come() -> Bilingual:
    """Return "○ To come", for activities that are not yet due."""
    return _with_mark("○", TO_COME)


def timing(state: ActivityState, as_of: date) -> Bilingual:
    """Return an activity's timeliness with the days, such as "▲ 86 days overdue" or "done 14 days late"."""
    if state.timeliness is Timeliness.DUE:
        return _with_mark("►", _due_in((state.due_on - as_of).days))
    if state.timeliness is Timeliness.OVERDUE:
        return _with_mark("▲", _overdue((as_of - state.due_on).days))
    if state.timeliness is Timeliness.DONE_LATE and state.reported_on is not None:
        return _late((state.reported_on - state.due_on).days)
    return timing_without_days(state)


def timing_without_days(state: ActivityState) -> Bilingual:
    """Return an activity's timeliness without the days, for narrow columns."""
    words = state.timeliness.label
    lowered = Bilingual(_lowercase_first(words.en), _lowercase_first(words.fr))
    mark = {Timeliness.DUE: "►", Timeliness.OVERDUE: "▲"}.get(state.timeliness)
    return _with_mark(mark, lowered) if mark else lowered


_BRIEF_TIMING = {
    Timeliness.DONE_ON_TIME: Bilingual("done on time", "à temps"),
    Timeliness.DONE_LATE: Bilingual("done late", "avec retard"),
    Timeliness.NOT_YET_DUE: Bilingual("not yet due", "à venir"),
}


def brief_timing(state: ActivityState) -> Bilingual:
    """Return an activity's timeliness for the narrowest columns, above its status in words."""
    return _BRIEF_TIMING.get(state.timeliness) or timing_without_days(state)


def _due_in(days: int) -> Bilingual:
    if days < 1:
        return Bilingual("due today", "échéance aujourd’hui")
    counted = _days(days)
    return Bilingual(f"due in {counted.en}", f"échéance dans {counted.fr}")


def _overdue(days: int) -> Bilingual:
    counted = _days(max(days, 1))
    return Bilingual(f"{counted.en} overdue", f"en retard de {counted.fr}")


def _late(days: int) -> Bilingual:
    counted = _days(max(days, 1))
    return Bilingual(f"done {counted.en} late", f"réalisé avec {counted.fr} de retard")


def _days(n: int) -> Bilingual:
    return Bilingual(f"{n}{NBSP}day{'s' if n != 1 else ''}", f"{n}{NBSP}jour{'s' if n > 1 else ''}")


def _with_mark(mark: str, words: Bilingual) -> Bilingual:
    return Bilingual(f"{mark} {words.en}", f"{mark} {words.fr}")


def _lowercase_first(text: str) -> str:
    return text[:1].lower() + text[1:]
