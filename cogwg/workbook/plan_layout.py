"""The columns of a whole plan's workbook: priorities, activities and roles."""

from __future__ import annotations

from cogwg.core.bilingual import Bilingual
from cogwg.workbook.layout import SheetColumn

ACTIVITY_COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("code", Bilingual("No.", "Nº"), 9, Bilingual("The code of the activity.", "Le code de l’activité.")),
)
