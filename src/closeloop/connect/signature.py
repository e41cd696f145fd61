"""Signed payloads: the form in which a sender proves that it knows the secret, and how fresh that proof must be."""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from closeloop.base.errors import Forbidden, NotSignedIn
from closeloop.catalog.reading import Node

HEADER = "Closeloop-Signature"
OVER = "{timestamp}.{body}"
TOLERANCE = "5m"
_ENCODINGS = ("hex", "base64")
_SPAN = re.compile(r"(\d{1,6})(s|m|h)")
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours"}
_DIGITS = re.compile(r"\d{1,17}")


@dataclass(frozen=True, slots=True)
class Signature:
    """How a channel's sender signs: HMAC-SHA256 (RFC 2104) of `over`, sent in the header `header`.

    `over` names `{timestamp}` and `{body}`. The moment stands in the header `timestamp`, or where that is empty
    beside the signature: `t=…,v1=…`, as our own webhooks have it. Seconds and milliseconds since 1970 are told apart
    by their size. `prefix` is what some senders put before the signature, such as `sha256=`.
    """

    header: str = HEADER
    timestamp: str = ""
    encoding: str = "hex"
    prefix: str = ""
    over: str = OVER
    tolerance: timedelta = timedelta(minutes=5)

    @property
    def is_dated(self) -> bool:
        return "{timestamp}" in self.over

    def verify(self, secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Return a key that is the same for the same signed message, by which a repetition is known.

        Raises NotSignedIn for a signature that is missing, Forbidden for one that is wrong or too old.
        """
        sent = headers.get(self.header.lower(), "").strip()
        if not sent:
            raise NotSignedIn("bad_signature")
        stamp, given = self._parts(sent, headers)
        if self.is_dated and not stamp:
            raise NotSignedIn("bad_signature")
        message = self._message(stamp, body)
        expected = hmac(secret.encode(), message, sha256).digest()
        if not any(compare_digest(expected, one) for text in given if (one := self._decoded(text)) is not None):
            raise Forbidden("bad_signature")
        if self.is_dated and not self._is_fresh(stamp, now):
            raise Forbidden("stale_signature")
        return f"signed:{sha256(message + expected).hexdigest()}"

    def _parts(self, sent: str, headers: Mapping[str, str]) -> tuple[str, list[str]]:
        if self.timestamp or not self.is_dated:
            return headers.get(self.timestamp.lower(), "").strip() if self.timestamp else "", [sent]
        pairs = [part.strip().partition("=") for part in sent.split(",")]
        stamps = [value for name, _, value in pairs if name == "t"]
        return stamps[0] if len(stamps) == 1 else "", [value for name, _, value in pairs if name == "v1"]

    def _message(self, stamp: str, body: bytes) -> bytes:
        before, _, after = self.over.partition("{body}")
        return before.replace("{timestamp}", stamp).encode() + body + after.replace("{timestamp}", stamp).encode()

    def _decoded(self, text: str) -> bytes | None:
        if not text.startswith(self.prefix):
            return None
        text = text[len(self.prefix) :]
        try:
            return bytes.fromhex(text) if self.encoding == "hex" else b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            return None

    def _is_fresh(self, stamp: str, now: datetime) -> bool:
        if not _DIGITS.fullmatch(stamp):
            return False
        number = int(stamp)
        seconds = number / 1000 if number >= 10**11 else number
        return abs(now.timestamp() - seconds) <= self.tolerance.total_seconds()


def read_signature(node: Node) -> Signature:
    """Read `signature: {header?, timestamp?, encoding?, prefix?, over?, tolerance?}`."""
    over = node.take("over", str, OVER)
    if over.count("{body}") != 1 or re.search(r"\{(?!timestamp\}|body\})", over):
        node.problems.add(node.at("over"), "bad_signed")
        over = OVER
    tolerance = _SPAN.fullmatch(node.take("tolerance", str, TOLERANCE))
    if tolerance is None:
        node.problems.add(node.at("tolerance"), "bad_span")
    headers = {name: node.take(name, str, default) for name, default in (("header", HEADER), ("timestamp", ""))}
    for name, value in headers.items():
        if value and not re.fullmatch(r"[A-Za-z0-9-]{1,60}", value):
            node.problems.add(node.at(name), "bad_header")
    read = Signature(
        **headers,
        encoding=node.one_of("encoding", _ENCODINGS, "hex"),
        prefix=node.take("prefix", str, ""),
        over=over,
        tolerance=timedelta(**{_UNIT[tolerance[2]]: int(tolerance[1])}) if tolerance else timedelta(minutes=5),
    )
    node.done()
    return read
