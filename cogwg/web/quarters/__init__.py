"""What co-chairs and the secretariat do with a quarter: reporting status, reminders, email, opening and closing."""

from flask import Blueprint

blueprint = Blueprint("quarters", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.quarters import outbox, readiness, readiness_download, returns, views
