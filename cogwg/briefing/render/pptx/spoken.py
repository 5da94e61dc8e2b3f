"""What a presenter can say about a slide: its finding, one or two more sentences, and the question that the audience is likely
to ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from cogwg.briefing.deck import (
    AsksSlide,
    ChangedSlide,
    ChangeKind,
    GlanceSlide,
    MilestonesSlide,
    NextStepsSlide,
    PrioritySlide,
    ProgressSlide,
    Slide,
    SummarySlide,
    TimelineSlide,
)
from cogwg.briefing.render import wording
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.dates import NBSP, count_phrase, month_of_year
from cogwg.core.status import Status

_QUESTION = Bilingual("Likely question:", f"Question probable{NBSP}:")
_QUESTIONS: dict[type[Slide], Bilingual] = {
    SummarySlide: Bilingual("Is this better than last time?", "Est-ce mieux que la dernière fois?"),
    GlanceSlide: Bilingual("What is due next?", "Quelle est la prochaine échéance?"),
    ChangedSlide: Bilingual("What is being done about what fell behind?", "Que fait-on au sujet de ce qui a pris du retard?"),
    ProgressSlide: Bilingual(
        "What would bring the priority that is furthest behind back on track?",
        "Qu’est-ce qui remettrait la priorité la plus en retard sur la bonne voie?",
    ),
    TimelineSlide: Bilingual("When will what is late be done?", "Quand ce qui est en retard sera-t-il fait?"),
    MilestonesSlide: Bilingual("Which jurisdictions have these challenges?", "Quelles administrations ont ces défis?"),
    NextStepsSlide: Bilingual("Who does this, and by when?", "Qui s’en charge, et d’ici quand?"),
    AsksSlide: Bilingual("What happens if we do not decide today?", "Que se passe-t-il si nous ne décidons pas aujourd’hui?"),
    PrioritySlide: Bilingual("What do you need to complete the rest?", "Que vous faut-il pour réaliser le reste?"),
}


def spoken_lines(slide: Slide) -> Iterator[Bilingual]:
    """Yield the sentences that follow a slide's finding, then the likely question if the slide's kind has one."""
    yield from _sentences(slide)
    question = _QUESTIONS.get(type(slide))
    if question is not None:
        yield Bilingual(f"{_QUESTION.en} {question.en}", f"{_QUESTION.fr} {question.fr}")


def _sentences(slide: Slide) -> Iterator[Bilingual]:
    match slide:
        case SummarySlide():
            yield from _summary(slide)
        case GlanceSlide() | TimelineSlide():
            yield from _next_due(slide)
        case ChangedSlide():
            yield from _slipped(slide)
        case ProgressSlide():
            yield from _oldest(slide)
        case MilestonesSlide() if slide.challenges:
            yield wording.AGREED_NAMES if any(challenge.where for challenge in slide.challenges) else wording.NO_NAMES
        case PrioritySlide():
            yield from _carriers(slide)


def _summary(slide: SummarySlide) -> Iterator[Bilingual]:
    if slide.moved:
        yield _sentence(slide.moved)
    n = len(slide.decisions)
    if n:
        noun = count_phrase(n, Bilingual("decision", "décision"), Bilingual("decisions", "décisions"))
        first = slide.decisions[0].text
        yield _sentence(
            Bilingual(
                f"We ask for {noun.en}; the first is: {first.text(Language.EN)}",
                f"Nous demandons {noun.fr}; la première{NBSP}: {first.text(Language.FR)}",
            )
        )


def _next_due(slide: GlanceSlide | TimelineSlide) -> Iterator[Bilingual]:
    coming = [state for row in slide.rows for state in row.states if state.status is not Status.COMPLETE]
    ahead = [state for state in coming if not state.timeliness.is_overdue]
    if ahead:
        first = min(state.month for state in ahead)
        n = sum(state.month == first for state in ahead)
        when = month_of_year(*first)
        noun = count_phrase(n, Bilingual("activity", "activité"), Bilingual("activities", "activités"))
        yield Bilingual(
            f"{noun.en} {'is' if n == 1 else 'are'} due in {when.en}.",
            f"{noun.fr} {'arrive' if n < 2 else 'arrivent'} à échéance en {when.fr}.",
        )


def _slipped(slide: ChangedSlide) -> Iterator[Bilingual]:
    for change in slide.changes:
        if change.kind is ChangeKind.SLIPPED:
            reason = change.reason
            yield _sentence(
                Bilingual(
                    f"“{change.text.text(Language.EN)}” fell behind: {reason.text(Language.EN) or 'no reason was reported'}",
                    f"«{NBSP}{change.text.text(Language.FR)}{NBSP}» a pris du retard{NBSP}: "
                    f"{reason.text(Language.FR) or 'aucune raison n’a été donnée'}",
                )
            )
            return


def _oldest(slide: ProgressSlide) -> Iterator[Bilingual]:
    late = [(activity.days, row.number, activity.title) for row in slide.rows for activity in row.late]
    if late:
        days, number, title = max(late, key=lambda entry: entry[0])
        noun = count_phrase(days, Bilingual("day", "jour"), Bilingual("days", "jours"))
        yield Bilingual(
            f"“{title.text(Language.EN)}” in priority{NBSP}{number} has been overdue the longest: {noun.en}.",
            f"«{NBSP}{title.text(Language.FR)}{NBSP}», dans la priorité{NBSP}{number}, "
            f"est en retard depuis le plus longtemps{NBSP}: {noun.fr}.",
        )


def _carriers(slide: PrioritySlide) -> Iterator[Bilingual]:
    if slide.carried_by:
        label = wording.LEADS_AND_PARTNERS
        yield _sentence(_labelled(label, slide.carried_by))
    if slide.undecided:
        yield _sentence(_labelled(wording.TO_DECIDE, slide.undecided))


def _labelled(label: Bilingual, text: Bilingual) -> Bilingual:
    return Bilingual(f"{label.en}: {text.text(Language.EN)}", f"{label.fr}{NBSP}: {text.text(Language.FR)}")


def _sentence(text: Bilingual) -> Bilingual:
    """Return a text that ends as a sentence."""
    return Bilingual(*(part if part.endswith((".", "?", "!")) else f"{part}." for part in (text.en, text.fr)))
