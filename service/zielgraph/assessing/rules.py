"""Reads and checks the vocabulary of dispositions (TOML)."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from zielgraph.assessing.model import DISPOSITIONS, DispositionRules, Rule
from zielgraph.errors import InputError

_KEYS = frozenset({"disposition", "pattern", "unless", "unless_activity", "confidence", "example"})
_FRAGMENT = re.compile(r"<([a-z]+)>")


def load_dispositions(path: Path) -> DispositionRules:
    """The rules of a vocabulary file. Raises InputError naming the file, the rule and what is wrong."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"Datei nicht lesbar ({error.strerror})", file=str(path)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"kein gültiges TOML ({error})", file=str(path)) from None
    fragments: dict[str, str] = {}
    for name, text in _table(path, data, "fragments").items():
        fragments[name] = _expanded(path, str(text), fragments, f"[fragments] {name}")
    entries = data.get("rule")
    if not isinstance(entries, list) or not entries:
        raise InputError("keine Regeln ([[rule]])", file=str(path))
    confidence = _table(path, data, "confidence")
    return DispositionRules(
        rules=tuple(_rule(path, number, entry, fragments) for number, entry in enumerate(entries, 1)),
        abbreviations=_words(path, data, "abbreviations"),
        closing=_words(path, data, "closing_abbreviations"),
        no_text=_words(path, data, "no_text"),
        unread=_number(path, confidence.get("unread", 0.3), "[confidence] unread"),
        copied=_number(path, confidence.get("copied", 0.8), "[confidence] copied"),
    )


def _table(path: Path, data: dict[str, Any], key: str) -> dict[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"[{key}] ist keine Tabelle", file=str(path))
    return table


def _words(path: Path, data: dict[str, Any], key: str) -> frozenset[str]:
    words = data.get(key, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputError(f"{key} ist keine Liste von Wörtern", file=str(path))
    return frozenset(re.sub(r"\s", "", word).lower().removesuffix(".") for word in words)


def _number(path: Path, value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(f"{where}: „{value}“ ist keine Zahl von 0 bis 1", file=str(path))
    return float(value)


def _expanded(path: Path, text: str, fragments: dict[str, str], where: str) -> str:
    """The pattern with every ``<name>`` replaced; ``(?<=``, ``(?P<name>`` are left alone."""

    def fragment(match: re.Match[str]) -> str:
        if text[: match.start()].endswith("(?P"):
            return match.group()
        if match.group(1) not in fragments:
            raise InputError(f"{where}: unbekannter Baustein <{match.group(1)}>", file=str(path))
        return f"(?:{fragments[match.group(1)]})"

    return _FRAGMENT.sub(fragment, text)


def _compiled(path: Path, text: object, fragments: dict[str, str], where: str) -> re.Pattern[str]:
    """One pattern, or a list of alternatives, as a compiled pattern."""
    given = text if isinstance(text, list) else [text]
    alternatives = [each for each in given if isinstance(each, str) and each]
    if not alternatives or len(alternatives) < len(given):
        raise InputError(f"{where} fehlt", file=str(path))
    expanded = "|".join(_expanded(path, each, fragments, where) for each in alternatives)
    try:
        pattern = re.compile(expanded, re.IGNORECASE)
    except re.error as error:
        raise InputError(f"{where}: kein gültiges Suchmuster ({error})", file=str(path)) from None
    if pattern.search(""):
        raise InputError(f"{where}: das Suchmuster passt auf leeren Text", file=str(path))
    return pattern


def _rule(path: Path, number: int, entry: object, fragments: dict[str, str]) -> Rule:
    where = f"Regel {number}"
    if not isinstance(entry, dict):
        raise InputError(f"{where} ist keine Tabelle", file=str(path))
    if surplus := sorted(entry.keys() - _KEYS):
        raise InputError(f"{where}: unbekannter Schlüssel „{surplus[0]}“", file=str(path))
    disposition, example = entry.get("disposition"), entry.get("example")
    if disposition not in DISPOSITIONS:
        raise InputError(
            f"{where}: unbekannter Verbleib „{disposition}“",
            file=str(path),
            advice=f"Bekannt: {', '.join(sorted(DISPOSITIONS))}",
        )
    if not isinstance(example, str) or not example:
        raise InputError(f"{where}: example fehlt", file=str(path))

    def veto(key: str) -> re.Pattern[str] | None:
        return _compiled(path, entry[key], fragments, f"{where}, {key}") if key in entry else None

    return Rule(
        number,
        disposition,
        _compiled(path, entry.get("pattern"), fragments, f"{where}, pattern"),
        veto("unless"),
        _number(path, entry.get("confidence"), f"{where}, confidence"),
        example,
        veto("unless_activity"),
    )
