"""Letters that are written into the outbox, each in the transaction of the deed that causes it; nothing here commits.

``at`` is the calendar's instant and stamps the letter; ``now`` is real and says from when it may go. ``site`` is the
address people reach the product by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from cogwg.accounts.models import Person, Role
from cogwg.accounts.queries import contacts
from cogwg.audit.services import SYSTEM, Actor, record
from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.calendar import local_day
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.text_limits import too_long
from cogwg.mail.queries import known_keys, latest
from cogwg.mail.rules import Post
from cogwg.mail.services import enqueue, forget
from cogwg.notices.body import Addressee
from cogwg.notices.event_messages import (
    Mentioned,
    Offered,
    ReceiptLine,
    Returned,
    mention_letter,
    offer_letter,
    receipt_letter,
    returned_letter,
)
from cogwg.notices.queries import addressee, in_turn, leads, leads_of, missing_people, reached
from cogwg.notices.reminder_messages import Missing, chase_letter, copy_letter, digest_letter, reminder_letter
from cogwg.notices.rules import WEEKLY, Kind, Moot, stage, too_soon
from cogwg.plan.queries import plan_facts
from cogwg.reporting.open_periods import quarters
from cogwg.reporting.periods import PeriodFacts
from cogwg.reporting.readiness import Readiness, readiness
from cogwg.reporting.rules import check_taken


def letters_due(session: Session, *, at: datetime, days: Sequence[int], site: str) -> list[Post]:
    """The reminders and digests that are due at this instant of the calendar and were not written yet; reads only.

    Every quarter that takes reports has its own, of whichever year its plan is.
    """
    due: list[Post] = []
    for waiting in quarters(session, at, local_day(at)):
        period = waiting.period
        reminding, telling = stage(period.due_at, at, days), stage(period.due_at, at, WEEKLY)
        if period.takes_reports and (reminding or telling):
            ready = readiness(session, plan_facts(session, period.year), period)
            due += _reminders(session, ready, reminding, at, site)
            due += _digests(session, ready, telling, site)
    known = known_keys(session, [post.key for post in due])
    return [post for post in due if post.key not in known]


def _reminders(session: Session, ready: Readiness, reached_stage: str, at: datetime, site: str) -> list[Post]:
    """For each lead with something missing who wants reminders; whom a co-chair reminded within a day is left for now."""
    if not reached_stage:
        return []
    chased = latest(session, [Kind.CHASE])
    today = local_day(at)
    return [
        reminder_letter(missing, ready.period, reached_stage, today=today, site=site)
        for missing, wants in missing_people(leads(session), ready)
        if wants and not too_soon(chased.get(missing.to.person_id, (0, None))[1], at)
    ]


def _digests(session: Session, ready: Readiness, reached_stage: str, site: str) -> list[Post]:
    """For co-chairs and the secretariat, weekly after the due day; when nothing is missing, the first week's is the last."""
    if not reached_stage.startswith("after-"):
        return []
    if reached_stage != f"after-{-WEEKLY[0]}" and not any(one.missing for one in ready.all):
        return []
    steering = {one.person_id: one for role in (Role.CO_CHAIR, Role.SECRETARIAT) for one in contacts(session, role)}
    return [digest_letter(addressee([one]), ready, reached_stage, site=site) for one in steering.values() if one.wants_digest]


def remind(session: Session, *, at: datetime, now: datetime, days: Sequence[int], site: str) -> list[Post]:
    """Write what is due into the outbox; the letters that were new."""
    in_turn(session)
    written = [
        post for post in letters_due(session, at=at, days=days, site=site) if enqueue(session, post, by=SYSTEM, at=at, now=now)
    ]
    by_period: dict[int, list[Post]] = {}
    for post in written:
        by_period.setdefault(int(post.key.split(":")[1]), []).append(post)
    for period_id, own in by_period.items():
        record(session, "quarter.reminded", ("period", period_id), by=SYSTEM, at=at, after=_told(own))
    return written


@dataclass(frozen=True, slots=True)
class Chased:
    """What came of a co-chair's reminder: who gets it, and who was left out because they were reminded lately."""

    reminded: tuple[str, ...]
    too_soon: tuple[str, ...]


