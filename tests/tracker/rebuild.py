"""Rebuild every public fact from the open data alone: ``python rebuild.py FOLDER``, where FOLDER has the unpacked files.

It needs nothing but Python: it knows the names of the columns, not the product. ``publications.csv`` says what is public;
each edition of a quarter has a folder such as 2020-06/1.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

Row = dict[str, str]


def read(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def text(row: Row, name: str) -> dict[str, str]:
    return {"en": row[f"{name}_en"], "fr": row[f"{name}_fr"]}


def yes(value: str) -> bool:
    return {"true": True, "false": False}[value]


def number(value: str) -> int | None:
    return int(value) if value else None


def due(value: str) -> dict[str, int | None]:
    year, month, *day = value.split("-")
    return {"year": int(year), "month": int(month), "day": int(day[0]) if day else None}


def links_of(links: list[Row], kind: str, subject: str) -> list[dict]:
    return [{"url": r["url"], "label": text(r, "label")} for r in links if (r["kind"], r["subject_id"]) == (kind, subject)]


def activity(row: Row, moves: list[Row]) -> dict:
    return {
        "code": row["code"],
        "title": text(row, "title"),
        "text": text(row, "text"),
        "due": due(row["due"]),
        "due_words": text(row, "due_words"),
        "ongoing": yes(row["ongoing"]),
        "moves": [
            {"on": m["changed_on"], "before": due(m["before"]), "after": due(m["after"]), "reason": text(m, "reason")}
            for m in moves
            if m["activity_id"] == row["id"]
        ],
        "status": row["status"] or None,
        "reported_in": row["reported_in"],
        "completed_on": row["completed_on"] or None,
    }


def priority(row: Row, folder: Path) -> dict:
    def own(name: str) -> list[Row]:
        return [each for each in read(folder, name) if each["priority_id"] == row["id"]]

    points, moves = own("priority-points"), read(folder, "due-date-changes")
    return {
        "number": int(row["number"]),
        "title": text(row, "title"),
        "short": text(row, "short_title"),
        "issue": text(row, "issue"),
        "outcome": text(row, "outcome"),
        "consequences": [text(each, "text") for each in points if each["kind"] == "consequence"],
        "results": [text(each, "text") for each in points if each["kind"] == "result"],
        "assignments": [
            {"code": r["jurisdiction"], "name": text(r, "name"), "role": r["role"], "state": r["state"], "since": r["since"]}
            for r in own("roles")
        ],
        "activities": [activity(each, moves) for each in own("activities")],
    }


def report(row: Row, links: list[Row]) -> dict:
    return {
        "activity": row["activity"],
        "jurisdictions": row["jurisdictions"].split(),
        "status": row["status"],
        "previous_status": row["previous_status"] or None,
        "submitted_on": row["submitted_on"],
        "completed_on": row["completed_on"] or None,
        **{name: yes(row[name]) for name in ("late", "sample", "nothing_to_report")},
        **{name: text(row, name) for name in ("progress", "challenge", "evidence_note", "next_step")},
        "evidence": links_of(links, "report", row["id"]),
        "outdated": row["outdated"].split(),
    }


def milestone(row: Row, links: list[Row]) -> dict:
    return {
        "key": row["id"],
        "jurisdiction": row["jurisdiction"],
        "text": text(row, "text"),
        "under_way": yes(row["under_way"]),
        "reported_on": row["reported_on"],
        "happened_on": row["happened_on"] or None,
        "month_only": yes(row["month_only"]),
        "links": links_of(links, "milestone", row["id"]),
        "outdated": row["outdated"].split(),
    }


def challenge(row: Row) -> dict:
    return {
        "key": row["id"],
        **{name: text(row, name) for name in ("theme", "text")},
        "state": row["state"],
        "reported_on": row["reported_on"],
        "jurisdiction_count": int(row["jurisdiction_count"]),
        "outdated": row["outdated"].split(),
    }


def correction(row: Row) -> dict:
    return {
        "on": row["corrected_on"],
        **{name: row[name] for name in ("kind", "subject", "field")},
        **{name: text(row, name) for name in ("before", "after", "reason")},
    }


def quarter(folder: Path) -> dict:
    """Return a published quarter from the files of its edition."""
    (plan,), (own,), links = read(folder, "plans"), read(folder, "quarters"), read(folder, "links")
    places = read(folder, "jurisdictions")
    return {
        "year": int(plan["plan"]),
        "key": own["quarter"],
        "plan_title": text(plan, "title"),
        "plan_link": plan["link"],
        "adopted_on": plan["adopted_on"],
        "due_on": own["due_on"],
        "published_on": own["published_on"],
        "priorities": [priority(row, folder) for row in read(folder, "priorities")],
        "jurisdictions": [{"code": r["code"], "name": text(r, "name"), "short": text(r, "short_name")} for r in places],
        "reports": [report(row, links) for row in read(folder, "reports")],
        "milestones": [milestone(row, links) for row in read(folder, "milestones")],
        "challenges": [challenge(row) for row in read(folder, "challenges")],
        "corrections": [correction(row) for row in read(folder, "corrections")],
        "sample": yes(own["sample"]),
    }


def briefing(row: Row, files: list[Row]) -> dict:
    own = [each for each in files if each["publication_id"] == row["id"]]
    return {
        "year": int(row["plan"]),
        "meeting_on": row["key"],
        "version": int(row["version"]),
        "finalized_on": row["finalized_on"],
        **{name: text(row, name) for name in ("audience", "place", "title")},
        "files": [
            {name: each[name] for name in ("name", "format", "media_type", "sha256")}
            | {"lang": each["language"], "size": int(each["size"])}
            for each in own
        ],
        "sample": yes(row["sample"]),
    }


def head(row: Row) -> str:
    """Return the chain's head as feeds and emails write it."""
    return "/".join(row[f"chain_{part}"] for part in ("position", "time", "hash")) if row["chain_position"] else ""


def record(folder: Path) -> dict[str, list[dict]]:
    """Return everything that is public: editions of quarters, briefings, commitments, and what was withdrawn."""
    rebuilt: dict[str, list[dict]] = {"editions": [], "briefings": [], "withdrawals": []}
    rebuilt |= {"commitments": [], "cycles": [], "heards": []}
    files = read(folder, "briefing-files")
    for row in read(folder, "publications"):
        if row["withdrawn_at"]:
            notice = {name: row[name] for name in ("kind", "key", "withdrawn_at")}
            notice |= {"year": int(row["plan"]), "visible_at": row["published_at"], "reason": text(row, "withdrawal_reason")}
            rebuilt["withdrawals"].append(notice)
            continue
        seal = {"visible_at": row["published_at"], "sha256": row["sha256"], "witness": head(row)}
        if row["kind"] == "briefing":
            rebuilt["briefings"].append(seal | {"content": briefing(row, files)})
        elif row["kind"] in ("commitment", "cycle", "heard"):
            place = folder / ("commitments" if row["kind"] == "commitment" else "engagement") / row["key"] / row["version"]
            copy = (place / f"{row['kind']}.json").read_text("utf-8")
            rebuilt[f"{row['kind']}s"].append(seal | {"edition": number(row["version"]), "text": copy})
        else:
            content = quarter(folder / row["key"] / row["version"])
            rebuilt["editions"].append(seal | {"edition": number(row["version"]), "content": content})
    return rebuilt


if __name__ == "__main__":
    print(json.dumps(record(Path(sys.argv[1])), ensure_ascii=False, indent=1))
