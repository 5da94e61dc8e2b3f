"""The signed-in person as the sender of a workbook."""

from __future__ import annotations

from cogwg import policy
from cogwg.accounts.queries import jurisdictions
from cogwg.web.auth.access import current_user
from cogwg.web.http.database import session
from cogwg.workbook.uploader import Uploader


def current_uploader(codes: tuple[str, ...] = ()) -> Uploader:
    """Return the signed-in person as the uploader.

    They report on behalf of the jurisdictions with these codes, if they may.
    """
    person = current_user()
    named = {each.code: each.id for each in jurisdictions(session(), "en")} if codes else {}
    return policy.uploader(person, person.person_id, [named[code] for code in codes if code in named])
