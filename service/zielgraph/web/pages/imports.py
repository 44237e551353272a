"""Importing at the browser: send a file, look at what was understood, then confirm or discard."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from zielgraph import resources
from zielgraph.access.waiting import Waiting
from zielgraph.errors import Conflict, NotFound, UsageError, ZielgraphError
from zielgraph.table import load_profiles
from zielgraph.table.dates import read_date
from zielgraph.web import office
from zielgraph.web.current import settings, state
from zielgraph.web.formguard import caller, check_form, locked, may_write, refuse_public
from zielgraph.web.languages import page_url
from zielgraph.web.problems import status_of
from zielgraph.workers.tasks import Imported, ImportTask

_PURPOSE = _KIND = "import"
_FUNCTION = "zielgraph.workers.tasks:import_file"
_REPORT, _CHANGES, _QUESTIONS, _ANSWERS = "report.json", "changes.json", "questions.csv", "answers.csv"
_FIELDS = ("city", "system", "edition", "profile", "sheet", "replace")


@dataclass(frozen=True)
class Preview:
    """What a look at a waiting file found: the report, what changes in words, and the questions as rows of a table."""

    report: Mapping[str, Any]
    changes: Mapping[str, str]
    questions: list[list[str]]


def start() -> str | BaseResponse:
    """The form to send a file, and the files that wait. A file that is sent is looked at at once."""
    refuse_public()
    error, status = "", 200
    if request.method == "POST":
        try:
            person = check_form(_PURPOSE)
            choices = _choices()
            waiting = office.take_in(person, _KIND)
            _look(waiting, choices)
            return redirect(page_url("import_file", key=waiting.key), 303)
        except ZielgraphError as problem:
            error, status = office.said(problem), status_of(problem)
    page = render_template(
        "import.html",
        error=error,
        status=status,
        choices=request.form if may_write() else {},  # of others a large body was never read
        profiles=_profiles(),
        cities=_cities(),
        waiting=[each for each in _mine() if each.size],
        limit=settings().max_table_bytes,
    )
    return Response(page, status=status, content_type="text/html; charset=utf-8")


def one(key: str) -> str | BaseResponse:
    """One waiting file: what was understood; look again with other choices, confirm or discard."""
    refuse_public()
    refused: ZielgraphError | None = None
    if request.method == "POST":
        try:
            return _act(key)
        except NotFound:
            raise
        except ZielgraphError as problem:
            refused = problem
    if answer := locked(refused):
        return answer
    waiting = office.waiting_room().get(office.owner_of(caller()), key)
    preview = _preview(waiting)
    if request.args.get("format") == "json" and preview:
        return _download(json.dumps(preview.report, ensure_ascii=False, indent=1), "application/json", "bericht.json")
    page = render_template(
        "import_file.html",
        error=office.said(refused) if refused else "",
        long=waiting.note.get("long") or (refused is not None and office.too_long(refused)),
        waiting=waiting,
        note=waiting.note,
        choices=waiting.note.get("choices", {}),
        preview=preview,
        digest=_digest(waiting),
        answered=max(len(_rows(waiting, _ANSWERS)) - 1, 0),
        profiles=_profiles(),
        cities=_cities(),
        command=_command(waiting),
        done=waiting.note.get("done"),
    )
    return Response(page, status=status_of(refused) if refused else 200, content_type="text/html; charset=utf-8")


def _act(key: str) -> BaseResponse:
    person, action = check_form(_PURPOSE), request.form.get("action", "")
    room = office.waiting_room()
    with room.held(office.owner_of(person), key) as waiting:
        if waiting.note.get("done"):  # a second click
            return redirect(page_url("import_file", key=key), 303)
        if action == "discard":
            room.discard(waiting)
            return office.back_to(page_url("import"), "discarded")
        if action == "look":
            _keep_answers(waiting)
            _look(waiting, _choices())
        elif action == "import":
            _import(waiting)
        else:
            raise UsageError(_("Es fehlt, was mit der Datei geschehen soll."))
    return redirect(page_url("import_file", key=key), 303)


def _import(waiting: Waiting) -> None:
    """Import exactly what the preview showed."""
    preview = _preview(waiting)
    if preview is None or waiting.note.get("error"):
        raise UsageError(_("Diese Datei wurde noch nicht verstanden; bitte zuerst die Angaben berichtigen."))
    if request.form.get("digest") != _digest(waiting):
        raise UsageError(
            _("Angaben oder Bestand haben sich seit dieser Vorschau geändert. Bitte die Vorschau noch einmal ansehen.")
        )
    report = preview.report
    task = _task(waiting, waiting.note["choices"], resolved=report, dry_run=False)
    action = f"import {report['city']}/{report['system']}/{report['edition']}"
    found: Imported | None = office.write(_FUNCTION, task, action)
    done = dict(found.report) if found else {"action": "new", "findings": None}
    kept = {name: done.get(name) for name in ("action", "counts", "findings")}
    kept |= {name: report[name] for name in ("city", "system", "edition")}
    office.waiting_room().finish(waiting, done=kept)


def _look(waiting: Waiting, choices: Mapping[str, str]) -> None:
    """Read a file as an import would and note what was found, or why it cannot be read."""
    room = office.waiting_room()
    note: dict[str, Any] = {"choices": dict(choices), "error": "", "conflict": False, "long": False}
    for name in (_REPORT, _CHANGES, _QUESTIONS):
        waiting.beside(name).unlink(missing_ok=True)
    try:
        found: Imported = office.look(_FUNCTION, _task(waiting, choices))
    except ZielgraphError as error:
        note |= {
            "error": office.said(error),
            "conflict": isinstance(error, Conflict),
            "long": office.too_long(error),
        }
    else:
        for name, text in (
            (_REPORT, json.dumps(found.report, ensure_ascii=False)),
            (_CHANGES, json.dumps(dict(found.changes), ensure_ascii=False)),
            (_QUESTIONS, found.questions),
        ):
            waiting.beside(name).write_text(text, "utf-8")
    room.remember(waiting, **note)


def _task(
    waiting: Waiting, choices: Mapping[str, str], *, resolved: Mapping[str, Any] | None = None, dry_run: bool = True
) -> ImportTask:
    """The import of a waiting file. ``resolved`` is the preview's report, whose city, system and day then hold."""
    known = resolved or {name: choices.get(name) or None for name in ("city", "system", "edition")}
    answers = waiting.beside(_ANSWERS)
    return ImportTask(
        settings(),
        waiting.path,
        city=known["city"],
        system=known["system"],
        edition=date.fromisoformat(known["edition"]) if known["edition"] else None,
        profile=choices.get("profile") or None,
        sheet=choices.get("sheet") or None,
        replace=choices.get("replace") == "1",
        accept=answers if answers.is_file() else None,
        dry_run=dry_run,
    )


