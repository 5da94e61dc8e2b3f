"""The filters of the list of commitments, all of which are in the URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from cogwg.core.bilingual import Bilingual, Language, clean_line, sort_key
from cogwg.core.tables import slug
from cogwg.tracker.commitments import PublishedCommitment
from cogwg.tracker.open_data.datasets.vocabulary import COMPLETIONS
from cogwg.web.http import i18n
from cogwg.web.http.i18n import gettext
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.public.filters import MAX_WORDS, Choices, ChosenFilter, with_query
from cogwg.web.public.shown import MAX_TOLD, NotPublished

NONE, YES = "none", "yes"
"""The values in the URL for "not assessed" and for "yes"."""
CIVIL_SOCIETY, REVIEW, ANYBODY = "civil-society", "review", "any"
"""The values in the URL for who disagrees with the government."""
COMPLETION = {**dict(COMPLETIONS[::-1]), NONE: Bilingual("Not assessed", "Non évalué")}
"""The ratings of how complete a commitment is as a whole, in the order of the page."""


@dataclass(frozen=True, slots=True)
class CommitmentFilters:
    """The filters in a URL; an empty filter fits every commitment.

    ``own`` and ``review`` are how complete a commitment is according to the government and to the reviewer. ``lineage`` is the
    identifier of a commitment: it fits this commitment, those that it continues, and those that continue it.
    """

    cycle: str = ""
    area: str = ""
    institution: str = ""
    own: str = ""
    review: str = ""
    differs: str = ""
    starred: str = ""
    lineage: str = ""
    q: str = ""

    @property
    def active(self) -> dict[str, str]:
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def fits(self, commitment: PublishedCommitment, lines: Mapping[str, frozenset[str]]) -> bool:
        """Return whether a commitment fits every filter, apart from the search words ``q``.

        ``lines`` maps each commitment to the identifiers of its lineage.
        """
        return (
            self.cycle in ("", str(commitment.cycle))
            and (not self.area or self.area in map(_code, commitment.areas))
            and (not self.institution or self.institution in (_code(each.name) for each in commitment.institutions))
            and self.own in ("", completion_code(commitment, is_self=True))
            and self.review in ("", completion_code(commitment, is_self=False))
            and (not self.differs or self.differs in who_differs(commitment))
            and (not self.starred or commitment.starred)
            and (not self.lineage or self.lineage in lines.get(commitment.identifier, ()))
        )


def completion_code(commitment: PublishedCommitment, *, is_self: bool) -> str:
    """Return the code of how complete a commitment is according to the government or the reviewer; "none" if not assessed."""
    opinion = commitment.own_word if is_self else commitment.reviewers_word
    return opinion.completion.code if opinion is not None and opinion.completion is not None else NONE


def who_differs(commitment: PublishedCommitment) -> set[str]:
    """Return who disagrees with the government about a commitment or one of its milestones."""
    differing = {CIVIL_SOCIETY if each.assessment.kind.code == CIVIL_SOCIETY else REVIEW for each in commitment.differences}
    return {*differing, ANYBODY} if differing else differing


def lines_of(commitments: Iterable[PublishedCommitment]) -> dict[str, frozenset[str]]:
    """Map each commitment that is part of a lineage to the identifiers of the lineage, including its own."""
    related: dict[str, set[str]] = {}
    for commitment in commitments:
        if commitment.lineage:
            line = {commitment.identifier, *commitment.lineage}
            for identifier in tuple(line):
                line |= related.get(identifier, set())
            for identifier in line:
                related[identifier] = line
    return {identifier: frozenset(line) for identifier, line in related.items()}


def _code(name: Bilingual) -> str:
    return slug(name.text("en"))


def filter_choices(commitments: Iterable[PublishedCommitment], lang: Language) -> Choices:
    """Return the choices of the filters, from what is public."""
    listed = list(commitments)
    cycles = {str(c.cycle): c.plan_title for c in listed}
    return {
        "cycle": dict(sorted(cycles.items(), reverse=True)),
        "area": _by_name((area for c in listed for area in c.areas), lang),
        "institution": _by_name((each.name for c in listed for each in c.institutions), lang),
        "own": COMPLETION,
        "review": COMPLETION,
        "differs": {
            ANYBODY: Bilingual("Any difference", "Tout désaccord"),
            REVIEW: Bilingual("With the independent reviewer", "Avec l’évaluateur indépendant"),
            CIVIL_SOCIETY: Bilingual("With civil society", "Avec la société civile"),
        },
        "starred": {YES: Bilingual("Starred", "Étoilé")},
        "lineage": {
            c.identifier: Bilingual(f"{c.identifier} {c.title.text('en')}", f"{c.identifier} {c.title.text('fr')}")
            for c in listed
            if c.identifier in lines_of(listed)
        },
    }


def _by_name(names: Iterable[Bilingual], lang: Language) -> dict[str, Bilingual]:
    return {_code(name): name for name in sorted(names, key=lambda name: sort_key(name.text(lang)))}


def parse_filters(args: Mapping[str, str], choices: Choices) -> CommitmentFilters:
    """Return the filters in a URL. Raises ``NotPublished`` for a value that no published commitment has."""
    filters = CommitmentFilters(**{field.name: clean_line(args.get(field.name)) for field in fields(CommitmentFilters)})
    for name, values in choices.items():
        if (value := getattr(filters, name)) and value not in values:
            raise NotPublished(
                gettext(
                    "No published commitment matches “%(name)s: %(value)s”. Choose from the filters on the commitments page.",
                    name=getattr(CommitmentFilterForm, name).args[0],
                    value=value[:MAX_TOLD],
                )
            )
    return replace(filters, q=filters.q[:MAX_WORDS])


class CommitmentFilterForm(FlaskForm):  # type: ignore[misc]
    """The form of the filters, sent by GET."""

    class Meta:
        csrf = False

    cycle = SelectField(_("Action plan"), id="filter-cycle")
    area = SelectField(_("Policy area"), id="filter-area")
    institution = SelectField(_("Institution"), id="filter-institution")
    own = SelectField(_("The government says"), id="filter-own")
    review = SelectField(_("The independent reviewer says"), id="filter-review")
    differs = SelectField(_("Differences"), id="filter-differs")
    starred = SelectField(_("Starred"), id="filter-starred")
    lineage = SelectField(_("Continued from plan to plan"), id="filter-lineage")
    q = StringField(_("Words in what is published"), id="filter-q", render_kw={"autocomplete": "off", "maxlength": MAX_WORDS})

    def __init__(self, filters: CommitmentFilters, choices: Choices) -> None:
        super().__init__(formdata=None, data={**dict.fromkeys(choices, ""), **filters.active})
        lang = i18n.current_language()
        for name, values in choices.items():
            words = ((value, label.text(lang)) for value, label in values.items())
            self[name].choices = [("", gettext("All")), *words]
        if not choices["lineage"]:
            del self["lineage"]

    def active_filters(self, filters: CommitmentFilters, choices: Choices, address: str) -> list[ChosenFilter]:
        """Return the active filters, each with the URL without it."""
        lang = i18n.current_language()
        return [
            ChosenFilter(
                str(self[name].label.text),
                choices[name][value].text(lang) if name in choices else value,
                with_query(address, replace(filters, **{name: ""}).active),
            )
            for name, value in filters.active.items()
        ]
