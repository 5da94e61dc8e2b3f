"""Commands and queries on two-step sign-in: the authenticator app of a person, their recovery codes, and whether it is on.

It is on while the person has a second step: a confirmed app, or a security key (see ``security_keys``). The secret of the app
is encrypted and decrypted by the caller, who has the key. Times of the factor follow the system clock (``now``), audit events
the product's calendar (``at``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from cogwg.accounts.key_ceremonies import KeyFacts
from cogwg.accounts.models import Person, RecoveryCode, SecondFactor, SecurityKey, SignIn
from cogwg.accounts.one_time_codes import LOW_RECOVERY_CODES, recovery_code_hash
from cogwg.audit.services import Actor, record_event
from cogwg.core.errors import N_, Invalid, Message
from cogwg.core.sealing import Sealer

_HAS_APP = Message(N_("You have already set up an authenticator app."))
_HAS_NO_APP = Message(N_("You have no authenticator app."))
_IS_OFF = Message(N_("Two-step sign-in is off."))


@dataclass(frozen=True, slots=True)
class FactorState:
    """A person's two-step sign-in: the encrypted secret of their app (None if they have none), their security keys, and the
    number of unused recovery codes.

    ``confirmed_at`` is None while the app is being set up.
    """

    sealed_secret: str | None
    last_step: int
    confirmed_at: datetime | None
    keys: tuple[KeyFacts, ...]
    codes_left: int

    @property
    def has_app(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_on(self) -> bool:
        return self.has_app or bool(self.keys)

    @property
    def has_few_codes(self) -> bool:
        return self.is_on and self.codes_left <= LOW_RECOVERY_CODES


@dataclass(frozen=True, slots=True)
class SealedApps:
    """The numbers of all authenticator apps, of those whose secret only an earlier key decrypts (``older``), and of those
    whose secret no key decrypts (``unreadable``).
    """

    number: int
    older: int
    unreadable: int


def count_sealed_apps(session: Session, sealer: Sealer) -> SealedApps:
    """Count the authenticator apps by the key of the sealer that decrypts their secret."""
    secrets = session.scalars(select(SecondFactor.sealed_secret)).all()
    others = [secret for secret in secrets if not sealer.is_newest(secret)]
    unreadable = sum(sealer.open(secret) is None for secret in others)
    return SealedApps(len(secrets), len(others) - unreadable, unreadable)


@dataclass(frozen=True, slots=True)
class ResealedApp:
    """The secret of a person's authenticator app as it is stored, and encrypted with the newest key."""

    person_id: int
    stored: str
    resealed: str


def reseal_apps(session: Session, sealer: Sealer) -> list[ResealedApp]:
    """Return the secrets that only an earlier key decrypts, encrypted again with the newest key. Nothing is stored."""
    rows = session.execute(select(SecondFactor.person_id, SecondFactor.sealed_secret)).all()
    return [
        ResealedApp(person_id, sealed, sealer.seal(secret))
        for person_id, sealed in rows
        if not sealer.is_newest(sealed) and (secret := sealer.open(sealed)) is not None
    ]


def store_resealed(session: Session, apps: Iterable[ResealedApp]) -> None:
    """Store these secrets as they were encrypted again, except those that have changed in the meantime."""
    for app in apps:
        unchanged = SecondFactor.person_id == app.person_id, SecondFactor.sealed_secret == app.stored
        session.execute(update(SecondFactor).where(*unchanged).values(sealed_secret=app.resealed))


