"""Keep robots out of a hosted form: proof of work after ALTCHA, checked by ourselves, or Geetest's answer."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import new as hmac
from typing import Any, cast

import httpx
import structlog
from altcha import Payload, create_challenge, verify_solution  # pyright: ignore[reportUnknownVariableType] - a bare dict

from closeloop.base.errors import FieldError, Invalid

LASTS = timedelta(minutes=20)
LEAST, MOST = 150_000, 300_000
"""Hashes that a challenge takes: some tenths of a second on a desktop, about one second on a cheap phone."""
TIMEOUT = 5.0
GEETEST_PARTS = ("lot_number", "captcha_output", "pass_token", "gen_time")

_log = structlog.stdlib.get_logger()


def challenge(key: bytes, scope: str, now: datetime) -> dict[str, Any]:
    """Return a challenge (ALTCHA, proof of work v2, SHA-256) that is good for one payload of `scope`.

    It ends by our own clock, so its end stands in the signed `data` and not in the library's `expiresAt`.
    """
    made = create_challenge(
        "SHA-256",
        cost=1,
        counter=LEAST + secrets.randbelow(MOST - LEAST),
        data={"scope": scope, "until": int((now + LASTS).timestamp())},
        hmac_secret=key,
    )
    return made.to_dict()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def solved(answer: Any, key: bytes, scope: str, now: datetime) -> str:
    """Return the key of a challenge whose solution is right, under which its payload happens once.

    Raises Invalid naming `captcha`.
    """
    if not isinstance(answer, str) or not answer:
        raise _wrong("captcha_needed")
    try:
        payload = Payload.from_base64(answer)
        data: dict[str, Any] = dict(payload.challenge.parameters.data or {})  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
        good = data.get("scope") == scope and verify_solution(payload, key).verified
        until = float(data.get("until", 0))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise _wrong("captcha_failed") from None
    if not good:
        raise _wrong("captcha_failed")
    if until < now.timestamp():
        raise _wrong("captcha_old")
    return f"altcha:{sha256(str(payload.challenge.signature).encode()).hexdigest()}"


async def passed(
    client: httpx.AsyncClient, server: str, answer: Any, captcha_id: str, secret: str | None
) -> tuple[str, bool]:
    """Ask Geetest (version 4, `/validate`) whether the visitor has passed.

    Returns the key under which the payload happens once, and whether Geetest has answered: where it can't be reached
    the visitor is let in, as its documentation asks, so that no lead is lost to somebody else's outage.
    Raises Invalid naming `captcha`.
    """
    parts = cast("dict[str, Any]", answer) if isinstance(answer, dict) else dict[str, Any]()
    form = {name: parts.get(name) for name in GEETEST_PARTS}
    if secret is None:
        _log.error("a form asks for Geetest and its key has not been given")
        raise _wrong("captcha_unset")
    if not all(isinstance(value, str) and value for value in form.values()):
        raise _wrong("captcha_needed")
    lot = str(form["lot_number"])
    key = f"geetest:{sha256(lot.encode()).hexdigest()}"
    sign = hmac(secret.encode(), lot.encode(), sha256).hexdigest()
    try:
        sent = {**form, "sign_token": sign}
        response = await client.post(
            f"{server}/validate", params={"captcha_id": captcha_id}, data=sent, timeout=TIMEOUT
        )
        response.raise_for_status()
        said: Any = response.json()
    except (httpx.HTTPError, ValueError) as error:
        _log.warning("Geetest can't be asked", error=type(error).__name__)
        return key, False
    if not isinstance(said, dict) or said.get("result") != "success":  # pyright: ignore[reportUnknownMemberType]
        raise _wrong("captcha_failed")
    return key, True


def _wrong(code: str) -> Invalid:
    return Invalid(code, errors=[FieldError("captcha", code)])
