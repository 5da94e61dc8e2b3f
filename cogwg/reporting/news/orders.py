"""Translation orders: texts that were sent for translation together, and the returned translations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import accumulate
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Person
from cogwg.audit.services import Actor, record_event
from cogwg.core.bilingual import Language
from cogwg.core.errors import N_, Invalid, Message, NotFound
from cogwg.core.xliff import SIZE_LIMIT, Unit, UnitGroup
from cogwg.reporting.models import TranslationOrder
from cogwg.reporting.news.rules import clean_translation
from cogwg.reporting.news.untranslated import TranslatableText


@dataclass(frozen=True, slots=True)
class TextToSend:
    """A text to send for translation, with notes on where the text is used, and the length limit of its translation."""

    text: TranslatableText
    notes: tuple[str, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class SentOrder:
    """Texts that were sent for translation together; ``person`` is the name of the person who sent them."""

    id: int
    sent_at: datetime
    person: str
    groups: tuple[UnitGroup, ...]

    @property
    def text_count(self) -> int:
        return sum(len(group.units) for group in self.groups)

    def contains(self, text: TranslatableText) -> bool:
        """Return whether the order includes this text as it is now, for translation into the language that it still needs."""
        return any(
            unit.id == text.key and unit.source == text.source
            for group in self.groups
            if group.into is text.target
            for unit in group.units
        )


def send_out(session: Session, texts: Sequence[TextToSend], *, by: Actor, at: datetime) -> int:
    """Record that these texts are sent for translation, and return the id of the order.

    The order contains as many of the texts, from the first one, as fit in a returned file of ``SIZE_LIMIT``. Raises
    ``Invalid`` if ``texts`` is empty.
    """
    if not texts:
        raise Invalid(("", Message(N_("Select at least one text to send for translation."))))
    sizes = accumulate(_unit(_stored(text)).returned_size for text in texts)
    texts = [text for n, (text, size) in enumerate(zip(texts, sizes, strict=True)) if not n or size <= SIZE_LIMIT]
    order = TranslationOrder(texts=[_stored(text) for text in texts], sent_at=at, sent_by=by.id)
    session.add(order)
    session.flush()
    after = {"texts": [[text.text.key, text.text.target] for text in texts]}
    record_event(session, "translations.sent", ("translation-order", order.id), by=by, at=at, after=after)
    return order.id


def sent_orders(session: Session) -> list[SentOrder]:
    """Return all translation orders, newest first, in one SQL statement."""
    rows = session.execute(_ORDERS.order_by(TranslationOrder.id.desc()))
    return [_order(stored, person or "") for stored, person in rows]


def sent_order(session: Session, id_: int) -> SentOrder:
    """Return a translation order. Raises ``NotFound`` if there is none with this id."""
    row = session.execute(_ORDERS.where(TranslationOrder.id == id_)).one_or_none()
    if row is None:
        raise NotFound(f"translation order {id_}")
    stored, person = row
    return _order(stored, person or "")


class ReceivedOutcome(StrEnum):
    """What happens to the translation of a text in a returned file: whether it is stored and, if not, why."""

    STORE = "store"
    CHANGED = "changed"
    TRANSLATED = "translated"
    TOO_LONG = "too-long"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """A text sent for translation, its translation in the returned file, and the outcome.

    ``current`` is the text as it is now; None if it no longer needs a translation or if the person may not translate it.
    """

    unit: Unit
    into: Language
    translation: str
    current: TranslatableText | None
    outcome: ReceivedOutcome


def received_texts(
    order: SentOrder, translations: Mapping[str, Mapping[str, str]], to_translate: Mapping[str, TranslatableText]
) -> list[ReceivedText]:
    """Return the texts of an order, each with its outcome. A translation is not stored if the text has changed since it was
    sent.

    ``translations`` are the translations in the file. ``to_translate`` maps keys to the texts that still need a translation
    and that the person may translate. Raises ``Invalid`` if the file belongs to another order.
    """
    if not any(group.original in translations for group in order.groups):
        raise Invalid(("file", Message(N_("This file is for other texts. Choose another file."))))
    received = []
    for group in order.groups:
        for unit in group.units:
            translation = clean_translation(translations.get(group.original, {}).get(unit.id, ""), unit.limit)
            current = to_translate.get(unit.id)
            received.append(
                ReceivedText(unit, group.into, translation, current, _outcome(unit, group.into, translation, current))
            )
    return received


def _outcome(unit: Unit, into: Language, translation: str, current: TranslatableText | None) -> ReceivedOutcome:
    if not translation:
        return ReceivedOutcome.EMPTY
    if current is None:
        return ReceivedOutcome.TRANSLATED
    if current.target is not into or current.source != unit.source:
        return ReceivedOutcome.CHANGED
    return ReceivedOutcome.TOO_LONG if len(translation) > unit.limit else ReceivedOutcome.STORE


def is_sent_out(orders: Iterable[SentOrder], text: TranslatableText) -> bool:
    """Return whether this text is waiting for its translation: it still needs one, and an order contains it as it is now."""
    return text.target is not None and any(order.contains(text) for order in orders)


_ORDERS = select(TranslationOrder, Person.name).outerjoin(Person, Person.id == TranslationOrder.sent_by)


def _stored(sent: TextToSend) -> dict[str, Any]:
    text = sent.text
    return {
        "key": text.key,
        "into": text.target,
        "source": text.source,
        "target": text.stale_translation,
        "notes": list(sent.notes),
        "limit": sent.limit,
    }


def _unit(stored: dict[str, Any]) -> Unit:
    return Unit(stored["key"], stored["source"], stored["target"], tuple(stored["notes"]), stored["limit"])


def _order(stored: TranslationOrder, person: str) -> SentOrder:
    groups = []
    for lang in (Language.FR, Language.EN):
        units = tuple(_unit(text) for text in stored.texts if text["into"] == lang)
        if units:
            groups.append(UnitGroup(f"cogwg-{stored.id}-{lang.value}", lang, units))
    return SentOrder(stored.id, stored.sent_at, person, tuple(groups))
