"""The start page of the administration: its pages, what can be done on each, and the most important numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import gettext
from markupsafe import Markup

from cogwg.accounts.overview import account_counts, people_signed_in
from cogwg.core.errors import N_
from cogwg.mail.queries import waiting_and_failed_counts
from cogwg.policy import Permission, has_permission
from cogwg.web.admin import blueprint
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.i18n import translate as _
from cogwg.web.http.i18n import translate_plural as ngettext
from cogwg.web.http.site_settings import is_factor_required


@dataclass(frozen=True, slots=True)
class AdminPage:
    """A page of the administration, as its navigation and its start page name it, with what can be done there."""

    endpoint: str
    label: str
    purpose: str
    permission: Permission = Permission.MANAGE_PEOPLE


ADMIN_PAGES = (
    AdminPage("admin.people_list", N_("People"), N_("Invite people, change their roles, deactivate their accounts.")),
    AdminPage("admin.jurisdiction_list", N_("Jurisdictions"), N_("Add and rename jurisdictions, and set the contact of each.")),
    AdminPage(
        "admin.plan_list",
        N_("Plans"),
        N_("Prepare the plan of a year, adopt it, and close the year."),
        Permission.MANAGE_PLAN,
    ),
    AdminPage(
        "admin.publication_list",
        N_("Publications"),
        N_("Publish, correct and withdraw closed quarters and finalized briefings."),
        Permission.PUBLISH,
    ),
    AdminPage(
        "ogp.commitment_list",
        N_("Commitments"),
        N_("Record what Canada committed to in the Open Government Partnership."),
        Permission.RECORD_COMMITMENTS,
    ),
    AdminPage(
        "admin.engagement_list",
        N_("Engagement"),
        N_("Set up cycles of engagement with the public, with their phases, and publish them."),
        Permission.RECORD_ENGAGEMENT,
    ),
    AdminPage(
        "admin.comment_list",
        N_("Comments"),
        N_("Publish, mask and refuse comments from the public, and answer appeals."),
        Permission.MODERATE_COMMENTS,
    ),
    AdminPage(
        "admin.analysis_list",
        N_("Analysis"),
        N_("Put comments from the public into themes, and publish What we heard."),
        Permission.ANALYSE_COMMENTS,
    ),
    AdminPage(
        "admin.author_search",
        N_("Authors of comments"),
        N_("Download, correct and remove what is kept about the author of a comment, on request."),
    ),
    AdminPage("admin.session_list", N_("Sessions"), N_("See who is signed in, and end sessions.")),
    AdminPage("admin.outbox_page", N_("Outbox"), N_("Read and cancel emails, and resend those that failed.")),
    AdminPage("admin.settings_page", N_("Settings"), N_("Set the host, the contact, reminders and two-step sign-in.")),
    AdminPage(
        "admin.audit_page",
        N_("Audit log"),
        N_("See who did what, with the values before and after."),
        Permission.READ_AUDIT_LOG,
    ),
)
"""The pages, in the order of the navigation. A new one needs a line here and, for its numbers, one in ``_numbers``."""


@dataclass(frozen=True, slots=True)
class AdminLink:
    """A link to a page of the administration in the page's language, with its purpose and its numbers in sentences."""

    label: str
    url: str
    purpose: str = ""
    numbers: tuple[Markup, ...] = ()


@blueprint.record_once
def _add_tabs(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(admin_tabs=admin_tabs)


def admin_tabs() -> list[AdminLink]:
    """Return the links of the navigation between the pages of the administration that the person may open."""
    if not has_permission(current_user().roles, Permission.MANAGE_PEOPLE):
        return _links({})
    return [AdminLink(gettext("Overview"), url_for("admin.start", lang=i18n.current_language())), *_links({})]


@blueprint.get("")
@requires(Permission.MANAGE_PEOPLE)
def start(lang: str) -> str:
    """Show the pages of the administration, with what can be done on each."""
    return render_template("admin/start.html", links=_links(_numbers()))


def _links(numbers: dict[str, tuple[Markup, ...]]) -> list[AdminLink]:
    roles, lang = current_user().roles, i18n.current_language()
    return [
        AdminLink(
            i18n.gettext(page.label),
            url_for(page.endpoint, lang=lang),
            i18n.gettext(page.purpose),
            numbers.get(page.endpoint, ()),
        )
        for page in ADMIN_PAGES
        if has_permission(roles, page.permission)
    ]


def _numbers() -> dict[str, tuple[Markup, ...]]:
    """Map the endpoint of each page to its numbers, in sentences. They take four SQL statements."""
    counts = account_counts(session())
    waiting, failed = waiting_and_failed_counts(session())
    signed_in = len(people_signed_in(session(), now=clocks.real_now()))
    people = [ngettext("<b>%(num)s</b> person can sign in.", "<b>%(num)s</b> people can sign in.", counts.active)]
    if counts.invited:
        people.append(
            ngettext(
                "<b>%(num)s</b> invitation is not accepted yet.",
                "<b>%(num)s</b> invitations are not accepted yet.",
                counts.invited,
            )
        )
    if not counts.jurisdictions:
        led = _("There are no jurisdictions yet.")
    elif counts.without_lead:
        led = ngettext(
            "<b>%(num)s</b> jurisdiction has no lead or deputy who can sign in.",
            "<b>%(num)s</b> jurisdictions have no lead or deputy who can sign in.",
            counts.without_lead,
        )
    else:
        led = _("Each jurisdiction has a lead.")
    emails = [ngettext("<b>%(num)s</b> email is waiting.", "<b>%(num)s</b> emails are waiting.", waiting)]
    if failed:
        emails.append(ngettext("<b>%(num)s</b> email could not be sent.", "<b>%(num)s</b> emails could not be sent.", failed))
    factor = _("Two-step sign-in is required.") if is_factor_required() else _("Two-step sign-in is not required.")
    return {
        "admin.people_list": tuple(people),
        "admin.jurisdiction_list": (led,),
        "admin.session_list": (
            ngettext("<b>%(num)s</b> person is signed in.", "<b>%(num)s</b> people are signed in.", signed_in),
        ),
        "admin.outbox_page": tuple(emails),
        "admin.settings_page": (factor,),
    }
