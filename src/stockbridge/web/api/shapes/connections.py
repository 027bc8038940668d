"""Connections, what tests of them found, and the kinds of systems there are."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.models import Connection
from stockbridge.ports import Connector
from stockbridge.web.api.calls import In


class ConnectorOut(Schema):
    """A kind of system that can be connected; settings and secrets as JSON Schema."""

    slug: str
    title: str
    kind: str
    settings: dict[str, Any]
    secrets: dict[str, Any]


class FindingOut(Schema):
    """One thing that a test saw."""

    code: str
    severity: str
    message: str
    remedy: str


class ReportOut(Schema):
    """What the last test saw."""

    at: datetime | None = None
    is_usable: bool = False
    version: str = ""
    findings: list[FindingOut] = []


class ConnectionOut(Schema):
    """One connected store, or one set of books. Secrets are never told."""

    uid: str
    name: str
    kind: str
    connector: str
    status: str
    version: str
    settings: dict[str, Any]
    has_secrets: bool
    paused_reason: str
    failures: int
    last_seen_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    notices: str  # webhooks, polling, "" where it is not known yet
    created_at: datetime
    report: ReportOut


class ConnectionIn(In):
    """A connection to be made."""

    connector: str = Field(max_length=40)
    name: str = Field(max_length=120)
    settings: dict[str, Any] = {}
    secrets: dict[str, str] = {}


class ConnectionChange(In):
    """What is to change; what is left out stays."""

    name: str | None = Field(None, max_length=120)
    settings: dict[str, Any] | None = None
    secrets: dict[str, str] = {}


class ReasonIn(In):
    """Why, for those who wonder later."""

    reason: str = Field("", max_length=200)


class PairingIn(In):
    """Where the store sends the owner's browser afterwards."""

    return_address: str = Field(max_length=500, pattern="^https?://")


class PairingOut(Schema):
    """Where the owner approves; good once, for half an hour."""

    address: str


def connector_out(connector: Connector) -> ConnectorOut:
    """Return a kind of system."""
    return ConnectorOut(
        slug=connector.slug,
        title=connector.title,
        kind=connector.kind,
        settings=connector.settings.model_json_schema(),
        secrets=connector.secrets.model_json_schema(),
    )


def connection_out(row: Connection) -> ConnectionOut:
    """Return a connection."""
    return ConnectionOut(
        uid=row.uid,
        name=row.name,
        kind=row.kind,
        connector=row.connector,
        status=row.status,
        version=row.version,
        settings=row.settings,
        has_secrets=bool(row.secrets),
        paused_reason=row.paused_reason,
        failures=row.failures,
        last_seen_at=row.last_seen_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        notices=str(row.webhooks.get("mode", "")),
        created_at=row.created_at,
        report=report_out(row),
    )


def report_out(row: Connection) -> ReportOut:
    """Return what the last test of a connection saw."""
    return ReportOut.model_validate(row.report) if row.report else ReportOut()
