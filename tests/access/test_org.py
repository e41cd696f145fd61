"""The organisation as a picture: who is under whom, who is whose superior."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from closeloop.access.org import Department, Org, Person

HQ, SALES, EAST, TEAM, OTHER = (UUID(int=n) for n in range(1, 6))
BOSS, HEAD, LEAD, ONE, TWO, LONER = (UUID(int=n) for n in range(11, 17))


def person(identity: UUID, *departments: UUID, active: bool = True, roles: tuple[str, ...] = ()) -> Person:
    return Person(identity, f"p{identity.int}", "", active, True, None, None, None, "zh-CN", roles, departments)


def org(*, head_is_active: bool = True, lead_of_team: UUID | None = LEAD) -> Org:
    return Org(
        1,
        [
            person(BOSS, HQ),
            person(HEAD, SALES, active=head_is_active),
            person(LEAD, EAST, roles=("manager",)),
            person(ONE, TEAM),
            person(TWO, TEAM, OTHER, roles=("manager",)),
            person(LONER),
        ],
        [
            Department(HQ, "hq", "HQ", None, BOSS),
            Department(SALES, "sales", "Sales", HQ, HEAD),
            Department(EAST, "east", "East", SALES, None),
            Department(TEAM, "team", "Team", EAST, lead_of_team),
            Department(OTHER, "other", "Other", HQ, TWO),
        ],
    )


def test_a_superior_is_the_head_of_the_main_department_or_of_the_next_above():
    assert org().superior(ONE) == LEAD
    assert org(lead_of_team=None).superior(ONE) == HEAD
    assert org(lead_of_team=None, head_is_active=False).superior(ONE) == BOSS


def test_nobody_is_the_own_superior_and_the_top_has_none():
    assert org(lead_of_team=ONE).superior(ONE) == HEAD
    assert org().superior(TWO) == LEAD
    assert org().superior(BOSS) is None
    assert org().superior(LONER) is None
    assert org().superior(UUID(int=99)) is None


def test_below_is_the_whole_tree_and_colleagues_are_those_beside():
    everybody = org()
    assert everybody.below(SALES) == {SALES, EAST, TEAM}
    assert set(everybody.subtree(everybody.people[HEAD])) == {HEAD, LEAD, ONE, TWO}
    assert set(everybody.colleagues(everybody.people[TWO])) == {ONE, TWO}
    assert everybody.subtree(everybody.people[LONER]) == everybody.colleagues(everybody.people[LONER]) == (LONER,)


def test_only_those_who_are_there_hold_a_role():
    people = [person(ONE, roles=("r",)), person(TWO, roles=("r",), active=False), person(LEAD)]
    assert Org(1, people, []).with_role("r") == (ONE,)


@given(st.lists(st.integers(0, 7), min_size=8, max_size=8))
def test_a_ring_of_departments_ends_every_question(parents: list[int]):
    ids = [UUID(int=n + 1) for n in range(8)]
    departments = [Department(one, str(n), "", ids[parents[n]], None) for n, one in enumerate(ids)]
    ring = Org(1, [person(ONE, ids[0])], departments)
    assert ids[0] in ring.below(ids[0])
    assert ring.superior(ONE) is None
