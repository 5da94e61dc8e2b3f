"""Pages that belong to no other area (home, help and accessibility), the layout of every page, and what monitors read."""

from flask import Blueprint

blueprint = Blueprint("site", __name__)

from cogwg.web.site import about, health, metrics, moved, views
