"""The sentences of the list of sources: who reported or decided something, and when, as far as the deck contains this."""

from __future__ import annotations

from collections.abc import Sequence

from cogwg.briefing.deck import ActivityState, Deck, DeckChallenge, DeckMilestone
from cogwg.briefing.deck_sources import Source
from cogwg.core.articles import with_article
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual, Language
from cogwg.core.dates import NBSP, day

QUARTER_STATEMENT = Bilingual(
    "Each activity’s latest report for that quarter or an earlier one.",
    "Dernier rapport sur chaque activité, pour ce trimestre ou un trimestre précédent.",
)


def plan_statement(deck: Deck) -> Bilingual:
    when = day(deck.as_of)
    return Bilingual(
        f"Work plan as adopted and changed, with the reports submitted by {when.en}.",
        f"Plan de travail adopté et modifié, et rapports soumis au plus tard le {when.fr}.",
    )


def report_statement(state: ActivityState, source: Source | None) -> Bilingual:
    """Return a text such as "Report submitted by Ontario on September 24, 2020 (version 2)"; parts that are not known are left
    out.
    """
    on = (source.on if source else None) or state.reported_on
    when = EMPTY_TEXT if on is None else Bilingual(f" on {day(on).en}", f" le {day(on).fr}")
    who = _by(source.who) if source else EMPTY_TEXT
    version = source.version if source else 0
    number = f" (version{NBSP}{version})" if version else ""
    noun = Bilingual("Fictional report", "Rapport fictif") if state.sample else Bilingual("Report", "Rapport")
    return Bilingual(f"{noun.en} submitted{who.en}{when.en}{number}", f"{noun.fr} soumis{who.fr}{when.fr}{number}")


def no_report_statement(deck: Deck, state: ActivityState) -> Bilingual:
    when, due = day(deck.as_of), day(state.due_on)
    return Bilingual(
        f"No report by {when.en}; the work plan sets the due date, {due.en}",
        f"Aucun rapport au {when.fr}; le plan de travail fixe l’échéance, le {due.fr}",
    )


def _by(who: Bilingual) -> Bilingual:
    """Return " by Ontario" in English and « par l’Ontario » in French; empty without a name."""
    if not who:
        return EMPTY_TEXT
    named = with_article(who)
    return Bilingual(f" by {named.en or who.text(Language.EN)}", f" par {named.fr or who.text(Language.FR)}")


def role_words(source: Source) -> Bilingual:
    """Return who has held a role and since when, such as "Ontario since February 27, 2020" or "vacant since …"."""
    who = source.who or Bilingual("vacant", "vacant")
    if source.on is None:
        return who
    since = day(source.on)
    return Bilingual(f"{who.text(Language.EN)} since {since.en}", f"{who.text(Language.FR)} depuis le {since.fr}")


def milestone_statement(milestone: DeckMilestone, source: Source | None) -> Bilingual:
    by = _by(milestone.jurisdiction)
    when = _on(source)
    return Bilingual(f"Reported{by.en}{when.en}.", f"Signalé{by.fr}{when.fr}.")


def challenge_statement(challenge: DeckChallenge, source: Source | None) -> Bilingual:
    when, where = _on(source), challenge.where
    inside = Bilingual(f", {where.text(Language.EN)}", f", {where.text(Language.FR)}") if where else EMPTY_TEXT
    return Bilingual(
        f"Reported to the working group{when.en}{inside.en}.", f"Signalé au groupe de travail{when.fr}{inside.fr}."
    )


def decided_step_statement(source: Source) -> Bilingual:
    on = EMPTY_TEXT if source.on is None else Bilingual(f" of {day(source.on).en}", f" du {day(source.on).fr}")
    return Bilingual(f"Decided at the meeting{on.en}.", f"Décidée à la réunion{on.fr}.")


def reported_step_statement(source: Source) -> Bilingual:
    """Return a text such as "From the report on 3.1, submitted by Ontario on September 24, 2020 (version 2)".

    Parts that are not known are left out.
    """
    codes = ", ".join(source.activities)
    about = Bilingual(f" on {codes},", f" sur {codes},") if codes else EMPTY_TEXT
    by, when = _by(source.who), _on(source)
    number = f" (version{NBSP}{source.version})" if source.version else ""
    return Bilingual(
        f"From the report{about.en} submitted{by.en}{when.en}{number}.",
        f"Tirée du rapport{about.fr} soumis{by.fr}{when.fr}{number}.",
    )


def _on(source: Source | None) -> Bilingual:
    if source is None or source.on is None:
        return EMPTY_TEXT
    when = day(source.on)
    return Bilingual(f" on {when.en}", f" le {when.fr}")


def labelled(label: Bilingual, text: Bilingual) -> Bilingual:
    if not text:
        return label
    return Bilingual(f"{label.en}: {text.text(Language.EN)}", f"{label.fr}{NBSP}: {text.text(Language.FR)}")


def sentences(parts: Sequence[Bilingual]) -> Bilingual:
    """Join the parts as sentences, each with a period at its end."""
    return Bilingual(*(" ".join(_ended(part.text(lang)) for part in parts if part) for lang in Language))


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
