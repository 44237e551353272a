"""Measuring the linker against annotated reports. Not a test itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zielgraph import resources
from zielgraph.linking import Linker, Mention, Vocabulary, load_vocabulary
from zielgraph.register.model import Actor, Register
from zielgraph.register.turtle import load_register
from zielgraph.table import load_profiles, load_status_words, read_table
from zielgraph.vocabulary import DEFAULT_BASE, slug

HERE = Path(__file__).parents[1] / "linking"
SENTENCES = HERE / "role-sentences.tsv"
GOLD = HERE / "gold"
HELDOUT = HERE / "heldout"
KOELN = resources.data() / "source" / "koeln-zielsystem.tsv"
ROLES = {"goal", "activity", "progress"}
DAYS = {"bonn": date(2023, 6, 30), "koeln-klima": date(2023, 12, 31)}

BASE = "https://example.org/id/stadt/actor/"
Names = Callable[[str], list[tuple[str, str | None]]]
Cells = dict[tuple[int, str], str]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a tab-separated gold file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@dataclass
class Expected:
    """One annotated mention; ``start`` is -1 where the gold file gives no position."""

    line: int
    cell: str
    quote: str
    actor: str
    roles: frozenset[str]
    kind: str = ""
    start: int = -1
    end: int = -1
    names: frozenset[str] = frozenset()


@dataclass
class Result:
    """What a report's evaluation yields; the lists hold readable lines for people who look at errors."""

    expected: int = 0
    found: int = 0
    linked: int = 0
    right: int = 0
    decoys: int = 0
    decoys_linked: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    candidates: int = 0
    candidates_found: int = 0
    candidates_missed: list[str] = field(default_factory=list)
    candidates_made: list[str] = field(default_factory=list)
    roles: int = 0
    roles_right: int = 0
    roles_wrong: list[str] = field(default_factory=list)
    takes_part_right: int = 0
    takes_part_wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Share of the annotated mentions that were linked to the right actor."""
        return self.found / max(1, self.expected)

    @property
    def precision(self) -> float:
        """Share of the linked mentions that are right, neutral places not counted."""
        return self.right / max(1, self.linked)

    @property
    def role_agreement(self) -> float:
        """Share of the rightly linked mentions whose role is one of the annotated ones."""
        return self.roles_right / max(1, self.roles)

    @property
    def part_agreement(self) -> float:
        """Share of those mentions where it is right whether the actor takes part at all (``zg:involves``)."""
        return self.takes_part_right / max(1, self.roles)

    def summary(self) -> str:
        """One line of figures."""
        candidates = f"{self.candidates_found}/{self.candidates} (others {len(self.candidates_made)})"
        return (
            f"recall {self.found}/{self.expected} = {self.recall:.3f} · "
            f"precision {self.right}/{self.linked} = {self.precision:.3f} · "
            f"decoys linked {len(self.decoys_linked)}/{self.decoys} · candidates {candidates} · "
            f"roles {self.roles_right}/{self.roles} = {self.role_agreement:.3f} · "
            f"takes part {self.takes_part_right}/{self.roles} = {self.part_agreement:.3f}"
        )


def takes_part(role: str) -> bool:
    """Whether an actor in this role is involved in the item."""
    return role not in ("declined", "mentioned")


def vocabulary() -> Vocabulary:
    """The bundled vocabulary."""
    return load_vocabulary(resources.data() / "vocabulary")


def table(path: Path):  # type: ignore[no-untyped-def]
    """A report as the program reads it."""
    data = resources.data()
    return read_table(path, load_profiles(data / "profiles"), load_status_words(data / "vocabulary" / "status.toml"))


def linker(city: str, path: Path, day: date | None, extra: Path | None = None) -> tuple[Linker, Register]:
    """A linker for one report and the register it works on."""
    register = load_register(resources.data() / "register", city, DEFAULT_BASE, **({"extra": [extra]} if extra else {}))
    listed = [(entry.code, entry.name) for entry in table(path).abbreviations]
    made = Linker(register, vocabulary(), day=day, abbreviations=listed, city_actor_base=f"{DEFAULT_BASE}{city}/actor/")
    return made, register


def koeln_linker() -> tuple[Linker, Register]:
    """The linker for the bundled report."""
    return linker("koeln", KOELN, date(2019, 12, 31))


def koeln_cells() -> Cells:
    """Cells of the Cologne report by line and role; goals only where their cell is filled."""
    cells: Cells = {}
    for row in table(KOELN).rows:
        raws = {role: row.raw(role) for role in row.roles}
        goals = [raws[role] for role in sorted(raws) if role.endswith("-goal")]
        cells[row.line, "goal"] = "\n".join(goals)
        for role in ("activity", "progress"):
            cells[row.line, role] = raws.get(role, "")
    return cells


def tail(iri: str) -> str:
    """The part of an actor's IRI that gold files use."""
    return iri.removeprefix(DEFAULT_BASE).replace("/actor/", "/")


