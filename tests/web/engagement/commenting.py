"""A published cycle with a phase that takes comments, and people without an account who comment."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from cogwg.audit.services import SYSTEM
from cogwg.core.db import write_transaction
from cogwg.engagement.models import PublicComment
from cogwg.engagement.scales import CommentState
from cogwg.tracker.publishing_comments import copy_comment
from cogwg.tracker.publishing_engagement import publish_cycle
from cogwg.web.engagement.stamps import COUNTS, NetworkCounts
from cogwg.web.http import drawn
from tests.engagement.sample import CYCLE, OPEN, TEXT, add_cycle
from tests.web_client import App, Client, Page

FORM = f"/engagement/{CYCLE}/{OPEN}/comment"


class Commenting:
    """An app with a published cycle. ``browser`` is a person without an account."""

    def __init__(self, app: App, most_per_network: int = 20) -> None:
        self.app = app
        app.flask.extensions[COUNTS] = NetworkCounts()
        drawn._drawn = drawn.DrawnResponses()  # pages are kept by a number of changes, which another database has too
        with Session(app.engine) as session, write_transaction(session):
            add_cycle(session, at=app.calendar.now(), most_per_network=most_per_network)
        with Session(app.engine) as session, write_transaction(session):
            publish_cycle(session, CYCLE, override_reason="Sample.", shown=None, by=SYSTEM, at=app.calendar.now())
        self.browser = app.anonymous_client()

    def open_form(self, lang: str = "en", query: str = "", browser: Client | None = None) -> Page:
        """Open the form and wait for as long as a person needs at least."""
        page = (browser or self.browser).get(f"/{lang}{FORM}{query}")
        self.app.clock.advance(seconds=10)
        return page

    def send(self, text: str = TEXT, *, lang: str = "en", query: str = "", **fields: str) -> Page:
        """Send a comment as a person does, and return the answer."""
        return self.open_form(lang, query).form("comment").fill(text=text, **fields).submit()

    def sent(self, text: str = TEXT, **fields: str) -> str:
        """Send a comment, and return the path of its private link."""
        answer = self.send(text, **fields)
        assert answer.status == 303, answer.text
        return answer.redirect_path.partition("?")[0]

    def comments(self) -> list[PublicComment]:
        return list(self.app.rows(PublicComment))

    def decide(self, state: CommentState, **values: Any) -> int:
        """Bring the newest comment in a state, as a moderator does, and return its id."""
        with Session(self.app.engine) as session, write_transaction(session):
            comment = session.get_one(PublicComment, max(each.id for each in self.comments()))
            comment.state = state
            for name, value in values.items():
                setattr(comment, name, value)
            copy_comment(session, comment.id)
            return comment.id
