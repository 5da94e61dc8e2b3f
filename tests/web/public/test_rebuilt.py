"""Pages drawn from a record that is rebuilt from the open data alone are those that are drawn from what was published."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.models import PublicationKind
from cogwg.tracker.published import PublicRecord, public_record
from cogwg.tracker.published_editions import (
    BriefingEdition,
    CommitmentEdition,
    CycleEdition,
    HeardEdition,
    QuarterEdition,
    WithdrawalNotice,
)
from cogwg.tracker.storing import load_briefing, load_commitment, load_cycle, load_heard, load_quarter
from cogwg.web.http import published
from tests.sessions import FURTHER
from tests.tracker import rebuild
from tests.tracker.records import with_everything, write_open_data
from tests.web.public.addresses import FEEDS, PAGES
from tests.web.public.canaries import crawl, forget_what_was_drawn
from tests.web_client import App

STARTS = [f"/{lang}/{page}" for lang in ("en", "fr") for page in (*PAGES, *FEEDS, "tracker?quarter=2019-12")]
TRACKER = re.compile(r"/(en|fr)/(tracker|commitments|feeds)\b")


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _stored(content: dict[str, Any]) -> str:
    """Return a rebuilt content in the stored form, in which a text is a pair."""

    def pairs(value: dict[str, Any]) -> Any:
        return [value["en"], value["fr"]] if set(value) == {"en", "fr"} else value

    return json.dumps({"value": json.loads(json.dumps(content), object_hook=pairs)})


def as_record(rebuilt: dict[str, list[dict[str, Any]]], record: PublicRecord) -> PublicRecord:
    """Return what the script rebuilt as a public record. The ids of rows are no facts, so they are those of the record."""
    editions = tuple(
        QuarterEdition(
            own.id,
            each["edition"],
            _instant(each["visible_at"]),
            each["sha256"],
            each["witness"],
            load_quarter(_stored(each["content"])),
        )
        for own, each in zip(record.editions, rebuilt["editions"], strict=True)
    )
    briefings = tuple(
        BriefingEdition(
            own.id,
            _instant(each["visible_at"]),
            each["sha256"],
            each["witness"],
            load_briefing(_stored(each["content"])),
        )
        for own, each in zip(record.briefings, rebuilt["briefings"], strict=True)
    )
    withdrawals = tuple(
        WithdrawalNotice(
            own.id,
            PublicationKind(each["kind"]),
            each["year"],
            each["key"],
            1,
            _instant(each["visible_at"]),
            _instant(each["withdrawn_at"]),
            Bilingual(**each["reason"]),
        )
        for own, each in zip(record.withdrawals, rebuilt["withdrawals"], strict=True)
    )
    commitments = tuple(
        CommitmentEdition(
            own.id,
            each["edition"],
            _instant(each["visible_at"]),
            each["sha256"],
            each["witness"],
            load_commitment(each["text"]),
            each["text"],
        )
        for own, each in zip(record.commitment_editions, rebuilt["commitments"], strict=True)
    )
    cycles = tuple(
        CycleEdition(
            own.id,
            each["edition"],
            _instant(each["visible_at"]),
            each["sha256"],
            each["witness"],
            load_cycle(each["text"]),
            each["text"],
        )
        for own, each in zip(record.cycle_editions, rebuilt["cycles"], strict=True)
    )
    heards = tuple(
        HeardEdition(
            own.id,
            each["edition"],
            _instant(each["visible_at"]),
            each["sha256"],
            each["witness"],
            load_heard(each["text"]),
            each["text"],
        )
        for own, each in zip(record.heard_editions, rebuilt["heards"], strict=True)
    )
    return PublicRecord(editions, briefings, withdrawals, record.revision, commitments, cycles, heards, on=record.on)


@FURTHER
def test_pages_of_the_rebuilt_record_are_those_of_the_published_one(
    published_app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(published_app.engine) as session:
        record = with_everything(public_record(session, published_app.calendar.now()))
    write_open_data(tmp_path, record)
    drawn = []
    for shown in (record, as_record(rebuild.record(tmp_path), record)):
        forget_what_was_drawn(monkeypatch)
        for name in ("record", "everything"):
            monkeypatch.setattr(published, name, lambda shown=shown: shown)
        pages = crawl(published_app.anonymous_client(), STARTS, TRACKER)
        drawn.append({address: page.response.data for address, page in pages.items() if page.status == 200})
    assert len(drawn[0]) > 300
    assert drawn[0] == drawn[1]
