"""The hash of a link, the text of a witness, and what a check says of a chain that is whole; without a database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogwg.audit.chain import (
    ERASED,
    GENESIS,
    SALTED,
    UNSALTED,
    ChainedEvent,
    Head,
    Link,
    Witness,
    find_witnesses,
    link_hash,
    new_salts,
    text_digest,
)
from cogwg.audit.verdict import ChainCheck, Fault, FaultKind

AT = datetime(2020, 9, 24, 18, 0, 0, 123456, tzinfo=UTC)
EVENT = ChainedEvent(7, AT, "report.saved", "person", 3, None, "report", 12, {"text": ["Progress.", ""]}, {"version": 2})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=())), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_hash_of_each_algorithm_never_changes() -> None:
    """Links that were written by a release are verified by all later ones."""
    assert link_hash(1, GENESIS, UNSALTED, EVENT, {}) == "d445c0e636cad70b2acfd56e935e4a5a1aeec72fd2d8068e625de7ad6fca3896"
    salts = {"/before/text/0": "00" * 16, "/before/text/1": "ff" * 16}
    assert link_hash(1, GENESIS, SALTED, EVENT, salts) == "2495e7a909cadf4a9d738e8b181ef03df854e98151ebfd7478cd5ad574422bcc"


@pytest.mark.parametrize(
    "changed",
    [
        replace(EVENT, id=8),
        replace(EVENT, at=AT + timedelta(microseconds=1)),
        replace(EVENT, action="report.sent"),
        replace(EVENT, actor_kind="system"),
        replace(EVENT, actor_id=None),
        replace(EVENT, behalf_of=1),
        replace(EVENT, subject_kind="plan"),
        replace(EVENT, subject_id=13),
        replace(EVENT, before={"text": ["Progress!", ""]}),
        replace(EVENT, before={"text": ["", "Progress."]}),
        replace(EVENT, before=None),
        replace(EVENT, after={"version": 3}),
    ],
    ids=lambda event: next(name for name in ChainedEvent.__slots__ if getattr(event, name) != getattr(EVENT, name)),
)
def test_hash_covers_every_value_of_the_event(changed: ChainedEvent) -> None:
    for algorithm, salts in ((UNSALTED, {}), (SALTED, new_salts(EVENT))):
        whole = link_hash(5, "ab" * 32, algorithm, EVENT, salts)
        assert whole == link_hash(5, "ab" * 32, algorithm, replace(EVENT, at=AT.astimezone()), salts)
        try:
            assert link_hash(5, "ab" * 32, algorithm, changed, salts) != whole
        except (KeyError, ValueError):
            assert algorithm == SALTED, "a text without a salt, or a salt without a text"
    salts = new_salts(EVENT)
    assert len({link_hash(n, p, SALTED, EVENT, salts) for n in (5, 6) for p in ("ab" * 32, "cd" * 32)}) == 4


@given(before=JSON, after=JSON)
def test_any_json_value_has_a_hash_that_survives_storage_as_json(before: Any, after: Any) -> None:
    before, after = (json.loads(json.dumps(each)) for each in (before, after))  # joins halves of a surrogate pair
    event = replace(EVENT, before=before, after=after)
    read_back = replace(EVENT, before=json.loads(json.dumps(before)), after=json.loads(json.dumps(after)))
    salts = new_salts(event)
    assert new_salts(read_back).keys() == salts.keys()
    for algorithm, own in ((UNSALTED, {}), (SALTED, salts)):
        assert link_hash(1, GENESIS, algorithm, event, own) == link_hash(1, GENESIS, algorithm, read_back, own)


@given(first=JSON, second=JSON)
def test_different_values_have_different_hashes(first: Any, second: Any) -> None:
    """Numbers are equal if they are the same number, such as 1 and 1.0; RFC 8785 writes both as 1."""
    if repr(first).replace(".0", "").replace("-0", "0") == repr(second).replace(".0", "").replace("-0", "0") or first == second:
        return
    hashes = {link_hash(1, GENESIS, UNSALTED, replace(EVENT, before=each), {}) for each in (first, second)}
    assert len(hashes) == 2


@given(value=JSON)
def test_erased_text_keeps_the_hash_and_leaves_nothing_of_the_text(value: Any) -> None:
    event = replace(EVENT, before={"kept": "K", "text": "Marie left in March.", "other": value})
    salts = new_salts(event)
    whole = link_hash(1, GENESIS, SALTED, event, salts)
    salt = salts.pop("/before/text")
    marker = {ERASED: text_digest(salt, "Marie left in March.")}
    erased = replace(EVENT, before={"kept": "K", "text": marker, "other": value})
    assert link_hash(1, GENESIS, SALTED, erased, salts) == whole
    check = ChainCheck()
    check.add(Link(1, erased.id, GENESIS, whole, SALTED, salts), erased)
    verdict = check.finish(Head(1, whole, AT))
    assert (verdict.fault, verdict.erased) == (None, 1)


def test_equal_texts_have_different_digests() -> None:
    """Without salts of their own, a short text such as a name could be found by trying."""
    event = replace(EVENT, before={"a": "Marie", "b": "Marie"})
    salts = new_salts(event)
    assert len(set(salts.values())) == 2
    assert link_hash(1, GENESIS, SALTED, event, salts) != link_hash(1, GENESIS, SALTED, event, new_salts(event))


def test_marker_of_an_erased_text_cannot_be_told_from_a_text_by_its_form_alone() -> None:
    """A text may look like a marker. Its salt says that it is a text."""
    looks_erased = replace(EVENT, before={"text": {ERASED: "0" * 64}})
    salts = new_salts(looks_erased)
    assert set(salts) == {f"/before/text/{ERASED}"}
    assert link_hash(1, GENESIS, SALTED, looks_erased, salts) != link_hash(1, GENESIS, SALTED, looks_erased, {})


@pytest.mark.parametrize(
    "text",
    [
        "{witness}",
        "Audit log: {witness}",
        "Journal d’audit\u00a0: {witness}\n",
        "x {witness} {witness}. Other words 12/2020/ab.",
        "999/2020-02-30T18:00:00Z/0123456789abcdef {witness}",
    ],
)
def test_witness_is_found_in_text(text: str) -> None:
    witness = Head(1234, "0123456789abcdef" * 4, AT).witness
    assert str(witness) == "1234/2020-09-24T18:00:00Z/0123456789abcdef"
    assert find_witnesses(text.format(witness=witness)) == [witness]


@pytest.mark.parametrize(
    "text", ["0/{rest}", "01234/{rest}", "a1234/{rest}", "1234/{rest}f", "1234/{rest}/", "1234//{rest}", ""]
)
def test_what_only_resembles_a_witness_is_none(text: str) -> None:
    assert find_witnesses(text.format(rest="2020-09-24T18:00:00Z/0123456789abcdef")) == []


def make_chain(count: int) -> tuple[list[tuple[Link, ChainedEvent]], Head]:
    previous, links = GENESIS, []
    for n in range(1, count + 1):
        event = replace(EVENT, id=n, at=AT + timedelta(seconds=n))
        salts = new_salts(event)
        hash_ = link_hash(n, previous, SALTED, event, salts)
        links.append((Link(n, n, previous, hash_, SALTED, salts), event))
        previous = hash_
    return links, Head(count, previous, links[-1][1].at)


def test_whole_chain_has_count_head_and_newest_witness() -> None:
    links, head = make_chain(5)
    witnesses = [Head(n, links[n - 1][0].hash, links[n - 1][1].at).witness for n in (4, 2)]
    check = ChainCheck(witnesses)
    for link, event in links:
        check.add(link, event)
    verdict = check.finish(head)
    assert (verdict.count, verdict.head, verdict.fault) == (5, head, None)
    assert verdict.newest_witness == witnesses[0]


def test_first_fault_is_the_one_at_the_lowest_position() -> None:
    links, head = make_chain(5)
    early = Witness(2, AT, "f" * 16)
    check = ChainCheck([early])
    for link, event in links:
        check.add(link, replace(event, action="x") if event.id == 3 else event)
    verdict = check.finish(head, unlinked=[99])
    assert verdict.fault is not None
    assert (verdict.fault.kind, verdict.fault.position, verdict.faults) == (FaultKind.WITNESS_DIFFERS, 2, 3)


def test_link_of_a_later_release_is_told_apart_from_a_changed_one() -> None:
    links, _head = make_chain(1)
    check = ChainCheck()
    check.add(replace(links[0][0], algorithm=3), links[0][1])
    verdict = check.finish(_head)
    assert verdict.fault is not None
    assert verdict.fault.kind is FaultKind.UNKNOWN_ALGORITHM


@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_words_in_both_languages(kind: FaultKind) -> None:
    values = {"last": 4, "event": 9, "at": "2020-09-24"}
    words = Fault(kind, 5, values).words
    assert "%" not in words.en + words.fr
    assert words.en != words.fr
