"""Forms that change something only once. If a form is sent twice, the second time changes nothing.

A form's random token alone is not enough, because a person who goes back in the browser may type another text in the same
form. So the form's key also depends on its fields, and the other text is saved as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import ClassVar

from flask import Flask, g, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField

from cogwg.accounts import form_tokens
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.web.http import clocks, opened_by, unsaved_text


def init(app: Flask) -> None:
    app.jinja_env.globals.update(new_token=new_token)


class SingleUseForm(FlaskForm):  # type: ignore[misc]
    """A form with its own random token. Used without a subclass, it has only a button.

    A form sent without its token counts as a new form.
    """

    once = HiddenField("", default=new_token)
    ignored_fields: ClassVar[frozenset[str]] = frozenset()
    """Fields that do not change what the form creates, such as the button that was pressed."""

    def make_once(self, open_session: Session, kind: str, make: Callable[[], int]) -> int:
        """Call ``make`` and return the id of what it makes. If the form was sent before, only return the earlier id."""
        return form_tokens.make_once(open_session, self._key(), kind, make, now=clocks.real_now())

    def made_before(self, session: Session) -> int | None:
        """Return the id of what this form made when it was sent before, or None if it was not sent before."""
        return form_tokens.made_by_form(session, self._key())

    def secret(self) -> str:
        """Return a secret for what the form creates.

        The secret is the same each time the form is sent. It cannot be derived from the form's key, which is stored.
        """
        return hash_token(f"secret of {self._contents()}")

    def _key(self) -> str:
        return hash_token(f"key of {self._contents()}")

    def _contents(self) -> str:
        """Return the user's id, the URL, the form's token and the other fields that a person fills in, as JSON.

        Two hidden fields are left out, because they can differ when the same form is sent again. A page may add
        ``unsaved_text.FIELD`` between two attempts, and an error page shows the form again with ``opened_by.FIELD`` twice.
        """
        fields = sorted(
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in (unsaved_text.FIELD, opened_by.FIELD)
            and name.removeprefix(self._prefix) not in self.ignored_fields
            and not name.endswith("csrf_token")
        )
        return json.dumps([g.person.person_id, request.full_path, self.once.data, fields])
