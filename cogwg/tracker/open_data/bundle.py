"""All files of the open data by their path under /data/, for a state of the public record and a publisher."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from cogwg.core.bilingual import Language
from cogwg.core.errors import NotFound
from cogwg.core.office_files import pack
from cogwg.tracker.open_data.catalogue import (
    ARCHIVE,
    COMMITMENT_COPY,
    COPY,
    CYCLE_COPY,
    HEARD_COPY,
    catalogue,
)
from cogwg.tracker.open_data.datasets import BY_NAME, datasets_of
from cogwg.tracker.open_data.fields import Dataset, Scope
from cogwg.tracker.open_data.files import FORMATS, FileFacts, fingerprint, json_bytes
from cogwg.tracker.open_data.metadata import csvw, data_package
from cogwg.tracker.open_data.publisher import Publisher
from cogwg.tracker.open_data.readme import README, readme
from cogwg.tracker.published import PublicRecord
from cogwg.tracker.published_editions import CommitmentEdition, CycleEdition, HeardEdition

CSVW_NAME = "csv-metadata.json"
CATALOGUE_NAME = "catalogue.jsonld"
PACKAGES = {f"datapackage-{lang.value}.json": lang for lang in Language}
JSON, JSON_LD, ZIP = "application/json", "application/ld+json", "application/zip"
CSVW_TYPE = "application/csvm+json"
_IN_EDITIONS = ("csv", "json")
"""The formats of the datasets in an archive. Workbooks are left out, because they are larger than all other files together."""


def media_type(name: str) -> str:
    """Return the media type of a file of the open data by its name. Raises ``NotFound`` if there is no file with this name."""
    stem, _, extension = name.rpartition(".")
    if name == CSVW_NAME:
        return CSVW_TYPE
    if name in (COPY, *PACKAGES):
        return JSON
    if name == CATALOGUE_NAME:
        return JSON_LD
    if name == ARCHIVE:
        return ZIP
    if stem in BY_NAME and extension in FORMATS:
        return FORMATS[extension][1] + ("; charset=utf-8" if extension == "csv" else "")
    raise NotFound(f"file {name}")


def copy_path(edition: CommitmentEdition | CycleEdition | HeardEdition) -> str:
    """Return the path under /data/ of the published copy of a commitment or of engagement; the hash of the edition is that
    file's hash.
    """
    if isinstance(edition, CommitmentEdition):
        return f"commitments/{edition.content.identifier}/{edition.edition}/{COMMITMENT_COPY}"
    if isinstance(edition, CycleEdition):
        return f"engagement/{edition.content.key}/{edition.edition}/{CYCLE_COPY}"
    return f"engagement/{edition.content.cycle}/{edition.edition}/{HEARD_COPY}"


def published_copies(record: PublicRecord) -> dict[str, bytes]:
    """Return the published copy of each edition of commitments and of engagement, by its path under /data/."""
    editions = (*record.commitment_editions, *record.engagement_editions)
    return {copy_path(edition): edition.text.encode() for edition in editions}


class Bundle:
    """The files for one state of the public record. Each file is created when it is first requested, and then kept
    in memory.
    """

    def __init__(self, record: PublicRecord, publisher: Publisher) -> None:
        self.record, self.publisher = record, publisher
        self._kept: dict[str, bytes] = {}

    @cached_property
    def newest(self) -> Scope:
        return Scope.of_record(self.record)

    def file(self, name: str, quarter: str = "", edition: int | None = None) -> bytes:
        """Return a file for the newest state or, with ``quarter``, for that quarter's newest edition or the given ``edition``.

        Raises ``NotFound`` if there is no such file, or if the quarter or edition is not public.
        """
        media_type(name)
        if not quarter:
            return self._file("", self.newest, name)
        shown = self.record.quarter(quarter, edition)
        return self._file(f"{quarter}/{shown.edition}/", Scope.of_edition(shown), name)

    def facts(self, name: str, quarter: str = "", edition: int | None = None) -> FileFacts:
        """Return the size and hash of a file. Raises ``NotFound`` as ``file`` does."""
        return _facts_of(self.file(name, quarter, edition))

    def text_files(self, scope: Scope) -> Iterator[str]:
        """Yield the names of a scope's files, except workbooks and the archive."""
        yield from (f"{dataset.name}.{extension}" for dataset in datasets_of(scope) for extension in _IN_EDITIONS)
        yield from (CSVW_NAME, *PACKAGES)
        if scope.record is None:
            yield COPY

    def _file(self, folder: str, scope: Scope, name: str) -> bytes:
        path = f"{folder}{name}"
        if path not in self._kept:
            self._kept[path] = self._made(folder, scope, name)
        return self._kept[path]

    def _made(self, folder: str, scope: Scope, name: str) -> bytes:
        if name in (COPY, CATALOGUE_NAME) and (name == COPY) is (scope.record is not None):
            raise NotFound(f"file {folder}{name}")
        if name == COPY:
            return scope.quarters[0].text.encode()
        if name == CSVW_NAME:
            return json_bytes(csvw(scope, self.publisher))
        if name in PACKAGES:
            facts = {each.name: self._facts(folder, scope, f"{each.name}.csv") for each in datasets_of(scope)}
            return json_bytes(data_package(csvw(scope, self.publisher), PACKAGES[name], self.publisher, facts))
        if name == CATALOGUE_NAME:
            return json_bytes(catalogue(self.record, self.publisher, self._facts_of_all()))
        if name == ARCHIVE:
            return pack(self._archived(folder, scope))
        stem, _, extension = name.rpartition(".")
        dataset: Dataset = BY_NAME[stem]
        if dataset not in datasets_of(scope):
            raise NotFound(f"file {folder}{name}")
        note = self._licence if scope.record is not None else ""
        return FORMATS[extension][0](dataset, scope, note)

    @property
    def _licence(self) -> str:
        own = self.publisher
        return f"{own.licence.en} / {own.licence.fr} ({own.licence_url.en} / {own.licence_url.fr})"

    def _archived(self, folder: str, scope: Scope) -> dict[str, bytes]:
        files = {README: readme(scope, self.publisher)}
        files |= {name: self._file(folder, scope, name) for name in self.text_files(scope)}
        if scope.record is not None:
            files[CATALOGUE_NAME] = self._file("", scope, CATALOGUE_NAME)
            files |= published_copies(self.record)
            for edition in self.record.editions:
                place, own = f"{edition.content.key}/{edition.edition}/", Scope.of_edition(edition)
                files |= {f"{place}{name}": self._file(place, own, name) for name in self.text_files(own)}
        return files

    def _facts(self, folder: str, scope: Scope, name: str) -> FileFacts:
        return _facts_of(self._file(folder, scope, name))

    def _facts_of_all(self) -> dict[str, FileFacts]:
        names = [f"{dataset.name}.{extension}" for dataset in datasets_of(self.newest) for extension in FORMATS]
        facts = {name: self.facts(name) for name in names}
        for edition in self.record.editions:
            key, number = edition.content.key, edition.edition
            facts |= {f"{key}/{number}/{name}": self.facts(name, key, number) for name in (COPY, ARCHIVE)}
        return facts


def _facts_of(content: bytes) -> FileFacts:
    return FileFacts(len(content), fingerprint(content))
