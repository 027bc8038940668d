"""Carrying an alert out of the house: by e-mail, or to a web address."""

import json
import smtplib
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.core.mail import send_mail

from stockbridge.connectors.http import HttpClient, HttpRequest
from stockbridge.domain.errors import SyncError
from stockbridge.engine.models import AlertChannel
from stockbridge.engine.redaction import redacted
from stockbridge.engine.unmetered import UnmeteredWire

TIMEOUT_S = 10.0
log = structlog.get_logger("stockbridge.alerts")


@dataclass(frozen=True, slots=True)
class Message:
    """One alert or summary."""

    event: str
    company: str
    title: str
    text: str
    at: datetime


def send(channel: AlertChannel, message: Message) -> str:
    """Send a message; return what went wrong in plain words, "" when it left.

    Never raises: after this channel come those of other companies.
    """
    carry = _mail if channel.kind == "email" else _call
    try:
        return carry(channel, message)
    except Exception:  # a worker: one channel does not silence the others
        log.exception("alert failed", channel=channel.pk)
        return "It could not be sent; the server's log says why."


def _mail(channel: AlertChannel, message: Message) -> str:
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return "No mail server is set up: set STOCKBRIDGE_SMTP_HOST."
    link = f"\n\n{settings.PUBLIC_URL}/" if settings.PUBLIC_URL else ""
    try:
        send_mail(
            subject=" ".join(f"[{message.company}] {message.title}".split())[:200],
            message=f"{message.text}{link}",
            from_email=None,
            recipient_list=[channel.address],
        )
    except (smtplib.SMTPException, OSError) as error:
        return redacted(f"The mail server refused: {error}")[:300]
    return ""


def _call(channel: AlertChannel, message: Message) -> str:
    allows = channel.company.allows_private_addresses
    client = HttpClient(UnmeteredWire("alerts", allows_private_addresses=allows))
    body = json.dumps(
        {
            "event": message.event,
            "company": message.company,
            "title": message.title,
            "text": message.text,
            "at": message.at.isoformat(),
            "address": settings.PUBLIC_URL,
        }
    )
    try:
        answer = client.send(
            HttpRequest(
                method="POST",
                address=channel.address,
                headers={"Content-Type": "application/json"},
                body=body.encode(),
                timeout_s=TIMEOUT_S,
            )
        )
    except SyncError as error:
        return redacted(error.message)[:300]
    finally:
        client.close()
    return "" if answer.status < 300 else f"It answered {answer.status}."
