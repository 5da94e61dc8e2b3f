"""Texts sent for translation, and the files exchanged with the translation service."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace

from flask import make_response, request, url_for
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import FileField, HiddenField

from cogwg.core.calendar import local_day
from cogwg.core.dates import join_list
from cogwg.core.errors import Conflict, Forbidden, Invalid
from cogwg.core.xliff import MEDIA_TYPE, SIZE_LIMIT, read_xliff, write_xliff
from cogwg.policy import Permission
from cogwg.reporting.news.orders import (
    ReceivedOutcome,
    ReceivedText,
    SentOrder,
    TextToSend,
    is_sent_out,
    received_texts,
    send_out,
    sent_order,
    sent_orders,
)
from cogwg.reporting.news.received import StoredTranslation, record_received, translations_to_undo, undo_received
from cogwg.reporting.news.rules import THEME_LIMIT
from cogwg.reporting.rules import LABEL_LIMIT, report_text_limit
from cogwg.web.auth.access import current_user, requires
from cogwg.web.http import clocks, forms, htmx, i18n
from cogwg.web.http.database import session, write
from cogwg.web.http.filters import plain
from cogwg.web.http.flashes import flash_at, redirect_to_outcome
from cogwg.web.http.i18n import lazy_gettext as _
from cogwg.web.http.single_use import SingleUseForm
from cogwg.web.news import blueprint
from cogwg.web.news.author import Author
from cogwg.web.news.translation_rows import TranslationRow, report_with, revert, translate
from cogwg.web.news.translations import SENT, load_done_texts, load_texts

_PLACE = "send-out"
_FILE_PREFIX = {"en": "cogwg", "fr": "gtcgo"}


@blueprint.post("/translations/send")
@requires(Permission.TRANSLATE)
def translation_send(lang: str) -> Response:
    """Send the selected texts for translation, or all that this person may translate, except those that were sent already."""
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
    count = sent_order(session(), id_).text_count
    message = ngettext(
        "The file with %(num)s text is ready. Download it below and send it to your translation service.",
        "The file with %(num)s texts is ready. Download it below and send it to your translation service.",
        count,
    )
    if count < len(texts):
        message += " " + ngettext(
            "%(num)s more text does not fit in this file. Prepare another file for it.",
            "%(num)s more texts do not fit in this file. Prepare another file for them.",
            len(texts) - count,
        )
    flash_at(_PLACE, message)
    return redirect_to_outcome(url_for("news.translation_list", lang=lang, show=SENT))


@blueprint.get("/translations/orders/<int:id>.xlf")
@requires(Permission.TRANSLATE)
def translation_file(lang: str, id: int) -> Response:
    """Return the XLIFF file of texts that were sent for translation together, as they were then."""
    order = sent_order(session(), id)
    response = make_response(write_xliff(order.groups, order.sent_at))
    response.mimetype = MEDIA_TYPE
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{_FILE_PREFIX[lang]}-{local_day(order.sent_at)}-{id}.xlf"
    )
    return response


class FileForm(FlaskForm):  # type: ignore[misc]
    """The form to upload a file that the translation service sent back."""

    file = FileField(_("XLIFF file from the translation service"), render_kw={"accept": ".xlf,.xliff"})


class StoreForm(FlaskForm):  # type: ignore[misc]
    """The form to store the translations of a previewed file; ``content`` is the file in Base64."""

    content = HiddenField("")


@blueprint.route("/translations/orders/<int:id>", methods=["GET", "POST"])
@requires(Permission.TRANSLATE)
def translation_order(lang: str, id: int) -> Response:
    """Show the texts that were sent for translation together; on POST, preview what a returned file would store."""
    order, form = sent_order(session(), id), FileForm()
    if request.method == "GET":
        return _render(order, form, 200)
    upload = request.files.get("file")
    data = upload.read(SIZE_LIMIT + 1) if upload is not None else b""
    try:
        received = _received(order, data, lang)
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(order, form, 422)
    store = StoreForm(data={"content": b64encode(data).decode()}, formdata=None)
    return _render(order, form, 200, received, store)


@blueprint.post("/translations/orders/<int:id>/store")
@requires(Permission.TRANSLATE)
def translation_store(lang: str, id: int) -> Response:
    """Store the translations of a file, all in one transaction; a text that changed since it was sent is left as it is."""
    order, form, author = sent_order(session(), id), FileForm(formdata=None), Author(session(), current_user())
    try:
        data = b64decode(StoreForm().content.data or "", validate=True)
    except ValueError:
        data = b""
    try:
        received = _received(order, data, lang)
        rows = {row.translatable.key: row for row in load_texts(author, lang)}
        to_store = [text for text in received if text.outcome is ReceivedOutcome.STORE]
        stored = [StoredTranslation.of(rows[t.unit.id].translatable, t.into, t.translation) for t in to_store]
        with write() as open_session:
            for text in to_store:
                translate(open_session, author, rows[text.unit.id], text.translation, text.unit.source)
            stored = [replace(t, report=report_with(open_session, rows[t.key])) for t in stored]
            if stored:
                record_received(open_session, id, stored, by=author.actor(), at=clocks.now())
    except Invalid as refusal:
        forms.add_errors(form, refusal)
        return _render(order, form, 422)
    except Conflict:
        store = StoreForm(data={"content": b64encode(data).decode()}, formdata=None)
        return _render(order, form, 409, _received(order, data, lang), store)
    count = len(to_store)
    flash_at(
        "received",
        ngettext("%(num)s translation is saved.", "%(num)s translations are saved.", count),
    )
    return redirect_to_outcome(url_for("news.translation_order", lang=lang, id=id))


@blueprint.post("/translations/orders/<int:id>/undo")
@requires(Permission.TRANSLATE)
def translation_undo(lang: str, id: int) -> Response:
    """Undo the translations that the latest file stored. A text that has changed since then is not changed."""
    order, author = sent_order(session(), id), Author(session(), current_user())
    rows = _rows_to_revert(author, lang, translations_to_undo(session(), order.id))
    if rows is None:
        raise Forbidden
    with write() as open_session:
        count, changed = undo_received(
            open_session,
            order.id,
            lambda stored: stored.key in rows and report_with(open_session, rows[stored.key]) == stored.report,
            lambda stored: revert(open_session, author, rows[stored.key], stored),
            by=author.actor(),
            at=clocks.now(),
        )
    message = ngettext("%(num)s translation was undone.", "%(num)s translations were undone.", count)
    if changed:
        message += " " + ngettext(
            "%(num)s text was left unchanged, because it has since been edited or accepted.",
            "%(num)s texts were left unchanged, because they have since been edited or accepted.",
            changed,
        )
    flash_at("received", message)
    return redirect_to_outcome(url_for("news.translation_order", lang=lang, id=id))


def _rows_to_revert(author: Author, lang: str, stored: Sequence[StoredTranslation]) -> dict[str, TranslationRow] | None:
    """Map the keys of the texts that are current in both languages, and that this person may translate, to their rows.

    Return None if this person may not translate every text in ``stored``.
    """
    rows = {row.translatable.key: row for row in load_done_texts(author, lang)} if stored else {}
    if stored and not author.may_report_on_behalf:
        own = {*rows, *(row.translatable.key for row in load_texts(author, lang))}
        if any(text.key not in own for text in stored):
            return None
    return rows


def _received(order: SentOrder, data: bytes, lang: str) -> list[ReceivedText]:
    rows = load_texts(Author(session(), current_user()), lang)
    return received_texts(order, read_xliff(data), {row.translatable.key: row.translatable for row in rows})


def _render(
    order: SentOrder, form: FileForm, status: int, received: Sequence[ReceivedText] = (), store: StoreForm | None = None
) -> Response:
    author = Author(session(), current_user())
    lang = i18n.current_language().value
    texts = load_texts(author, lang)
    waiting = {row.translatable.key: row.translatable for row in texts}
    places = {row.translatable.key: _place_of(row) for row in (*load_done_texts(author, lang), *texts)}
    stored = translations_to_undo(session(), order.id)
    words = {
        ReceivedOutcome.STORE: _("will be saved"),
        ReceivedOutcome.CHANGED: _("not saved: the text has changed since it was sent for translation"),
        ReceivedOutcome.TRANSLATED: _("not saved: the text no longer needs a translation"),
        ReceivedOutcome.TOO_LONG: _("not saved: the translation is too long"),
        ReceivedOutcome.EMPTY: _("not in the file"),
    }
    context = {
        "outcome_words": words,
        "order": order,
        "form": form,
        "received": received,
        "to_store": sum(text.outcome is ReceivedOutcome.STORE for text in received),
        "store": store,
        "waiting": waiting,
        "places": places,
        "undoable": 0 if _rows_to_revert(author, lang, stored) is None else len(stored),
    }
    return htmx.respond("news/translation_order.html", "news/translation_order.html", status, **context)


def _to_send(row: TranslationRow) -> TextToSend:
    notes = [_place_of(row)]
    if row.translatable.is_stale:
        notes.append(str(_("The original text changed after it was translated.")))
    return TextToSend(row.translatable, tuple(notes), _limit(row))


def _place_of(row: TranslationRow) -> str:
    """Return where a text is from, in the page's language: "Milestone · Ontario"."""
    text = row.translatable
    names = plain(join_list([name for _id, name in text.jurisdictions])) if text.jurisdictions else ""
    where: list[str] = [row.label, names]
    if row.report is not None:
        where = [f"{row.report.priority.number}. {plain(row.report.priority.title)}", plain(row.report.title), *where]
    return " · ".join(filter(None, where))


def _limit(row: TranslationRow) -> int:
    """Return the maximum number of characters in the translation of this text."""
    if row.translatable.kind == "theme":
        return THEME_LIMIT
    return LABEL_LIMIT if row.translatable.kind == "link" else report_text_limit(row.translatable.name)
