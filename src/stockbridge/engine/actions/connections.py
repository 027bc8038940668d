"""Making, testing, pausing and deleting a connection to a system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from pydantic import BaseModel

from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.connectors.addresses import permitted
from stockbridge.domain.errors import (
    ConflictError,
    InvalidInputError,
    RetryableError,
    SyncError,
)
from stockbridge.engine import checks, leases, links, ticks, webhooks
from stockbridge.engine.bridge_rows import plan_unposted
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Bridge, Connection, Cursor, Delivery
from stockbridge.engine.sales_once import release_alone
from stockbridge.ports import Connector, is_asked_for

EMBEDDED = "embedded"  # the connector of the back office in this very process


@dataclass(frozen=True, slots=True)
class ConnectionDraft:
    """What a person says about a connection; secrets that are "" stay as they are."""

    name: str
    settings: Mapping[str, object]
    secrets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Who asked for something, and when; `find` knows the connectors."""

    now: datetime
    by: str = ""
    find: links.ConnectorFinder = registry.get

    def note(self, place: Connection | Company, message: str) -> None:
        """Write a line of the log: what was done, by whom."""
        whom = f" ({self.by})" if self.by else ""
        log(Line("connection", "info", f"{message}{whom}"), place, self.now)


def create_connection(
    company: Company, connector: Connector, draft: ConnectionDraft, act: Act
) -> Connection:
    """Make a connection that nobody has tested yet: nothing is called.

    Without secrets it waits for a pairing. Raises InvalidInputError with the field.
    """
    settings = checked_settings(company, connector, draft.settings)
    secrets = {}
    if any(draft.secrets.values()):
        refuse_tokens(connector, draft.secrets)
        secrets = links.valid_secrets(connector, draft.secrets)
    with transaction.atomic():
        row = Connection(
            company=company,
            kind=connector.kind,
            connector=connector.slug,
            name=free_name(company, draft.name),
            settings=settings.model_dump(mode="json"),
        )
        row.secrets = secrets
        save_named(row)
        act.note(row, f"{row.name} was added.")
    return row


def embedded_books(company: Company, act: Act) -> Connection:
    """Return the company's own back office as a connection, made at first use."""
    known = Connection.objects.filter(company=company, connector=EMBEDDED).first()
    if known is not None:
        return known
    connector = act.find(EMBEDDED)
    draft = ConnectionDraft(connector.title, {})
    made = create_connection(company, connector, draft, act)
    test_connection(made, act)
    return made


def test_connection(connection: Connection, act: Act) -> checks.Checked:
    """Test live; where all is well, let the work begin at once."""
    if not connection.secrets and needed_secrets(act.find(connection.connector)):
        raise InvalidInputError(
            "There are no keys yet.",
            remedy="Enter them, or let the store make a pair by one click.",
        )
    checked = checks.check_now(connection, now=act.now, find=act.find)
    if checked.report.is_usable:
        ticks.wake([connection.pk], now=act.now)
    return checked


def pause_connection(connection: Connection, act: Act, reason: str = "") -> None:
    """Do no further work for it; what is under way ends at its next step."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        if row.status == Connection.Status.PAUSED:
            return
        row.status_before_pause, row.status = row.status, Connection.Status.PAUSED
        row.paused_reason = (reason or f"Paused by {act.by or 'a person'}.")[:200]
        row.save(update_fields=["status", "status_before_pause", "paused_reason"])
        act.note(row, f"{row.name} was paused.")
    connection.refresh_from_db()


def resume_connection(connection: Connection, act: Act) -> None:
    """Go on where it stopped."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        if row.status != Connection.Status.PAUSED:
            return
        row.status = row.status_before_pause or Connection.Status.NEW
        row.status_before_pause = row.paused_reason = ""
        row.save(update_fields=["status", "status_before_pause", "paused_reason"])
        act.note(row, f"{row.name} goes on.")
    ticks.wake([connection.pk], now=act.now)
    connection.refresh_from_db()


def clear_cache(connection: Connection, act: Act) -> None:
    """Read all feeds again from their start; what is linked stays linked.

    Raises RetryableError while somebody reads: a reader would put its place back.
    """
    lease = leases.take(connection, leases.new_holder("clear cache"), seconds=30)
    if lease is None:
        raise RetryableError(
            f"{connection.name} is being read at this moment.",
            remedy="Try again in a minute.",
        )
    try:
        with leases.fenced(lease):
            Cursor.objects.filter(connection=connection).update(
                value="", caught_up_at=None
            )
            act.note(connection, f"{connection.name}: all is read anew.")
    finally:
        leases.give_back(lease)
    ticks.wake([connection.pk], now=act.now)


