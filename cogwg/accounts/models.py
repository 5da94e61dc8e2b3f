"""Tables for jurisdictions, people and memberships, for sign-in (sessions, access links, throttle counters), and for forms
(single-use tokens and unsaved text).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.db import Base, enum_column
from cogwg.core.openid_settings import ISSUER_LIMIT


class OrderOfGovernment(StrEnum):
    """An order of government, to which a jurisdiction belongs."""

    FEDERAL = "federal"
    PROVINCIAL = "provincial"
    TERRITORIAL = "territorial"
    MUNICIPAL = "municipal"


class Role(StrEnum):
    """A person's role in the group, which determines their permissions (see ``cogwg.policy``)."""

    LEAD = "lead"
    DEPUTY = "deputy"
    CO_CHAIR = "co-chair"
    SECRETARIAT = "secretariat"
    READER = "reader"
    STEWARD = "steward"
    ASSESSOR = "assessor"
    MODERATOR = "moderator"
    ANALYST = "analyst"


JURISDICTION_ROLES = (Role.LEAD, Role.DEPUTY)
"""The roles for one jurisdiction. A deputy may do what the lead may, and gets the same emails."""


class Jurisdiction(Base):
    """A government or national municipal organization. ``code`` is used in URLs (such as ``on``), and ``short`` where there is
    little space.

    ``contact_name`` and ``contact_email`` are a general contact, or empty. ``version`` counts the changes.
    """

    __tablename__ = "jurisdiction"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(10), unique=True)
    kind: Mapped[OrderOfGovernment] = mapped_column(enum_column(OrderOfGovernment, "kind"))
    name_en: Mapped[str] = mapped_column(String(120), unique=True)
    name_fr: Mapped[str] = mapped_column(String(120), unique=True)
    short_en: Mapped[str] = mapped_column(String(40))
    short_fr: Mapped[str] = mapped_column(String(40))
    name: Mapped[Bilingual] = composite("name_en", "name_fr")
    short: Mapped[Bilingual] = composite("short_en", "short_fr")
    contact_name: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    contact_email: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    __table_args__ = (CheckConstraint("code = lower(code)", name="code_lower"),)


class EarlierName(Base):
    """The names that a jurisdiction had until it was renamed, and their last day. Append-only: triggers refuse changes."""

    __tablename__ = "earlier_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    jurisdiction_id: Mapped[int] = mapped_column(ForeignKey("jurisdiction.id"), index=True)
    name_en: Mapped[str] = mapped_column(String(120))
    name_fr: Mapped[str] = mapped_column(String(120))
    short_en: Mapped[str] = mapped_column(String(40))
    short_fr: Mapped[str] = mapped_column(String(40))
    held_until: Mapped[date]
    name: Mapped[Bilingual] = composite("name_en", "name_fr")
    short: Mapped[Bilingual] = composite("short_en", "short_fr")


class Person(Base):
    """A person with an account; ``email`` is stored in lower case.

    A deactivated person (``retired_at`` is set) cannot sign in, but their audit events stay. ``signed_in_at`` is when the
    person last signed in, on the system clock. ``version`` counts the changes to the account that the secretariat can make.
    The ``wants_…`` fields are whether the person gets each kind of email, and whether their reminders have a private link.
    ``feed_hash`` is the SHA-256 of the secret in the person's calendar and feed URL.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    lang: Mapped[Language] = mapped_column(enum_column(Language, "lang"), default=Language.EN)
    time_zone: Mapped[str] = mapped_column(String(40), default="America/Toronto")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    retired_at: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    demo: Mapped[bool] = mapped_column(default=False)
    wants_reminders: Mapped[bool] = mapped_column(default=True, server_default=true())
    wants_digest: Mapped[bool] = mapped_column(default=True, server_default=true())
    wants_mentions: Mapped[bool] = mapped_column(default=True, server_default=true())
    wants_finalized: Mapped[bool] = mapped_column(default=True, server_default=true())
    wants_answer_links: Mapped[bool] = mapped_column(default=True, server_default=true())
    feed_hash: Mapped[str | None] = mapped_column(String(64))

    memberships: Mapped[list[Membership]] = relationship(back_populates="person", order_by="Membership.id")

    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("uq_person_feed_hash", "feed_hash", unique=True),
    )


class Membership(Base):
    """A person's role in the group. ``JURISDICTION_ROLES`` are for a jurisdiction; the other roles are for the whole group."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(enum_column(Role, "role"))
    jurisdiction_id: Mapped[int | None] = mapped_column(ForeignKey("jurisdiction.id"), index=True)

    person: Mapped[Person] = relationship(back_populates="memberships")
    jurisdiction: Mapped[Jurisdiction | None] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "role", "jurisdiction_id"),
        Index(
            "uq_membership_group_role",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("jurisdiction_id IS NULL"),
            postgresql_where=text("jurisdiction_id IS NULL"),
        ),
        CheckConstraint("role NOT IN ('lead', 'deputy') OR jurisdiction_id IS NOT NULL", name="lead_has_jurisdiction"),
    )


