"""What a role's file may say, what is wrong with it, and how roles add up."""

from typing import Any
from uuid import UUID

import pytest
from tests.support.company import START, sales_app

from closeloop.access.decide import Actor
from closeloop.access.org import Org, Person
from closeloop.access.roles import EVERYTHING, READ, ROLES, WRITE, Reach, Role, together
from closeloop.base.clock import FrozenClock
from closeloop.base.errors import Invalid
from closeloop.catalog.model import Company
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body
from closeloop.runtime.kernel import KINDS

ME = UUID(int=1)


def compiled(*bodies: dict[str, Any]) -> Snapshot:
    """Compile the sales app with further roles."""
    more = [Body("role", body["role"], {"label": "x", **body}) for body in bodies]
    definitions, _ = next_release([], [*sales_app(), *more], FrozenClock(START))
    return Snapshot(Company(UUID(int=9), "test", "Test", "t_test"), 1, definitions, KINDS)


def role(**body: Any) -> Role:
    return compiled({"role": "x", **body}).all(ROLES)["x"]


def problems(**body: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        role(**body)
    return {one.field.removeprefix("role/x: "): one.code for one in error.value.errors}


def actor(*bodies: dict[str, Any], limits: frozenset[str] | None = None) -> Actor:
    roles = compiled(*bodies).all(ROLES)
    person = Person(ME, "me", "Me", True, True, None, None, None, "zh-CN", (), ())
    return Actor("person", person, tuple(roles[body["role"]] for body in bodies), Org(1, [person], []), limits=limits)


def test_a_reach_is_a_scope_a_condition_or_a_list_of_them():
    lead = {
        "read": ["own", "city == '苏州'", "owner in my_subtree"],
        "update": "city == '苏州'",
        "delete": "all",
        "assign": [],
        "operations": {"touch": ["below", "owner == me"]},
    }
    grant = role(objects={"lead": lead}).grant("lead")
    assert (grant.read.scope, [one.source for one in grant.read.conditions]) == (
        "own", ["city == '苏州'", "owner in my_subtree"],
    )  # fmt: skip
    assert (grant.update.scope, len(grant.update.conditions)) == ("none", 1)
    assert grant.reach("do:touch").scope == "below"
    assert not grant.assign
    assert not grant.reach("do:tag_needs")


def test_every_wrong_word_is_told_at_its_place():
    lead: dict[str, Any] = {
        "read": ["own", "most"],
        "update": "city = 'x'",
        "delete": 5,
        "operations": {"touch": "everyone"},
        "fields": {"budget": "invisible", "nothing": "read", "owner": "hidden"},
    }
    assert problems(objects={"lead": lead, "deal": {}}, definitions={"form": "hidden"}, people="yes") == {
        "objects.lead.read[1]": "not_one_of",
        "objects.lead.update": "bad_expression",
        "objects.lead.delete": "not_one_of",
        "objects.lead.operations.touch": "not_one_of",
        "objects.lead.fields.budget": "not_one_of",
        "objects.lead.fields.nothing": "unknown_field",
        "objects.lead.fields.owner": "unknown_field",
        "objects.deal": "unknown_object",
        "definitions.form": "not_one_of",
        "people": "not_one_of",
    }


def test_a_condition_is_true_or_false_and_about_the_record():
    assert problems(objects={"lead": {"read": "city + 'x'"}}) == {"objects.lead.read": "bad_expression"}
    assert problems(objects={"lead": {"read": "salary > 3"}}) == {"objects.lead.read": "bad_expression"}


def test_roles_add_up_and_all_swallows_conditions():
    one = {"role": "a", "objects": {"lead": {"read": ["own", "city == 'x'"]}}}
    two = {"role": "b", "objects": {"lead": {"read": ["below", "city == 'y'", "city == 'x'"]}}}
    both = actor(one, two).reach("lead", "read")
    assert (both.scope, [c.source for c in both.conditions]) == ("below", ["city == 'x'", "city == 'y'"])
    everybody = {"role": "c", "objects": {"lead": {"read": "all"}}}
    assert actor(one, everybody).reach("lead", "read") == EVERYTHING
    assert together([]) == Reach()


def test_who_may_define_what():
    granted = {"role": "a", "definitions": {"scorecard": "write", "assignment": "read", "view/lead_all": "write"}}
    me = actor(granted)
    assert me.may_define("scorecard", "lead_score")
    assert me.may_define("scorecard", "lead_score", READ)
    assert not me.may_define("assignment", "online")
    assert me.may_define("assignment", "online", READ)
    assert me.may_define("view", "lead_all", WRITE)
    assert not me.may_define("view", "lead_mine", READ)
    assert me.may_define("view", "")
    assert not me.may_define("role", "")
    assert not actor(granted, limits=frozenset({"write"})).may_define("scorecard", "lead_score")
    assert actor(granted, limits=frozenset({"definitions"})).may_define("scorecard", "lead_score")
    boss = {"role": "b", "everything": True}
    assert actor(boss).may_define("role", "sales")
    assert not actor(boss, limits=frozenset({"read", "write"})).may_define("role", "sales")


@pytest.mark.parametrize(
    ("limits", "read", "update", "create"),
    [
        (None, True, True, True),
        ({"read"}, True, False, False),
        ({"write"}, True, True, True),
        ({"object:lead:read"}, True, False, False),
        ({"object:lead:write"}, True, True, True),
        ({"object:touch:write", "people", "definitions"}, False, False, False),
        (set(), False, False, False),
    ],
)
def test_a_tokens_limits_only_take_away(limits: set[str] | None, read: bool, update: bool, create: bool):
    for body in (
        {"role": "a", "everything": True},
        {"role": "b", "objects": {"lead": {"read": "own", "update": "own", "create": True}}},
    ):
        me = actor(body, limits=None if limits is None else frozenset(limits))
        assert bool(me.reach("lead", "read")) is read
        assert bool(me.reach("lead", "update")) is update
        assert me.may_create("lead") is create
        assert me.everything is (limits is None and "everything" in body)
