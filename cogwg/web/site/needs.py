"""What needs a signed-in person's attention, most urgent first, as their home page lists it.

Each function reads only what the person is allowed to act on, in a constant number of SQL statements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from cogwg.accounts.queries import SignedInPerson
from cogwg.briefing.queries import drafts_to_finalize
from cogwg.core.bilingual import Bilingual, Language
from cogwg.discussion.queries import unanswered_mentions
from cogwg.engagement.coding import UNCODED, cycles_to_code
from cogwg.engagement.moderation_queue import QueueTab, moderation_counts
from cogwg.mail.queries import given_up_count
from cogwg.notices.queries import failed_reminder_counts
from cogwg.ogp.inviting import commitments_to_assess
from cogwg.ogp.offers import waiting_offers
from cogwg.plan.due_requests import waiting_due_requests
from cogwg.plan.lookups import activity_places
from cogwg.plan.offered_roles import DeclinedRole, OfferedRole, declined_roles, offered_roles, unanswered_roles
from cogwg.plan.role_requests import RoleRequestToAnswer, requested_roles
from cogwg.policy import Permission, can_act_for, has_permission
from cogwg.reporting.models import ReportState
from cogwg.reporting.news.orders import is_sent_out, sent_orders
from cogwg.reporting.news.untranslated import untranslated_news, untranslated_reports_in_effect
from cogwg.reporting.open_periods import PeriodMissingCount, periods_with_missing_counts
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.reworded import reworded_activities
from cogwg.reporting.unfinished import UnfinishedReport, unfinished_reports
from cogwg.web.http.filters import clock_eastern, day, moment, moved_from, moved_to, person_name, plain
from cogwg.web.http.unsaved_text import activity_id_of, form_label, own_unsaved_texts

LEAD_DAYS, MANAGER_DAYS = 30, 14
"""Missing reports are listed from this many days before they are due: for leads, and for co-chairs and the secretariat."""
DAYS_LISTED = 30
"""Unanswered mentions, declined roles and emails that could not be sent are listed for this many days."""
ANSWER_DAYS = 7
"""A role is listed as not answered from this many days after it was offered."""


@dataclass(frozen=True, slots=True)
class Need:
    """An item on the home page: what the person has to do, the details, and the link to the page where they do it."""

    title: str
    detail: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class Needs:
    """A person's items, most urgent first, and the quarter that is due next.

    ``reports_are_in`` is true for a lead who has no more reports to submit for that quarter.
    """

    needs: tuple[Need, ...]
    next_period: PeriodFacts | None
    reports_are_in: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    """The person, the language of the page, and the day and time of the request."""

    session: Session
    who: SignedInPerson
    lang: str
    now: datetime
    today: date

    def has(self, permission: Permission) -> bool:
        return has_permission(self.who.roles, permission)

    def url(self, endpoint: str, **values: object) -> str:
        return url_for(endpoint, lang=self.lang, **values)  # type: ignore[arg-type]

    @property
    def listed_since(self) -> datetime:
        return self.now - timedelta(days=DAYS_LISTED)


def load_needs(session: Session, who: SignedInPerson, lang: str, now: datetime, today: date) -> Needs:
    """Return what needs this person's attention."""
    reader = _Reader(session, who, lang, now, today)
    if not reader.has(Permission.READ_REPORTS):
        return Needs((*_unsaved_texts(reader), *_assessments(reader), *_comments(reader), *_coding(reader)), None)
    manages = reader.has(Permission.MANAGE_PERIODS)
    jurisdiction_ids = who.lead_jurisdiction_ids
    quarters = periods_with_missing_counts(session, now, today, jurisdiction_ids=None if manages else jurisdiction_ids)
    needs: list[Need] = []
    if reader.has(Permission.REPORT):
        own = periods_with_missing_counts(session, now, today, jurisdiction_ids=jurisdiction_ids) if manages else quarters
        needs += _own_reports(reader, own)
    needs += _unsaved_texts(reader)
    if reader.has(Permission.REPORT):
        needs += [*_offered_roles(reader), *_mentions(reader), *_rewordings(reader)]
    needs += _assessments(reader)
    if manages:
        needs += _reports_of_the_group(reader, quarters)
    if reader.has(Permission.MANAGE_PLAN):
        needs += [*_due_requests(reader), *_role_requests(reader), *_declined_roles(reader), *_unanswered_roles(reader)]
    if manages:
        needs += _failed_emails(reader, quarters)
    if reader.has(Permission.RECORD_COMMITMENTS):
        needs += _offers(reader)
    needs += [*_comments(reader), *_coding(reader)]
    if reader.has(Permission.PREPARE_BRIEFINGS):
        needs += _drafts(reader)
    if manages:
        needs += _quarters_to_close(reader, quarters)
    if reader.has(Permission.TRANSLATE):
        needs += _translations(reader)
    following = next((q for q in quarters if q.period.due_at > now and not q.period.is_closed), None)
    if following is None:
        return Needs(tuple(needs), None)
    is_in = reader.has(Permission.REPORT) and not manages and not following.missing and following.correctable > 0
    return Needs(tuple(needs), following.period, is_in)


