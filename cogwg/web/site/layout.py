"""What every page contains: its languages, the signed-in person, navigation, footer, and asset URLs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import gettext as _
from jinja2.runtime import Macro
from markupsafe import Markup

from cogwg.accounts.models import Role
from cogwg.accounts.queries import SignedInPerson
from cogwg.accounts.wording import ROLE_WORDS
from cogwg.core.bilingual import Language
from cogwg.core.group import GROUP_NAME
from cogwg.core.paths import resource_folder
from cogwg.core.status import NO_REPORT, Status, Timeliness
from cogwg.core.tables import SAMPLE_NOTE
from cogwg.policy import Permission, has_permission
from cogwg.web.auth import access
from cogwg.web.auth.safe_redirect import referring_path
from cogwg.web.auth.time_limit import TimeLimit, limit_in_words, time_limit
from cogwg.web.http import clocks, i18n
from cogwg.web.http.preserved_form import PreservedForm


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link in the navigation or the footer."""

    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class PageUser:
    """What pages show about the signed-in person."""

    signed_in: SignedInPerson

    @property
    def name(self) -> str:
        return self.signed_in.name

    @property
    def home_label(self) -> str:
        return home_label(self.signed_in)

    @property
    def label(self) -> str:
        """The person's name with their jurisdictions or roles."""
        return f"{self.name}, {self.home_label}" if self.home_label else self.name

    @property
    def time_limit(self) -> TimeLimit:
        return time_limit(self.signed_in)

    @property
    def limit_in_words(self) -> str:
        return limit_in_words(self.signed_in)

    @property
    def home_url(self) -> str:
        """The URL of the page of the first jurisdiction that the person leads for; empty if there is none."""
        code = self.signed_in.lead_memberships[0].code if self.signed_in.lead_memberships else ""
        return url_for("jurisdictions.page", lang=i18n.current_language(), code=code) if code else ""


PLAN_ENDPOINTS = ("plan.", "activities.")
"""Prefixes of the endpoints under the navigation's "Plan"."""
BRIEFING_ENDPOINTS = ("briefings.", "editor.", "presentation.")
"""Prefixes of the endpoints under the navigation's "Briefings"."""
MESSAGE_ENDPOINTS = ("admin.message_",)
"""Prefixes of the endpoints of an email's page.

For people without a link to "Administration", such as co-chairs, the page is under "Reporting status".
"""
STATUS_ENDPOINTS = ("quarters.readiness", "quarters.remind", "quarters.quarter_", "quarters.report_return")
"""Prefixes of the endpoints under "Reporting status"."""
COMMITMENT_ENDPOINTS = ("ogp.commitment_", "commitment_imports.")
"""Prefixes of the endpoints of a steward's commitments: under "Commitments", or "Administration" for the secretariat."""
CACHED_MACROS = {
    "marks": ("icon", "status_word", "time_mark"),
    "chips": ("chip", "chips"),
    "matrix": ("activity_cell",),
    "statuses": ("status_meanings",),
    "field_parts": ("field_label", "textarea_attributes", "radio_fieldset"),
    "updates": ("update_title", "update_facts", "folded_update"),
}
"""Components whose output is cached, because a page renders them many times and it depends only on a few arguments.

A macro may use those listed before it.
"""


