"""The person who opened a form, stored in a hidden field of the form, so that their text is not saved as another person's.

People share browsers. While one person's page is still open, another person may sign in from another tab.
The field prevents a mistake, not an attack, so it is not signed, and it outlives a change of the secret key.
"""

from __future__ import annotations

from flask import Flask, g, request

from cogwg.web.http.forms import parse_number

FIELD = "opened_by"
"""The name of the hidden field, which ``static/autosave.js`` uses too."""


def init(app: Flask) -> None:
    app.jinja_env.globals.update(opened_by=opened_by, opened_by_field=FIELD)


def opened_by() -> str:
    """Return the id of the signed-in person for the field, or "" if there is none."""
    person = g.get("person")
    return "" if person is None else str(person.person_id)


def opener_id() -> int | None:
    """Return the id of the person who opened the submitted form, or None if the form does not identify them."""
    return next(iter(_opener_ids()), None)


def is_of_another_person() -> bool:
    """Return whether the submitted form was opened by a person other than the signed-in one."""
    person = g.get("person")
    return person is not None and any(opener != person.person_id for opener in _opener_ids())


def _opener_ids() -> list[int]:
    """Return the valid values of the field, which a form contains twice if an error page has shown it again."""
    return [opener for value in request.form.getlist(FIELD) if (opener := parse_number(value)) is not None]
