"""Jobs over HTTP: one's own, in pages, with their errors as a file, and as news on the stream."""

from typing import Any
from uuid import uuid4

import pytest
from tests.support.company import Clocked
from tests.support.jobs import work_off
from tests.support.web import Api

from closeloop.runtime.bulk import BulkJob
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db


async def a_job(api: Api, login: str) -> dict[str, Any]:
    """Return a job of somebody's over records that aren't there."""
    client = await api.signed_in(login)
    asked = {"ids": [str(uuid4()) for _ in range(201)], "change": {"city": "X"}}
    answer = await client.post("/objects/lead/bulk", json=asked)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def test_jobs_are_their_persons_and_the_administrators(api: Api, neighbour: Api):
    job = await a_job(api, "sales1")
    path = f"/jobs/{job['id']}"
    assert (await (await api.signed_in("sales1")).get(path)).json()["id"] == job["id"]
    assert (await (await api.signed_in("admin")).get(path)).status_code == 200
    for stranger in (await api.signed_in("sales2"), await neighbour.signed_in("admin")):
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.delete(path)).status_code == 404
        assert (await stranger.get(f"{path}/errors")).status_code == 404
    assert (await api.anyone().get(path)).status_code == 401
    mine = (await (await api.signed_in("sales2")).get("/jobs")).json()["items"]
    assert job["id"] not in [one["id"] for one in mine]


async def test_the_list_has_pages(api: Api):
    jobs = [await a_job(api, "sales3") for _ in range(3)]
    client = await api.signed_in("sales3")
    first = (await client.get("/jobs", params={"limit": 2})).json()
    rest = (await client.get("/jobs", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in reversed(jobs)]
    assert rest["next_cursor"] is None
    assert (await client.get("/jobs", params={"cursor": "nonsense"})).status_code == 422


async def test_the_errors_are_a_file_in_the_readers_language(api: Api, company: Clocked):
    job = await a_job(api, "sales4")
    await work_off(company, JobRunner((BulkJob(),)))
    client = await api.signed_in("sales4")
    job = (await client.get(f"/jobs/{job['id']}")).json()
    assert (job["state"], job["error_count"], len(job["errors"])) == ("done", 201, 50)
    answer = await client.get(job["errors_url"].removeprefix("/api/v1"), headers={"Accept-Language": "zh-CN"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "行号,原因,id"
    assert len(lines) == 202
    assert lines[1].startswith("1,")


async def test_a_job_that_is_cancelled_stays_so(api: Api, company: Clocked):
    job = await a_job(api, "sales5")
    client = await api.signed_in("sales5")
    assert (await client.delete(f"/jobs/{job['id']}")).json()["state"] == "cancelled"
    await work_off(company, JobRunner((BulkJob(),)))
    again = (await client.delete(f"/jobs/{job['id']}")).json()
    assert (again["state"], again["progress"]) == ("cancelled", 0)
    assert (await client.delete(f"/jobs/{uuid4()}")).status_code == 404


async def test_the_stream_tells_how_far_ones_own_jobs_are(api: Api, company: Clocked):
    client = await api.signed_in("sales6")
    async with api.stream(client) as stream:
        job = await a_job(api, "sales6")
        await a_job(api, "sales7")
        await work_off(company, JobRunner((BulkJob(),)))
        states: list[str] = []
        while "done" not in states:
            event = await stream.next("job")
            assert event is not None
            assert event[1]["id"] == job["id"]
            states.append(event[1]["state"])
