"""The worklist of texts that are missing or stale in a language.

Each row is saved by itself, then the focus moves to the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from cogwg.core.bilingual import Bilingual, Language, clean_text
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.plan.lookups import activity_titles
from cogwg.plan.queries import PlanFacts, PriorityFacts, plan_facts
from cogwg.policy import Permission, can_report_on, can_translate_report
from cogwg.reporting.news.orders import SentOrder, is_sent_out, sent_orders
from cogwg.reporting.news.queries import News
from cogwg.reporting.news.untranslated import (
    TranslatableText,
    news_text,
    report_text,
    translated_news,
    untranslated_news,
    untranslated_reports,
)
from cogwg.reporting.periods import PeriodFacts, periods
from cogwg.reporting.queries import ReportFacts
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import excerpt
from cogwg.web.http.forms import parse_number
from cogwg.web.http.i18n import current_language
from cogwg.web.http.pagination import find_index, paginate
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author, concurrent_edit_sentence
from cogwg.web.news.forms import TranslationForm
from cogwg.web.news.translation_rows import ReportOfText, TranslationRow, translate

TO_TRANSLATE, SENT, DONE = "", "sent", "done"
"""The values of ``show`` in the URL: the texts to translate, texts sent for translation, and translated texts."""


@dataclass(frozen=True)
class TranslationWorklist:
    """The listed texts of news (``rows``) and of reports that a person may translate, and those that only others may translate.

    ``show`` says which texts are listed. Rows get their URL, form and report later, because only those on the current page need
    them. ``source`` is the plan that the reports are from, and ``orders`` is what was sent for translation.
    """

    rows: tuple[TranslationRow, ...]
    reports: tuple[TranslationRow, ...]
    others: tuple[TranslationRow, ...]
    show: str = TO_TRANSLATE
    source: _Reports | None = None
    orders: tuple[SentOrder, ...] = ()

    def count(self, lang: Language) -> int:
        """Return how many of the texts that the person may translate are missing or stale in this language."""
        return sum(row.translatable.target is lang for row in (*self.rows, *self.reports))

    @property
    def counts_sentence(self) -> str:
        """Return the counts of the listed texts in a sentence, such as: 5 texts to translate into French and 2 into English."""
        total = len(self.rows) + len(self.reports)
        if self.show == SENT:
            if not total:
                return str(_("No text is waiting for a reply from a translation service."))
            return str(
                ngettext(
                    "%(num)s text is in a file for the translation service and is not translated yet.",
                    "%(num)s texts are in files for the translation service and are not translated yet.",
                    total,
                )
            )
        if self.show == DONE:
            if not total:
                return str(_("No text is up to date in both languages yet."))
            return str(
                ngettext(
                    "%(num)s text is up to date in both languages.", "%(num)s texts are up to date in both languages.", total
                )
            )
        french, english = self.count(Language.FR), self.count(Language.EN)
        if french and english:
            first = ngettext("%(num)s text to translate into French", "%(num)s texts to translate into French", french)
            return str(_("%(first)s and %(english)s into English.", first=first, english=english))
        if french:
            return str(ngettext("%(num)s text to translate into French.", "%(num)s texts to translate into French.", french))
        if english:
            return str(ngettext("%(num)s text to translate into English.", "%(num)s texts to translate into English.", english))
        return str(_("There is no text for you to translate."))

    def key_after(self, key: str) -> str:
        """Return the key of the row after the one with this key, or else of the first other row; "" if there is none."""
        keys = [row.translatable.key for row in (*self.rows, *self.reports)]
        later = keys[keys.index(key) + 1 :] if key in keys else []
        left = [*later, *(k for k in keys if k != key)]
        return left[0] if left else ""

    def with_row(self, changed: TranslationRow) -> TranslationWorklist:
        """Return the worklist with this row in place of the one for the same text, or on top if that is no longer listed."""
        key = changed.translatable.key
        name = "rows" if changed.report is None else "reports"
        rows: tuple[TranslationRow, ...] = getattr(self, name)
        if key not in [row.translatable.key for row in rows]:
            rows = (changed, *rows)
        present: dict[str, Any] = {name: tuple(changed if row.translatable.key == key else row for row in rows)}
        return replace(self, **present)


@blueprint.get("/translations")
@requires(Permission.TRANSLATE)
def translation_list(lang: str) -> BaseResponse:
    """List the texts that ``show`` in the URL selects; ``at`` in the URL is the key of the row that gets the focus."""
    at = request.args.get("at", "")
    if _show() not in (TO_TRANSLATE, SENT, DONE):
        raise NotFound("show")
    return _render_page(_load_worklist(Author(session(), current_user()), lang), 200, at)


@blueprint.post("/translations/<key>")
@requires(Permission.TRANSLATE)
def translation_save(lang: str, key: str) -> BaseResponse:
    """Save the translation of one text."""
    author = Author(session(), current_user())
    row = _load_row(author, lang, key)
    form = TranslationForm(prefix=f"{key}-")
    text = clean_text(form.text.data)
    row = replace(row, form=form)
    following = "" if htmx.is_htmx_request() else _load_worklist(author, lang).key_after(key)
    try:
        with write() as open_session:
            translate(open_session, author, row, text, form.source_text)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _respond(author, row, lang, 422)
    except Conflict as conflict:
        return _respond(author, _with_concurrent_edit(author, row, text, conflict.subject), lang, 409)
    announcement = _("Translation saved: %(title)s", title=excerpt(Bilingual(text, text)))
    if not htmx.is_htmx_request():
        flash(announcement)
        return redirect(url_for("news.translation_list", lang=lang, show=_show() or None, at=following or None), 303)
    session().expire_all()
    saved = replace(row, translatable=_load_row(author, lang, key).translatable, form=None)
    return _respond(author, saved, lang, 200, announcement)


def _load_row(author: Author, lang: str, key: str) -> TranslationRow:
    """Return the row of the text with this key, translated or not, without a form.

    Raises ``NotFound`` if there is no such text, and ``Forbidden`` if this person may not translate it.
    """
    kind, *parts = key.split("-")
    numbers = [number for part in parts if (number := parse_number(part)) is not None]
    wanted = {"milestone": 1, "challenge": 1, "theme": 1, "link": 2, "report": 2}.get(kind)
    if not len(numbers) == len(parts) == wanted:
        raise NotFound(key)
    url = url_for("news.translation_save", lang=lang, key=key, show=_show() or None)
    if kind != "report":
        text = news_text(author.session, kind, numbers[0], numbers[1] if wanted == 2 else 0)
        if not author.permission_check(Permission.TRANSLATE)(text.jurisdiction_ids):
            raise Forbidden
        return TranslationRow(text, url)
    reports = _Reports.load(author, lang)
    if reports is None:
        raise NotFound(key)
    text = report_text(author.session, reports.plan, numbers[0], numbers[1])
    if not can_translate_report(author.who, reports.priorities[text.priority_id]):
        raise Forbidden
    (row,) = reports.rows([text])
    return TranslationRow(text, url, report=row.report)


def _with_concurrent_edit(author: Author, row: TranslationRow, text: str, changed: News | ReportFacts) -> TranslationRow:
    """Return the row after another person changed or translated the text.

    What this person typed stays in the form or, if the text is translated already, is shown beside the stored translation.
    """
    fresh = _load_row(author, current_language().value, row.translatable.key).translatable
    if fresh.target is None:
        alert = concurrent_edit_sentence(changed, _("This text has already been translated."))
        return replace(row, translatable=fresh, form=None, alert=alert, yours=text)
    data = {"text": text, "source": fresh.source}
    form = TranslationForm(prefix=f"{fresh.key}-", data=data, formdata=None)
    alert = concurrent_edit_sentence(changed, _("Your translation is kept. Compare it with the new text, then save."))
    return replace(row, translatable=fresh, form=form, alert=alert)


def _show() -> str:
    """Return the parameter ``show`` of the URL, which says which texts to list."""
    return request.args.get("show", TO_TRANSLATE)


def load_texts(author: Author, lang: str) -> list[TranslationRow]:
    """Return all texts that need a translation and that this person may translate, including those already sent out."""
    worklist = _load_worklist(author, lang, every=True)
    return [*_complete(worklist.rows, lang), *_complete(worklist.reports, lang, worklist.source)]


def load_done_texts(author: Author, lang: str) -> list[TranslationRow]:
    """Return all texts that are current in both languages and that this person may translate."""
    is_allowed, reports = author.permission_check(Permission.TRANSLATE), _Reports.load(author, lang)
    news = [TranslationRow(text, "") for text in translated_news(author.session) if is_allowed(text.jurisdiction_ids)]
    return [*news, *(reports.rows(reports.texts(done=True)) if reports is not None else ())]


def _load_worklist(author: Author, lang: str, *, every: bool = False) -> TranslationWorklist:
    """Return the texts that ``show`` in the URL selects or, with ``every``, all that need a translation."""
    show = TO_TRANSLATE if every else _show()
    orders = [] if every or show == DONE else sent_orders(author.session)
    mine, others = [], []
    for text in translated_news(author.session) if show == DONE else untranslated_news(author.session):
        if not every and show != DONE and is_sent_out(orders, text) is not (show == SENT):
            continue
        if author.permission_check(Permission.TRANSLATE)(text.jurisdiction_ids):
            mine.append(TranslationRow(text, ""))
        else:
            others.append(TranslationRow(text, ""))
    mine.sort(key=lambda row: row.translatable.target is not Language.FR)
    reports = _Reports.load(author, lang)
    of_reports = reports.texts(done=show == DONE) if reports is not None else []
    if not every and show != DONE:
        of_reports = [text for text in of_reports if is_sent_out(orders, text) is (show == SENT)]
    rows = tuple(TranslationRow(text, "") for text in of_reports)
    return TranslationWorklist(tuple(mine), rows, () if show else tuple(others), show, reports, tuple(orders))


def _complete(rows: Sequence[TranslationRow], lang: str, reports: _Reports | None = None, at: str = "") -> list[TranslationRow]:
    """Return the rows with their URL and form; a row that already has a URL is unchanged."""
    texts = [row.translatable for row in rows if not row.url]
    made = iter(reports.rows(texts, at) if reports is not None else [_row(text, lang, at) for text in texts])
    return [row if row.url else next(made) for row in rows]


def _row(text: TranslatableText, lang: str, at: str, report: ReportOfText | None = None) -> TranslationRow:
    """Return the row of a text, with a form if it needs a translation. The form already contains a stale translation."""
    data = {"source": text.source, "text": text.stale_translation}
    form = TranslationForm(prefix=f"{text.key}-", data=data, focused=text.key == at, formdata=None)
    url = url_for("news.translation_save", lang=lang, key=text.key, show=_show() or None)
    return TranslationRow(text, url, form if text.target is not None else None, report=report)


@dataclass(frozen=True, slots=True)
class _Reports:
    """The plan that texts of reports come from, with its quarters, and the person who translates them."""

    author: Author
    lang: str
    plan: PlanFacts
    quarters: dict[str, PeriodFacts]
    priorities: dict[int, PriorityFacts]

    @classmethod
    def load(cls, author: Author, lang: str) -> _Reports | None:
        """Load the plan in effect; return None if there is no plan, or if it is closed."""
        try:
            plan = plan_facts(author.session, clocks.today().year, in_effect=True, with_activities=False)
        except NotFound:
            return None
        if plan.is_closed:
            return None
        quarters = {p.key: p for p in periods(author.session, plan.id, clocks.now(), clocks.today())}
        return cls(author, lang, plan, quarters, {p.id: p for p in plan.priorities})

    def texts(self, *, done: bool) -> list[TranslatableText]:
        """Return the texts of submitted reports that need a translation and that the person may translate.

        With ``done``, return those that are current in both languages instead.
        """
        own = {id_ for id_, priority in self.priorities.items() if can_translate_report(self.author.who, priority)}
        texts = untranslated_reports(self.author.session, self.plan, done=done)
        return [text for text in texts if text.priority_id in own]

    def rows(self, texts: Sequence[TranslatableText], at: str = "") -> list[TranslationRow]:
        """Return the rows of these texts, in one SQL statement."""
        activities = activity_titles(self.author.session, {text.id for text in texts})
        return [_row(text, self.lang, at, self._report_of(text, *activities[text.id])) for text in texts]

    def _report_of(self, text: TranslatableText, code: str, title: Bilingual) -> ReportOfText:
        """Return the report of a text.

        Co-chairs and the secretariat edit it on behalf of the first jurisdiction that can report on the priority.
        """
        priority = self.priorities[text.priority_id]
        who, behalf = self.author.who, priority.first_reporting if self.author.may_report_on_behalf else None
        if can_report_on(who, priority, None):
            behalf, answers_for = None, [id_ for id_, _code, _name in self.author.led_jurisdictions]
        else:
            answers_for = [behalf.jurisdiction_id] if behalf is not None and behalf.jurisdiction_id is not None else []
        if not answers_for or not self.quarters[text.period_key].takes_reports_from(answers_for):
            return ReportOfText(priority, title, "")
        query: dict[str, Any] = {"period": text.period_key, **({"for": behalf.jurisdiction_code} if behalf else {})}
        url = url_for("reporting.report", lang=self.lang, year=self.plan.year, code=code, **query)
        return ReportOfText(priority, title, url)


def _render_page(worklist: TranslationWorklist, status: int, at: str) -> BaseResponse:
    """Render the lists, each at the page that contains the row with key ``at``, or else at the page that the URL asks for."""
    place_of, lang = "news.translation_list", current_language().value
    texts = paginate(worklist.rows, place_of, row_index=_index(worklist.rows, at))
    reports = paginate(worklist.reports, place_of, "reports", row_index=_index(worklist.reports, at))
    context = {
        "worklist": worklist,
        "orders": worklist.orders if worklist.show == SENT else (),
        "texts": replace(texts, rows=_complete(texts.rows, lang, at=at)),
        "reports": replace(reports, rows=_complete(reports.rows, lang, worklist.source, at)),
        "others": paginate(worklist.others, place_of, "others"),
    }
    return htmx.respond("news/translations.html", "news/translations.html", status, **context)


def _index(rows: Sequence[TranslationRow], key: str) -> int | None:
    return find_index(rows, lambda row: row.translatable.key == key)


def _respond(author: Author, row: TranslationRow, lang: str, status: int, announcement: str = "") -> BaseResponse:
    """Return the row and the counts for htmx, or else the whole page with this row in its list."""
    worklist = _load_worklist(author, lang)
    if not htmx.is_htmx_request():
        return _render_page(worklist.with_row(row), status, row.translatable.key)
    return htmx.respond("", "news/_translation_row.html", status, row=row, worklist=worklist, announcement=announcement)
