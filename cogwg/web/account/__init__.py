"""A person's own account: preferences, name, email address, password, two-step sign-in, sessions, unsaved text, and feeds."""

from flask import Blueprint

blueprint = Blueprint("account", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.account import email, feeds, openid, password, personal_data, security_keys, two_steps, unsaved_text, views
