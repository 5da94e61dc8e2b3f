"""Access to every route for every persona, for GET and POST, from one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from cogwg.accounts.models import Person, Role, Throttle
from cogwg.core.db import Base
from cogwg.core.errors import ConfigurationError
from cogwg.plan.models import Activity
from cogwg.policy import Permission
from cogwg.reporting.models import StatusReport, Submission
from cogwg.web.auth.access import declared_access, public, refuse_undeclared
from cogwg.web.http import rate_limits
from tests.databases import PASSWORD
from tests.sessions import ESSENTIAL, FURTHER, first_of
from tests.web.conftest import MakeApp, PopulatedApp, RestorePopulated
from tests.web_client import PERSONAS, App, Client, Page

SIGN_IN = "ask"
"""A redirect to the sign-in page, which leads back to the page afterwards."""

ANOTHERS = "another's"
"""The token of another person's session, which is known only while the tests run."""

DECISION = {"text_en": "Posted by a persona.", "version": "1"}
REPORT_FIELDS = {"status": "SP", "progress_en": "Posted by a persona."}
MERGE_FIELDS = {"status": "LP", "progress_en": "Merged by a persona.", "challenge_en": "A challenge."}
FREEZE_FIELDS = {"note": "Decided.", "seen": "1"}
BRIEFING_FIELDS = {"meeting_on": "2020-10-08", "audience_en": "Councils", "audience_fr": "Conseils"}
ACCOUNT_FIELDS = {"lang": "fr", "time_zone": "America/Regina"}
MILESTONE_FIELDS = {"new-text_en": "A milestone.", "new-jurisdiction": "on"}
CHALLENGE_FIELDS = {"new-text_en": "A challenge.", "new-theme": '["Legal", "Aspects juridiques"]', "new-jurisdiction": "on"}
RENAME_FIELDS = {"name_en": "Law", "name_fr": "Droit", "was": '["Legal", "Aspects juridiques"]'}
MERGE_THEME_FIELDS = {"into": "1", "was": '["Legal", "Aspects juridiques"]'}
TRANSLATION_FIELDS = {"milestone-{milestone}-text": "Un jalon.", "milestone-{milestone}-source": "Ontario’s news."}
REMINDER_FIELDS = {"text_en": "Please report.", "text_fr": "Veuillez faire rapport.", "copy": "y"}
PASSWORD_FIELDS = {"password": "a wholly new pass phrase", "again": "a wholly new pass phrase"}
CHANGE_PASSWORD_FIELDS = {"current": PASSWORD, **PASSWORD_FIELDS}
CHANGE_EMAIL_FIELDS = {"current": PASSWORD, "email": "new@example.ca"}
OVERALL_STATUS_FIELDS = {"overall-status": "LP", "overall-note_en": "The group knows better.", "overall-last": "0"}
NOTE_FIELDS = {"n{nt}-text_en": "Posted by a partner.", "n{nt}-version": "0"}
DUE_DATE_FIELDS = {"due-month": "2020-12", "due-was": "2020-09", "due-reason_en": "The data comes later."}
COMMENT_FIELDS = {"c-text": "Posted by a persona."}
SLIDE_COMMENT_FIELDS = {"say-glance-text": "Said by a persona."}
EDITED_COMMENT_FIELDS = {"c{comment}-text": "Posted otherwise.", "c{comment}-version": "1"}
ROLE_ANSWER_FIELDS = {"asked": "{ns}"}
ROLE_OFFER_FIELDS = {"role{vacant}-jurisdiction": "{qc}"}
DUE_REQUEST_FIELDS = {"ask-month": "2020-12", "ask-was": "2020-09", "ask-reason_en": "The data comes later."}
EXTENSION_FIELDS = {"extend-was": "2020-09-30T21:00:00+00:00", "extend-reason_en": "The server was down."}
ROLE_END_FIELDS = {"end-asked": "{on}", "end-reason_en": "It merged."}
ROLE_HAND_OVER_FIELDS = {"hand-asked": "{on}", "hand-reason_en": "It merged.", "hand-jurisdiction": "{qc}"}
INVITE_FIELDS = {"name": "A. Reader", "email": "a.reader@example.ca", "role": "reader", "jurisdiction": "", "lang": "en"}
PERSON_VERSION_FIELD = {"version": "1"}
VERSION = {"version": "1"}
HOST_FIELDS = {**VERSION, "hosted_by_en": "the Treasury Board", "hosted_by_fr": "le Conseil du Trésor"}
PUBLIC_FIELDS = {**VERSION, "owner_en": "the Treasury Board", "owner_fr": "le Conseil du Trésor"}
DAYS_FIELDS = {**VERSION, "remind_days": "10", "remind_after": "2"}
EDIT_PERSON_FIELDS = {**PERSON_VERSION_FIELD, "name": "É. Gagnon-Roy", "email": "e.gagnon@example.ca", "lang": "fr"}
ADD_ROLE_FIELDS = {**PERSON_VERSION_FIELD, "role": "co-chair", "jurisdiction": ""}
JURISDICTION_FIELDS = {"name_en": "Cities", "name_fr": "Villes", "short_en": "", "short_fr": "", "kind": "municipal"}
CONTACT = {"version": "1", "contact_name": "Open government", "contact_email": "open@example.ca"}
NEW_PLAN_FIELDS = {"year": "2024", "title_en": "Work plan 2024", "title_fr": "Plan de travail 2024"}
ADOPT_FIELDS = {"version": "1", "adopted_on": "2020-09-24", "quarters": "4"}
ROLE_REQUEST_FIELDS = {"asked": "{qc}"}
VERSION_FIELD = {"seen": "1"}
EDITOR_STEPS = [
    ("meeting", "/en/briefings/{briefing}/meeting", {**BRIEFING_FIELDS, "version": "1"}),
    ("changes", "/en/briefings/{briefing}/changes", VERSION_FIELD),
    ("news", "/en/briefings/{briefing}/news", VERSION_FIELD),
    ("priorities", "/en/briefings/{briefing}/priorities", {**VERSION_FIELD, "highlight-1-en": "Posted."}),
    ("next_steps", "/en/briefings/{briefing}/next-steps", {**VERSION_FIELD, "order": "0", "step-0-en": "Posted."}),
    ("slides", "/en/briefings/{briefing}/slides", {**VERSION_FIELD, "do": "out purpose"}),
    ("slide", "/en/briefings/{briefing}/slides/purpose", {**VERSION_FIELD, "title-en": "Posted."}),
]
"""The steps of preparing a briefing, as (endpoint, path, posted fields)."""
PLAN_PRIORITY = {"priority-title_en": "Open", "priority-title_fr": "Ouvert", "priority-short_en": "Open"}
PLAN_PRIORITY |= {"priority-short_fr": "Ouvert", "priority-reason_en": "It was agreed."}
PLAN_ACTIVITY = {"activity-title_en": "Open", "activity-title_fr": "Ouvert", "activity-month": "2020-12"}
PLAN_ACTIVITY |= {"activity-reason_en": "It was agreed."}
PLAN_REASON = {"item-reason_en": "It was agreed."}
PLAN_EDITS = [
    ("priority_add", "priorities", PLAN_PRIORITY),
    ("priority_reword", "priorities/3/wording", {**PLAN_PRIORITY, "priority-shown": "1"}),
    ("priority_move", "priorities/3/place", {"place-place": "1", "place-shown": "1", "place-reason_en": "It was agreed."}),
    ("priority_retire", "priorities/3/retire", {**PLAN_REASON, "item-shown": "1"}),
    ("activity_add", "priorities/3/activities", PLAN_ACTIVITY),
    ("activity_change", "activities/3.3/wording", {**PLAN_ACTIVITY, "activity-shown": "1", "activity-was": "2020-09"}),
    ("activity_retire", "activities/3.3/retire", {**PLAN_REASON, "item-shown": "1"}),
    ("activity_restore", "activities/2.5/restore", {**PLAN_REASON, "item-shown": "2"}),
    ("role_add", "priorities/3/roles", {"role-role": "lead", "role-jurisdiction": "", "role-reason_en": "It was agreed."}),
    ("role_state", "roles/{vacant}/state", {"role-role": "lead", "role-shown": "1", "role-reason_en": "It was agreed."}),
    ("role_remove", "roles/{vacant}/remove", {**PLAN_REASON, "item-shown": "1"}),
]
"""The edits of an adopted plan, as (last part of the endpoint, path, posted fields)."""
DRAFT_EDITS = [
    ("retitle", "", {"plan-title_en": "Plan", "plan-shown": "{draft_title}"}),
    ("priority_add", "/priorities", PLAN_PRIORITY),
    ("priority", "/priorities/1", {**PLAN_PRIORITY, "priority-shown": "{draft_wording}"}),
    ("activity_add", "/priorities/1/activities", {**PLAN_ACTIVITY, "activity-month": "2022-12"}),
    ("activity", "/activities/2", {**PLAN_ACTIVITY, "activity-month": "2022-12", "activity-shown": "{draft_activity}"}),
    ("role_add", "/priorities/1/roles", {"role-role": "lead", "role-jurisdiction": ""}),
    ("role", "/roles/3", {"role-role": "partner", "role-shown": "{draft_role}"}),
]
"""The edits of a draft plan, in the same form."""


STAMPED_FORMS = {
    "engagement.comment": "/en/engagement/fourth-plan/reviewing/comment",
    "engagement.private_edit": "/en/comments/private/not-a-secret/edit",
    "engagement.private_withdraw": "/fr/comments/private/not-a-secret/withdraw",
    "engagement.private_information": "/en/comments/private/not-a-secret/information",
    "engagement.private_appeal": "/fr/comments/private/not-a-secret/appeal",
}
"""The forms that have a signed stamp in place of a CSRF token, because they set no cookie: nobody is signed in there. They are
the only exception; ``tests/web/engagement`` sends them without a stamp, and from another site."""


@dataclass(frozen=True)
class RouteCase:
    """A route with its method, and the status that each persona gets, in the order of ``PERSONAS``.

    With ``code``, the posted fields are those of the form of the activity with this code.
    """

    endpoint: str
    method: str
    path: str
    expected: tuple[object, ...]
    fields: dict[str, str] = field(default_factory=dict)
    code: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


SILENT = {"nothing": "3.4"}
SUBMITTED_BEFORE = ("saskatchewan", "reporting.submit")
"""Who has no report left to submit, and is led to what was submitted before."""
RETURN = "/en/plans/2020/activities/3.2/return?period=2020-06"


def managers_only(status: int) -> tuple[object, ...]:
    """Only for co-chairs and the secretariat."""
    return (status, status, 403, 403, 403, 403, SIGN_IN)


def secretariat_only(status: int) -> tuple[object, ...]:
    return (403, status, 403, 403, 403, 403, SIGN_IN)


def same_for_all(status: int) -> tuple[object, ...]:
    return (status,) * 7


def members_only(status: int) -> tuple[object, ...]:
    return (*(status,) * 6, SIGN_IN)


