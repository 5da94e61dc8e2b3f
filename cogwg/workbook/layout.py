"""The layout that the writer and the reader of a workbook share: sheets, columns, hidden codes, choices, and a version.

A workbook stays valid as long as its layout does. Columns can be added freely; increment ``LAYOUT`` only if an older reader
would misunderstand a newer file. The reader finds columns by the codes in the hidden first row, so columns can be in any
order.
"""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language, fold_text
from cogwg.core.status import Status
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.reporting.rules import LABEL_LIMIT, NEXT_STEP_LIMIT

LAYOUT = 1
MARK = "cogwg-workbook"
REPORTS_KIND, PLAN_KIND = "reports", "plan"
HIDDEN_SHEET = "_cogwg"
GUIDE_SHEET, REPORTS_SHEET, REFERENCE_SHEET = "Guide", "Reports – Rapports", "Reference – Référence"
PROBLEMS_SHEET = "Problems – Problèmes"
EXAMPLE_CODE = "Example\nExemple"
CODES_ROW, TITLE_ROW, HEADING_ROW, EXAMPLE_ROW, FIRST_ROW = 1, 2, 3, 4, 5
META_KEYS = ("mark", "layout", "kind", "period", "year", "jurisdictions", "written", "lang")
"""The keys of the first rows of the hidden sheet, in order; the row after them has the codes of the baseline's columns."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a sheet that people fill in, or that shows data from the record.

    ``help`` says what to enter, and ``limit`` is the maximum number of characters (0 for no limit). ``lang`` is the language
    of its texts, if it has one; of the two columns of a text, the one in the book's language comes first. ``is_given`` columns
    are not filled in by people, and ``is_line`` texts have one line.
    """

    code: str
    heading: Bilingual
    width: float
    help: Bilingual
    example: str = ""
    limit: int = 0
    lang: Language | None = None
    is_given: bool = False
    is_line: bool = False


def _pair(
    name: str, words: Bilingual, width: float, help_: Bilingual, example: Bilingual, limit: int = TEXT_LIMIT
) -> tuple[SheetColumn, SheetColumn]:
    is_line = limit < TEXT_LIMIT
    return (
        SheetColumn(
            f"{name}_en",
            Bilingual(f"{words.en} (English)", f"{words.fr} (anglais)"),
            width,
            help_,
            example.en,
            limit,
            Language.EN,
            is_line=is_line,
        ),
        SheetColumn(
            f"{name}_fr",
            Bilingual(f"{words.en} (French)", f"{words.fr} (français)"),
            width,
            help_,
            example.fr,
            limit,
            Language.FR,
            is_line=is_line,
        ),
    )


def _given(code: str, heading: Bilingual, width: float, help_: Bilingual, example: str) -> SheetColumn:
    return SheetColumn(code, heading, width, help_, example, is_given=True)


