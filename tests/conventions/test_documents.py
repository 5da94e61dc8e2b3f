"""The documents are true: paths and commands they name exist, and their tables agree with the code."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from cogwg.cli import cogwg as program
from tests.conventions.diagrams import TRANSITION_TABLES, mermaid_diagram
from tests.server.containerfile import CONTAINERFILE, instructions
from tests.sessions import ALL_CASES, ESSENTIAL, GATE, LONG, THOROUGH, WHOLE_SUITE, first_of

ROOT = Path(__file__).parents[2]
TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
DOCUMENTS = [*TOP, *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = ("cogwg", "deploy", "docs", "migrations", "seed", "static", "templates", "tests", r"\.ci", r"\.github")
FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
PATH = re.compile(rf"(?<![\w/.-])(?:{'|'.join(FOLDERS)})/[\w./-]+")
FILE = re.compile(r"^[\w.-]+\.(?:css|html|js|json|lock|md|mo|po|py|toml|yaml)$|^Containerfile$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
SETTING = re.compile(r"COGWG_[A-Z_]*[A-Z]")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_of(path: Path) -> list[str]:
    """Return the lines of fenced blocks and the inline code of a document."""
    text = text_of(path)
    fenced = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    return fenced + SPAN.findall(FENCE.sub("", text))


def rows(path: Path) -> list[list[str]]:
    """Return the cells of the table rows of a document, without headings."""
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text_of(path).splitlines() if line[:1] == "|"]
    return [row for row, following in zip(cells, [*cells[1:], [""]], strict=True) if "---" not in row[0] + following[0]]


def source(folder: str) -> str:
    return "\n".join(text_of(path) for path in sorted((ROOT / folder).rglob("*.py")))


def strings(folder: str) -> Iterator[str]:
    """Yield the strings in the code of a folder, without its docstrings."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(text_of(path))
        statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in statements)
        yield from (node.value for node in constants if isinstance(node.value, str))


def anchors(path: Path) -> set[str]:
    """Return the addresses of the headings of a document, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(group: click.Group = program, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    """Yield the words of each command with its options."""
    context = click.Context(group)
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*before, word))
        else:
            yield (*before, word), {option for each in command.params for option in each.opts if option.startswith("--")}


def unknown(line: str) -> list[str]:
    """Return the commands and options of ``cogwg`` in a line of code that do not exist."""
    problems: list[str] = []
    known: click.Command | None = None
    for word in line.split():
        if word in ("&&", "|", "#", ";"):
            known = None
        elif re.fullmatch(r"(\S*/)?cogwg", word):
            known = program
        elif known is not None and word.startswith("--"):
            options = {option for each in known.params for option in each.opts}
            problems += [] if word in options | {"--help"} else [f"{known.name} {word}"]
        elif known is not None and known.name == "each" and program.get_command(click.Context(program), word):
            known = program.get_command(click.Context(program), word)
        elif isinstance(known, click.Group) and re.fullmatch("[a-z-]+", word):
            command = known.get_command(click.Context(known), word)
            problems += [] if command else [f"{known.name} {word}"]
            known = command
    return problems


def faults(check: Callable[[Path], Iterable[str]]) -> dict[str, list[str]]:
    """Return what a check finds in each document, by the document's name."""
    by_document = {name(path): list(check(path)) for path in DOCUMENTS}
    return {document: problems for document, problems in by_document.items() if problems}


def test_paths_in_document_exist() -> None:
    def missing(path: Path) -> list[str]:
        named = {named_path.rstrip(".") for line in code_of(path) for named_path in PATH.findall(line)}
        return [named_path for named_path in sorted(named) if not (ROOT / named_path).exists()]

    assert faults(missing) == {}


def test_file_names_in_document_exist() -> None:
    folders = [ROOT / folder.replace("\\", "") for folder in FOLDERS]
    known = {file.name for folder in folders for file in folder.rglob("*")} | {file.name for file in ROOT.iterdir()}
    assert faults(lambda path: [f for f in SPAN.findall(text_of(path)) if FILE.match(f) and f not in known]) == {}


