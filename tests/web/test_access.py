"""Who gets in where: every door by every person of the cast, reading and posting, from one table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from cogwg.accounts.models import Person, Role
from cogwg.core.db import Base
from cogwg.core.errors import Unusable
from cogwg.plan.models import Activity
from cogwg.policy import Permission
from cogwg.reporting.models import StatusReport, Submission
from cogwg.web.access import declared, public, refuse_undeclared
from tests.pages import CAST, Browser, House, Page
from tests.web.conftest import Anew, Furnished, MakeHouse

ASK = "ask"
"""Asked to sign in, with the way back."""

REPORT = {"status": "SP", "progress_en": "Posted by somebody."}
ROUND = {"status": "LP", "progress_en": "Merged by somebody.", "challenge_en": "A challenge."}
FREEZE = {"note": "Decided.", "seen": "1"}
BRIEFING = {"meeting_on": "2020-10-08", "audience_en": "Councils", "audience_fr": "Conseils"}
WISHES = {"lang": "fr", "time_zone": "America/Regina"}
MILESTONE = {"new-text_en": "A milestone.", "new-jurisdiction": "on"}
CHALLENGE = {"new-text_en": "A challenge.", "new-theme": '["Legal", "Aspects juridiques"]', "new-jurisdiction": "on"}
TRANSLATED = {"milestone-{milestone}-text": "Un jalon.", "milestone-{milestone}-source": "Ontario’s news."}
REMINDER = {"text_en": "Please report.", "text_fr": "Veuillez faire rapport.", "copy": "y"}
PASSWORD = {"password": "a wholly new pass phrase", "again": "a wholly new pass phrase"}
OVERALL = {"overall-status": "LP", "overall-note_en": "The group knows better.", "overall-last": "0"}
NOTE = {"n{nt}-text_en": "Posted by a partner.", "n{nt}-version": "0"}
DUE = {"due-month": "2020-12", "due-was": "2020-09", "due-reason_en": "The data comes later."}
SAID = {"c-text": "Posted by somebody."}
SPOKEN = {"say-glance-text": "Said by somebody."}
EDITED = {"c{comment}-text": "Posted otherwise.", "c{comment}-version": "1"}
ASKED = {"asked": "{ns}"}
OFFER = {"role{vacant}-jurisdiction": "{qc}"}
SEEN = {"seen": "1"}
COMPOSED = [
    ("meeting", "/en/briefings/{briefing}/meeting", {**BRIEFING, "version": "1"}),
    ("changes", "/en/briefings/{briefing}/changes", SEEN),
    ("news", "/en/briefings/{briefing}/news", SEEN),
    ("priorities", "/en/briefings/{briefing}/priorities", {**SEEN, "highlight-1-en": "Posted."}),
    ("next_steps", "/en/briefings/{briefing}/next-steps", {**SEEN, "order": "0", "step-0-en": "Posted."}),
    ("slides", "/en/briefings/{briefing}/slides", {**SEEN, "do": "out purpose"}),
    ("slide", "/en/briefings/{briefing}/slides/purpose", {**SEEN, "title-en": "Posted."}),
]
"""The steps of preparing a briefing, as (door, address, what a form posts)."""


@dataclass(frozen=True)
class Door:
    """An address with its method, and what each of the cast meets there, in the order of ``CAST``.

    ``code`` makes the posted fields those of an activity's form; ``lasting`` says a post that is let in changes the record.
    """

    endpoint: str
    method: str
    path: str
    meets: tuple[object, ...]
    fields: dict[str, str] = field(default_factory=dict)
    code: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


SILENT = {"nothing": "3.4"}
RETURN = "/en/plans/2020/activities/3.2/return?period=2020-06"


def steering(status: int) -> tuple[object, ...]:
    """Co-chairs and the secretariat alone."""
    return (status, status, 403, 403, 403, 403, ASK)


def everybody(status: int) -> tuple[object, ...]:
    return (status,) * 7


def members(status: int) -> tuple[object, ...]:
    return (*(status,) * 6, ASK)


STEERED = (303, 303, 403, 403, 403, 403, ASK)
CHAIR_POST = (303, 403, 403, 403, 403, 403, ASK)
HIDDEN = (200, 200, 404, 404, 404, 404, ASK)
OWN = (403, 403, 200, 403, 403, 403, ASK)
OWN_POST = (403, 403, 303, 403, 403, 403, ASK)
# In the order of the cast:      chair secretariat ontario quebec saskatchewan reader visitor
DOORS = [
    Door("health.healthz", "GET", "/healthz", everybody(200)),
    Door("health.readyz", "GET", "/readyz", everybody(200)),
    Door("pages.root", "GET", "/", everybody(303)),
    Door("pages.home", "GET", "/en/", (303, 303, 303, 303, 303, 303, 200)),
    Door("pages.accessibility", "GET", "/fr/accessibility", everybody(200)),
    Door("static", "GET", "/static/cogwg.css", everybody(200)),
    Door("static", "GET", "/static/../cogwg/app.py", everybody(404)),
    Door("accounts.sign_in", "GET", "/en/sign-in", (303, 303, 303, 303, 303, 303, 200)),
    Door("accounts.sign_in", "POST", "/en/sign-in", everybody(422), {"email": "", "password": ""}),
    Door("accounts.sign_out", "POST", "/en/sign-out", everybody(303)),
    Door("accounts.set_password", "GET", "/en/password/{token}", everybody(200)),
    Door("accounts.set_password", "POST", "/en/password/{token}", everybody(303), PASSWORD),
    Door("accounts.set_password", "GET", "/en/password/nobody-knows-this", everybody(410)),
    Door("accounts.set_password", "POST", "/en/password/nobody-knows-this", everybody(410), PASSWORD),
    Door("plan.current", "GET", "/en/plans", everybody(303)),
    Door("plan.page", "GET", "/en/plans/2020", everybody(200)),
    Door("plan.page", "GET", "/en/plans/2019", everybody(404)),
    Door("plan.page", "GET", "/en/plans/2020?view=list&jurisdiction=on&status=LP&q=r", everybody(200)),
    Door("plan.page", "GET", "/en/plans/2020?view=timeline", everybody(200)),
    Door("plan.page", "GET", "/en/plans/2020?view=progress", everybody(200)),
    Door("plan.page", "GET", "/en/plans/2020?view=list&status=LATE", everybody(404)),
    Door("plan_views.export", "GET", "/en/plans/2020/activities.csv", everybody(200)),
    Door("plan_views.export", "GET", "/en/plans/2020/activities.xlsx?status=none", everybody(200)),
    Door("plan_views.export", "GET", "/en/plans/2019/activities.csv", everybody(404)),
    Door("jurisdictions.index", "GET", "/en/jurisdictions", members(200)),
    Door("jurisdictions.reports", "GET", "/en/jurisdictions/on/reports.csv", members(200)),
    Door("jurisdictions.reports", "GET", "/en/jurisdictions/on/reports.xlsx", members(200)),
    Door("jurisdictions.reports", "GET", "/en/jurisdictions/zz/reports.csv", members(404)),
    Door("priority.page", "GET", "/en/plans/2020/priorities/5", everybody(200)),
    Door("priority.page", "GET", "/en/plans/2020/priorities/6", everybody(404)),
    Door("activity.page", "GET", "/en/plans/2020/activities/5.4", members(200)),
    Door("activity.page", "GET", "/en/plans/2020/activities/9.9", members(404)),
    Door("priority.set_overall", "POST", "/en/plans/2020/priorities/3/overall", STEERED, OVERALL),
    Door("priority.computed", "POST", "/en/plans/2020/priorities/3/computed", (422, 422, 403, 403, 403, 403, ASK)),
    Door("activity.note", "POST", "/en/plans/2020/activities/5.4/note?for=nt", STEERED, NOTE),
    Door("activity.note", "POST", "/en/plans/2020/activities/5.4/note?for=sk", (403, 403, 403, 403, 403, 403, ASK), NOTE),
    Door("activity.note", "POST", "/en/plans/2020/activities/5.4/note?for=zz", (404, 404, 404, 404, 404, 403, ASK), NOTE),
    Door("activity.move", "POST", "/en/plans/2020/activities/3.3/due", STEERED, DUE),
    Door("discussion.say", "POST", "/en/plans/2020/activities/3.3/comments", (303, 303, 303, 303, 303, 403, ASK), SAID),
    Door("discussion.edit", "GET", "/en/plans/2020/activities/3.3/comments/{comment}", OWN),
    Door("discussion.edit", "GET", "/en/plans/2020/activities/3.4/comments/{comment}", (404, 404, 404, 404, 404, 403, ASK)),
    Door("discussion.edit", "POST", "/en/plans/2020/activities/3.3/comments/{comment}", OWN_POST, EDITED),
    Door("discussion.delete", "POST", "/en/plans/2020/activities/3.3/comments/{comment}/delete", OWN_POST, EDITED),
    Door("roles.role", "GET", "/en/plans/2020/roles/{to_confirm}", members(200)),
    Door("roles.role", "GET", "/en/plans/2020/roles/{vacant}", members(200)),
    Door("roles.role", "GET", "/en/plans/2019/roles/{vacant}", members(404)),
    Door("roles.accept", "POST", "/en/plans/2020/roles/{to_confirm}/accept", STEERED, ASKED),
    Door("roles.accept", "POST", "/en/plans/2020/roles/{vacant}/accept", (422, 422, 422, 422, 422, 403, ASK)),
    Door("roles.decline", "POST", "/en/plans/2020/roles/{to_confirm}/decline", STEERED, ASKED),
    Door("roles.offer", "POST", "/en/plans/2020/roles/{vacant}/offer", STEERED, OFFER),
    Door("roles.vacancies", "GET", "/en/vacancies", members(200)),
    Door("jurisdictions.page", "GET", "/en/jurisdictions/on", members(200)),
    Door("jurisdictions.page", "GET", "/en/jurisdictions/zz", members(404)),
    Door("reporting.my_updates", "GET", "/en/my-updates", (200, 200, 200, 200, 200, 403, ASK)),
    Door("reporting.my_updates", "GET", "/en/my-updates?for=on", (200, 200, 403, 403, 403, 403, ASK)),
    Door("reporting.my_updates", "GET", "/en/my-updates?for=zz", steering(404)),
    Door("reporting.report", "GET", "/en/plans/2020/activities/3.3/report", (403, 403, 200, 403, 403, 403, ASK)),
    Door("reporting.report", "GET", "/en/plans/2020/activities/5.4/report", (403, 403, 403, 403, 200, 403, ASK)),
    Door("reporting.report", "GET", "/en/plans/2020/activities/5.4/report?for=sk", (200, 200, 403, 403, 403, 403, ASK)),
    Door("reporting.report", "GET", "/en/plans/2020/activities/5.4/report?for=on", (403, 403, 403, 403, 403, 403, ASK)),
    Door("reporting.report", "GET", "/en/plans/2020/activities/9.9/report", (404, 404, 404, 404, 404, 403, ASK)),
    Door("reporting.report", "GET", "/en/plans/2019/activities/3.3/report", (404, 404, 404, 404, 404, 403, ASK)),
    Door(
        "reporting.report", "POST", "/en/plans/2020/activities/3.3/report", (403, 403, 303, 403, 403, 403, ASK), REPORT, "3.3"
    ),
    Door(
        "reporting.report", "POST", "/en/plans/2020/activities/5.4/report", (403, 403, 403, 403, 303, 403, ASK), REPORT, "5.4"
    ),
    Door(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=sk",
        (303, 303, 403, 403, 403, 403, ASK),
        REPORT,
        "5.4",
    ),
    Door(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=on",
        (403, 403, 403, 403, 403, 403, ASK),
        REPORT,
        "5.4",
    ),
    Door(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=nt",
        (403, 403, 403, 403, 403, 403, ASK),
        REPORT,
        "5.4",
    ),
    Door(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/4.3/report?for=ns",
        (403, 403, 403, 403, 403, 403, ASK),
        REPORT,
        "4.3",
    ),
    Door(
        "reporting.merge",
        "POST",
        "/en/plans/2020/activities/5.4/report/merge",
        (403, 403, 403, 403, 303, 403, ASK),
        ROUND,
        "5.4",
    ),
    Door(
        "reporting.merge",
        "POST",
        "/en/plans/2020/activities/5.4/report/merge?for=sk",
        (303, 303, 403, 403, 403, 403, ASK),
        ROUND,
        "5.4",
    ),
    Door("account.page", "GET", "/en/account", members(200)),
    Door("account.page", "POST", "/en/account", members(303), WISHES),
    Door("account.feed", "POST", "/en/account/feed", members(303)),
    Door("account.revoke", "POST", "/en/account/feed/revoke", members(303)),
    Door("feeds.own_due_dates", "GET", "/en/feeds/due-dates.ics", members(200)),
    Door("feeds.own_changes", "GET", "/en/feeds/changes.atom", members(200)),
    Door("feeds.due_dates", "GET", "/en/feeds/{feed}/due-dates.ics", everybody(200)),
    Door("feeds.due_dates", "GET", "/en/feeds/nobody-knows-this/due-dates.ics", everybody(404)),
    Door("feeds.latest_changes", "GET", "/en/feeds/{feed}/changes.atom", everybody(200)),
    Door("feeds.latest_changes", "GET", "/en/feeds/nobody-knows-this/changes.atom", everybody(404)),
    Door("reporting.submit", "GET", "/en/my-updates/submit", (200, 200, 200, 200, 200, 403, ASK)),
    Door("reporting.submit", "GET", "/en/my-updates/submit?for=on", (200, 200, 403, 403, 403, 403, ASK)),
    Door("reporting.submit", "POST", "/en/my-updates/submit", (422, 422, 303, 422, 422, 403, ASK), SILENT),
    Door("reporting.submit", "POST", "/en/my-updates/submit?for=on", (303, 303, 403, 403, 403, 403, ASK), SILENT),
    Door("reporting.receipt", "GET", "/en/my-updates/receipts/{receipt}", (200, 200, 200, 404, 404, 403, ASK)),
    Door("reporting.receipt", "GET", "/en/my-updates/receipts/4711", (404, 404, 404, 404, 404, 403, ASK)),
    Door("steering.quarter", "GET", "/en/plans/2020/quarters/2020-06", steering(200)),
    Door("steering.quarter", "GET", "/en/plans/2020/quarters/2020-07", steering(404)),
    Door("steering.confirm_closing", "GET", "/en/plans/2020/quarters/2020-06/close", steering(200)),
    Door("steering.confirm_closing", "GET", "/en/plans/2020/quarters/2020-09/close", steering(303)),
    Door("steering.steer", "POST", "/en/plans/2020/quarters/2020-06/close", steering(303)),
    Door("steering.steer", "POST", "/en/plans/2020/quarters/2020-06/undo", steering(422)),
    Door("steering.steer", "POST", "/en/plans/2020/quarters/2020-12/open", steering(303)),
    Door("steering.steer", "POST", "/en/plans/2020/quarters/2020-06/reopen", steering(422)),
    Door("steering.return_report", "GET", RETURN, steering(200)),
    Door("steering.return_report", "GET", "/en/plans/2020/activities/9.9/return", steering(404)),
    Door("steering.return_report", "POST", RETURN, steering(303), {"note": "Say which catalogues.", "version": "1"}),
    Door("milestones.index", "GET", "/en/milestones", members(200)),
    Door("milestones.index", "GET", "/en/milestones?jurisdiction=zz", members(404)),
    Door("milestones.index", "POST", "/en/milestones", (303, 303, 303, 303, 303, 403, ASK), MILESTONE),
    Door("milestones.page", "GET", "/en/milestones/{milestone}", members(200)),
    Door("milestones.page", "GET", "/en/milestones/4711", members(404)),
    Door("milestones.page", "GET", "/en/milestones/{gone}", (200, 200, 200, 404, 404, 404, ASK)),
    Door("milestones.edit", "GET", "/en/milestones/{milestone}/edit", (200, 200, 200, 403, 403, 403, ASK)),
    Door("milestones.edit", "GET", "/en/milestones/4711/edit", (404, 404, 404, 404, 404, 403, ASK)),
    Door(
        "milestones.edit",
        "POST",
        "/en/milestones/{milestone}/edit",
        (303, 303, 303, 403, 403, 403, ASK),
        {"m{milestone}-text_en": "Other news.", "m{milestone}-version": "1"},
    ),
    Door(
        "milestones.withdraw",
        "POST",
        "/en/milestones/{milestone}/withdraw",
        (303, 303, 303, 403, 403, 403, ASK),
        {"version": "1"},
    ),
    Door("milestones.restore", "POST", "/en/milestones/{gone}/restore", (303, 303, 303, 404, 404, 403, ASK)),
    Door("challenges.index", "GET", "/en/challenges", members(200)),
    Door("challenges.index", "GET", "/en/challenges?state=lost", members(404)),
    Door("challenges.index", "POST", "/en/challenges", (303, 303, 303, 303, 303, 403, ASK), CHALLENGE),
    Door("challenges.page", "GET", "/en/challenges/{challenge}", members(200)),
    Door("challenges.page", "GET", "/en/challenges/4711", members(404)),
    Door("challenges.edit", "GET", "/en/challenges/{challenge}/edit", (200, 200, 200, 403, 403, 403, ASK)),
    Door("challenges.standing", "GET", "/en/challenges/{challenge}/standing", (200, 200, 200, 403, 403, 403, ASK)),
    Door(
        "challenges.edit",
        "POST",
        "/en/challenges/{challenge}/edit",
        (303, 303, 303, 403, 403, 403, ASK),
        {"c{challenge}-text_en": "Otherwise.", "c{challenge}-new_theme": "Data", "c{challenge}-version": "1"},
    ),
    Door(
        "challenges.state",
        "POST",
        "/en/challenges/{challenge}/state",
        (303, 303, 303, 403, 403, 403, ASK),
        {"move": "resolve", "version": "1"},
    ),
    Door("challenges.us_too", "POST", "/en/challenges/{challenge}/us-too?for=qc", (303, 303, 403, 303, 403, 403, ASK)),
    Door("challenges.us_too", "POST", "/en/challenges/{challenge}/us-too?for=zz", (404, 404, 404, 404, 404, 403, ASK)),
    Door("challenges.take_back", "POST", "/en/challenges/{challenge}/take-back?for=on", (303, 303, 303, 403, 403, 403, ASK)),
    Door(
        "challenges.withdraw",
        "POST",
        "/en/challenges/{challenge}/withdraw",
        (303, 303, 303, 403, 403, 403, ASK),
        {"version": "1"},
    ),
    Door("challenges.restore", "POST", "/en/challenges/{lost}/restore", (303, 303, 303, 404, 404, 403, ASK)),
    Door("lists.milestones", "GET", "/en/milestones.csv", members(200)),
    Door("lists.milestones", "GET", "/en/milestones.xlsx?jurisdiction=on", members(200)),
    Door("lists.milestones", "GET", "/en/milestones.csv?jurisdiction=zz", members(404)),
    Door("lists.challenges", "GET", "/en/challenges.csv", members(200)),
    Door("lists.challenges", "GET", "/en/challenges.xlsx?jurisdiction=on&state=open", members(200)),
    Door("lists.challenges", "GET", "/en/challenges.csv?state=lost", members(404)),
    Door("lists.readiness", "GET", "/en/readiness.csv", steering(200)),
    Door("lists.readiness", "GET", "/en/readiness.xlsx?period=2020-06&show=nothing", steering(200)),
    Door("lists.readiness", "GET", "/en/readiness.csv?period=2020-05", steering(404)),
    Door("translations.index", "GET", "/en/translations", (200, 200, 200, 200, 200, 403, ASK)),
    Door(
        "translations.save",
        "POST",
        "/en/translations/milestone-{milestone}",
        (303, 303, 303, 403, 403, 403, ASK),
        TRANSLATED,
    ),
    Door("translations.save", "POST", "/en/translations/milestone-4711", (404, 404, 404, 404, 404, 403, ASK), TRANSLATED),
    Door("composer.index", "GET", "/en/briefings", members(200)),
    Door("composer.undo", "POST", "/en/briefings/4711/undo?seen=1", steering(404), {}),
    Door("composer.new", "GET", "/en/briefings/new", (200, 200, 403, 403, 403, 403, ASK)),
    Door("composer.new", "POST", "/en/briefings/new", (303, 303, 403, 403, 403, 403, ASK), BRIEFING),
    *(Door(f"composer.{name}", "GET", path, steering(200)) for name, path, _ in COMPOSED),
    *(Door(f"composer.{name}", "GET", path.format(briefing=4711), steering(404)) for name, path, _ in COMPOSED),
    *(Door(f"composer.{name}", "POST", path, STEERED, fields) for name, path, fields in COMPOSED),
    *(Door(f"composer.{name}", "POST", path.format(briefing=4711), steering(404), fields) for name, path, fields in COMPOSED),
    Door("briefings.page", "GET", "/en/briefings/{briefing}", HIDDEN),
    Door("briefings.page", "GET", "/en/briefings/{frozen}", (200, 200, 303, 303, 303, 303, ASK)),
    Door("briefings.page", "GET", "/en/briefings/4711", members(404)),
    Door("briefings.deck", "GET", "/en/briefings/{briefing}/deck.xlsx", HIDDEN),
    Door("briefings.deck", "GET", "/en/briefings/{briefing}/deck.pptx", HIDDEN),
    Door("briefings.deck", "GET", "/en/briefings/{frozen}/deck.xlsx", HIDDEN),
    Door("briefings.deck", "GET", "/en/briefings/4711/deck.xlsx", members(404)),
    Door("briefings.deck", "GET", "/en/briefings/{briefing}/deck.pdf", members(404)),
    Door("freezing.freeze", "POST", "/en/briefings/4711/freeze", steering(404), FREEZE),
    Door("freezing.check_links", "POST", "/en/briefings/4711/check-links", steering(404), {}),
    Door("frozen.version", "GET", "/en/briefings/{frozen}/versions/1", members(200)),
    Door("frozen.version", "GET", "/en/briefings/{briefing}/versions/1", members(404)),
    Door("frozen.deck", "GET", "/en/briefings/{frozen}/versions/1/deck.xlsx", members(200)),
    Door("frozen.deck", "GET", "/en/briefings/{frozen}/versions/2/deck.xlsx", members(404)),
    Door("frozen.compare_page", "GET", "/en/briefings/compare", members(200)),
    Door("frozen.compare_page", "GET", "/en/briefings/compare?before={frozen}.1&after=4711.1", members(200)),
    Door("frozen.compare_file", "GET", "/en/briefings/compare.csv", members(404)),
    Door("preview.present", "GET", "/en/briefings/{briefing}/present", steering(200)),
    Door("preview.present", "GET", "/en/briefings/4711/present", steering(404)),
    Door("preview.printed", "GET", "/en/briefings/{briefing}/print?deck=fr", steering(200)),
    Door("preview.printed", "GET", "/en/briefings/4711/print", steering(404)),
    Door("preview.present_version", "GET", "/en/briefings/{frozen}/versions/1/present", members(200)),
    Door("preview.present_version", "GET", "/en/briefings/{briefing}/versions/1/present", members(404)),
    Door("preview.print_version", "GET", "/en/briefings/{frozen}/versions/1/print", members(200)),
    Door("preview.print_version", "GET", "/en/briefings/{frozen}/versions/2/print", members(404)),
    Door("preview.shared", "GET", "/en/preview/{secret}", everybody(200)),
    Door("preview.shared", "GET", "/en/preview/nobody-knows-this", everybody(404)),
    Door("preview_links.index", "GET", "/en/briefings/{briefing}/links", steering(200)),
    Door("preview_links.index", "GET", "/en/briefings/4711/links", steering(404)),
    Door("preview_links.make", "POST", "/en/briefings/{briefing}/links", STEERED),
    Door("preview_links.make", "POST", "/en/briefings/4711/links", steering(404)),
    Door("preview_links.revoke", "POST", "/en/briefings/{briefing}/links/{link}/revoke", STEERED),
    Door("preview_links.revoke", "POST", "/en/briefings/{frozen}/links/{link}/revoke", steering(404)),
    Door("preview_comments.say", "POST", "/en/briefings/{briefing}/comments/glance", STEERED, SPOKEN),
    Door("preview_comments.say", "POST", "/en/briefings/4711/comments/glance", steering(404), SPOKEN),
    Door("preview_comments.say", "POST", "/en/briefings/{briefing}/comments/No_slide", steering(404), SPOKEN),
    Door("preview_comments.settle", "POST", "/en/briefings/{briefing}/comments/{remark}/settle", STEERED),
    Door("preview_comments.settle", "POST", "/en/briefings/{frozen}/comments/{remark}/settle", steering(404)),
    Door("preview_comments.delete", "POST", "/en/briefings/{briefing}/comments/{remark}/delete", CHAIR_POST),
    Door("preview_comments.delete", "POST", "/en/briefings/{frozen}/comments/{remark}/delete", steering(404)),
    Door("readiness.page", "GET", "/en/readiness", (200, 200, 403, 403, 403, 403, ASK)),
    Door("readiness.page", "GET", "/en/readiness?period=2020-06&show=nothing", (200, 200, 403, 403, 403, 403, ASK)),
    Door("readiness.page", "GET", "/en/readiness?period=2020-05", steering(404)),
    Door("readiness.remind", "GET", "/en/readiness/remind", (200, 200, 403, 403, 403, 403, ASK)),
    Door("readiness.remind", "POST", "/en/readiness/remind", (303, 303, 403, 403, 403, 403, ASK), REMINDER),
    Door("outbox.page", "GET", "/en/outbox", (403, 200, 403, 403, 403, 403, ASK)),
    Door("outbox.again", "POST", "/en/outbox/again", (403, 404, 403, 403, 403, 403, ASK), {"letter": "4711"}),
]
LASTING = {
    "accounts.set_password",
    "reporting.report",
    "reporting.merge",
    "reporting.submit",
    "steering.steer",
    "steering.return_report",
    "composer.new",
    *(f"composer.{name}" for name, _path, _fields in COMPOSED),
    *(f"milestones.{verb}" for verb in ("index", "edit", "withdraw", "restore")),
    *(f"challenges.{verb}" for verb in ("index", "edit", "state", "us_too", "take_back", "withdraw", "restore")),
    "translations.save",
    *("priority.set_overall", "activity.note", "activity.move", "discussion.say", "discussion.edit", "discussion.delete"),
    *("roles.accept", "roles.decline", "roles.offer"),
    *("preview_links.make", "preview_links.revoke"),
    *("preview_comments.say", "preview_comments.settle", "preview_comments.delete"),
    "account.page",
    "account.feed",
    "readiness.remind",
}


def posted(at: Furnished, door: Door) -> dict[str, str]:
    """What a person's form would send, with the version the record has now."""
    if not door.code:
        return {at.path(name): at.path(value) for name, value in door.fields.items()}
    (activity,) = at.house.rows(Activity, Activity.code == door.code)
    found = at.house.rows(StatusReport, StatusReport.activity_id == activity.id)
    version = found[-1].version if found and found[-1].period_id == 3 else 0
    typed = {f"r{activity.id}-{name}": value for name, value in {**door.fields, "version": str(version)}.items()}
    return {**typed, "choose-progress_en": "yours"}


