"""Why can I, or can't somebody else, see and do this."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from tests.support.company import Clocked, fresh_company
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

REGION = Body(
    "role",
    "support",
    {
        "role": "support",
        "label": {"zh-CN": "技术支持", "en-US": "Support"},
        "objects": {
            "lead": {
                "read": ["own", "city == '苏州' and downloads > 2", "budget > 100"],
                "update": "own",
                "fields": {"budget": "hidden", "note": "read"},
            }
        },
    },
)
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
async def regional(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    """Return the API of a company where support reads leads by city."""
    async with fresh_company(database, REGION) as company, serve(migrated_url, company) as api:
        yield api, company


async def asked(client: httpx.AsyncClient, lead: dict[str, Any], **params: Any) -> dict[str, Any]:
    answer = await client.get(f"/objects/lead/records/{lead['id']}/access", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def action(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in answer["actions"] if one["action"] == name)


async def test_the_owner_learns_which_role_and_scope_let_in(regional: tuple[Api, Clocked]):
    api, _ = regional
    lead = await api.lead_of("sales1")
    answer = await asked(await api.signed_in("sales1"), lead)
    role = {"key": "sales", "label": "Salesperson"}
    read = action(answer, "read")
    assert read["allowed"] is True
    assert read["grounds"][0] == {"role": role, "holds": True, "scope": "own"}
    assert [one["holds"] for one in read["grounds"][1:]] == [False], "it isn't in the public pool"
    assert action(answer, "delete") == {
        "action": "delete", "allowed": False, "grounds": [{"role": role, "holds": False, "scope": "none"}],
    }  # fmt: skip
    assert action(answer, "do:touch")["allowed"] is True
    assert {one["level"] for one in answer["fields"]} == {"read", "write"}


async def test_what_is_not_mine_to_see_is_not_there_for_any_question(regional: tuple[Api, Clocked]):
    api, company = regional
    lead = await api.lead_of("sales2")
    client = await api.signed_in("sales1")
    path = f"/objects/lead/records/{lead['id']}/access"
    problem(await client.get(path), 404, "not_found")
    problem(await client.get(path, params={"person": str(company.id_of("sales1"))}), 404, "not_found")
    problem(await client.get(f"/objects/lead/records/{NOBODY}/access"), 404, "not_found")
    problem(await client.get(path, params={"person": str(company.id_of("sales2"))}), 403, "forbidden")
    problem(await (await api.signed_in("admin")).get(path, params={"person": NOBODY}), 404, "unknown_person")
    problem(await api.anyone().get(path), 401, "not_signed_in")


async def test_an_administrator_learns_why_somebody_does_not_see_it(regional: tuple[Api, Clocked]):
    api, company = regional
    lead = await api.lead(city="苏州", downloads=1, budget="50")
    admin = await api.signed_in("admin")
    answer = await asked(admin, lead, person=str(company.id_of("support1")))
    assert answer["person"]["label"] == "田野"
    reading = action(answer, "read")
    assert reading["allowed"] is False
    scope, budget, city = reading["grounds"]
    assert (scope["scope"], scope["holds"]) == ("own", False)
    assert (budget["condition"], budget["holds"]) == ("budget > 100", False)
    assert budget["explanation"]["values"] == {"budget": "50.0000"}
    first, second = city["explanation"]["parts"]
    assert (first["source"], first["value"], first["decided"]) == ("city == '苏州'", True, False)
    assert (second["source"], second["value"], second["decided"]) == ("downloads > 2", False, True)
    levels = {one["name"]: one["level"] for one in answer["fields"]}
    assert (levels["budget"], levels["note"], levels["city"]) == ("hidden", "read", "write")
    said = next(one for one in answer["fields"] if one["name"] == "budget")["roles"]
    assert said == [{"role": {"key": "support", "label": "Support"}, "level": "hidden"}]


async def test_a_condition_about_what_one_does_not_see_keeps_it_secret(regional: tuple[Api, Clocked]):
    api, _ = regional
    lead = await api.lead(city="苏州", downloads=5, budget="77.5")
    client = await api.signed_in("support1")
    answer = await client.get(f"/objects/lead/records/{lead['id']}/access")
    assert "77.5" not in answer.text
    assert "budget" not in answer.text
    hidden, city = [one for one in action(answer.json(), "read")["grounds"] if "condition" in one]
    assert (hidden["condition"], hidden["explanation"]) == (None, None)
    assert city["holds"] is True


async def test_the_answer_agrees_with_what_happens(regional: tuple[Api, Clocked]):
    api, company = regional
    admin, support = await api.signed_in("admin"), await api.signed_in("support1")
    for city, downloads, budget in (("苏州", 3, "1"), ("苏州", 2, "1"), ("上海", 9, "101"), ("上海", 9, None)):
        lead = await api.lead(city=city, downloads=downloads, **({"budget": budget} if budget else {}))
        answer = await asked(admin, lead, person=str(company.id_of("support1")))
        path = f"/objects/lead/records/{lead['id']}"
        assert action(answer, "read")["allowed"] is ((await support.get(path)).status_code == 200)
        assert action(answer, "update")["allowed"] is False
        assert (await support.patch(path, json={"city": "x"})).status_code in (403, 404)


async def test_an_administrator_has_everything_by_the_role(regional: tuple[Api, Clocked]):
    api, _ = regional
    answer = await asked(await api.signed_in("admin"), await api.lead())
    assert all(one["allowed"] for one in answer["actions"])
    assert action(answer, "delete")["grounds"][0]["role"]["key"] == "admin"
