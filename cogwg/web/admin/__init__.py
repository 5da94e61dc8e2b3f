"""The pages with which the secretariat administers the group: people, jurisdictions, plans, sessions, emails, settings."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/<any(en, fr):lang>/admin")

from cogwg.web.admin import (
    analysis_coding,
    analysis_entries,
    analysis_heard,
    analysis_import,
    analysis_parts,
    analysis_themes,
    audit,
    comments,
    deactivation,
    engagement,
    engagement_publishing,
    invitation_link,
    jurisdictions,
    openid_link,
    outbox,
    people,
    person,
    personal_data,
    plan_activity_edits,
    plan_draft_edits,
    plan_editor,
    plan_edits,
    plan_role_edits,
    publishing,
    publishing_commitments,
    publishing_withdrawal,
    removal,
    second_factor,
    sessions,
    settings,
    start,
    year_adoption,
    year_carry_over,
    year_closing,
    year_list,
)
