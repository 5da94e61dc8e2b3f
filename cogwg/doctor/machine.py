"""Checks that need no database: the settings, the mail server, and the disk."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from cogwg.backup.sqlite import KEPT_MARK
from cogwg.core.errors import ConfigurationError
from cogwg.core.settings import NO_PUBLIC_URL, VARIABLES, MailSettings, Settings, mail_settings, read_settings
from cogwg.doctor.results import CheckResult, look_at, ok, wrong
from cogwg.mail.rules import DeliveryError, FailureKind
from cogwg.mail.transport import create_transport

CRON_FILE, SENDMAIL = Path("/etc/cron.d/cogwg"), Path("/usr/sbin/sendmail")
_OTHER_VARIABLES = frozenset({"COGWG_ETC"})
"""Environment variables that only the programs in ``deploy/`` read."""
_MAIL_ADVICE = {
    FailureKind.DOWN: " Check COGWG_SMTP_HOST and COGWG_SMTP_PORT, and that a firewall lets this machine reach the server.",
    FailureKind.SETTINGS: " They are COGWG_SMTP_STARTTLS, COGWG_SMTP_TLS, COGWG_SMTP_USER and COGWG_SMTP_PASSWORD.",
}
"""Advice about the failures whose label does not say what to do."""
_MEGABYTE = 1_000_000
LEAST_FREE, SCARCE_FREE = 100 * _MEGABYTE, 1000 * _MEGABYTE


def check_settings(env: Mapping[str, str]) -> Iterator[CheckResult]:
    """Check that the server can start with these settings, that it answers at ``COGWG_PUBLIC_URL``, and that no setting has an
    unknown name.
    """
    unknown = sorted(name for name in env if name.startswith("COGWG_") and name not in VARIABLES | _OTHER_VARIABLES)
    try:
        settings = read_settings(env)
    except ConfigurationError as error:
        yield wrong("Settings", str(error))
    else:
        if not settings.trusts_public_host:
            yield _refused_address(env, settings)
        elif not unknown:
            yield ok("Settings", "The server can start with them.")
    for name in unknown:
        (similar, *_) = get_close_matches(name, VARIABLES, n=1, cutoff=0.8) or [""]
        advice = f"Did you mean {similar}?" if similar else "Correct or remove it."
        yield look_at("Settings", f"{name} is not the name of a setting, so it has no effect. {advice}")


def _refused_address(env: Mapping[str, str], settings: Settings) -> CheckResult:
    if not env.get("COGWG_PUBLIC_URL", "").strip():
        return look_at("Settings", f"{NO_PUBLIC_URL.format(settings.public_url)} Set it to the web address of the site.")
    return wrong(
        "Settings",
        f"COGWG_TRUSTED_HOSTS lacks {urlsplit(settings.public_url).hostname}, the host of COGWG_PUBLIC_URL, so every page is"
        " refused there. Correct the one that is wrong.",
    )


def check_mail_server(env: Mapping[str, str]) -> CheckResult:
    """Connect and sign in to the mail server, without sending anything."""
    try:
        settings: MailSettings = mail_settings(env)
    except ConfigurationError as error:
        return wrong("Email server", str(error))
    if settings.method != "smtp":
        return look_at("Email server", "No email server is configured. Set COGWG_SMTP_HOST to send emails.")
    try:
        with create_transport(settings, lambda _text: None):
            return ok("Email server", f"{settings.host} answers, port {settings.port}.")
    except DeliveryError as error:
        detail = f" {error.detail.rstrip('.')}." if error.detail else ""
        advice = _MAIL_ADVICE.get(error.kind, "")
        return wrong("Email server", f"{settings.host}, port {settings.port}: {error.kind.label.en}{detail}{advice}")


def check_cron(file: Path, sendmail: Path) -> CheckResult | None:
    """Check that cron can email its warnings. Return None if this machine has no file with the product's cron jobs."""
    try:
        addresses = re.findall(r"^MAILTO=(.*)$", file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        can_send = sendmail.exists()
    except OSError:
        return None
    if not can_send:
        return look_at(
            "Cron",
            f"There is no {sendmail}, so the warnings of cron are lost. Install a program that sends email, such as dma.",
        )
    if any(not address.strip(" \"'") for address in addresses):
        return look_at("Cron", f"MAILTO in {file} is empty, so nobody receives its warnings. Set it to an email address.")
    return ok("Cron", "Cron can email its warnings.")


def check_disk(folder: Path, database: Path | None) -> CheckResult:
    """Check that the disk has room for another copy of an SQLite database or, for PostgreSQL, some free space."""
    try:
        free = shutil.disk_usage(folder).free
        size = database.stat().st_size if database is not None and database.exists() else 0
    except OSError as error:
        return wrong(
            "Disk",
            f"{folder} cannot be read: {error.strerror}. Mount or create it, make the user that runs cogwg its owner, or"
            " correct the setting that names it.",
        )
    sentence = f"{free / _MEGABYTE:,.0f} MB are free in {folder}."
    if free < max(LEAST_FREE, size):
        return wrong("Disk", f"{sentence} Free up space before writing fails.")
    if free < max(SCARCE_FREE, 3 * size):
        return look_at("Disk", f"{sentence} Free up space for backups and restores.")
    return ok("Disk", sentence)


def check_kept_databases(database: Path) -> CheckResult | None:
    """List databases that a restore kept, because they hold personal data. Return None if there are none."""
    try:
        names = sorted(path.name for path in database.parent.iterdir())
    except OSError:  # another check reports that the folder cannot be read
        return None
    earlier = [name for name in names if name.startswith(f"{database.name}{KEPT_MARK}") and not name.endswith("-wal")]
    if not earlier:
        return None
    return look_at(
        "Earlier databases",
        f"{', '.join(earlier)} in {database.parent} hold personal data. Delete them when you no longer need them.",
    )
