"""The pages to import commitments from a file: upload it, see what it would change, save the changes, and undo the import."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from cogwg.ogp.importing.csv_files import FILE_LIMIT

blueprint = Blueprint("commitment_imports", __name__, url_prefix="/<any(en, fr):lang>/admin/commitments/import")

REQUEST_LIMIT = FILE_LIMIT + 64 * 1024
"""The maximum size of a request with a file, in bytes: the file, and the other fields of its form."""


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow larger requests for files than for forms. This runs before anything reads the form."""
    if endpoint == "commitment_imports.index":
        request.max_content_length = REQUEST_LIMIT


from cogwg.web.ogp.importing import pages, saving
