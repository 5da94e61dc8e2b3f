"""The dataset of comments: those of each public "What we heard" with their themes, without names and email addresses.

Comments that are no longer public, for example because their authors withdrew them, are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.engagement import PublishedTheme
from cogwg.tracker.open_data.datasets.columns import identifier
from cogwg.tracker.open_data.datasets.commitment_rows import lines
from cogwg.tracker.open_data.datasets.vocabulary import CHANNELS, COMMENT_LANGUAGES, COMMENT_SUBJECTS, DISPOSITIONS
from cogwg.tracker.open_data.fields import Dataset, Field, FieldKind, Scope
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_comments import CommentOfPublic
from cogwg.tracker.published_editions import HeardEdition


@dataclass(frozen=True, slots=True)
class CommentDataRow:
    """A comment with its themes in the newest public edition of "What we heard"."""

    comment: CommentOfPublic
    themes: tuple[PublishedTheme, ...]


def comment_rows(record: PublicRecord, edition: HeardEdition) -> Iterator[CommentDataRow]:
    """Yield the comments of an edition that are still public, in the order of their ids."""
    themes: dict[int, list[PublishedTheme]] = {}
    for theme in edition.content.themes:
        for id_ in theme.comments:
            themes.setdefault(id_, []).append(theme)
    included = set(edition.content.comments)
    for comment in record.comments:
        if comment.id in included:
            yield CommentDataRow(comment, tuple(themes.get(comment.id, ())))


def theme_code(cycle: str, theme: PublishedTheme) -> str:
    """Return the code of a theme, such as "fourth-plan-1"."""
    return f"{cycle}-{theme.number}"


def _comments(scope: Scope) -> Iterator[CommentDataRow]:
    if scope.record is not None:
        for edition in scope.record.heards:
            yield from comment_rows(scope.record, edition)


def _dispositions(row: CommentDataRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(theme.disposition.code for theme in row.themes if theme.disposition is not None))


def _links(row: CommentDataRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link.key for theme in row.themes for link in theme.links))


COMMENTS = Dataset(
    "comments",
    Bilingual("Comments from the public", "Commentaires du public"),
    Bilingual(
        "The comments of each What we heard report, as they were written, with their themes and what came of them",
        "Les commentaires de chaque rapport Ce que nous avons entendu, tels qu’écrits, avec leurs thèmes et la suite donnée",
    ),
    (
        identifier(
            Bilingual("Number of the comment, as shown on its page.", "Numéro du commentaire, tel qu’il figure sur sa page."),
            lambda row: str(row.comment.id),
        ),
        Field(
            "cycle",
            FieldKind.STRING,
            Bilingual("Cycle", "Cycle"),
            Bilingual("Key of the engagement cycle, such as fourth-plan.", "Clé du cycle, par exemple fourth-plan."),
            lambda row: row.comment.cycle,
            required=True,
        ),
        Field(
            "phase",
            FieldKind.STRING,
            Bilingual("Phase", "Étape"),
            Bilingual("Key of the phase, such as reviewing.", "Clé de l’étape, par exemple reviewing."),
            lambda row: row.comment.phase,
            required=True,
        ),
        Field(
            "channel",
            FieldKind.STRING,
            Bilingual("Channel", "Moyen"),
            Bilingual("How the comment was received.", "Comment le commentaire a été reçu."),
            lambda row: row.comment.channel,
            required=True,
            codes=CHANNELS,
        ),
        Field(
            "event",
            FieldKind.STRING,
            Bilingual("Meeting", "Rencontre"),
            Bilingual("Meeting or event at which the comment was made.", "Rencontre ou activité où le commentaire a été fait."),
            lambda row: row.comment.event,
        ),
        Field(
            "language",
            FieldKind.STRING,
            Bilingual("Language", "Langue"),
            Bilingual("Language in which the comment was written.", "Langue dans laquelle le commentaire a été écrit."),
            lambda row: row.comment.lang,
            required=True,
            codes=COMMENT_LANGUAGES,
        ),
        Field(
            "about",
            FieldKind.STRING,
            Bilingual("About", "Sujet"),
            Bilingual("Type of item that the comment is about.", "Type d’élément dont traite le commentaire."),
            lambda row: row.comment.about,
            required=True,
            codes=COMMENT_SUBJECTS,
        ),
        Field(
            "about_key",
            FieldKind.STRING,
            Bilingual("Identifier of the subject", "Identifiant du sujet"),
            Bilingual(
                "The commitment (CA0060), with its milestone or question (CA0060/19.1), or the priority (2020/5).",
                "L’engagement (CA0060), avec son jalon ou sa question (CA0060/19.1), ou la priorité (2020/5).",
            ),
            lambda row: row.comment.about_key,
        ),
        Field(
            "received_on",
            FieldKind.DAY,
            Bilingual("Received on", "Reçu le"),
            Bilingual("Day on which the comment was received.", "Jour où le commentaire a été reçu."),
            lambda row: row.comment.received_on,
            required=True,
        ),
        Field(
            "comment",
            FieldKind.STRING,
            Bilingual("Comment", "Commentaire"),
            Bilingual(
                "The text as it was written. A note in brackets replaces personal information that was masked.",
                "Le texte tel qu’écrit. Une note entre crochets remplace les renseignements personnels masqués.",
            ),
            lambda row: row.comment.text,
            required=True,
        ),
        Field(
            "themes",
            FieldKind.CODES,
            Bilingual("Themes", "Thèmes"),
            Bilingual(
                "Codes of the themes: the cycle and the theme’s number in What we heard.",
                "Codes des thèmes\u00a0: le cycle et le numéro du thème dans Ce que nous avons entendu.",
            ),
            lambda row: tuple(theme_code(row.comment.cycle, theme) for theme in row.themes),
        ),
        Field(
            "theme_titles",
            FieldKind.TEXT,
            Bilingual("Titles of the themes", "Titres des thèmes"),
            Bilingual("Titles of the themes, one per line.", "Titres des thèmes, un par ligne."),
            lambda row: lines(theme.title for theme in row.themes),
        ),
        Field(
            "dispositions",
            FieldKind.CODES,
            Bilingual("What came of it", "Suite donnée"),
            Bilingual(
                "What came of the comment’s themes, without repetition.",
                "La suite donnée aux thèmes du commentaire, sans répétition.",
            ),
            _dispositions,
            codes=DISPOSITIONS,
        ),
        Field(
            "links",
            FieldKind.CODES,
            Bilingual("Resulting commitments and activities", "Engagements et activités qui en découlent"),
            Bilingual(
                "Commitments (CA0064) and activities (2020/5.2) that the comment’s themes became.",
                "Engagements (CA0064) et activités (2020/5.2) que les thèmes du commentaire sont devenus.",
            ),
            _links,
        ),
        Field(
            "duplicates",
            FieldKind.INTEGER,
            Bilingual("Duplicates", "Doublons"),
            Bilingual(
                "Number of other comments that say the same and are counted with this one.",
                "Nombre d’autres commentaires qui disent la même chose et sont comptés avec celui-ci.",
            ),
            lambda row: row.comment.duplicates,
            required=True,
        ),
        Field(
            "sample",
            FieldKind.BOOLEAN,
            Bilingual("Sample data", "Données fictives"),
            Bilingual(
                "True if the comment is invented, for a demonstration.",
                "Vrai si le commentaire est inventé, pour une démonstration.",
            ),
            lambda row: row.comment.sample,
            required=True,
        ),
    ),
    _comments,
    of_editions=False,
)
