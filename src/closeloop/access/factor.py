"""One-time codes (RFC 6238) and recovery codes as a second factor: what is pure about them."""

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from pyotp import random_base32
from pyotp.totp import TOTP

STEP = 30
"""Seconds that a code is good for; one step more is allowed either way, for clocks that go wrong."""
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret() -> str:
    """Return the secret that an authenticator shares with us, in base 32."""
    return random_base32()


def uri(secret: str, login: str, company: str) -> str:
    """Return what an authenticator reads from a picture."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=f"Closeloop {company}")


def step_of(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """Return the step whose code this is; None for a wrong one, or one of a step that was used before."""
    present = int(now.timestamp()) // STEP
    totp = TOTP(secret)
    for step in (present, present - 1, present + 1):
        if compare_digest(totp.generate_otp(step).encode(), code.encode()) and (last is None or step > last):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return codes that each let in once, for who has lost the authenticator; 60 bits each."""
    return ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]


def hashed(code: str) -> str:
    """Return what is stored of a recovery code; with so many random bits a plain hash is enough."""
    return sha256(code.strip().lower().encode()).hexdigest()
