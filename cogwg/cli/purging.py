"""``cogwg purge`` for a daily cron job: deletes personal data that is no longer needed."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.orm import Session

from cogwg.accounts.form_tokens import purge_form_tokens
from cogwg.accounts.retention import purge_accounts
from cogwg.accounts.unsaved_text import purge_unsaved_texts
from cogwg.audit.services import SYSTEM
from cogwg.cli import options
from cogwg.cli.reports import report
from cogwg.core.calendar import real_now
from cogwg.core.db import write_transaction
from cogwg.mail.services import purge_messages


@click.command()
@options.data
@options.today
def purge(data: Path | None, today: str | None) -> None:
    """Delete personal data that is past its retention period.

    This concerns old emails, sign-in counters, expired sessions and links, tokens of submitted forms, unsaved text, and the
    addresses of deactivated accounts.
    """
    at, now = options.calendar(today).now(), real_now()
    with Session(options.ready_engine(data)) as session, write_transaction(session):
        messages = purge_messages(session, by=SYSTEM, at=at, now=now)
        accounts = purge_accounts(session, by=SYSTEM, at=at, now=now)
        forms = purge_form_tokens(session, now=now)
        texts = purge_unsaved_texts(session, now=now)
    deleted = {
        "Deleted emails": messages,
        "Sign-in counters": accounts.counters,
        "Expired sessions and links": accounts.sessions + accounts.links,
        "Deactivated accounts cleared": accounts.addresses,
        "Tokens of submitted forms deleted": forms,
        "Unsaved texts deleted": texts,
    }
    if any(deleted.values()) or accounts.credentials or accounts.second_factors or accounts.openid_links:
        report(" ".join(f"{what}: {count}." for what, count in deleted.items()))
