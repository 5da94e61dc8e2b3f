"""The other sheets of a workbook: the guide, which people read first, and the reference of all columns and choices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cogwg.core import dates
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.calendar import TORONTO
from cogwg.core.status import Status
from cogwg.workbook import palette
from cogwg.workbook.books import GuideFacts
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
        Bilingual(
            "In one language only, or older than the text beside it. Translate or update it if you can.",
            "Dans une seule langue, ou plus ancien que le texte à côté. Traduisez-le ou mettez-le à jour si possible.",
        ),
    ),
    (palette.PALE, Bilingual("From the plan, for reference.", "Tiré du plan, à titre indicatif.")),
)
PLAN_LEGEND: tuple[tuple[str, Bilingual], ...] = (
    (palette.MISSING, Bilingual("Missing. Required.", "Manquant. Requis.")),
    *LEGEND[1:3],
)
REPORT_STEPS: tuple[Bilingual, ...] = (
    Bilingual(
        "1. Go to the sheet “Reports – Rapports”. Each row is one activity. Write in English, in French or in both.",
        "1. Ouvrez la feuille «\u00a0Reports – Rapports\u00a0». "
        "Chaque ligne est une activité. Écrivez en français, en anglais ou dans les deux langues.",
    ),
    Bilingual(
        "2. Choose the status from the list. If nothing changed this quarter, choose the same status again, and Yes under "
        "“Nothing to report”.",
        "2. Choisissez l’état dans la liste. Si rien n’a changé ce trimestre, choisissez de nouveau le même état, et Oui sous "
        "«\u00a0Rien à signaler\u00a0».",
    ),
    Bilingual(
        "3. Follow the colours. They change as you type:",
        "3. Suivez les couleurs. Elles changent à mesure que vous écrivez\u00a0:",
    ),
    Bilingual(
        "4. Save the file, then upload it on the site’s “Report with a workbook” page. "
        "You will see every change before anything is saved.",
        "4. Enregistrez le fichier, puis téléversez-le à la page «\u00a0Faire rapport avec un classeur\u00a0» du site. "
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
        "Rows that you delete and cells that you do not change have no effect on the site.",
        "Les lignes que vous supprimez et les cellules que vous ne modifiez pas n’ont aucun effet sur le site.",
    ),
    Bilingual(
        "If someone else changes the same text on the site, you will see both versions and choose which one to keep.",
        "Si une autre personne modifie le même texte sur le site, vous verrez les deux versions et choisirez celle à garder.",
    ),
)
PLAN_STEPS: tuple[Bilingual, ...] = (
    Bilingual(
        "1. Fill in the sheets from left to right: the plan, its priorities, their activities, then leads and partners.",
        "1. Remplissez les feuilles de gauche à droite\u00a0: le plan, ses priorités, leurs activités, puis les responsables "
        "et partenaires.",
    ),
    Bilingual(
        "2. Add a row for each new item below the others, with the next number: 1, 2, 3… for priorities, 3.1, 3.2… for the "
        "activities of priority 3, and 3a, 3b… for its roles.",
        "2. Ajoutez une ligne sous les autres pour chaque nouvel élément, avec le numéro suivant\u00a0: 1, 2, 3… pour les "
        "priorités, 3.1, 3.2… pour les activités de la priorité 3, et 3a, 3b… pour ses rôles.",
    ),
    REPORT_STEPS[2],
    Bilingual(
        "4. Save the file, then upload it on the site’s “Report with a workbook” page. "
        "It becomes a draft of the plan, which you review before it is adopted.",
        "4. Enregistrez le fichier, puis téléversez-le à la page «\u00a0Faire rapport avec un classeur\u00a0» du site. "
        "Il devient une ébauche du plan, que vous révisez avant son adoption.",
    ),
)
PLAN_NOTES: tuple[Bilingual, ...] = (
    Bilingual(
        "Texts can be in English, in French or in both. Titles must be in both before the plan is adopted.",
        "Les textes peuvent être en français, en anglais ou dans les deux langues. "
        "Les titres doivent être dans les deux langues avant l’adoption du plan.",
    ),
    REPORT_NOTES[0],
    REPORT_NOTES[2],
    Bilingual(
        "To move or remove items, use the draft’s page on the site.",
        "Pour déplacer ou supprimer des éléments, utilisez la page de l’ébauche sur le site.",
    ),
)
Choices = Sequence[tuple[str, Bilingual]]
GOOD_TO_KNOW = Bilingual("Good to know", "Bon à savoir")
STEPS = Bilingual("What to do", "Marche à suivre")
CHOICES = Bilingual("Choices in the drop-down lists", "Choix dans les listes déroulantes")
COLUMNS = Bilingual("Columns", "Colonnes")
LIMIT = Bilingual("At most {limit} characters.", "Au plus {limit} caractères.")
_STATUS_HELP = {
    Status.NOT_STARTED: Bilingual("Work has not begun.", "Le travail n’a pas commencé."),
    Status.LIMITED: Bilingual(
        "Work has begun; most of it remains to be done.", "Le travail a commencé; la plus grande partie reste à faire."
    ),
    Status.SUBSTANTIAL: Bilingual("Most of the work is done.", "La plus grande partie du travail est faite."),
    Status.COMPLETE: Bilingual(
        "All the work is done, and there is evidence.", "Tout le travail est fait, et il y a une preuve."
    ),
}
YES_CHOICES: Choices = ((YES_CHOICE, EMPTY_TEXT),)
REPORT_CHOICES: Mapping[str, Choices] = {
    "cogwg_status": tuple((text, _STATUS_HELP[status]) for text, status in STATUS_CHOICES.items()),
    "cogwg_yes": YES_CHOICES,
}


def submit_step(about: GuideFacts) -> Bilingual:
    """Return the last step, which is to submit on the site, with the due time and the URL of the site if they are known."""
    en = ["5. On the site, select “Review and submit”. Until you do, your reports are saved but not submitted."]
    fr = [
        "5. Sur le site, sélectionnez «\u00a0Vérifier et soumettre\u00a0». "
        "D’ici là, vos rapports sont enregistrés, mais pas soumis."
    ]
    if about.due_at is not None:
        there = about.due_at.astimezone(TORONTO)
        day, time = dates.day_of_month(there), dates.clock(there)
        en.append(f"Due {day.en}, {time.en} (Eastern time).")
        fr.append(f"Date limite\u00a0: {day.fr}, {time.fr} (heure de l’Est).")
    if about.site:
        en.append(f"Site: {about.site}/en")
        fr.append(f"Site\u00a0: {about.site}/fr")
    return Bilingual("\n".join([" ".join(en[:2]), *en[2:]]), "\n".join([" ".join(fr[:2]), *fr[2:]]))


def guide_sheet(
    title: Bilingual,
    facts: Sequence[Bilingual],
    steps: Sequence[Bilingual],
    notes: Sequence[Bilingual],
    lang: Language,
    legend: Sequence[tuple[str, Bilingual]] = LEGEND,
) -> Sheet:
    """Return the guide with the two languages side by side. The legend of the colours follows the step that ends
    with a colon.
    """
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
            for fill, words in legend:
                write(words, palette.BODY, fill)
            row += 1
    row += 1
    write(GOOD_TO_KNOW, palette.SECTION)
    for note in notes:
        write(note, palette.BODY)
    return sheet


def reference_sheet(
    columns: Sequence[tuple[Bilingual, Sequence[SheetColumn]]], choices: Mapping[str, Choices], lang: Language
) -> tuple[Sheet, dict[str, tuple[int, int]]]:
    """Return the sheet that documents the columns of each sheet, and the first and last row of each list of choices, by its
    defined name.
    """
    sheet = Sheet(REFERENCE_SHEET, {1: 38, 2: 58, 3: 58, 4: 38})
    row = 1
    lists: dict[str, tuple[int, int]] = {}
    sheet.write(row, 1, both_lines(CHOICES, lang), palette.SECTION)
    sheet.fit_height(row)
    for name, listed in choices.items():
        lists[name] = (row + 1, row + len(listed))
        for text, words in listed:
            row += 1
            sheet.write(row, 1, text, palette.FILLED)
            for column, lang_ in ((2, lang), (3, lang.other)):
                sheet.write(row, column, words.exact_text(lang_), palette.FILLED)
            sheet.fit_height(row)
    for title, own in columns:
        row += 2
        sheet.write(row, 1, both_lines(title, lang), palette.SECTION)
        sheet.fit_height(row)
        for column_ in own:
            row += 1
            _write_column_help(sheet, row, column_, lang)
    return sheet, lists


def _write_column_help(sheet: Sheet, row: int, column: SheetColumn, lang: Language) -> None:
    sheet.write(row, 1, both_lines(column.heading, lang), palette.CODE)
    for at, lang_ in ((2, lang), (3, lang.other)):
        help_ = [column.help.exact_text(lang_)]
        if column.limit:
            help_.append(LIMIT.exact_text(lang_).format(limit=column.limit))
        sheet.write(row, at, " ".join(help_), palette.FILLED)
    sheet.write(row, 4, column.example, palette.EXAMPLE)
    sheet.fit_height(row)
