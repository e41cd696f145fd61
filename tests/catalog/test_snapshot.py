"""Definitions become a catalog, or all that is wrong with them is told; only new content is a new version."""

from typing import Any

import pytest
from tests.support.company import START, sales_app, with_fields

from closeloop.base.clock import FrozenClock
from closeloop.base.errors import Invalid
from closeloop.base.ids import new_id
from closeloop.catalog.model import UNSAID, Company
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body
from closeloop.runtime.kernel import KINDS

CLOCK = FrozenClock(START)
COMPANY = Company(new_id(CLOCK), "c", "C", "t_c")


def snapshot(*more: Body) -> Snapshot:
    replaced = {(body.kind, body.key) for body in more}
    bodies = [*(one for one in sales_app() if (one.kind, one.key) not in replaced), *more]
    return Snapshot(COMPANY, 1, next_release([], bodies, CLOCK)[0], KINDS)


def problems(*more: Body) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        snapshot(*more)
    assert caught.value.code == "bad_definition"
    return {error.field: error.code for error in caught.value.errors}


def changed(kind: str, key: str, **changes: Any) -> Body:
    """Return a definition of the app with keys replaced, or left out where None is given."""
    body = next(one.body for one in sales_app() if (one.kind, one.key) == (kind, key))
    return Body(kind, key, {name: value for name, value in {**body, **changes}.items() if value is not None})


def staying(dwell: object, **more: Any) -> Body:
    """Return the leads' pipeline with the expected stay of its first stage changed."""
    (first, *rest) = changed("pipeline", "lead").body["stages"]
    return changed("pipeline", "lead", stages=[{**first, "dwell": dwell, **more}, *rest])


def test_a_list_of_children_has_no_column():
    what = snapshot(with_fields("lead", touches={"type": "children", "object": "touch", "by": "lead"})).object("lead")
    assert set(what.virtual) == {"todos", "touches"}
    assert "touches" in what.own_fields
    assert "touches" not in what.stored
    assert "touches" not in what.table.c
    symbol = what.scope.resolve("touches")
    assert symbol is not None
    assert symbol.type is None
    assert what.own_fields["touches"].readonly


