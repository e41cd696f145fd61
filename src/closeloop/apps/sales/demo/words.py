"""What comes in of a lead and what is said of it: all of it made up here, from lists of our own."""

from collections.abc import Sequence
from random import Random
from typing import Any

from closeloop.apps.sales.demo.wordlists import (
    ASKED,
    CAMPAIGNS,
    FIRST,
    GIVEN,
    PARTS,
    PLACES,
    SECOND,
    SURNAMES,
    TAILS,
    TITLES,
    TRADES,
)

_PRIME, _SPREAD = 99_999_989, 61_803_399
"""Numbers one after the other become phones that have nothing in common, and no two the same."""


def phone_of(number: int) -> str:
    """Return a mobile number of 154, a range that no operator has given out: nobody is called by mistake."""
    return f"154{number * _SPREAD % _PRIME:08d}"


def person_name(random: Random) -> str:
    """Return a made-up person's name."""
    return random.choice(SURNAMES) + random.choice(GIVEN)


def company_name(random: Random, city: str) -> tuple[str, str]:
    """Return a company's name and its industry."""
    trade, industry = random.choice(TRADES)
    tail = random.choice(TAILS)
    return f"{city}{random.choice(FIRST)}{random.choice(SECOND)}{trade}{tail}", industry


def sentence(random: Random, texts: Sequence[str]) -> str:
    """Return one of some texts, about one of our products."""
    return random.choice(texts).format(part=random.choice(PARTS), n=random.choice((300, 500, 800, 1200, 2000, 5000)))


def make_lead(random: Random, source: str, number: int) -> dict[str, Any]:
    """Return what comes in of a lead: the better the source, the more is known."""
    province, city = random.choice(PLACES)
    company, industry = company_name(random, city)
    told: dict[str, Any] = {
        "company": company,
        "name": person_name(random),
        "phone": phone_of(number),
        "source": source,
    }
    care = {"referral": 0.9, "website": 0.75, "expo": 0.6, "wechat_official": 0.6, "livestream": 0.5}.get(source, 0.4)
    if random.random() < care:
        told |= {"industry": industry, "province": province, "city": city}
    if random.random() < care:
        told["title"] = random.choice(TITLES)
    if random.random() < care:
        told["note"] = sentence(random, ASKED)
    if random.random() < care / 2:
        told["registered_capital"] = random.choice((1_000_000, 3_000_000, 8_000_000, 20_000_000, 50_000_000))
        told["employees"] = random.choice((20, 45, 80, 150, 320, 900))
    if random.random() < care / 3:
        told["budget"] = random.choice((30_000, 60_000, 120_000, 200_000, 350_000, 600_000))
    if CAMPAIGNS[source]:
        told["campaign"] = random.choice(CAMPAIGNS[source])
    if source in ("website", "wechat_official", "ad"):
        told["page_seconds"] = int(random.expovariate(1 / 150)) + 5
        told["page_views"] = 1 + int(random.expovariate(1 / 3))
        told["downloads"] = random.choice((0, 0, 0, 1, 2))
    return told
