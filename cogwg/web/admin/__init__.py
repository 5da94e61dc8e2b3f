"""The pages with which the secretariat administers the group: people with their roles, jurisdictions, and plans."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/<any(en, fr):lang>/admin")

from cogwg.web.admin import (
    deactivation,
    jurisdictions,
    people,
    person,
    personal_data,
    removal,
    second_factor,
    tabs,
    year_adoption,
    year_carry_over,
    year_closing,
    year_list,
)