def knock(at: Furnished, door: Door, browser: Browser, token: str | None = None) -> Page:
    if door.method == "GET":
        return browser.get(at.path(door.path))
    return browser.post(at.path(door.path), {**posted(at, door), "csrf_token": browser.csrf() if token is None else token})


def met(page: Page) -> object:
    if page.status == 303 and page.goes_to.startswith("/en/sign-in?next="):
        return ASK
    if page.status == 401 and page.forms and page.form("/sign-in"):
        return ASK
    return page.status


def rules(house: House) -> set[tuple[str, str]]:
    def methods(rule: Rule) -> set[str]:
        return (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}

    return {(rule.endpoint, method) for rule in house.app.url_map.iter_rules() for method in methods(rule)}


def test_every_route_is_in_the_table_and_every_row_is_a_route(shared: House) -> None:
    assert {(door.endpoint, door.method) for door in DOORS} == rules(shared)
    assert all(len(door.meets) == len(CAST) for door in DOORS)


@pytest.mark.parametrize("door", [d for d in DOORS if d.method == "GET"], ids=str)
def test_who_may_read_what(furnished: Furnished, door: Door) -> None:
    found = tuple(met(knock(furnished, door, furnished.person(name))) for name in CAST)
    assert found == door.meets


@pytest.mark.parametrize("door", [d for d in DOORS if d.method == "POST"], ids=str)
def test_who_may_change_what(furnished: Furnished, anew: Anew, door: Door) -> None:
    """A refused post leaves the whole record as it was; one that is let in to change something does."""
    found = []
    quiet = furnished.house.fingerprint()
    for name, wanted in zip(CAST, door.meets, strict=True):
        if wanted == 303:
            at = anew()
            browser, before, token = at.house.cast(name), at.house.fingerprint(), None
        else:
            at, browser, before, token = furnished, furnished.person(name), quiet, furnished.csrf(name)
        found.append(met(knock(at, door, browser, token)))
        changed = at.house.fingerprint() != before
        assert changed is (wanted == 303 and door.endpoint in LASTING), f"{name}: changed={changed}"
    assert tuple(found) == door.meets


