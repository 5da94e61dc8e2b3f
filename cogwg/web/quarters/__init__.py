"""The pages for co-chairs and the secretariat: a quarter's state, reporting status, reminders and returns; the outbox."""

from flask import Blueprint

blueprint = Blueprint("quarters", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.quarters import outbox, readiness, readiness_download, returns, views
