"""What the guides say is run: commands, Python, requests; links lead somewhere; generated pages are fresh.

In a ``console`` block the lines after ``$ command`` are its output, where a line ``…`` stands for any lines
and ``…`` within a line for any text. A ``sh`` block holds commands only. A comment ``# Ende mit 1`` states
the exit code, else it is 0. Blocks are run when every command is a ``zielgraph`` or every one a ``curl``;
others are for reading. Each page has a data folder of its own: empty when it imports the report itself, else
with the report in it. Beside it lie the files that the guides name (conftest.py). So that it does not take minutes,
commands run in this process, and one validates what it writes only where the findings are shown (``Prüfung:``).
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from serving import serving

from zielgraph.cli.main import main as program
from zielgraph.cli.main import run as command_line
from zielgraph.editions.report import Report
from zielgraph.engine import parse
from zielgraph.importing import ImportReport, import_table
from zielgraph.settings import Settings
from zielgraph.source import Limits

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
ADDRESS = "http://127.0.0.1:8000"
EXAMPLE = "data/source/koeln-zielsystem.tsv"
GENERATE = ROOT / "docs" / "tools" / "generate.py"


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line on which it begins."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """A command, the exit code it should have and the output shown for it, None when none is shown."""

    arguments: tuple[str, ...]
    code: int
    output: str | None


@functools.cache
def blocks(page: Path) -> tuple[Block, ...]:
    text = page.read_text("utf-8")
    fences = re.finditer(r"^( *)```(\w+)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return tuple(Block(m[2], m[3], text.count("\n", 0, m.start()) + 1) for m in fences)


@functools.cache
def commands(block: Block) -> tuple[Command, ...]:
    if block.language == "sh":
        return tuple(_command(line, None) for line in block.text.splitlines() if line.strip())
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0], "a console block begins with a command"
    return tuple(_command(*part.partition("\n")[::2]) for part in parts[1:])


def _command(line: str, output: str | None) -> Command:
    code = re.search(r"# Ende mit (\d)", line)
    return Command(tuple(shlex.split(line, comments=True)), int(code[1]) if code else 0, output)


def runnable(page: Path, program: str) -> list[Command]:
    shells = [commands(block) for block in blocks(page) if block.language in ("console", "sh")]
    return [each for block in shells if all(c.arguments[0] == program for c in block) for each in block]


def matches(expected: str, actual: str) -> bool:
    """Whether the output is the one shown. Blanks at line ends do not count."""
    lines = [line.rstrip() for line in expected.strip().splitlines()]
    pattern = "".join(r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\s*?\n" for line in lines)
    return re.fullmatch(pattern, actual.rstrip() + "\n") is not None


def environment(data: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZIELGRAPH_")}
    return inherited | {"ZIELGRAPH_DATA": str(data), "PYTHONIOENCODING": "utf-8"}


def run(arguments: list[str], data: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment(data),
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def server(koeln_folder: Path) -> Iterator[str]:
    """Address of a running service with the Cologne report."""
    with serving(koeln_folder) as service:
        yield service.address.rstrip("/")


def name(value: object) -> str | None:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else None


WITH_COMMANDS = [page for page in PAGES if runnable(page, "zielgraph")]
WITH_REQUESTS = [page for page in PAGES if runnable(page, "curl")]
WITH_PYTHON = [(page, block) for page in PAGES for block in blocks(page) if block.language == "python"]


def test_the_guides_have_something_to_run() -> None:
    names = {name(page) for page in WITH_COMMANDS}
    assert names >= {"README.md", "docs/koordination.md", "docs/analyse.md", "docs/fragen.md"}
    assert {name(page) for page in WITH_REQUESTS} >= {"docs/analyse.md", "docs/offene-daten.md"}
    assert {name(page) for page, _ in WITH_PYTHON} == {"docs/analyse.md"}


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=name)
def test_commands_do_what_the_page_says(
    page: Path,
    workplace: Path,
    koeln_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    todo = runnable(page, "zielgraph")
    data = workplace / "var"
    if not any(EXAMPLE in each.arguments and "--data" not in each.arguments for each in todo):
        shutil.copytree(koeln_folder, data)
    for variable in [name for name in os.environ if name.startswith("ZIELGRAPH_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("ZIELGRAPH_DATA", str(data))
    monkeypatch.chdir(workplace)
    for each in todo:
        monkeypatch.setenv("ZIELGRAPH_VALIDATE_ROWS", "5000" if "Prüfung:" in (each.output or "") else "0")
        with pytest.raises(SystemExit) as end:
            command_line(list(each.arguments[1:]))
        shown, (out, err) = shlex.join(each.arguments), capsys.readouterr()
        assert end.value.code == each.code, f"{shown}\n{err}"
        if each.output is not None:
            assert matches(each.output, out + err), f"{shown}\n{out}{err}"


def test_every_command_is_run_by_a_guide() -> None:
    known = set(command_names(program)) - {("serve",)}
    guides = [page for page in PAGES if page.name != "fragen.md"]
    run_ones = {each.arguments[1:] for page in guides for each in runnable(page, "zielgraph")}
    assert {name for name in known if not any(" ".join(name) in " ".join(given) for given in run_ones)} == set()


def command_names(group: click.Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for word, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from command_names(each, (*above, word))
        else:
            yield (*above, word)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("page", WITH_REQUESTS, ids=name)
def test_requests_are_answered(page: Path, server: str, workplace: Path) -> None:
    for each in runnable(page, "curl"):
        arguments = [argument.replace(ADDRESS, server) for argument in each.arguments[1:]]
        done = run(["curl", "--fail", *arguments], workplace / "none", workplace)
        assert done.returncode == each.code, f"{shlex.join(each.arguments)}\n{done.stderr}"
        assert done.stdout.strip(), shlex.join(each.arguments)


@pytest.mark.parametrize(("page", "block"), WITH_PYTHON, ids=lambda v: f"line-{v.line}" if isinstance(v, Block) else "")
def test_python_prints_what_the_page_says(page: Path, block: Block, server: str, workplace: Path) -> None:
    done = run([sys.executable, "-c", block.text.replace(ADDRESS, server)], workplace / "none", workplace)
    assert done.returncode == 0, done.stderr
    following = blocks(page)[blocks(page).index(block) + 1]
    assert following.language == "text"
    assert matches(following.text, done.stdout), done.stdout


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), target
        if anchor:
            assert anchor in anchors(goal), target


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in ROOT.glob("docs/**/*.md")]
    assert [page for page in pages if page != "README.md" and f"({page})" not in index] == []


def test_tests_that_prove_a_contribution_exist() -> None:
    named = re.findall(r"`pytest ([^`]+)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert named
    assert [each for text in named for each in text.split() if not (ROOT / each).exists()] == []


def test_register_examples_are_turtle() -> None:
    heads = "\n".join(
        line
        for path in sorted(ROOT.glob("data/register/**/*.ttl")) + sorted(ROOT.glob("shapes/*.ttl"))
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("@prefix")
    )
    guides = [page for page in PAGES if "decisions" not in page.parts]
    examples = [block for page in guides for block in blocks(page) if block.language == "turtle"]
    assert examples
    for block in examples:
        assert list(parse(f"{heads}\n{block.text}", "ttl"))


@pytest.mark.parametrize(
    "block", [block for page in PAGES for block in blocks(page) if block.language == "toml"], ids=lambda b: str(b.line)
)
def test_toml_examples_are_toml(block: Block) -> None:
    assert tomllib.loads(block.text)


def test_the_keys_of_the_reports_are_described(
    koeln_settings: Settings, workplace: Path, koeln_report: ImportReport
) -> None:
    report = import_table(koeln_settings, workplace / "bericht-2020-03.xlsx", dry_run=True)
    document = report.as_json(repairs=True)
    differences = document["differences"]
    item = next(each for each in differences["changes"] if each["changes"])
    assert report.differences is not None
    assert report.differences.comparison is not None
    assert report.labels is not None
    compared = Report(report.differences.comparison, report.labels, "de").document()
    keys = {*document, *differences, *item, *item["changes"][0], *compared, *(koeln_report.findings or {})}
    page = (ROOT / "docs" / "analyse.md").read_text("utf-8")
    assert {key for key in keys if f"`{key}`" not in page} == set()


def test_the_limits_for_files_are_those_of_the_program() -> None:
    page = (ROOT / "docs" / "betrieb.md").read_text("utf-8")
    limits = Limits()
    counts = (limits.rows, limits.cell_chars, limits.cells, limits.sheets, limits.unpacked_ratio, limits.parts)
    shown = [f"{count:,}".replace(",", " ") for count in counts]
    shown += [f"{limits.bytes // 10**6} MB", f"{limits.area // 10**6} Millionen"]
    shown.append(f"{limits.unpacked_bytes / 10**9:g} GB".replace(".", ","))
    assert [each for each in shown if each not in page] == []


def test_generated_pages_are_fresh() -> None:
    done = run([sys.executable, str(GENERATE), "--check"], ROOT / "none", ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_said_of_the_place_where_it_was_written() -> None:
    for page in PAGES:
        assert not re.search(r"/(?:work|root|home|tmp)/", page.read_text("utf-8")), name(page)