def _quarter(period: PeriodFacts) -> str:
    return str(_("Quarter %(quarter)s of %(year)s", quarter=period.quarter, year=period.year))


def due_sentence(period: PeriodFacts) -> str:
    """Return a sentence that says when the reports of a quarter are or were due."""
    values = {"quarter": _quarter(period), "day": day(period.due_at), "time": clock_eastern(period.due_at)}
    if period.is_late:
        return str(_("Reports for %(quarter)s were due on %(day)s.", **values))
    return str(_("Reports for %(quarter)s are due on %(day)s at %(time)s (Eastern time).", **values))


def _when_due(period: PeriodFacts, today: date) -> str:
    """Return the quarter with the days left until its due day; once its reports are late, return the due day instead."""
    left = period.days_left(today)
    if period.is_late or left < 0:
        return due_sentence(period)
    due = ngettext("Due in %(num)s day", "Due in %(num)s days", left) if left else _("Due today")
    return f"{_quarter(period)}. {due}."


def _is_near(period: PeriodFacts, today: date, days: int) -> bool:
    return period.days_left(today) <= days


def _own_reports(reader: _Reader, quarters: list[PeriodMissingCount]) -> Iterator[Need]:
    """Yield items for returned reports, then for saved drafts, then for missing reports: one for each quarter.

    Each report is counted in one item only.
    """
    unfinished = unfinished_reports(reader.session, reader.who.lead_jurisdiction_ids, reader.now)
    for quarter in quarters:
        period = quarter.period
        if own := _unfinished_in(period, unfinished, ReportState.RETURNED):
            title = ngettext("Correct %(num)s returned report", "Correct %(num)s returned reports", len(own))
            yield Need(title, "; ".join(own), _("Correct"), reader.url("reporting.my_updates", period=period.key))
    for quarter in quarters:
        period = quarter.period
        if own := _unfinished_in(period, unfinished, ReportState.DRAFT):
            title = ngettext("Submit %(num)s saved draft", "Submit %(num)s saved drafts", len(own))
            detail = f"{'; '.join(own)}. {_when_due(period, reader.today)}"
            yield Need(title, detail, _("Review and submit"), reader.url("reporting.submit", period=period.key))
    for quarter in quarters:
        period = quarter.period
        missing = quarter.missing - sum(report.period_id == period.id for report in unfinished)
        if missing > 0 and _is_near(period, reader.today, LEAD_DAYS):
            title = ngettext("Report on %(num)s activity", "Report on %(num)s activities", missing)
            url = reader.url("reporting.my_updates", period=period.key)
            yield Need(title, _when_due(period, reader.today), _("Write updates"), url)


def _unfinished_in(period: PeriodFacts, unfinished: list[UnfinishedReport], state: ReportState) -> list[str]:
    """Return the codes and titles of the activities whose report for a quarter is in this state."""
    return [_activity(r.code, r.title) for r in unfinished if r.period_id == period.id and r.state is state]


