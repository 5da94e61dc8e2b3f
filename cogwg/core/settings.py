"""Settings from the environment, read once at start-up. If one is invalid, the start-up stops and the error says what to do."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from cogwg.core.addresses import is_host, parse_sender
from cogwg.core.bilingual import Bilingual
from cogwg.core.calendar import Calendar
from cogwg.core.errors import ConfigurationError
from cogwg.core.group import GROUP_NAME
from cogwg.core.openid_settings import OpenIDSettings, openid_settings
from cogwg.core.secret_key import NEW_KEY_COMMAND, is_easy_to_guess, new_secret_key
from cogwg.core.web_addresses import LOOPBACK, address_problem

CENTURY_SECONDS = 100 * 366 * 86_400
DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
NO_PUBLIC_URL = "COGWG_PUBLIC_URL is not set, so links start with {}."
"""The message of commands if ``COGWG_PUBLIC_URL`` is not set; ``{}`` is the URL that links start with."""
DEFAULT_SENDER = "cogwg@localhost"
DEMO_CONTACT = "secretariat@demo.cogwg.example"
SMTP_PORTS = {"": 25, "starttls": 587, "tls": 465}
MAX_REMINDER_DAY = 60
DEFAULT_WORKERS, MAX_WORKERS = 2, 32
DEFAULT_PORT = 8000
"""The default port. Above it are the default and the greatest number of workers: more workers than processors gain nothing,
because each takes about 80 MiB, and on SQLite all of them wait for one lock."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How email is sent. ``method`` is "smtp", "console" or "file", or empty if no email is sent.

    ``security`` is "starttls" or "tls", or empty for none. If there is a ``ca_file``, only the authorities with certificates
    in it are trusted; otherwise, those that this machine trusts. Replies go to ``reply_to`` or, if it is empty, to the sender.
    """

    method: str = ""
    folder: Path | None = None
    host: str = ""
    port: int = 25
    security: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = DEFAULT_SENDER
    reply_to: str = ""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The settings that the secretariat can change in the site, with their defaults. The environment overrides the site.

    ``remind_days`` and ``remind_after`` are the days before and after the due day on which reminders are sent.
    ``answer_links`` is whether reminders have a private link with which people report without signing in.

    The fields from ``owner_en`` on are for the public pages and the open data: the owner of the data, the jurisdiction that
    they are about, their licence with its URLs and its id in catalogues, and whether search engines may index the public
    pages.
    """

    hosted_by_en: str = "the secretariat of the working group"
    hosted_by_fr: str = "le secrétariat du groupe de travail"
    contact: str = ""
    remind_days: tuple[int, ...] = (14, 3)
    remind_after: tuple[int, ...] = (1, 8, 15, 22)
    require_second_factor: bool = False
    answer_links: bool = True
    owner_en: str = GROUP_NAME.en
    owner_fr: str = GROUP_NAME.fr
    jurisdiction_en: str = "Federal, provincial and territorial governments of Canada"
    jurisdiction_fr: str = "Gouvernements fédéral, provinciaux et territoriaux du Canada"
    licence_en: str = "Open Government Licence – Canada"
    licence_fr: str = "Licence du gouvernement ouvert – Canada"
    licence_url_en: str = "https://open.canada.ca/en/open-government-licence-canada"
    licence_url_fr: str = "https://ouvert.canada.ca/fr/licence-du-gouvernement-ouvert-canada"
    licence_id: str = "ca-ogl-lgo"
    search_engines: bool = True

    @property
    def hosted_by(self) -> Bilingual:
        return Bilingual(self.hosted_by_en, self.hosted_by_fr)

    @property
    def owner(self) -> Bilingual:
        return Bilingual(self.owner_en, self.owner_fr)

    @property
    def jurisdiction(self) -> Bilingual:
        return Bilingual(self.jurisdiction_en, self.jurisdiction_fr)

    @property
    def licence(self) -> Bilingual:
        return Bilingual(self.licence_en, self.licence_fr)

    @property
    def licence_url(self) -> Bilingual:
        return Bilingual(self.licence_url_en, self.licence_url_fr)

    @property
    def reminder_days(self) -> tuple[int, ...]:
        """The days of both kinds, earliest first, as days left until the due day (negative after it)."""
        return tuple(sorted({*self.remind_days, *(-day for day in self.remind_after)}, reverse=True))


