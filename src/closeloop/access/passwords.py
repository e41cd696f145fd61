"""Hash and check passwords with Argon2id (RFC 9106): 19 MiB, two passes, one lane."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

NOBODY = _HASHER.hash("nobody has this password")
"""Checked where a login is unknown, so that it takes as long as for one that is known."""


def hash_password(password: str) -> str:
    """Return the hash that is stored; takes some 20 ms of CPU, so a server calls it in a thread."""
    return _HASHER.hash(password)


def check_password(stored: str, password: str) -> bool:
    """Tell whether the password is the one that was hashed."""
    try:
        return _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
