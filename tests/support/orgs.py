"""Organisations and people as Hypothesis draws them, and whose records a scope holds, said by plain recursion."""

from uuid import UUID

from hypothesis import strategies as st

from closeloop.access.org import Department, Org, Person

PEOPLE = [UUID(int=n) for n in range(1, 7)]
DEPARTMENTS = [UUID(int=n) for n in range(101, 106)]


@st.composite
def orgs(draw: st.DrawFn) -> Org:
    """Draw a forest of departments and people in any number of them."""
    parents = [draw(st.one_of(st.none(), st.sampled_from(DEPARTMENTS[:n]))) if n else None for n in range(5)]
    belongs = [draw(st.lists(st.sampled_from(DEPARTMENTS), unique=True, max_size=3)) for _ in PEOPLE]
    return Org(
        1,
        [
            Person(one, f"p{i}", f"P{i}", True, True, None, None, None, "zh-CN", ("r",), tuple(where))
            for i, (one, where) in enumerate(zip(PEOPLE, belongs, strict=True))
        ],
        [
            Department(one, f"d{i}", f"D{i}", parent, None)
            for i, (one, parent) in enumerate(zip(DEPARTMENTS, parents, strict=True))
        ],
    )


def owners_in(scope: str, person: Person, org: Org) -> set[UUID | None] | None:
    """Say by plain recursion whose records a scope holds; None is everybody's and nobody's."""

    def lies_under(department: UUID, above: UUID) -> bool:
        parent = org.departments[department].parent
        return department == above or (parent is not None and lies_under(parent, above))

    if scope == "all":
        return None
    own: set[UUID | None] = {person.id} if scope != "none" else set()
    for other in org.people.values():
        for theirs in other.departments:
            for mine in person.departments:
                if scope == "department" and theirs == mine:
                    own.add(other.id)
                if scope == "below" and lies_under(theirs, mine):
                    own.add(other.id)
    return own
