"""The sheets of a whole plan's workbook: one each for the plan itself, its priorities, activities and roles."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, fold_text
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.plan.draft_edits import PLAN_TITLE_LIMIT
from cogwg.plan.models import AssignmentRole
from cogwg.plan.plan_texts import ACTIVITY_TITLE_LIMIT, SHORT_LIMIT, TITLE_LIMIT
from cogwg.plan.rules import DUE_WORDING_LIMIT
from cogwg.workbook.layout import EXAMPLE_CODE, SheetColumn, choice

PLAN, PRIORITY, ACTIVITY, ROLE = "plan", "priority", "activity", "role"
JURISDICTION, ROLE_KIND, DUE, ONGOING = "jurisdiction", "role_kind", "due_on", "ongoing"


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """A sheet of the workbook. ``code`` is the pattern of the codes in its first column."""

    kind: str
    name: str
    title: Bilingual
    columns: tuple[SheetColumn, ...]
    code: re.Pattern[str]


def _key(kind: str, heading: Bilingual, help_: Bilingual) -> SheetColumn:
    return SheetColumn(kind, heading, 10, help_, EXAMPLE_CODE, 12, is_line=True)


def _texts(
    name: str, words: Bilingual, width: float, limit: int, help_: Bilingual, example: Bilingual
) -> tuple[SheetColumn, ...]:
    names = {Language.EN: Bilingual("English", "anglais"), Language.FR: Bilingual("French", "français")}
    return tuple(
        SheetColumn(
            f"{name}_{lang.value}",
            Bilingual(f"{words.en} ({names[lang].en})", f"{words.fr} ({names[lang].fr})"),
            width,
            help_,
            example.exact_text(lang),
            limit,
            lang,
            is_line=limit < TEXT_LIMIT,
        )
        for lang in Language
    )


_EITHER = Bilingual("Required in English or French.", "Requis en français ou en anglais.")
_OPTIONAL = Bilingual("Optional.", "Facultatif.")
_LINES = Bilingual(
    "One per line, in the same order in both languages.", "Un par ligne, dans le même ordre dans les deux langues."
)
PLAN_SHEETS: tuple[PlanSheet, ...] = (
    PlanSheet(
        PLAN,
        "Plan",
        Bilingual("The plan", "Le plan"),
        (
            _key(PLAN, Bilingual("Year", "Année"), Bilingual("The year of the plan.", "L’année du plan.")),
            *_texts(
                "title",
                Bilingual("Title", "Titre"),
                50,
                PLAN_TITLE_LIMIT,
                _EITHER,
                Bilingual("Work plan 2020", "Plan de travail 2020"),
            ),
            SheetColumn(
                "link",
                Bilingual("Link to the document", "Lien vers le document"),
                40,
                Bilingual("Optional. A full web address.", "Facultatif. Une adresse Web complète."),
                "https://open.canada.ca",
                2000,
                is_line=True,
            ),
        ),
        re.compile(r"20\d\d"),
    ),
    PlanSheet(
        PRIORITY,
        "Priorities – Priorités",
        Bilingual("Priorities", "Priorités"),
        (
            _key(
                PRIORITY,
                Bilingual("No.", "Nº"),
                Bilingual("1, 2, 3… in the order of the plan.", "1, 2, 3… dans l’ordre du plan."),
            ),
            *_texts(
                "title",
                Bilingual("Title", "Titre"),
                44,
                TITLE_LIMIT,
                _EITHER,
                Bilingual("Research on open data", "Recherche sur les données ouvertes"),
            ),
            *_texts(
                "short", Bilingual("Short title", "Titre court"), 26, SHORT_LIMIT, _EITHER, Bilingual("Research", "Recherche")
            ),
            *_texts(
                "issue",
                Bilingual("Issue", "Enjeu"),
                40,
                TEXT_LIMIT,
                _OPTIONAL,
                Bilingual("Little is known.", "On en sait peu."),
            ),
            *_texts("consequences", Bilingual("Consequences", "Conséquences"), 40, TEXT_LIMIT, _LINES, EMPTY_TEXT),
            *_texts("outcome", Bilingual("Expected outcome", "Résultat attendu"), 40, TEXT_LIMIT, _OPTIONAL, EMPTY_TEXT),
            *_texts("results", Bilingual("Results", "Résultats"), 40, TEXT_LIMIT, _LINES, EMPTY_TEXT),
        ),
        re.compile(r"[1-9]\d?"),
    ),
    PlanSheet(
        ACTIVITY,
        "Activities – Activités",
        Bilingual("Activities", "Activités"),
        (
            _key(
                ACTIVITY,
                Bilingual("No.", "Nº"),
                Bilingual("3.1, 3.2… in the order of priority 3.", "3.1, 3.2… dans l’ordre de la priorité 3."),
            ),
            *_texts(
                "title",
                Bilingual("Title", "Titre"),
                40,
                ACTIVITY_TITLE_LIMIT,
                _EITHER,
                Bilingual("Survey of members", "Sondage des membres"),
            ),
            *_texts("text", Bilingual("Description", "Description"), 44, TEXT_LIMIT, _OPTIONAL, EMPTY_TEXT),
            SheetColumn(
                DUE,
                Bilingual("Due month or day", "Mois ou jour d’échéance"),
                16,
                Bilingual("Required, such as 2020-09 or 2020-09-15.", "Requis, par exemple 2020-09 ou 2020-09-15."),
                "2020-09",
                is_line=True,
            ),
            *_texts(
                "due_words",
                Bilingual("Due date in the plan’s words", "Échéance dans les mots du plan"),
                22,
                DUE_WORDING_LIMIT,
                _OPTIONAL,
                Bilingual("Fall", "Automne"),
            ),
            SheetColumn(
                ONGOING,
                Bilingual("Ongoing", "En continu"),
                12,
                Bilingual("Choose Yes if the activity goes on all year.", "Choisissez Oui si l’activité dure toute l’année."),
            ),
        ),
        re.compile(r"[1-9]\d?\.[1-9]\d?"),
    ),
    PlanSheet(
        ROLE,
        "Roles – Rôles",
        Bilingual("Leads and partners", "Responsables et partenaires"),
        (
            _key(
                ROLE,
                Bilingual("No.", "Nº"),
                Bilingual("3a, 3b… for the roles of priority 3.", "3a, 3b… pour les rôles de la priorité 3."),
            ),
            SheetColumn(
                JURISDICTION,
                Bilingual("Jurisdiction", "Administration"),
                30,
                Bilingual(
                    "Choose from the list. Leave it empty for a vacant role.",
                    "Choisissez dans la liste. Laissez vide si le rôle est vacant.",
                ),
                "ON – Ontario",
                is_line=True,
            ),
            SheetColumn(
                ROLE_KIND,
                Bilingual("Lead or partner", "Responsable ou partenaire"),
                26,
                Bilingual("Choose from the list.", "Choisissez dans la liste."),
                "Lead – Responsable",
                is_line=True,
            ),
            *_texts("assignee", Bilingual("Name in the plan", "Nom dans le plan"), 34, 200, _OPTIONAL, EMPTY_TEXT),
        ),
        re.compile(r"[1-9]\d?[a-z]"),
    ),
)
SHEETS_BY_KIND = {sheet.kind: sheet for sheet in PLAN_SHEETS}
ALL_COLUMNS = tuple({column.code: column for sheet in PLAN_SHEETS for column in sheet.columns}.values())
ROLE_LABELS = {
    AssignmentRole.LEAD: Bilingual("Lead", "Responsable"),
    AssignmentRole.PARTNER: Bilingual("Partner", "Partenaire"),
    AssignmentRole.NOT_STATED: Bilingual("Not stated", "Non précisé"),
}
ROLE_CHOICES = {choice(label): role for role, label in ROLE_LABELS.items()}
_ROLE_WORDS = {
    fold_text(word): role
    for role, label in ROLE_LABELS.items()
    for word in (role.value, label.en, label.fr, choice(label), choice(label).replace("–", "-"))
}


def role_of(text: str) -> AssignmentRole | None:
    """Return the role with this code or label in either language, ignoring case and accents; None if there is none."""
    return _ROLE_WORDS.get(" ".join(fold_text(text).split()))


def jurisdiction_choice(code: str, name: Bilingual) -> str:
    """Return the label of a jurisdiction in drop-down lists: its code and its names."""
    return f"{code} – {' / '.join(dict.fromkeys((name.en, name.fr)))}"
