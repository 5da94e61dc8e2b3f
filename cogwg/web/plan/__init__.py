"""The plan as a matrix, as a list, as a timeline and as its progress over time; the pages of priorities and roles."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.plan import matrix, priority, roles, views
