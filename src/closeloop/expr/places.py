"""How far two places lie apart, in Python and in SQL alike.

By the haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984) on a sphere with the
earth's mean radius, of which the true distance differs by less than 0.6 %. Both places must be given in the same
system: coordinates by GPS (WGS-84) and by Chinese maps (GCJ-02) lie up to some hundred metres apart.
"""

import math
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from closeloop.expr.numbers import Element, Meaning

RADIUS = 6_371_008.8
"""The earth's mean radius in metres: (2a + b) / 3 of the ellipsoid WGS-84 (IUGG, Geodetic Reference System 1980)."""

_DOUBLE: sa.Double[Any] = sa.Double()


def distance(here: Mapping[str, Any], there: Mapping[str, Any]) -> int:
    """Return the distance of two places, `lat` and `lng` in degrees, in whole metres."""
    lat, other = math.radians(here["lat"]), math.radians(there["lat"])
    lng = math.radians(here["lng"]) - math.radians(there["lng"])
    north, east = math.sin((lat - other) / 2), math.sin(lng / 2)
    haversine = math.pow(north, 2) + math.cos(lat) * math.cos(other) * math.pow(east, 2)
    return math.floor(2 * RADIUS * math.asin(min(1.0, math.sqrt(haversine))) + 0.5)


def distance_sql(here: Element, there: Element) -> Element:
    """Return the same as `distance`."""
    lat, other = _radians(here, "lat"), _radians(there, "lat")
    north = sa.func.sin((lat - other) / _number("2"), type_=_DOUBLE)
    east = sa.func.sin((_radians(here, "lng") - _radians(there, "lng")) / _number("2"), type_=_DOUBLE)
    cosines = sa.func.cos(lat, type_=_DOUBLE) * sa.func.cos(other, type_=_DOUBLE)
    haversine = _squared(north) + cosines * _squared(east)
    angle = sa.func.asin(sa.func.least(_number("1"), sa.func.sqrt(haversine, type_=_DOUBLE)), type_=_DOUBLE)
    metres = _number(repr(2 * RADIUS)) * angle + _number("0.5")
    whole = sa.cast(sa.func.floor(metres, type_=_DOUBLE), sa.BigInteger())
    return sa.case((sa.and_(here.is_not(None), there.is_not(None)), whole))  # `least` passes over nulls


def _radians(place: Element, key: str) -> Element:
    degrees = sa.cast(sa.func.jsonb_extract_path_text(place, sa.literal_column(f"'{key}'")), _DOUBLE)
    return sa.func.radians(degrees, type_=_DOUBLE)


def _squared(number: Element) -> Element:
    return sa.func.power(number, _number("2"), type_=_DOUBLE)


def _number(written: str) -> Element:
    return sa.literal_column(f"CAST({written} AS double precision)", _DOUBLE)


DISTANCE = Meaning(distance, distance_sql)
