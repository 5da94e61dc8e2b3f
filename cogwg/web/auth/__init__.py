"""Who is signed in, and who may use what."""

from flask import Blueprint

blueprint = Blueprint("auth", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.auth import sign_in
