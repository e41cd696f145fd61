"""A stored password tells nothing, and only the right one fits."""

from closeloop.access.passwords import NOBODY, check_password, hash_password


def test_only_the_password_that_was_hashed_fits():
    stored = hash_password("正确的密码")
    assert check_password(stored, "正确的密码")
    assert not check_password(stored, "正确的密码 ")
    assert not check_password(stored, "")


def test_the_same_password_is_stored_differently_each_time():
    assert hash_password("x") != hash_password("x")


def test_what_is_no_hash_fits_nothing():
    for stored in ("", "x", "plain", NOBODY):
        assert not check_password(stored, "x")
