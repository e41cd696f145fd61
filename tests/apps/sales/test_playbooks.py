"""The sales app's playbooks: one for each source, three contacts each, complete in both languages."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked
from tests.support.web import Api

from closeloop.engine.playbooks.model import PLAYBOOKS, Item
from closeloop.engine.steps.commands import RunOperation

pytestmark = pytest.mark.db

HOLES = re.compile(r"{\w+}")
CHINESE = re.compile("[\u4e00-\u9fff]")
CONTACTS = ("first", "second", "third")


def texts(item: Item) -> list[Mapping[str, str]]:
    return [item.text] if item.answer is None else [item.text, item.answer]


def sources(company: Clocked) -> list[str]:
    return [option.key for option in company.catalog.object("lead").fields["source"].options]


async def test_every_source_has_a_playbook_of_three_contacts_in_both_languages(company: Clocked):
    books = company.catalog.all(PLAYBOOKS)
    assert set(books) == set(sources(company))
    for book in books.values():
        assert tuple(one.key for one in book.contacts) == CONTACTS
        for contact in book.contacts:
            assert [one.key for one in contact.sections][0::2] == ["opening", "objections"]
            objections = [item for section, item in contact.all_items() if section.key == "objections"]
            assert all(item.answer for item in objections)
            for _, item in contact.all_items():
                for text in texts(item):
                    assert set(text) == {"zh-CN", "en-US"}
                    assert CHINESE.search(text["zh-CN"])
                    assert not CHINESE.search(text["en-US"])
                    assert set(HOLES.findall(text["zh-CN"])) == set(HOLES.findall(text["en-US"])), text


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
async def test_each_contact_has_its_turn(api: Api, company: Clocked, locale: str):
    client = await api.signed_in("sales1")
    for source in sources(company):
        lead = await api.lead_of("sales1", company="Acme", name="Li", source=source)
        place = f"/objects/lead/records/{lead['id']}"
        seen: list[Any] = []
        for _ in range(4):
            answer = await client.get(
                f"{place}/playbook", params={"operation": "touch"}, headers={"Accept-Language": locale}
            )
            book = answer.json()["playbook"]
            assert book["key"] == source
            first = book["contact"]["sections"][0]["items"][0]["text"]
            assert "Li" in first, first
            assert "{" not in first
            seen.append(book["contact"]["key"])
            values = {"kind": "call", "outcome": "interested"}
            touch = RunOperation("lead", UUID(lead["id"]), operation="touch", values=values)
            (outcome,) = await company.run(touch, by="sales1")
            assert outcome.error is None
        assert seen == [*CONTACTS, "third"]
