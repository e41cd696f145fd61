"""Which apps' demo companies are alive: they can be given a past, and their people can be played."""

from collections.abc import Mapping

from closeloop.apps.sales.demo.days import begin
from closeloop.apps.sales.demo.live import Live
from closeloop.runtime.demo import Demo

DEMOS: Mapping[str, Demo] = {"sales": Demo(begin, Live)}
