"""The dictionary in docs/reference/open-data.md: ``python -m tests.tracker.dictionary_page`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from cogwg.tracker.open_data.datasets import DATASETS
from cogwg.tracker.open_data.fields import Field, FieldKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "open-data.md"
START = "## Dictionary\n"


def dictionary() -> str:
    """Return the dictionary as Markdown, from the declared fields."""
    lines = [START]
    for dataset in DATASETS:
        about = f"{dataset.description.en}. *{dataset.title.fr}: {dataset.description.fr}.*"
        lines += [f"### {dataset.name}\n", f"{about}\n", "| Column | Type | Meaning | Signification |", "|---|---|---|---|"]
        lines += [
            f"| {_names(field)} | {_type(field)} | {_meaning(field, 'en')} | {_meaning(field, 'fr')} |"
            for field in dataset.fields
        ]
        lines.append("")
    return "\n".join(lines)


def _names(field: Field) -> str:
    names = [f"{field.name}_en", f"{field.name}_fr"] if field.kind is FieldKind.TEXT else [field.name]
    return ", ".join(f"`{name}`" for name in names)


def _type(field: Field) -> str:
    return {FieldKind.TEXT: "text", FieldKind.STRING: "text"}.get(field.kind, field.kind.value)


def _meaning(field: Field, lang: str) -> str:
    title, description = field.title.exact_text(lang), field.description.exact_text(lang)
    colon = "\u00a0:" if lang == "fr" else ":"
    codes = ", ".join(f"`{code}` {label.exact_text(lang)}" for code, label in field.codes)
    return f"{title}{colon} {description}" + (f" {codes}." if codes else "")


def main() -> None:
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(START)] + dictionary(), encoding="utf-8")


if __name__ == "__main__":
    main()
