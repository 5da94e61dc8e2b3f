"""XLIFF documents keep every character of a text, and say what each text needs."""

from __future__ import annotations

from datetime import UTC, datetime

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from cogwg.core.bilingual import Language, clean_text
from cogwg.core.xliff import NAMESPACE, Unit, UnitGroup, write_xliff

AT = datetime(2020, 9, 24, 18, tzinfo=UTC)


@given(st.text(max_size=60).map(clean_text), st.text(max_size=60).map(clean_text))
def test_texts_are_read_back_from_the_document_as_they_were(source: str, target: str) -> None:
    unit = Unit("milestone-1", source, target, ("A note",), 4000)
    document = fromstring(write_xliff([UnitGroup("cogwg-1-en", Language.EN, (unit,))], AT))
    (element,) = document.iter(f"{{{NAMESPACE}}}trans-unit")
    assert element.findtext(f"{{{NAMESPACE}}}source") == source
    stored = element.find(f"{{{NAMESPACE}}}target")
    assert stored is not None
    assert (stored.text or "") == target
    assert stored.get("state") == ("needs-review-translation" if target else "needs-translation")
