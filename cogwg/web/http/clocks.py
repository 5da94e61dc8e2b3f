"""The two clocks of a request: the product's calendar, for dates and records, and the system clock, for sessions and email."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from cogwg.core.calendar import Calendar


def calendar() -> Calendar:
    current: Calendar = current_app.extensions["cogwg.calendar"]
    return current


def now() -> datetime:
    """Return the current time on the product's calendar, in UTC."""
    return calendar().now()


def today() -> date:
    return calendar().today()


def real_now() -> datetime:
    return calendar().clock()
