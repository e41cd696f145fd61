"""A server that speaks the protocol of Geetest's validation, version 4, as its documentation has it."""

import hmac
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import orjson
from tests.support.http import serving


@dataclass
class Geetest:
    """Its accounts' keys by id, the lots that visitors have passed, and what it was asked."""

    keys: dict[str, str]
    url: str = ""
    passed: set[str] = field(default_factory=set[str])
    asked: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    is_down: bool = False

    def answer(self, target: str, body: bytes) -> tuple[int, bytes]:
        if self.is_down:
            return 502, b"away"
        parts = urlsplit(target)
        form = {name: values[0] for name, values in (parse_qs(parts.query) | parse_qs(body.decode())).items()}
        self.asked.append(form)
        if parts.path != "/validate" or form.get("captcha_id") not in self.keys:
            return 200, orjson.dumps({"status": "error", "code": "-50005", "msg": "illegal captcha_id"})
        key = self.keys[form["captcha_id"]]
        signed = hmac.new(key.encode(), form["lot_number"].encode(), sha256).hexdigest()
        if form["sign_token"] != signed or form["lot_number"] not in self.passed:
            return 200, orjson.dumps({"status": "success", "result": "fail", "reason": "pass_token expire"})
        self.passed.remove(form["lot_number"])  # good once
        return 200, orjson.dumps({"status": "success", "result": "success", "reason": "", "captcha_args": {}})


@asynccontextmanager
async def geetest(**keys: str) -> AsyncGenerator[Geetest]:
    """Listen on a free port until the block ends; `keys` are secrets by account id."""
    one = Geetest(keys)
    async with serving(one.answer) as port:
        one.url = f"http://127.0.0.1:{port}"
        yield one
