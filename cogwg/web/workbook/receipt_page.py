"""The receipt of a workbook that was saved: what was saved and what was not, with the button to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.accounts.queries import jurisdictions
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.calendar import Quarter
from cogwg.core.status import Status
from cogwg.imports.previews import Problem
from cogwg.imports.queries import UploadHead
from cogwg.imports.stored_previews import message_from, problem_from
from cogwg.plan.lookups import activity_titles
from cogwg.reporting.models import ReportState
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session
from cogwg.web.http.report_fields import field_label, status_of
from cogwg.web.workbook.uploader import current_uploader
from cogwg.workbook.since import ReportsSince, reports_since


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A report that was saved: its status before and after, and the fields that changed."""

    code: str
    title: Bilingual
    before: Status | None
    after: Status | None
    fields: str
    is_submitted: bool
    is_undone: bool
    has_changed_since: bool
    accepted: str
    is_submitted_since: bool = False
    lacks: tuple[str, ...] = ()
    """What the draft lacks before it can be submitted, unless it has changed since."""


@dataclass(frozen=True, slots=True)
class UnsavedRow:
    """Reports that were not saved, by the codes of their activities, and what is wrong with them."""

    codes: tuple[str, ...]
    sentences: tuple[str, ...]


def render_receipt(head: UploadHead, *, problems: tuple[str, ...] = (), status: int = 200) -> Response:
    """Render the receipt of an upload. ``problems`` say why it was not undone."""
    outcome, undone = head.outcome or {}, head.undone or {}
    lines = outcome.get("rows", [])
    titles = activity_titles(session(), [line["activity"] for line in lines])
    lang = i18n.current_language().value
    since = reports_since(session(), head, current_uploader(), now=clocks.now())
    page = render_template(
        "workbook/receipt.html",
        upload=head,
        quarter=Quarter(int(head.scope[:4]), int(head.scope[5:]) // 3),
        year=outcome.get("year"),
        rows=[_row(line, titles, head, since) for line in lines],
        submitted=sum(line["state"] == ReportState.SUBMITTED.value for line in lines),
        since=since,
        left=_unsaved([problem_from(data) for data in outcome.get("left", ())]),
        declined=outcome.get("declined", ()),
        behalf_of=_name(head.behalf_of),
        undone_sentence=undone_sentence(len(undone.get("codes", ())), undone.get("changed_since", ())),
        undone_count=len(undone.get("codes", ())),
        value_count=sum(len(line["fields"]) for line in lines),
        fingerprint=_in_groups(head.sha256),
        problems=problems,
        undo_url=url_for("workbook.upload_undo", lang=lang, id=head.id),
    )
    return make_response(page, status)


def undone_sentence(count: int, changed_since: Sequence[str]) -> str:
    """Return a sentence about what was undone, and which reports were not undone, because they have changed since."""
    if not count:
        every = len(changed_since)
        return str(
            ngettext(
                "The report has changed since, so nothing was undone.",
                "All %(num)s reports have changed since, so nothing was undone.",
                every,
            )
        )
    sentence = str(ngettext("%(num)s report is as it was before.", "%(num)s reports are as they were before.", count))
    if changed_since:
        sentence += " " + _("Not undone, because they have changed since: %(codes)s.", codes=", ".join(changed_since))
    return sentence


def _row(
    line: Mapping[str, Any], titles: Mapping[int, tuple[str, Bilingual]], head: UploadHead, since: ReportsSince
) -> SavedRow:
    _code, title = titles.get(line["activity"], ("", EMPTY_TEXT))
    undone, is_undone = head.undone or {}, head.undone_at is not None
    is_as_saved = is_undone or line["code"] in since.unchanged
    return SavedRow(
        line["code"],
        title,
        status_of(line["before_status"]),
        status_of(line["status"]),
        _fields_in_words(line),
        line["state"] == ReportState.SUBMITTED.value,
        line["code"] in undone.get("codes", ()),
        line["code"] in undone.get("changed_since", ()) if is_undone else not is_as_saved,
        line["accepted"],
        not is_undone and line["code"] in since.submitted,
        tuple(i18n.translate_message(message_from(message)) for message in line.get("lacks", ()) if is_as_saved),
    )


def _fields_in_words(line: Mapping[str, Any]) -> str:
    choices = {"both": _("both texts"), "theirs": _("the saved text"), "yours": _("your text")}
    parts = []
    for field in line["fields"]:
        choice = choices.get(line["choices"].get(field, ""))
        parts.append(f"{field_label(field)} ({choice})" if choice else field_label(field))
    return ", ".join(parts)


def _unsaved(problems: Iterable[Problem]) -> list[UnsavedRow]:
    by_codes: dict[tuple[str, ...], list[str]] = {}
    for problem in problems:
        cells = ", ".join(f"{cell.sheet} {cell.address}" for cell in problem.cells)
        sentence = i18n.translate_message(problem.message)
        by_codes.setdefault(problem.subjects, []).append(f"{cells} · {sentence}" if cells else sentence)
    return [UnsavedRow(codes, tuple(sentences)) for codes, sentences in by_codes.items()]


def _name(jurisdiction_id: int | None) -> Bilingual:
    if jurisdiction_id is None:
        return EMPTY_TEXT
    return next((each.name for each in jurisdictions(session(), "en") if each.id == jurisdiction_id), EMPTY_TEXT)


def _in_groups(sha256: str) -> str:
    return " ".join(sha256[place : place + 4] for place in range(0, len(sha256), 4))
