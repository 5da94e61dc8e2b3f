"""Deny by default: every view says who may come in; one that says nothing stops the start-up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden

from cogwg.accounts.models import Role
from cogwg.accounts.queries import SignedInPerson
from cogwg.audit.services import Actor
from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list
from cogwg.core.errors import ConfigurationError
from cogwg.policy import Permission, acting_for, has_permission
from cogwg.web.auth import session
from cogwg.web.http import i18n

ROLE_AUDIENCES = {
    Role.LEAD: Bilingual("the leads of the jurisdictions", "aux responsables des administrations"),
    Role.CO_CHAIR: Bilingual("the co-chairs", "à la coprésidence"),
    Role.SECRETARIAT: Bilingual("the secretariat", "au secrétariat"),
}

View = TypeVar("View", bound=Callable[..., Any])


class PermissionDenied(Forbidden):
    """A door for others. To somebody who wanted to read, ``sentence`` says for whom."""

    def __init__(self, permissions: Collection[Permission]) -> None:
        super().__init__()
        self.sentence: str | None = None
        if request.method in ("GET", "HEAD"):
            lang = i18n.current_language()
            who = join_list(
                [words for role, words in ROLE_AUDIENCES.items() if any(has_permission({role}, one) for one in permissions)]
            )
            self.sentence = _("It is for %(who)s. If you need it, ask the secretariat.", who=who.text(lang))


def public(view: View) -> View:
    """Anybody may come in, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def requires(*permissions: Permission) -> Callable[[View], View]:
    """A signed-in person whose roles grant one of these permissions may come in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            who = current_user_or_none()
            if who is None:
                return session.ask_to_sign_in()
            if not any(has_permission(who.roles, permission) for permission in permissions):
                raise PermissionDenied(permissions)
            return view(*args, **kwargs)

        guarded.access = permissions  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def current_user_or_none() -> SignedInPerson | None:
    """Who is signed in on this request."""
    who: SignedInPerson | None = g.get("person")
    return who


def current_user() -> SignedInPerson:
    """Who is signed in, in a view that let nobody else in."""
    who = current_user_or_none()
    if who is None:
        abort(401)
    return who


def actor(jurisdiction_id: int | None = None) -> Actor:
    """Who acts on this request, as the trace keeps it, on behalf of the jurisdiction that was ``asked`` if it is not theirs."""
    who = current_user()
    return Actor("person", who.person_id, acting_for(who, jurisdiction_id) if jurisdiction_id is not None else None)


def declared_access(app: Flask) -> dict[str, Any]:
    """What each endpoint declares: "public" or the permissions of which one is needed; files in static are everybody's."""
    return {name: getattr(view, "access", None) for name, view in app.view_functions.items() if name != "static"}


def refuse_undeclared(app: Flask) -> None:
    """Start-up check. Raises ``Unusable`` naming the views that do not say who may come in."""
    silent = sorted(name for name, access in declared_access(app).items() if access is None)
    if silent:
        raise ConfigurationError(f"These views do not say who may use them: {', '.join(silent)}.")
