"""One-time codes: a window of three steps, no code twice; secrets that only their key opens."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP

from closeloop.access.factor import STEP, hashed, new_recovery_codes, new_secret, step_of, uri
from closeloop.access.secrets import KEY_FILE, SecretBox, key_in
from closeloop.access.tokens import may_call, unknown_scopes

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SECRET = new_secret()


@given(off=st.integers(-120, 120), used=st.integers(-3, 3) | st.none())
def test_a_code_is_good_for_its_step_and_one_either_way_and_never_after_a_later_one(off: int, used: int | None):
    here = int(NOW.timestamp()) // STEP
    code = TOTP(SECRET).at(NOW + timedelta(seconds=off))
    step = (int(NOW.timestamp()) + off) // STEP
    last = None if used is None else here + used
    good = abs(step - here) <= 1 and (last is None or step > last)
    assert step_of(SECRET, code, NOW, last) == (step if good else None)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "0" * 400])
def test_what_is_no_code_is_wrong(code: str):
    assert step_of(SECRET, code, NOW, None) is None


def test_recovery_codes_are_all_different_and_forgive_capitals_and_spaces():
    codes = new_recovery_codes()
    assert len(set(codes)) == len(codes) == 10
    assert hashed(f" {codes[0].upper()} ") == hashed(codes[0])


def test_an_authenticator_learns_whose_code_it_is():
    assert uri("ABCD" * 8, "sales1", "凌川").startswith("otpauth://totp/Closeloop%20")


def test_what_is_sealed_is_opened_by_the_same_key_only():
    box = SecretBox(lambda: "one")
    sealed = box.seal("geheim")
    assert "geheim" not in sealed
    assert box.open(sealed) == SecretBox(lambda: "one").open(sealed) == "geheim"
    assert SecretBox(lambda: "two").open(sealed) is None
    assert box.open(sealed[:-4] + "AAAA") is None


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path):
    home = tmp_path / "home"
    assert key_in(home) == key_in(home)
    assert stat.S_IMODE((home / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [KEY_FILE]


def test_scopes_are_words_of_the_list_or_name_an_object():
    assert unknown_scopes(["read", "object:lead:write", "people"], ["lead"]) == []
    assert unknown_scopes(["all", "object:lead", "object:deal:read", "object:lead:delete", ""], ["lead"]) == [
        "all", "object:lead", "object:deal:read", "object:lead:delete", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scopes", "method", "path", "may"),
    [
        ({"object:lead:read"}, "GET", "/notifications", False),
        ({"object:lead:read"}, "GET", "/objects/lead/records", True),
        ({"read"}, "GET", "/notifications", True),
        ({"read"}, "POST", "/notifications/read", False),
        ({"write"}, "POST", "/notifications/read", True),
        ({"read"}, "GET", "/people", True),
        ({"write"}, "PATCH", "/people/1", False),
        ({"people"}, "PATCH", "/people/1", True),
        ({"write"}, "PUT", "/definitions/role/x", False),
        ({"definitions"}, "PUT", "/definitions/role/x", True),
        ({"people"}, "GET", "/jobs/1", False),
        ({"object:lead:read"}, "GET", "/catalog", True),
        ({"read", "write"}, "POST", "/catalog/apply", False),
        ({"definitions"}, "POST", "/catalog/apply", True),
        ({"object:lead:write"}, "POST", "/objects/lead/aggregate", True),
        ({"object:lead:read"}, "PATCH", "/me", False),
        ({"read"}, "POST", "/expressions/check", True),
    ],
)
def test_a_route_needs_the_scope_of_its_group(scopes: set[str], method: str, path: str, may: bool):
    assert may_call(frozenset(scopes), method, path) is may
