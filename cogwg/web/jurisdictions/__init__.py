"""Jurisdictions: the roles each holds, and what it has reported."""

from flask import Blueprint

blueprint = Blueprint("jurisdictions", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.jurisdictions import views
