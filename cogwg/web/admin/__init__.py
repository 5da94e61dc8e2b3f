"""The pages with which the secretariat administers the group: people and their roles."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/<any(en, fr):lang>/admin")

from cogwg.web.admin import deactivation, people, person, personal_data, removal
