"""The response with the file of what is stored about a person."""

from __future__ import annotations

from flask import make_response
from werkzeug.wrappers import Response

from cogwg.core.tables import file_name
from cogwg.privacy.personal_data import FILES, PersonalData
from cogwg.web.http import i18n, security_log


def personal_data_response(data: PersonalData, kind: str) -> Response:
    """Return the file of this kind ("json" or "xlsx") in the page's language, and log the download.

    The file's name does not contain the person's name.
    """
    lang = i18n.current_language()
    write, media_type = FILES[kind]
    response = make_response(write(data, lang))
    response.mimetype = media_type
    response.headers.set("Content-Disposition", "attachment", filename=file_name(data.contents, kind, lang))
    security_log.log_event("personal-data.exported")
    return response