_FROM_PLAN = Bilingual("From the plan. Changes here are not read.", "Tiré du plan. Les changements ne sont pas lus.")
REPORT_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn(
        "code",
        Bilingual("No.", "Nº"),
        9,
        Bilingual(
            "The code of the activity in the plan. Do not change it.", "Le code de l’activité dans le plan. Ne le modifiez pas."
        ),
        EXAMPLE_CODE,
        12,
        is_line=True,
    ),
    _given("title", Bilingual("Activity", "Activité"), 34, _FROM_PLAN, "Research published\nRecherches publiées"),
    _given("due", Bilingual("Due", "Échéance"), 14, _FROM_PLAN, "June 2020\njuin 2020"),
    _given("leads", Bilingual("Leads", "Responsables"), 17, _FROM_PLAN, "Ontario"),
    _given(
        "previous",
        Bilingual("Last report", "Dernier rapport"),
        28,
        Bilingual(
            "The last submitted report. Changes here are not read.",
            "Le dernier rapport soumis. Les changements ne sont pas lus.",
        ),
        "Not started\nNon commencé",
    ),
    SheetColumn(
        "status",
        Bilingual("Status", "État"),
        21,
        Bilingual(
            "Choose from the list. Required to submit the report.",
            "Choisissez dans la liste. Requis pour soumettre le rapport.",
        ),
        "Limited progress – Progrès limité",
    ),
    SheetColumn(
        "nothing_to_report",
        Bilingual("Nothing to report", "Rien à signaler"),
        13,
        Bilingual(
            "Choose Yes if nothing changed this quarter. Then leave the progress empty. The status is still required.",
            "Choisissez Oui si rien n’a changé ce trimestre. Laissez alors le progrès vide. L’état reste requis.",
        ),
    ),
    *_pair(
        "progress",
        Bilingual("Progress", "Progrès"),
        44,
        Bilingual(
            "The work done this quarter, in either language. Required unless there is nothing to report.",
            "Le travail fait ce trimestre, dans l’une ou l’autre langue. Requis, sauf s’il n’y a rien à signaler.",
        ),
        Bilingual("Three members sent their results.", "Trois membres ont envoyé leurs résultats."),
    ),
    *_pair(
        "challenge",
        Bilingual("Challenge", "Défi"),
        36,
        Bilingual(
            "The cause of a delay. Required if the activity is due or overdue and progress is limited.",
            "La cause d’un retard. Requis si l’activité est à échéance ou en retard et que le progrès est limité.",
        ),
        Bilingual("One member has no staff for this.", "Un membre n’a pas de personnel pour cela."),
    ),
    SheetColumn(
        "evidence_url",
        Bilingual("Link to the evidence", "Lien vers la preuve"),
        32,
        Bilingual(
            "A full web address, such as https://open.canada.ca. “Complete” requires a link or an explanation.",
            "Une adresse Web complète, par exemple https://ouvert.canada.ca. "
            "«\u00a0Réalisé\u00a0» exige un lien ou une explication.",
        ),
        "https://open.canada.ca",
        2000,
        is_line=True,
    ),
    *_pair(
        "evidence_label",
        Bilingual("Link name", "Nom du lien"),
        22,
        Bilingual("The name that readers see for the link.", "Le nom du lien que les lecteurs voient."),
        Bilingual("Survey results", "Résultats du sondage"),
        LABEL_LIMIT,
    ),
    SheetColumn(
        "more_links",
        Bilingual("More links, one on each line", "Autres liens, un par ligne"),
        32,
        Bilingual("Other web addresses, at most 9.", "D’autres adresses Web, 9 au plus."),
    ),
    *_pair(
        "evidence_note",
        Bilingual("If there is no link, explain why", "S’il n’y a pas de lien, expliquez pourquoi"),
        32,
        Bilingual("Only if there is no link.", "Seulement s’il n’y a pas de lien."),
        EMPTY_TEXT,
    ),
    *_pair(
        "next_step",
        Bilingual("Next step", "Prochaine étape"),
        32,
        Bilingual("One line for the briefing.", "Une ligne pour la présentation."),
        Bilingual("Publish the results in May.", "Publier les résultats en mai."),
        NEXT_STEP_LIMIT,
    ),
)
FIELDS_OF_COLUMNS = {
    **{column.code: column.code for column in REPORT_COLUMNS if not column.is_given and column.code != "code"},
    **dict.fromkeys(("evidence_url", "evidence_label_en", "evidence_label_fr", "more_links"), "evidence"),
}
"""The field of a report that each column is for; the columns of links are one field."""

YES, NO = Bilingual("Yes", "Oui"), Bilingual("No", "Non")


def choice(label: Bilingual) -> str:
    """Return the label of a choice in drop-down lists, in both languages."""
    return f"{label.en} – {label.fr}"


STATUS_CHOICES = {choice(status.label): status for status in Status}
YES_CHOICE = choice(YES)
_STATUS_WORDS = {
    fold_text(word): status
    for text, status in STATUS_CHOICES.items()
    for word in (status.value, status.label.en, status.label.fr, text, text.replace("–", "-"))
}
_MARK_WORDS = {
    **dict.fromkeys(
        map(fold_text, (YES_CHOICE, YES_CHOICE.replace("–", "-"), "yes", "oui", "y", "o", "x", "true", "vrai", "1")), True
    ),
    **dict.fromkeys(map(fold_text, (choice(NO), "no", "non", "n", "false", "faux", "0", "")), False),
}


def status_of(text: str) -> Status | None:
    """Return the status with this code or label in either language, ignoring case and accents; None if there is none."""
    return _STATUS_WORDS.get(" ".join(fold_text(text).split()))


def status_words() -> dict[str, Status]:
    """Map all texts that mean a status, without case and accents, to the status. Used for suggestions."""
    return _STATUS_WORDS


def mark_of(text: str) -> bool | None:
    """Return True if a text means yes, False if it means no, and None if it means neither."""
    return _MARK_WORDS.get(" ".join(fold_text(text).split()))


def in_book_order(columns: tuple[SheetColumn, ...], lang: Language) -> list[SheetColumn]:
    """Return the columns in the order for a book in this language, which comes first in each pair of columns."""
    ordered = list(columns)
    if lang is Language.FR:
        for n, column in enumerate(ordered[:-1]):
            if column.lang is Language.EN and ordered[n + 1].lang is Language.FR:
                ordered[n], ordered[n + 1] = ordered[n + 1], column
    return ordered
