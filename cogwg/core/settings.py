"""Settings from the environment, read once at the door; an unusable one stops start-up with one sentence."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from cogwg.core.calendar import Calendar
from cogwg.core.errors import Unusable

KEY_BYTES = 32
CENTURY = 100 * 366 * 86_400
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the product was started with.

    ``secure`` says that people reach it by https only; ``proxies`` is the number of reverse proxies in front.
    ``cheap_hashing`` is for tests, which make settings themselves: no environment can ask for it.
    """

    database_url: str
    secret_key: str
    old_keys: tuple[str, ...]
    calendar: Calendar
    hosts: tuple[str, ...]
    secure: bool
    proxies: int
    hosted_by: tuple[str, str]
    contact: str
    demo: bool
    cheap_hashing: bool = False


def database_url(env: Mapping[str, str], data: Path | None = None) -> str:
    """``COGWG_DATABASE_URL``, else ``cogwg.db`` in the data folder, by default ``./instance``.

    A relative SQLite file lies under the current folder, whoever asks.
    """
    if url := env.get("COGWG_DATABASE_URL", "").strip():
        relative = url.removeprefix("sqlite:///")
        if url.startswith("sqlite:///") and relative and not relative.startswith(("/", ":", "file:")):
            return f"sqlite:///{Path(relative).resolve()}"
        return url
    folder = data or Path(env.get("COGWG_DATA", "") or "instance")
    return f"sqlite:///{folder.resolve() / 'cogwg.db'}"


def calendar(env: Mapping[str, str]) -> Calendar:
    """The calendar, moved by the seconds of ``COGWG_CALENDAR_OFFSET``. Raises ``Unusable``."""
    return Calendar(timedelta(seconds=_number(env, "COGWG_CALENDAR_OFFSET", most=CENTURY)))


def read(env: Mapping[str, str] | None = None) -> Settings:
    """The settings of this environment. Raises ``Unusable`` naming the setting and the reason."""
    env = os.environ if env is None else env
    secure = _switch(env, "COGWG_SECURE")
    demo = _switch(env, "COGWG_DEMO")
    return Settings(
        database_url=database_url(env),
        secret_key=_secret_key(env, demo),
        old_keys=tuple(filter(None, env.get("COGWG_SECRET_KEY_FALLBACKS", "").split(","))),
        calendar=calendar(env),
        hosts=_hosts(env),
        secure=secure,
        proxies=_count(env, "COGWG_PROXIES", most=10),
        hosted_by=(
            env.get("COGWG_HOSTED_BY_EN", "the secretariat of the working group"),
            env.get("COGWG_HOSTED_BY_FR", "le secrétariat du groupe de travail"),
        ),
        contact=env.get("COGWG_CONTACT", "secretariat@demo.cogwg.example" if demo else ""),
        demo=demo,
    )


def parse_day(text: str, what: str) -> date:
    """A day written YYYY-MM-DD, between 2000 and 2100. Raises ``Unusable`` naming what it was for."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise Unusable(f"{what} is not a day between 2000 and 2100 written YYYY-MM-DD: {text!r}.")
    return day


def time_zone(name: str) -> ZoneInfo:
    """The zone of this name. Raises ``Unusable`` for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Unusable(f"{name!r} is not a time zone such as America/Toronto.") from None


def new_key() -> str:
    return secrets.token_urlsafe(KEY_BYTES)


def _secret_key(env: Mapping[str, str], demo: bool) -> str:
    key = env.get("COGWG_SECRET_KEY", "")
    if not key and demo:
        return new_key()
    if not key:
        raise Unusable("COGWG_SECRET_KEY is not set; give it at least 32 random characters.")
    if len(key) < KEY_BYTES or len(set(key)) < 8:
        raise Unusable("COGWG_SECRET_KEY is too short or too regular; give it at least 32 random characters.")
    return key


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in env.get("COGWG_TRUSTED_HOSTS", "").split(",") if host.strip())
    return hosts or (*LOOPBACK, "[::1]")


def _switch(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in ("", "0", "false", "no"):
        return False
    if value in ("1", "true", "yes"):
        return True
    raise Unusable(f"{name} is {value!r}; write 1 or 0.")


def _number(env: Mapping[str, str], name: str, *, most: float) -> float:
    value = env.get(name, "").strip() or "0"
    try:
        number = float(value)
    except ValueError:
        raise Unusable(f"{name} is {value!r}; write a number.") from None
    if not -most <= number <= most:
        raise Unusable(f"{name} is {value!r}; write a number from {-most:.0f} to {most:.0f}.")
    return number


def _count(env: Mapping[str, str], name: str, *, most: int) -> int:
    value = env.get(name, "").strip() or "0"
    if not value.isdecimal() or int(value) > most:
        raise Unusable(f"{name} is {value!r}; write a whole number from 0 to {most}.")
    return int(value)
