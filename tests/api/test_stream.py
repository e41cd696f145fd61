"""The event stream: one's own notices and the records that one may read, again after a break, and to an end."""

from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.base.ids import new_id
from closeloop.records.notices import Told, notice_row

pytestmark = pytest.mark.db


async def test_a_notice_reaches_the_new_owner_and_nobody_else(api: Api, company: Clocked):
    owner, other = await api.signed_in("sales1"), await api.signed_in("sales2")
    async with api.stream(owner) as mine, api.stream(other, "topics=object:lead") as theirs:
        assert mine.status == theirs.status == 200
        values = {"company": "流", "source": "manual", "owner": str(company.id_of("sales1"))}
        lead = (await (await api.signed_in("admin")).post("/objects/lead/records", json=values)).json()
        while True:
            event = await mine.next("notification")
            assert event is not None
            if event[1]["record"] == lead["id"]:
                break
        assert event[1]["title"] == "New Lead: 流"
        assert event[1]["id"] == event[2]
        visible = await api.lead_of("sales2")
        seen = set()
        while visible["id"] not in seen:
            kind, data, _ = await theirs.next("record", "notification") or ("", {}, None)
            seen.add(data["id"] if kind == "record" else data["record"])
        assert lead["id"] not in seen


async def test_a_record_that_one_reads_is_told_with_its_version(api: Api):
    lead = await api.lead_of("sales1")
    manager = await api.signed_in("manager1")
    async with api.stream(manager, "topics=object:lead") as stream:
        client = await api.signed_in("sales1")
        changed = (await client.patch(f"/objects/lead/records/{lead['id']}", json={"note": "x"})).json()
        _, data, _ = await stream.next("record") or ("", {}, None)
        assert data == {"object": "lead", "id": lead["id"], "version": changed["version"], "event": "record.updated"}


async def test_it_resumes_where_it_was_cut_off(api: Api, company: Clocked):
    owner = await api.signed_in("sales3")
    before = await api.lead_of("sales3")
    seen = (await owner.get("/notifications")).json()["items"][0]["id"]
    missed = [(await api.lead_of("sales3"))["id"] for _ in range(2)]
    async with api.stream(owner, **{"last-event-id": seen}) as stream:
        got: list[str] = []
        while not set(missed) <= set(got):
            event = await stream.next("notification")
            assert event is not None
            got.append(event[1]["record"])
    assert [one for one in got if one != before["id"]][-2:] == missed


async def test_more_notices_than_one_look_takes_all_arrive(api: Api, company: Clocked):
    owner, person, now = await api.signed_in("sales7"), company.id_of("sales7"), company.clock.now()
    told = Told("assigned", "info", {"title": "多"}, "lead")
    rows = [notice_row(new_id(company.clock), person, told, now, company.org, company.catalog) for _ in range(250)]
    await company.change(sa.insert(company.tables.notice).values(rows))
    missing = {str(row["id"]) for row in rows}
    async with api.stream(owner, **{"last-event-id": str(rows[0]["id"])}) as stream:
        while missing:
            event = await stream.next("notification")
            assert event is not None
            missing.discard(event[1]["id"])


async def test_a_topic_that_one_may_not_read_is_refused(api: Api):
    client = await api.signed_in("finance1")
    problem(await client.get("/stream", params={"topics": "object:lead"}), 404, "unknown_object")
    problem(await api.anyone().get("/stream"), 401, "not_signed_in")


async def test_it_ends_with_the_session(api: Api, company: Clocked):
    client = await api.sign_in("sales4")
    async with api.stream(client, "topics=object:lead") as stream:
        await client.delete("/session")
        await api.lead()
        assert await stream.next() is None


async def test_it_ends_when_the_person_leaves(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales4")
        async with api.stream(client, "topics=object:lead") as stream:
            await own_company.change_person("sales4", active=False)
            await api.lead()
            assert await stream.next() is None


async def test_it_ends_with_the_process(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        stream = api.stream(await api.sign_in("sales1"))
        await stream.__aenter__()
    assert await stream.next() is None
    await stream.__aexit__(None, None, None)


async def _published(api: Api, key: str, **to: Any) -> int:
    admin = await api.signed_in("admin")
    body = {"view": key, "on": "lead", "label": "新", "columns": ["name"]}
    assert (await admin.put(f"/definitions/view/{key}", json={"body": body})).status_code == 200
    answer = await admin.post("/definitions/publish", json={"items": [{"kind": "view", "key": key}], **to})
    return answer.json()["release"]


async def test_a_release_is_told_at_once_to_the_company_that_has_it(api: Api, neighbour: Api):
    client = await api.signed_in("sales1")
    async with api.stream(client) as mine, neighbour.stream(await neighbour.signed_in("sales1")) as theirs:
        _, begun, _ = await mine.next("release") or ("", {}, None)
        assert begun == {"release": (await client.get("/catalog")).json()["version"]}
        assert await theirs.next("release") is not None
        release = await _published(api, "told_at_once")
        _, data, _ = await mine.next("release", within=5) or ("", {}, None)
        assert data == {"release": release}
        assert (await client.get("/catalog")).json()["version"] == release
        await neighbour.lead()
        with pytest.raises(TimeoutError):
            await theirs.next("release", within=1)


async def test_a_trial_is_told_to_its_group_alone_and_its_end_too(api: Api, company: Clocked):
    member, other = await api.signed_in("sales1"), await api.signed_in("sales2")
    async with api.stream(member) as tries, api.stream(other) as others:
        for stream in (tries, others):
            assert await stream.next("release") is not None
        pilot = await _published(api, "told_on_trial", to={"pilot": {"people": [str(company.id_of("sales1"))]}})
        _, data, _ = await tries.next("release", within=5) or ("", {}, None)
        assert str(data["release"]).startswith(f"{pilot}.")
        with pytest.raises(TimeoutError):
            await others.next("release", within=1)
        beneath = await _published(api, "told_beneath_a_trial")
        _, data, _ = await tries.next("release", within=5) or ("", {}, None)
        assert data == {"release": f"{pilot}.{beneath}"}
        assert (await member.get("/catalog")).json()["version"] == f"{pilot}.{beneath}"
        assert (await (await api.signed_in("admin")).delete(f"/releases/{pilot}")).status_code == 200
        _, data, _ = await tries.next("release", within=5) or ("", {}, None)
        assert data == {"release": (await member.get("/catalog")).json()["version"]}
        assert isinstance(data["release"], int)


async def test_many_changes_at_once_tell_it_to_fetch_anew(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    async with api.stream(admin, "topics=object:lead") as stream:
        api.app.state.host.hub.spread({"company": str(company.company.id), "many": ["lead"]})
        assert await stream.next("resync") is not None
