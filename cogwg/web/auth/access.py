"""Access control that denies by default: the application does not start if a view does not declare who may use it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from cogwg.accounts.queries import SignedInPerson
from cogwg.accounts.wording import ROLE_WORDS
from cogwg.audit.services import Actor
from cogwg.core.dates import join_list
from cogwg.core.errors import ConfigurationError
from cogwg.policy import Permission, acting_for, has_permission
from cogwg.web.auth import session
from cogwg.web.http import i18n, opened_by

View = TypeVar("View", bound=Callable[..., Any])


class PermissionDenied(Forbidden):
    """A 403 error for a person without the permission. For a GET or HEAD request, ``sentence`` says who may see the page."""

    def __init__(self, permissions: Collection[Permission]) -> None:
        super().__init__()
        self.sentence: str | None = None
        if request.method in ("GET", "HEAD"):
            lang = i18n.current_language()
            audience = join_list(
                [
                    words.audience
                    for role, words in ROLE_WORDS.items()
                    if any(has_permission({role}, permission) for permission in permissions)
                ]
            )
            self.sentence = _("This page is for %(who)s. If you need access, ask the secretariat.", who=audience.text(lang))


def public(view: View) -> View:
    """Mark a view as open to everyone, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Allow only signed-in people whose roles grant one of these permissions. Refuse a form that another person opened."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = current_user_or_none()
            if person is None:
                return session.ask_to_sign_in()
            if opened_by.is_of_another_person():
                return session.refuse_form_of_another()
            if not any(has_permission(person.roles, permission) for permission in permissions):
                raise PermissionDenied(permissions)
            return view(*args, **kwargs)

        guarded.access = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def current_user_or_none() -> SignedInPerson | None:
    """Return the signed-in person of this request, or None."""
    person: SignedInPerson | None = g.get("person")
    return person


def member_or_none() -> SignedInPerson | None:
    """Return the signed-in person if they may read reports, or None.

    Pages that are open to everyone show more to members. An assessor is not a member, and sees what visitors see there.
    """
    person = current_user_or_none()
    return person if person is not None and has_permission(person.roles, Permission.READ_REPORTS) else None


def current_user() -> SignedInPerson:
    """Return the signed-in person. Answers 401 if there is none."""
    person = current_user_or_none()
    if person is None:
        abort(401)
    return person


def is_current_user(person_id: int | None) -> bool:
    """Return whether this is the signed-in person's id. If it is, the other version in an edit conflict is their own."""
    person = current_user_or_none()
    return person is not None and person.person_id == person_id


def actor(jurisdiction_id: int | None = None) -> Actor:
    """Return the current user for the audit log, acting on behalf of this jurisdiction unless they are one of its leads."""
    person = current_user()
    return Actor("person", person.person_id, acting_for(person, jurisdiction_id) if jurisdiction_id is not None else None)


def declared_access(app: Flask) -> dict[str, Any]:
    """Return what each endpoint declares: "public", permissions (any one is enough), or None. Static files are left out."""
    return {name: getattr(view, "access", None) for name, view in app.view_functions.items() if name != "static"}


def refuse_undeclared(app: Flask) -> None:
    """Check at start-up that every view declares who may use it.

    Raises ``ConfigurationError`` with the names of the views that do not.
    """
    silent = sorted(name for name, access in declared_access(app).items() if access is None)
    if silent:
        raise ConfigurationError(f"These views do not declare who can use them: {', '.join(silent)}.")
