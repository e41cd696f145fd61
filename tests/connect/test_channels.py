"""A channel knows its key, fills what is missing, and asks for a way to reach somebody."""

from hashlib import sha256

import pytest
from tests.support.company import Clocked

from closeloop.connect.channels import CHANNELS

pytestmark = pytest.mark.db


def test_only_the_key_whose_hash_is_stored_opens_it(company: Clocked):
    channel = company.catalog.all(CHANNELS)["website"]
    assert channel.accepts("demo-website")
    for wrong in ("", "demo-websit", "Demo-website", channel.key_hash, sha256(b"x").hexdigest()):
        assert not channel.accepts(wrong)


def test_defaults_fill_what_is_missing_or_empty(company: Clocked):
    channel = company.catalog.all(CHANNELS)["website"]
    assert channel.values({"phone": "1", "source": "", "name": None}) == {"source": "website", "phone": "1"}
    assert channel.values({"source": "expo", "page_seconds": 0}) == {"source": "expo", "page_seconds": 0}


@pytest.mark.parametrize("contact", [{"email": "a@x.example"}, {"wechat": "wx_1"}])
async def test_any_one_way_to_reach_somebody_is_enough(company: Clocked, contact: dict[str, str]):
    receipt = await company.take_in(contact)
    assert receipt.state == "done"