@pytest.mark.parametrize("door", [d for d in DOORS if d.method == "POST"], ids=str)
def test_no_post_goes_through_without_the_token_of_its_own_session(furnished: Furnished, door: Door) -> None:
    others = furnished.person("secretariat").csrf()
    people = {name: furnished.person(name) for name in ("chair", "ontario", "visitor")}
    before = furnished.house.fingerprint(without=())
    for name, browser in people.items():
        for token in ("", "0" * 40, others):
            assert knock(furnished, door, browser, token).status == 400, name
    assert furnished.house.fingerprint(without=()) == before


def test_a_refused_form_says_so_in_the_readers_language(furnished: Furnished) -> None:
    browser = furnished.house.cast("ontario")
    assert "reload the page" in browser.post("/en/sign-out").main
    assert browser.post("/fr/sign-out").one("html").get("lang") == "fr"


def test_forged_keys_change_nothing_they_name(make_house: MakeHouse) -> None:
    """Every column of every table, posted along with a report, is as if it were not there."""
    house = make_house()
    ontario = house.cast("ontario")
    form = ontario.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="Ontario’s own words.")
    columns = {c.name for table in Base.metadata.sorted_tables for c in table.columns}
    names = columns | {"behalf_of", "for", "by", "seen", "who", "is_admin", "approved", "owner"}
    prefix = form.name("status").removesuffix("status")
    own = set(form.values)
    forged = {
        key: "7"
        for name in names
        for key in (name, prefix + name)
        if key not in own and key.removeprefix(prefix) not in _FIELDS
    }
    assert form.submit(extra=forged).status == 303
    (report,) = house.rows(StatusReport, StatusReport.progress_en == "Ontario’s own words.")
    (submission,) = house.rows(Submission, Submission.progress_en == "Ontario’s own words.")
    (activity,) = house.rows(Activity, Activity.code == "3.3")
    me = house.person_id("ontario")
    assert (report.activity_id, report.period_id, report.version, report.changed_by, report.behalf_of) == (
        activity.id,
        3,
        1,
        me,
        None,
    )
    assert (submission.activity_id, submission.submitted_by, submission.behalf_of) == (activity.id, me, None)
    assert (submission.sample, submission.late, submission.completed_at) == (False, False, None)
    assert submission.submitted_at == report.changed_at == house.calendar.now()