def test_the_sales_app_is_without_a_fault():
    catalog = snapshot()
    assert set(catalog.objects) == {"lead", "touch", "customer", "contact", "opportunity", "todo"}
    assert catalog.pipelines["lead"].stages[0].key == "new"


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        (changed("object", "lead", title="nothing"), "object/lead: title", "unknown_field"),
        (changed("object", "lead", colour="red"), "object/lead: colour", "unknown_key"),
        (changed("object", "lead", label={"en-US": "Lead"}), "object/lead: label", "no_label"),
        (changed("object", "touch", fields={"Bad": {}}), "object/touch: fields.Bad", "bad_name"),
        (changed("object", "touch", fields={"owner": {}}), "object/touch: fields.owner", "name_taken"),
        (changed("object", "touch", fields={"sys_x": {}}), "object/touch: fields.sys_x", "bad_name"),
        (changed("object", "touch", fields={"a": {"type": "txt"}}), "object/touch: fields.a.type", "not_one_of"),
        (changed("object", "touch", fields={"a": {"type": "choice"}}), "object/touch: fields.a.options", "required"),
        (
            changed("object", "touch", fields={"a": {"type": "relation", "object": "nothing"}}),
            "object/touch: fields.a.object",
            "unknown_object",
        ),
        (with_fields("touch", a={"section": "nothing"}), "object/touch: fields.a.section", "unknown_section"),
        (with_fields("lead", a={"section": 1}), "object/lead: fields.a.section", "wrong_kind"),
        (changed("object", "touch", sections={"Bad": {"label": "坏"}}), "object/touch: sections.Bad", "bad_name"),
        (changed("object", "touch", sections={"a": "坏"}), "object/touch: sections.a", "not_a_mapping"),
        (changed("object", "touch", sections={"a": {}}), "object/touch: sections.a.label", "no_label"),
        (
            changed("object", "touch", sections={"a": {"label": "好", "colour": "red"}}),
            "object/touch: sections.a.colour",
            "unknown_key",
        ),
        (
            changed("operation", "touch", input={"all": {"type": "text", "section": "company"}}),
            "operation/touch: input.all.section",
            "unknown_key",
        ),
        (with_fields("lead", touches={"type": "children"}), "object/lead: fields.touches.object", "required"),
        (
            with_fields("lead", touches={"type": "children", "object": "nothing", "by": "lead"}),
            "object/lead: fields.touches.object",
            "unknown_object",
        ),
        (
            with_fields("lead", touches={"type": "children", "object": "touch", "by": "kind"}),
            "object/lead: fields.touches.by",
            "unknown_field",
        ),
        (
            changed("operation", "touch", input={"all": {"type": "children", "object": "touch", "by": "lead"}}),
            "operation/touch: input.all.type",
            "not_an_input",
        ),
        (changed("pipeline", "lead", stages=None), "pipeline/lead: stages", "required"),
        (staying("7d", key="contacted"), "pipeline/lead: stages[1].key", "twice"),
        (
            with_fields("touch", a={"type": "stage", "pipeline": "lead"}),
            "object/touch: fields.a.pipeline",
            "unknown_pipeline",
        ),
        (with_fields("lead", a={"type": "stage", "pipeline": "lead"}), "object/lead: fields.a.type", "twice"),
        (
            with_fields("touch", a={"type": "money", "currency": "b"}),
            "object/touch: fields.a.currency",
            "unknown_field",
        ),
        (
            with_fields("touch", a={"type": "money", "currency": "kind"}),
            "object/touch: fields.a.currency",
            "not_currencies",
        ),
        (
            with_fields("touch", a={"type": "decimal", "currency": "b"}),
            "object/touch: fields.a.currency",
            "unknown_key",
        ),
        (staying("a week"), "pipeline/lead: stages[0].dwell", "not_a_span"),
        (staying(7), "pipeline/lead: stages[0].dwell", "not_a_span"),
        (staying("9999d"), "pipeline/lead: stages[0].dwell", "span_too_long"),
        (staying("-1d"), "pipeline/lead: stages[0].dwell", "too_small"),
        (staying("7d", outcome="won"), "pipeline/lead: stages[0].dwell", "unknown_key"),
        (changed("view", "lead_all", filter="stage ="), "view/lead_all: filter", "bad_expression"),
        (changed("view", "lead_all", columns=["nothing"]), "view/lead_all: columns", "unknown_field"),
        (changed("view", "lead_all", sort="-score,nothing"), "view/lead_all: sort", "unknown_field"),
        (changed("view", "lead_all", sort="todos"), "view/lead_all: sort", "unknown_field"),
        (changed("clock", "first_touch", target="soon"), "clock/first_touch: target", "not_a_span"),
        (changed("clock", "first_touch", met=None), "clock/first_touch: met", "required"),
        (changed("clock", "first_touch", on="nothing"), "clock/first_touch: on", "unknown_object"),
        (changed("assignment", "online", order="random"), "assignment/online: order", "not_one_of"),
        (changed("assignment", "online", to=None), "assignment/online: to", "required"),
        (
            changed("assignment", "online", room={"open": "candidate.nothing"}),
            "assignment/online: room.open",
            "bad_expression",
        ),
        (changed("scorecard", "lead_score", bands={"A": "many"}), "scorecard/lead_score: bands.A", "wrong_kind"),
        (changed("operation", "touch", do=[{"move": "nowhere"}]), "operation/touch: do[0].move", "unknown_stage"),
        (changed("operation", "touch", do=[{}]), "operation/touch: do[0]", "one_step"),
        (
            changed("operation", "touch", do=[{"set": {"score": "1"}}]),
            "operation/touch: do[0].set.score",
            "unknown_field",
        ),
        (changed("role", "sales", objects={"lead": {"read": "most"}}), "role/sales: objects.lead.read", "not_one_of"),
        (changed("channel", "website", contact=["fax"]), "channel/website: ", "unknown_field"),
        (Body("spell", "x", {"spell": "x"}), "spell/", "unknown_kind"),
    ],
)
def test_a_fault_is_told_with_its_place(body: Body, place: str, code: str):
    assert problems(body).get(place) == code


def test_all_faults_are_told_at_once():
    found = problems(
        changed("clock", "first_touch", target="soon", colour=1), changed("view", "lead_all", columns=["nothing"])
    )
    assert set(found) >= {"clock/first_touch: target", "clock/first_touch: colour", "view/lead_all: columns"}


def test_a_name_may_be_written_with_its_record_in_every_definition():
    catalog = snapshot(
        changed("clock", "first_touch", met="record.first_touch_at != null", cancel="record.阶段 == 'converted'")
    )
    (clock,) = [
        one
        for one in catalog.on(next(kind for kind in KINDS if kind.name == "clock"), "lead")
        if one.key == "first_touch"
    ]
    assert clock.fields == {"first_touch_at", "stage"}


