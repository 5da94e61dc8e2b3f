"""A person's own account: preferences, password, two-step sign-in, unsaved text, and the links to their calendar and feed."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.account import feeds, password, two_steps, unsaved_text, views