_FIELDS = {
    *("status", "nothing_to_report", "progress_en", "progress_fr", "challenge_en", "challenge_fr", "version"),
    *("evidence_url", "evidence_label_en", "evidence_label_fr", "evidence_note_en", "evidence_note_fr"),
}


@pytest.mark.parametrize("version", ["-1", "1.0", "0x1", "99", "9" * 30, "9" * 5000, "٣", "²", "1 OR 1=1", "\x00", "None"])
def test_a_version_nobody_was_given_overwrites_nothing(make_house: MakeHouse, version: str) -> None:
    house = make_house()
    saskatchewan = house.cast("saskatchewan")
    form = saskatchewan.get("/en/plans/2020/activities/5.4/report").form("5.4/report").fill(status="SP", progress_en="Mine.")
    before = house.fingerprint()
    answer = form.submit(extra={form.name("version"): version})
    assert answer.status == 409
    assert "Mine." in answer.text
    assert house.fingerprint() == before


STRANGE_LINKS = [
    "{",
    "[" * 100_000,
    "[null]",
    "[[1,2,3]]",
    '[["https://a.example/"]]',
    '[["https://a.example/",{"a":1},"x"]]',
    "NaN",
    "\x00",
]
HOSTILE_LINKS = ['[["javascript:alert(1)","",""]]', '{"abc":1}', f'[["https://a.example/","{"x" * 201}",""]]']


