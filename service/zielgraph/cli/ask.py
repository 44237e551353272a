"""``zielgraph query``: the catalogue and plain SPARQL on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from zielgraph.engine import Engine, QueryBoolean, QueryTriples, Results, serialise_results
from zielgraph.errors import InputError, UsageError
from zielgraph.exporting.formats import prefixes
from zielgraph.exporting.tables import write_answer
from zielgraph.questions import as_answer, ask, load_catalogue, named_question, run_question
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot


def answer_question(
    settings: Settings,
    name: str,
    params: Sequence[str],
    format: str,
    lang: str,
    stand: date | None,
    width: int | None = None,
) -> bytes:
    """Answer of a catalogue question; ``width`` is that of the terminal, None for a file."""
    question = named_question(name)
    given: dict[str, str] = {}
    for each in params:
        key, separator, value = each.partition("=")
        if not separator:
            raise UsageError(f"--param „{each}“: bitte NAME=WERT schreiben.")
        given[key] = value
    if format == "ttl":
        raise UsageError(f"Die Frage „{name}“ ergibt eine Tabelle; ttl gibt es nur für CONSTRUCT.")
    snapshot = DataFolder(settings.data, base=settings.base).open()
    answer = run_question(_at(settings, snapshot, stand, name), question, given, lang)
    return write_answer(answer, format, snapshot.info.base, lang, width=width)


def _at(settings: Settings, snapshot: Snapshot, stand: date | None, question: str = "") -> Engine:
    """The store as it is, or as it stood at a day; the external engine, if one is set, brought up to date."""
    if settings.engine:
        from zielgraph.cli.external import bring_up_to_date, refuse_engine
        from zielgraph.keeping.mirror import able_engine, external_engine

        if stand is not None:
            refuse_engine(settings, "--stand rechnet nur der Datenordner zurück.")
        bring_up_to_date(settings)
        return able_engine(external_engine(settings, snapshot.info.base), question, settings.max_state_quads)
    if stand is None:
        return snapshot.engine
    from zielgraph.editions.state import state_at

    return state_at(snapshot.engine, settings.base, snapshot.info.editions, stand, settings.max_state_quads)


def answer_sparql(
    settings: Settings, file: Path | None, text: str, format: str, stand: date | None, width: int | None = None
) -> bytes:
    """Answer of a SPARQL text or file. The usual prefixes need no declaration."""
    if file is not None:
        try:
            text = file.read_text("utf-8")
        except FileNotFoundError:
            raise InputError("gibt es nicht", file=str(file)) from None
        except UnicodeDecodeError:
            raise InputError("ist nicht in UTF-8 kodiert", file=str(file)) from None
        except OSError as error:
            raise InputError(f"lässt sich nicht lesen ({error.strerror})", file=str(file)) from None
    snapshot = DataFolder(settings.data, base=settings.base).open()
    results: Results = ask(_at(settings, snapshot, stand), text, prefixes(snapshot))
    if isinstance(results, QueryTriples):
        if format not in ("table", "ttl"):
            raise UsageError(f"Die Anfrage ergibt einen Graphen; Format „{format}“ gibt es nur für Tabellen.")
        return serialise_results(results, "ttl")
    if format == "ttl":
        raise UsageError("Die Anfrage ergibt eine Tabelle; ttl gibt es nur für CONSTRUCT und DESCRIBE.")
    if isinstance(results, QueryBoolean):
        if format in ("json", "xml"):
            return serialise_results(results, format)
        return b"ja\n" if bool(results) else b"nein\n"
    return write_answer(as_answer(results, text), format, snapshot.info.base, width=width)


def list_questions(lang: str) -> bytes:
    """Names and titles of the catalogue, with parameters."""
    lines = []
    for question in load_catalogue().values():
        names = " ".join(f"--param {p.name}=…" if p.required else f"[--param {p.name}=…]" for p in question.params)
        lines.append(f"{question.name}\n    {question.title.get(lang, question.title['de'])}")
        if names:
            lines.append(f"    {names}")
    return ("\n".join(lines) + "\n").encode()
