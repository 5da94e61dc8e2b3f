"""What changed in the names and roles of a jurisdiction, by whom and why."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from cogwg.accounts.queries import jurisdiction
from cogwg.plan.changes import changes_of_jurisdiction
from cogwg.policy import Permission
from cogwg.web.auth.access import requires
from cogwg.web.http.database import session
from cogwg.web.http.filters import plain
from cogwg.web.http.plan_changes import render_changes
from cogwg.web.jurisdictions import blueprint


@blueprint.get("/jurisdictions/<code>/changes")
@requires(Permission.READ_REPORTS)
def jurisdiction_change_list(lang: str, code: str) -> str:
    """List what changed in the names of a jurisdiction and in the roles that it has or had, newest first."""
    facts = jurisdiction(session(), code)
    values: dict[str, Any] = {"code": facts.code}
    name = plain(facts.name)
    parents = [
        (_("Jurisdictions"), url_for("jurisdictions.index", lang=lang)),
        (name, url_for("jurisdictions.page", lang=lang, **values)),
    ]
    scope = changes_of_jurisdiction(facts.id)
    return render_changes(scope, "jurisdictions.jurisdiction_change_list", values, name=name, parents=parents)