def _unsaved_texts(reader: _Reader) -> Iterator[Need]:
    """Yield one item for all texts that the person typed and did not save, with the activities that the texts are about."""
    stored = own_unsaved_texts()
    if stored:
        places = activity_places(reader.session, [id_ for form in stored if (id_ := activity_id_of(form)) is not None])
        activities = [_activity(code, title) for _year, code, title in places.values()]
        others = [label for form in stored if activity_id_of(form) not in places and (label := form_label(form))]
        about = "; ".join(dict.fromkeys([*activities, *others]))
        detail = _("Only you can see this text. It will be deleted 7 days after you typed it.")
        url = reader.url("account.unsaved_text_list")
        yield Need(_("Finish or discard your unsaved text"), f"{about}. {detail}" if about else detail, _("See your text"), url)


def _assessments(reader: _Reader) -> Iterator[Need]:
    """Yield an item for each commitment that an assessor is invited to assess and has not assessed yet."""
    if reader.has(Permission.ASSESS_COMMITMENTS):
        for commitment in commitments_to_assess(reader.session, reader.who.person_id):
            url = reader.url("ogp.assessment_commitment", identifier=commitment.identifier)
            title = _("Assess commitment %(identifier)s", identifier=commitment.identifier)
            yield Need(title, plain(commitment.title), _("Assess"), url)


def _comments(reader: _Reader) -> Iterator[Need]:
    """Yield an item for the comments that are waiting for a moderator, and for those waiting for a second one."""
    if not reader.has(Permission.MODERATE_COMMENTS):
        return
    counts, oldest_at = moderation_counts(reader.session)
    if (waiting := counts[QueueTab.WAITING]) and oldest_at is not None:
        title = ngettext("Moderate %(num)s comment", "Moderate %(num)s comments", waiting)
        detail = _("The oldest was received on %(when)s.", when=day(oldest_at))
        yield Need(title, detail, _("Moderate"), reader.url("admin.comment_list"))
    if second := counts[QueueTab.SECOND]:
        title = ngettext("Confirm the refusal of %(num)s comment", "Confirm the refusal of %(num)s comments", second)
        detail = _(
            "Someone other than the person who refused a comment must confirm the refusal or return the comment to moderation."
        )
        yield Need(title, detail, _("Review"), reader.url("admin.comment_list", tab=QueueTab.SECOND.value))
    if appeals := counts[QueueTab.APPEALED]:
        title = ngettext("Answer the appeal of %(num)s author", "Answer the appeals of %(num)s authors", appeals)
        detail = _("The answer must come from someone who neither refused the comment nor confirmed the refusal.")
        yield Need(title, detail, _("See the appeals"), reader.url("admin.comment_list", tab=QueueTab.APPEALED.value))


def _coding(reader: _Reader) -> Iterator[Need]:
    """Yield an item for each cycle with published comments that no analyst has put into a theme."""
    if reader.has(Permission.ANALYSE_COMMENTS):
        for key, cycle, count in cycles_to_code(reader.session):
            title = ngettext("Put %(num)s comment into themes", "Put %(num)s comments into themes", count)
            url = reader.url("admin.analysis_coding", cycle=key, theme=UNCODED)
            yield Need(title, plain(cycle), _("Go to Coding"), url)


def _offers(reader: _Reader) -> Iterator[Need]:
    """Yield an item for the offers from civil society that are waiting for an answer."""
    if waiting := waiting_offers(reader.session):
        title = ngettext("Answer %(num)s offer from civil society", "Answer %(num)s offers from civil society", len(waiting))
        names = "; ".join(dict.fromkeys(plain(name) for name in waiting))
        yield Need(title, names, _("See the offers"), reader.url("ogp.assessor_list", _anchor="offers"))


def _offered_roles(reader: _Reader) -> Iterator[Need]:
    """Yield an item for each plan with roles offered to the person's jurisdictions.

    It leads to the page for all roles of the plan or, if there is only one, to the page of this role.
    """
    offered = offered_roles(reader.session, reader.today.year, reader.who.lead_jurisdiction_ids)
    for year, roles in groupby(offered, key=lambda role: role.year):
        own = list(roles)
        if len(own) > 1:
            title = ngettext("Accept or decline %(num)s role", "Accept or decline %(num)s roles", len(own))
            plan, priorities = _("Plan %(year)s", year=year), "; ".join(_priority(role.number, role.priority) for role in own)
            yield Need(title, f"{plan}. {priorities}", _("See the roles"), reader.url("plan.my_roles", year=year))
        else:
            yield _offered_role(reader, own[0])


