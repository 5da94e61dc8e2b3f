"""Authentication and permissions: who is signed in, and what they may do."""

from flask import Blueprint

blueprint = Blueprint("auth", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.auth import expired_forms, forgotten, openid, second_step, setup, sign_in, time_limit