def test_links_that_ride_along_unseen_are_read_or_left_out_but_never_trusted(house: House, ontario: Browser) -> None:
    def sent(links: str) -> Page:
        form = ontario.get("/en/plans/2020/activities/3.3/report", htmx=True).form("3.3/report")
        return form.fill(status="SP", progress_en="Words.").submit(extra={form.name("more_links"): links})

    assert [sent(links).status for links in HOSTILE_LINKS] == [422] * len(HOSTILE_LINKS)
    assert [sent(links).status for links in STRANGE_LINKS] == [303] * len(STRANGE_LINKS)
    assert "a.example" not in ontario.get("/en/plans/2020/activities/3.3").text


def test_fields_of_another_activity_are_not_read(house: House, ontario: Browser) -> None:
    """The address decides which activity is meant; the fields of another one's form say nothing."""
    page = ontario.get("/en/my-updates")
    stolen = page.form("3.3/report").fill(status="C", progress_en="Words for 3.3.")
    before = house.fingerprint()
    assert ontario.post("/en/plans/2020/activities/3.4/report", stolen.values).status == 422
    assert house.fingerprint() == before


def test_the_first_of_two_equal_keys_counts(house: House, ontario: Browser) -> None:
    form = ontario.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="The first.")
    doubled = {**form.values, form.name("progress_en"): ["The first.", "The second."], form.name("status"): ["SP", "NS"]}
    assert ontario.post(form.action, doubled).status == 303
    (report,) = house.rows(
        StatusReport,
        StatusReport.progress_en != "",
        StatusReport.activity_id == house.rows(Activity, Activity.code == "3.3")[0].id,
        StatusReport.period_id == 3,
    )
    assert (report.progress_en, report.status.value) == ("The first.", "SP")


