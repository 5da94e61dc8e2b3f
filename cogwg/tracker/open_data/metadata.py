"""Machine-readable descriptions of the data files: CSVW metadata with titles in both languages, and a data package for each
language, derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.group import GROUP_NAME
from cogwg.tracker.open_data.datasets import datasets_of, day_of
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.fields import SEPARATOR, DataColumn, Dataset, FieldKind, Scope
from cogwg.tracker.open_data.files import FileFacts
from cogwg.tracker.open_data.publisher import Publisher

CSVW_TYPES = {
    FieldKind.TEXT: "string",
    FieldKind.STRING: "string",
    FieldKind.INTEGER: "integer",
    FieldKind.BOOLEAN: {"base": "boolean", "format": "true|false"},
    FieldKind.DAY: "date",
    FieldKind.TIME: "dateTime",
    FieldKind.ADDRESS: "anyURI",
    FieldKind.CODES: "string",
}
_FRICTIONLESS_TYPES = {"integer": "integer", "date": "date", "dateTime": "datetime", "boolean": "boolean"}


def csvw(scope: Scope, publisher: Publisher) -> dict[str, Any]:
    """Return the CSVW metadata of the CSV files of a scope, which is their data dictionary. URLs are relative to it."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": _texts(title_of(scope)),
        "dc:license": {"@id": publisher.licence_url.en},
        "dc:publisher": _texts(publisher.owner),
        "dc:modified": {"@value": day_of(scope).isoformat(), "@type": "xsd:date"},
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [_table(dataset) for dataset in datasets_of(scope)],
    }


def data_package(
    metadata: dict[str, Any], lang: Language, publisher: Publisher, facts: Mapping[str, FileFacts]
) -> dict[str, Any]:
    """Return the data package in one language, derived from the CSVW metadata. ``facts`` has the size and hash of
    each CSV file.
    """
    return {
        "name": "cogwg-work-plan",
        "title": _in(metadata["dc:title"], lang),
        "updated": metadata["dc:modified"]["@value"],
        "languages": ["en", "fr"],
        "licenses": [
            {
                "name": publisher.licence_id,
                "title": publisher.licence.text(lang),
                "path": publisher.licence_url.text(lang),
            }
        ],
        "contributors": [{"title": publisher.owner.text(lang), "role": "publisher"}],
        "resources": [_resource(table, lang, facts) for table in metadata["tables"]],
    }


def title_of(scope: Scope) -> Bilingual:
    """Return the title of a scope: that of the group's data; for a scope of one edition, with its quarter and number."""
    whole = Bilingual(f"{GROUP_NAME.en}: work plan data", f"{GROUP_NAME.fr}\u00a0: données du plan de travail")
    if scope.record is not None:
        return whole
    edition = scope.quarters[0]
    quarter = quarter_title(edition.content.key)
    return Bilingual(
        f"{whole.en}, {quarter.en}, version {edition.edition}", f"{whole.fr}, {quarter.fr}, version {edition.edition}"
    )


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [{"@value": text.en, "@language": "en"}, {"@value": text.fr, "@language": "fr"}]


def _in(texts: list[dict[str, str]], lang: Language) -> str:
    return next(text["@value"] for text in texts if text["@language"] == lang.value)


def _table(dataset: Dataset) -> dict[str, Any]:
    return {
        "url": f"{dataset.name}.csv",
        "dc:title": _texts(dataset.title),
        "dc:description": _texts(dataset.description),
        "tableSchema": {"columns": [_column(column) for column in dataset.columns], "primaryKey": dataset.key},
    }


def _column(column: DataColumn) -> dict[str, Any]:
    title, field = column.title, column.field
    # The name is also a title, because programs compare the heading in the file with the titles.
    described: dict[str, Any] = {
        "name": column.name,
        "titles": {"en": [title.en, column.name], "fr": [title.fr, column.name]},
        "dc:description": _texts(field.description),
        "datatype": CSVW_TYPES[field.kind],
        "required": field.required and field.kind is not FieldKind.TEXT,
    }
    if field.codes:
        pattern = "|".join(code for code, _ in field.codes)
        described["datatype"] = {"base": "string", "format": pattern}
        described["dc:format"] = [text for code, label in field.codes for text in _texts(_code(code, label))]
    if field.kind is FieldKind.CODES:
        described["separator"] = SEPARATOR
    if column.lang is not None:
        described["lang"] = column.lang.value
    return described


def _code(code: str, label: Bilingual) -> Bilingual:
    return Bilingual(f"{code}: {label.en}", f"{code}\u00a0: {label.fr}")


def _resource(table: dict[str, Any], lang: Language, facts: Mapping[str, FileFacts]) -> dict[str, Any]:
    own = facts[table["url"].removesuffix(".csv")]
    return {
        "name": table["url"].removesuffix(".csv"),
        "title": _in(table["dc:title"], lang),
        "description": _in(table["dc:description"], lang),
        "path": table["url"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": own.size,
        "hash": f"sha256:{own.sha256}",
        "schema": {
            "fields": [_field(column, lang) for column in table["tableSchema"]["columns"]],
            "primaryKey": [table["tableSchema"]["primaryKey"]],
        },
    }


def _field(column: dict[str, Any], lang: Language) -> dict[str, Any]:
    datatype = column["datatype"]
    base = datatype["base"] if isinstance(datatype, dict) else datatype
    described = {
        "name": column["name"],
        "title": column["titles"][lang.value][0],
        "description": _in(column["dc:description"], lang),
        "type": _FRICTIONLESS_TYPES.get(base, "string"),
    }
    if base == "anyURI":
        described["format"] = "uri"
    if base == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {"required": True} if column["required"] else {}
    if base == "string" and isinstance(datatype, dict):
        constraints["enum"] = datatype["format"].split("|")
    return described | ({"constraints": constraints} if constraints else {})
