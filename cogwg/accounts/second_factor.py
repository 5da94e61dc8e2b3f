"""Commands and queries on two-step sign-in: the authenticator app of a person, and their recovery codes.

The secret is sealed and opened by the caller, who has the key. Times of the factor follow the system clock (``now``), audit
events the product's calendar (``at``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.models import RecoveryCode, SecondFactor, SignIn
from cogwg.accounts.one_time_codes import LOW_RECOVERY_CODES, recovery_code_hash
from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Invalid, Message

_IS_ON = Message(N_("Two-step sign-in is already on."))
_IS_OFF = Message(N_("Two-step sign-in is off."))


@dataclass(frozen=True, slots=True)
class FactorState:
    """A person's two-step sign-in: since when it is on, or None, the sealed secret, and how many recovery codes are left."""

    sealed_secret: str
    last_step: int
    confirmed_at: datetime | None
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.confirmed_at is not None

    @property
    def has_few_codes(self) -> bool:
        return self.is_on and self.codes_left <= LOW_RECOVERY_CODES


def factor_state(session: Session, person_id: int) -> FactorState | None:
    """Return a person's two-step sign-in, also while it is being set up, in one SQL statement; None without one."""
    left = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == SecondFactor.person_id, RecoveryCode.used_at.is_(None))
        .correlate(SecondFactor)
        .scalar_subquery()
    )
    columns = select(SecondFactor.sealed_secret, SecondFactor.last_step, SecondFactor.confirmed_at, left.label("codes_left"))
    row = session.execute(columns.where(SecondFactor.person_id == person_id)).one_or_none()
    return FactorState(row.sealed_secret, row.last_step, row.confirmed_at, row.codes_left) if row is not None else None


def begin_set_up(session: Session, person_id: int, sealed_secret: str, *, by: Actor, at: datetime, now: datetime) -> None:
    """Store a new secret, which is not used to sign in until a code confirms it; an unconfirmed one is replaced.

    Raises ``Invalid`` if two-step sign-in is on.
    """
    factor = session.get(SecondFactor, person_id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise Invalid(("one_time_code", _IS_ON))
    if factor is None:
        session.add(SecondFactor(person_id=person_id, sealed_secret=sealed_secret, begun_at=now))
    else:
        factor.sealed_secret, factor.begun_at, factor.last_step = sealed_secret, now, 0
    session.flush()
    record_event(session, "person.second-factor-begun", ("person", person_id), by=by, at=at)


def turn_on(
    session: Session,
    person_id: int,
    sealed_secret: str,
    step: int,
    recovery_codes: Iterable[str],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
) -> None:
    """Turn on two-step sign-in with the secret that a code of this step confirmed. All of the person's sessions end.

    Raises ``Invalid`` if the secret was replaced or confirmed meanwhile.
    """
    confirmed = session.scalar(
        update(SecondFactor)
        .where(
            SecondFactor.person_id == person_id,
            SecondFactor.confirmed_at.is_(None),
            SecondFactor.sealed_secret == sealed_secret,
        )
        .values(confirmed_at=now, last_step=step)
        .returning(SecondFactor.person_id)
    )
    if confirmed is None:
        raise Invalid(("one_time_code", Message(N_("The set-up has changed. Open this page again."))))
    _replace_codes(session, person_id, recovery_codes)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))
    record_event(session, "person.second-factor-on", ("person", person_id), by=by, at=at)


def use_step(session: Session, person_id: int, step: int) -> bool:
    """Mark a step of the app as used; return False if this step or a later one was used before, also at the same time."""
    unused = SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None), SecondFactor.last_step < step
    used = update(SecondFactor).where(*unused).values(last_step=step).returning(SecondFactor.person_id)
    return session.scalar(used) is not None


def use_recovery_code(session: Session, person_id: int, typed: str, *, at: datetime, now: datetime) -> int | None:
    """Use up a recovery code, and return how many are left; None if the person has no such unused code."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    fitting = *unused, RecoveryCode.code_hash == recovery_code_hash(typed)
    if session.scalar(update(RecoveryCode).where(*fitting).values(used_at=now).returning(RecoveryCode.id)) is None:
        return None
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0
    by = Actor("person", person_id)
    record_event(session, "person.recovery-code-used", ("person", person_id), by=by, at=at, after={"left": left})
    return left


def replace_recovery_codes(session: Session, person_id: int, codes: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Replace a person's recovery codes; the earlier ones stop working. Raises ``Invalid`` if two-step sign-in is off."""
    _check_is_on(session, person_id)
    _replace_codes(session, person_id, codes)
    record_event(session, "person.recovery-codes", ("person", person_id), by=by, at=at)


def turn_off(session: Session, person_id: int, *, sign_in_id: int, by: Actor, at: datetime) -> None:
    """Turn off a person's own two-step sign-in. The session ``sign_in_id`` continues; the others end.

    Raises ``Invalid`` if it is off.
    """
    _check_is_on(session, person_id)
    delete_factor(session, person_id)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != sign_in_id))
    record_event(session, "person.second-factor-off", ("person", person_id), by=by, at=at)


def delete_factor(session: Session, person_id: int) -> bool:
    """Delete a person's two-step sign-in with its recovery codes; return whether it was on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    deleted = delete(SecondFactor).where(SecondFactor.person_id == person_id).returning(SecondFactor.confirmed_at)
    return session.scalar(deleted) is not None


def _check_is_on(session: Session, person_id: int) -> None:
    factor = session.get(SecondFactor, person_id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        raise Invalid(("current", _IS_OFF))


def _replace_codes(session: Session, person_id: int, codes: Iterable[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all([RecoveryCode(person_id=person_id, code_hash=recovery_code_hash(code)) for code in codes])
    session.flush()