def test_a_jurisdiction_that_is_only_to_confirm_or_a_partner_does_not_report(house: House) -> None:
    """Nova Scotia (to confirm) and the Northwest Territories (partner) hold roles, and report on nothing."""
    for code in ("ns", "nt"):
        page = house.cast("chair").get(f"/en/my-updates?for={code}")
        assert page.status == 200
        assert not [f for f in page.forms if f.action.split("?")[0].endswith("/report")]


def test_a_refusal_by_the_policy_that_fails_writes_nothing(
    house: House, ontario: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = ontario.get("/en/my-updates").form("3.3/report").fill(status="SP", progress_en="Kept out.")
    before = house.fingerprint()

    def broken(*_: object) -> bool:
        raise RuntimeError("the policy is broken")

    for where in ("cogwg.web.access.may", "cogwg.web.reporting.may_report_on"):
        with monkeypatch.context() as patch:
            patch.setattr(where, broken)
            assert form.submit().status == 500
    assert house.fingerprint() == before


def test_every_endpoint_declares_who_may_come_in(shared: House) -> None:
    assert all(access == "public" or all(isinstance(p, Permission) for p in access) for access in declared(shared.app).values())


def test_an_endpoint_that_declares_nothing_stops_the_start(make_house: MakeHouse) -> None:
    app = make_house(contact="of an application that nobody lives in afterwards").app

    def silent() -> str:
        return "anybody"

    app.view_functions["silent"] = silent
    with pytest.raises(Unusable, match="silent"):
        refuse_undeclared(app)
    app.view_functions["silent"] = public(silent)
    refuse_undeclared(app)


def test_the_cast_is_what_the_table_thinks_it_is(shared: House) -> None:
    with Session(shared.engine) as session:
        roles = {
            name: [
                (m.role, m.jurisdiction.code if m.jurisdiction else None)
                for m in session.get_one(Person, shared.person_id(name)).memberships
            ]
            for name in CAST[:-1]
        }
    assert roles == {
        "chair": [(Role.CO_CHAIR, None)],
        "secretariat": [(Role.SECRETARIAT, None)],
        "ontario": [(Role.LEAD, "on")],
        "quebec": [(Role.LEAD, "qc")],
        "saskatchewan": [(Role.LEAD, "sk")],
        "reader": [(Role.READER, None)],
    }