def repair_webhooks(connection: Connection, act: Act) -> None:
    """Make the store's notices work again, or say why there can be none."""
    if connection.webhooks.get("mode") == "webhooks":
        try:
            webhooks.check_webhooks(connection, now=act.now, find=act.find)
        except SyncError as error:
            raise RetryableError(error.message, remedy=error.remedy) from error
    webhooks.ensure_webhooks(connection, now=act.now, find=act.find)


def delete_connection(connection: Connection, act: Act) -> str:
    """Delete it with all that was read from it, and end a sign-in on the other side.

    Returns what is left for a person to do there, "" for nothing: it is deleted even
    while nobody answers. Raises ConflictError where documents were made through it:
    what proves that an order is in the books already would be gone, and it could be
    booked twice.
    """
    _refuse_booked(connection)
    to_do = _end_access(connection, act)
    with transaction.atomic():
        _refuse_booked(connection)
        _bridges_of(connection).delete()
        said = f"{connection.name} was deleted. {to_do}".strip()
        act.note(connection.company, said)
        company_id = connection.company_id
        connection.delete()
        for bridge in release_alone(company_id):
            plan_unposted(bridge)
    return to_do


def _refuse_booked(connection: Connection) -> None:
    made = Delivery.objects.filter(connection=connection) | Delivery.objects.filter(
        bridge__in=_bridges_of(connection)
    )
    if made.exists():
        raise ConflictError(
            f"Documents were booked through {connection.name}.",
            remedy="Pause it instead: were it deleted, nobody would know any more "
            "which orders are in the books.",
        )


def _bridges_of(connection: Connection) -> QuerySet[Bridge]:
    return Bridge.objects.filter(store=connection) | Bridge.objects.filter(
        books=connection
    )


def _end_access(connection: Connection, act: Act) -> str:
    """Revoke the tokens; return what to do by hand where that does not succeed."""
    connector = act.find(connection.connector)
    sign_in = connector.sign_in
    if sign_in is None or not sign_in.standing(connection.secrets).is_signed_in:
        return ""
    try:
        with links.calling():
            sign_in.disconnect(links.link(connection, None, connector))
    except SyncError as error:
        return (
            f"The access to {sign_in.service} was not ended there: {error.message} "
            f"{sign_in.ended_by_hand}"
        )
    return ""


def checked_settings(
    company: Company, connector: Connector, given: Mapping[str, object]
) -> BaseModel:
    """Return the settings, if the connector and the company's rules take them."""
    settings = links.valid_settings(connector, given)
    host = urlsplit(str(getattr(settings, "address", ""))).hostname or ""
    if host and not may_call(host, company):
        raise InvalidInputError(
            f"{host} lies in a private network.",
            field="address",
            remedy="Give the store's public address. If the store really is in your "
            "own network, an administrator of the installation can allow private "
            "addresses on the Company screen.",
            code="private_address",
        )
    return settings


def may_call(host: str, company: Company) -> bool:
    """Return whether an address may be called as written; names are judged later."""
    if host == "localhost" or host.endswith(".localhost"):
        return company.allows_private_addresses
    try:
        address = ip_address(host)
    except ValueError:
        return True
    allows = company.allows_private_addresses
    return bool(permitted([address], allows_private=allows))


def needed_secrets(connector: Connector) -> list[str]:
    """Return the keys without which nothing can be called."""
    fields = connector.secrets.model_fields.items()
    return [name for name, one in fields if one.is_required()]


def refuse_tokens(connector: Connector, given: Mapping[str, str]) -> None:
    """Refuse what only a sign-in may bring: tokens, and the company they are for."""
    if connector.sign_in is None:
        return
    fields = connector.secrets.model_fields
    for name, text in given.items():
        if text and name in fields and not is_asked_for(fields[name]):
            raise InvalidInputError(
                f"{name} comes with the sign-in only.",
                field=name,
                remedy="Enter the keys of your app, then sign in.",
            )


def free_name(company: Company, name: str, *, besides: Connection | None = None) -> str:
    """Return the name, if no other connection of the company has it."""
    name = name.strip()[:120]
    if not name:
        raise InvalidInputError("Give it a name.", field="name")
    others = Connection.objects.filter(company=company, name__iexact=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise InvalidInputError(f"There is a {name} already.", field="name")
    return name


def save_named(row: Connection, fields: list[str] | None = None) -> None:
    """Save a connection; InvalidInputError where its name was taken meanwhile."""
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError as error:  # somebody took the name in the same moment
        raise InvalidInputError(
            f"There is a {row.name} already.", field="name"
        ) from error
