"""The catalogue in DCAT 3, following the DCAT-AP 3 profile: each dataset and each published edition, with licence
and hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.datasets import datasets_of, day_of
from cogwg.tracker.open_data.datasets.quarters import quarter_title
from cogwg.tracker.open_data.fields import Dataset, Scope
from cogwg.tracker.open_data.files import FORMATS, FileFacts
from cogwg.tracker.open_data.metadata import title_of
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import QuarterEdition

_EU = "http://publications.europa.eu/resource/authority"
_LANGUAGES = {"en": f"{_EU}/language/ENG", "fr": f"{_EU}/language/FRA"}
_PUBLIC = f"{_EU}/access-right/PUBLIC"
_QUARTERLY = f"{_EU}/frequency/QUARTERLY"
_IANA = "http://www.iana.org/assignments/media-types"
_SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
_KEYWORDS = (Bilingual("open government", "gouvernement ouvert"), Bilingual("work plan", "plan de travail"))
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
COMMITMENT_COPY = "commitment.json"
CYCLE_COPY, HEARD_COPY = "cycle.json", "heard.json"
COPY = "quarter.json"
"""The name of the file that is the published copy of a quarter's edition; the hash of the edition is that file's hash."""
ARCHIVE = "everything.zip"


def catalogue(record: PublicRecord, publisher: Publisher, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    """Return the catalogue as JSON-LD. ``files`` maps the path of each file under /data/ to its size and hash."""
    scope = Scope.of_record(record)
    base = f"{publisher.site}/data"
    issued = min((edition.content.published_on for edition in record.editions), default=day_of(scope))
    described = [_dataset(each, base, publisher, files, issued, day_of(scope)) for each in datasets_of(scope)]
    editions = [_edition(edition, base, publisher, files) for edition in record.editions]
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": f"{base}/catalogue.jsonld",
                "@type": "dcat:Catalog",
                "dct:title": _texts(title_of(scope)),
                "dct:description": _texts(
                    Bilingual(
                        "Everything published on this site, in both official languages.",
                        "Tout ce que ce site publie, dans les deux langues officielles.",
                    )
                ),
                "dct:publisher": _owner(base),
                "dct:license": {"@id": publisher.licence_url.en},
                "dct:language": [{"@id": address} for address in _LANGUAGES.values()],
                "dct:spatial": _place(base),
                "dct:issued": _day(issued),
                "dct:modified": _day(day_of(scope)),
                "foaf:homepage": {"@id": f"{publisher.site}/en/data", "@type": "foaf:Document"},
                "dcat:dataset": [{"@id": each["@id"]} for each in (*described, *editions)],
                "dcat:record": [_record(edition, base) for edition in record.editions],
            },
            *described,
            *editions,
            *_terms(base, publisher),
        ],
    }


def _dataset(
    dataset: Dataset, base: str, publisher: Publisher, files: Mapping[str, FileFacts], issued: date, modified: date
) -> dict[str, Any]:
    address = f"{base}/{dataset.name}"
    distributions = [
        _distribution(
            f"{address}.{extension}", dataset.title, extension, media_type, publisher, files[f"{dataset.name}.{extension}"]
        )
        for extension, (_write, media_type) in FORMATS.items()
    ]
    return {
        **_common(address, dataset.title, dataset.description, base, publisher),
        "dct:identifier": dataset.name,
        "dct:issued": _day(issued),
        "dct:modified": _day(modified),
        "dct:conformsTo": {"@id": f"{base}/csv-metadata.json"},
        "dcat:landingPage": {"@id": f"{publisher.site}/en/data/{dataset.name}", "@type": "foaf:Document"},
        "dcat:distribution": distributions,
    }


def _edition(edition: QuarterEdition, base: str, publisher: Publisher, files: Mapping[str, FileFacts]) -> dict[str, Any]:
    path = f"{edition.content.key}/{edition.edition}"
    address, title = f"{base}/{path}", _edition_title(edition)
    words = Bilingual(
        "The quarter as it was published. This version never changes.",
        "Le trimestre tel qu’il a été publié. Cette version ne change jamais.",
    )
    return {
        **_common(f"{address}/", title, words, base, publisher),
        "dct:identifier": f"quarter-{edition.content.key}-{edition.edition}",
        "dct:issued": _day(edition.visible_on),
        "dct:modified": _day(edition.visible_on),
        "dcat:version": str(edition.edition),
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _texts(_proof(edition))},
        "dcat:distribution": [
            _distribution(f"{address}/{COPY}", title, "json", "application/json", publisher, files[f"{path}/{COPY}"]),
            _distribution(f"{address}/{ARCHIVE}", title, "zip", "application/zip", publisher, files[f"{path}/{ARCHIVE}"]),
        ],
    }


def _common(address: str, title: Bilingual, description: Bilingual, base: str, publisher: Publisher) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": ["dcat:Dataset", "dcat:Resource"],
        "dct:title": _texts(title),
        "dct:description": _texts(description),
        "dct:publisher": _owner(base),
        "dct:creator": _owner(base),
        "dct:spatial": _place(base),
        "dct:language": [{"@id": language} for language in _LANGUAGES.values()],
        "dct:accessRights": {"@id": _PUBLIC},
        "dct:accrualPeriodicity": {"@id": _QUARTERLY},
        "dcat:temporalResolution": {"@value": "P3M", "@type": "xsd:duration"},
        "dcat:keyword": [text for keyword in _KEYWORDS for text in _texts(keyword)],
        **({"dcat:contactPoint": {"@id": f"{base}/catalogue.jsonld#contact"}} if publisher.contact else {}),
    }


def _distribution(
    address: str, title: Bilingual, extension: str, media_type: str, publisher: Publisher, facts: FileFacts
) -> dict[str, Any]:
    return {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _texts(Bilingual(f"{title.en} ({extension.upper()})", f"{title.fr} ({extension.upper()})")),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"{_IANA}/{media_type}", "@type": "dct:MediaType"},
        "dct:format": {"@id": f"{_EU}/file-type/{extension.upper()}", "@type": "dct:MediaTypeOrExtent"},
        "dct:license": {"@id": publisher.licence_url.en},
        "dct:language": [{"@id": language} for language in _LANGUAGES.values()],
        "dcat:byteSize": {"@value": str(facts.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": _SHA256},
            "spdx:checksumValue": {"@value": facts.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _record(edition: QuarterEdition, base: str) -> dict[str, Any]:
    path = f"{edition.content.key}/{edition.edition}"
    return {
        "@id": f"{base}/catalogue.jsonld#{edition.content.key}-{edition.edition}",
        "@type": "dcat:CatalogRecord",
        "dct:title": _texts(_edition_title(edition)),
        "dct:description": _texts(_proof(edition)),
        "dct:issued": _day(edition.visible_on),
        "dct:modified": _day(edition.visible_on),
        "foaf:primaryTopic": {"@id": f"{base}/{path}/"},
    }


def _edition_title(edition: QuarterEdition) -> Bilingual:
    quarter = quarter_title(edition.content.key)
    return Bilingual(f"{quarter.en}, version {edition.edition}", f"{quarter.fr}, version {edition.edition}")


def _proof(edition: QuarterEdition) -> Bilingual:
    """Return the hash of an edition in words, with the head of the audit chain just before it (position, time and
    16 characters).
    """
    en, fr = f"SHA-256 {edition.sha256}", f"SHA-256\u00a0: {edition.sha256}"
    if not edition.witness:
        return Bilingual(en, fr)
    return Bilingual(f"{en}; audit chain {edition.witness}", f"{fr}; chaîne d’audit {edition.witness}")


def _owner(base: str) -> dict[str, str]:
    return {"@id": f"{base}/catalogue.jsonld#owner"}


def _place(base: str) -> dict[str, str]:
    return {"@id": f"{base}/catalogue.jsonld#jurisdiction"}


def _terms(base: str, publisher: Publisher) -> Iterator[dict[str, Any]]:
    """Yield the resources that the datasets refer to, each with its class and name."""
    yield {**_owner(base), "@type": "foaf:Agent", "foaf:name": _texts(publisher.owner)}
    yield {**_place(base), "@type": "dct:Location", "skos:prefLabel": _texts(publisher.jurisdiction)}
    yield {
        "@id": publisher.licence_url.en,
        "@type": "dct:LicenseDocument",
        "dct:identifier": publisher.licence_id,
        "dct:title": _texts(publisher.licence),
        "rdfs:seeAlso": {"@id": publisher.licence_url.fr},
    }
    yield {"@id": f"{base}/csv-metadata.json", "@type": "dct:Standard", "dct:title": [{"@value": "CSVW", "@language": "en"}]}
    yield from ({"@id": address, "@type": "dct:LinguisticSystem"} for address in _LANGUAGES.values())
    yield {"@id": _PUBLIC, "@type": "dct:RightsStatement"}
    yield {"@id": _QUARTERLY, "@type": "dct:Frequency"}
    yield {"@id": _SHA256, "@type": "spdx:ChecksumAlgorithm"}
    if publisher.contact:
        contact: dict[str, Any] = {
            "@id": f"{base}/catalogue.jsonld#contact",
            "@type": "vcard:Kind",
            "vcard:fn": _texts(publisher.owner),
        }
        if "@" in publisher.contact and " " not in publisher.contact:
            contact["vcard:hasEmail"] = {"@id": f"mailto:{publisher.contact}"}
        else:
            contact["vcard:note"] = publisher.contact
        yield contact


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [{"@value": value, "@language": lang} for lang, value in (("en", text.en), ("fr", text.fr)) if value]


def _day(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}
