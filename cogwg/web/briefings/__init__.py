"""Pages of a briefing: its draft, freezing the draft, the frozen versions, and what changed between two versions."""

from flask import Blueprint

blueprint = Blueprint("briefings", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings import freeze, link_check, publishing, versions, views
