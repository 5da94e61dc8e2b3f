"""Pages and parts of pages that belong to no other area: the home page, the accessibility statement, the page layout and health
checks.
"""

from flask import Blueprint

blueprint = Blueprint("site", __name__)

from cogwg.web.site import health, views