SITE_VARIABLES = {
    "hosted_by_en": "COGWG_HOSTED_BY_EN",
    "hosted_by_fr": "COGWG_HOSTED_BY_FR",
    "contact": "COGWG_CONTACT",
    "remind_days": "COGWG_REMIND_DAYS",
    "remind_after": "COGWG_REMIND_AFTER",
    "require_second_factor": "COGWG_REQUIRE_SECOND_FACTOR",
    "answer_links": "COGWG_ANSWER_LINKS",
    "owner_en": "COGWG_OWNER_EN",
    "owner_fr": "COGWG_OWNER_FR",
    "jurisdiction_en": "COGWG_JURISDICTION_EN",
    "jurisdiction_fr": "COGWG_JURISDICTION_FR",
    "licence_en": "COGWG_LICENCE_EN",
    "licence_fr": "COGWG_LICENCE_FR",
    "licence_url_en": "COGWG_LICENCE_URL_EN",
    "licence_url_fr": "COGWG_LICENCE_URL_FR",
    "licence_id": "COGWG_LICENCE_ID",
    "search_engines": "COGWG_SEARCH_ENGINES",
}
"""The environment variable of each field of ``SiteSettings``."""
VARIABLES = frozenset(
    {
        *SITE_VARIABLES.values(),
        "COGWG_ACCESS_LOG",
        "COGWG_CALENDAR_OFFSET",
        "COGWG_CHECK_PRIVATE_LINKS",
        "COGWG_DATA",
        "COGWG_DATABASE_URL",
        "COGWG_DEMO",
        "COGWG_DEMO_PASSWORD",
        "COGWG_MAIL",
        "COGWG_MAIL_FROM",
        "COGWG_MAIL_REPLY_TO",
        "COGWG_METRICS_TOKEN",
        "COGWG_OIDC_CLIENT_ID",
        "COGWG_OIDC_CLIENT_SECRET",
        "COGWG_OIDC_ISSUER",
        "COGWG_OIDC_NAME_EN",
        "COGWG_OIDC_NAME_FR",
        "COGWG_OIDC_TWO_STEPS",
        "COGWG_PORT",
        "COGWG_PROXIES",
        "COGWG_PUBLIC_URL",
        "COGWG_SECRET_KEY",
        "COGWG_SECRET_KEY_FALLBACKS",
        "COGWG_SECURE",
        "COGWG_SMTP_CA_FILE",
        "COGWG_SMTP_HOST",
        "COGWG_SMTP_PASSWORD",
        "COGWG_SMTP_PORT",
        "COGWG_SMTP_STARTTLS",
        "COGWG_SMTP_TLS",
        "COGWG_SMTP_USER",
        "COGWG_TRUSTED_HOSTS",
        "COGWG_WORKERS",
    }
)
"""The environment variables of all settings, as docs/reference/settings.md lists them."""
LICENCE_FIELDS = ("licence_en", "licence_fr", "licence_url_en", "licence_url_fr", "licence_id")
"""The fields of the licence, which are set together."""
LICENCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,59}")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings that the product was started with.

    ``secure`` is whether users reach the product over https only, and ``proxy_count`` is the number of reverse proxies in front
    of it. ``fixed_in_site`` are the fields of ``SiteSettings`` that the environment sets. ``cheap_hashing`` is only for tests,
    so no environment variable sets it.
    """

    database_url: str
    secret_key: str
    fallback_keys: tuple[str, ...]
    calendar: Calendar
    trusted_hosts: tuple[str, ...]
    secure: bool
    proxy_count: int
    demo: bool
    cheap_hashing: bool = False
    public_url: str = DEFAULT_PUBLIC_URL
    mail: MailSettings = MailSettings()
    fixed_in_site: Mapping[str, Any] = field(default_factory=dict)
    workers: int = DEFAULT_WORKERS
    port: int = DEFAULT_PORT
    access_log: bool = False
    check_private_links: bool = False
    """Whether the link check may also request URLs on private networks."""
    openid: OpenIDSettings | None = None
    """The OpenID Connect provider with which people can sign in; None if there is none."""
    metrics_token: str = field(default="", repr=False)
    """The token that a monitor must send to read the metrics. If it is empty, the site has no metrics."""

    @property
    def trusts_public_host(self) -> bool:
        """Whether the host name in ``public_url`` is one of the host names that the server answers to."""
        host = urlsplit(self.public_url).hostname or ""
        return any(host == name.lstrip(".") or (name[0] == "." and host.endswith(name)) for name in self.trusted_hosts)

    def in_site(self, stored: Mapping[str, Any]) -> SiteSettings:
        """Return the settings in force: those of the environment, else those stored in the site, else the defaults.

        A demo has its own contact by default, and search engines may not index it.
        """
        usual = SiteSettings(contact=DEMO_CONTACT, search_engines=False) if self.demo else SiteSettings()
        return replace(usual, **{**stored, **self.fixed_in_site})


def database_url(env: Mapping[str, str], data: Path | None = None) -> str:
    """Return ``COGWG_DATABASE_URL`` or, if it is not set, the URL of ``cogwg.db`` in the data folder.

    The data folder is ``data``, ``COGWG_DATA`` or ``./instance``. A relative SQLite path is resolved against the current
    folder.
    """
    if url := env.get("COGWG_DATABASE_URL", "").strip():
        relative = url.removeprefix("sqlite:///")
        if url.startswith("sqlite:///") and relative and not relative.startswith(("/", ":", "file:")):
            return f"sqlite:///{Path(relative).resolve()}"
        return url
    return f"sqlite:///{(data or data_folder(env)).resolve() / 'cogwg.db'}"


def data_folder(env: Mapping[str, str]) -> Path:
    """Return the folder ``COGWG_DATA``, by default ``./instance``."""
    return Path(env.get("COGWG_DATA", "") or "instance")


def calendar(env: Mapping[str, str]) -> Calendar:
    """Return the calendar, shifted by the number of seconds in ``COGWG_CALENDAR_OFFSET``. Raises ``ConfigurationError`` if
    this is not a valid number.
    """
    return Calendar(timedelta(seconds=_number(env, "COGWG_CALENDAR_OFFSET", most=CENTURY_SECONDS)))


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this environment. Raises ``ConfigurationError`` with the setting and the reason."""
    env = os.environ if env is None else env
    secure = _flag(env, "COGWG_SECURE")
    demo = _flag(env, "COGWG_DEMO")
    return Settings(
        database_url=database_url(env),
        secret_key=_secret_key(env, demo),
        fallback_keys=_fallback_keys(env),
        calendar=calendar(env),
        trusted_hosts=_hosts(env),
        secure=secure,
        proxy_count=_count(env, "COGWG_PROXIES", most=10),
        demo=demo,
        public_url=public_url(env),
        check_private_links=_flag(env, "COGWG_CHECK_PRIVATE_LINKS"),
        mail=mail_settings(env),
        fixed_in_site=fixed_in_site(env),
        workers=worker_count(env),
        port=server_port(env),
        access_log=_flag(env, "COGWG_ACCESS_LOG"),
        openid=openid_settings(env, requires_two_steps=_flag(env, "COGWG_OIDC_TWO_STEPS")),
        metrics_token=_metrics_token(env),
    )