def evaluate_koeln() -> Result:
    """The Cologne report against its gold files."""
    made, _ = koeln_linker()
    cells = koeln_cells()
    result = Result()
    gold = read_rows(GOLD / "koeln.tsv")
    decoys = read_rows(GOLD / "koeln-decoys.tsv")
    for (line, cell), raw in cells.items():
        mentions = made.link(raw)
        expected = []
        used: set[int] = set()
        position: dict[str, int] = {}
        for row in gold:
            if (int(row["line"]), row["cell"]) != (line, cell):
                continue
            start = _occurrence(raw, row["quote"], position.get(row["quote"], 0))
            assert start >= 0, row
            position[row["quote"]] = start + 1
            expected.append(
                Expected(
                    line,
                    cell,
                    row["quote"],
                    row["actor"],
                    frozenset(row["role"].split("|")),
                    "",
                    start,
                    start + len(row["quote"]),
                )
            )
        spans = []
        for row in decoys:
            if (int(row["line"]), row["cell"]) == (line, cell) and not row["why"].startswith("borderline"):
                start = raw.find(row["quote"])
                assert start >= 0, row
                spans.append((start, start + len(row["quote"]), row["quote"]))
        _score(result, mentions, expected, spans, [], lambda iri, want: tail(iri) == want.actor, used)
    return result


def _occurrence(raw: str, quote: str, begin: int) -> int:
    """The next place of a quote that is not inside a word or number."""
    while (start := raw.find(quote, begin)) >= 0:
        before, after = raw[start - 1 : start], raw[start + len(quote) : start + len(quote) + 1]
        if not (before.isalnum() or after.isalnum() or (quote.isdigit() and (before == "/" or after == "/"))):
            return start
        begin = start + 1
    return raw.find(quote)


def evaluate_heldout(name: str) -> Result:
    """One held-out report against its gold files."""
    folder = HELDOUT / name
    city = "koeln" if name == "koeln-klima" else name
    extra = folder / "register.ttl"
    made, register = linker(city, folder / "report.tsv", DAYS.get(name), extra if extra.exists() else None)
    lines = (folder / "report.tsv").read_text(encoding="utf-8").split("\n")
    names = {
        row["actor"]: frozenset(
            text.strip().casefold() for text in [row["label"], *row["also_known_as"].split(";")] if text.strip()
        )
        for row in read_rows(folder / "actors.tsv")
    }
    borderline = {row["actor"] for row in read_rows(folder / "actors.tsv") if row["source"] == "borderline"}
    gold = read_rows(folder / "gold.tsv")
    cells: dict[tuple[int, int], list[dict[str, str]]] = {}
    order = iter(gold)
    by_span: dict[int, dict[str, str]] = {}
    spans = read_rows(folder / "spans.tsv")
    for row in spans:
        cells.setdefault((int(row["line"]), int(row["column"])), []).append(row)
        if row["what"] == "actor":
            by_span[id(row)] = next(order)
    result = Result()

    def same(iri: str, want: Expected) -> bool:
        actor: Actor | None = register.by_iri.get(iri) or made.provisional.get(iri)
        own = iri.rsplit("/", 1)[-1]
        if own == want.actor or (want.actor == "bezirksregierungen" and own.startswith("bezirksregierung")):
            return True
        if actor is None:
            return False
        labels = {label.text.casefold() for label in actor.labels} | {code.casefold() for code in actor.codes}
        return bool(labels & want.names) or own in {slug(name) for name in want.names}

    for (line, column), rows in cells.items():
        raw = lines[line - 1].split("\t")[column - 1]
        mentions = made.link(raw)
        expected, decoys, neutral = [], [], []
        for row in rows:
            start, end = int(row["start"]), int(row["end"])
            if row["what"] == "actor":
                entry = by_span[id(row)]
                assert entry["quote"] == row["quote"], (entry, row)
                kind = "borderline" if entry["actor"] in borderline else entry["kind"]
                expected.append(
                    Expected(
                        line,
                        row["cell"],
                        row["quote"],
                        entry["actor"],
                        frozenset(entry["role"].split("|")),
                        kind,
                        start,
                        end,
                        names.get(entry["actor"], frozenset()),
                    )
                )
            elif row["what"] == "decoy":
                decoys.append((start, end, row["quote"]))
            else:
                neutral.append((start, end))
        _score(result, mentions, expected, decoys, neutral, same, set())
    return result


