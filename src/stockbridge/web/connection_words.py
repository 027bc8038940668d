"""How a connection stands, in words and colours, for lists and pages."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.connectors import registry
from stockbridge.domain.errors import DefectError
from stockbridge.engine.models import Connection, Lease
from stockbridge.ports import COMPANY_FILE, Connector
from stockbridge.web import cells
from stockbridge.web.text import Text

STATUS_LABELS: dict[str, Text] = {
    Connection.Status.NEW: gettext_lazy("not tested yet"),
    Connection.Status.ACTIVE: gettext_lazy("working"),
    Connection.Status.PAUSED: gettext_lazy("paused"),
    Connection.Status.NEEDS_SIGN_IN: gettext_lazy("needs new keys"),
    Connection.Status.FAILING: gettext_lazy("failing"),
}
STATUS_COLOURS: dict[str, str] = {
    Connection.Status.NEW: "secondary",
    Connection.Status.ACTIVE: "green",
    Connection.Status.PAUSED: "yellow",
    Connection.Status.NEEDS_SIGN_IN: "red",
    Connection.Status.FAILING: "red",
}
KIND_LABELS = {"store": gettext_lazy("Store"), "books": gettext_lazy("Books")}
SEVERITY_ICONS = {
    "ok": "circle-check",
    "warning": "alert-triangle",
    "error": "circle-x",
}

status_badge = cells.badges(STATUS_LABELS, STATUS_COLOURS)


def connector_of(connection: Connection) -> Connector | None:
    """Return the connector; None where its folder was removed."""
    try:
        return registry.get(connection.connector)
    except DefectError:
        return None


def system(connection: Connection) -> str:
    """Return "WooCommerce 9.8", or what is known of it."""
    connector = connector_of(connection)
    title = connector.title if connector else connection.connector
    version = connection.version.removeprefix(title).strip()
    return f"{title} {version}".strip()


def company_file(connection: Connection) -> str:
    """Return the path of the company file; Point of Sale tells its name instead."""
    path = str(connection.facts.get(COMPANY_FILE, ""))
    return path if "\\" in path or "/" in path else ""


def next_look(connection: Connection, now: datetime) -> str:
    """Return when it is looked at next, in words."""
    if connection.status not in {Connection.Status.ACTIVE, Connection.Status.FAILING}:
        return ""
    if connection.woken or (connection.due_at and connection.due_at <= now):
        return _("now")
    return cells.moment(connection.due_at) if connection.due_at else ""


def at_work(connection: Connection, now: datetime) -> Lease | None:
    """Return the lease of whoever works on it right now."""
    lease: Lease | None = getattr(connection, "lease", None)
    if lease is None or lease.expires_at is None or lease.expires_at <= now:
        return None
    return lease


def worked_by(connection: Connection, now: datetime) -> SafeString | str:
    """Return which machine works on it, or did last."""
    lease: Lease | None = getattr(connection, "lease", None)
    if lease is None or not lease.machine:
        return ""
    if at_work(connection, now):
        return format_html("{} {}", lease.machine, cells.badge(_("at work"), "blue"))
    return lease.machine
