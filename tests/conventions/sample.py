"""Draw sentences of the product and docstrings of its code, so that an editor can check that they are plain.

``python -m tests.conventions.sample`` prints 100 of each; ``--seed N`` draws others. The same code and seed give the same
texts.
"""

from __future__ import annotations

import argparse
import ast
import random
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "cogwg" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
SEED, SIZE = 28, 100
"""Raise the seed after each reading, so that the next one is of texts that no one has mended because they were drawn."""
SHORTEST = 3
"""The fewest words of a sentence that is drawn; labels of a word or two are left out."""


def catalog_sentences() -> Iterator[str]:
    """Yield each sentence of the pages with its French."""
    with CATALOG.open("rb") as file:
        for message in read_po(file):
            if message.id and message.string:
                english, french = (text if isinstance(text, str) else text[-1] for text in (message.id, message.string))
                yield f"{english}\n    {french}"


def bilingual_sentences() -> Iterator[str]:
    """Yield each text of decks and emails that is written out in the code in both languages."""
    for path in sorted((ROOT / "cogwg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Bilingual"), args=[ast.Constant(value=str(en)), ast.Constant(value=str(fr))]):
                    yield f"{en}\n    {fr}"


def docstrings() -> Iterator[str]:
    """Yield each docstring of the package with its module and name."""
    for path in sorted((ROOT / "cogwg").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
                name = getattr(node, "name", "module")
                yield f"{path.relative_to(ROOT)} {name}\n    {text}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    draw = random.Random(parser.parse_args().seed)
    sentences = [
        text for text in [*catalog_sentences(), *bilingual_sentences()] if len(text.split("\n")[0].split()) >= SHORTEST
    ]
    for heading, texts in (("Sentences", sentences), ("Docstrings", list(docstrings()))):
        print(f"# {heading}: {SIZE} of {len(texts)}\n")
        for number, text in enumerate(draw.sample(texts, SIZE), 1):
            print(f"{number}. {text}\n")


if __name__ == "__main__":
    main()
