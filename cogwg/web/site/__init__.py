"""What belongs to no area: the home page, accessibility, navigation and health checks."""

from flask import Blueprint

blueprint = Blueprint("site", __name__)

from cogwg.web.site import health, views
