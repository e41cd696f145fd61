"""Who may read and write which definition: by the kind, by one of it, and by a token's scopes."""

from collections.abc import AsyncGenerator

import pytest
from tests.support.company import fresh_company
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

GRADING = Body(
    "role",
    "finance",
    {
        "role": "finance",
        "label": "财务",
        "objects": {"lead": {"read": "all"}},
        "definitions": {"scorecard": "write", "assignment": "read", "view/lead_all": "write"},
    },
)


@pytest.fixture(scope="module")
async def grading(database: Database, migrated_url: str) -> AsyncGenerator[Api]:
    """Return the API of a company where finance writes scorecards and reads assignment policies."""
    async with fresh_company(database, GRADING) as company, serve(migrated_url, company) as api:
        yield api


async def test_each_sees_and_changes_what_the_role_names(grading: Api):
    client = await grading.signed_in("finance1")
    listed = {(one["kind"], one["key"]) for one in (await client.get("/definitions?limit=500")).json()["items"]}
    assert listed == {("scorecard", "lead_score"), ("assignment", "online"), ("view", "lead_all")}
    admin = await grading.signed_in("admin")
    for kind, key, may_read, may_write in (
        ("scorecard", "lead_score", True, True),
        ("assignment", "online", True, False),
        ("view", "lead_all", True, True),
        ("view", "lead_mine", False, False),
        ("role", "finance", False, False),
    ):
        path = f"/definitions/{kind}/{key}"
        assert (await client.get(path)).status_code == (200 if may_read else 403)
        body = (await admin.get(path)).json()["body"]
        written = await client.put(path, json={"body": body})
        assert (written.status_code == 403) is not may_write, written.text
    assert (await client.get("/releases")).status_code == 200
    problem(await (await grading.signed_in("sales1")).get("/releases"), 403, "forbidden")


async def test_an_administrators_token_changes_definitions_only_with_their_scope(grading: Api):
    admin = await grading.signed_in("admin")
    body = (await admin.get("/definitions/view/lead_all")).json()["body"]
    for scopes, refused in ((["read", "write"], True), (["definitions"], False)):
        secret = (await admin.post("/tokens", json={"name": "x", "scopes": scopes})).json()["secret"]
        program = grading.anyone()
        program.headers["Authorization"] = f"Bearer {secret}"
        for answer in (
            await program.put("/definitions/view/lead_all", json={"body": body}),
            await program.post("/catalog/plan", json={"changes": []}),
        ):
            assert (answer.status_code == 403) is refused, answer.text


async def test_the_shipped_director_says_what_is_recorded_and_not_who_may_see_it(grading: Api):
    director, admin = await grading.signed_in("director"), await grading.signed_in("admin")
    for kind, key, may_write in (("object", "lead", True), ("pipeline", "lead", True), ("role", "sales", False)):
        path = f"/definitions/{kind}/{key}"
        body = (await admin.get(path)).json()["body"]
        assert ((await director.put(path, json={"body": body})).status_code == 403) is not may_write
