"""A person's own account: preferences, name, address, password, sessions, unsaved text, and links to calendar and feed."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.account import email, feeds, password, unsaved_text, views
