"""A person's own account: language, time zone, email choices, and the links of their calendar and news feed."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.account import feeds, views
