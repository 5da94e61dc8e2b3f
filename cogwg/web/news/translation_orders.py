"""Sending texts out to be translated, and the file for the translation bureau."""

from __future__ import annotations

from flask import make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cogwg.core.bilingual import Bilingual
from cogwg.core.dates import join_list
from cogwg.core.errors import Invalid
from cogwg.core.text_limits import TEXT_LIMIT
from cogwg.core.xliff import MEDIA_TYPE, write_xliff
from cogwg.policy import Permission
from cogwg.reporting.news.orders import TextToSend, is_sent_out, send_out, sent_order, sent_orders
from cogwg.reporting.news.rules import THEME_LIMIT
from cogwg.reporting.rules import LABEL_LIMIT, LABEL_PREFIX
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author
from cogwg.web.news.translations import SENT, TranslationRow, load_texts

_PLACE = "send-out"


@blueprint.post("/translations/send")
@requires(Permission.TRANSLATE)
def translation_send(lang: str) -> Response:
    """Send out the selected texts, or all that this person may translate."""
    author, form = Author(session(), current_user()), SingleUseForm()
    selected, sends_all = set(request.form.getlist("text")), request.form.get("do") != "selected"
    orders = sent_orders(session()) if sends_all else []
    rows = [
        row
        for row in load_texts(author, lang)
        if row.translatable.key in selected or (sends_all and not is_sent_out(orders, row.translatable))
    ]
    texts = [_to_send(row) for row in rows]
    try:
        with write() as open_session:
            id_ = form.make_once(
                open_session,
                "translations",
                lambda: send_out(open_session, texts, by=author.actor(), at=clocks.now()),
            )
    except Invalid as refusal:
        flash_at(_PLACE, " ".join(i18n.translate_message(message) for _field, message in refusal.problems))
        return redirect_to_outcome(url_for("news.translation_list", lang=lang))
    flash_at(
        _PLACE,
        ngettext(
            "%(num)s text is marked as sent out. Download its file below.",
            "%(num)s texts are marked as sent out. Download their file below.",
            sent_order(session(), id_).text_count,
        ),
    )
    return redirect_to_outcome(url_for("news.translation_list", lang=lang, show=SENT))


@blueprint.get("/translations/orders/<int:id>.xlf")
@requires(Permission.TRANSLATE)
def translation_file(lang: str, id: int) -> Response:
    """Return the XLIFF file of texts that were sent out together, as they were then."""
    order = sent_order(session(), id)
    response = make_response(write_xliff(order.groups, order.sent_at))
    response.mimetype = MEDIA_TYPE
    response.headers.set("Content-Disposition", "attachment", filename=f"cogwg-{order.sent_at:%Y-%m-%d}-{id}.xlf")
    return response


def _to_send(row: TranslationRow) -> TextToSend:
    text = row.translatable
    names = _words(join_list([name for _id, name in text.jurisdictions])) if text.jurisdictions else ""
    where: list[str] = [row.label, names]
    if row.report is not None:
        where = [f"{row.report.priority.number}. {_words(row.report.priority.title)}", _words(row.report.title), *where]
    notes = [" · ".join(filter(None, where))]
    if text.is_stale:
        notes.append(_("The text changed after this translation."))
    return TextToSend(text, tuple(notes), _limit(row))


def _words(text: Bilingual) -> str:
    return text.text(i18n.current_language())


def _limit(row: TranslationRow) -> int:
    """Return the most characters that the text may have."""
    if row.translatable.kind == "theme":
        return THEME_LIMIT
    is_label = row.translatable.kind == "link" or row.translatable.name.startswith(LABEL_PREFIX)
    return LABEL_LIMIT if is_label else TEXT_LIMIT
