"""The baseline to measure against: plain Flask, SQLAlchemy ORM and SQLite doing only what is measured.

A session row and its person, 25 activities with priority and report through Jinja, a form with its token, one
committed insert. A request reads each row once, in as few transactions as the product's engine allows: one to read, and one to
write. It has one language, and no history, policy or clock; the server and the engine are the product's.
"""

from __future__ import annotations

import os
import secrets
from typing import Any

from flask import Flask, abort, g, redirect, render_template, request, session
from flask_wtf import CSRFProtect
from jinja2 import DictLoader
from sqlalchemy import ForeignKey, bindparam, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

from cogwg.core.db import build_engine, write_transaction

TEXT = "Members met and agreed on the next steps; the notes are shared with every jurisdiction."
STATUS_WORDS = {"NS": "Not started", "LP": "Limited progress", "SP": "Substantial progress", "C": "Complete"}


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class SignIn(Base):
    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Priority(Base):
    __tablename__ = "priority"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Activity(Base):
    __tablename__ = "activity"
    id: Mapped[int] = mapped_column(primary_key=True)
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    title: Mapped[str]
    month: Mapped[int]
    status: Mapped[str]
    progress: Mapped[str]
    priority: Mapped[Priority] = relationship()


class Submission(Base):
    __tablename__ = "submission"
    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str]
    progress: Mapped[str]


LAYOUT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<header><span>{{ person.name }}</span><form method="post" action="/sign-out">
<input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><button>Sign out</button></form></header>
<main><h1>{{ title }}</h1>BODY</main></body></html>"""
PLAN = LAYOUT.replace(
    "BODY",
    """<table><thead><tr><th>Priority</th><th>Due</th><th>Activity</th><th>Status</th><th>Timeliness</th></tr></thead><tbody>
{% for a in activities %}<tr><th scope="row"><a href="/priorities/{{ a.priority.id }}">{{ a.priority.title }}</a></th>
<td>{{ a.month }}</td><td><a href="/activities/{{ a.id }}">{{ a.title }}</a></td>
<td><span class="mark {{ a.status }}">{{ words[a.status] }}</span></td>
<td>{{ "Overdue" if a.month < 9 else "Not yet due" }}</td></tr>{% endfor %}</tbody></table>""",
)
FORM = """<article id="update-{{ a.id }}"><h3>{{ a.title }}</h3><p>{{ a.priority.title }}</p>
<form method="post"><input type="hidden" name="csrf_token" value="{{ csrf_token() }}">
{% for code, word in words.items() %}<label><input type="radio" name="status" value="{{ code }}"
{{- " checked" if code == a.status }}>{{ word }}</label>{% endfor %}
<label>Progress <textarea name="progress">{{ a.progress }}</textarea></label>
<label>Challenge <textarea name="challenge"></textarea></label>
<label>Evidence <input name="evidence"></label><button>Save</button></form></article>"""
SAVED = """<article id="update-{{ a.id }}"><h3>{{ a.title }}</h3><p>{{ a.priority.title }}</p>
<p class="mark {{ a.status }}">{{ words[a.status] }}</p><p>{{ a.progress }}</p><a href="">Change it</a></article>"""


def create_app() -> Flask:
    """Create the baseline application on the database of ``BASELINE_DATABASE_URL``."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY="baseline" * 5, WTF_CSRF_TIME_LIMIT=None)
    engine = build_engine(os.environ["BASELINE_DATABASE_URL"])
    CSRFProtect(app)
    app.jinja_loader = DictLoader({"plan.html": PLAN, "form.html": FORM, "saved.html": SAVED})
    app.jinja_env.globals["words"] = STATUS_WORDS

    signed_in = select(Person.id, Person.name).join(SignIn).where(SignIn.token == bindparam("token"))

    @app.before_request
    def begin() -> None:
        g.record = Session(engine, expire_on_commit=False)
        if request.endpoint in ("healthz", "sign_in"):
            return
        g.person = g.record.execute(signed_in, {"token": session.get("token", "")}).first()
        if g.person is None:
            abort(401)

    @app.teardown_request
    def end(_error: Any) -> None:
        g.record.close()

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/sign-in")
    def sign_in() -> Any:
        session["token"] = secrets.token_urlsafe()
        with write_transaction(g.record) as record:
            record.add(SignIn(token=session["token"], person_id=1))
        return redirect("/plan")

    @app.get("/plan")
    def plan() -> str:
        activities = g.record.scalars(select(Activity).options(joinedload(Activity.priority)).order_by(Activity.id)).all()
        return render_template("plan.html", title="Work plan", activities=activities, person=g.person)

    @app.get("/activities/<int:id>/report")
    def form(id: int) -> str:
        return render_template("form.html", a=_activity(id), person=g.person)

    @app.post("/activities/<int:id>/report")
    def save(id: int) -> str:
        person_id = g.person.id
        with write_transaction(g.record) as record:
            activity = _activity(id)
            activity.status, activity.progress = request.form["status"], request.form["progress"]
            record.add(Submission(activity_id=id, person_id=person_id, status=activity.status, progress=activity.progress))
        return render_template("saved.html", a=activity)

    def _activity(id: int) -> Activity:
        activity: Activity = g.record.scalars(
            select(Activity).where(Activity.id == id).options(joinedload(Activity.priority))
        ).one()
        return activity

    return app


def create_tables(url: str) -> None:
    """Create the baseline's tables with 25 activities under 5 priorities, and one person."""
    engine = build_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as record, write_transaction(record):
        record.add(Person(id=1, name="A. Person"))
        record.add_all(Priority(id=n, title=f"Large priority {n}") for n in range(1, 6))
        record.flush()
        for n in range(25):
            record.add(
                Activity(
                    priority_id=n // 5 + 1,
                    title=f"Activity {n // 5 + 1}.{n % 5 + 1} of a large plan",
                    month=(3, 6, 9, 10, 12)[n % 5],
                    status=list(STATUS_WORDS)[n % 4],
                    progress=TEXT,
                )
            )
    engine.dispose()
