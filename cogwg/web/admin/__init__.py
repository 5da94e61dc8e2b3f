"""The pages with which the secretariat administers the group: people with their roles, jurisdictions, and plans."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/<any(en, fr):lang>/admin")

from cogwg.web.admin import (
    deactivation,
    jurisdictions,
    people,
    person,
    personal_data,
    plan_activity_edits,
    plan_draft_edits,
    plan_editor,
    plan_edits,
    plan_role_edits,
    removal,
    second_factor,
)
