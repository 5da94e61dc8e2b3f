"""The words of changes: one place for pages, decks and sheets."""

from __future__ import annotations

from cogwg.briefing.compare import SlideKind
from cogwg.briefing.deck import ChangeKind
from cogwg.core.bilingual import Bilingual

KINDS = {
    ChangeKind.SLIPPED: Bilingual("Slipped", "A pris du retard"),
    ChangeKind.SILENT: Bilingual("Silent", "Sans nouvelles"),
    ChangeKind.DUE_MOVED: Bilingual("Date moved", "Date déplacée"),
    ChangeKind.LEAD_CHANGED: Bilingual("Lead changed", "Responsable changé"),
    ChangeKind.FORWARD: Bilingual("Moved forward", "A avancé"),
    ChangeKind.ADDED: Bilingual("Added", "Ajoutée"),
    ChangeKind.DROPPED: Bilingual("Dropped", "Abandonnée"),
}
SLIDE_KINDS = {
    SlideKind.ADDED: Bilingual("Slide added", "Diapositive ajoutée"),
    SlideKind.DROPPED: Bilingual("Slide left out", "Diapositive retirée"),
    SlideKind.REWORDED: Bilingual("Slide changed", "Diapositive modifiée"),
}
