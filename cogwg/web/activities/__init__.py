"""An activity's page: its due date, partners' notes, and the discussion among members."""

from flask import Blueprint

blueprint = Blueprint("activities", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.activities import changes, discussion, due_requests, views