def _choices() -> dict[str, str]:
    """What the form says of the file. Raises UsageError for a day or a profile that is none."""
    chosen = {name: request.form.get(name, "").strip() for name in _FIELDS}
    if written := chosen["edition"]:
        day = read_date(written).exact
        if day is None:
            raise UsageError(_("„%(text)s“ ist kein Tag. Bitte so schreiben: 31.12.2026.", text=written))
        chosen["edition"] = day.isoformat()
    if chosen["profile"] and chosen["profile"] not in _profiles():  # it could be the path of a file
        raise UsageError(_("Das Profil „%(name)s“ gibt es nicht.", name=chosen["profile"]))
    return chosen


def _keep_answers(waiting: Waiting) -> None:
    """Write the answers to questions of identity where the import reads them, with those of before."""
    rows = _rows(waiting, _QUESTIONS)
    said = {"yes": "ja", "no": "nein"}
    answered = [
        [row[0], word, *row[2:]]
        for number, row in enumerate(rows[1:], start=1)
        if (word := said.get(request.form.get(f"same-{number}", "")))
    ]
    if answered:
        buffer = io.StringIO(newline="")
        csv.writer(buffer, delimiter=";").writerows([rows[0], *_rows(waiting, _ANSWERS)[1:], *answered])
        waiting.beside(_ANSWERS).write_text(buffer.getvalue(), "utf-8")
    if request.form.get("forget-answers"):
        waiting.beside(_ANSWERS).unlink(missing_ok=True)


def _rows(waiting: Waiting, name: str) -> list[list[str]]:
    path = waiting.beside(name)
    text = path.read_text("utf-8-sig") if path.is_file() else ""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def _preview(waiting: Waiting) -> Preview | None:
    try:
        report = json.loads(waiting.beside(_REPORT).read_text("utf-8"))
        changes = json.loads(waiting.beside(_CHANGES).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Preview(report, changes, _rows(waiting, _QUESTIONS)[1:])


def _digest(waiting: Waiting) -> str:
    """What the preview was made of: file, choices, answers, and the editions it was compared with."""
    answers = waiting.beside(_ANSWERS)
    parts = [waiting.key, json.dumps(waiting.note.get("choices"), sort_keys=True)]
    parts += [answers.read_text("utf-8") if answers.is_file() else ""]
    parts += [f"{each.city} {each.system} {each.date} {each.sha256} {each.rules}" for each in state().info.editions]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _command(waiting: Waiting) -> str:
    """The command that does the same without limits of time."""
    chosen = waiting.note.get("choices", {})
    words = [f"--{name} {chosen[name]}" for name in _FIELDS[:-1] if chosen.get(name)]
    return " ".join(["zielgraph import DATEI", *words, *(["--replace"] if chosen.get("replace") else [])])


def _mine() -> list[Waiting]:
    return office.waiting_room().of(office.owner_of(caller()), _KIND) if may_write() else []


def _profiles() -> list[str]:
    return sorted(load_profiles(resources.data() / "profiles"))


def _cities() -> list[str]:
    folders = (resources.data() / "register").iterdir()
    known = {path.name for path in folders if path.is_dir() and path.name != "common"}
    return sorted(known | {edition.city for edition in state().info.editions})


def _download(text: str, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type=f"{media}; charset=utf-8", headers=headers)


PAGES = {"import": start}
CHILDREN = {"import_file": ("<key>", one)}
POSTS = {"import", "import_file"}
