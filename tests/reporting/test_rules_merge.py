"""Merging two people's reports keeps the texts of both; without a database."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cogwg.core.bilingual import Bilingual
from cogwg.core.status import Status
from cogwg.reporting.merge import (
    REPORT_FIELDS,
    TEXT_FIELDS,
    field_value,
    find_differences,
    mark_differences,
    merge_drafts,
    merge_texts,
    reconcile,
)
from cogwg.reporting.rules import LabelledLink, ReportDraft

WORDS = (
    "five",
    "stories",
    "are",
    "written",
    "données",
    "l’été",
    "3",
    "p. 4",
    "M. Roy",
    "Prof. Côté",
    "no. 3",
    "Stories",
    "<b>",
    "&amp;",
)
SENTENCES = st.lists(
    st.builds(
        lambda words, end: " ".join(words) + end,
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
        st.sampled_from(".!?…"),
    ),
    max_size=5,
)
ANY_TEXT = st.text(max_size=80)
TEXT = st.one_of(SENTENCES.map(" ".join), ANY_TEXT.map(str.strip))
BILINGUAL = st.builds(Bilingual, TEXT, TEXT)
LINKS = st.lists(
    st.builds(
        LabelledLink,
        st.sampled_from(["https://a.example/", "https://b.example/", "https://c.example/"]),
        st.just(Bilingual("x", "")),
    ),
    max_size=3,
    unique=True,
).map(tuple)
ANY_DRAFTS = st.builds(ReportDraft, st.sampled_from([None, *Status]), BILINGUAL, BILINGUAL, BILINGUAL, LINKS, st.booleans())
DRAFTS = ANY_DRAFTS.map(lambda draft: draft.without_mark() if draft.has_text_and_mark else draft)


@given(SENTENCES, SENTENCES)
@example(["five."], ["five five."])
def test_merge_texts_keeps_every_sentence(theirs: list[str], yours: list[str]) -> None:
    first, second = " ".join(theirs), " ".join(yours)
    stored = merge_texts(first, second)
    for sentence in (*theirs, *yours):
        assert sentence in stored
    assert stored.startswith(first) or stored == second, "their text comes first, unless yours contains it"


@given(ANY_TEXT, ANY_TEXT)
@example("    ", "Done")
@example("complete.", "Incomplete.")
def test_merge_texts_keeps_every_word_of_any_text(theirs: str, yours: str) -> None:
    assert {*theirs.split(), *yours.split()} <= {*merge_texts(theirs, yours).split()}


def test_merge_texts_of_one_text_and_none_is_that_text() -> None:
    assert merge_texts("    ", "Done") == merge_texts("Done", "") == "Done"


@given(SENTENCES)
def test_merge_texts_of_equal_texts_has_no_repetition(text: list[str]) -> None:
    assert merge_texts(" ".join(text), " ".join(text)) == " ".join(text)


@given(ANY_TEXT, ANY_TEXT)
def test_mark_differences_covers_both_texts_completely(theirs: str, yours: str) -> None:
    left, right = mark_differences(theirs, yours)
    assert "".join(piece for piece, _ in left) == theirs
    assert "".join(piece for piece, _ in right) == yours
    if theirs == yours:
        assert not any(differs for _, differs in left)


@given(DRAFTS, DRAFTS)
def test_merge_drafts_with_a_single_side_equals_that_side(theirs: ReportDraft, yours: ReportDraft) -> None:
    assert merge_drafts(theirs, yours, dict.fromkeys(REPORT_FIELDS, "theirs"), {}) == theirs
    assert merge_drafts(theirs, yours, dict.fromkeys(REPORT_FIELDS, "yours"), {}) == yours
    assert merge_drafts(theirs, yours, {}, {}) == theirs


@given(DRAFTS, DRAFTS)
def test_find_differences_lists_exactly_the_fields_that_differ(theirs: ReportDraft, yours: ReportDraft) -> None:
    asked = [d.field for d in find_differences(theirs, yours)]
    assert asked == [f for f in REPORT_FIELDS if field_value(theirs, f) != field_value(yours, f)]
    assert merge_drafts(theirs, yours, dict.fromkeys(asked, "yours"), {}) == yours


@given(DRAFTS, DRAFTS)
def test_merge_drafts_with_both_keeps_all_links_and_edited_texts(theirs: ReportDraft, yours: ReportDraft) -> None:
    offered = {d.field: d.both for d in find_differences(theirs, yours) if d.field in TEXT_FIELDS}
    made = merge_drafts(theirs, yours, {**dict.fromkeys(offered, "both"), "evidence": "both"}, offered)
    assert set(made.evidence) == {*theirs.evidence, *yours.evidence}
    assert {f: field_value(made, f) for f in offered} == offered
    assert made.status is theirs.status


def test_merge_drafts_with_unknown_choice_keeps_theirs() -> None:
    theirs, yours = ReportDraft(Status.LIMITED), ReportDraft(Status.COMPLETE)
    assert merge_drafts(theirs, yours, {"status": "mine"}, {}) == theirs
    assert merge_drafts(theirs, yours, {"status": "both", "nothing_to_report": "both"}, {}) == theirs


def test_merge_texts_has_shared_sentences_only_once() -> None:
    theirs = "Deux récits sont en ligne. Ils sont traduits."
    yours = "Deux récits sont en ligne. L’Ontario relit le troisième."
    assert merge_texts(theirs, yours) == "Deux récits sont en ligne. Ils sont traduits. L’Ontario relit le troisième."


@given(DRAFTS, DRAFTS, DRAFTS)
def test_reconcile_asks_about_no_field_that_one_side_left_as_it_was(
    base: ReportDraft, theirs: ReportDraft, yours: ReportDraft
) -> None:
    fields = reconcile(base, theirs, yours)
    differing = [f for f in REPORT_FIELDS if field_value(theirs, f) != field_value(yours, f)]
    assert sorted((*fields.only_yours, *fields.only_theirs, *fields.both)) == sorted(differing)
    assert all(field_value(theirs, f) == field_value(base, f) for f in fields.only_yours)
    assert all(field_value(yours, f) == field_value(base, f) for f in fields.only_theirs)
    assert reconcile(None, theirs, yours).both == tuple(differing)


@given(DRAFTS, DRAFTS)
def test_reconcile_with_an_unchanged_side_has_nothing_to_ask(base: ReportDraft, changed: ReportDraft) -> None:
    assert reconcile(base, changed, base).both == ()
    only_yours = reconcile(base, base, changed).only_yours
    assert merge_drafts(base, changed, dict.fromkeys(only_yours, "yours"), {}) == changed
