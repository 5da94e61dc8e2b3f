"""Forms that create something: sent twice, they create it once and answer as they did the first time.

A form's random token alone would not do: after the browser's Back button, a person may write another text in the same
form. So the fields are part of the key, and what differs is created.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import g, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField

from cogwg.accounts import form_tokens
from cogwg.accounts.tokens import hash_token, new_token
from cogwg.web.http import clocks


class SingleUseForm(FlaskForm):  # type: ignore[misc]
    """A form with a token of its own; by itself, a button. A form sent without its token is taken as new."""

    once = HiddenField("", default=new_token)

    def make_once(self, open_session: Session, kind: str, make: Callable[[], int]) -> int:
        """Return the id of what ``make`` makes, or of what this form made before, without making it again."""
        return form_tokens.make_once(open_session, self._key(), kind, make, now=clocks.real_now())

    def made_before(self, session: Session) -> int | None:
        """Return the id of what this form made before, if it was sent before."""
        return form_tokens.made_by_form(session, self._key())

    def secret(self) -> str:
        """Return the secret of what this form creates; the same each time it is sent, and not derivable from its key."""
        return hash_token(f"secret of {self._contents()}")

    def _key(self) -> str:
        return hash_token(f"key of {self._contents()}")

    def _contents(self) -> str:
        """Return who sent the form, where to, and its fields with its token."""
        fields = sorted(field for field in request.form.items(multi=True) if not field[0].endswith("csrf_token"))
        return json.dumps([g.person.person_id, request.full_path, self.once.data, fields])
