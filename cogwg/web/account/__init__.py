"""A person's own account: preferences, password, unsaved text, and the links to their calendar and feed of changes."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.account import feeds, password, personal_data, unsaved_text, views
