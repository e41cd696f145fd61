"""How the demo's salespeople work and what its sources bring: what makes its figures differ as in life."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody works: minutes to a first touch (the median), which leads they let lie, how well they sell.

    `tidy` is how often they note at once what a lead needs; who didn't does so when the next stage asks for it.
    """

    pace: float = 12
    neglect: float = 0.03
    skill: float = 1.0
    tidy: float = 0.95


USUAL = Habit()
HABITS: Mapping[str, Habit] = {
    "sales1": Habit(pace=4, neglect=0.0, skill=1.7, tidy=1.0),  # the best of them
    "sales2": Habit(pace=7, neglect=0.01, skill=1.3),
    "sales3": Habit(pace=14, neglect=0.04, skill=1.0),
    "sales4": Habit(pace=55, neglect=0.16, skill=0.6, tidy=0.45),  # slow, and away in the middle of it
    "sales5": Habit(pace=9, neglect=0.02, skill=1.2),
    "sales6": Habit(pace=18, neglect=0.05, skill=0.9),
    "sales7": Habit(pace=10, neglect=0.02, skill=0.7),  # new, keen
    "sales8": Habit(pace=22, neglect=0.06, skill=1.0, tidy=0.7),
}


@dataclass(frozen=True, slots=True)
class Stream:
    """One source: leads on a working day and on another, when in the day they come, and how many are any good."""

    workday: float
    weekend: float
    hours: tuple[int, int]
    good: float


STREAMS: Mapping[str, Stream] = {
    "website": Stream(6.5, 1.2, (8, 19), 0.30),
    "wechat_official": Stream(3.5, 0.9, (8, 20), 0.24),
    "ad": Stream(5.0, 0.8, (8, 20), 0.11),
    "referral": Stream(1.6, 0.1, (9, 18), 0.60),
}
GOOD: Mapping[str, float] = {
    **{name: one.good for name, one in STREAMS.items()},
    "livestream": 0.15,
    "expo": 0.22,
    "import": 0.07,
    "manual": 0.45,
}
"""Which share of a source's leads has a need that can become an order."""