def _role_url(reader: _Reader, role: OfferedRole | DeclinedRole | RoleRequestToAnswer) -> str:
    return reader.url("plan.role_page", year=role.year, id=role.id)


def _offered_role(reader: _Reader, role: OfferedRole) -> Need:
    detail = _(
        "%(who)s: %(title)s. Offered on %(day)s.",
        who=plain(role.jurisdiction),
        title=_priority(role.number, role.priority),
        day=day(role.since),
    )
    return Need(_("Accept or decline a role"), detail, _("See the offer"), _role_url(reader, role))


def _mentions(reader: _Reader) -> Iterator[Need]:
    for mention in unanswered_mentions(reader.session, reader.who.lead_jurisdiction_ids, reader.listed_since):
        activity = _activity(mention.code, mention.title)
        detail = _(
            "%(who)s: %(title)s. %(when)s.", who=person_name(mention.person), title=activity, when=moment(mention.written_at)
        )
        anchor = f"comment-{mention.comment_id}"
        url = reader.url("activities.page", year=mention.year, code=mention.code, _anchor=anchor)
        yield Need(_("Answer a comment that mentions your jurisdiction"), detail, _("Read the comment"), url)


def _rewordings(reader: _Reader) -> Iterator[Need]:
    """Yield one item for the activities of the person's jurisdictions that were reworded since their last report."""
    changed = reworded_activities(reader.session, reader.who.lead_jurisdiction_ids, reader.listed_since)
    if not changed:
        return
    title = ngettext("Read the new wording of %(num)s activity", "Read the new wording of %(num)s activities", len(changed))
    detail = "; ".join(_activity(activity.code, activity.title) for activity in changed)
    if len(changed) == 1:
        (activity,) = changed
        url = reader.url("activities.page", year=activity.year, code=activity.code, _anchor="history")
        detail = _("%(title)s. Reworded on %(day)s.", title=detail, day=day(activity.at))
        yield Need(title, detail, _("See the change"), url)
        return
    yield Need(title, detail, _("See the changes"), reader.url("reporting.my_updates"))


def _reports_of_the_group(reader: _Reader, quarters: list[PeriodMissingCount]) -> Iterator[Need]:
    """Yield an item for each quarter that is late or due soon and has missing reports."""
    for quarter in quarters:
        period = quarter.period
        if quarter.missing and _is_near(period, reader.today, MANAGER_DAYS):
            title = ngettext("%(num)s report is missing", "%(num)s reports are missing", quarter.missing)
            url = reader.url("quarters.readiness_page", period=period.key)
            yield Need(title, _when_due(period, reader.today), _("See who has not reported"), url)


def _quarters_to_close(reader: _Reader, quarters: list[PeriodMissingCount]) -> Iterator[Need]:
    for quarter in quarters:
        period = quarter.period
        if period.is_late and not quarter.missing:
            title = _("Close Quarter %(quarter)s of %(year)s", quarter=period.quarter, year=period.year)
            none_left = _("No more reports are expected.")
            url = reader.url("quarters.quarter_page", year=period.year, key=period.key)
            yield Need(title, f"{due_sentence(period)} {none_left}", _("Go to the quarter"), url)


def _due_requests(reader: _Reader) -> Iterator[Need]:
    for request in waiting_due_requests(reader.session):
        detail = _(
            "%(who)s: %(title)s, %(was)s %(now)s. Requested on %(day)s.",
            who=plain(request.jurisdiction),
            title=_activity(request.code, request.title),
            was=moved_from(request.due),
            now=moved_to(request.to),
            day=day(request.asked_at),
        )
        url = reader.url("activities.page", year=request.year, code=request.code, _anchor="due-request")
        yield Need(_("Answer a request to move a due date"), detail, _("Read the request"), url)


def _role_requests(reader: _Reader) -> Iterator[Need]:
    for role in requested_roles(reader.session, reader.today.year):
        detail = _(
            "%(who)s: %(title)s. Requested on %(day)s.",
            who=plain(role.jurisdiction),
            title=_priority(role.number, role.priority),
            day=day(role.asked_at),
        )
        yield Need(_("Answer a request for a vacant role"), detail, _("Read the request"), _role_url(reader, role))


