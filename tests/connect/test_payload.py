"""Paths into a foreign payload, what they leave, and how its senders sign."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.base.errors import Forbidden, NotSignedIn
from closeloop.catalog.reading import Node, Problems
from closeloop.connect.limits import who
from closeloop.connect.payload import Source, at, read_path, without
from closeloop.connect.signature import Signature, read_signature

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SECRET = "a secret of sixteen"
NESTED: dict[str, Any] = {
    "id": 7,
    "data": {"user": {"phone": "139", "name": "李"}, "fields": [{"name": "city", "value": "上海"}, {"name": "x"}]},
    "items": ["a", "b"],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("data.user.phone", "139"),
        ("data.fields[name=city].value", "上海"),
        ("data.fields[0].value", "上海"),
        ("items[1]", "b"),
        ("items[5]", None),
        ("data.user.phone.more", None),
        ("data.fields[name=none].value", None),
        ("nothing.at.all", None),
    ],
)
def test_a_path_leads_to_its_value(path: str, value: Any):
    read = read_path(path)
    assert read is not None
    assert at(NESTED, read) == value


@pytest.mark.parametrize("path", ["", ".", "a..b", "a[", "a[]", "a[x]", "[0]", "a]"])
def test_what_is_no_path_is_none(path: str):
    assert read_path(path) is None


def test_what_no_field_was_filled_from_is_left():
    sources = {
        name: Source(paths=(path,))
        for name in ("phone", "city", "id")
        if (path := read_path({"phone": "data.user.phone", "city": "data.fields[name=city].value", "id": "id"}[name]))
    }
    left = without(NESTED, sources)
    assert left == {
        "data": {"user": {"name": "李"}, "fields": NESTED["data"]["fields"]},
        "items": ["a", "b"],
    }
    assert without(NESTED, {}) == NESTED


def test_values_are_translated_and_what_is_unknown_stays_or_becomes_the_other():
    path = read_path("code")
    assert path is not None
    source = Source((path,), values={"1": "website", "true": "ad"})
    assert [source.of({"code": one}) for one in (1, "1", True, 9, "", None)] == [
        "website", "website", "ad", 9, None, None,
    ]  # fmt: skip
    assert Source((path,), values={"1": "website"}, other="ad").of({"code": 9}) == "ad"
    assert Source(constant="expo").of({"code": 1}) == "expo"
    assert Source((path,), values={"1": "a", "2": "b"}).of({"code": [1, 2, 3]}) == ["a", "b", 3]


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from("abc"), JSON), st.lists(st.sampled_from("abc"), min_size=1, max_size=4))
def test_a_plain_path_takes_its_own_value_away_and_nothing_else(payload: dict[str, Any], names: list[str]):
    path = read_path(".".join(names))
    assert path is not None
    left = without(payload, {"x": Source((path,))})
    assert at(left, path) is None or not isinstance(at(payload, path[:-1]) if len(path) > 1 else payload, dict)
    for name, value in payload.items():
        if name != names[0]:
            assert left[name] == value


def signed(signature: Signature, body: bytes, stamp: str, secret: str = SECRET) -> str:
    message = signature.over.replace("{timestamp}", stamp).encode().replace(b"{body}", body)
    digest = hmac.new(secret.encode(), message, sha256).digest()
    return signature.prefix + (digest.hex() if signature.encoding == "hex" else b64encode(digest).decode())


FORMS = [
    Signature(),
    Signature(header="X-Sign", timestamp="X-Time"),
    Signature(header="X-Sign", timestamp="X-Time", encoding="base64", over="{timestamp}{body}"),
    Signature(header="X-Hub-Signature-256", prefix="sha256=", over="{body}"),
    Signature(header="X-Sign", timestamp="X-Time", over="{body}\n{timestamp}"),
]


def headers_of(one: Signature, body: bytes, at_: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at_.timestamp()))
    text = signed(one, body, stamp, secret)
    if one.is_dated and not one.timestamp:
        return {one.header.lower(): f"t={stamp},v1={text}"}
    more = {one.timestamp.lower(): stamp} if one.timestamp else {}
    return {one.header.lower(): text, **more}


@pytest.mark.parametrize("one", FORMS)
def test_who_knows_the_secret_is_let_in_and_nobody_else(one: Signature):
    body = b'{"a": "{timestamp}"}'
    headers = headers_of(one, body)
    key = one.verify(SECRET, headers, body, NOW)
    assert one.verify(SECRET, headers, body, NOW + timedelta(minutes=4)) == key
    for wrong in (headers_of(one, body, secret="another secret of mine"), headers_of(one, body + b" ")):
        with pytest.raises(Forbidden, match="bad_signature"):
            one.verify(SECRET, wrong, body, NOW)
    with pytest.raises(NotSignedIn):
        one.verify(SECRET, {}, body, NOW)
    if one.is_dated:
        for late in (NOW + timedelta(minutes=6), NOW - timedelta(minutes=6)):
            with pytest.raises(Forbidden, match="stale_signature"):
                one.verify(SECRET, headers, body, late)
        unstamped = {name: value for name, value in headers.items() if name != one.timestamp.lower()}
        if one.timestamp:
            with pytest.raises(NotSignedIn):
                one.verify(SECRET, unstamped, body, NOW)


def test_milliseconds_are_understood():
    one = Signature(header="S", timestamp="T")
    stamp = f"{int(NOW.timestamp())}000"
    assert one.verify(SECRET, {"s": signed(one, b"{}", stamp), "t": stamp}, b"{}", NOW)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_header_breaks_the_check(text: str, stamp: str):
    for one in FORMS:
        with pytest.raises((Forbidden, NotSignedIn)):
            one.verify(SECRET, {one.header.lower(): text, one.timestamp.lower(): stamp}, b"{}", NOW)


@pytest.mark.parametrize(
    ("raw", "place", "code"),
    [
        ({"over": "{timestamp}"}, "over", "bad_signed"),
        ({"over": "{body}{other}"}, "over", "bad_signed"),
        ({"tolerance": "soon"}, "tolerance", "bad_span"),
        ({"header": "X Sign"}, "header", "bad_header"),
        ({"encoding": "md5"}, "encoding", "not_one_of"),
        ({"secret": "x"}, "secret", "unknown_key"),
    ],
)
def test_a_form_of_signing_that_is_wrong_is_named(raw: dict[str, Any], place: str, code: str):
    problems = Problems()
    read_signature(Node(raw, "", problems))
    assert (place, code) in [(one.field, one.code) for one in problems.errors]


def test_an_address_is_counted_without_being_kept():
    assert "203.0.113.9" not in who("website", "203.0.113.9")
    assert who("website", "203.0.113.9") != who("website", "203.0.113.10")
    assert who("website", "2001:db8::1") == who("website", "2001:db8::ffff")
    assert who("website", "2001:db8::1") != who("website", "2001:db8:0:1::1")
    assert who("website", "203.0.113.9") != who("other", "203.0.113.9")
