"""What holds for every table: one id per row, no order matters, and what was read once is read the same again."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from zielgraph.lifting.ids import IdRegistry
from zielgraph.matching import Fresh, Known, match

VERBS = ("Aufbau", "Sanierung", "Einführung", "Schulung")
THINGS = ("Beratungsstellen", "Radwege", "Sprachkurse", "Fahrdienste")
FOR = ("für Familien", "für Senioren", "am Standort Nord", "nicht im Winter", "in Phase 2", "")
GOALS = ("Wohnen", "Arbeit")

texts = st.builds(
    lambda parts: " und ".join(" ".join(part).strip() for part in parts),
    st.lists(st.tuples(*map(st.sampled_from, (VERBS, THINGS, FOR))), min_size=1, max_size=3),
)
rows = st.tuples(st.sampled_from(GOALS), texts, st.sampled_from(("", "1", "2")))
editions = st.lists(rows, max_size=8)
distinct = st.lists(rows, max_size=8, unique_by=lambda row: row[:2])
Row = tuple[str, str, str]


def fresh(edition: Sequence[Row]) -> list[Fresh]:
    return [Fresh((goal,), text, number, str(line)) for line, (goal, text, number) in enumerate(edition)]


def known(edition: Sequence[Row], ids: Sequence[int]) -> list[Known]:
    return [Known(one, (goal,), text, number) for one, (goal, text, number) in zip(ids, edition, strict=True)]


@given(distinct, distinct, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_rows_changes_nothing(before: list[Row], after: list[Row], random: Random) -> None:
    old, new = known(before, range(1, len(before) + 1)), fresh(after)
    mixed_old, mixed_new = list(old), list(new)
    random.shuffle(mixed_old)
    random.shuffle(mixed_new)
    one, other = match(new, old), match(mixed_new, mixed_old)
    assert {new[m.index].row: (m.id, m.kind, m.likeness, m.before) for m in one.matches} == {
        mixed_new[m.index].row: (m.id, m.kind, m.likeness, m.before) for m in other.matches
    }
    assert {(new[p.index].row, p.id, p.reason) for p in one.unsure} == {
        (mixed_new[p.index].row, p.id, p.reason) for p in other.unsure
    }
    assert one.gone == other.gone


@given(editions, editions)
@settings(deadline=None)
def test_every_known_one_is_taken_divided_or_gone(before: list[Row], after: list[Row]) -> None:
    old = known(before, range(1, len(before) + 1))
    found = match(fresh(after), old)
    taken = [m.id for m in found.matches if m.id is not None]
    assert len(taken) == len(set(taken))
    divided = {one for m in found.matches for one in m.before}
    assert sorted([*taken, *divided, *found.gone]) == sorted(one.id for one in old)
    assert {pair.id for pair in found.unsure} <= set(found.gone)
    assert all(found.matches[pair.index].id is None for pair in found.unsure)
    assert len({(pair.index, pair.id) for pair in found.unsure}) == len(found.unsure)


@given(editions)
@settings(deadline=None)
def test_an_edition_compared_with_itself_is_unchanged(edition: list[Row]) -> None:
    found = match(fresh(edition), known(edition, range(1, len(edition) + 1)))
    assert {one.kind for one in found.matches} <= {"unchanged"}
    assert found.gone == []


@given(st.lists(editions, min_size=1, max_size=4))
@settings(deadline=None)
def test_reading_everything_again_mints_nothing_and_gives_the_same(years: list[list[Row]]) -> None:
    ids = IdRegistry()
    first: list[list[int]] = []
    for _ in range(2):
        before: list[Known] = []
        seen: set[int] = set()
        for year, edition in enumerate(years):
            last = max(seen, default=0)
            found = ids.assign("c/s", "measure", fresh(edition), before=before, edition=str(year))
            assert len(set(found.numbers)) == len(edition)
            if len(first) <= year:
                # what is minted is larger than all there was
                minted = set(found.numbers) - seen
                assert all(number > last for number in minted)
                first.append(found.numbers)
            assert found.numbers == first[year]
            seen.update(found.numbers)
            before = known(edition, found.numbers)
            ids = IdRegistry.read(ids.write())


@given(st.lists(editions, min_size=1, max_size=3), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_an_edition_read_again_after_the_others_keeps_its_ids(years: list[list[Row]], random: Random) -> None:
    ids = IdRegistry()
    before: list[Known] = []
    first: list[tuple[list[Known], list[int]]] = []
    for year, edition in enumerate(years):
        numbers = ids.assign("c/s", "measure", fresh(edition), before=before, edition=str(year)).numbers
        first.append((before, numbers))
        before = known(edition, numbers)
    written = ids.write()
    order = list(range(len(years)))
    random.shuffle(order)
    for year in order:
        earlier, numbers = first[year]
        again = ids.assign("c/s", "measure", fresh(years[year]), before=earlier, edition=str(year))
        assert again.numbers == numbers
    assert ids.write() == written


@given(editions, editions)
@settings(deadline=None)
def test_two_imports_into_empty_folders_mint_the_same(before: list[Row], after: list[Row]) -> None:
    def both() -> tuple[str, list[int]]:
        ids = IdRegistry()
        old = ids.assign("c/s", "measure", fresh(before)).numbers
        return ids.write(), ids.assign("c/s", "measure", fresh(after), before=known(before, old)).numbers

    assert both() == both()