def _declined_roles(reader: _Reader) -> Iterator[Need]:
    for role in declined_roles(reader.session, reader.today.year, reader.listed_since):
        detail = _(
            "%(who)s: %(title)s. Declined on %(day)s.",
            who=plain(role.jurisdiction),
            title=_priority(role.number, role.priority),
            day=day(role.at),
        )
        yield Need(_("Fill a role that was declined"), detail, _("See the role"), _role_url(reader, role))


def _unanswered_roles(reader: _Reader) -> Iterator[Need]:
    """Yield an item for each plan in which jurisdictions have not answered about roles for ``ANSWER_DAYS``.

    It leads to the page that sends them a reminder or, for those who cannot send it, to the list of these roles.
    """
    unanswered = unanswered_roles(reader.session, reader.today.year, reader.today - timedelta(days=ANSWER_DAYS))
    for year, roles in groupby(unanswered, key=lambda role: role.year):
        names = list(dict.fromkeys(plain(role.jurisdiction) for role in roles))
        title = ngettext(
            "%(num)s jurisdiction has not accepted or declined its roles",
            "%(num)s jurisdictions have not accepted or declined their roles",
            len(names),
        )
        plan = _("Plan %(year)s", year=year)
        can_ask = reader.has(Permission.EDIT_PLAN)
        url = reader.url("admin.plan_adopt_page", year=year) if can_ask else reader.url("plan.vacancy_list")
        yield Need(title, f"{plan}. {', '.join(names)}", _("See the roles"), url)


def _failed_emails(reader: _Reader, quarters: list[PeriodMissingCount]) -> Iterator[Need]:
    """Yield an item for the emails that could not be sent; for co-chairs, one for the failed reminders of each quarter."""
    detail = _("Check the email address, then send the email again.")
    if reader.has(Permission.SEE_OUTBOX):
        if failed := given_up_count(reader.session, reader.listed_since):
            title = ngettext("%(num)s email could not be sent", "%(num)s emails could not be sent", failed)
            yield Need(title, detail, _("Open the outbox"), reader.url("admin.outbox_page"))
        return
    counts = failed_reminder_counts(reader.session, reader.listed_since)
    for quarter in quarters:
        if failed := counts.get(quarter.period.id, 0):
            title = ngettext("%(num)s reminder could not be sent", "%(num)s reminders could not be sent", failed)
            url = reader.url("quarters.reminder_list", period=quarter.period.key)
            yield Need(title, f"{_quarter(quarter.period)}. {detail}", _("See the reminders"), url)


def _drafts(reader: _Reader) -> Iterator[Need]:
    for draft in drafts_to_finalize(reader.session):
        title = _("Finalize the briefing for %(day)s", day=day(draft.meeting_on))
        detail = _("%(audience)s. There is no finalized version yet.", audience=plain(draft.audience))
        yield Need(title, detail, _("Go to the briefing"), reader.url("briefings.page", id=draft.id))


def _translations(reader: _Reader) -> Iterator[Need]:
    """Yield one item for the texts that the person may translate, except those that were sent out for translation."""
    ids = None if reader.has(Permission.REPORT_ON_BEHALF) else reader.who.lead_jurisdiction_ids
    orders = sent_orders(reader.session)
    texts = [t for t in untranslated_news(reader.session) if can_act_for(reader.who, Permission.TRANSLATE, t.jurisdiction_ids)]
    texts += untranslated_reports_in_effect(reader.session, reader.today.year, ids)
    waiting = [text for text in texts if not is_sent_out(orders, text)]
    if waiting:
        french = sum(text.target is Language.FR for text in waiting)
        title = ngettext("Translate %(num)s text", "Translate %(num)s texts", len(waiting))
        english = len(waiting) - french
        both = _("Into French: %(french)s. Into English: %(english)s.", french=french, english=english)
        detail = both if french and english else _("Into French.") if french else _("Into English.")
        yield Need(title, detail, _("Translate"), reader.url("news.translation_list"))


def _activity(code: str, title: Bilingual) -> str:
    return f"{code} {plain(title)}"


def _priority(number: int, title: Bilingual) -> str:
    return f"{number}. {plain(title)}"