class SignIn(Base):
    """A session stored on the server, so that it can be ended; only the SHA-256 of the cookie's token is stored.

    ``browser`` is the name of the browser and system, such as "Firefox, Windows", so that the person recognizes the session;
    "" if it is unknown. ``is_strong`` is whether the person signed in at a provider that requires two steps. Times follow the
    system clock, not the product's calendar.
    """

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    browser: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    is_strong: Mapped[bool] = mapped_column(default=False, server_default=false())

    person: Mapped[Person] = relationship()


class AccessLink(Base):
    """A single-use link to set a password: the first one, for an invitation, or a new one. Only the SHA-256 of its token is
    stored. Times follow the system clock, not the product's calendar.
    """

    __tablename__ = "access_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AddressChange(Base):
    """A person's new email address, not confirmed yet; only the SHA-256 of its link's token is stored.

    Times follow the system clock, not the product's calendar.
    """

    __tablename__ = "address_change"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class SetupLink(Base):
    """The single-use link with which a person creates the first account; only the SHA-256 of its token is stored.

    Times follow the system clock, not the product's calendar.
    """

    __tablename__ = "setup_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class Throttle(Base):
    """A counter of failed sign-ins, for example those to one account from one network, in the current window.

    A row whose key begins with ``running:`` is not a counter: it stands for an action that is running (see ``exclusive``).
    Times follow the system clock, not the product's calendar.
    """

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class FormToken(Base):
    """A form that a person submitted, with the kind (as in the audit log) and the id of what it created.

    ``key`` is the SHA-256 of the person, the URL and the form's fields with its random token. ``used_at`` follows the system
    clock.
    """

    __tablename__ = "form_token"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_kind: Mapped[str] = mapped_column(String(20))
    made_id: Mapped[int | None]
    used_at: Mapped[datetime] = mapped_column(index=True)


class UnsavedText(Base):
    """Text that a person typed in a form and has not saved: one row per person and form, visible only to this person.

    ``form`` is a stable name such as ``report:2020-09:17``. ``base`` is the version with which the form was opened or, for a
    translation, the text to translate. ``controls`` is a JSON list of the changed controls. ``kept_at`` follows the system
    clock.
    """

    __tablename__ = "unsaved_text"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(200), primary_key=True)
    base: Mapped[str] = mapped_column(Text)
    controls: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(index=True)


class SecondFactor(Base):
    """A person's authenticator app. Sign-in asks for its codes once the person has confirmed the set-up with a code.

    ``sealed_secret`` is encrypted by ``core.sealing``. ``last_step`` is the 30-second step of the last accepted code, so that
    no code is accepted twice. Times follow the system clock.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class SecurityKey(Base):
    """A security key of a person, or a passkey of their device, with the name that they gave it.

    ``credential_id`` and ``public_key`` are in base64url; neither is secret. ``transports`` are the ways to connect the key
    that the browser reported, such as "nfc usb". ``sign_count`` is the key's own counter of its uses, always 0 for a key
    without a counter. Times follow the system clock.
    """

    __tablename__ = "security_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_id: Mapped[str] = mapped_column(Text, unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    transports: Mapped[str] = mapped_column(String(80))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SpentChallenge(Base):
    """A challenge that a security key has already signed. It is stored so that it is never accepted again.

    Only its SHA-256 is stored. ``spent_at`` follows the system clock.
    """

    __tablename__ = "spent_challenge"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    spent_at: Mapped[datetime]


class RecoveryCode(Base):
    """A recovery code, which replaces the second step of one sign-in; only its SHA-256 is stored."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class OpenIDLink(Base):
    """The account at the organization's OpenID Connect provider with which a person signs in.

    ``subject`` is the provider's own id of the account, which stays the same if its email address changes. ``linked_at``
    follows the system clock.
    """

    __tablename__ = "openid_link"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(ISSUER_LIMIT))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("issuer", "subject"),)
