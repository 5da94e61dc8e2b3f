"""``cogwg person add | list | password | reset-two-steps | deactivate | reactivate | export``: people and their accounts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.accounts import people, services
from cogwg.accounts.directory import PeopleFilter, list_people
from cogwg.accounts.models import JURISDICTION_ROLES, Person, Role
from cogwg.accounts.queries import person_by_email
from cogwg.accounts.rules import PRINTED_LIFETIME
from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.cli.progress import shows_progress
from cogwg.core.bilingual import Language
from cogwg.core.calendar import real_now
from cogwg.core.db import write_transaction
from cogwg.core.errors import ConfigurationError, NotFound
from cogwg.core.progress import note_progress
from cogwg.core.settings import DEFAULT_PUBLIC_URL, NO_PUBLIC_URL, public_url
from cogwg.core.settings import time_zone as check_zone
from cogwg.notices.second_step import FactorChange, notify_factor_change

ADDRESS_OPTION = click.option(
    "--address",
    default=lambda: public_url(os.environ),
    show_default=f"COGWG_PUBLIC_URL, or else {DEFAULT_PUBLIC_URL}",
    help="Web address of the site.",
)


@click.group(cls=options.CommandGroup)
def person() -> None:
    """Add, list, deactivate and reactivate people, reset passwords and two-step sign-in, and export what is stored."""


@person.command()
@click.argument("email")
@click.option("--name", required=True, help="Name of the person, as others see it.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--jurisdiction", metavar="CODE", help="Jurisdiction that a lead or deputy reports for, such as on (Ontario).")
@click.option("--lang", type=click.Choice([lang.value for lang in Language]), default="en", show_default=True)
@click.option("--time-zone", default="America/Toronto", show_default=True)
@ADDRESS_OPTION
@options.data
@options.today
def add(
    email: str,
    name: str,
    role: str,
    jurisdiction: str | None,
    lang: str,
    time_zone: str,
    address: str,
    data: Path | None,
    today: str | None,
) -> None:
    """Add a person and print a link to set their password."""
    check_zone(time_zone)
    needs_one = Role(role) in JURISDICTION_ROLES
    at = options.calendar(today).now()
    with _write_session(data) as session:
        added = people.add_person(
            session,
            email=email,
            name=name,
            role=Role(role),
            jurisdiction=options.find_jurisdiction(session, jurisdiction) if jurisdiction or needs_one else None,
            lang=Language(lang),
            time_zone=time_zone,
            by=SYSTEM,
            at=at,
        )
        token = services.create_access_link(session, added, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=at, now=real_now())
    click.echo(f"Added {name} ({email}) as {role}{f' of {jurisdiction}' if jurisdiction else ''}.")
    _print_link(address, lang, token)


@person.command()
@click.argument("email")
@ADDRESS_OPTION
@options.data
@options.today
def password(email: str, address: str, data: Path | None, today: str | None) -> None:
    """Print a new link to set a person’s password."""
    with _write_session(data) as session:
        account = _person(session, email)
        lang = account.lang.value
        at = options.calendar(today).now()
        token = services.create_access_link(session, account, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=at, now=real_now())
    _print_link(address, lang, token)


@person.command("list")
@click.option("--all", "with_deactivated", is_flag=True, help="Also list deactivated accounts.")
@options.data
def list_(with_deactivated: bool, data: Path | None) -> None:
    """List people with their roles, and when they last signed in."""
    with Session(options.ready_engine(data)) as session:
        shown = PeopleFilter(state="" if with_deactivated else "active")
        listed = [row for row in list_people(session, now=real_now()) if shown.matches(row)]
    for row in listed:
        roles = ", ".join(f"{role.held.role.value} {role.held.code}".rstrip() for role in row.roles)
        last_day = f"{row.signed_in_at:%Y-%m-%d}" if row.signed_in_at else "never"
        click.echo(f"{row.email}  {row.name}  {roles}  {row.state.value}  last signed in: {last_day}")


@person.command()
@click.argument("email")
@options.data
@options.today
def deactivate(email: str, data: Path | None, today: str | None) -> None:
    """Deactivate a person’s account. The history of their actions is kept."""
    with _write_session(data) as session:
        people.deactivate_person(session, _person(session, email), by=SYSTEM, at=options.calendar(today).now())
    click.echo(f"{email} can no longer sign in.")


@person.command()
@click.argument("email")
@ADDRESS_OPTION
@options.data
@options.today
def reactivate(email: str, address: str, data: Path | None, today: str | None) -> None:
    """Reactivate a person’s account with its roles, and print a link to set a new password."""
    at = options.calendar(today).now()
    with _write_session(data) as session:
        account = _person(session, email)
        people.reactivate_person(session, account, by=SYSTEM, at=at)
        lang = account.lang.value
        token = services.create_access_link(session, account, lifetime=PRINTED_LIFETIME, by=SYSTEM, at=at, now=real_now())
    click.echo(f"{email} can sign in again after setting a new password.")
    _print_link(address, lang, token)


@person.command("reset-two-steps")
@click.argument("email")
@click.option("--reason", required=True, help="Reason, for the email to the person and for the audit log.")
@ADDRESS_OPTION
@options.data
@options.today
def reset_two_steps(email: str, reason: str, address: str, data: Path | None, today: str | None) -> None:
    """Turn off the two-step sign-in of a person who lost their device and recovery codes. Their sessions end."""
    at = options.calendar(today).now()
    with _write_session(data) as session:
        account = _person(session, email)
        stored = people.reset_second_factor(session, account, reason, by=SYSTEM, at=at)
        site = address.rstrip("/")
        notify_factor_change(
            session, account.id, FactorChange.RESET, reason=stored, by=SYSTEM, at=at, now=real_now(), site=site
        )
    click.echo(f"{email} now signs in with the password alone. An email with the reason waits in the outbox.")


@person.command()
@click.argument("email")
@click.option("--lang", type=click.Choice([lang.value for lang in Language]), help="Language. Default: that of the person.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write. Its extension sets the format: .xlsx (workbook) or .json.",
)
@options.data
@options.today
@shows_progress
def export(email: str, lang: str | None, out: Path, data: Path | None, today: str | None) -> None:
    """Write everything that is stored about a person to a file, for a person who asks for it. The audit log records it."""
    from cogwg.privacy.personal_data import FILES, read_personal_data

    kind = out.suffix[1:].lower()
    if kind not in FILES:
        raise ConfigurationError(f"--out is {str(out)!r}. The name must end in {' or '.join(f'.{key}' for key in FILES)}.")
    write, _media_type = FILES[kind]
    with _write_session(data) as session:
        note_progress("Searching every table for the person")
        account = _person(session, email)
        at = options.calendar(today).now()
        personal_data = read_personal_data(session, account, kind, by=SYSTEM, at=at, now=real_now())
        content = write(personal_data, Language(lang) if lang else account.lang)
        try:
            out.touch(mode=0o600)
            out.write_bytes(content)
        except OSError as error:
            raise ConfigurationError(f"Could not write {out}: {error.strerror}.") from None
    rows = sum(len(section.table.rows) for section in personal_data.sections)
    click.echo(f"Wrote {out}: {len(personal_data.sections)} sections, {rows} rows about {email}.")


for _command, _earlier_name in ((deactivate, "retire"), (reactivate, "restore")):
    _hidden = copy(_command)
    _hidden.hidden = True
    person.add_command(_hidden, _earlier_name)


@contextmanager
def _write_session(data: Path | None) -> Iterator[Session]:
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        yield session


def _person(session: Session, email: str) -> Person:
    row = person_by_email(session, email)
    if row is None:
        raise NotFound(f"person with the email address {email}")
    return row


def _print_link(address: str, lang: str, token: str) -> None:
    click.echo(f"{address.rstrip('/')}/{lang}/password/{token}")
    click.echo(link_note(address))


def link_note(address: str) -> str:
    """Return a note on how long a printed link works and, if it begins with the default URL, how to set another URL."""
    works = "The link works once and expires in 24 hours."
    if address != DEFAULT_PUBLIC_URL or os.environ.get("COGWG_PUBLIC_URL", "").strip():
        return works
    return f"{works} {NO_PUBLIC_URL.format(address)} If the site is elsewhere, set it, or use --address."