def remind_missing(
    session: Session,
    year: int,
    period: PeriodFacts,
    said: Bilingual,
    *,
    copy: bool,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> Chased:
    """A co-chair reminds everybody who can be reminded and still has a report to send, each in their own language.

    Raises ``Invalid`` while the quarter takes no reports, when the text somebody would get is empty or too long, and
    when there is nobody to remind.
    """
    in_turn(session)
    check_taken(period.state)
    sender = session.get_one(Person, by.id)
    ready = readiness(session, plan_facts(session, year), period)
    found = reached(session, leads(session), ready, at)
    _check_texts(said, found.ready)
    posts = [
        chase_letter(m, period, said.written(m.to.lang), sender.name, after=found.last_id(m.to.person_id), site=site)
        for m in found.ready
    ]
    fresh = [(m, p) for m, p in zip(found.ready, posts, strict=True) if enqueue(session, p, by=by, at=at, now=now)]
    names = tuple(m.to.name for m, _ in fresh)
    if not fresh:
        raise Invalid(("", Message(N_("There is nobody to remind now."))))
    if copy:
        to = Addressee(sender.id, sender.name, sender.email, sender.lang)
        letter = copy_letter(to, period, said, names, first=fresh[0][1].key, site=site)
        enqueue(session, letter, by=by, at=at, now=now)
    record(session, "quarter.reminded", ("period", period.id), by=by, at=at, after=_told([p for _, p in fresh]))
    return Chased(names, tuple(m.to.name for m in found.too_soon))


def _check_texts(said: Bilingual, to: Iterable[Missing]) -> None:
    problems = []
    used = {m.to.lang for m in to}
    for lang in Language:
        text = said.written(lang)
        if not text and lang in used:
            problems.append((f"text_{lang}", Message(N_("Write this text too: somebody who gets the reminder reads it."))))
        problems += too_long(f"text_{lang}", text)
    if problems:
        raise Invalid(*problems)


def tell_returned(
    session: Session, told: Returned, to: Collection[int], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Tell the leads of these jurisdictions that a report came back; how many letters.

    Whoever wants no reminders gets it too: it answers what they sent, and nothing else tells them.
    """
    people = [who for who, _role in leads_of(session, to)]
    return sum(enqueue(session, returned_letter(who, told, site=site), by=by, at=at, now=now) for who in people)


def tell_receipt(
    session: Session,
    period: PeriodFacts,
    sent: Sequence[ReceiptLine],
    *,
    token: str,
    path: str,
    by: Actor,
    at: datetime,
    now: datetime,
    site: str,
) -> bool:
    """Send somebody the receipt of what they have just submitted; False when this very receipt was sent before."""
    person = session.get_one(Person, by.id)
    to = Addressee(person.id, person.name, person.email, person.lang)
    letter = receipt_letter(to, period, sent, at=at, token=token, path=path, site=site)
    return enqueue(session, letter, by=by, at=at, now=now)


def tell_mentioned(
    session: Session, told: Mentioned, to: Collection[int], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Tell the leads of these jurisdictions that a comment names them, those who want to know and did not write it
    themselves; how many letters."""
    people = [who for who, role in leads_of(session, to) if role.wants_mentions and who.person_id != by.id]
    return sum(enqueue(session, mention_letter(who, told, site=site), by=by, at=at, now=now) for who in people)


def forget_comment(session: Session, comment_id: int) -> None:
    """Withdraw the letters that tell of a comment which is deleted now; those that have left keep its text elsewhere."""
    forget(session, f"{Kind.MENTION}:{comment_id}:", Moot.DELETED)


def tell_offered(
    session: Session, told: Offered, to: Collection[int], *, by: Actor, at: datetime, now: datetime, site: str
) -> int:
    """Ask the leads of these jurisdictions whether they take a role, those who want such word; how many letters."""
    people = [who for who, role in leads_of(session, to) if role.wants_mentions]
    return sum(enqueue(session, offer_letter(who, told, site=site), by=by, at=at, now=now) for who in people)


def _told(posts: Sequence[Post]) -> dict[str, object]:
    """Letters as the trace keeps them: whom by id, never an address."""
    return {"people": [post.person_id for post in posts], "kinds": sorted({post.kind for post in posts})}
