"""Pure functions that merge two people's changes to one report: they mark differences word by word, and build a text that
keeps both versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from cogwg.core.bilingual import Bilingual
from cogwg.reporting.rules import LabelledLink, ReportDraft

MarkedRuns = tuple[tuple[str, bool], ...]
TEXT_FIELDS = (
    *("progress_en", "progress_fr", "challenge_en", "challenge_fr", "evidence_note_en", "evidence_note_fr"),
    *("next_step_en", "next_step_fr"),
)
REPORT_FIELDS = ("status", "nothing_to_report", *TEXT_FIELDS, "evidence")
_MARK_OR_TEXT = ("nothing_to_report", "progress_en", "progress_fr")
_WORDS = re.compile(r"\S+\s*|\s+")
_SENTENCE_BREAK = re.compile(r"(?:(?<=[^\W\d]{5}\.)|(?<=[!?…]))\s+(?=[A-ZÀ-ÖØ-Þ«“(])|\n+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that differs between two versions of a report.

    ``theirs_marked`` and ``yours_marked`` are runs of (text, whether it differs). ``both`` is the merged text. All three are
    empty for a field that is not a text.
    """

    field: str
    theirs: object
    yours: object
    theirs_marked: MarkedRuns = ()
    yours_marked: MarkedRuns = ()
    both: str = ""


def field_value(draft: ReportDraft, field: str) -> object:
    """Return the value of a draft for a field of the form, such as ``progress_fr``."""
    if field in TEXT_FIELDS:
        name, _, lang = field.rpartition("_")
        text: Bilingual = getattr(draft, name)
        return text.exact_text(lang)
    return getattr(draft, field)