STEWARD_PAGES = "/en/admin/commitments"
STATED = f"{STEWARD_PAGES}/CA0060"
COMMITMENT_FIELDS = {"identifier": "CA0099", "cycle": "2016", "state": "active", "title_en": "Open data"}
ACTION_PLAN_FIELDS = {"start_year": "2040", "end_year": "2042", "title_en": "Plan", "title_fr": "Plan"}
SELF_ASSESSMENT_FIELDS = {"on": "2019", "completion": "limited", "version": "1"}
STEWARD_FORMS = [
    ("facts", "facts", 409, COMMITMENT_FIELDS),
    ("milestones", "milestones", 409, {"rows": "2", "row0_number": "19.1"}),
    ("indicator_add", "indicators/new", 409, {"rows": "1", "code": "19-2"}),
    ("indicator", "indicators/19-1", 409, {"rows": "1", "text_en": "Tools"}),
    ("served_by", "served-by", 409, {"priority": "1"}),
    ("self_assessment_add", "self-assessment/new", 303, SELF_ASSESSMENT_FIELDS),
    ("self_assessment", "self-assessment/{ogp_self}", 303, SELF_ASSESSMENT_FIELDS),
]
"""The steward's forms, as (last part of the endpoint, path, outcome, fields). Those that say not what they showed conflict."""
NOBODY = (403, 403, 403, 403, 403, 403, SIGN_IN)
QUEUED, QUEUED_VERSION = "/en/admin/comments/{queued_comment}", "c{queued_comment}-version"
MODERATION_FIELDS = {"do": "publish", QUEUED_VERSION: "1"}
ENGAGEMENT = "/en/admin/engagement/test-plan"
CYCLE_FIELDS = {"key": "sixth-plan", "title_en": "Sixth plan", "title_fr": "Sixième plan"}
PHASE_FIELDS = {"rows": "0", "key": "ideas", "title_en": "Ideas", "starts_on": "2020-09-01"}
COMPLETION_FIELDS = {"completed_on": "2020-09-24", "version": "1"}
THEME_FIELDS = {"title_en": "Budgets", "disposition": "", "version": "1"}
ENTRY_FIELDS = {"phase": "drafting", "channel": "email", "language": "en", "text": "Sent by email.", "publish": "no"}
PUBLIC_REASON = {"reason_en": "It was wrong.", "reason_fr": "C’était erroné."}
ANALYSIS_FORMS = [
    ("analysis_code", "coding", 303, {}),
    ("analysis_entries", "entries", 303, ENTRY_FIELDS),
    ("analysis_entry_remove", "entries/{entered_comment}/remove", 303, VERSION),
    ("analysis_methods", "heard/methods", 409, {"methods_en": "Read by two people."}),
    ("analysis_finalize", "heard/finalize", 409, {}),
    ("analysis_publish", "heard/publish", 404, {"number": "1"}),
    ("analysis_import", "import", 422, {}),
    ("analysis_upload_save", "import/4711/save", 404, {}),
    ("analysis_upload_undo", "import/4711/undo", 404, {}),
    ("analysis_theme_add", "themes/new", 303, THEME_FIELDS),
    ("analysis_theme", "themes/{heard_theme}", 303, THEME_FIELDS),
    ("analysis_theme_merge", "themes/{heard_theme}/merge", 303, {"into": "{other_theme}", "version": "1"}),
    ("analysis_theme_remove", "themes/{heard_theme}/remove", 303, VERSION),
]
"""The analysts' forms, as (last part of the endpoint, path, outcome, fields). Those that say not what they showed conflict."""
CYCLE_FORMS = [
    ("engagement_facts", "facts", 409, {"title_en": "Fourth plan"}),
    ("engagement_phase_add", "phases/new", 409, PHASE_FIELDS),
    ("engagement_phase", "phases/reviewing", 409, PHASE_FIELDS),
    ("engagement_complete", "complete", 303, COMPLETION_FIELDS),
    ("engagement_reopen", "reopen", 422, VERSION),
    ("engagement_remove", "remove", 422, VERSION),
    ("engagement_publish", "publish", 409, {}),
    ("engagement_withdraw", "withdraw", 404, PUBLIC_REASON),
]
"""The same of the stewards of engagement."""
PRIVACY, AUTHORS = "/en/admin/engagement/test-plan/privacy", "/en/admin/comment-authors"
RELEASE_FIELDS = {"hold{legal_hold}-reason": "The case is closed."}
AUTHOR_FIELDS = {"name": "N. Author", "reason": "Asked for it.", "version": "1"}
ASSESSED = ("/en/assessments", "/en/assessments/commitments/CA0060")
OF_ANOTHER_PLAN = ("/en/assessments/commitments/CA0064/new", "/en/assessments/commitments/CA0067/new")
"""A commitment for which only the organization is invited, and one that does not exist."""
OFFERED = ("/en/assessments/milestones/{ogp_milestone}/offer", "/en/assessments/offers/{ogp_accepted}/report")
WITHDRAWN = "/en/assessments/offers/{ogp_offer}/withdraw"
ANSWERED = ("/en/admin/commitments/assessors", "/en/admin/commitments/offers/{ogp_offer}")
ENDED = "/en/admin/commitments/assessors/{ogp_invitation}/end"
ASSESSMENT_FIELDS = {"kind": "civil-society", "on": "2018", "completion": "limited", "version": "1"}
OFFER_FIELDS = {"part": "help", "text_en": "Posted by an organization."}
ANSWER_FIELDS = {"accept": "yes", "version": "1"}
ASSESSOR_FIELDS = {
    "person": "{ogp_stranger}",
    "target": "commitment:CA0060",
    "independent": "no",
    "assessor_en": "Posted by a steward.",
}
MANAGERS_POST = (303, 303, 403, 403, 403, 403, SIGN_IN)
CHAIR_ONLY_POST = (303, 403, 403, 403, 403, 403, SIGN_IN)
HIDDEN_UNLESS_MANAGER = (200, 200, 404, 404, 404, 404, SIGN_IN)
LEAD_ONLY = (403, 403, 200, 403, 403, 403, SIGN_IN)
QUEBEC_ONLY_POST = (403, 403, 403, 303, 403, 403, SIGN_IN)
LEAD_ONLY_POST = (403, 403, 303, 403, 403, 403, SIGN_IN)
# In the order of PERSONAS:       chair secretariat ontario quebec saskatchewan reader visitor
ROUTE_CASES = [
    RouteCase("site.healthz", "GET", "/healthz", same_for_all(200)),
    RouteCase("site.readyz", "GET", "/readyz", same_for_all(200)),
    RouteCase("site.metrics", "GET", "/metrics", same_for_all(404)),
    RouteCase("site.root", "GET", "/", same_for_all(303)),
    RouteCase("site.home", "GET", "/en/", same_for_all(200)),
    RouteCase("search.page", "GET", "/en/search?q=open+data", members_only(200)),
    RouteCase("search.page", "GET", "/en/search?q=donnees&kind=reports", members_only(200)),
    RouteCase("search.page", "GET", "/en/search?q=x", members_only(200)),
    RouteCase("search.page", "GET", "/en/search?q=open&kind=people", members_only(404)),
    RouteCase("site.accessibility", "GET", "/fr/accessibility", same_for_all(200)),
    RouteCase("site.help_page", "GET", "/en/help", same_for_all(200)),
    RouteCase("site.about", "GET", "/en/about", same_for_all(200)),
    RouteCase("site.privacy", "GET", "/fr/privacy", same_for_all(200)),
    RouteCase("site.contact", "GET", "/en/contact", same_for_all(200)),
    RouteCase("site.preparing", "GET", "/en/preparing?file=/en/briefings/{briefing}/deck.xlsx", same_for_all(200)),
    RouteCase("site.preparing", "GET", "/en/preparing?file=/en/briefings/{briefing}", same_for_all(404)),
    RouteCase("public.tracker", "GET", "/en/tracker", same_for_all(200)),
    RouteCase("public.tracker", "GET", "/en/tracker?quarter=2020-06", same_for_all(404)),
    RouteCase("public.tracker_priority", "GET", "/fr/tracker/priorities/5", same_for_all(404)),
    RouteCase("public.tracker_activity", "GET", "/en/tracker/activities/5.4", same_for_all(404)),
    RouteCase("public.tracker_jurisdictions", "GET", "/fr/tracker/jurisdictions", same_for_all(200)),
    RouteCase("public.tracker_jurisdiction", "GET", "/en/tracker/jurisdictions/on", same_for_all(404)),
    RouteCase("public.tracker_milestones", "GET", "/fr/tracker/milestones", same_for_all(200)),
    RouteCase("public.tracker_challenges", "GET", "/en/tracker/challenges", same_for_all(200)),
    RouteCase("public.tracker_briefings", "GET", "/fr/tracker/briefings", same_for_all(200)),
    RouteCase("public.tracker_briefing", "GET", "/en/tracker/briefings/2020-02-27", same_for_all(404)),
    RouteCase("public.tracker_briefing_file", "GET", "/en/tracker/briefings/2020-02-27/deck.pptx", same_for_all(404)),
    RouteCase("public.tracker_publications", "GET", "/fr/tracker/publications", same_for_all(200)),
    RouteCase("public.published_feed", "GET", "/en/feeds/published.atom", same_for_all(200)),
    RouteCase("public.published_calendar", "GET", "/fr/feeds/published.ics", same_for_all(200)),
    RouteCase("public.commitments", "GET", "/en/commitments", same_for_all(200)),
    RouteCase("public.commitments", "GET", "/en/commitments?cycle=2016", same_for_all(404)),
    RouteCase("public.commitment", "GET", "/fr/commitments/CA0060", same_for_all(404)),
    RouteCase("public.commitment_assessments", "GET", "/en/commitments/CA0060/assessments", same_for_all(404)),
    RouteCase("public.commitments_feed", "GET", "/fr/feeds/commitments.atom", same_for_all(200)),
    RouteCase("public.commitment_feed", "GET", "/en/feeds/commitments/CA0060.atom", same_for_all(404)),
    RouteCase("public.sitemap", "GET", "/sitemap.xml", same_for_all(200)),
    RouteCase("public.robots", "GET", "/robots.txt", same_for_all(200)),
    RouteCase("public.data", "GET", "/en/data", same_for_all(200)),
    RouteCase("public.data_dictionary", "GET", "/fr/data/activities", same_for_all(200)),
    RouteCase("public.data_dictionary", "GET", "/fr/data/people", same_for_all(404)),
    RouteCase("public.data_file", "GET", "/data/activities.csv", same_for_all(200)),
    RouteCase("public.data_quarter_file", "GET", "/data/2020-06/activities.csv", same_for_all(404)),
    RouteCase("public.data_edition_file", "GET", "/data/2020-06/1/activities.csv", same_for_all(404)),
    RouteCase("public.comment", "GET", "/en/comments/4711", same_for_all(404)),
    RouteCase("public.engagement", "GET", "/fr/engagement", same_for_all(200)),
    RouteCase("public.engagement_cycle", "GET", "/en/engagement/fourth-plan", same_for_all(404)),
    RouteCase("public.engagement_phase", "GET", "/fr/engagement/fourth-plan/reviewing", same_for_all(404)),
    RouteCase("public.engagement_heard", "GET", "/en/engagement/fourth-plan/what-we-heard", same_for_all(404)),
    RouteCase("public.engagement_heard_workbook", "GET", "/en/engagement/fourth-plan/what-we-heard.xlsx", same_for_all(404)),
    RouteCase("public.engagement_theme", "GET", "/fr/engagement/fourth-plan/what-we-heard/1", same_for_all(404)),
    RouteCase("public.data_cycle_copy", "GET", "/data/engagement/fourth-plan/1/cycle.json", same_for_all(404)),
    RouteCase("public.data_heard_copy", "GET", "/data/engagement/fourth-plan/1/heard.json", same_for_all(404)),
    RouteCase("public.engagement_moderation", "GET", "/en/engagement/fourth-plan/moderation", same_for_all(404)),
    RouteCase("public.comment_list", "GET", "/fr/engagement/fourth-plan/comments", same_for_all(404)),
    *(
        RouteCase(endpoint, method, path, same_for_all(404))
        for endpoint, path in STAMPED_FORMS.items()
        for method in ("GET", "POST")
    ),
    RouteCase("engagement.private", "GET", "/fr/comments/private/not-a-secret", same_for_all(404)),
    RouteCase("public.data_commitment_copy", "GET", "/data/commitments/CA0060/1/commitment.json", same_for_all(404)),
    RouteCase("public.data_interface", "GET", "/v1/", same_for_all(200)),
    RouteCase("public.data_openapi", "GET", "/v1/openapi.json", same_for_all(200)),
    RouteCase("public.data_list", "GET", "/v1/activities", same_for_all(200)),
    RouteCase("public.data_list", "GET", "/v1/activities?draft=yes", same_for_all(400)),
    RouteCase("public.data_item", "GET", "/v1/activities/2020-5.4", same_for_all(404)),
    RouteCase("static", "GET", "/static/cogwg.css", same_for_all(200)),
    RouteCase("static", "GET", "/static/../cogwg/app.py", same_for_all(404)),
    RouteCase("auth.sign_in", "GET", "/en/sign-in", (303, 303, 303, 303, 303, 303, 200)),
    RouteCase("auth.sign_in", "POST", "/en/sign-in", same_for_all(422), {"email": "", "password": ""}),
    RouteCase("auth.forgotten_password", "GET", "/en/sign-in/forgotten", same_for_all(200)),
    RouteCase("auth.forgotten_password", "POST", "/en/sign-in/forgotten", same_for_all(422), {"email": ""}),
    RouteCase(
        "auth.forgotten_password", "POST", "/en/sign-in/forgotten", same_for_all(303), {"email": "nobody@nowhere.example"}
    ),
    RouteCase("auth.first_account", "GET", "/en/setup/nobody-knows-this", same_for_all(410)),
    RouteCase("auth.first_account", "POST", "/en/setup/nobody-knows-this", same_for_all(410), PASSWORD_FIELDS),
    RouteCase("auth.sign_in_code", "GET", "/en/sign-in/code", same_for_all(303)),
    RouteCase("auth.sign_in_code", "POST", "/en/sign-in/code", same_for_all(422), {"one_time_code": "123456"}),
    RouteCase("auth.openid_begin", "GET", "/en/sign-in/openid", same_for_all(404)),
    RouteCase("auth.openid_answer", "GET", "/en/sign-in/openid/answer?state=nobody-knows-this&code=x", same_for_all(404)),
    RouteCase("auth.text_return", "POST", "/en/sign-in/text", (303, 303, 303, 303, 303, 303, 422)),
    RouteCase("auth.sign_out", "POST", "/en/sign-out", same_for_all(303)),
    RouteCase("auth.time_left", "GET", "/en/session", same_for_all(200)),
    RouteCase("auth.stay_signed_in", "POST", "/en/session", same_for_all(200)),
    RouteCase("auth.set_password", "GET", "/en/password/{token}", same_for_all(200)),
    RouteCase("auth.set_password", "POST", "/en/password/{token}", same_for_all(303), PASSWORD_FIELDS),
    RouteCase("auth.set_password", "GET", "/en/password/nobody-knows-this", same_for_all(410)),
    RouteCase("auth.set_password", "POST", "/en/password/nobody-knows-this", same_for_all(410), PASSWORD_FIELDS),
    RouteCase("plan.current", "GET", "/en/plans", same_for_all(303)),
    RouteCase("plan.page", "GET", "/en/plans/2020", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2019", same_for_all(404)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=list&jurisdiction=on&status=LP&q=r", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=timeline", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=progress", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=list&status=LATE", same_for_all(404)),
    RouteCase("plan.activity_download", "GET", "/en/plans/2020/activities.csv", same_for_all(200)),
    RouteCase("plan.activity_download", "GET", "/en/plans/2020/activities.xlsx?status=none", same_for_all(200)),
    RouteCase("plan.activity_download", "GET", "/en/plans/2019/activities.csv", same_for_all(404)),
    RouteCase("jurisdictions.index", "GET", "/en/jurisdictions", members_only(200)),
    RouteCase("jurisdictions.reports", "GET", "/en/jurisdictions/on/reports.csv", members_only(200)),
    RouteCase("jurisdictions.reports", "GET", "/en/jurisdictions/on/reports.xlsx", members_only(200)),
    RouteCase("jurisdictions.reports", "GET", "/en/jurisdictions/zz/reports.csv", members_only(404)),
    RouteCase("plan.priority_page", "GET", "/en/plans/2020/priorities/5", same_for_all(200)),
    RouteCase("plan.priority_page", "GET", "/en/plans/2020/priorities/6", same_for_all(404)),
    RouteCase("activities.page", "GET", "/en/plans/2020/activities/5.4", members_only(200)),
    RouteCase("activities.page", "GET", "/en/plans/2020/activities/9.9", members_only(404)),
    RouteCase("plan.page", "GET", "/en/plans/2020?as_of=2020-06-30", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=list&about=2020-06-30", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=timeline&as_of=2020-06-30", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?view=progress&as_of=2020-06-30", same_for_all(200)),
    RouteCase("plan.page", "GET", "/en/plans/2020?as_of=2020-02-31", same_for_all(400)),
    RouteCase("plan.page", "GET", "/en/plans/2020?as_of=2020-02-26", same_for_all(404)),
    RouteCase("plan.activity_download", "GET", "/en/plans/2020/activities.csv?as_of=2020-06-30", same_for_all(200)),
    RouteCase("plan.priority_page", "GET", "/en/plans/2020/priorities/5?about=2020-06-30", same_for_all(200)),
    RouteCase("activities.page", "GET", "/en/plans/2020/activities/5.4?as_of=2020-06-30", members_only(200)),
    RouteCase("jurisdictions.index", "GET", "/en/jurisdictions?as_of=2020-06-30", members_only(200)),
    RouteCase("jurisdictions.page", "GET", "/en/jurisdictions/on?as_of=2020-06-30", members_only(200)),
    RouteCase("plan.plan_change_list", "GET", "/en/plans/2020/changes", members_only(200)),
    RouteCase("plan.plan_change_list", "GET", "/en/plans/2019/changes", members_only(404)),
    RouteCase("plan.priority_change_list", "GET", "/en/plans/2020/priorities/5/changes", members_only(200)),
    RouteCase("plan.priority_change_list", "GET", "/en/plans/2020/priorities/6/changes", members_only(404)),
    RouteCase("activities.activity_change_list", "GET", "/en/plans/2020/activities/5.4/changes", members_only(200)),
    RouteCase("activities.activity_change_list", "GET", "/en/plans/2020/activities/9.9/changes", members_only(404)),
    RouteCase("jurisdictions.jurisdiction_change_list", "GET", "/en/jurisdictions/on/changes", members_only(200)),
    RouteCase("jurisdictions.jurisdiction_change_list", "GET", "/en/jurisdictions/zz/changes", members_only(404)),
    RouteCase("plan.priority_override", "POST", "/en/plans/2020/priorities/3/overall", MANAGERS_POST, OVERALL_STATUS_FIELDS),
    RouteCase(
        "plan.priority_clear_override", "POST", "/en/plans/2020/priorities/3/computed", (422, 422, 403, 403, 403, 403, SIGN_IN)
    ),
    RouteCase("activities.note_save", "POST", "/en/plans/2020/activities/5.4/note?for=nt", MANAGERS_POST, NOTE_FIELDS),
    RouteCase(
        "activities.note_save",
        "POST",
        "/en/plans/2020/activities/5.4/note?for=sk",
        (403, 403, 403, 403, 403, 403, SIGN_IN),
        NOTE_FIELDS,
    ),
    RouteCase(
        "activities.note_save",
        "POST",
        "/en/plans/2020/activities/5.4/note?for=zz",
        (404, 404, 404, 404, 404, 403, SIGN_IN),
        NOTE_FIELDS,
    ),
    RouteCase("activities.due_date_move", "POST", "/en/plans/2020/activities/3.3/due", MANAGERS_POST, DUE_DATE_FIELDS),
    RouteCase(
        "activities.comment_post",
        "POST",
        "/en/plans/2020/activities/3.3/comments",
        (303, 303, 303, 303, 303, 403, SIGN_IN),
        COMMENT_FIELDS,
    ),
    RouteCase("activities.comment_edit", "GET", "/en/plans/2020/activities/3.3/comments/{comment}", LEAD_ONLY),
    RouteCase(
        "activities.comment_edit",
        "GET",
        "/en/plans/2020/activities/3.4/comments/{comment}",
        (404, 404, 404, 404, 404, 403, SIGN_IN),
    ),
    RouteCase(
        "activities.comment_edit",
        "POST",
        "/en/plans/2020/activities/3.3/comments/{comment}",
        LEAD_ONLY_POST,
        EDITED_COMMENT_FIELDS,
    ),
    RouteCase(
        "activities.comment_delete",
        "POST",
        "/en/plans/2020/activities/3.3/comments/{comment}/delete",
        LEAD_ONLY_POST,
        EDITED_COMMENT_FIELDS,
    ),
    RouteCase("plan.role_page", "GET", "/en/plans/2020/roles/{to_confirm}", members_only(200)),
    RouteCase("plan.role_page", "GET", "/en/plans/2020/roles/{vacant}", members_only(200)),
    RouteCase("plan.role_page", "GET", "/en/plans/2019/roles/{vacant}", members_only(404)),
    RouteCase("plan.role_accept", "POST", "/en/plans/2020/roles/{to_confirm}/accept", MANAGERS_POST, ROLE_ANSWER_FIELDS),
    RouteCase("plan.role_accept", "POST", "/en/plans/2020/roles/{vacant}/accept", (422, 422, 422, 422, 422, 403, SIGN_IN)),
    RouteCase("plan.role_decline", "POST", "/en/plans/2020/roles/{to_confirm}/decline", MANAGERS_POST, ROLE_ANSWER_FIELDS),
    RouteCase(
        "activities.due_request_make",
        "POST",
        "/en/plans/2020/activities/3.3/due/requests",
        LEAD_ONLY_POST,
        DUE_REQUEST_FIELDS,
    ),
    RouteCase(
        "activities.due_request_withdraw",
        "POST",
        "/en/plans/2020/activities/3.4/due/requests/{due_request}/withdraw",
        LEAD_ONLY_POST,
    ),
    RouteCase(
        "activities.due_request_accept",
        "POST",
        "/en/plans/2020/activities/3.4/due/requests/{due_request}/accept",
        MANAGERS_POST,
    ),
    RouteCase(
        "activities.due_request_decline",
        "POST",
        "/en/plans/2020/activities/3.4/due/requests/{due_request}/decline",
        MANAGERS_POST,
        {"decline-reason_en": "The meeting is in October."},
    ),
    RouteCase(
        "activities.due_request_decline",
        "POST",
        "/en/plans/2020/activities/3.3/due/requests/{due_request}/decline",
        managers_only(404),
    ),
    RouteCase("quarters.quarter_extend", "POST", "/en/plans/2020/quarters/2020-09/extend", MANAGERS_POST, EXTENSION_FIELDS),
    RouteCase("quarters.quarter_set_back", "POST", "/en/plans/2020/quarters/2020-09/set-back", managers_only(422)),
    RouteCase("plan.role_offer", "POST", "/en/plans/2020/roles/{vacant}/offer", MANAGERS_POST, ROLE_OFFER_FIELDS),
    RouteCase(
        "plan.role_withdraw_offer", "POST", "/en/plans/2020/roles/{to_confirm}/withdraw", MANAGERS_POST, ROLE_ANSWER_FIELDS
    ),
    RouteCase("plan.role_end", "POST", "/en/plans/2020/roles/{held}/end", MANAGERS_POST, ROLE_END_FIELDS),
    RouteCase("plan.role_hand_over", "POST", "/en/plans/2020/roles/{held}/hand-over", MANAGERS_POST, ROLE_HAND_OVER_FIELDS),
    RouteCase("plan.role_request", "POST", "/en/plans/2020/roles/{vacant}/request", QUEBEC_ONLY_POST, ROLE_REQUEST_FIELDS),
    RouteCase(
        "plan.role_withdraw_request",
        "POST",
        "/en/plans/2020/roles/{vacant}/request/withdraw",
        QUEBEC_ONLY_POST,
        ROLE_REQUEST_FIELDS,
    ),
    RouteCase("plan.vacancy_list", "GET", "/en/vacancies", members_only(200)),
    RouteCase("jurisdictions.page", "GET", "/en/jurisdictions/on", members_only(200)),
    RouteCase("jurisdictions.page", "GET", "/en/jurisdictions/zz", members_only(404)),
    RouteCase("reporting.my_updates", "GET", "/en/my-updates", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("reporting.my_updates", "GET", "/en/my-updates?for=on", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("reporting.my_updates", "GET", "/en/my-updates?for=zz", managers_only(404)),
    RouteCase("reporting.report", "GET", "/en/plans/2020/activities/3.3/report", (403, 403, 200, 403, 403, 403, SIGN_IN)),
    RouteCase("reporting.report", "GET", "/en/plans/2020/activities/5.4/report", (403, 403, 403, 403, 200, 403, SIGN_IN)),
    RouteCase(
        "reporting.report", "GET", "/en/plans/2020/activities/5.4/report?for=sk", (200, 200, 403, 403, 403, 403, SIGN_IN)
    ),
    RouteCase(
        "reporting.report", "GET", "/en/plans/2020/activities/5.4/report?for=on", (403, 403, 403, 403, 403, 403, SIGN_IN)
    ),
    RouteCase("reporting.report", "GET", "/en/plans/2020/activities/9.9/report", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("reporting.report", "GET", "/en/plans/2019/activities/3.3/report", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/3.3/report",
        (403, 403, 303, 403, 403, 403, SIGN_IN),
        REPORT_FIELDS,
        "3.3",
    ),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report",
        (403, 403, 403, 403, 303, 403, SIGN_IN),
        REPORT_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=sk",
        (303, 303, 403, 403, 403, 403, SIGN_IN),
        REPORT_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=on",
        (403, 403, 403, 403, 403, 403, SIGN_IN),
        REPORT_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/5.4/report?for=nt",
        (403, 403, 403, 403, 403, 403, SIGN_IN),
        REPORT_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.report",
        "POST",
        "/en/plans/2020/activities/4.3/report?for=ns",
        (403, 403, 403, 403, 403, 403, SIGN_IN),
        REPORT_FIELDS,
        "4.3",
    ),
    RouteCase(
        "reporting.merge",
        "POST",
        "/en/plans/2020/activities/5.4/report/merge",
        (403, 403, 403, 403, 303, 403, SIGN_IN),
        MERGE_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.merge",
        "POST",
        "/en/plans/2020/activities/5.4/report/merge?for=sk",
        (303, 303, 403, 403, 403, 403, SIGN_IN),
        MERGE_FIELDS,
        "5.4",
    ),
    RouteCase(
        "reporting.translation_confirm",
        "POST",
        "/en/plans/2020/activities/5.4/report/translation?period=2020-09",
        (403, 403, 403, 403, 303, 403, SIGN_IN),
    ),
    RouteCase(
        "reporting.translation_confirm",
        "POST",
        "/en/plans/2020/activities/5.4/report/translation?period=2020-09&for=sk",
        (303, 303, 403, 403, 403, 403, SIGN_IN),
    ),
    RouteCase("account.page", "GET", "/en/account", members_only(200)),
    RouteCase("account.page", "POST", "/en/account", members_only(303), ACCOUNT_FIELDS),
    RouteCase("account.password_change", "GET", "/en/account/password", members_only(200)),
    RouteCase("account.password_change", "POST", "/en/account/password", members_only(303), CHANGE_PASSWORD_FIELDS),
    RouteCase("account.two_steps", "GET", "/en/account/two-steps", members_only(200)),
    RouteCase("account.two_steps_begin", "POST", "/en/account/two-steps/begin", members_only(303), {"current": PASSWORD}),
    RouteCase(
        "account.two_steps_confirm", "POST", "/en/account/two-steps/confirm", members_only(422), {"one_time_code": "123456"}
    ),
    RouteCase(
        "account.two_steps_codes",
        "POST",
        "/en/account/two-steps/codes",
        (422, 422, 422, 422, 303, 422, SIGN_IN),
        {"current": PASSWORD},
    ),
    RouteCase("account.two_steps_off", "POST", "/en/account/two-steps/off", members_only(422), {"current": PASSWORD}),
    RouteCase(
        "account.key_begin",
        "POST",
        "/en/account/two-steps/keys/begin",
        members_only(303),
        {"name": "Blue key", "current": PASSWORD},
    ),
    RouteCase("account.key_connect", "GET", "/en/account/two-steps/keys/connect", members_only(303)),
    RouteCase("account.key_connect", "POST", "/en/account/two-steps/keys/connect", members_only(303), {"key_answer": "[]"}),
    RouteCase(
        "account.key_remove",
        "POST",
        "/en/account/two-steps/keys/{security_key}/remove",
        (404, 404, 404, 404, 303, 404, SIGN_IN),
        {"current": PASSWORD},
    ),
    RouteCase("account.openid_unlink", "POST", "/en/account/openid/unlink", members_only(404)),
    RouteCase("account.sign_out_everywhere", "POST", "/en/account/sign-out-everywhere", members_only(303)),
    RouteCase("account.feed_link_create", "POST", "/en/account/feed", members_only(303)),
    RouteCase("account.feed_link_revoke", "POST", "/en/account/feed/revoke", members_only(303)),
    RouteCase(
        "account.unsaved_text_keep",
        "POST",
        "/en/account/unsaved-text",
        members_only(200),
        {"form": "comment:1", "text:text": "Not saved yet"},
    ),
    RouteCase(
        "account.unsaved_text_discard", "POST", "/en/account/unsaved-text/discard", members_only(200), {"form": "comment:1"}
    ),
    RouteCase("account.unsaved_text_list", "GET", "/en/account/unsaved-text", members_only(200)),
    RouteCase(
        "account.unsaved_text_delete", "POST", "/en/account/unsaved-text/delete", members_only(303), {"form": "comment:1"}
    ),
    RouteCase("account.personal_data", "GET", "/en/account/data", members_only(200)),
    RouteCase("account.personal_data_download", "GET", "/en/account/data.xlsx", members_only(200)),
    RouteCase("account.personal_data_download", "GET", "/en/account/data.json", members_only(200)),
    RouteCase("account.own_due_dates", "GET", "/en/feeds/due-dates.ics", members_only(200)),
    RouteCase("account.own_changes", "GET", "/en/feeds/changes.atom", members_only(200)),
    RouteCase("account.due_dates", "GET", "/en/feeds/{feed}/due-dates.ics", same_for_all(200)),
    RouteCase("account.due_dates", "GET", "/en/feeds/nobody-knows-this/due-dates.ics", same_for_all(404)),
    RouteCase("account.latest_changes", "GET", "/en/feeds/{feed}/changes.atom", same_for_all(200)),
    RouteCase("account.latest_changes", "GET", "/en/feeds/nobody-knows-this/changes.atom", same_for_all(404)),
    RouteCase("reporting.submit", "GET", "/en/my-updates/submit", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("reporting.submit", "GET", "/en/my-updates/submit?for=on", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("reporting.submit", "POST", "/en/my-updates/submit", (422, 422, 303, 422, 303, 403, SIGN_IN), SILENT),
    RouteCase("reporting.submit", "POST", "/en/my-updates/submit?for=on", (303, 303, 403, 403, 403, 403, SIGN_IN), SILENT),
    RouteCase("reporting.receipt_list", "GET", "/en/my-updates/receipts", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("reporting.receipt", "GET", "/en/my-updates/receipts/{receipt}", (200, 200, 200, 404, 404, 403, SIGN_IN)),
    RouteCase("reporting.receipt", "GET", "/en/my-updates/receipts/4711", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("quarters.quarter_page", "GET", "/en/plans/2020/quarters/2020-06", managers_only(200)),
    RouteCase("quarters.quarter_page", "GET", "/en/plans/2020/quarters/2020-07", managers_only(404)),
    RouteCase("quarters.quarter_confirm_close", "GET", "/en/plans/2020/quarters/2020-06/close", managers_only(200)),
    RouteCase("quarters.quarter_confirm_close", "GET", "/en/plans/2020/quarters/2020-09/close", managers_only(303)),
    RouteCase("quarters.quarter_close", "POST", "/en/plans/2020/quarters/2020-06/close", managers_only(303)),
    RouteCase("quarters.quarter_undo_close", "POST", "/en/plans/2020/quarters/2020-06/undo", managers_only(422)),
    RouteCase("quarters.quarter_open", "POST", "/en/plans/2020/quarters/2020-12/open", managers_only(303)),
    RouteCase("quarters.quarter_reopen", "POST", "/en/plans/2020/quarters/2020-06/reopen", managers_only(422)),
    RouteCase("quarters.report_return", "GET", RETURN, managers_only(200)),
    RouteCase("quarters.report_return", "GET", "/en/plans/2020/activities/9.9/return", managers_only(404)),
    RouteCase("quarters.report_return", "POST", RETURN, managers_only(303), {"note": "Say which catalogues.", "version": "1"}),
    RouteCase("news.milestone_list", "GET", "/en/milestones", members_only(200)),
    RouteCase("news.milestone_list", "GET", "/en/milestones?jurisdiction=zz", members_only(404)),
    RouteCase("news.milestone_list", "POST", "/en/milestones", (303, 303, 303, 303, 303, 403, SIGN_IN), MILESTONE_FIELDS),
    RouteCase("news.milestone_page", "GET", "/en/milestones/{milestone}", members_only(200)),
    RouteCase("news.milestone_page", "GET", "/en/milestones/4711", members_only(404)),
    RouteCase("news.milestone_page", "GET", "/en/milestones/{gone}", (200, 200, 200, 404, 404, 404, SIGN_IN)),
    RouteCase("news.milestone_edit", "GET", "/en/milestones/{milestone}/edit", (200, 200, 200, 403, 403, 403, SIGN_IN)),
    RouteCase("news.milestone_edit", "GET", "/en/milestones/4711/edit", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase(
        "news.milestone_edit",
        "POST",
        "/en/milestones/{milestone}/edit",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        {"m{milestone}-text_en": "Other news.", "m{milestone}-version": "1"},
    ),
    RouteCase(
        "news.milestone_withdraw",
        "POST",
        "/en/milestones/{milestone}/withdraw",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        {"version": "1"},
    ),
    RouteCase("news.milestone_restore", "POST", "/en/milestones/{gone}/restore", (303, 303, 303, 404, 404, 403, SIGN_IN)),
    RouteCase("news.challenge_list", "GET", "/en/challenges", members_only(200)),
    RouteCase("news.challenge_list", "GET", "/en/challenges?state=lost", members_only(404)),
    RouteCase("news.challenge_list", "POST", "/en/challenges", (303, 303, 303, 303, 303, 403, SIGN_IN), CHALLENGE_FIELDS),
    RouteCase("news.challenge_page", "GET", "/en/challenges/{challenge}", members_only(200)),
    RouteCase("news.challenge_page", "GET", "/en/challenges/4711", members_only(404)),
    RouteCase("news.challenge_edit", "GET", "/en/challenges/{challenge}/edit", (200, 200, 200, 403, 403, 403, SIGN_IN)),
    RouteCase("news.challenge_actions", "GET", "/en/challenges/{challenge}/standing", (200, 200, 200, 403, 403, 403, SIGN_IN)),
    RouteCase(
        "news.challenge_edit",
        "POST",
        "/en/challenges/{challenge}/edit",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        {"c{challenge}-text_en": "Otherwise.", "c{challenge}-new_theme": "Data", "c{challenge}-version": "1"},
    ),
    RouteCase(
        "news.challenge_state",
        "POST",
        "/en/challenges/{challenge}/state",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        {"move": "resolve", "version": "1"},
    ),
    RouteCase(
        "news.challenge_join", "POST", "/en/challenges/{challenge}/us-too?for=qc", (303, 303, 403, 303, 403, 403, SIGN_IN)
    ),
    RouteCase(
        "news.challenge_join", "POST", "/en/challenges/{challenge}/us-too?for=zz", (404, 404, 404, 404, 404, 403, SIGN_IN)
    ),
    RouteCase(
        "news.challenge_leave", "POST", "/en/challenges/{challenge}/take-back?for=on", (303, 303, 303, 403, 403, 403, SIGN_IN)
    ),
    RouteCase(
        "news.challenge_withdraw",
        "POST",
        "/en/challenges/{challenge}/withdraw",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        {"version": "1"},
    ),
    RouteCase("news.challenge_restore", "POST", "/en/challenges/{lost}/restore", (303, 303, 303, 404, 404, 403, SIGN_IN)),
    RouteCase("news.theme_list", "GET", "/en/challenges/themes", managers_only(200)),
    RouteCase("news.theme_page", "GET", "/en/challenges/themes/{challenge}", managers_only(200)),
    RouteCase("news.theme_page", "GET", "/en/challenges/themes/4711", managers_only(404)),
    RouteCase("news.theme_rename", "POST", "/en/challenges/themes/{challenge}/rename", MANAGERS_POST, RENAME_FIELDS),
    RouteCase("news.theme_merge", "POST", "/en/challenges/themes/{challenge}/merge", MANAGERS_POST, MERGE_THEME_FIELDS),
    RouteCase("news.milestone_download", "GET", "/en/milestones.csv", members_only(200)),
    RouteCase("news.milestone_download", "GET", "/en/milestones.xlsx?jurisdiction=on", members_only(200)),
    RouteCase("news.milestone_download", "GET", "/en/milestones.csv?jurisdiction=zz", members_only(404)),
    RouteCase("news.challenge_download", "GET", "/en/challenges.csv", members_only(200)),
    RouteCase("news.challenge_download", "GET", "/en/challenges.xlsx?jurisdiction=on&state=open", members_only(200)),
    RouteCase("news.challenge_download", "GET", "/en/challenges.csv?state=lost", members_only(404)),
    RouteCase("quarters.readiness_download", "GET", "/en/readiness.csv", managers_only(200)),
    RouteCase("quarters.readiness_download", "GET", "/en/readiness.xlsx?period=2020-06&show=nothing", managers_only(200)),
    RouteCase("quarters.readiness_download", "GET", "/en/readiness.csv?period=2020-05", managers_only(404)),
    RouteCase("news.translation_list", "GET", "/en/translations", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("news.translation_list", "GET", "/en/translations?show=sent", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("news.translation_list", "GET", "/en/translations?show=done", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("news.translation_list", "GET", "/en/translations?show=lost", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase(
        "news.translation_send",
        "POST",
        "/en/translations/send",
        (303, 303, 303, 303, 303, 403, SIGN_IN),
        {"do": "selected"},
    ),
    RouteCase("commitment_imports.index", "GET", "/en/admin/commitments/import", (403, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("commitment_imports.index", "POST", "/en/admin/commitments/import", (403, 422, 403, 403, 403, 403, SIGN_IN)),
    RouteCase(
        "commitment_imports.upload_page", "GET", "/en/admin/commitments/import/4711", (403, 404, 403, 403, 403, 403, SIGN_IN)
    ),
    RouteCase(
        "commitment_imports.upload_apply",
        "POST",
        "/en/admin/commitments/import/4711/save",
        (403, 404, 403, 403, 403, 403, SIGN_IN),
    ),
    RouteCase(
        "commitment_imports.upload_undo",
        "POST",
        "/en/admin/commitments/import/4711/undo",
        (403, 404, 403, 403, 403, 403, SIGN_IN),
    ),
    RouteCase("workbook.federal_template", "GET", "/en/workbook/federal-tracker", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("workbook.federal_template", "POST", "/en/workbook/federal-tracker", (422, 422, 422, 422, 422, 403, SIGN_IN)),
    RouteCase("workbook.index", "GET", "/en/workbook", (200, 200, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("workbook.index", "POST", "/en/workbook", (422, 422, 422, 422, 422, 403, SIGN_IN)),
    RouteCase(
        "workbook.reports_file", "GET", "/en/workbook/reports.xlsx?period=2020-09", (200, 200, 200, 200, 200, 403, SIGN_IN)
    ),
    RouteCase(
        "workbook.reports_file",
        "GET",
        "/en/workbook/reports.xlsx?period=2020-09&for=on",
        (200, 200, 403, 403, 403, 403, SIGN_IN),
    ),
    RouteCase("workbook.plan_file", "GET", "/en/workbook/plan-2020.xlsx", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("workbook.upload_page", "GET", "/en/workbook/uploads/4711", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("workbook.marked_file", "GET", "/en/workbook/uploads/4711/marked.xlsx", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("workbook.upload_apply", "POST", "/en/workbook/uploads/4711/save", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("workbook.plan_apply", "POST", "/en/workbook/uploads/4711/save-plan", (403, 404, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("workbook.plan_undo", "POST", "/en/workbook/uploads/4711/undo-plan", (403, 404, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("workbook.upload_undo", "POST", "/en/workbook/uploads/4711/undo", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("news.translation_order", "GET", "/en/translations/orders/4711", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("news.translation_order", "POST", "/en/translations/orders/4711", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("news.translation_store", "POST", "/en/translations/orders/4711/store", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("news.translation_undo", "POST", "/en/translations/orders/4711/undo", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("news.translation_file", "GET", "/en/translations/orders/4711.xlf", (404, 404, 404, 404, 404, 403, SIGN_IN)),
    RouteCase(
        "news.translation_save",
        "POST",
        "/en/translations/milestone-{milestone}",
        (303, 303, 303, 403, 403, 403, SIGN_IN),
        TRANSLATION_FIELDS,
    ),
    RouteCase(
        "news.translation_save",
        "POST",
        "/en/translations/milestone-4711",
        (404, 404, 404, 404, 404, 403, SIGN_IN),
        TRANSLATION_FIELDS,
    ),
    RouteCase("editor.index", "GET", "/en/briefings", members_only(200)),
    RouteCase("editor.undo", "POST", "/en/briefings/4711/undo?seen=1", managers_only(404), {}),
    RouteCase("editor.delete", "GET", "/en/briefings/{briefing}/delete", managers_only(200)),
    RouteCase("editor.delete", "GET", "/en/briefings/{frozen}/delete", managers_only(200)),
    RouteCase("editor.delete", "GET", "/en/briefings/4711/delete", managers_only(404)),
    RouteCase("editor.delete", "POST", "/en/briefings/{briefing}/delete", MANAGERS_POST, VERSION_FIELD),
    RouteCase("editor.delete", "POST", "/en/briefings/{frozen}/delete", managers_only(422), VERSION_FIELD),
    RouteCase("editor.new", "GET", "/en/briefings/new", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("editor.new", "POST", "/en/briefings/new", (303, 303, 403, 403, 403, 403, SIGN_IN), BRIEFING_FIELDS),
    *(RouteCase(f"editor.{name}", "GET", path, managers_only(200)) for name, path, _ in EDITOR_STEPS),
    *(RouteCase(f"editor.{name}", "GET", path.format(briefing=4711), managers_only(404)) for name, path, _ in EDITOR_STEPS),
    *(RouteCase(f"editor.{name}", "POST", path, MANAGERS_POST, fields) for name, path, fields in EDITOR_STEPS),
    *(
        RouteCase(f"editor.{name}", "POST", path.format(briefing=4711), managers_only(404), fields)
        for name, path, fields in EDITOR_STEPS
    ),
    RouteCase("briefings.page", "GET", "/en/briefings/{briefing}", HIDDEN_UNLESS_MANAGER),
    RouteCase("briefings.page", "GET", "/en/briefings/{frozen}", (200, 200, 303, 303, 303, 303, SIGN_IN)),
    RouteCase("briefings.page", "GET", "/en/briefings/4711", members_only(404)),
    RouteCase("briefings.deck", "GET", "/en/briefings/{briefing}/deck.xlsx", HIDDEN_UNLESS_MANAGER),
    RouteCase("briefings.deck", "GET", "/en/briefings/{briefing}/deck.pptx", HIDDEN_UNLESS_MANAGER),
    RouteCase("briefings.deck", "GET", "/en/briefings/{frozen}/deck.xlsx", HIDDEN_UNLESS_MANAGER),
    RouteCase("briefings.deck", "GET", "/en/briefings/4711/deck.xlsx", members_only(404)),
    RouteCase("briefings.deck", "GET", "/en/briefings/{briefing}/deck.pdf", members_only(404)),
    RouteCase("briefings.freeze", "POST", "/en/briefings/4711/freeze", managers_only(404), FREEZE_FIELDS),
    RouteCase("briefings.check_links", "POST", "/en/briefings/4711/check-links", managers_only(404), {}),
    RouteCase("briefings.version_page", "GET", "/en/briefings/{frozen}/versions/1", members_only(200)),
    RouteCase("briefings.version_page", "GET", "/en/briefings/{briefing}/versions/1", members_only(404)),
    RouteCase("briefings.version_publish", "POST", "/en/briefings/{frozen}/versions/1/publish", secretariat_only(303)),
    RouteCase("briefings.version_note", "GET", "/en/briefings/{frozen}/versions/1/briefing-note.csv", members_only(200)),
    RouteCase("briefings.version_deck", "GET", "/en/briefings/{frozen}/versions/1/deck.xlsx", members_only(200)),
    RouteCase("briefings.version_deck", "GET", "/en/briefings/{frozen}/versions/2/deck.xlsx", members_only(404)),
    RouteCase("briefings.compare_page", "GET", "/en/briefings/compare", members_only(200)),
    RouteCase("briefings.compare_page", "GET", "/en/briefings/compare?before={frozen}.1&after=4711.1", members_only(200)),
    RouteCase("briefings.compare_file", "GET", "/en/briefings/compare.csv", members_only(404)),
    RouteCase("presentation.present", "GET", "/en/briefings/{briefing}/present", managers_only(200)),
    RouteCase("presentation.present", "GET", "/en/briefings/4711/present", managers_only(404)),
    RouteCase("presentation.print_draft", "GET", "/en/briefings/{briefing}/print?deck=fr", managers_only(200)),
    RouteCase("presentation.print_draft", "GET", "/en/briefings/4711/print", managers_only(404)),
    RouteCase("presentation.present_version", "GET", "/en/briefings/{frozen}/versions/1/present", members_only(200)),
    RouteCase("presentation.present_version", "GET", "/en/briefings/{briefing}/versions/1/present", members_only(404)),
    RouteCase("presentation.print_version", "GET", "/en/briefings/{frozen}/versions/1/print", members_only(200)),
    RouteCase("presentation.print_version", "GET", "/en/briefings/{frozen}/versions/2/print", members_only(404)),
    RouteCase("presentation.preview", "GET", "/en/preview/{secret}", same_for_all(200)),
    RouteCase("presentation.preview", "GET", "/en/preview/nobody-knows-this", same_for_all(404)),
    RouteCase("reporting.answer", "GET", "/en/answer/{answer}", same_for_all(200)),
    RouteCase("reporting.answer", "GET", "/en/answer/nobody-knows-this", same_for_all(404)),
    RouteCase("reporting.answer", "GET", "/en/answer/{secret}", same_for_all(404)),
    RouteCase("reporting.answer", "POST", "/en/answer/{answer}", same_for_all(422)),
    RouteCase("reporting.answer_submit", "GET", "/en/answer/{answer}/submit", same_for_all(303)),
    RouteCase("reporting.answer_submit", "POST", "/en/answer/{answer}/submit", same_for_all(422)),
    RouteCase("reporting.answer_receipt", "GET", "/en/answer/{answer}/receipts/{receipt}", same_for_all(404)),
    RouteCase("reporting.answer_text_keep", "POST", "/en/answer/{answer}/text", same_for_all(200)),
    RouteCase("reporting.answer_text_discard", "POST", "/en/answer/{answer}/text/discard", same_for_all(200)),
    RouteCase("reporting.answer_stop", "GET", "/en/answer/{answer}/stop", same_for_all(200)),
    RouteCase("reporting.answer_stop", "POST", "/en/answer/{answer}/stop", same_for_all(422)),
    RouteCase("presentation.preview", "GET", "/en/preview/{answer}", same_for_all(404)),
    RouteCase("presentation.shared_version", "GET", "/en/shared/{answer}", same_for_all(404)),
    RouteCase("presentation.shared_version", "GET", "/en/shared/{shared}", same_for_all(200)),
    RouteCase("presentation.shared_version", "GET", "/en/shared/nobody-knows-this", same_for_all(404)),
    RouteCase("presentation.shared_version", "GET", "/en/shared/{secret}", same_for_all(404)),
    RouteCase("presentation.shared_deck", "GET", "/en/shared/{shared}/deck.xlsx", same_for_all(200)),
    RouteCase("presentation.shared_deck", "GET", "/en/shared/nobody-knows-this/deck.xlsx", same_for_all(404)),
    RouteCase("presentation.version_link_list", "GET", "/en/briefings/{frozen}/versions/1/links", managers_only(200)),
    RouteCase("presentation.version_link_list", "GET", "/en/briefings/{frozen}/versions/2/links", managers_only(404)),
    RouteCase("presentation.version_link_create", "POST", "/en/briefings/{frozen}/versions/1/links", MANAGERS_POST),
    RouteCase("presentation.version_link_create", "POST", "/en/briefings/{briefing}/versions/1/links", managers_only(404)),
    RouteCase(
        "presentation.version_link_revoke",
        "POST",
        "/en/briefings/{frozen}/versions/1/links/{version_link}/revoke",
        MANAGERS_POST,
    ),
    RouteCase(
        "presentation.version_link_revoke", "POST", "/en/briefings/{frozen}/versions/1/links/4711/revoke", managers_only(404)
    ),
    *(
        RouteCase(f"presentation.decision_{action}", method, f"/en/briefings/{{frozen}}/versions/1/{place}", who, DECISION)
        for action, place, is_known in (
            ("record", "slides/cover/decision", True),
            ("record", "slides/nothing/decision", False),
            ("correct", "decisions/1", True),
            ("correct", "decisions/4711", False),
        )
        for method, who in (
            ("GET", managers_only(200 if is_known else 404)),
            ("POST", MANAGERS_POST if is_known else managers_only(404)),
        )
    ),
    RouteCase("presentation.preview_link_list", "GET", "/en/briefings/{briefing}/links", managers_only(200)),
    RouteCase("presentation.preview_link_list", "GET", "/en/briefings/4711/links", managers_only(404)),
    RouteCase("presentation.preview_link_create", "POST", "/en/briefings/{briefing}/links", MANAGERS_POST),
    RouteCase("presentation.preview_link_create", "POST", "/en/briefings/4711/links", managers_only(404)),
    RouteCase("presentation.preview_link_revoke", "POST", "/en/briefings/{briefing}/links/{link}/revoke", MANAGERS_POST),
    RouteCase("presentation.preview_link_revoke", "POST", "/en/briefings/{frozen}/links/{link}/revoke", managers_only(404)),
    RouteCase(
        "presentation.comment_post", "POST", "/en/briefings/{briefing}/comments/glance", MANAGERS_POST, SLIDE_COMMENT_FIELDS
    ),
    RouteCase(
        "presentation.comment_post", "POST", "/en/briefings/4711/comments/glance", managers_only(404), SLIDE_COMMENT_FIELDS
    ),
    RouteCase(
        "presentation.comment_post",
        "POST",
        "/en/briefings/{briefing}/comments/No_slide",
        managers_only(404),
        SLIDE_COMMENT_FIELDS,
    ),
    RouteCase("presentation.comment_settle", "POST", "/en/briefings/{briefing}/comments/{remark}/settle", MANAGERS_POST),
    RouteCase("presentation.comment_settle", "POST", "/en/briefings/{frozen}/comments/{remark}/settle", managers_only(404)),
    RouteCase("presentation.comment_delete", "POST", "/en/briefings/{briefing}/comments/{remark}/delete", CHAIR_ONLY_POST),
    RouteCase("presentation.comment_delete", "POST", "/en/briefings/{frozen}/comments/{remark}/delete", managers_only(404)),
    RouteCase("quarters.readiness_page", "GET", "/en/readiness", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase(
        "quarters.readiness_page", "GET", "/en/readiness?period=2020-06&show=nothing", (200, 200, 403, 403, 403, 403, SIGN_IN)
    ),
    RouteCase("quarters.readiness_page", "GET", "/en/readiness?period=2020-05", managers_only(404)),
    RouteCase("quarters.remind", "GET", "/en/readiness/remind", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("quarters.remind", "POST", "/en/readiness/remind", (303, 303, 403, 403, 403, 403, SIGN_IN), REMINDER_FIELDS),
    RouteCase("admin.outbox_page", "GET", "/en/admin/outbox", (403, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("quarters.reminder_list", "GET", "/en/readiness/reminders", (200, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("quarters.reminder_list", "GET", "/en/readiness/reminders?period=2020-05", managers_only(404)),
    RouteCase("admin.message_page", "GET", "/en/admin/outbox/{email}", (404, 200, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("admin.message_page", "GET", "/en/admin/outbox/{reminder}", managers_only(200)),
    RouteCase("admin.message_cancel", "POST", "/en/admin/outbox/{email}/cancel", (404, 303, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("admin.message_cancel", "POST", "/en/admin/outbox/{reminder}/cancel", MANAGERS_POST),
    RouteCase("admin.message_send", "POST", "/en/admin/outbox/4711/send", managers_only(404)),
    RouteCase(
        "admin.outbox_retry", "POST", "/en/admin/outbox/again", (403, 404, 403, 403, 403, 403, SIGN_IN), {"letter": "4711"}
    ),
    RouteCase("admin.outbox_retry_all", "POST", "/en/admin/outbox/again-all", (403, 303, 403, 403, 403, 403, SIGN_IN)),
    RouteCase("account.name_change", "POST", "/en/account/name", members_only(303), {"name": "A. New Name"}),
    RouteCase("account.email_change", "GET", "/en/account/email", members_only(200)),
    RouteCase("account.email_change", "POST", "/en/account/email", members_only(303), CHANGE_EMAIL_FIELDS),
    RouteCase("account.email_change", "POST", "/en/account/email", members_only(422), {"email": "new@example.ca"}),
    RouteCase("account.email_cancel", "POST", "/en/account/email/cancel", members_only(303)),
    RouteCase("account.email_confirm", "GET", "/en/account/email/nobody-knows-this", members_only(410)),
    RouteCase("account.email_confirm", "POST", "/en/account/email/nobody-knows-this", members_only(410), {"choice": "new"}),
    RouteCase("account.session_end", "POST", "/en/account/sessions/4711/end", members_only(303)),
    RouteCase("admin.start", "GET", "/en/admin", secretariat_only(200)),
    RouteCase("admin.session_list", "GET", "/en/admin/sessions", secretariat_only(200)),
    RouteCase("admin.session_end", "POST", "/en/admin/sessions/4711/end", secretariat_only(303)),
    RouteCase("admin.publication_list", "GET", "/en/admin/publications", secretariat_only(200)),
    RouteCase("admin.publication_quarter", "GET", "/en/admin/publications/quarters/2020-06", secretariat_only(200)),
    RouteCase("admin.publication_quarter", "GET", "/en/admin/publications/quarters/2019-06", secretariat_only(404)),
    RouteCase("admin.publication_publish", "POST", "/en/admin/publications/quarters/2020-06", secretariat_only(409)),
    RouteCase("admin.publication_commitments", "GET", "/en/admin/publications/commitments", secretariat_only(200)),
    RouteCase(
        "admin.publication_commitments_preview", "GET", "/en/admin/publications/commitments/preview", secretariat_only(200)
    ),
    RouteCase(
        "admin.publication_commitments_preview",
        "GET",
        "/en/admin/publications/commitments/preview?chosen=CA9999",
        secretariat_only(404),
    ),
    RouteCase(
        "admin.publication_commitments_publish", "POST", "/en/admin/publications/commitments/preview", secretariat_only(303)
    ),
    RouteCase("admin.publication_cancel", "POST", "/en/admin/publications/quarters/2020-06/cancel", secretariat_only(303)),
    RouteCase(
        "admin.publication_confirm_withdrawal", "GET", "/en/admin/publications/quarters/2020-06/withdraw", secretariat_only(404)
    ),
    RouteCase(
        "admin.publication_withdraw",
        "POST",
        "/en/admin/publications/quarters/2020-06/withdraw",
        secretariat_only(404),
        {"reason_en": "It names a person.", "reason_fr": "Une personne y est nommée."},
    ),
    RouteCase("admin.settings_page", "GET", "/en/admin/settings", secretariat_only(200)),
    RouteCase("admin.settings_host", "POST", "/en/admin/settings/host", secretariat_only(303), HOST_FIELDS),
    RouteCase("admin.settings_reminders", "POST", "/en/admin/settings/reminders", secretariat_only(303), DAYS_FIELDS),
    RouteCase("admin.settings_answer_links", "POST", "/en/admin/settings/answer-links/off", secretariat_only(303), VERSION),
    RouteCase("admin.settings_public", "POST", "/en/admin/settings/public", secretariat_only(303), PUBLIC_FIELDS),
    RouteCase(
        "admin.settings_search_engines", "POST", "/en/admin/settings/search-engines/refuse", secretariat_only(303), VERSION
    ),
    RouteCase("admin.settings_two_steps", "GET", "/en/admin/settings/two-steps", secretariat_only(200)),
    RouteCase(
        "admin.settings_require_two_steps", "POST", "/en/admin/settings/two-steps/require", secretariat_only(422), VERSION
    ),
    RouteCase("admin.settings_require_two_steps", "POST", "/en/admin/settings/two-steps/allow", secretariat_only(303), VERSION),
    RouteCase("site.moved_outbox", "GET", "/en/outbox", same_for_all(301)),
    RouteCase("site.moved_message", "GET", "/en/outbox/{email}", same_for_all(301)),
    RouteCase("admin.audit_page", "GET", "/en/admin/audit", secretariat_only(200)),
    RouteCase("admin.audit_page", "GET", "/en/admin/audit?kind=report&before=4711", secretariat_only(200)),
    RouteCase("admin.audit_page", "GET", "/en/admin/audit?person=4711", secretariat_only(422)),
    RouteCase("admin.audit_download", "POST", "/en/admin/audit/download", secretariat_only(200), {"do": "csv"}),
    RouteCase("admin.audit_download", "POST", "/en/admin/audit/download", secretariat_only(404), {"do": "exe"}),
    RouteCase("admin.people_list", "GET", "/en/admin/people", secretariat_only(200)),
    RouteCase("admin.start", "GET", "/en/admin", secretariat_only(200)),
    RouteCase("admin.session_list", "GET", "/en/admin/sessions", secretariat_only(200)),
    RouteCase("admin.session_end", "POST", "/en/admin/sessions/4711/end", secretariat_only(303)),
    RouteCase("admin.settings_page", "GET", "/en/admin/settings", secretariat_only(200)),
    RouteCase("admin.settings_host", "POST", "/en/admin/settings/host", secretariat_only(303), HOST_FIELDS),
    RouteCase("admin.settings_reminders", "POST", "/en/admin/settings/reminders", secretariat_only(303), DAYS_FIELDS),
    RouteCase("admin.settings_two_steps", "GET", "/en/admin/settings/two-steps", secretariat_only(200)),
    RouteCase(
        "admin.settings_require_two_steps", "POST", "/en/admin/settings/two-steps/require", secretariat_only(422), VERSION
    ),
    RouteCase("admin.settings_require_two_steps", "POST", "/en/admin/settings/two-steps/allow", secretariat_only(303), VERSION),
    RouteCase("site.moved_outbox", "GET", "/en/outbox", same_for_all(301)),
    RouteCase("site.moved_message", "GET", "/en/outbox/{email}", same_for_all(301)),
    RouteCase("admin.people_list", "GET", "/en/admin/people?q=nowhere&state=all", secretariat_only(200)),
    RouteCase("admin.person_invite", "POST", "/en/admin/people", secretariat_only(303), INVITE_FIELDS),
    RouteCase("admin.person_invite", "POST", "/en/admin/people", secretariat_only(422), {**INVITE_FIELDS, "role": "lead"}),
    RouteCase("admin.people_download", "GET", "/en/admin/people.csv", secretariat_only(200)),
    RouteCase("admin.people_download", "GET", "/en/admin/people.xlsx", secretariat_only(200)),
    RouteCase("admin.person_page", "GET", "/en/admin/people/{nwt_lead}", secretariat_only(200)),
    RouteCase("admin.person_page", "GET", "/en/admin/people/4711", secretariat_only(404)),
    RouteCase("admin.person_edit", "POST", "/en/admin/people/{nwt_lead}", secretariat_only(303), EDIT_PERSON_FIELDS),
    RouteCase("admin.person_role_add", "POST", "/en/admin/people/{nwt_lead}/roles", secretariat_only(303), ADD_ROLE_FIELDS),
    RouteCase(
        "admin.person_role_move",
        "POST",
        "/en/admin/people/{nwt_lead}/roles/{nwt_role}/move",
        secretariat_only(303),
        {"move-{nwt_role}-jurisdiction": "{ns}", "move-{nwt_role}-version": "1"},
    ),
    RouteCase(
        "admin.person_role_end",
        "POST",
        "/en/admin/people/{nwt_lead}/roles/{nwt_role}/end",
        secretariat_only(422),
        PERSON_VERSION_FIELD,
    ),
    RouteCase("admin.person_link", "POST", "/en/admin/people/{nwt_lead}/link", secretariat_only(303)),
    RouteCase("admin.person_link_show", "POST", "/en/admin/people/{nwt_lead}/link/show", secretariat_only(422)),
    RouteCase("admin.person_link_revoke", "POST", "/en/admin/people/{nwt_lead}/link/revoke", secretariat_only(303)),
    RouteCase(
        "admin.person_answer_links_revoke",
        "POST",
        "/en/admin/people/{nwt_lead}/answer-links/revoke",
        secretariat_only(303),
    ),
    RouteCase("admin.person_sign_out", "POST", "/en/admin/people/{nwt_lead}/sign-out", secretariat_only(303)),
    RouteCase("admin.person_deactivate_page", "GET", "/en/admin/people/{nwt_lead}/deactivate", secretariat_only(200)),
    RouteCase(
        "admin.person_deactivate",
        "POST",
        "/en/admin/people/{nwt_lead}/deactivate",
        secretariat_only(303),
        {**PERSON_VERSION_FIELD, "successor-nt": "none"},
    ),
    RouteCase(
        "admin.person_factor_reset",
        "POST",
        "/en/admin/people/{nwt_lead}/second-factor/reset",
        secretariat_only(422),
        {**PERSON_VERSION_FIELD, "reason": "The telephone was lost."},
    ),
    RouteCase(
        "admin.person_openid_unlink",
        "POST",
        "/en/admin/people/{nwt_lead}/openid/unlink",
        secretariat_only(404),
        PERSON_VERSION_FIELD,
    ),
    RouteCase(
        "admin.person_reactivate", "POST", "/en/admin/people/{nwt_lead}/reactivate", secretariat_only(422), PERSON_VERSION_FIELD
    ),
    RouteCase("admin.jurisdiction_list", "GET", "/en/admin/jurisdictions", secretariat_only(200)),
    RouteCase(
        "admin.jurisdiction_add",
        "POST",
        "/en/admin/jurisdictions",
        secretariat_only(303),
        {**JURISDICTION_FIELDS, "code": "fcm"},
    ),
    RouteCase("admin.jurisdiction_add", "POST", "/en/admin/jurisdictions", secretariat_only(422), JURISDICTION_FIELDS),
    RouteCase("admin.jurisdictions_download", "GET", "/en/admin/jurisdictions.csv", secretariat_only(200)),
    RouteCase("admin.jurisdictions_download", "GET", "/en/admin/jurisdictions.xlsx", secretariat_only(200)),
    RouteCase("admin.jurisdiction_page", "GET", "/en/admin/jurisdictions/nt", secretariat_only(200)),
    RouteCase("admin.jurisdiction_page", "GET", "/en/admin/jurisdictions/zz", secretariat_only(404)),
    RouteCase(
        "admin.jurisdiction_rename",
        "POST",
        "/en/admin/jurisdictions/nt",
        secretariat_only(303),
        {**JURISDICTION_FIELDS, "version": "1"},
    ),
    RouteCase("admin.jurisdiction_rename", "POST", "/en/admin/jurisdictions/zz", secretariat_only(404), JURISDICTION_FIELDS),
    RouteCase("admin.jurisdiction_contact", "POST", "/en/admin/jurisdictions/nt/contact", secretariat_only(303), CONTACT),
    RouteCase("admin.jurisdiction_contact", "POST", "/en/admin/jurisdictions/zz/contact", secretariat_only(404), CONTACT),
    RouteCase(
        "admin.person_data_download", "POST", "/en/admin/people/{nwt_lead}/data", secretariat_only(200), {"reason": "Asked."}
    ),
    RouteCase("admin.person_data_download", "POST", "/en/admin/people/{nwt_lead}/data", secretariat_only(422)),
    RouteCase("admin.person_removal_page", "GET", "/en/admin/people/{nwt_lead}/remove", secretariat_only(200)),
    RouteCase(
        "admin.person_removal_check",
        "POST",
        "/en/admin/people/{nwt_lead}/remove/confirm",
        secretariat_only(422),
        {**PERSON_VERSION_FIELD, "reason": "Left."},
    ),
    RouteCase(
        "admin.person_removal",
        "POST",
        "/en/admin/people/{nwt_lead}/remove",
        secretariat_only(422),
        {**PERSON_VERSION_FIELD, "reason": "Left."},
    ),
    RouteCase("admin.plan_list", "GET", "/en/admin/plans", managers_only(200)),
    RouteCase("admin.plan_start", "POST", "/en/admin/plans", secretariat_only(303), NEW_PLAN_FIELDS),
    RouteCase("admin.plan_start", "POST", "/en/admin/plans", secretariat_only(422), {**NEW_PLAN_FIELDS, "year": "2020"}),
    RouteCase("admin.year_close_page", "GET", "/en/admin/plans/2020/close", secretariat_only(200)),
    RouteCase("admin.year_close_page", "GET", "/en/admin/plans/2018/close", secretariat_only(404)),
    RouteCase("admin.year_close", "POST", "/en/admin/plans/2020/close", secretariat_only(303), {"reason": "No meeting."}),
    RouteCase("admin.year_close", "POST", "/en/admin/plans/2020/close", secretariat_only(422)),
    RouteCase("admin.year_close", "POST", "/en/admin/plans/2018/close", secretariat_only(404), {"reason": "No meeting."}),
    RouteCase("admin.year_reopen", "POST", "/en/admin/plans/2020/reopen", secretariat_only(303), {"reason": "A late report."}),
    RouteCase("admin.carry_over_page", "GET", "/en/admin/plans/2020/carry-over", secretariat_only(200)),
    RouteCase("admin.carry_over_page", "GET", "/en/admin/plans/2018/carry-over", secretariat_only(404)),
    RouteCase("admin.carry_over_dry_run", "POST", "/en/admin/plans/2020/carry-over/dry-run", secretariat_only(200)),
    RouteCase("admin.carry_over_create", "POST", "/en/admin/plans/2020/carry-over", secretariat_only(409)),
    RouteCase("admin.carry_over_create", "POST", "/en/admin/plans/2018/carry-over", secretariat_only(404)),
    RouteCase("admin.carry_over_download", "GET", "/en/admin/plans/2020/carry-over.csv", secretariat_only(200)),
    RouteCase("admin.carry_over_download", "GET", "/en/admin/plans/2020/carry-over.xlsx", secretariat_only(200)),
    RouteCase("admin.plan_adopt_page", "GET", "/en/admin/plans/2019/adopt", secretariat_only(200)),
    RouteCase("admin.plan_adopt_page", "GET", "/en/admin/plans/2020/adopt", secretariat_only(200)),
    RouteCase("admin.plan_adopt_page", "GET", "/en/admin/plans/2018/adopt", secretariat_only(404)),
    RouteCase("admin.plan_adopt", "POST", "/en/admin/plans/2019/adopt", secretariat_only(303), ADOPT_FIELDS),
    RouteCase("admin.plan_adopt", "POST", "/en/admin/plans/2019/adopt", secretariat_only(422), {"version": "1"}),
    RouteCase(
        "admin.plan_adopt", "POST", "/en/admin/plans/2019/adopt", secretariat_only(409), {**ADOPT_FIELDS, "version": "7"}
    ),
    RouteCase("admin.plan_ask_roles", "POST", "/en/admin/plans/2020/adopt/ask", secretariat_only(422)),
    RouteCase("admin.plan_undo_page", "GET", "/en/admin/plans/2019/undo", secretariat_only(200)),
    RouteCase("admin.plan_undo_page", "GET", "/en/admin/plans/2020/undo", secretariat_only(404)),
    RouteCase("admin.plan_undo", "POST", "/en/admin/plans/2019/undo", secretariat_only(409), {"version": "1"}),
    RouteCase("admin.plan_delete_draft", "POST", "/en/admin/plans/2019/undo/delete", secretariat_only(303), {"version": "1"}),
    RouteCase("admin.plan_delete_draft", "POST", "/en/admin/plans/2019/undo/delete", secretariat_only(409), {"version": "7"}),
    RouteCase("plan.my_roles", "GET", "/en/plans/2020/my-roles", (403, 403, 200, 200, 200, 403, SIGN_IN)),
    RouteCase("plan.my_roles", "GET", "/en/plans/2018/my-roles", (403, 403, 404, 404, 404, 403, SIGN_IN)),
    RouteCase("plan.my_roles_answer", "POST", "/en/plans/2020/my-roles", (403, 403, 422, 422, 422, 403, SIGN_IN)),
    *(RouteCase("admin.plan_editor", "GET", f"/en/admin/plans/{year}", managers_only(200)) for year in (2020, 2022)),
    RouteCase("admin.plan_editor", "GET", "/en/admin/plans/2018", managers_only(404)),
    *(
        RouteCase("admin.plan_editor", "GET", f"/en/admin/plans/2020?open={kind}&of=3", managers_only(200))
        for kind in ("move", "retire")
    ),
    *(
        RouteCase("admin.plan_priority", "GET", f"/en/admin/plans/{path}", managers_only(200))
        for path in (
            *("2020/priorities/3", "2020/priorities/3?open=new", "2020/priorities/3?open=change&of=3.3"),
            *("2020/priorities/3?open=retire&of=3.3", "2020/priorities/2?open=restore&of=2.5"),
            *("2020/priorities/3?open=new-role", "2020/priorities/4?open=state&of={vacant}"),
            *("2022/priorities/1", "2022/priorities/1?open=change&of=1.1", "2022/priorities/1?open=state&of=3"),
        )
    ),
    RouteCase("admin.plan_priority", "GET", "/en/admin/plans/2020/priorities/6", managers_only(404)),
    *(
        RouteCase("admin.plan_priority_new", "GET", f"/en/admin/plans/{year}/priorities/new", secretariat_only(200))
        for year in (2020, 2022)
    ),
    RouteCase("admin.plan_priority_new", "GET", "/en/admin/plans/2018/priorities/new", secretariat_only(404)),
    *(
        RouteCase(f"admin.plan_{name}", "POST", f"/en/admin/plans/2020/{path}", secretariat_only(303), fields)
        for name, path, fields in PLAN_EDITS
    ),
    *(
        RouteCase(f"admin.plan_{name}", "POST", f"/en/admin/plans/2022/{path}", secretariat_only(409), fields)
        for name, path, fields in PLAN_EDITS
    ),
    RouteCase(
        "admin.plan_activity_move",
        "POST",
        "/en/admin/plans/2020/activities/3.3/place",
        secretariat_only(422),
        {"place-shown": "1"},
    ),
    RouteCase("admin.plan_priority_restore", "POST", "/en/admin/plans/2020/priorities/3/restore", secretariat_only(404)),
    *(
        RouteCase(f"admin.plan_draft_{name}", "POST", f"/en/admin/plans/2022/draft{path}", secretariat_only(303), fields)
        for name, path, fields in DRAFT_EDITS
    ),
    *(
        RouteCase(f"admin.plan_draft_{name}", "POST", f"/en/admin/plans/2020/draft{path}", secretariat_only(409), fields)
        for name, path, fields in DRAFT_EDITS
    ),
    RouteCase("admin.comment_list", "GET", "/en/admin/comments", secretariat_only(200)),
    RouteCase("admin.comment_list", "GET", "/en/admin/comments?tab=published&cycle=test-plan", secretariat_only(200)),
    RouteCase("admin.comment_list", "GET", "/en/admin/comments?tab=boring", secretariat_only(404)),
    RouteCase("admin.comment_decide", "POST", QUEUED, secretariat_only(303), MODERATION_FIELDS),
    RouteCase("admin.comment_decide", "POST", QUEUED, secretariat_only(409), {**MODERATION_FIELDS, QUEUED_VERSION: "7"}),
    RouteCase("admin.comment_undo", "POST", f"{QUEUED}/undo?seen=1", NOBODY),
    RouteCase("admin.engagement_list", "GET", "/en/admin/engagement", secretariat_only(200)),
    RouteCase("admin.engagement_add", "GET", "/en/admin/engagement/new", secretariat_only(200)),
    RouteCase("admin.engagement_add", "POST", "/en/admin/engagement/new", secretariat_only(303), CYCLE_FIELDS),
    RouteCase("admin.engagement_page", "GET", ENGAGEMENT, secretariat_only(200)),
    *(
        RouteCase(f"admin.engagement_{name}", "GET", f"{ENGAGEMENT}/{path}", secretariat_only(status))
        for name, path, status in (
            ("facts", "facts", 200),
            ("phase_add", "phases/new", 200),
            ("phase", "phases/reviewing", 200),
            ("publish_preview", "publish", 200),
            ("confirm_withdrawal", "withdraw", 404),
        )
    ),
    RouteCase("admin.analysis_list", "GET", "/en/admin/analysis", secretariat_only(200)),
    *(
        RouteCase(f"admin.analysis_{name}", "GET", f"{ENGAGEMENT}/{path}", secretariat_only(status))
        for name, path, status in (
            *((name, name, 200) for name in ("coding", "entries", "heard", "import", "themes")),
            ("theme_add", "themes/new", 200),
            ("theme", "themes/{heard_theme}", 200),
            ("upload", "import/4711", 404),
        )
    ),
    *(
        RouteCase(f"admin.{name}", "POST", f"{ENGAGEMENT}/{path}", secretariat_only(outcome), fields)
        for name, path, outcome, fields in (*CYCLE_FORMS, *ANALYSIS_FORMS)
    ),
    RouteCase("admin.engagement_privacy", "GET", PRIVACY, secretariat_only(200)),
    RouteCase(
        "admin.engagement_hold_place",
        "POST",
        f"{PRIVACY}/holds",
        secretariat_only(303),
        {"phase": "reviewing", "reason": "It was ordered."},
    ),
    RouteCase(
        "admin.engagement_hold_release",
        "POST",
        f"{PRIVACY}/holds/{{legal_hold}}/release",
        secretariat_only(303),
        RELEASE_FIELDS,
    ),
    RouteCase("admin.author_search", "GET", AUTHORS, secretariat_only(200)),
    RouteCase("admin.author_find", "POST", AUTHORS, secretariat_only(200), {"wanted": "{queued_comment}"}),
    RouteCase("admin.author_page", "GET", f"{AUTHORS}/{{queued_comment}}", secretariat_only(200)),
    RouteCase("admin.author_change", "POST", f"{AUTHORS}/{{queued_comment}}", secretariat_only(303), AUTHOR_FIELDS),
    RouteCase(
        "admin.author_data",
        "POST",
        f"{AUTHORS}/{{queued_comment}}/data",
        secretariat_only(200),
        {"reason": "Asked for it."},
    ),
    RouteCase("ogp.commitment_list", "GET", STEWARD_PAGES, secretariat_only(200)),
    RouteCase("ogp.commitment_add", "GET", f"{STEWARD_PAGES}/new", secretariat_only(200)),
    RouteCase("ogp.commitment_add", "POST", f"{STEWARD_PAGES}/new", secretariat_only(303), COMMITMENT_FIELDS),
    RouteCase("ogp.commitment_plans", "GET", f"{STEWARD_PAGES}/plans", secretariat_only(200)),
    RouteCase("ogp.commitment_plans", "POST", f"{STEWARD_PAGES}/plans", secretariat_only(303), ACTION_PLAN_FIELDS),
    RouteCase("ogp.commitment_page", "GET", STATED, secretariat_only(200)),
    *(
        RouteCase(f"ogp.commitment_{name}", method, f"{STATED}/{path}", secretariat_only(status), fields)
        for name, path, outcome, fields in STEWARD_FORMS
        for method, status in (("GET", 200), ("POST", outcome))
    ),
    RouteCase("ogp.commitment_remove", "POST", f"{STATED}/remove", secretariat_only(422), VERSION),
    RouteCase("ogp.assessment_list", "GET", ASSESSED[0], NOBODY),
    RouteCase("ogp.assessment_commitment", "GET", ASSESSED[1], NOBODY),
    RouteCase("ogp.assessment_new", "GET", f"{ASSESSED[1]}/new", NOBODY),
    RouteCase("ogp.assessment_record", "POST", f"{ASSESSED[1]}/new", NOBODY, {**ASSESSMENT_FIELDS, "kind": "mid-term"}),
    *(RouteCase("ogp.assessment_new", "GET", path, NOBODY) for path in OF_ANOTHER_PLAN),
    RouteCase("ogp.assessment_page", "GET", "/en/assessments/{ogp_assessment}", NOBODY),
    RouteCase(
        "ogp.assessment_correct",
        "POST",
        "/en/assessments/{ogp_assessment}",
        NOBODY,
        {**ASSESSMENT_FIELDS, "kind": "end-of-term"},
    ),
    RouteCase("ogp.offer_new", "GET", OFFERED[0], NOBODY),
    RouteCase("ogp.offer_make", "POST", OFFERED[0], NOBODY, OFFER_FIELDS),
    RouteCase("ogp.offer_report_new", "GET", OFFERED[1], NOBODY),
    RouteCase("ogp.offer_report", "POST", OFFERED[1], NOBODY, OFFER_FIELDS),
    RouteCase("ogp.offer_withdraw", "POST", WITHDRAWN, NOBODY),
    RouteCase("ogp.assessor_list", "GET", ANSWERED[0], secretariat_only(200)),
    RouteCase("ogp.assessor_invite", "POST", ANSWERED[0], secretariat_only(303), ASSESSOR_FIELDS),
    RouteCase("ogp.assessor_end", "POST", ENDED, secretariat_only(303)),
    RouteCase("ogp.offer_page", "GET", ANSWERED[1], secretariat_only(200)),
    RouteCase("ogp.offer_answer", "POST", ANSWERED[1], secretariat_only(303), ANSWER_FIELDS),
]
CHANGING_ENDPOINTS = {
    *(f"admin.plan_{name}" for name, _path, _fields in PLAN_EDITS),
    *(f"admin.plan_draft_{name}" for name, _path, _fields in DRAFT_EDITS),
    "account.name_change",
    "account.email_change",
    "account.two_steps_codes",
    "admin.person_invite",
    "admin.person_edit",
    "admin.person_role_add",
    "admin.person_role_move",
    "admin.person_link",
    "admin.person_link_revoke",
    "admin.person_sign_out",
    "admin.person_deactivate",
    "admin.jurisdiction_add",
    "admin.jurisdiction_rename",
    *("ogp.commitment_add", "ogp.commitment_plans", "ogp.commitment_self_assessment_add", "ogp.commitment_self_assessment"),
    "admin.settings_host",
    "admin.settings_reminders",
    "admin.settings_answer_links",
    "admin.settings_public",
    "briefings.version_publish",
    "admin.settings_search_engines",
    "admin.jurisdiction_contact",
    "admin.audit_download",
    "admin.person_data_download",
    *("admin.plan_start", "admin.year_close", "admin.plan_adopt", "admin.plan_delete_draft"),
    "auth.set_password",
    "reporting.report",
    "reporting.merge",
    "reporting.submit",
    "quarters.quarter_close",
    "quarters.quarter_open",
    "quarters.quarter_reopen",
    "quarters.quarter_undo_close",
    "quarters.report_return",
    "editor.new",
    "editor.delete",
    "news.theme_rename",
    "news.theme_merge",
    *(f"editor.{name}" for name, _path, _fields in EDITOR_STEPS),
    *(f"news.milestone_{verb}" for verb in ("list", "edit", "withdraw", "restore")),
    *(f"news.challenge_{verb}" for verb in ("list", "edit", "state", "join", "leave", "withdraw", "restore")),
    "news.translation_save",
    *(
        "plan.priority_override",
        "activities.note_save",
        "activities.due_date_move",
        "activities.comment_post",
        "activities.comment_edit",
        "activities.comment_delete",
    ),
    *("plan.role_accept", "plan.role_decline", "plan.role_offer", "plan.role_withdraw_offer"),
    *("activities.due_request_make", "activities.due_request_accept", "activities.due_request_decline"),
    "activities.due_request_withdraw",
    "quarters.quarter_extend",
    "quarters.quarter_set_back",
    *("plan.role_end", "plan.role_hand_over", "plan.role_request"),
    *("presentation.version_link_create", "presentation.version_link_revoke"),
    *("presentation.decision_record", "presentation.decision_correct"),
    *("presentation.preview_link_create", "presentation.preview_link_revoke"),
    *("presentation.comment_post", "presentation.comment_settle", "presentation.comment_delete"),
    "account.page",
    "account.password_change",
    "account.two_steps_begin",
    "account.key_remove",
    "account.sign_out_everywhere",
    "account.feed_link_create",
    "account.unsaved_text_keep",
    "quarters.remind",
    "admin.message_cancel",
    "admin.comment_decide",
    *("admin.engagement_add", "admin.engagement_complete", "admin.analysis_entries", "admin.analysis_entry_remove"),
    *("admin.analysis_theme_add", "admin.analysis_theme", "admin.analysis_theme_merge", "admin.analysis_theme_remove"),
    *("admin.engagement_hold_place", "admin.engagement_hold_release", "admin.author_change", "admin.author_data"),
    *("ogp.assessment_record", "ogp.assessment_correct", "ogp.assessor_invite", "ogp.assessor_end"),
    *("ogp.offer_make", "ogp.offer_withdraw", "ogp.offer_report", "ogp.offer_answer"),
}


FURTHER_PERSONAS = {
    "deputy": "ontario",
    "nwt": "quebec",
    "deactivated": "visitor",
    "steward": "reader",
    "reviewer": "reader",
    "organization": "reader",
    "moderating": "reader",
    "analysing": "reader",
}
"""Personas of the thorough session, with the persona of the table whose outcomes they get unless ``EXCEPTIONS`` says otherwise.

Ontario's deputy may do what its lead may. The lead of the Northwest Territories, a partner, is another lead, as Quebec's is.
The session of the deactivated person is still in their browser and in the database: they are a visitor. A steward and an
analyst read what readers read. The reviewer and the organization assess CA0060, and are refused what only members may open; a
moderator likewise.
"""
ASSESSORS = ("reviewer", "organization")
NOT_MEMBERS = (*ASSESSORS, "moderating")
READS_REPORTS = ("account.own_due_dates", "account.own_changes", "account.feed_link_create")
"""What members do on their account page that assessors may not: follow the reports."""
EXCEPTIONS: dict[tuple[str, str], object] = {
    **{(name, f"GET {path}"): 200 for name in ASSESSORS for path in ASSESSED},
    ("reviewer", f"POST {ASSESSED[1]}/new"): 303,
    ("organization", f"POST {ASSESSED[1]}/new"): 422,  # the fields are for another kind of assessment
    **{(name, f"GET {ASSESSED[1]}/new"): 200 for name in ASSESSORS},
    ("reviewer", "GET /en/assessments/{ogp_assessment}"): 200,
    ("reviewer", "POST /en/assessments/{ogp_assessment}"): 303,
    **{("organization", f"{method} /en/assessments/{{ogp_assessment}}"): 404 for method in ("GET", "POST")},
    **{("reviewer", f"GET {path}"): 404 for path in OF_ANOTHER_PLAN},
    **{("organization", f"GET {path}"): status for path, status in zip(OF_ANOTHER_PLAN, (200, 404), strict=True)},
    **{("organization", f"GET {path}"): 200 for path in OFFERED},
    **{("organization", f"POST {path}"): 303 for path in (*OFFERED, WITHDRAWN)},
    **{("reviewer", f"{method} {path}"): 404 for method in ("GET", "POST") for path in (*OFFERED, WITHDRAWN)},
    **{("steward", f"GET {path}"): 200 for path in ANSWERED},
    **{("steward", f"POST {path}"): 303 for path in (*ANSWERED, ENDED)},
    **{
        ("deputy", f"{verb} /en/plans/2020/activities/3.3/comments/{{comment}}{action}"): 403
        for verb, action in (("GET", ""), ("POST", ""), ("POST", "/delete"))
    },
    ("deputy", "GET /en/my-updates/receipts/{receipt}"): 404,
    ("nwt", "POST /en/plans/2020/activities/5.4/note?for=nt"): 303,
    **{("nwt", f"POST /en/plans/2020/roles/{{vacant}}/request{action}"): 403 for action in ("", "/withdraw")},
    ("nwt", "POST /en/challenges/{challenge}/us-too?for=qc"): 403,
}
"""The outcomes of the further personas that differ, by persona and case: comments and receipts are a person's own."""
CHANGED_BY_FURTHER_PERSONAS = {("nwt", "account.feed_link_revoke")}
"""Posts that change data only for a further persona, who has what is revoked."""


def outcomes_of_all(case: RouteCase) -> dict[str, object]:
    """Return the expected outcome of every persona, those of the table first."""
    expected = dict(zip(PERSONAS, case.expected, strict=True))
    further = {name: EXCEPTIONS.get((name, str(case)), expected[like]) for name, like in FURTHER_PERSONAS.items()}
    if case.endpoint.startswith(("ogp.commitment_", "commitment_imports.", "admin.engagement_")):
        further["steward"] = expected["secretariat"]
    is_of_members = case.endpoint in READS_REPORTS or not case.endpoint.startswith("account.")
    if expected["visitor"] == SIGN_IN and is_of_members:
        further |= {name: EXCEPTIONS.get((name, str(case)), 403) for name in NOT_MEMBERS}
    if case.endpoint.startswith("admin.analysis_"):
        further["analysing"] = expected["secretariat"]
    if case.endpoint.startswith("admin.comment_"):
        further["moderating"] = expected["secretariat"]
    return expected | further


@pytest.fixture(autouse=True)
def _count_requests_anew(populated: PopulatedApp) -> None:
    """Count the downloads of each test by themselves, because on a fast machine their sum in a minute is over the limit."""
    rate_limits.init(populated.app.flask)


def form_fields(populated: PopulatedApp, case: RouteCase) -> dict[str, str]:
    """Return what a person's form would send, with the stored version."""
    if not case.code:
        return {populated.path(name): populated.path(value) for name, value in case.fields.items()}
    (activity,) = populated.app.rows(Activity, Activity.code == case.code)
    reports = populated.app.rows(StatusReport, StatusReport.activity_id == activity.id)
    version = reports[-1].version if reports and reports[-1].period_id == 3 else 0
    typed = {f"r{activity.id}-{name}": value for name, value in {**case.fields, "version": str(version)}.items()}
    return {**typed, "choose-progress_en": "yours"}


def send_request(populated: PopulatedApp, case: RouteCase, client: Client, token: str | None = None) -> Page:
    if case.method == "GET":
        return client.get(populated.path(case.path))
    return client.post(
        populated.path(case.path),
        {**form_fields(populated, case), "csrf_token": client.csrf_token() if token is None else token},
    )


def outcome_of(page: Page) -> object:
    if page.status == 303 and page.redirect_path.startswith("/en/sign-in?next="):
        return SIGN_IN
    if page.status == 401 and page.forms and page.form("/sign-in"):
        return SIGN_IN
    return page.status


def routes_of(app: App) -> set[tuple[str, str]]:
    def methods(rule: Rule) -> set[str]:
        return (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}

    return {(rule.endpoint, method) for rule in app.flask.url_map.iter_rules() for method in methods(rule)}


def test_route_table_lists_every_route(read_only_app: App) -> None:
    assert {(case.endpoint, case.method) for case in ROUTE_CASES} == routes_of(read_only_app)
    assert all(len(case.expected) == len(PERSONAS) for case in ROUTE_CASES)


def routes_with_personas(method: str) -> Iterator[ParameterSet]:
    """Yield each route with the first persona of each outcome, and with the other personas.

    The default run has one case for each outcome of a route; other personas and addresses are further cases.
    """
    answered: set[tuple[str, object]] = set()
    for case in ROUTE_CASES:
        if case.method == method:
            answers = {(case.endpoint, outcome) for outcome in case.expected}
            is_repeated = answers <= answered
            answered |= answers
            expected = outcomes_of_all(case)
            firsts = {outcome: name for name, outcome in reversed(expected.items())}
            first = {name: outcome for name, outcome in expected.items() if firsts[outcome] == name}
            yield pytest.param(case, first, id=str(case), marks=FURTHER if is_repeated else ())
            if others := {name: outcome for name, outcome in expected.items() if name not in first}:
                yield pytest.param(case, others, id=f"{case} for the others", marks=FURTHER)


@pytest.mark.parametrize(("case", "expected"), list(routes_with_personas("GET")))
def test_get_access_for_every_route_and_persona(populated: PopulatedApp, case: RouteCase, expected: dict[str, object]) -> None:
    outcomes = {name: outcome_of(send_request(populated, case, populated.client_as(name))) for name in expected}
    assert outcomes == expected


@pytest.mark.parametrize(("case", "expected_outcomes"), list(routes_with_personas("POST")))
def test_post_access_for_every_route_and_persona(
    populated: PopulatedApp, restore_populated: RestorePopulated, case: RouteCase, expected_outcomes: dict[str, object]
) -> None:
    """A refused post changes nothing in the database; an allowed one that should change it does."""
    outcomes = {}
    populated.app.execute(delete(Throttle))  # earlier cases count, and how many there were depends on the worker
    browsers = {name: populated.client_as(name) for name in expected_outcomes}
    quiet = populated.app.fingerprint()
    for name, expected in expected_outcomes.items():
        is_allowed = expected in (200, 303)
        if is_allowed:
            at = restore_populated()
            before, browser, token = at.original, at.app.client_as(name), None
        else:
            at, browser, before, token = populated, browsers[name], quiet, populated.csrf(name)
        outcomes[name] = outcome_of(send_request(at, case, browser, token))
        changed = at.app.fingerprint() != before
        can_change = case.endpoint in CHANGING_ENDPOINTS or (name, case.endpoint) in CHANGED_BY_FURTHER_PERSONAS
        can_change &= (name, case.endpoint) != SUBMITTED_BEFORE
        assert changed is (is_allowed and can_change), f"{name}: changed={changed}"
    assert outcomes == expected_outcomes


@ESSENTIAL
@pytest.mark.parametrize("name", first_of(1, ["chair", "ontario", "visitor"]))
@pytest.mark.parametrize("token", first_of(1, ["", "0" * 40, ANOTHERS]), ids=["none", "wrong", "another's"])
def test_post_without_own_csrf_token_is_refused(populated: PopulatedApp, name: str, token: str) -> None:
    given = populated.csrf("secretariat") if token == ANOTHERS else token
    browser, before = populated.client_as(name), populated.app.fingerprint(without=())
    wrong = []
    for case in ROUTE_CASES:
        if case.method == "POST":
            is_asked = name == "visitor" and SIGN_IN in case.expected
            status = send_request(populated, case, browser, given).status
            after = populated.app.fingerprint(without=())
            refusals = (401,) if is_asked else (404,) if case.endpoint in STAMPED_FORMS else (400,)
            if status not in refusals or after != before:
                wrong.append(f"{case}: {status}{', and it changed data' if after != before else ''}")
            before = after
    assert not wrong, "\n".join(wrong)


def test_forms_with_a_stamp_are_the_only_ones_without_a_csrf_token(read_only_app: App) -> None:
    """The answer pages of reminders check the token themselves, to give back what was typed."""
    views, exempt = read_only_app.flask.view_functions, read_only_app.flask.extensions["csrf"]._exempt_views
    unchecked = {name for name, view in views.items() if f"{view.__module__}.{view.__name__}" in exempt}
    stamped = {name for name, view in views.items() if getattr(view, "is_stamped", False)}
    assert stamped == {*STAMPED_FORMS, "engagement.private"}
    assert {name for name in unchecked if not name.startswith("reporting.answer")} == stamped


def test_csrf_refusal_is_in_the_readers_language(populated: PopulatedApp) -> None:
    browser = populated.app.client_as("ontario")
    assert browser.post("/en/sign-out").h1 == "The page expired"
    assert browser.post("/fr/sign-out").find("html").get("lang") == "fr"


def test_forged_form_keys_are_ignored(make_app: MakeApp) -> None:
    """Columns of every table that are posted with a report are ignored."""
    app = make_app()
    ontario = app.client_as("ontario")
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Ontario’s own words.")
    columns = {c.name for table in Base.metadata.sorted_tables for c in table.columns}
    names = columns | {"behalf_of", "for", "by", "seen", "who", "is_admin", "approved", "owner"}
    prefix = form.full_name("status").removesuffix("status")
    own = set(form.values)
    forged = {
        key: "7"
        for name in names
        for key in (name, prefix + name)
        if key not in own and key.removeprefix(prefix) not in REPORT_FIELD_NAMES
    }
    assert form.submit(extra=forged).status == 303
    (report,) = app.rows(StatusReport, StatusReport.progress_en == "Ontario’s own words.")
    (submission,) = app.rows(Submission, Submission.progress_en == "Ontario’s own words.")
    (activity,) = app.rows(Activity, Activity.code == "3.3")
    me = app.person_id("ontario")
    assert (report.activity_id, report.period_id, report.version, report.changed_by, report.behalf_of) == (
        activity.id,
        3,
        1,
        me,
        None,
    )
    assert (submission.activity_id, submission.submitted_by, submission.behalf_of) == (activity.id, me, None)
    assert (submission.sample, submission.late, submission.completed_at) == (False, False, None)
    assert submission.submitted_at == report.changed_at == app.calendar.now()


REPORT_FIELD_NAMES = {
    *("status", "nothing_to_report", "progress_en", "progress_fr", "challenge_en", "challenge_fr", "version"),
    *("evidence_url", "evidence_label_en", "evidence_label_fr", "evidence_note_en", "evidence_note_fr"),
    *("next_step_en", "next_step_fr"),
}


@pytest.mark.parametrize(
    "version", first_of(4, ["-1", "1.0", "0x1", "99", "9" * 30, "9" * 5000, "٣", "²", "1 OR 1=1", "\x00", "None"])
)
def test_forged_version_is_a_conflict(make_app: MakeApp, version: str) -> None:
    app = make_app()
    saskatchewan = app.client_as("saskatchewan")
    form = saskatchewan.get("/en/plans/2020/activities/5.4/report").form("5.4/report").fill(status="SP", progress_en="Mine.")
    before = app.fingerprint()
    answer = form.submit(extra={form.full_name("version"): version})
    assert answer.status == 409
    assert "Mine." in answer.text
    assert app.fingerprint() == before


MALFORMED_LINKS = [
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


def test_hidden_links_field_is_validated_or_ignored(app: App, ontario: Client) -> None:
    def sent(links: str) -> Page:
        form = ontario.get("/en/plans/2020/activities/3.3/report", htmx=True).form("3.3/report")
        return form.fill(status="SP", progress_en="Words.").submit(extra={form.full_name("more_links"): links})

    assert [sent(links).status for links in HOSTILE_LINKS] == [422] * len(HOSTILE_LINKS)
    assert [sent(links).status for links in MALFORMED_LINKS] == [303] * len(MALFORMED_LINKS)
    assert "a.example" not in ontario.get("/en/plans/2020/activities/3.3").text


def test_fields_of_another_activity_are_ignored(app: App, ontario: Client) -> None:
    """The URL decides the activity; fields of another activity's form are ignored."""
    stolen = ontario.report_form("3.3").fill(status="C", progress_en="Words for 3.3.")
    before = app.fingerprint()
    assert ontario.post("/en/plans/2020/activities/3.4/report", stolen.values).status == 422
    assert app.fingerprint() == before


def test_first_of_duplicate_form_keys_is_used(app: App, ontario: Client) -> None:
    form = ontario.report_form("3.3").fill(status="SP", progress_en="The first.")
    doubled = {
        **form.values,
        form.full_name("progress_en"): ["The first.", "The second."],
        form.full_name("status"): ["SP", "NS"],
    }
    assert ontario.post(form.action, doubled).status == 303
    (report,) = app.rows(
        StatusReport,
        StatusReport.progress_en != "",
        StatusReport.activity_id == app.rows(Activity, Activity.code == "3.3")[0].id,
        StatusReport.period_id == 3,
    )
    assert (report.progress_en, report.status.value) == ("The first.", "SP")


def test_jurisdiction_to_confirm_or_partner_has_no_report_form(app: App) -> None:
    """Nova Scotia (to confirm) and the Northwest Territories (partner) have roles, but report on nothing."""
    for code in ("ns", "nt"):
        page = app.client_as("chair").get(f"/en/my-updates?for={code}")
        assert page.status == 200
        assert not [f for f in page.forms if f.action.split("?")[0].endswith("/report")]


def test_failing_policy_check_writes_nothing(app: App, ontario: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    form = ontario.report_form("3.3").fill(status="SP", progress_en="Kept out.")
    before = app.fingerprint()

    def broken(*_: object) -> bool:
        raise RuntimeError("the policy is broken")

    for where in ("cogwg.web.auth.access.has_permission", "cogwg.web.reporting.worklist.can_report_on"):
        with monkeypatch.context() as patch:
            patch.setattr(where, broken)
            assert form.submit().status == 500
    assert app.fingerprint() == before


def test_endpoints_all_declare_their_access(read_only_app: App) -> None:
    assert all(
        access == "public" or all(isinstance(p, Permission) for p in access)
        for access in declared_access(read_only_app.flask).values()
    )


def test_endpoint_without_declared_access_stops_the_start(make_app: MakeApp) -> None:
    app = make_app(contact="of an app that no other test reuses").flask

    def silent() -> str:
        return "page"

    app.view_functions["silent"] = silent
    with pytest.raises(ConfigurationError, match="silent"):
        refuse_undeclared(app)
    app.view_functions["silent"] = public(silent)
    refuse_undeclared(app)


def test_personas_have_the_roles_of_the_table(read_only_app: App) -> None:
    with Session(read_only_app.engine) as session:
        roles = {
            name: [
                (m.role, m.jurisdiction.code if m.jurisdiction else None)
                for m in session.get_one(Person, read_only_app.person_id(name)).memberships
            ]
            for name in PERSONAS[:-1]
        }
    assert roles == {
        "chair": [(Role.CO_CHAIR, None)],
        "secretariat": [(Role.SECRETARIAT, None)],
        "ontario": [(Role.LEAD, "on")],
        "quebec": [(Role.LEAD, "qc")],
        "saskatchewan": [(Role.LEAD, "sk")],
        "reader": [(Role.READER, None)],
    }
