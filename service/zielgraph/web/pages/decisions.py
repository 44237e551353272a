"""Decisions: the list of them, the forms to decide, and tables of decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.deciding import ACTIONS, COURSES, Wish
from zielgraph.engine import Literal
from zielgraph.errors import NotFound, UsageError, ZielgraphError
from zielgraph.exporting.decisionform import decision_form
from zielgraph.exporting.tables import MEDIA_TYPES
from zielgraph.importing.deciding import Decided, action_of
from zielgraph.store import DataFolder
from zielgraph.web import decided, office
from zielgraph.web.current import settings, state
from zielgraph.web.formguard import caller, check_form, local_address, locked, may_write, refuse_public
from zielgraph.web.languages import page_url, shown_date
from zielgraph.web.listing import Column, Filter, here, listing, shown
from zielgraph.web.problems import status_of
from zielgraph.web.view import Link, Text, current_view
from zielgraph.web.wording import action_words, state_words
from zielgraph.workers.tasks import DecideTask, TableTask, WithdrawTask

_PURPOSE, _KIND = "decide", "decisions"
_TASKS = "zielgraph.workers.tasks"


def decisions() -> BaseResponse:
    """The decisions with what has become of them; a table of decisions that is sent is looked at at once."""
    refuse_public()
    refused: ZielgraphError | None = None
    if request.method == "POST":
        try:
            person = check_form(_PURPOSE)
            waiting = office.take_in(person, _KIND)
            _look(waiting.key, person.name)
            return redirect(page_url("decisions_table", key=waiting.key), 303)
        except ZielgraphError as problem:
            refused = problem
    view = current_view()
    wanted = request.args.get("state", "")
    if wanted and wanted not in decided.STATES:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=wanted), decided.STATES)
    given = {"state": [Literal(wanted)]} if wanted else {}
    every = decided.records(view)
    rows = [each for each in every if wanted in ("", each.state)]
    found = listing(
        "decisions",
        _columns(),
        rows,
        caption=_("Entscheidungen"),
        sparql=view.sparql("decisions", **given),
        filters=[Filter(_("Stand"), state_words()[wanted], here(state=None, page=None))] if wanted else [],
    )
    response = shown(
        "decisions.html",
        found,
        error=office.said(refused) if refused else "",
        counts=[(name, words, sum(each.state == name for each in every)) for name, words in state_words().items()],
        all=len(every),
        wanted=wanted,
        themes=[view.named(iri) for iri in view.inventory.themes],
        waiting=_waiting(),
    )
    response.status_code = status_of(refused) if refused else 200
    return response


def _columns() -> list[Column[decided.Record]]:
    states, actions = state_words(), action_words()

    def about(each: decided.Record) -> list[Link | Text | str]:
        return [*each.about, *([each.rule] if each.rule else [])]

    def day(each: decided.Record) -> str:
        return each.day

    def subject(each: decided.Record) -> str:
        return each.subject.text.value

    def state_cell(each: decided.Record) -> Markup:
        words = Markup("<span class='decision decision-{}'>{}</span>").format(each.state, states[each.state])
        if each.withdrawn:
            when = shown_date(each.withdrawn)
            by = _("von %(name)s am %(day)s: %(why)s", name=each.withdrawn_by, day=when, why=each.withdrawn_why)
            return words + Markup(" <bdi>{}</bdi>").format(by)
        if not may_write():
            return words
        url = page_url("decide", decision=each.key)
        return words + Markup(' <a href="{}">{}</a>').format(url, _("zurücknehmen"))

    return [
        Column("decision", _("Kennung"), lambda each: each.iri, iri=True),
        Column("subject", _("Betrifft"), lambda each: each.subject, sort=subject, wide=True),
        Column("day", _("Tag"), lambda each: each.day, sort=day, html=lambda each: shown_date(each.day), number=True),
        Column("action", _("Entscheidung"), lambda each: actions[each.action], sort=lambda each: actions[each.action]),
        Column("about", _("Gegenstand"), about),
        Column("reason", _("Begründung"), lambda each: each.reason, wide=True),
        Column("name", _("Entschieden von"), lambda each: each.name, sort=lambda each: each.name),
        Column("state", _("Gilt"), lambda each: states[each.state], sort=lambda each: each.state, html=state_cell),
    ]


def decide() -> BaseResponse:
    """What can be decided about one item, finding or decision; by POST a decision, then back to where one came from."""
    refuse_public()
    refused: ZielgraphError | None = None
    if request.method == "POST":
        try:
            return office.back_to(_back(), _decided())
        except ZielgraphError as problem:
            refused = problem
    view = current_view()
    inventory = view.inventory
    iri, finding_iri, key = (request.args.get(name, "") for name in ("item", "finding", "decision"))
    finding = inventory.findings.get(finding_iri)
    record = next((each for each in decided.records(view) if each.key == key), None) if key else None
    listed = any(iri in known for known in (inventory.items, inventory.goals, inventory.ended))
    if (iri and not listed) or (finding_iri and not finding) or (key and not record) or not (iri or finding or record):
        raise NotFound(_("Was hier entschieden werden soll, gibt es nicht (mehr)."))
    about = iri or (finding.item or finding.node if finding else record.subject.iri if record else "")
    known = decided.decidable(about)
    page = render_template(
        "decide.html",
        node=known.node,
        known=known,
        finding=finding,
        part=view.named(finding.node) if finding and finding.node not in (about, "") else None,
        record=record,
        actions=action_words(),
        states=state_words(),
        error=office.said(refused) if refused else "",
        given=request.form,
        back=_back(),
    )
    return Response(page, status=status_of(refused) if refused else 200, content_type="text/html; charset=utf-8")


def _back() -> str:
    """Where one came from: the page that the form names, else the one of the item."""
    own = page_url("decide", **{name: request.args.get(name, "") for name in ("item", "finding", "decision")})
    return local_address(request.form.get("back") or request.args.get("back", ""), own)


def _decided() -> str:
    """Write down what the form says; the key of the sentence to show. Raises what :meth:`Writer.run` raises."""
    person = check_form(_PURPOSE)
    form = {name: value.strip() for name, value in request.form.items()}
    reason = form.get("reason", "")
    if not reason:
        raise UsageError(_("Bitte eine Begründung angeben."))
    _nobody_else(form, person.name)
    if form.get("what") == "withdraw":
        key = form.get("decision", "")
        task = WithdrawTask(settings(), key, person.name, reason)
        office.write(f"{_TASKS}:withdraw", task, f"decide withdraw {key}")
        return "withdrawn"
    wish = replace(_wish(form), reason=reason, name=person.name)
    found: Decided | None = office.write(
        f"{_TASKS}:decide", DecideTask(settings(), [wish], (_("Begründung"), _("Name"))), action_of([wish])
    )
    if found is None:
        return "decided"
    return "known" if not found.new else "later" if found.new[0].later else "decided"


def _nobody_else(form: Mapping[str, str], name: str) -> None:
    """Raises UsageError when somebody has decided about the item since the form was shown.

    The form is shown again then, with what has been decided; who sends it once more means it.
    """
    if "latest" not in form or not (known := decided.decidable(form.get("item", ""))).kind:
        return
    if known.newest == form["latest"] or (known.records[0].name, known.records[0].reason) == (name, form["reason"]):
        return
    other = known.records[0]
    raise UsageError(
        _(
            "Inzwischen ist hier entschieden worden: „%(action)s“ von %(name)s (%(reason)s). Bitte prüfen und, wenn es "
            "dabei bleiben soll, noch einmal eintragen.",
            action=action_words()[other.action],
            name=other.name,
            reason=other.reason,
        )
    )


def _wish(form: Mapping[str, str]) -> Wish:
    """What a form asks for. Raises UsageError when something is missing."""
    action, item = form.get("action", ""), form.get("item", "")
    what = form.get("what", "")
    allowed = {"course": COURSES, "accept": ("accept",)}.get(what, ("confirm", "reject", "set"))
    if what == "accept":
        action = what
    if action not in allowed or action not in ACTIONS:
        raise UsageError(_("Bitte auswählen, was entschieden wird."))
    match what:
        case "accept":
            return Wish(action, finding=form.get("finding", ""))
        case "course":
            return Wish(action, item)
        case "theme" | "disposition":
            if not form.get(what):
                raise UsageError(_("Bitte auswählen, was gelten soll."))
            value = form[what]
            return Wish(action, item, theme=value) if what == "theme" else Wish(action, item, disposition=value)
        case "link":
            actor, _space, role = form.get("part", "").partition(" ")
            if other := form.get("other", ""):
                actor, role = other, ""
            if action == "set":
                role = form.get("role", "")
            if not actor:
                raise UsageError(_("Bitte auswählen, um welchen Akteur es geht."))
            return Wish(action, item, actor=actor, role=role)
    raise UsageError(_("Bitte auswählen, was entschieden wird."))


def table(key: str) -> BaseResponse:
    """A table of decisions that waits: what it says; by POST it is written down or discarded."""
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
    page = render_template(
        "decisions_table.html", waiting=waiting, note=waiting.note, error=office.said(refused) if refused else ""
    )
    return Response(page, status=status_of(refused) if refused else 200, content_type="text/html; charset=utf-8")


def _act(key: str) -> BaseResponse:
    person, action = check_form(_PURPOSE), request.form.get("action", "")
    room = office.waiting_room()
    with room.held(office.owner_of(person), key) as waiting:
        if action == "discard":
            room.discard(waiting)
            return office.back_to(page_url("decisions"), "discarded")
        if action != "store":
            raise UsageError(_("Es fehlt, was mit der Datei geschehen soll."))
        if not waiting.note.get("done"):  # else a second click
            task = TableTask(settings(), waiting.path, person.name, dry_run=False)
            office.write(f"{_TASKS}:decide_table", task, f"decide import {waiting.name}")
            room.finish(waiting, done=True)
    return office.back_to(page_url("decisions"), "table")


def _look(key: str, name: str) -> None:
    """Read a table as storing it would, and note what it says or why not."""
    room = office.waiting_room()
    waiting = room.get(office.owner_of(caller()), key)
    actions = action_words()
    try:
        found: Decided = office.look(f"{_TASKS}:decide_table", TableTask(settings(), waiting.path, name, dry_run=True))
    except ZielgraphError as error:
        room.remember(waiting, error=office.said(error), rows=[], notes=[])
        return
    rows = [
        [actions[each.decision.action], each.about, each.decision.reason, each.decision.name, f"{each.decision.day}"]
        for each in found.new
    ]
    room.remember(waiting, error="", rows=rows, notes=list(found.notes))


def _waiting() -> list[tuple[str, str]]:
    if not may_write():
        return []
    mine = office.waiting_room().of(office.owner_of(caller()), _KIND)
    return [(each.name, page_url("decisions_table", key=each.key)) for each in mine if each.size]


def form() -> Response:
    """The form with all measures as XLSX or CSV, to be filled in and sent back."""
    refuse_public()
    kind = request.args.get("format", "") or "xlsx"
    if kind not in ("xlsx", "csv"):
        raise NotFound(_("Die Vorlage gibt es als xlsx und als csv."), ("xlsx", "csv"))
    folder = DataFolder(settings().data, base=settings().base, keep=settings().keep_snapshots)
    body = decision_form(folder.open(state().info.name), f".{kind}", request.args.get("theme") or None)
    headers = {"Content-Disposition": f'attachment; filename="entscheidungen.{kind}"'}
    return Response(body, content_type=MEDIA_TYPES["xlsx" if kind == "xlsx" else "csv-de"], headers=headers)


PAGES = {"decisions": decisions, "decide": decide, "decision_form": form}
CHILDREN = {"decisions_table": ("<key>", table)}
POSTS = {"decisions", "decide", "decisions_table"}
