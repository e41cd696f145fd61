"""What a program's token may do: words that only narrow what its person may."""

import re
import secrets
from collections.abc import Iterable
from hashlib import sha256

PREFIX = "clp_"
"""The beginning of every token, by which scanners find one that was published by mistake."""

SCOPES = ("read", "write", "definitions", "people")
"""All that the person may read; change too; definitions; people, departments and roles."""

_BY_REACH = ("objects", "catalog", "openapi.json", "clocks", "metrics", "search", "me")
"""Routes that answer by what the actor reaches."""
_ASKED_BY_POST = ("expressions",)
"""Routes that change nothing, whatever the method."""
_OWN_SCOPE = {
    **dict.fromkeys(("people", "departments", "roles"), "people"),
    **dict.fromkeys(("definitions", "catalog", "releases", "trash"), "definitions"),
}
_OBJECT = re.compile(r"object:([a-z][a-z0-9_]{0,46}):(read|write)")


def new_token() -> str:
    """Return a token with 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def hashed_token(token: str) -> str:
    """Return what is stored of a token, or of a session's: with so many random bits a plain hash is enough."""
    return sha256(token.encode()).hexdigest()


def unknown_scopes(scopes: Iterable[str], objects: Iterable[str]) -> list[str]:
    """Return the words that are no scope: those above, or `object:<name>:read` and `:write` of an object there is."""
    known = set(objects)
    return [
        one
        for one in scopes
        if one not in SCOPES and not ((match := _OBJECT.fullmatch(one)) is not None and match[1] in known)
    ]


def may_call(limits: frozenset[str], method: str, path: str) -> bool:
    """Tell whether a token with these scopes may call a route; `path` is what stands behind the version.

    Records are judged one by one by the actor's reach, whose limits are the same; what isn't about records needs the
    scope of its group, else to read or write everything. One's own sign-in is never a program's.
    """
    group = path.lstrip("/").partition("/")[0]
    reads = method in ("GET", "HEAD", "OPTIONS") or group in _ASKED_BY_POST
    if group in _BY_REACH and (reads or group == "objects"):
        return True
    own = _OWN_SCOPE.get(group)
    wanted = {own, "write", "read"} if reads else {own} if own else {"write"}
    return not limits.isdisjoint(one for one in wanted if one)
