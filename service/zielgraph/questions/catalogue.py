"""Reading ``.rq`` files: the TOML head, and the slots in the query where parameters are bound."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zielgraph import resources
from zielgraph.engine import Literal, Term
from zielgraph.errors import InputError, NotFound

_BLOCK = re.compile(r"^[ \t]*#if ([\w-]+)[ \t]*\n(.*?)^[ \t]*#endif[ \t]*\n", re.MULTILINE | re.DOTALL)
_LANGUAGE = re.compile(r'^[ \t]*VALUES \?lang \{ "de" \}[ \t]*\n', re.MULTILINE)
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Parameter:
    """A parameter: an IRI of class ``type``, a boolean, or a plain string."""

    name: str
    type: str
    required: bool
    label: Texts
    description: Texts


@dataclass(frozen=True)
class Column:
    """A column of the answer."""

    name: str
    label: Texts


@dataclass(frozen=True)
class Question:
    """A question of the catalogue. ``sparql`` is the whole file and a valid query as it stands."""

    name: str
    order: int
    title: Texts
    description: Texts
    params: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, str]
    sparql: str

    def parameter(self, name: str) -> Parameter:
        """The parameter of that name. Raises NotFound with the names there are."""
        for each in self.params:
            if each.name == name:
                return each
        names = tuple(p.name for p in self.params)
        raise NotFound(
            f"Die Frage „{self.name}“ hat keinen Parameter „{name}“.",
            tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.3)) or names,
        )

    def render(self, params: Mapping[str, Sequence[Term]], lang: str = "de") -> str:
        """The SPARQL text with the terms bound in VALUES blocks.

        A block between ``#if name`` and ``#endif`` stands only when the parameter is given; a boolean parameter is
        given by an empty sequence of terms.
        """

        def block(match: re.Match[str]) -> str:
            name, body = match.group(1), match.group(2)
            if name not in params:
                return ""
            terms = " ".join(str(term) for term in params[name])
            slot = re.compile(rf"(VALUES \?{re.escape(name)} \{{) UNDEF (\}})")
            return slot.sub(lambda found: f"{found.group(1)} {terms} {found.group(2)}", body)

        body = "".join(line for line in self.sparql.splitlines(keepends=True) if not line.startswith("#+"))
        # The language is put in as a constant: a VALUES block makes Virtuoso refuse or misplan half of the questions.
        plain = _LANGUAGE.sub("", _BLOCK.sub(block, body))
        return re.sub(r"\?lang\b", lambda _: str(Literal(lang)), plain).lstrip("\n")


def _question(path: Path) -> Question:
    text = path.read_text("utf-8")
    head = "\n".join(line[2:].strip() for line in text.splitlines() if line.startswith("#+"))
    try:
        data: dict[str, Any] = tomllib.loads(head)
        return Question(
            name=path.stem,
            order=data.get("order", 99),
            title=data["title"],
            description=data["description"],
            params=tuple(
                Parameter(p["name"], p["type"], p.get("required", False), p.get("label", {}), p.get("description", {}))
                for p in data.get("params", ())
            ),
            columns=tuple(Column(c["name"], c["label"]) for c in data.get("columns", ())),
            example={key: str(value) for key, value in data.get("example", {}).items()},
            sparql=text,
        )
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise InputError(f"der #+-Kopf ist unvollständig oder kein TOML ({error})", file=str(path)) from None


def load_catalogue(folder: Path | None = None) -> dict[str, Question]:
    """All questions by name, in their order."""
    found = [_question(path) for path in (folder or resources.queries()).glob("*.rq")]
    return {question.name: question for question in sorted(found, key=lambda q: (q.order, q.name))}


def named_question(name: str, folder: Path | None = None) -> Question:
    """One question, reading only its own file. Raises NotFound with near matches."""
    root = folder or resources.queries()
    names = sorted(path.stem for path in root.glob("*.rq"))
    if name not in names:
        near = tuple(difflib.get_close_matches(name, names, n=3, cutoff=0.4)) or tuple(names)
        raise NotFound(f"Es gibt keine Frage „{name}“.", near)
    return _question(root / f"{name}.rq")