def test_links_in_document_resolve() -> None:
    def broken(path: Path) -> Iterator[str]:
        for link in LINK.findall(FENCE.sub("", text_of(path))):
            if link.startswith(("https://", "mailto:")):
                continue
            relative, _, anchor = link.partition("#")
            target = (path.parent / relative).resolve() if relative else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                yield link

    assert faults(broken) == {}


def test_commands_in_document_exist() -> None:
    assert faults(lambda path: [problem for line in code_of(path) for problem in unknown(line)]) == {}

    def missing(path: Path) -> list[str]:
        modules = {module for line in code_of(path) for module in re.findall(r"python -m (tests[\w.]*)", line)}
        files = {module: ROOT / module.replace(".", "/") for module in modules}
        return [m for m, file in files.items() if not (file.with_suffix(".py").exists() or (file / "__main__.py").exists())]

    assert faults(missing) == {}


def test_nox_sessions_in_document_exist() -> None:
    sessions = set(re.findall(r"^@nox\.session.*\ndef (\w+)", text_of(ROOT / "noxfile.py"), re.MULTILINE))

    def named(path: Path) -> set[str]:
        lists = [some for line in code_of(path) for some in re.findall(r"nox -s ((?:[a-z]+ ?)+)", line)]
        return {word for some in lists for word in some.split()}

    assert faults(lambda path: named(path) - sessions) == {}


def test_settings_in_document_exist() -> None:
    known = set(SETTING.findall(source("cogwg") + source("tests")))
    assert faults(lambda path: {setting for line in code_of(path) for setting in SETTING.findall(line)} - known) == {}


def test_unknown_commands_and_options_are_detected() -> None:
    assert unknown("*/5 * * * * cogwg mail deliver --data here && echo --done") == []
    assert unknown(".venv/bin/cogwg demo --rest") == ["demo --rest"]
    assert unknown("cogwg mail send") == ["mail send"]


def test_command_table_lists_every_command_with_its_options() -> None:
    listed = {row[0].strip("`"): set(SPAN.findall(row[2])) for row in rows(ROOT / "docs/reference/commands.md")}
    assert listed == {" ".join(("cogwg", *words)): options for words, options in commands()}


def test_settings_table_lists_every_setting() -> None:
    listed = [setting for row in rows(ROOT / "docs/reference/settings.md") for setting in SPAN.findall(row[0])]
    read = set(re.findall(r"[\"'(\s](COGWG_[A-Z_]+)(?:[\"']|=)", source("cogwg")))
    assert len(listed) == len(set(listed))
    assert set(listed) == read - {"COGWG_ETC"}, "only deploy/cogwg-run reads that one"


def test_container_sets_only_settings_that_exist() -> None:
    set_there = {value.partition("=")[0] for word, value in instructions(text_of(CONTAINERFILE)) if word == "ENV"}
    listed = set(SETTING.findall(text_of(ROOT / "docs/reference/settings.md")))
    assert {variable for variable in set_there if variable.startswith("COGWG_")} <= listed


def test_security_log_table_lists_every_event() -> None:
    table = rows(ROOT / "docs/reference/security-log.md")
    listed = {row[0].strip("`") for row in table if len(row) == 2 and re.fullmatch(r"`[a-z-]+(\.[a-z-]+)?`", row[0])}
    web = source("cogwg/web")
    logged = set(re.findall(r"security_log\.\w+\(\s*\"([a-z.-]+)\"", web)) | set(
        re.findall(r"\"(\w+\.throttled|second-step\.[a-z-]+)\"", web)
    )
    fields = set(re.findall(r"^        \"(\w+)\":", text_of(ROOT / "cogwg/web/http/security_log.py"), re.MULTILINE))
    assert logged <= listed
    assert listed - logged <= fields


def test_limits_table_has_the_numbers_of_the_code() -> None:
    for label, value, file in rows(ROOT / "docs/reference/limits.md"):
        numbers = set(re.findall(r"\d+", text_of(ROOT / file.strip("`"))))
        assert set(re.findall(r"\d+", value)) <= numbers, label


