"""The pages of the plan: a matrix, a list, a timeline, progress over time, changes, and pages for priorities and roles."""

from flask import Blueprint

blueprint = Blueprint("plan", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.plan import changes, matrix, my_roles, priority, roles, views