def cached_macro(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Return a macro that caches the output of this one by its arguments and the page's language.

    A text and the same text as markup are different arguments: only the text is escaped.
    """

    @lru_cache(maxsize=4096, typed=True)
    def drawn(_lang: Language, *facts: Hashable) -> Markup:
        return macro(*facts)

    return lambda *facts: drawn(i18n.current_language(), *facts)


def init(app: Flask) -> None:
    app.context_processor(template_context)
    app.jinja_env.globals.update(
        group_name=GROUP_NAME,
        sample_note=SAMPLE_NOTE,
        no_report=NO_REPORT,
        overdue=Timeliness.OVERDUE,
        status_scale=Status,
        asset=asset,
    )
    app.jinja_env.globals.update(
        sample_note=SAMPLE_NOTE,
        nav=nav,
        form_url=form_url,
        footer_links=footer_links,
        other_language_url=i18n.other_language_url,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["urls"] = _url_macros(app)
    for file, macros in CACHED_MACROS.items():
        module = app.jinja_env.get_template(f"components/{file}.html").module
        app.jinja_env.globals.update({macro: cached_macro(getattr(module, macro)) for macro in macros})


def _url_macros(app: Flask) -> SimpleNamespace:
    """Return the macros that build URLs as attributes. Each URL is cached, because it depends on the arguments alone."""
    macros = vars(app.jinja_env.get_template("site/_urls.html").module).items()
    return SimpleNamespace(**{name: lru_cache(maxsize=4096)(macro) for name, macro in macros if isinstance(macro, Macro)})


def template_context() -> dict[str, Any]:
    """Return the variables that every template may use.

    What only a full page shows is a global function instead (see ``init``), so that fragments render faster.
    """
    settings = current_app.extensions["cogwg.settings"]
    lang = i18n.current_language()
    person = access.current_user_or_none()
    return {
        "lang": lang.value,
        "other_lang": lang.other.value,
        "person": (user := PageUser(person) if person is not None else None),
        "member": user if person is not None and has_permission(person.roles, Permission.READ_REPORTS) else None,
        "today": clocks.today(),
        "past_page": None,
        "sample": settings.demo,
    }


def form_url(preserved: PreservedForm | None = None) -> str:
    """Return the URL of the form that was posted, so that Back and Reload open the form again.

    It is empty if no form was posted, or if this page contains typed text, which would then be lost.
    """
    if request.method != "POST" or (preserved is not None and preserved.typed_texts):
        return ""
    return referring_path() or i18n.page_path()


def footer_links() -> tuple[NavItem, ...]:
    return _footer(i18n.current_language(), access.current_user_or_none() is not None)


@cache
def _footer(lang: Language, is_signed_in: bool) -> tuple[NavItem, ...]:
    """Return the links of the footer. Only signed-in people get the link to the keyboard shortcuts."""
    place = url_for("site.help_page", lang=lang)
    links = (
        NavItem(_("Help"), place),
        NavItem(_("About this site"), url_for("site.about", lang=lang)),
        NavItem(_("Accessibility"), url_for("site.accessibility", lang=lang)),
        NavItem(_("Privacy"), url_for("site.privacy", lang=lang)),
        NavItem(_("Contact us"), url_for("site.contact", lang=lang)),
    )
    return (*links, NavItem(_("Keyboard shortcuts"), f"{place}#shortcuts")) if is_signed_in else links


def home_label(person: SignedInPerson) -> str:
    """Return a short label for a person in the group: the jurisdictions they lead for, or else their roles."""
    lang = i18n.current_language()
    if person.lead_memberships:
        return ", ".join(m.name.text(lang) for m in person.lead_memberships)
    return ", ".join(words.label.text(lang) for role, words in ROLE_WORDS.items() if role in person.roles)


MAX_NAV_ITEMS = 6
"""At most this many links side by side. If there are more, those to jurisdictions, news and translations move into a menu."""


def nav() -> tuple[list[NavItem], list[NavItem]]:
    """Return the current user's navigation links: those side by side, and those in the menu.

    Links to pages that the user may not open are left out.
    """
    person = access.current_user_or_none()
    links, more = _nav_links(None if person is None else person.roles, i18n.current_language())
    return [_nav_item(link) for link in links], [_nav_item(link) for link in more]


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link in the navigation, marked as current on pages whose endpoint starts with one of ``endpoints``.

    ``url`` is empty for the plan, whose URL depends on the current page.
    """

    label: str
    url: str
    endpoints: tuple[str, ...]


def _nav_item(link: NavLink) -> NavItem:
    return NavItem(link.label, link.url or plan_url(), (request.endpoint or "").startswith(link.endpoints))


@lru_cache(maxsize=64)
def _nav_links(roles: frozenset[Role] | None, lang: Language) -> tuple[tuple[NavLink, ...], tuple[NavLink, ...]]:
    """Return the navigation links for these roles (None when signed out): those side by side, and those in the menu.

    They are cached, because they depend on the roles, the language and the URL map alone.
    """

    def to(label: str, endpoint: str, *endpoints: str) -> NavLink:
        return NavLink(label, url_for(endpoint, lang=lang), endpoints or (endpoint.partition(".")[0] + ".",))

    places, more = [], []
    if roles is not None:
        places.append(to(_("Home"), "site.home", "site.home"))
    if roles is not None and has_permission(roles, Permission.MANAGE_PERIODS):
        is_admin = has_permission(roles, Permission.MANAGE_PEOPLE)
        own = STATUS_ENDPOINTS if is_admin else (*STATUS_ENDPOINTS, *MESSAGE_ENDPOINTS)
        places.append(to(_("Reporting status"), "quarters.readiness_page", *own))
    if roles is not None and (has_permission(roles, Permission.REPORT) or has_permission(roles, Permission.REPORT_ON_BEHALF)):
        places.append(to(_("My updates"), "reporting.my_updates", "reporting.", "workbook."))
    is_member = roles is not None and has_permission(roles, Permission.READ_REPORTS)
    is_admin_person = roles is not None and has_permission(roles, Permission.MANAGE_PEOPLE)
    if roles is not None and has_permission(roles, Permission.ASSESS_COMMITMENTS):
        places.append(to(_("Assessments"), "ogp.assessment_list", "ogp.assessment_", "ogp.offer_"))
    if roles is not None and has_permission(roles, Permission.MODERATE_COMMENTS) and not is_admin_person:
        places.append(to(_("Moderation"), "admin.comment_list", "admin.comment_"))
    if not is_member:
        places.append(to(_("Tracker"), "public.tracker", "public.tracker"))
        places.append(to(_("Commitments"), "public.commitments", "public.commitment"))
        places.append(to(_("Engagement"), "public.engagement", "public.engagement", "public.comment", "engagement."))
    places.append(NavLink(_("Plan"), "", PLAN_ENDPOINTS))
    if not is_member:
        places.append(to(_("Data"), "public.data", "public.data"))
    if roles is not None and is_member:
        places.append(to(_("Briefings"), "editor.index", *BRIEFING_ENDPOINTS))
        if has_permission(roles, Permission.MANAGE_PEOPLE):
            places.append(to(_("Administration"), "admin.start", "admin.", *COMMITMENT_ENDPOINTS))
        elif has_permission(roles, Permission.RECORD_COMMITMENTS):
            places.append(to(_("Commitments"), "ogp.commitment_list", *COMMITMENT_ENDPOINTS))
        if has_permission(roles, Permission.RECORD_ENGAGEMENT) and not has_permission(roles, Permission.MANAGE_PEOPLE):
            places.append(to(_("Engagement"), "admin.engagement_list", "admin.engagement_"))
        if has_permission(roles, Permission.ANALYSE_COMMENTS) and not has_permission(roles, Permission.MANAGE_PEOPLE):
            places.append(to(_("Analysis"), "admin.analysis_list", "admin.analysis_"))
        more.append(to(_("Jurisdictions"), "jurisdictions.index"))
        more.append(to(_("Milestones"), "news.milestone_list", "news.milestone_"))
        more.append(to(_("Challenges"), "news.challenge_list", "news.challenge_", "news.theme_"))
        if has_permission(roles, Permission.TRANSLATE):
            more.append(to(_("Translations"), "news.translation_list", "news.translation_"))
        if has_permission(roles, Permission.MANAGE_PLAN) and not has_permission(roles, Permission.MANAGE_PEOPLE):
            more.append(to(_("Administration"), "admin.plan_list", "admin.plan_", "admin.year_", "admin.carry_over_"))
    folds = len(places) + len(more) > MAX_NAV_ITEMS
    return (tuple(places), tuple(more)) if folds else ((*places, *more), ())


def plan_url() -> str:
    """Return the URL of the plan that this page is about, or else of the current plan. The admin pages are not about a plan."""
    lang = i18n.current_language()
    year = None if (request.endpoint or "").startswith("admin.") else (request.view_args or {}).get("year")
    return url_for("plan.page", lang=lang, year=year) if year else url_for("plan.current", lang=lang)


@cache
def asset(path: str) -> str:
    """Return the URL of a static file, with a fingerprint of its content so that browsers can cache it for a year."""
    file = resource_folder("static") / path
    fingerprint = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""
    return url_for("static", filename=path, v=fingerprint)