def _score(result, mentions, expected, decoys, neutral, same, used) -> None:  # type: ignore[no-untyped-def]
    """Add one cell to a result."""

    def overlaps(mention: Mention, start: int, end: int) -> bool:
        return mention.start < end and start < mention.end

    gold_spans = [(want.start, want.end) for want in expected]
    for want in expected:
        where = f"{want.line} {want.cell} „{want.quote}“ {want.actor}"
        hits = [m for m in mentions if overlaps(m, want.start, want.end)]
        if want.actor == "candidate" or want.kind == "unknown-candidate":
            result.candidates += 1
            if any(m.actor is None for m in hits):
                result.candidates_found += 1
            else:
                result.candidates_missed.append(where)
            continue
        right = [m for m in hits if m.actor is not None and same(m.actor, want)]
        if want.kind == "borderline":
            continue
        result.expected += 1
        if not right:
            result.missed.append(f"{where} -> {[(m.quote, m.actor) for m in hits]}")
            continue
        result.found += 1
        if "?" not in want.roles:
            result.roles += 1
            if takes_part(right[0].role) in {takes_part(role) for role in want.roles}:
                result.takes_part_right += 1
            else:
                result.takes_part_wrong.append(f"{where}: {right[0].role} ({right[0].role_quote})")
            if right[0].role in want.roles:
                result.roles_right += 1
            else:
                result.roles_wrong.append(
                    f"{where}: {right[0].role} statt {'|'.join(sorted(want.roles))} ({right[0].role_quote})"
                )
    for mention in mentions:
        in_gold = any(overlaps(mention, *span) for span in gold_spans)
        if mention.actor is None:
            if not in_gold:
                result.candidates_made.append(mention.quote)
            continue
        wants = [want for want in expected if overlaps(mention, want.start, want.end)]
        if any(want.kind == "borderline" for want in wants):
            continue
        if not wants and any(overlaps(mention, *span) for span in neutral):
            continue
        result.linked += 1
        if any(
            want.actor != "candidate" and want.kind != "unknown-candidate" and same(mention.actor, want)
            for want in wants
        ):
            result.right += 1
        else:
            result.wrong.append(f"„{mention.quote}“ -> {tail(mention.actor)} {[w.quote for w in wants]}")
    result.decoys += len(decoys)
    for start, end, quote in decoys:
        for mention in mentions:
            if mention.actor is None or not overlaps(mention, start, end):
                continue
            if not any(overlaps(mention, *span) for span in gold_spans):
                result.decoys_linked.append(f"„{quote}“ -> {mention.quote} {mention.actor}")


def evaluate_sentences(made: Linker, half: int) -> tuple[float, float, list[str]]:
    """Agreement on roles and on who takes part in half of the role sentences, and the ones that differ.

    Half 0 (the first, third … sentence) is for development, half 1 only for checking.
    """
    right = part = total = 0
    wrong: list[str] = []
    for row in read_rows(SENTENCES)[half::2]:
        start = row["sentence"].index(row["quote"])
        end = start + len(row["quote"])
        hits = [m.role for m in made.link(row["sentence"]) if m.start < end and start < m.end]
        wanted = row["role"].split("|")
        total += 1
        if hits and hits[0] in wanted:
            right += 1
        else:
            wrong.append(f"{row['sentence']} „{row['quote']}“: {hits[:1]} statt {row['role']}")
        part += bool(hits) and takes_part(hits[0]) in {takes_part(role) for role in wanted}
    return right / total, part / total, wrong
