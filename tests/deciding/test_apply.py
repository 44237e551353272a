"""What decisions do to a state."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from smallstate import AMT, G8, JOBCENTER, M12, M19, WORDING, decided, role, turtle, values

from zielgraph.deciding import Decision, apply
from zielgraph.deciding.model import DISPOSITION, INVOLVEMENT, THEME
from zielgraph.engine import NamedNode, Quad
from zielgraph.vocabulary import DEFAULT_BASE, PROV, SCHEMA
from zielgraph.vocabulary import DISPOSITION as DISPOSITIONS

LEAD, PARTNER, MENTIONED = (
    f"{M19}/involvement/koeln-{each}" for each in ("amt/lead", "amt/partner", "jobcenter/mentioned")
)
WOHNEN, SPRACHE = DEFAULT_BASE + "koeln/theme/wohnen", DEFAULT_BASE + "koeln/theme/sprache"


def link(action: str, actor: str = AMT, **more: object) -> Decision:
    """A decision about an actor of measure 19."""
    return decided(M19, action, prop=INVOLVEMENT, actor=actor, **more)


def applied(state: list[Quad], *decisions: Decision) -> list[Quad]:
    """The state with the decisions in it."""
    return list(apply(state, decisions, base=DEFAULT_BASE))


def naming(quads: list[Quad], node: str = M19) -> tuple[set[str], set[str], set[str]]:
    """The actors that a node involves, names and mentions, by their slugs."""
    return tuple(  # type: ignore[return-value]
        {each.rsplit("/", 1)[-1] for each in values(quads, node, name)}
        for name in ("involves", "names", SCHEMA + "mentions")
    )


def review(quads: list[Quad]) -> dict[str, str]:
    """Review state of the involvements that were read."""
    return {
        each.rsplit("koeln-", 1)[1]: next(iter(values(quads, each, "reviewState")))
        for each in (LEAD, PARTNER, MENTIONED)
    }


def test_without_decisions_nothing_changes(state: list[Quad]) -> None:
    assert applied(state) == state


def test_reject_all_roles(state: list[Quad]) -> None:
    decision = link("reject")
    quads = applied(state, decision)
    assert review(quads) == {"amt/lead": "rejected", "amt/partner": "rejected", "jobcenter/mentioned": "proposed"}
    assert naming(quads) == (set(), {"jobcenter"}, {"jobcenter"})
    assert f"decision/{decision.local}" in values(quads, LEAD, PROV + "wasDerivedFrom")
    assert naming(quads, G8) == (set(), {"amt"}, {"amt"}), "another item keeps what it has"


def test_reject_one_role_keeps_the_actor(state: list[Quad]) -> None:
    quads = applied(state, link("reject", role=role("lead")))
    assert review(quads)["amt/lead"] == "rejected"
    assert review(quads)["amt/partner"] == "proposed"
    assert naming(quads) == ({"amt"}, {"amt", "jobcenter"}, {"amt", "jobcenter"})


def test_reject_an_actor_that_a_goal_only_names(state: list[Quad]) -> None:
    quads = applied(state, decided(G8, "reject", prop=INVOLVEMENT, actor=AMT))
    assert naming(quads, G8) == (set(), set(), set())


def test_confirm(state: list[Quad]) -> None:
    quads = applied(state, link("confirm", role=role("partner")))
    assert review(quads)["amt/partner"] == "confirmed"
    assert values(quads, PARTNER, "method") == {"wording"}, "what was read stays what was read"
    assert review(quads)["amt/lead"] == "proposed"


def test_set_replaces_the_other_roles(state: list[Quad]) -> None:
    decision = link("set", JOBCENTER, role=role("lead"))
    quads = applied(state, decision)
    new = f"{M19}/involvement/koeln-jobcenter/lead"
    assert new.removeprefix(DEFAULT_BASE) in values(quads, M19, "involvement")
    assert values(quads, new, "method") == {"decision"}
    assert values(quads, new, "confidence") == {"1.0"}
    assert values(quads, new, "reviewState") == {"confirmed"}
    assert values(quads, new, PROV + "wasDerivedFrom") == {f"decision/{decision.local}"}
    assert review(quads)["jobcenter/mentioned"] == "rejected"
    assert naming(quads)[0] == {"amt", "jobcenter"}


def test_set_to_mentioned_only_ends_the_taking_part(state: list[Quad]) -> None:
    quads = applied(state, link("set", role=role("mentioned")))
    assert naming(quads) == (set(), {"amt", "jobcenter"}, {"amt", "jobcenter"})


@pytest.mark.parametrize(
    ("first", "second", "lead", "partner"),
    [
        (link("reject"), link("set", role=role("lead"), entry=2), "confirmed", "rejected"),
        (link("set", role=role("lead")), link("reject", entry=2), "rejected", "rejected"),
        (link("reject"), link("confirm", role=role("partner"), entry=2), "rejected", "confirmed"),
        (link("set", role=role("lead")), link("confirm", role=role("lead"), entry=2), "confirmed", "rejected"),
        (link("set", role=role("lead")), link("reject", role=role("lead"), entry=2), "rejected", "proposed"),
        (link("confirm", entry=9), link("reject", day=date(2020, 2, 4)), "rejected", "rejected"),
    ],
)
def test_the_later_one_holds(state: list[Quad], first: Decision, second: Decision, lead: str, partner: str) -> None:
    found = review(applied(state, second, first))
    assert (found["amt/lead"], found["amt/partner"]) == (lead, partner)


def test_a_withdrawn_decision_does_nothing(state: list[Quad]) -> None:
    before = link("reject")
    withdrawn = link("confirm", entry=2, withdrawn=datetime(2021, 1, 1, tzinfo=UTC))
    quads = applied(state, before, withdrawn)
    assert review(quads)["amt/lead"] == "rejected"
    assert values(quads, withdrawn.iri(DEFAULT_BASE).value, "inForce") == {"false"}
    assert values(quads, before.iri(DEFAULT_BASE).value, "inForce") == {"true"}


def test_set_theme(state: list[Quad]) -> None:
    quads = applied(state, decided(action="set", prop=THEME, value=SPRACHE))
    assert values(quads, M19, "theme") == {"koeln/theme/sprache"}
    assert values(quads, f"{M19}/assessment/theme", "reviewState") == {"rejected"}
    new = f"{M19}/assessment/theme-decision"
    assert new.removeprefix(DEFAULT_BASE) in values(quads, M19, "assessment")
    assert values(quads, new, "value") == {"koeln/theme/sprache"}


def test_confirm_and_reject_theme(state: list[Quad]) -> None:
    confirmed = applied(state, decided(action="confirm", prop=THEME, value=WOHNEN))
    assert values(confirmed, M19, "theme") == {"koeln/theme/wohnen"}
    assert values(confirmed, f"{M19}/assessment/theme", "reviewState") == {"confirmed"}
    assert values(applied(state, decided(prop=THEME, value=WOHNEN)), M19, "theme") == set()


def test_disposition_is_never_missing(state: list[Quad]) -> None:
    rejected = applied(state, decided(prop=DISPOSITION, value=DISPOSITIONS + "in-progress"))
    assert values(rejected, M19, "disposition") == {DISPOSITIONS + "unknown"}
    chosen = applied(state, decided(action="set", prop=DISPOSITION, value=DISPOSITIONS + "permanent"))
    assert values(chosen, M19, "disposition") == {DISPOSITIONS + "permanent"}


def test_course(state: list[Quad]) -> None:
    quads = applied(state, decided(action="stop"), decided(action="continue", day=date(2020, 2, 4)))
    assert values(quads, M19, "course") == {"continue"}


def test_a_changed_wording_brings_the_decision_up_again(state: list[Quad]) -> None:
    old = link("reject", wording="Vordrucke überarbeiten\nGeplant.")
    quads = applied(state, old)
    assert review(quads)["amt/lead"] == "proposed"
    assert values(quads, old.iri(DEFAULT_BASE).value, "needsReview") == {"true"}
    assert values(quads, old.iri(DEFAULT_BASE).value, "inForce") == {"false"}
    again = link("reject", day=date(2021, 1, 1))
    settled = applied(state, old, again)
    assert values(settled, old.iri(DEFAULT_BASE).value, "needsReview") == set(), "who decides again settles it"
    assert review(settled)["amt/lead"] == "rejected"


def test_a_course_stays_in_force_when_the_wording_changes(state: list[Quad]) -> None:
    old = decided(action="continue", wording="Anders")
    quads = applied(state, old)
    assert values(quads, M19, "course") == {"continue"}
    assert values(quads, old.iri(DEFAULT_BASE).value, "needsReview") == {"true"}


def test_white_space_is_no_change_of_wording(state: list[Quad]) -> None:
    assert "Läuft bei  56." in {str(q.object.value) for q in state if hasattr(q.object, "value")}
    assert review(applied(state, link("reject", wording=WORDING)))["amt/lead"] == "rejected"


def test_a_measure_that_has_gone(state: list[Quad]) -> None:
    stopped = decided(M12, "stop", wording="Wohnungsbörse einrichten\nGeplant.")
    quads = applied(state, stopped)
    assert values(quads, M12, "course") == {"stop"}
    assert values(quads, stopped.iri(DEFAULT_BASE).value, "needsReview") == set(), "it was to go"
    carried_on = replace(stopped, action="continue")
    assert values(applied(state, carried_on), carried_on.iri(DEFAULT_BASE).value, "needsReview") == {"true"}
    linked = decided(M12, "set", prop=INVOLVEMENT, actor=AMT, role=role("lead"))
    assert values(applied(state, linked), M12, "involvement") == set()


def test_a_subject_that_is_nowhere(state: list[Quad]) -> None:
    lost = decided(M19 + "9", "stop", wording="Weg")
    assert values(applied(state, lost), lost.iri(DEFAULT_BASE).value, "needsReview") == {"true"}


DECISIONS = [
    link("reject"),
    link("set", role=role("lead"), entry=2),
    link("confirm", JOBCENTER, entry=3),
    link("reject", role=role("lead"), entry=4, day=date(2020, 2, 2)),
    decided(action="set", prop=THEME, value=SPRACHE, entry=5),
    decided(action="stop", entry=6),
    decided(action="continue", entry=7),
    decided(M12, "stop", entry=8),
    decided(G8, "reject", prop=INVOLVEMENT, actor=AMT, entry=9),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_order_of_quads_and_decisions_does_not_matter(state: list[Quad], data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(DECISIONS), unique=True))
    expected = {str(quad) for quad in applied(state, *chosen)}
    shuffled = data.draw(st.permutations(state))
    assert {str(quad) for quad in applied(shuffled, *data.draw(st.permutations(chosen)))} == expected


def test_no_quad_comes_twice_and_the_rest_is_untouched(state: list[Quad]) -> None:
    quads = applied(state, *DECISIONS)
    assert len(quads) == len(set(quads))
    decided_on = tuple(NamedNode(each).value for each in (M19, M12, G8))
    rest = [q for q in state if not str(getattr(q.subject, "value", "")).startswith(decided_on)]
    assert quads[: len(rest)] == rest


def test_parts_of_items_with_a_longer_number_are_not_touched() -> None:
    other = turtle(f'<{M19}0/involvement/koeln-amt/lead> zg:reviewState "proposed" .')
    assert other[0] in applied(other, link("reject"))
