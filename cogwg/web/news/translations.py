"""The worklist of texts that lack a language: each row is saved by itself, then the focus moves to the next empty box."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.policy import Permission, can_report_on
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES
from cogwg.reporting.news.queries import News
from cogwg.reporting.news.services import translate_link, translate_news, translate_theme
from cogwg.reporting.news.untranslated import (
    UntranslatedReport,
    UntranslatedText,
    news_text,
    untranslated_news,
    untranslated_reports,
)
from cogwg.reporting.periods import periods
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.http.forms import parse_number
from cogwg.web.http.pagination import find_index, paginate
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author, concurrent_edit_sentence
from cogwg.web.news.forms import TranslationForm


@dataclass(frozen=True)
class TranslationRow:
    """A text to translate.

    It has no form if it is translated already, or if this person may not translate it. ``yours`` is what this person typed, if
    another person translated the text first.
    """

    untranslated: UntranslatedText
    url: str
    form: TranslationForm | None = None
    alert: str = ""
    yours: str = ""

    @property
    def label(self) -> str:
        """Return the name of the kind of text."""
        words: dict[str, str] = {
            "milestone": _("Milestone"),
            "link": _("Text of a milestone’s link"),
            "challenge": _("Challenge"),
            "theme": _("Challenge theme"),
        }
        return words[self.untranslated.kind]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A submitted report that lacks a language.

    ``url`` leads to the form to change the report; it is empty if the report's quarter no longer accepts reports.
    """

    report: UntranslatedReport
    priority: PriorityFacts
    title: Bilingual
    url: str


@dataclass(frozen=True)
class TranslationWorklist:
    """The texts that a person may translate, the reports they may change, and the texts that wait for others."""

    rows: tuple[TranslationRow, ...]
    reports: tuple[ReportRow, ...]
    others: tuple[TranslationRow, ...]

    def count(self, lang: Language) -> int:
        """Return how many of the person's texts lack this language."""
        news = sum(lang in row.untranslated.text.missing_languages for row in self.rows)
        return news + sum(len(row.report.texts) for row in self.reports if row.report.missing is lang)

    @property
    def counts_sentence(self) -> str:
        """Return the counts in a sentence ("5 texts to translate into French and 2 into English.")."""
        french, english = self.count(Language.FR), self.count(Language.EN)
        if french and english:
            first = ngettext("%(num)s text to translate into French", "%(num)s texts to translate into French", french)
            return str(_("%(first)s and %(english)s into English.", first=first, english=english))
        if french:
            return str(ngettext("%(num)s text to translate into French.", "%(num)s texts to translate into French.", french))
        if english:
            return str(ngettext("%(num)s text to translate into English.", "%(num)s texts to translate into English.", english))
        return str(_("All texts are in both languages."))

    def key_after(self, key: str) -> str:
        """Return the key of the row after this one, else of the first other row; "" if there is none."""
        keys = [row.untranslated.key for row in self.rows]
        later = keys[keys.index(key) + 1 :] if key in keys else []
        left = [*later, *(k for k in keys if k != key)]
        return left[0] if left else ""

    def with_row(self, changed: TranslationRow) -> TranslationWorklist:
        """Return the worklist with this row in place of the current one, or on top if the row is no longer listed."""
        key = changed.untranslated.key
        if key not in [row.untranslated.key for row in self.rows]:
            return replace(self, rows=(changed, *self.rows))
        return replace(self, rows=tuple(changed if row.untranslated.key == key else row for row in self.rows))


@blueprint.get("/translations")
@requires(Permission.TRANSLATE)
def translation_list(lang: str) -> BaseResponse:
    """List all texts that lack a language; the URL may name, as ``at``, the row whose box gets the focus."""
    at = request.args.get("at", "")
    return _render_page(_load_worklist(Author(session(), current_user()), lang, at), 200, at)


@blueprint.post("/translations/<key>")
@requires(Permission.TRANSLATE)
def translation_save(lang: str, key: str) -> BaseResponse:
    """Add the missing language of one text."""
    author = Author(session(), current_user())
    untranslated = _load_text(key)
    if not author.permission_check(Permission.TRANSLATE)(untranslated.jurisdiction_ids):
        raise Forbidden
    form = TranslationForm(prefix=f"{key}-")
    text = clean_text(form.text.data)
    row = TranslationRow(untranslated, url_for("news.translation_save", lang=lang, key=key), form)
    following = "" if htmx.is_htmx_request() else _load_worklist(author, lang).key_after(key)
    try:
        with write() as open_session:
            _translate(
                open_session,
                untranslated,
                text,
                source_text=form.source_text,
                by=author.actor(untranslated.jurisdiction_ids[0] if len(untranslated.jurisdictions) == 1 else None),
                at=clocks.now(),
                is_allowed=author.permission_check(Permission.TRANSLATE),
            )
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _respond(author, row, lang, 422)
    except Conflict as conflict:
        return _respond(author, _with_concurrent_edit(row, text, conflict.subject), lang, 409)
    announcement = _("Translation saved: %(title)s", title=excerpt(Bilingual(text, text)))
    if not htmx.is_htmx_request():
        flash(announcement)
        return redirect(url_for("news.translation_list", lang=lang, at=following or None), 303)
    session().expire_all()
    return _respond(author, replace(row, untranslated=_load_text(key), form=None), lang, 200, announcement)


