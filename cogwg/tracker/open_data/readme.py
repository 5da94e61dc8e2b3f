"""The text that describes the contents of a data archive, in both languages."""

from __future__ import annotations

from cogwg.core.bilingual import Language
from cogwg.core.dates import day
from cogwg.tracker.open_data.datasets import datasets_of, day_of
from cogwg.tracker.open_data.fields import Scope
from cogwg.tracker.open_data.files import is_sample
from cogwg.tracker.open_data.metadata import title_of
from cogwg.tracker.open_data.publisher import Publisher

README = "README.txt"


def readme(scope: Scope, publisher: Publisher) -> bytes:
    """Return the text: title, day, owner, licence, a note on sample data, and the files."""
    return "\r\n".join([*_lines(scope, publisher, Language.EN), "", "", *_lines(scope, publisher, Language.FR), ""]).encode()


def _lines(scope: Scope, publisher: Publisher, lang: Language) -> list[str]:
    def say(en: str, fr: str) -> str:
        return en if lang is Language.EN else fr

    colon = say(":", "\u00a0:")
    updated, licence = day(day_of(scope)).text(lang), publisher.licence.text(lang)
    lines = [
        title_of(scope).text(lang),
        "",
        f"{say('Updated', 'Mise à jour')}{colon} {updated}",
        f"{say('Owner', 'Propriétaire')}{colon} {publisher.owner.text(lang)}",
        f"{say('Licence', 'Licence')}{colon} {licence}, {publisher.licence_url.text(lang)}",
        f"{say('Web address', 'Adresse Web')}{colon} {publisher.site}/{lang.value}/data",
    ]
    if is_sample(scope):
        lines += ["", say("Sample data: some reports are fictional.", "Données fictives\u00a0: des rapports sont fictifs.")]
    lines += [
        "",
        say(
            "Each dataset is a CSV and a JSON file with the same rows.",
            "Chaque jeu de données est un fichier CSV et un fichier JSON avec les mêmes lignes.",
        ),
    ]
    lines += [f"- {each.name}{colon} {each.description.text(lang)}" for each in datasets_of(scope)]
    lines += [
        "",
        say("csv-metadata.json is the dictionary of all columns.", "csv-metadata.json est le dictionnaire des colonnes."),
        say(
            "datapackage-en.json describes the CSV files, with their hashes.",
            "datapackage-fr.json décrit les fichiers CSV, avec leurs empreintes.",
        ),
    ]
    if scope.record is None:
        return [*lines, say("quarter.json is the published copy itself.", "quarter.json est la copie publiée elle-même.")]
    return [
        *lines,
        say("catalogue.jsonld is the catalogue (DCAT).", "catalogue.jsonld est le catalogue (DCAT)."),
        say(
            "The folders, such as 2020-06/1, have each version of each quarter as it was published.",
            "Les dossiers, par exemple 2020-06/1, contiennent chaque version de chaque trimestre telle que publiée.",
        ),
        say("The Excel files are on the site only.", "Les fichiers Excel se trouvent seulement sur le site."),
    ]
