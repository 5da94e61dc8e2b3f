"""Pages of OGP commitments: stewards record them, assessors assess them, and plan pages show what the plan contributes to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("ogp", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.ogp import assessments, assessors, milestone_offers, steward, steward_parts