@ESSENTIAL
@pytest.mark.parametrize("number", first_of(1, [1, 2]), ids=["English", "français"])
def test_glossary_terms_occur_in_the_product(number: int) -> None:
    catalogue = text_of(ROOT / "cogwg/translations/fr/LC_MESSAGES/messages.po").replace('"\n"', "")
    product = "\n".join((catalogue, *strings("cogwg"))).casefold()
    table = [row for row in rows(ROOT / "docs/reference/glossary.md") if len(row) == 3]
    bare = [re.sub(r" \(.*\)", "", term).casefold() for row in table for term in row[number - 1].split(", ")]
    assert len(bare) > 20
    assert [term for term in bare if term not in product] == []


@pytest.mark.parametrize("title", TRANSITION_TABLES)
def test_state_diagram_matches_its_transition_table(title: str) -> None:
    assert mermaid_diagram(TRANSITION_TABLES[title]) in text_of(ROOT / "docs/reference/states.md"), (
        "run python -m tests.conventions.diagrams"
    )


def test_layers_page_names_every_package_and_area() -> None:
    contracts = tomllib.loads(text_of(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    page = text_of(ROOT / "docs/explanation/layers.md")
    for contract in contracts[:2]:
        names = re.findall(r"(?<![(\w])\w+(?![\w)])", " ".join(contract["layers"]))
        (folder,) = (container.replace(".", "/") for container in contract["containers"])
        start = f"{folder}/" if folder == "cogwg" else ""
        assert [package for package in names if not re.search(rf"{start}\b{package}\b", page)] == []


def test_decisions_are_numbered_and_listed() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    for number, page in enumerate(pages, 1):
        assert page.name.startswith(f"{number:04}-")
        headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
        assert headings[0].startswith(f"{number}. ")
        assert headings[1:] == ["Context", "Decision", "Consequences"]
        assert f"| {number} | [{headings[0].partition(' ')[2]}]({page.name}) |" in text_of(ROOT / "docs/decisions/README.md")


def test_docs_index_links_every_page() -> None:
    index = ROOT / "docs/README.md"
    linked = {(index.parent / link).resolve() for link in LINK.findall(text_of(index))}
    pages = {page for page in DOCUMENTS if page.parent.parent == ROOT / "docs" and page.parent.name != "decisions"}
    assert pages <= linked


def test_readme_and_its_picture_are_small() -> None:
    assert len(README.splitlines()) <= 120
    assert (ROOT / "docs/images/plan.png").stat().st_size < 80_000


def test_readme_has_a_line_to_try_and_a_line_to_test() -> None:
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv ")]
    assert [line.rpartition(" && ")[2] for line in lines] == [".venv/bin/cogwg demo", ".venv/bin/python -m pytest"]
    assert len({line.rpartition(" && ")[0] for line in lines}) == 1


def test_ci_run_runs_every_session_that_the_readme_leaves_to_it() -> None:
    named = re.findall(r"nox -s ((?:[a-z]+ ?)+)", text_of(ROOT / ".ci/run"))
    sessions = {session for line in named for session in line.split()}
    together = re.search(r'"-m", f"\{LONG\} or ([a-z ]+)"', text_of(ROOT / "noxfile.py"))
    assert together is not None
    assert sessions == {"check", "remaining", *GATE} - {LONG, *together[1].split(" or ")}


@WHOLE_SUITE
def test_readme_gives_its_numbers_of_other_tests_and_the_commands_that_count_them(pytestconfig: pytest.Config) -> None:
    sentences = re.search(
        r"leaves (\d+) tests to `\.ci/run`.*?\b(\d+)\s+further\s+cases.*?```sh\n(.*?)\n(.*?)\n```", README, re.DOTALL
    )
    assert sentences is not None
    count = ".venv/bin/python -m pytest --collect-only -q -m"
    assert sentences.groups()[2:] == (f'{count} "{" or ".join(GATE)}"', f"{count} {THOROUGH}")
    if ALL_CASES in pytestconfig.stash:
        counts = Counter(session for _case, session in pytestconfig.stash[ALL_CASES])
        assert (int(sentences[1]), int(sentences[2])) == (sum(counts[session] for session in GATE), counts[THOROUGH])
