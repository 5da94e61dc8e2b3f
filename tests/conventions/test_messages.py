"""The French catalogue: complete, without fuzzy or unused messages, and compiled from its source."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path
from typing import BinaryIO

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tests.conventions.test_files import MODULES, relative_path
from tests.sessions import ESSENTIAL, FURTHER

ROOT = Path(__file__).parents[2]
TRANSLATION_FUNCTIONS = {"_", "gettext", "ngettext", "N_"}
FRENCH_CATALOG = ROOT / "cogwg/translations/fr/LC_MESSAGES/messages.po"


@pytest.fixture(scope="module")
def french_catalog() -> Catalog:
    with FRENCH_CATALOG.open("rb") as file:
        return read_po(file, locale="fr")


@pytest.fixture(scope="module")
def extracted_messages(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Return the messages of code and templates, extracted now."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    options = ["-F", "cogwg/translations/babel.cfg", "-k", "N_", "--no-location", "-o", str(pot), "."]
    run = subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "extract", *options],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    with pot.open("rb") as file:
        return read_po(file)


@ESSENTIAL
def test_messages_all_have_a_french_translation(extracted_messages: Catalog, french_catalog: Catalog) -> None:
    missing = []
    for message in extracted_messages:
        if not message.id:
            continue
        translated = french_catalog.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        strings = (
            [] if translated is None else [translated.string] if isinstance(translated.string, str) else list(translated.string)
        )
        if translated is None or translated.fuzzy or not strings or not all(strings):
            missing.append(message.id)
    assert len([m for m in extracted_messages if m.id]) > 100, "the extraction is not empty"
    assert not missing


def test_french_catalogue_holds_no_unused_messages(extracted_messages: Catalog, french_catalog: Catalog) -> None:
    wanted = {m.id if isinstance(m.id, str) else m.id[0] for m in extracted_messages}
    assert not [m.id for m in french_catalog if (m.id if isinstance(m.id, str) else m.id[0]) not in wanted]
    assert not french_catalog.obsolete


def translations_in_f_strings(source: str) -> list[int]:
    """Return the lines of an f-string that translates a message, because the extraction does not read f-strings."""
    f_strings = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
    calls = (node for f_string in f_strings for node in ast.walk(f_string) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id in TRANSLATION_FUNCTIONS]


@FURTHER
def test_f_strings_translate_no_message() -> None:
    texts = {relative_path(path): path.read_text(encoding="utf-8") for path in MODULES}
    assert [f"{file}:{line}" for file, text in texts.items() for line in translations_in_f_strings(text)] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("""x = f"{name}, {_('Draft')}" """, [1]),
        ("""x = 1\nx = f"{ngettext('1 draft', '%(num)s drafts', n):>9}" """, [2]),
        ("""label = _("Draft")\nx = f"{name}, {label}" """, []),
    ],
)
def test_translation_in_an_f_string_is_reported(source: str, lines: list[int]) -> None:
    assert translations_in_f_strings(source) == lines


def test_compiled_catalogue_equals_its_source(french_catalog: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, french_catalog)
    fresh.seek(0)
    with FRENCH_CATALOG.with_suffix(".mo").open("rb") as file:
        assert compiled_messages(file) == compiled_messages(fresh)


def compiled_messages(file: BinaryIO) -> dict[object, str]:
    """Return the translations of a compiled catalogue without its header."""
    catalog: dict[object, str] = GNUTranslations(file)._catalog  # type: ignore[attr-defined,arg-type]
    return {id_: text for id_, text in catalog.items() if id_}


def test_translations_have_the_placeholders_and_tags_of_their_message(french_catalog: Catalog) -> None:
    for message in french_catalog:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        wanted = set().union(*(set(re.findall(r"%\((\w+)\)s", i)) for i in ids))
        for text in strings:
            assert set(re.findall(r"%\((\w+)\)s", text)) <= wanted, ids
            assert set(re.findall(r"</?\w+", text)) == set(re.findall(r"</?\w+", ids[-1])), ids


# Canadian French puts a no-break space before ":" and inside "«»", none before ";", "!" and "?", and curls its apostrophes.
TYPOGRAPHY_FAULT = re.compile(r"(?<![\u00a0\u202f])(:(?!//)|»)|«(?![\u00a0\u202f])|\s[;!?]|\w'\w")


def has_typography_fault(french: str) -> bool:
    return bool(TYPOGRAPHY_FAULT.search(re.sub(r"<[^>]*>", "", french)))


def test_french_translations_have_canadian_typography(french_catalog: Catalog) -> None:
    written = [t for m in french_catalog if m.id for t in ([m.string] if isinstance(m.string, str) else m.string)]
    assert not [text for text in written if has_typography_fault(text)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Pourquoi?", "Pourquoi\u00a0?"),
        ("Merci!", "Merci !"),
        ("Envoyé; reçu", "Envoyé\u202f; reçu"),
        ("Reçus\u00a0: 3", "Reçus: 3"),
        ("«\u00a0Oui\u00a0»", "« Oui »"),
        ("l’état", "l'état"),
    ],
)
def test_typography_check_catches_planted_faults(right: str, wrong: str) -> None:
    assert not has_typography_fault(right)
    assert has_typography_fault(wrong)


def test_french_date_after_a_participle_has_its_article(french_catalog: Catalog) -> None:
    """As in "Figée le 24 septembre": "le", or a value with its own preposition, follows a participle."""
    written = [t for m in french_catalog if m.id for t in ([m.string] if isinstance(m.string, str) else m.string)]
    assert not [text for text in written if re.search(r"(?i)\w\w(é|mis|ert|u|parti)e?s? %\((day|when|time)\)s", text)]


def test_french_uses_no_second_term_for_frozen_versions() -> None:
    """The term is "version" on pages and slides in both languages; "edition" is not used."""
    decks = [deck.read_text(encoding="utf-8") for deck in (ROOT / "tests/briefing/golden").glob("*.txt")]
    assert len(decks) > 1
    assert not re.findall(r"(?i)\b[ée]ditions?\b.*", "\n".join([*decks, FRENCH_CATALOG.read_text(encoding="utf-8")]))
