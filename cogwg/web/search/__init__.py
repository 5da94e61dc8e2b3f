"""Search in plans, reports, news, briefings and jurisdictions, for signed-in people."""

from flask import Blueprint

blueprint = Blueprint("search", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.search import views
