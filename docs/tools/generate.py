"""Writes the pages that list things (questions, rules, commands, settings) and the README's answers.

``python docs/tools/generate.py`` writes them, ``--check`` only says which are stale (end with 1).
"""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import click
from click.testing import CliRunner

from zielgraph import resources
from zielgraph.cli.main import main as command_line
from zielgraph.engine import Literal, NamedNode, parse_file
from zielgraph.importing import import_table
from zielgraph.questions import load_catalogue
from zielgraph.questions.catalogue import Parameter, Question
from zielgraph.settings import SETTINGS
from zielgraph.settings import load as load_settings
from zielgraph.vocabulary import SH, ZG

DOCS = Path(__file__).resolve().parents[1]
NOTICE = "<!-- Erzeugt mit: python docs/tools/generate.py. Änderungen gehören in {source}. -->\n"
SEVERITIES = {"Violation": "Verstoß", "Warning": "Warnung", "Info": "Hinweis"}
BEGIN, END = "<!-- Einstellungen: Anfang -->\n", "<!-- Einstellungen: Ende -->\n"


def table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [headings, tuple("---" for _ in headings), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _prose(text: str) -> str:
    """Text whose angle brackets and asterisks are no markup."""
    return text.replace("<", "&lt;").replace("*", "\\*")


# --- questions


def questions() -> str:
    """The page of the catalogue."""
    parts = [
        "# Der Fragenkatalog\n",
        NOTICE.format(source="queries/*.rq"),
        "Jede Frage lässt sich auf drei Wegen stellen: im Browser unter `/de/fragen`, als Befehl "
        "(`zielgraph query NAME`) und über die Schnittstelle (`/api/queries/NAME`). "
        "Ein Parameter nimmt einen Namen („Wohnen“), eine Kennziffer („56“) oder eine IRI.\n",
    ]
    return "\n".join([*parts, *(_question(question) for question in load_catalogue().values())])


def _question(question: Question) -> str:
    options = [f"--param {name}={_quoted(value)}" for name, value in question.example.items()]
    lines = [
        f"## {question.order}. {question.title['de']}\n",
        f"Name: `{question.name}` · *{question.title['en']}*\n",
        f"{_prose(question.description['de'])}\n",
    ]
    if question.params:
        params = [
            (f"`{p.name}`", p.label["de"], "ja" if p.required else "nein", _type(p), p.description["de"])
            for p in question.params
        ]
        lines.append(table(("Parameter", "Bedeutung", "nötig", "Art", "Beschreibung"), params))
    columns = [(f"`{column.name}`", column.label["de"], column.label["en"]) for column in question.columns]
    lines.append(table(("Spalte", "Überschrift", "Heading"), columns))
    lines.append(f"```sh\n{' '.join(['zielgraph query', question.name, *options])}\n```\n")
    return "\n".join(lines)


def _quoted(value: str) -> str:
    return f"'{value}'" if " " in value else value


def _type(parameter: Parameter) -> str:
    if parameter.type == "boolean":
        return "ja/nein"
    return f"`zg:{parameter.type.removeprefix(ZG)}`" if parameter.type.startswith(ZG) else f"`{parameter.type}`"


# --- rules


class Shapes:
    """The German texts of one shape file, in the order of the file."""

    def __init__(self, path: Path) -> None:
        self.facts: dict[str, list[tuple[str, NamedNode | Literal]]] = {}
        for quad in parse_file(path):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self.facts.setdefault(quad.subject.value, []).append((quad.predicate.value, quad.object))

    def value(self, subject: str, predicate: str) -> str:
        """The German or language-free value; empty when there is none."""
        for name, value in self.facts[subject]:
            if name == predicate and (isinstance(value, NamedNode) or value.language in (None, "de")):
                return value.value
        return ""

    def rules(self) -> Iterator[tuple[str, str, str, str]]:
        """Rule, severity, name and message of every shape that reports."""
        for subject in self.facts:
            if rule := self.value(subject, ZG + "rule"):
                severity = SEVERITIES[self.value(subject, SH + "severity").removeprefix(SH)]
                yield rule, severity, self.value(subject, SH + "name"), self.value(subject, SH + "message")


def rules() -> str:
    """The page of the SHACL rules."""
    parts = [
        "# Die Prüfregeln\n",
        NOTICE.format(source="shapes/*.ttl"),
        "`zielgraph validate` und jeder Import prüfen den Stand mit diesen Regeln. Ein **Verstoß** heißt: "
        "Die Daten sind so nicht brauchbar; `validate` endet mit 1. Eine **Warnung** heißt: Es fehlt etwas "
        "oder passt nicht zusammen, ein Mensch sollte nachsehen. Ein **Hinweis** ist zur Kenntnis.\n",
        "Der Name der Regel steht in jedem Befund. Ihre IRI ist `https://w3id.org/zielgraph/shapes#` und der Name.\n",
    ]
    for path in sorted(resources.shapes().glob("*.ttl")):
        rows = [
            (f"`{rule}`", severity, name, _prose(message)) for rule, severity, name, message in Shapes(path).rules()
        ]
        if rows:
            parts.append(f"## {path.name}\n")
            parts.append(table(("Regel", "Schwere", "Worum es geht", "Meldung"), rows))
    return "\n".join(parts)


# --- commands


def commands() -> str:
    """The page of the commands."""
    parts = [
        "# Die Befehle\n",
        NOTICE.format(source="service/zielgraph/cli"),
        "Ende mit 0: getan. Ende mit 1: Die Daten verstoßen gegen Regeln (nur `validate`). Ende mit 2: "
        "falscher Aufruf oder unlesbare Eingabe, mit einem Satz, was zu tun ist. Jeder Befehl erklärt sich "
        "mit `--help` und arbeitet auch, während der Dienst läuft.\n",
        "Vor dem Befehl stehen:\n",
        _options(command_line),
    ]
    return "\n".join([*parts, *(_command(name, each) for name, each in _walk("zielgraph", command_line))])


def _walk(path: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _walk(f"{path} {name}", command)
        else:
            yield f"{path} {name}", command


def _command(name: str, command: click.Command) -> str:
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    usage = " ".join([name, *arguments, "[Optionen]"])
    parts = [f"## {name}\n", f"`{usage}`\n", f"{' '.join((command.help or '').split())}\n", _options(command)]
    return "\n".join(part for part in parts if part)


def _argument(parameter: click.Parameter) -> str:
    name = parameter.human_readable_name.upper()
    return name if parameter.required or name.startswith("[") else f"[{name}]"


def _options(command: click.Command) -> str:
    rows: list[tuple[str, ...]] = []
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        choices = " · ".join(option.type.choices) if isinstance(option.type, click.Choice) else ""
        names = ", ".join(f"`{name}`" for name in option.opts)
        default = str(option.default) if option.show_default and isinstance(option.default, str) else ""
        rows.append((names, choices or option.metavar or "", default, option.help or ""))
    return table(("Option", "Wert", "Vorgabe", "Bedeutung"), rows) if rows else ""


# --- settings


def settings() -> str:
    """The table of the settings."""
    rows = [(f"`{each.variable}`", f"`{each.default}`" if each.default else "–", each.help) for each in SETTINGS]
    return table(("Umgebungsvariable", "Vorgabe", "Bedeutung"), rows)


def with_settings(page: str) -> str:
    """The page with the table put between its markers."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{settings()}\n{END}{rest.split(END)[1]}"


# --- the answers shown in the README


def with_answers(page: str) -> str:
    """The page with what its commands print now, in those ``console`` blocks that leave nothing out."""
    with tempfile.TemporaryDirectory() as folder:
        source = resources.data() / "source" / "koeln-zielsystem.tsv"
        import_table(load_settings({}, data=folder), source, edition=date(2019, 12, 31))

        def answer(block: re.Match[str]) -> str:
            if "…" in block[3]:
                return block[0]
            arguments = shlex.split(block[2])[1:]
            done = CliRunner().invoke(command_line, ["--data", folder, *arguments], catch_exceptions=False)
            return f"{block[1]}{_trimmed(done.output)}```\n"

        return re.sub(r"(```console\n\$ ([^\n]+)\n)(.*?)```\n", answer, page, flags=re.DOTALL)


def _trimmed(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def pages() -> Mapping[Path, str]:
    """Every generated page and what it should hold, without the README: its answers take an import."""
    operator = DOCS / "betrieb.md"
    return {
        DOCS / "fragen.md": questions(),
        DOCS / "regeln.md": rules(),
        DOCS / "befehle.md": commands(),
        operator: with_settings(operator.read_text("utf-8")),
    }


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` name the stale ones."""
    if "--check" in arguments:
        stale = [path for path, text in pages().items() if not path.is_file() or path.read_text("utf-8") != text]
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)} ist veraltet. Bitte python docs/tools/generate.py aufrufen.")
        return 1 if stale else 0
    readme = DOCS.parent / "README.md"
    for path, text in {**pages(), readme: with_answers(readme.read_text("utf-8"))}.items():
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"{path.relative_to(DOCS.parent)} geschrieben")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
