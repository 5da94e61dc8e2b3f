"""The plan as a matrix, list, timeline and progress; its priorities and roles."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.plan import list_timeline_progress, matrix, priority, roles