def server_port(env: Mapping[str, str]) -> int:
    """Return the port on which the server listens, from ``COGWG_PORT``. Raises ``ConfigurationError`` if it is invalid."""
    return _count(env, "COGWG_PORT", least=1, most=65535, default=DEFAULT_PORT)


def worker_count(env: Mapping[str, str]) -> int:
    """Return the number of worker processes, from ``COGWG_WORKERS``. Raises ``ConfigurationError`` if it is invalid."""
    return _count(env, "COGWG_WORKERS", least=1, most=MAX_WORKERS, default=DEFAULT_WORKERS)


def public_url(env: Mapping[str, str]) -> str:
    """Return ``COGWG_PUBLIC_URL``, the base URL of the site, without a trailing slash. Raises ``ConfigurationError`` if it is
    invalid.
    """
    url = env.get("COGWG_PUBLIC_URL", "").strip() or DEFAULT_PUBLIC_URL
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or extra or any(c.isspace() for c in url):
        raise ConfigurationError(
            f"COGWG_PUBLIC_URL is {url!r}. Set it to the web address of the site, such as https://plan.example.ca."
        )
    return f"{parts.scheme}://{parts.netloc}"


def fixed_in_site(env: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of ``SiteSettings`` that the environment sets, with their values. An empty variable sets nothing.
    Raises ``ConfigurationError`` for an invalid value.
    """
    given = {key: name for key, name in SITE_VARIABLES.items() if env.get(name, "").strip()}
    values = {key: _site_value(env, key, name) for key, name in given.items()}
    licence = [key for key in LICENCE_FIELDS if key in values]
    if licence and len(licence) < len(LICENCE_FIELDS):
        missing = ", ".join(SITE_VARIABLES[key] for key in LICENCE_FIELDS if key not in values)
        raise ConfigurationError(f"{SITE_VARIABLES[licence[0]]} is set without {missing}. Set all of them or none.")
    return values


def _site_value(env: Mapping[str, str], key: str, name: str) -> Any:
    if key in ("remind_days", "remind_after"):
        return _days(env, name, getattr(SiteSettings(), key))
    if key in ("require_second_factor", "answer_links", "search_engines"):
        return _flag(env, name)
    value = env[name].strip()
    if key in ("licence_url_en", "licence_url_fr") and address_problem(value):
        raise ConfigurationError(f"{name} is {value!r}. Set it to the web address of the licence.")
    if key == "licence_id" and not LICENCE_ID.fullmatch(value):
        raise ConfigurationError(
            f"{name} is {value!r}. Use at most 60 letters, digits, dots and hyphens, for example ca-ogl-lgo."
        )
    return value


def _days(env: Mapping[str, str], name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    days = [part.strip() for part in env[name].split(",")]
    if not all(day.isascii() and day.isdecimal() and 1 <= int(day) <= MAX_REMINDER_DAY for day in days):
        example = ",".join(map(str, default))
        raise ConfigurationError(
            f"{name} is {env[name].strip()!r}. "
            f"Set it to days from 1 to {MAX_REMINDER_DAY}, separated by commas, such as {example}."
        )
    return tuple(dict.fromkeys(map(int, days)))


def mail_settings(env: Mapping[str, str]) -> MailSettings:
    """Return how email is sent, from ``COGWG_MAIL`` or ``COGWG_SMTP_…``.

    Raises ``ConfigurationError`` with the setting and the reason.
    """
    how = env.get("COGWG_MAIL", "").strip()
    host = env.get("COGWG_SMTP_HOST", "").strip()
    sender = env.get("COGWG_MAIL_FROM", "").strip()
    security, port, ca_file = _smtp_security(env), _count(env, "COGWG_SMTP_PORT", most=65535), _ca_file(env)
    if sender and parse_sender(sender) is None:
        raise ConfigurationError(
            f"COGWG_MAIL_FROM is {sender!r}. Set it to an email address without accents, such as plan@example.ca."
        )
    reply_to = env.get("COGWG_MAIL_REPLY_TO", "").strip()
    if reply_to and parse_sender(reply_to) is None:
        raise ConfigurationError(
            f"COGWG_MAIL_REPLY_TO is {reply_to!r}. Set it to an email address without accents, such as plan@example.ca."
        )
    if how == "console":
        return MailSettings(how, sender=sender or DEFAULT_SENDER, reply_to=reply_to)
    if how.startswith("file:") and how != "file:":
        folder = Path(how.removeprefix("file:"))
        return MailSettings("file", folder, sender=sender or DEFAULT_SENDER, reply_to=reply_to)
    if how not in ("", "smtp"):
        raise ConfigurationError(f"COGWG_MAIL is {how!r}. Set it to console or file:DIR, or leave it empty to use SMTP.")
    if not host and how:
        raise ConfigurationError("COGWG_MAIL is 'smtp' but COGWG_SMTP_HOST is not set. Set it to the name of the email server.")
    if not host:
        return MailSettings()
    if not sender:
        raise ConfigurationError("COGWG_MAIL_FROM is not set. Set it to the email address of the sender.")
    if not is_host(host):
        raise ConfigurationError(f"COGWG_SMTP_HOST is {host!r}. Set it to a host name, such as mail.example.ca.")
    if ca_file is not None and not security:
        raise ConfigurationError("COGWG_SMTP_CA_FILE has no effect without TLS. Set COGWG_SMTP_STARTTLS=1 or COGWG_SMTP_TLS=1.")
    user, password = _smtp_credentials(env)
    if user and not security and host not in LOOPBACK:
        raise ConfigurationError("COGWG_SMTP_PASSWORD would not be encrypted. Set COGWG_SMTP_STARTTLS=1 or COGWG_SMTP_TLS=1.")
    return MailSettings("smtp", None, host, port or SMTP_PORTS[security], security, user, password, sender, reply_to, ca_file)


def _smtp_security(env: Mapping[str, str]) -> str:
    starttls, tls = _flag(env, "COGWG_SMTP_STARTTLS"), _flag(env, "COGWG_SMTP_TLS")
    if starttls and tls:
        raise ConfigurationError("COGWG_SMTP_STARTTLS and COGWG_SMTP_TLS are both 1. Set only one of them.")
    return "starttls" if starttls else "tls" if tls else ""


def _ca_file(env: Mapping[str, str]) -> Path | None:
    """Return the path in ``COGWG_SMTP_CA_FILE``, or None if it is not set.

    Raises ``ConfigurationError`` if the file has no certificates that can be read.
    """
    path = env.get("COGWG_SMTP_CA_FILE", "").strip()
    if not path:
        return None
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        reason = "it has no certificate in PEM format" if isinstance(error, ssl.SSLError) else getattr(error, "strerror", error)
        raise ConfigurationError(
            f"COGWG_SMTP_CA_FILE is {path!r}, which cannot be used: {reason}. "
            "Set it to a file with the certificates of your mail server’s authority."
        ) from None
    return Path(path)


def _smtp_credentials(env: Mapping[str, str]) -> tuple[str, str]:
    user, password = env.get("COGWG_SMTP_USER", "").strip(), env.get("COGWG_SMTP_PASSWORD", "")
    if bool(user) != bool(password):
        raise ConfigurationError("COGWG_SMTP_USER and COGWG_SMTP_PASSWORD go together. Set both or neither.")
    if not (user + password).isascii():  # smtplib encodes both in ASCII
        raise ConfigurationError("COGWG_SMTP_USER and COGWG_SMTP_PASSWORD cannot contain accents.")
    return user, password


def parse_day(text: str, option: str) -> date:
    """Parse a day from 2000 to 2100, written YYYY-MM-DD. Raises ``ConfigurationError`` with the name of the option."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2100:
        raise ConfigurationError(f"{option} is {text!r}. Use a date from 2000 to 2100, written YYYY-MM-DD.")
    return day


def time_zone(name: str) -> ZoneInfo:
    """Return the time zone with this name. Raises ``ConfigurationError`` if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError(f"{name!r} is not a time zone. Use a name such as America/Toronto.") from None


_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_NEW_KEY = f"Set it to what {NEW_KEY_COMMAND} prints: at least 32 random characters."


def _secret_key(env: Mapping[str, str], demo: bool) -> str:
    key = env.get("COGWG_SECRET_KEY", "")
    if not key and demo:
        return new_secret_key()
    if not key:
        raise ConfigurationError(f"COGWG_SECRET_KEY is not set. {_NEW_KEY}")
    if is_easy_to_guess(key):
        raise ConfigurationError(f"COGWG_SECRET_KEY is too easy to guess. {_NEW_KEY}")
    return key


def _fallback_keys(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the earlier secret keys. What was signed with one of them is still accepted.

    Raises ``ConfigurationError`` if one is easy to guess.
    """
    keys = tuple(filter(None, env.get("COGWG_SECRET_KEY_FALLBACKS", "").split(",")))
    if any(is_easy_to_guess(key) for key in keys):
        raise ConfigurationError(
            "A key in COGWG_SECRET_KEY_FALLBACKS is too easy to guess. Remove it. People must then sign in again."
        )
    return keys


def _metrics_token(env: Mapping[str, str]) -> str:
    token = env.get("COGWG_METRICS_TOKEN", "").strip()
    if token and (is_easy_to_guess(token) or not _BEARER_TOKEN.fullmatch(token)):
        raise ConfigurationError(
            f"COGWG_METRICS_TOKEN is too easy to guess, or has characters that a header cannot carry. {_NEW_KEY}"
        )
    return token


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in env.get("COGWG_TRUSTED_HOSTS", "").split(",") if host.strip())
    for host in hosts:
        if ":" in host or not is_host(host.removeprefix(".")):  # werkzeug compares names without their port
            raise ConfigurationError(
                f"COGWG_TRUSTED_HOSTS contains {host!r}. "
                "Set it to host names without https:// and port, such as plan.example.ca, separated by commas."
            )
    return hosts or (*LOOPBACK, "[::1]")


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in ("", "0", "false", "no"):
        return False
    if value in ("1", "true", "yes"):
        return True
    raise ConfigurationError(f"{name} is {value!r}. Set it to 1 or 0.")


def _number(env: Mapping[str, str], name: str, *, most: float) -> float:
    value = env.get(name, "").strip() or "0"
    try:
        number = float(value)
    except ValueError:
        raise ConfigurationError(f"{name} is {value!r}. Set it to a number.") from None
    if not -most <= number <= most:
        raise ConfigurationError(f"{name} is {value!r}. Set it to a number from {-most:.0f} to {most:.0f}.")
    return number


def _count(env: Mapping[str, str], name: str, *, most: int, least: int = 0, default: int = 0) -> int:
    value = env.get(name, "").strip() or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ConfigurationError(f"{name} is {value!r}. Set it to a whole number from {least} to {most}.")
    return int(value)
