"""The workbook of "What we heard": sheets with the report and its data, without names and email addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.tables import Cell, Column, Table, as_reproducible_workbook
from cogwg.tracker.engagement import PublishedHeard
from cogwg.tracker.open_data.datasets.comments import COMMENTS, CommentDataRow, comment_rows, theme_code
from cogwg.tracker.open_data.fields import cells
from cogwg.tracker.open_data.files import csv_text
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import HeardEdition

TITLE = Bilingual("What we heard", "Ce que nous avons entendu")
_NUMBER, _LONG = 14, 60


def heard_workbook(record: PublicRecord, edition: HeardEdition, lang: Language, note: str = "") -> bytes:
    """Return the workbook in a language: the summary, themes, participation, and the comments that are still public.

    ``note`` is added to the workbook, for example the name of the licence.
    """
    content, day = edition.content, edition.visible_on
    rows = list(comment_rows(record, edition))
    tables = (
        _summary(content, edition, day),
        _themes(content, day),
        _participation(content, day),
        _comments(content, rows, day),
    )
    title = f"{TITLE.text(lang)}{':' if lang is Language.EN else chr(0xA0) + ':'} {content.cycle_title.text(lang)}"
    return as_reproducible_workbook(tables, lang, title=title, note=note)


def _table(name: Bilingual, columns: Sequence[tuple[str, str, int]], rows: Sequence[tuple[Cell, ...]], day: date) -> Table:
    return Table(name, tuple(Column(Bilingual(en, fr), width) for en, fr, width in columns), tuple(rows), day)


def _summary(content: PublishedHeard, edition: HeardEdition, day: date) -> Table:
    facts: list[tuple[Cell, ...]] = [
        (Bilingual("Cycle", "Cycle"), content.cycle_title),
        (Bilingual("Version", "Version"), content.number),
        (Bilingual("Published on", "Publié le"), day),
        (Bilingual("Comments received", "Commentaires reçus"), content.received),
        (Bilingual("Comments published", "Commentaires publiés"), content.published),
        (Bilingual("Duplicates", "Doublons"), content.duplicates),
        (Bilingual("Comments refused", "Commentaires refusés"), content.refused),
        *(
            (Bilingual(f"Refused: {r.reason.label.en}", f"Refusés\u00a0: {r.reason.label.fr}"), r.count)
            for r in content.refusals
        ),
        (Bilingual("Meetings", "Rencontres"), content.meetings),
        (Bilingual("Methods", "Démarche"), content.methods),
        (Bilingual("Limits", "Limites"), content.limits),
        (Bilingual("SHA-256 of the published report", "SHA-256 du rapport publié"), edition.sha256),
    ]
    if content.correction:
        facts.append(
            (
                Bilingual("Why this version replaces the earlier one", "Pourquoi cette version remplace la précédente"),
                content.correction,
            )
        )
    if content.sample:
        facts.append(
            (
                Bilingual("Sample data", "Données fictives"),
                Bilingual("The comments are invented.", "Les commentaires sont inventés."),
            )
        )
    columns = (("Fact", "Fait", 30), ("Value", "Valeur", _LONG))
    return _table(Bilingual("Summary", "Résumé"), columns, facts, day)


def _themes(content: PublishedHeard, day: date) -> Table:
    columns = (
        *(("Code", "Code", 18), ("Theme", "Thème", 36), ("Comments", "Commentaires", _NUMBER)),
        *(("What was heard", "Ce qui a été entendu", _LONG), ("What came of it", "Suite donnée", 20)),
        *(("Why", "Pourquoi", _LONG), ("Became", "Devenu", 24)),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            theme_code(content.cycle, theme),
            theme.title,
            len(theme.comments),
            theme.heard,
            theme.disposition.label if theme.disposition is not None else None,
            theme.response,
            " ".join(link.key for link in theme.links),
        )
        for theme in content.themes
    ]
    return _table(Bilingual("Themes", "Thèmes"), columns, rows, day)


def _participation(content: PublishedHeard, day: date) -> Table:
    columns = (
        *(("By", "Selon", 16), ("Which", "Lequel", 30), ("Received", "Reçus", _NUMBER), ("Published", "Publiés", _NUMBER)),
        *(("Duplicates", "Doublons", _NUMBER), ("Refused", "Refusés", _NUMBER)),
    )
    kinds = (
        (Bilingual("Channel", "Moyen"), content.by_channel),
        (Bilingual("Language", "Langue"), content.by_language),
        (Bilingual("Phase", "Étape"), content.by_phase),
    )
    rows: list[tuple[Cell, ...]] = [
        (kind, each.label, each.received, each.published, each.duplicates, each.refused)
        for kind, shares in kinds
        for each in shares
    ]
    return _table(Bilingual("Participation", "Participation"), columns, rows, day)


def _comments(content: PublishedHeard, rows: Sequence[CommentDataRow], day: date) -> Table:
    """Return the sheet with the rows of the dataset of comments, with the same column names as in its other files."""
    columns = tuple(Column(Bilingual(c.name, c.name), _LONG if c.name == "comment" else 18) for c in COMMENTS.columns)
    values = (tuple(field.value(row) for field in COMMENTS.fields) for row in rows)
    texts = tuple(tuple(_cell(cell) for cell in cells(COMMENTS, row)) for row in values)
    return Table(Bilingual("Comments", "Commentaires"), columns, texts, day, sample=False)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | date) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return csv_text(value)
