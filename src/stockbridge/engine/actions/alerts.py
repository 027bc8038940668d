"""Where a company wants to hear of trouble: channels made, changed, tried, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from stockbridge.companies.models import Company
from stockbridge.connectors.http import refuse_malformed
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.engine.actions.connections import Act, may_call
from stockbridge.engine.alerts import AlertEvent, Sender
from stockbridge.engine.messengers import Message, send
from stockbridge.engine.models import AlertChannel

EMAIL, WEBHOOK = "email", "webhook"
CHANNELS_MAX = 20  # per company
HOURS_MIN, HOURS_MAX = 1, 24 * 30


@dataclass(frozen=True, slots=True)
class ChannelDraft:
    """What a person says about a channel; no events: all of them."""

    kind: str
    address: str
    events: Sequence[str] = ()
    daily_summary: bool = False
    held_longer_than_h: int = 24


def save_channel(
    company: Company, draft: ChannelDraft, act: Act, channel: AlertChannel | None = None
) -> AlertChannel:
    """Make a channel, or change one; InvalidInputError names the field."""
    _check(company, draft)
    with transaction.atomic():
        if channel is None:
            list(Company.objects.select_for_update().filter(pk=company.pk))
            if company.alert_channels.count() >= CHANNELS_MAX:
                raise ConflictError(
                    f"There are {CHANNELS_MAX} channels already.",
                    remedy="Remove one that nobody reads.",
                )
            channel = AlertChannel(company=company)
        channel.kind, channel.address = draft.kind, draft.address.strip()
        channel.events = sorted(set(draft.events))
        channel.daily_summary = draft.daily_summary
        channel.held_longer_than_h = draft.held_longer_than_h
        channel.last_error = ""
        channel.save()
        act.note(company, "An alert channel was saved.")
    return channel


def delete_channel(channel: AlertChannel, act: Act) -> None:
    """Tell this address no more."""
    with transaction.atomic():
        act.note(channel.company, "An alert channel was removed.")
        channel.delete()


def try_channel(channel: AlertChannel, act: Act, *, sender: Sender = send) -> str:
    """Send a message that says it is a test; return what went wrong, "" if it left."""
    message = Message(
        event="test",
        company=channel.company.name,
        title="This is a test",
        text="Alerts of Stockbridge arrive here. Nothing is wrong.",
        at=act.now,
    )
    error = sender(channel, message)
    AlertChannel.objects.filter(pk=channel.pk).update(last_error=error)
    return error


def _check(company: Company, draft: ChannelDraft) -> None:
    if draft.kind == EMAIL:
        _check_email(draft.address.strip())
    elif draft.kind == WEBHOOK:
        _check_webhook(company, draft.address.strip())
    else:
        raise InvalidInputError("Choose e-mail or a web address.", field="kind")
    unknown = set(draft.events) - {event.value for event in AlertEvent}
    if unknown:
        raise InvalidInputError("There is no such event.", field="events")
    if not HOURS_MIN <= draft.held_longer_than_h <= HOURS_MAX:
        raise InvalidInputError(
            f"Between {HOURS_MIN} and {HOURS_MAX} hours.", field="held_longer_than_h"
        )


def _check_email(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInputError(
            "This is no e-mail address.", field="address"
        ) from error


def _check_webhook(company: Company, address: str) -> None:
    try:
        refuse_malformed(address)
    except ActionNeededError as error:
        raise InvalidInputError(
            error.message, field="address", remedy=error.remedy
        ) from error
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.username or parts.password:
        raise InvalidInputError(
            "Leave the user name and password out of the address.", field="address"
        )
    if parts.scheme == "http" and not company.allows_private_addresses:
        raise InvalidInputError(
            "The address is not encrypted. Use https://.", field="address"
        )
    if not may_call(host, company):
        raise InvalidInputError(
            f"{host} lies in a private network.",
            field="address",
            remedy="An administrator of the installation can allow private addresses "
            "on the Company screen.",
            code="private_address",
        )