def factor_state(session: Session, person_id: int) -> FactorState:
    """Return a person's two-step sign-in, even if it is off or being set up, in one SQL statement."""
    left = (
        select(func.count())
        .where(RecoveryCode.person_id == Person.id, RecoveryCode.used_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    columns = select(
        SecondFactor.sealed_secret, SecondFactor.last_step, SecondFactor.confirmed_at, left.label("codes_left"), SecurityKey
    )
    rows = session.execute(
        columns.select_from(Person)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
        .outerjoin(SecurityKey, SecurityKey.person_id == Person.id)
        .where(Person.id == person_id)
        .order_by(SecurityKey.id)
    ).all()
    stored = [row.SecurityKey for row in rows if row.SecurityKey is not None]
    return FactorState(
        rows[0].sealed_secret,
        rows[0].last_step or 0,
        rows[0].confirmed_at,
        tuple(
            KeyFacts(k.id, k.name, k.credential_id, k.public_key, k.transports, k.sign_count, k.added_at, k.used_at)
            for k in stored
        ),
        rows[0].codes_left,
    )


def begin_set_up(session: Session, person_id: int, sealed_secret: str, *, by: Actor, at: datetime, now: datetime) -> None:
    """Store a new secret, which is not used to sign in until a code confirms it; an unconfirmed one is replaced.

    Raises ``Invalid`` if the person already has a confirmed app.
    """
    factor = session.get(SecondFactor, person_id, with_for_update=True)
    if factor is not None and factor.confirmed_at is not None:
        raise Invalid(("one_time_code", _HAS_APP))
    if factor is None:
        session.add(SecondFactor(person_id=person_id, sealed_secret=sealed_secret, begun_at=now))
    else:
        factor.sealed_secret, factor.begun_at, factor.last_step = sealed_secret, now, 0
    session.flush()
    record_event(session, "person.second-factor-begun", ("person", person_id), by=by, at=at)


def add_app(
    session: Session,
    person_id: int,
    sealed_secret: str,
    step: int,
    recovery_codes: Iterable[str],
    *,
    by: Actor,
    at: datetime,
    now: datetime,
) -> bool:
    """Make this app a second step of the person's sign-in, once a code has confirmed its secret. All of the person's sessions
    end.

    ``step`` is the 30-second step of that code. Returns True if two-step sign-in was off; the recovery codes are stored only
    in that case. Raises ``Invalid`` if the secret was replaced or confirmed in the meantime.
    """
    is_first = store_first_codes(session, person_id, recovery_codes)
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
        raise Invalid(("one_time_code", Message(N_("The setup key has changed. Open this page again."))))
    end_sessions(session, person_id)
    record_event(session, "person.second-factor-on", ("person", person_id), by=by, at=at)
    return is_first


def use_step(session: Session, person_id: int, step: int) -> bool:
    """Mark a step of the app as used; return False if this step or a later one was used before, even by a request at the same
    time.
    """
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
    if not _lock_and_check(session, person_id):
        raise Invalid(("current", _IS_OFF))
    _replace_codes(session, person_id, codes)
    record_event(session, "person.recovery-codes", ("person", person_id), by=by, at=at)


def remove_app(session: Session, person_id: int, *, sign_in_id: int, by: Actor, at: datetime) -> bool:
    """Remove a person's own app; return whether two-step sign-in is still on because they have a security key.

    The session ``sign_in_id`` continues; the others end. Raises ``Invalid`` if they have no app.
    """
    factor = session.get(SecondFactor, person_id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        raise Invalid(("current", _HAS_NO_APP))
    session.delete(factor)
    session.flush()
    is_on = delete_codes_after_last_step(session, person_id)
    end_sessions(session, person_id, other_than=sign_in_id)
    record_event(session, "person.second-factor-off", ("person", person_id), by=by, at=at, after={"on": is_on})
    return is_on


def delete_factor(session: Session, person_id: int) -> bool:
    """Delete a person's app, security keys and recovery codes; return whether two-step sign-in was on."""
    was_on = _lock_and_check(session, person_id)
    for table in (RecoveryCode, SecurityKey, SecondFactor):
        session.execute(delete(table).where(table.person_id == person_id))
    return was_on


def store_first_codes(session: Session, person_id: int, codes: Iterable[str]) -> bool:
    """Store recovery codes for a person who has no second step yet; return False, without storing them, if they have one.

    If two requests add a second step at the same time, only one of them stores codes.
    """
    if _lock_and_check(session, person_id):
        return False
    _replace_codes(session, person_id, codes)
    return True


def delete_codes_after_last_step(session: Session, person_id: int) -> bool:
    """Delete a person's recovery codes if they have no second step left; return whether they still have a second step."""
    is_on = _lock_and_check(session, person_id)
    if not is_on:
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    return is_on


def end_sessions(session: Session, person_id: int, *, other_than: int = 0) -> None:
    """End a person's sessions except the one with the id ``other_than``, because a second step was added or removed."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != other_than))


def _lock_and_check(session: Session, person_id: int) -> bool:
    """Lock the person's row, so that their second steps change one after the other; return whether they have a second step."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    app = exists().where(SecondFactor.person_id == person_id, SecondFactor.confirmed_at.is_not(None))
    key = exists().where(SecurityKey.person_id == person_id)
    return bool(session.scalar(select(or_(app, key))))


def _replace_codes(session: Session, person_id: int, codes: Iterable[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.add_all([RecoveryCode(person_id=person_id, code_hash=recovery_code_hash(code)) for code in codes])
    session.flush()