def test_only_new_content_makes_a_new_version():
    bodies = list(sales_app())
    first, fresh = next_release([], bodies, CLOCK)
    assert len(first) == len(fresh) == len(bodies)
    again, fresh = next_release(first, bodies, CLOCK)
    assert (again, fresh) == (first, [])
    other = changed("clock", "first_touch", target="31m")
    _, (made,) = next_release(first, [*bodies, other], CLOCK)
    assert (made.kind, made.key, made.version) == ("clock", "first_touch", 2)
    assert made.id not in {one.id for one in first}


def test_the_order_of_fields_is_content():
    body = next(one for one in sales_app() if (one.kind, one.key) == ("object", "touch"))
    turned = Body(body.kind, body.key, {**body.body, "fields": dict(reversed(list(body.body["fields"].items())))})
    assert turned.hash != body.hash


def test_a_formula_has_the_type_of_its_expression_and_reads_others_in_order():
    what = snapshot(
        with_fields(
            "lead",
            c={"type": "formula", "value": "b + 1", "result": "money"},
            b={"type": "formula", "value": "a * 2"},
            a={"type": "formula", "value": "coalesce(downloads, 0)"},
            quiet={"type": "formula", "value": "now() - created_at > days(3)"},
            same={"type": "formula", "value": "owner"},
        )
    ).object("lead")
    assert [one for one in what.formulas if one not in ("return_at", "days_left")] == ["a", "b", "c", "quiet", "same"]
    assert [what.fields[name].kind for name in "abc"] == ["decimal", "decimal", "money"]
    assert what.fields["quiet"].kind == "checkbox"
    assert what.fields["quiet"].live
    assert "quiet" not in what.table.c
    assert what.fields["same"].kind == "person"


TOUCHES = {"type": "children", "object": "touch", "by": "lead"}


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"f": {"type": "formula", "value": "1 +"}}, "f.value", "bad_expression"),
        ({"f": {"type": "formula", "value": "g"}, "g": {"type": "formula", "value": "f"}}, "f", "circle"),
        ({"f": {"type": "formula", "value": "f + 1"}}, "f", "circle"),
        ({"f": {"type": "formula", "value": "owner == me"}}, "f.value", "depends_on_reader"),
        ({"f": {"type": "formula", "value": "now() - created_at"}}, "f.value", "bad_result"),
        ({"f": {"type": "formula", "value": "name", "result": "money"}}, "f.value", "bad_result"),
        ({"f": {"type": "formula", "value": "name", "index": True}}, "f.index", "not_possible"),
        (
            {f"f{n}": {"type": "formula", "value": f"f{n - 1} + f{n - 1}" if n else "1"} for n in range(12)},
            "f8.value",
            "too_deep_formula",
        ),
        ({"f": {"type": "lookup", "via": "phone", "field": "x"}}, "f.via", "unknown_field"),
        ({"f": {"type": "rollup", "of": "phone"}}, "f.of", "unknown_field"),
        ({"t": TOUCHES, "f": {"type": "rollup", "of": "t", "fn": "sum"}}, "f.field", "required"),
        ({"t": TOUCHES, "f": {"type": "rollup", "of": "t", "fn": "sum", "field": "kind"}}, "f.field", "not_possible"),
        ({"t": TOUCHES, "f": {"type": "rollup", "of": "t", "where": "now() > created_at"}}, "f.where", "not_stored"),
        ({"t": TOUCHES, "f": {"type": "rollup", "of": "t", "where": "kind"}}, "f.where", "bad_expression"),
        ({"f": {"type": "auto_number", "format": "Q-{year}"}}, "f.format", "bad_format"),
        ({"f": {"type": "auto_number", "format": "{number}{number}"}}, "f.format", "bad_format"),
        ({"f": {"type": "decimal", "unique": True}}, "f.unique", "not_possible"),
        ({"f": {"type": "place", "index": True}}, "f.index", "not_possible"),
        ({"f": {"type": "text", "max": 2000, "index": True}}, "f.index", "not_possible"),
        ({"f": {"type": "integer", "default": "many"}}, "f.default", "not_number"),
        ({"f": {"type": "integer", "default": {"value": "name"}}}, "f.default", "bad_expression"),
        ({"f": {"type": "formula", "value": "1", "required": True}}, "f.required", "not_possible"),
        ({"f": {"type": "checklist"}}, "f.items", "required"),
        ({"f": {"type": "text", "pattern": {"match": "(a+)+", "hint": "a"}}}, "f.pattern.match", "bad_pattern"),
        ({"f": {"type": "text", "pattern": {"match": "(a", "hint": "a"}}}, "f.pattern.match", "bad_pattern"),
        ({"f": {"type": "text", "pattern": {"match": "a{9999999999}", "hint": "a"}}}, "f.pattern.match", "bad_pattern"),
        ({"f": {"type": "text", "pattern": {"match": "(" * 5000, "hint": "a"}}}, "f.pattern.match", "bad_pattern"),
        ({"f": {"type": "integer", "max": "many"}}, "f.max", "wrong_kind"),
        ({"f": {"type": "decimal", "min": "NaN"}}, "f.min", "wrong_kind"),
        ({"f": {"type": "text", "max": "Infinity"}}, "f.max", "wrong_kind"),
        ({"f": {"type": "text", "max": True}}, "f.max", "wrong_kind"),
        (
            {f"f{n}": {"type": "formula", "value": f"f{n - 1} + 1" if n else "1"} for n in reversed(range(150))},
            "f109",
            "too_deep_formula",
        ),
    ],
)
def test_a_field_that_cannot_be_is_refused_at_its_place(fields: dict[str, Any], place: str, code: str):
    assert problems(with_fields("lead", **fields)).get(f"object/lead: fields.{place}") == code


