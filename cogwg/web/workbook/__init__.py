"""The pages for workbooks: download a workbook, upload it, see what it would change, save the changes, and undo them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from cogwg.imports.rules import SIZE_LIMIT

blueprint = Blueprint("workbook", __name__, url_prefix="/<any(en, fr):lang>")

REQUEST_LIMIT = SIZE_LIMIT + 64 * 1024
"""The maximum size of a request with a file, in bytes: the file, and the other fields of its form."""


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow larger requests for files than for forms. This runs before anything reads the form."""
    if endpoint in ("workbook.index", "workbook.federal_template"):
        request.max_content_length = REQUEST_LIMIT


from cogwg.web.workbook import downloads, federal_pages, pages, plan_pages, saving
