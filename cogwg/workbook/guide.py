"""The sheets around the reports: the guide to read first, and the reference of all columns and choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.status import Status
from cogwg.workbook import palette
from cogwg.workbook.layout import GUIDE_SHEET, REFERENCE_SHEET, STATUS_CHOICES, YES_CHOICE, SheetColumn
from cogwg.workbook.sentences import both_lines
from cogwg.workbook.sheets import Look, Sheet

LEGEND: tuple[tuple[str, Bilingual], ...] = (
    (
        palette.MISSING,
        Bilingual("Missing. Required before you submit the report.", "Manquant. Requis avant de soumettre le rapport."),
    ),
    (palette.WRONG, Bilingual("Wrong. Correct this cell.", "Erreur. Corrigez cette cellule.")),
    (
        palette.UNTRANSLATED,
        Bilingual("In one language only. Add the other if you can.", "Dans une seule langue. Ajoutez l’autre si possible."),
    ),
    (palette.PALE, Bilingual("From the plan, for reference.", "Tiré du plan, à titre indicatif.")),
)
REPORT_STEPS: tuple[Bilingual, ...] = (
    Bilingual(
        "1. Go to the sheet “Reports – Rapports”. Each row is one activity. Write in English, in French or in both.",
        "1. Ouvrez la feuille «\u00a0Reports – Rapports\u00a0». "
        "Chaque ligne est une activité. Écrivez en français, en anglais ou dans les deux langues.",
    ),
    Bilingual(
        "2. Choose the status from the list. If nothing changed this quarter, choose Yes under “Nothing to report”.",
        "2. Choisissez l’état dans la liste. Si rien n’a changé ce trimestre, choisissez Oui sous "
        "«\u00a0Rien à signaler\u00a0».",
    ),
    Bilingual(
        "3. Follow the colours. They change as you type:",
        "3. Suivez les couleurs. Elles changent à mesure que vous écrivez\u00a0:",
    ),
    Bilingual(
        "4. Save the file, then upload it on the page “Workbook” of the site. "
        "You will see every change before anything is saved.",
        "4. Enregistrez le fichier, puis téléversez-le à la page «\u00a0Classeur\u00a0» du site. "
        "Vous verrez chaque changement avant tout enregistrement.",
    ),
)
REPORT_NOTES: tuple[Bilingual, ...] = (
    Bilingual(
        "You can sort, filter, hide and insert rows and columns, and add sheets for your own notes.",
        "Vous pouvez trier, filtrer, masquer et insérer des lignes et des colonnes, et ajouter des feuilles pour vos notes.",
    ),
    Bilingual("Do not change the codes in the first column.", "Ne modifiez pas les codes de la première colonne."),
    Bilingual(
        "Rows that you delete and cells that you do not change leave the site as it is.",
        "Les lignes que vous supprimez et les cellules que vous ne modifiez pas ne changent rien sur le site.",
    ),
    Bilingual(
        "If someone else changes the same text on the site, you will see both versions and choose.",
        "Si une autre personne modifie le même texte sur le site, vous verrez les deux versions et choisirez.",
    ),
)
GOOD_TO_KNOW = Bilingual("Good to know", "Bon à savoir")
STEPS = Bilingual("What to do", "Marche à suivre")
CHOICES = Bilingual("Choices of the lists", "Choix des listes")
COLUMNS = Bilingual("Columns", "Colonnes")
LIMIT = Bilingual("At most {limit} characters.", "Au plus {limit} caractères.")
_STATUS_HELP = {
    Status.NOT_STARTED: Bilingual("Work has not begun.", "Le travail n’a pas commencé."),
    Status.LIMITED: Bilingual(
        "Work has begun; most of it remains.", "Le travail a commencé; la plus grande partie reste à faire."
    ),
    Status.SUBSTANTIAL: Bilingual("Most of the work is done.", "La plus grande partie du travail est faite."),
    Status.COMPLETE: Bilingual("All is done, and there is evidence.", "Tout est fait, et il y a une preuve."),
}


def guide_sheet(
    title: Bilingual, facts: Sequence[Bilingual], steps: Sequence[Bilingual], notes: Sequence[Bilingual], lang: Language
) -> Sheet:
    """Return the guide, one language beside the other. The legend of the colours follows the step that ends with a colon."""
    sheet = Sheet(GUIDE_SHEET, {1: 2, 2: 64, 3: 3, 4: 64}, tab_colour=palette.NAVY, pages=(1, 1))
    row = 1

    def write(text: Bilingual, look: Look, fill: str = "") -> None:
        nonlocal row
        row += 1
        for column, words in ((2, text.exact_text(lang)), (4, text.exact_text(lang.other))):
            sheet.write(row, column, words, replace(look, fill=fill, is_framed=bool(fill)))
        sheet.fit_height(row)
        sheet.heights[row] += 5

    write(title, palette.TITLE)
    for fact in facts:
        write(fact, palette.NOTE)
    row += 1
    write(STEPS, palette.SECTION)
    for step in steps:
        write(step, palette.BODY)
        if step.en.endswith(":"):
            for fill, words in LEGEND:
                write(words, palette.BODY, fill)
    row += 1
    write(GOOD_TO_KNOW, palette.SECTION)
    for note in notes:
        write(note, palette.BODY)
    return sheet


def reference_sheet(
    columns: Sequence[SheetColumn], lang: Language, *, has_statuses: bool = True
) -> tuple[Sheet, dict[str, tuple[int, int]]]:
    """Return the sheet that documents every column, and the rows of the lists of choices by their defined name."""
    sheet = Sheet(REFERENCE_SHEET, {1: 38, 2: 58, 3: 58, 4: 38})
    row = 1
    lists: dict[str, tuple[int, int]] = {}
    if has_statuses:
        sheet.write(row, 1, both_lines(CHOICES, lang), palette.SECTION)
        sheet.fit_height(row)
        lists["cogwg_status"] = (row + 1, row + len(STATUS_CHOICES))
        for text, status in STATUS_CHOICES.items():
            row += 1
            sheet.write(row, 1, text, palette.FILLED)
            words = _STATUS_HELP[status]
            for column, lang_ in ((2, lang), (3, lang.other)):
                sheet.write(row, column, words.exact_text(lang_), palette.FILLED)
            sheet.fit_height(row)
        row += 1
        sheet.write(row, 1, YES_CHOICE, palette.FILLED)
        lists["cogwg_yes"] = (row, row)
        row += 2
    sheet.write(row, 1, both_lines(COLUMNS, lang), palette.SECTION)
    sheet.fit_height(row)
    for column_ in columns:
        row += 1
        sheet.write(row, 1, both_lines(column_.heading, lang), palette.CODE)
        for at, lang_ in ((2, lang), (3, lang.other)):
            help_ = [column_.help.exact_text(lang_)]
            if column_.limit:
                help_.append(LIMIT.exact_text(lang_).format(limit=column_.limit))
            sheet.write(row, at, " ".join(help_), palette.FILLED)
        sheet.write(row, 4, column_.example, palette.EXAMPLE)
        sheet.fit_height(row)
    return sheet, lists