def test_a_circle_names_its_way_across_objects():
    bodies = (
        with_fields("lead", t=TOUCHES, total={"type": "rollup", "of": "t", "fn": "sum", "field": "share"}),
        with_fields("touch", share={"type": "formula", "value": "1 + x"}, x={"type": "formula", "value": "share"}),
    )
    with pytest.raises(Invalid) as caught:
        snapshot(*bodies)
    (circle,) = [error for error in caught.value.errors if error.code == "circle"]
    assert circle.params["path"] == "touch.share → touch.x → touch.share"


def test_checks_and_defaults_lead_to_objects_whatever_their_names():
    """An object is made before those whose names come later; what its expressions lead to is known by then."""
    body = changed("object", "contact").body
    fields = {**body["fields"], "place": {"type": "text", "label": "城市", "default": {"value": "customer.city"}}}
    checks = [{"check": "customer.name != null and count(customer.opportunities) >= 0", "message": "客户没有名称"}]
    what = snapshot(changed("object", "contact", fields=fields, checks=checks)).object("contact")
    assert what.checks[0].holds.paths == {"customer.name", "customer.opportunities"}
    assert what.defaults["place"].paths == {"customer.city"}


def test_a_label_that_is_null_in_a_language_is_missing_there():
    label = {"zh-CN": "线索", "en-US": None}
    assert snapshot(changed("object", "lead", label=label)).object("lead").label == {"zh-CN": "线索"}


def test_a_looked_up_amount_is_in_the_currency_that_is_looked_up_beside_it():
    amount = {"type": "lookup", "via": "opportunity", "field": "amount"}
    currency = {"type": "lookup", "via": "opportunity", "field": "currency"}
    other = {"type": "relation", "object": "opportunity"}
    what = snapshot(
        with_fields(
            "touch",
            deal_amount=amount,
            deal_currency=currency,
            other=other,
            other_amount={**amount, "via": "other"},
            lead_budget={**amount, "via": "lead", "field": "budget"},
        )
    ).object("touch")
    found = {name: what.fields[name].currency for name in ("deal_amount", "other_amount", "lead_budget")}
    assert found == {"deal_amount": "deal_currency", "other_amount": UNSAID, "lead_budget": None}


def test_a_formula_over_an_amount_of_another_currency_may_be_in_any():
    of_opportunity = {
        "half": {"type": "formula", "value": "amount / 2", "result": "money"},
        "half_of_half": {"type": "formula", "value": "half / 2", "result": "money"},
        "points": {"type": "formula", "value": "amount / 2"},
        "fee": {"type": "money"},
        "fees": {"type": "formula", "value": "fee * 2", "result": "money"},
    }
    what = snapshot(with_fields("opportunity", **of_opportunity)).object("opportunity")
    found = {name: what.fields[name].currency for name in of_opportunity}
    assert found == {"half": UNSAID, "half_of_half": UNSAID, "points": None, "fee": None, "fees": None}