def find_differences(theirs: ReportDraft, yours: ReportDraft) -> list[Difference]:
    """Return the fields that differ, in the order of the form."""
    differences = []
    for field in REPORT_FIELDS:
        a, b = field_value(theirs, field), field_value(yours, field)
        if a == b:
            continue
        if field in TEXT_FIELDS:
            left, right = mark_differences(str(a), str(b))
            differences.append(Difference(field, a, b, left, right, merge_texts(str(a), str(b))))
        else:
            differences.append(Difference(field, a, b))
    return differences


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The fields that changed since the version that both people started from: changed by you only, by them only, or
    differently by both.
    """

    only_yours: tuple[str, ...] = ()
    only_theirs: tuple[str, ...] = ()
    both: tuple[str, ...] = ()


def reconcile(base: ReportDraft | None, theirs: ReportDraft, yours: ReportDraft) -> Reconciliation:
    """Compare two versions of a report with the one that both people started from. Without it, every difference counts as
    changed by both.

    A report has either a progress text or "Nothing to report": if the versions differ in the latter, these fields are compared
    as one.
    """
    differing = [f for f in REPORT_FIELDS if field_value(theirs, f) != field_value(yours, f)]
    if base is None:
        return Reconciliation(both=tuple(differing))

    def is_changed(draft: ReportDraft, field: str) -> bool:
        own = _MARK_OR_TEXT if field in _MARK_OR_TEXT and "nothing_to_report" in differing else (field,)
        return any(field_value(draft, f) != field_value(base, f) for f in own)

    by_them, by_you = ({f for f in differing if is_changed(draft, f)} for draft in (theirs, yours))
    return Reconciliation(
        tuple(f for f in differing if f not in by_them),
        tuple(f for f in differing if f not in by_you),
        tuple(f for f in differing if f in by_them & by_you),
    )


def has_saved_change(base: ReportDraft, saved: ReportDraft, form: ReportDraft) -> bool:
    """Whether a change to a text or the links in the form has already been saved since ``base``, for example before the person
    went back in the browser.
    """
    return any(field_value(base, f) != field_value(saved, f) == field_value(form, f) for f in (*TEXT_FIELDS, "evidence"))


def mark_differences(theirs: str, yours: str) -> tuple[MarkedRuns, MarkedRuns]:
    """Split both texts into runs of (text, flag). The flag is True if the other text does not contain the run."""
    a, b = _WORDS.findall(theirs), _WORDS.findall(yours)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if a2 > a1:
            left.append(("".join(a[a1:a2]), kind != "equal"))
        if b2 > b1:
            right.append(("".join(b[b1:b2]), kind != "equal"))
    return tuple(left), tuple(right)


def merge_texts(theirs: str, yours: str) -> str:
    """Return ``theirs``, followed by the sentences of ``yours`` that it does not contain, so that no sentence of either text
    is lost.

    Texts are not split where it is unclear whether a sentence ends ("p. 4", "M. Roy"): it is better to repeat words than to
    lose them. If one text contains the other, only the longer one is returned.
    """
    theirs, yours = theirs.strip(), yours.strip()
    if _has_words(theirs, yours) or _has_words(yours, theirs):
        return max(theirs, yours, key=len)
    have = _sentences(theirs)
    added = [s.strip() for s in _SENTENCE_BREAK.split(yours) if s.strip() and s.strip() not in have]
    return " ".join([theirs, *added])


def has_change(base: str, theirs: str, yours: str) -> bool:
    """Whether ``theirs`` already contains the changes of ``yours`` since ``base``: every sentence that was added, and none
    that was removed.
    """
    before, stored, changed = (_sentences(text) for text in (base, theirs, yours))
    return changed <= stored and stored.isdisjoint(before - changed)


def _sentences(text: str) -> set[str]:
    return {sentence.strip() for sentence in _SENTENCE_BREAK.split(text.strip())}


def _has_words(text: str, part: str) -> bool:
    """Return whether a text contains another as whole words: "Incomplete." does not contain "complete."."""
    return not part or re.search(rf"(?<!\S){re.escape(part)}(?!\S)", text) is not None


def is_continued_by(stored: ReportDraft, yours: ReportDraft) -> bool:
    """Return whether ``yours`` contains everything in ``stored``, so that saving it over the stored report loses nothing.

    The status (if one is stored) and "Nothing to report" must be the same. Each text must be the stored text or begin with it,
    and ``yours`` must have every stored link.
    """
    return (
        stored.status in (None, yours.status)
        and stored.nothing_to_report == yours.nothing_to_report
        and all(str(field_value(yours, f)).startswith(str(field_value(stored, f))) for f in TEXT_FIELDS)
        and set(stored.evidence) <= set(yours.evidence)
    )


def merge_drafts(theirs: ReportDraft, yours: ReportDraft, choices: dict[str, str], texts: dict[str, str]) -> ReportDraft:
    """Build a draft from the choice for each field: "theirs", "yours" or, for texts and links, "both".

    A field without a choice keeps "theirs". ``texts`` has the edited text of each field with the choice "both". If the draft
    would have both a progress text and "Nothing to report", and no choice was made for "Nothing to report", only the text is
    kept.
    """

    def chosen(field: str) -> object:
        choice = choices.get(field, "theirs")
        if choice == "both" and field in TEXT_FIELDS:
            return texts.get(field, "")
        if choice == "both" and field == "evidence":
            return tuple(dict.fromkeys((*theirs.evidence, *yours.evidence)))
        return field_value(yours if choice == "yours" else theirs, field)

    def text(name: str) -> Bilingual:
        return Bilingual(str(chosen(f"{name}_en")), str(chosen(f"{name}_fr")))

    evidence: tuple[LabelledLink, ...] = chosen("evidence")  # type: ignore[assignment]
    merged = ReportDraft(
        status=chosen("status"),  # type: ignore[arg-type]
        progress=text("progress"),
        challenge=text("challenge"),
        evidence_note=text("evidence_note"),
        evidence=evidence,
        nothing_to_report=bool(chosen("nothing_to_report")),
        next_step=text("next_step"),
    )
    return merged.without_mark() if merged.has_text_and_mark and "nothing_to_report" not in choices else merged
