"""Errors at URLs for programs, as RFC 9457 defines them: JSON with a sentence in both languages, the same for everyone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from http import HTTPStatus

from flask import request
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual

_FOR_PROGRAMS = re.compile(r"/(?:data|v1)(?:/.*)?", re.DOTALL)
_SENTENCES = {
    400: Bilingual("Check the address and its parameters.", "Vérifiez l’adresse et ses paramètres."),
    404: Bilingual(
        "There is nothing at this address. See /v1/ for the lists and /en/data for the files.",
        "Il n’y a rien à cette adresse. Consultez /v1/ pour les listes et /fr/data pour les fichiers.",
    ),
    405: Bilingual("Use GET or HEAD. Nothing can be changed here.", "Utilisez GET ou HEAD. Rien ne peut être modifié ici."),
    503: Bilingual("Try again in a few minutes.", "Réessayez dans quelques minutes."),
}
_OTHER = Bilingual("Something went wrong. Try again later.", "Un problème est survenu. Réessayez plus tard.")


def is_for_programs() -> bool:
    """Return whether this request is for the open data files or the open data API."""
    return _FOR_PROGRAMS.fullmatch(request.path) is not None


def problem(code: int, sentence: Bilingual | None = None, *, methods: Iterable[str] = ()) -> Response:
    """Return an error as JSON. ``methods`` are those that the URL allows, if the code is 405."""
    words = sentence or _SENTENCES.get(code, _OTHER if code >= 500 else _SENTENCES[400])
    data = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": words.en,
        "detail_fr": words.fr,
    }
    response = Response(json.dumps(data, ensure_ascii=False), code, content_type="application/problem+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    if methods:
        response.headers["Allow"] = ", ".join(sorted(methods))
    return response