def _translate(session: Session, untranslated: UntranslatedText, text: str, **signature: Any) -> None:
    """Call the service that translates this kind of text."""
    if untranslated.kind == "link":
        translate_link(session, untranslated.id, text, link_number=untranslated.link, **signature)
    elif untranslated.kind == "theme":
        translate_theme(session, untranslated.id, text, **signature)
    elif untranslated.kind == "milestone":
        translate_news(session, MILESTONES, untranslated.id, text, **signature)
    else:
        translate_news(session, CHALLENGES, untranslated.id, text, **signature)


def _load_text(key: str) -> UntranslatedText:
    """Return the text with this key, translated or not. Raises ``NotFound``."""
    kind, *parts = key.split("-")
    numbers = [number for part in parts if (number := parse_number(part)) is not None]
    wanted = {"milestone": 1, "challenge": 1, "theme": 1, "link": 2}.get(kind)
    if not len(numbers) == len(parts) == wanted:
        raise NotFound(key)
    return news_text(session(), kind, numbers[0], numbers[1] if wanted == 2 else 0)


def _with_concurrent_edit(row: TranslationRow, text: str, news: News) -> TranslationRow:
    """Return the row after another person changed or translated the text.

    What this person typed stays in its box or, if the text is translated already, is shown beside the stored translation.
    """
    fresh = _load_text(row.untranslated.key)
    if not fresh.text.missing_languages:
        alert = concurrent_edit_sentence(news, _("This text has already been translated."))
        return replace(row, untranslated=fresh, form=None, alert=alert, yours=text)
    data = {"text": text, "source": fresh.source}
    form = TranslationForm(prefix=f"{fresh.key}-", data=data, formdata=None)
    alert = concurrent_edit_sentence(news, _("Your translation is kept. Compare it with the new text, then save."))
    return replace(row, untranslated=fresh, form=form, alert=alert)


def _load_worklist(author: Author, lang: str, at: str = "") -> TranslationWorklist:
    mine, others = [], []
    for text in untranslated_news(author.session):
        if author.permission_check(Permission.TRANSLATE)(text.jurisdiction_ids):
            form = TranslationForm(prefix=f"{text.key}-", data={"source": text.source}, focused=text.key == at, formdata=None)
            mine.append(TranslationRow(text, url_for("news.translation_save", lang=lang, key=text.key), form))
        else:
            others.append(TranslationRow(text, ""))
    order = {Language.FR: 0, Language.EN: 1}
    mine.sort(key=lambda row: order[row.untranslated.missing])
    return TranslationWorklist(tuple(mine), tuple(_report_rows(author, lang)), tuple(others))


def _report_rows(author: Author, lang: str) -> list[ReportRow]:
    """Return the current plan's reports that lack a translation and that the person may change.

    These are their own and, for those who may report on behalf of others, the reports of each priority's first reporting
    jurisdiction.
    """
    try:
        plan: PlanFacts = plan_facts(author.session, clocks.today().year, or_earlier=True)
    except NotFound:
        return []
    quarters = {p.key: p for p in periods(author.session, plan.id, clocks.now(), clocks.today())}
    activities = {a.id: (p, a) for p in plan.priorities for a in p.activities}
    rows = []
    for report in untranslated_reports(author.session, [p.id for p in plan.priorities]):
        priority, activity = activities[report.activity_id]
        behalf = priority.first_reporting if author.may_report_on_behalf else None
        if can_report_on(author.who, priority, None):
            behalf = None
        elif behalf is None or not can_report_on(author.who, priority, behalf.jurisdiction_id):
            continue
        answers_for = (
            [id_ for id_, _code, _name in author.led_jurisdictions] if behalf is None else [behalf.jurisdiction_id or 0]
        )
        query: dict[str, Any] = {"period": report.period_key, **({"for": behalf.jurisdiction_code} if behalf else {})}
        url = url_for("reporting.report", lang=lang, year=plan.year, code=activity.code, **query)
        taken = quarters[report.period_key].takes_reports_from(answers_for)
        rows.append(ReportRow(report, priority, activity.title, url if taken else ""))
    return rows


def _render_page(worklist: TranslationWorklist, status: int, at: str) -> BaseResponse:
    """Render the page of the list that contains the row with key ``at``."""
    place_of = "news.translation_list"
    context = {
        "worklist": worklist,
        "texts": paginate(worklist.rows, place_of, row_index=find_index(worklist.rows, lambda row: row.untranslated.key == at)),
        "reports": paginate(worklist.reports, place_of, "reports"),
        "others": paginate(worklist.others, place_of, "others"),
    }
    return htmx.respond("news/translations.html", "news/translations.html", status, **context)


def _respond(author: Author, row: TranslationRow, lang: str, status: int, announcement: str = "") -> BaseResponse:
    """Return the row and the counts for htmx, else the whole list with this row in its place."""
    worklist = _load_worklist(author, lang)
    if not htmx.is_htmx_request():
        return _render_page(worklist.with_row(row), status, row.untranslated.key)
    return htmx.respond("", "news/_translation_row.html", status, row=row, worklist=worklist, announcement=announcement)
