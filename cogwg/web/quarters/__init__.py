"""The pages for co-chairs and the secretariat: a quarter's state, reporting status, reminders and returns."""

from flask import Blueprint

blueprint = Blueprint("quarters", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.quarters import readiness, readiness_download, reminder_list, returns, views
