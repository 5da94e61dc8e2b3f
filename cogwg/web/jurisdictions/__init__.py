"""The pages about jurisdictions: their roles, reports and news."""

from flask import Blueprint

blueprint = Blueprint("jurisdictions", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.jurisdictions import changes, views
