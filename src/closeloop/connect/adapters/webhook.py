"""Webhooks: a signed POST to one address, which is looked up once and called itself."""

from datetime import timedelta

import httpx
import orjson
import sqlalchemy as sa

from closeloop.access.secrets import SecretBox
from closeloop.base.clock import Clock
from closeloop.connect.adapters.base import Answer, Company, Send
from closeloop.connect.addresses import PrivateAddress, resolve
from closeloop.connect.webhooks import WEBHOOKS, headers_of
from closeloop.db.statement import compile_statement
from closeloop.events.outbox import Delivery

_LONGEST_ASKED = timedelta(days=1)
_GONE = 410


class Webhooks:
    """Calls the addresses of webhook definitions."""

    def __init__(self, clock: Clock, secrets: SecretBox, *, private: bool) -> None:
        self._clock = clock
        self._secrets = secrets
        self._private = private
        self._client: httpx.AsyncClient | None = None

    async def opened(self, company: Company, target: str) -> Send:
        sealed = await _sealed(company, target)
        secret = self._secrets.open(sealed) if sealed else None

        async def send(delivery: Delivery) -> Answer:
            hook = company.catalog.all(WEBHOOKS).get(target)
            if hook is None:
                return Answer(error="delivery_no_webhook", final=True)
            if secret is None:
                return Answer(error="delivery_no_secret")
            body = orjson.dumps(delivery.payload)
            headers = headers_of(delivery, secret, body, self._clock.now())
            try:
                return await self._post(httpx.URL(hook.url), headers, body)
            except PrivateAddress:
                return Answer(error="delivery_private")
            except httpx.TimeoutException:
                return Answer(error="delivery_timeout")
            except (httpx.HTTPError, httpx.InvalidURL):
                return Answer(error="delivery_unreachable")
            except OSError as error:
                if isinstance(error, TimeoutError):
                    raise
                return Answer(error="delivery_unreachable")

        return send

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _post(self, url: httpx.URL, headers: dict[str, str], body: bytes) -> Answer:
        port = url.port or (443 if url.scheme == "https" else 80)
        address = await resolve(url.host, port, private=self._private)
        headers = {**headers, "Host": url.netloc.decode()}
        if self._client is None:  # made for the first delivery: reading the certificates takes its time
            self._client = httpx.AsyncClient(timeout=None, follow_redirects=False, trust_env=False)  # noqa: S113 - the caller's
        request = self._client.build_request(
            "POST", url.copy_with(host=address), headers=headers, content=body, extensions={"sni_hostname": url.host}
        )
        response = await self._client.send(request, stream=True)
        await response.aclose()  # what it says beside its status is of no use
        status = response.status_code
        if response.is_success:
            return Answer(status)
        error = "delivery_redirected" if response.is_redirect else "delivery_refused"
        return Answer(status, error, _asked(response.headers.get("retry-after")), final=status == _GONE)


async def _sealed(company: Company, target: str) -> str | None:
    secret = company.catalog.system.secret
    query = sa.select(secret.c.secret).where(secret.c.kind == WEBHOOKS.name, secret.c.key == target)
    async with company.database.autocommit() as session:
        row = await session.fetch_one(*compile_statement(query, "webhook secret"))
    return row[0] if row else None


def _asked(text: str | None) -> timedelta | None:
    """Read a Retry-After in seconds; one that names a date is passed over."""
    if text is None or not text.isdecimal():
        return None
    return min(timedelta(seconds=int(text[:9])), _LONGEST_ASKED)
