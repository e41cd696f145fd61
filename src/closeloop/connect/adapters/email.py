"""E-mail: a notice or a digest as text and HTML, through an SMTP server (RFC 5321)."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from html import escape
from typing import Any
from uuid import UUID

import aiosmtplib

from closeloop.access.org import Person
from closeloop.base.clock import Clock
from closeloop.base.settings import Settings
from closeloop.connect.adapters.base import Answer, Company, Send
from closeloop.connect.messages import MAIL
from closeloop.events.outbox import Delivery

_STYLE = "font:16px/1.5 system-ui,'PingFang SC','Microsoft YaHei',sans-serif;color:#1b2430"
_BARS = {"info": "#1557d0", "warning": "#b35c00", "danger": "#b3261e"}


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes our mail, and whom it is from."""

    host: str
    port: int
    tls: str
    user: str | None
    password: str | None
    sender: str

    @classmethod
    def of(cls, settings: Settings) -> "Mail | None":
        """Return what the settings say; None where they name no server."""
        if settings.smtp_host is None:
            return None
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=settings.smtp_tls,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            sender=settings.smtp_from or settings.smtp_user or f"closeloop@{settings.smtp_host}",
        )


class Mailer:
    """Sends to the address that a person has by then. A repetition has the same Message-ID, by which it is known."""

    def __init__(self, mail: Mail | None, clock: Clock) -> None:
        self._mail = mail
        self._clock = clock
        self._trusted: ssl.SSLContext | None = None

    async def opened(self, company: Company, target: str) -> Send:  # noqa: ARG002 - one target
        async def send(delivery: Delivery) -> Answer:
            if self._mail is None:
                return Answer(error="delivery_no_server")
            reader = company.org.people.get(UUID(delivery.payload["person"]))
            if reader is None or not reader.active or not reader.email:
                return Answer(error="delivery_no_address", final=True)
            return await self._send(self._mail, self._message(delivery, reader, self._mail))

        return send

    async def close(self) -> None:
        """Each mail has a connection of its own, which has ended."""

    def _message(self, delivery: Delivery, reader: Person, mail: Mail) -> EmailMessage:
        name, address = parseaddr(mail.sender)
        message = EmailMessage(policy=SMTP)
        message["Subject"] = " ".join(delivery.payload["subject"].split())
        message["From"] = formataddr((name or "Closeloop", address))
        message["To"] = formataddr((" ".join(reader.name.split()), str(reader.email)))
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{delivery.event}@{address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text_part(delivery.payload))
        message.add_alternative(html_part(delivery.payload), subtype="html")
        return message

    async def _send(self, mail: Mail, message: EmailMessage) -> Answer:
        if self._trusted is None and mail.tls != "none":
            self._trusted = ssl.create_default_context()
        try:
            await aiosmtplib.send(
                message,
                hostname=mail.host,
                local_hostname=mail.sender.rpartition("@")[2].rstrip("> ") or "localhost",
                port=mail.port,
                username=mail.user,
                password=mail.password,
                use_tls=mail.tls == "tls",
                start_tls=mail.tls == "starttls",
                tls_context=self._trusted,
                timeout=None,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(error.recipients[0].code)
        except aiosmtplib.SMTPDataError as error:
            return _refused(error.code)
        except aiosmtplib.SMTPAuthenticationError as error:
            return Answer(error.code, "delivery_no_entry")
        except aiosmtplib.SMTPResponseException as error:  # the sender, or the server as a whole: not this mail
            return Answer(error.code, "delivery_refused")
        except aiosmtplib.SMTPTimeoutError:
            return Answer(error="delivery_timeout")
        except ssl.SSLError:
            return Answer(error="delivery_no_tls")
        except aiosmtplib.SMTPException as error:
            return Answer(error=_lacking(error))
        except OSError as error:
            if isinstance(error, TimeoutError):
                raise
            return Answer(error="delivery_unreachable")
        return Answer(250)


def _lacking(error: aiosmtplib.SMTPException) -> str:
    """Return the code of an error without an answer; what the server doesn't offer is told by its text alone."""
    if isinstance(error.__cause__, ssl.SSLError) or "STARTTLS" in str(error):
        return "delivery_no_tls"
    return "delivery_no_entry" if type(error) is aiosmtplib.SMTPException else "delivery_unreachable"


def _refused(code: int) -> Answer:
    """Return the answer for one mail that was refused: for good from 500 on (RFC 5321, section 4.2.1)."""
    return Answer(code, "delivery_refused", final=code >= 500)


def text_part(payload: Mapping[str, Any]) -> str:
    """Return a mail's text; a payload is `{person, subject, locale, link, items}`.

    An item is `{title, body, link, level, facts, opening}`: `facts` are pairs of label and value, `link` is an address
    or None, `opening` is `{label, lines}` or None (and missing in what an older version has put down).
    """
    blocks: list[str] = []
    for item in payload["items"]:
        lines = [item["title"], *([item["body"]] if item["body"] else [])]
        lines += [f"{label}: {value}" for label, value in item["facts"]]
        if opening := item.get("opening"):
            lines += ["", opening["label"], *opening["lines"], ""]
        lines += [item["link"]] if item["link"] else []
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, f"-- \n{MAIL['footer'][payload['locale']]}\n{payload['link']}\n"])


def html_part(payload: Mapping[str, Any]) -> str:
    """Return a mail's HTML: styles stand at the elements, since mail programs drop sheets; nothing is loaded."""
    words = {name: escape(text[payload["locale"]]) for name, text in MAIL.items()}
    items = "".join(_item(item, words["open"]) for item in payload["items"])
    link = f'<a href="{escape(payload["link"])}">{words["change"]}</a>'
    footer = f'<p style="color:#5a6675;font-size:13px">{words["footer"]} {link}</p>'
    return (
        f'<!doctype html><html lang="{payload["locale"]}"><head><meta charset="utf-8">'
        f"<title>{escape(payload['subject'])}</title></head>"
        f'<body style="margin:0;padding:16px;{_STYLE}"><div style="max-width:600px;margin:0 auto">{items}{footer}</div>'
        "</body></html>"
    )


def _item(item: Mapping[str, Any], open_: str) -> str:
    facts: Sequence[tuple[str, str]] = item["facts"]
    rows = "".join(
        f'<tr><td style="padding:2px 12px 2px 0;color:#5a6675;vertical-align:top">{escape(label)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for label, value in facts
    )
    link = f'<p><a href="{escape(item["link"])}">{open_}</a></p>' if item["link"] else ""
    opening = ""
    if said := item.get("opening"):
        lines = "".join(f'<p style="margin:0 0 4px">{escape(line)}</p>' for line in said["lines"])
        opening = (
            f'<h3 style="font-size:14px;color:#5a6675;margin:12px 0 4px">{escape(said["label"])}</h3>'
            f'<div style="background:#f3f4f7;border-radius:6px;padding:8px 12px">{lines}</div>'
        )
    return (
        f'<div style="border-left:4px solid {_BARS[item["level"]]};padding:0 0 0 12px;margin:0 0 24px">'
        f'<h2 style="font-size:18px;margin:0 0 4px">{escape(item["title"])}</h2>'
        f'<p style="margin:0 0 8px">{escape(item["body"])}</p>'
        + (f'<table style="border-spacing:0">{rows}</table>' if rows else "")
        + f"{opening}{link}</div>"
    )
