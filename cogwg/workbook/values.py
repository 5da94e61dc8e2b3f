"""Convert a report to the texts of its columns, and back. Shared by the writer, the diff and the annotated copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cogwg.core.bilingual import Bilingual, Language
from cogwg.core.web_addresses import complete_address
from cogwg.reporting.rules import REPORT_TEXTS, LabelledLink, ReportDraft, label_texts
from cogwg.workbook.books import ReportRow
from cogwg.workbook.layout import STATUS_CHOICES, YES_CHOICE, choice
from cogwg.workbook.sentences import both_lines

_CHOICE_OF_STATUS = {status: text for text, status in STATUS_CHOICES.items()}


def report_texts(draft: ReportDraft) -> dict[str, str]:
    """Return the texts of the columns that people fill in."""
    first = draft.evidence[0] if draft.evidence else LabelledLink("")
    texts = {
        "status": _CHOICE_OF_STATUS[draft.status] if draft.status else "",
        "nothing_to_report": YES_CHOICE if draft.nothing_to_report else "",
        "evidence_url": first.url,
        "evidence_label_en": first.label.en,
        "evidence_label_fr": first.label.fr,
        "more_links": "\n".join(link.url for link in draft.evidence[1:]),
    }
    for name in ("progress", "challenge", "evidence_note", "next_step"):
        text: Bilingual = getattr(draft, name)
        texts |= {f"{name}_en": text.en, f"{name}_fr": text.fr}
    return texts


def stale_columns(row: ReportRow) -> tuple[str, ...]:
    """Return the codes of the columns with a stale text, that is, one whose other language was changed later."""
    texts = {name: name for name in REPORT_TEXTS} | dict.fromkeys(label_texts(row.draft.evidence[:1]), "evidence_label")
    return tuple(f"{code}_{row.stale[name]}" for name, code in texts.items() if name in row.stale)


def row_texts(row: ReportRow, lang: Language) -> dict[str, str]:
    """Return the texts of all columns of a report."""
    previous = [choice(row.previous_status.label)] if row.previous_status else []
    return {
        "code": row.code,
        "title": both_lines(row.title, lang),
        "due": both_lines(row.due, lang),
        "leads": both_lines(row.jurisdictions, lang),
        "previous": "\n".join([*previous, *filter(None, [both_lines(row.previous_progress, lang)])]),
        **report_texts(row.draft),
    }


def links_of(texts: Mapping[str, str], labels: Sequence[LabelledLink]) -> tuple[LabelledLink, ...]:
    """Return the links of a row. ``labels`` are the stored links, from which links after the first take their labels."""
    url = complete_address(texts.get("evidence_url"))
    first = LabelledLink(url, Bilingual(texts.get("evidence_label_en", ""), texts.get("evidence_label_fr", "")))
    rest = list(labels[1:]) + list(labels[:1])
    others = []
    for line in texts.get("more_links", "").split("\n"):
        if address := complete_address(line):
            match = next((link for link in rest if link.url == address), None)
            if match:
                rest.remove(match)
            others.append(match or LabelledLink(address))
    return (first, *others) if url else tuple(others)


def links_text(links: Sequence[LabelledLink]) -> str:
    """Return links as lines, each with the URL and then the label."""
    names = [" / ".join(dict.fromkeys(filter(None, (link.label.en, link.label.fr)))) for link in links]
    return "\n".join(f"{link.url} {name}".strip() for link, name in zip(links, names, strict=True))
