"""The store's notices to us: set up, watched, repaired; polling where none can come."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from stockbridge.connectors import registry
from stockbridge.connectors.addresses import is_public, resolve
from stockbridge.domain.errors import SyncError
from stockbridge.engine import links
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Connection, ExchangeLog
from stockbridge.ports import Finding, Severity, Store, WebhookHealth

WEBHOOKS = "webhooks_disabled"  # the issue's code
_CLOCKS_DIFFER = timedelta(minutes=1)  # the database's and the web process'


def hook_path(connection: Connection) -> str:
    """Return where the connection's system calls us, below our own address."""
    return f"/hooks/{connection.uid}/"


def hook_address(connection: Connection) -> str:
    """Return the whole address; "" where this installation has no public one."""
    if not settings.PUBLIC_URL:
        return ""
    return f"{settings.PUBLIC_URL}{hook_path(connection)}"


def app_hook_address(connector: str) -> str:
    """Return where an app of this kind calls us about all its companies; "" = nowhere.

    One address, whichever app it is: the signature tells them apart.
    """
    if not settings.PUBLIC_URL or registry.get(connector).app_endpoint is None:
        return ""
    return f"{settings.PUBLIC_URL}/hooks/apps/{connector}/"


def known_address(connection: Connection) -> str:
    """Return the address that the store was last told to call; "" = none."""
    return str(connection.webhooks.get("address", ""))


def why_unreachable(connection: Connection) -> str:
    """Return, in plain words, why a store cannot call us; "" when it can."""
    if not settings.PUBLIC_URL:
        return "This installation has no public address."
    parts = urlsplit(settings.PUBLIC_URL)
    if connection.company.allows_private_addresses:
        return ""  # an administrator knows that the store is near
    try:
        found = resolve(parts.hostname or "", parts.port or 443)
    except OSError:
        return f"The name {parts.hostname} is not known on the internet."
    if not any(is_public(address) for address in found):
        return f"{parts.hostname} is an address of the local network only."
    return ""


def ensure_webhooks(
    connection: Connection,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
) -> dict[str, Any]:
    """Create or repair the store's webhooks; polling only where none can reach us.

    Returns what is kept in `Connection.webhooks`: mode, reason, findings.
    """
    reason = why_unreachable(connection)
    connector = find(connection.connector)
    if connector.endpoint is None:
        reason = f"{connector.title} sends no notices."
    if reason:
        return _polling_only(connection, reason, now)
    if not connection.secrets.get("webhook_secret"):
        made = secrets.token_urlsafe(32)
        links.set_secrets(connection, {"webhook_secret": made}, find=find)
    try:
        with links.calling():
            store = links.open_store(connection, None, find=find)
            address, former = hook_address(connection), known_address(connection)
            if former not in {"", address}:
                # Orders must not go on being sent to where we no longer are.
                store.remove_webhooks(former)
            health = store.ensure_webhooks(
                address, connection.secrets["webhook_secret"]
            )
    except SyncError as error:
        return _polling_only(connection, error.message, now, error.remedy)
    return _keep(connection, health, now)


def check_webhooks(
    connection: Connection,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
) -> dict[str, Any]:
    """Look whether the webhooks still live; repair them, and say so, if not."""
    is_on = connection.webhooks.get("mode") == "webhooks"
    if not is_on or known_address(connection) != hook_address(connection):
        return ensure_webhooks(connection, now=now, find=find)
    with links.calling():
        store: Store = links.open_store(connection, None, find=find)
        health = store.webhook_health(hook_address(connection))
    if health.is_working:
        return _keep(connection, health, now)
    log(
        Line("connection", "warning", f"{connection.name}: webhooks were disabled."),
        connection,
        now,
    )
    return ensure_webhooks(connection, now=now, find=find)


def was_heard(connection: Connection, now: datetime) -> bool:
    """Return whether the store ever called us at our present address.

    A store accepts an address at which nobody answers, and says nothing.
    """
    is_same = known_address(connection) == hook_address(connection)
    if is_same and connection.webhooks.get("is_heard"):
        return True
    calls = ExchangeLog.objects.filter(connection=connection, is_incoming=True)
    if since := _since(connection, now):
        calls = calls.filter(at__gte=datetime.fromisoformat(since))
    return calls.exists()


def _polling_only(
    connection: Connection, reason: str, now: datetime, remedy: str = ""
) -> dict[str, Any]:
    was = connection.webhooks
    was_working = was.get("mode") == "webhooks"
    is_news = was.get("reason") != reason
    told = ("address", "since", "is_heard")  # what the store was told, it still knows
    kept = {
        **{name: was[name] for name in told if name in was},
        "mode": "polling",
        "at": now.isoformat(),
        "reason": reason,
        "remedy": remedy or "Nothing is lost: the store is asked at each interval.",
    }
    Connection.objects.filter(pk=connection.pk).update(webhooks=kept)
    connection.webhooks = kept
    if was_working:
        _open_issue(connection, reason, now)
    if is_news:
        log(Line("connection", "info", f"Polling only: {reason}"), connection, now)
    return kept


def _keep(
    connection: Connection, health: WebhookHealth, now: datetime
) -> dict[str, Any]:
    is_heard = was_heard(connection, now)
    findings = [*health.findings, *([] if is_heard else [_unheard()])]
    kept = {
        "mode": "webhooks",
        "at": now.isoformat(),
        "address": hook_address(connection),
        "since": _since(connection, now),
        "is_working": health.is_working,
        "is_heard": is_heard,
        "ids": list(health.ids),
        "findings": [asdict(finding) for finding in findings],
    }
    Connection.objects.filter(pk=connection.pk).update(webhooks=kept)
    connection.webhooks = kept
    if health.is_working:
        resolve_issues(
            connection.company, now=now, code=WEBHOOKS, connection=connection
        )
        return kept
    worst = [f for f in health.findings if f.severity is not Severity.OK]
    _open_issue(connection, worst[0].message if worst else "", now)
    return kept


def _since(connection: Connection, now: datetime) -> str:
    """Return since when the store knows our present address; "" = from the start."""
    if known_address(connection) in {"", hook_address(connection)}:
        return str(connection.webhooks.get("since", ""))
    return (now - _CLOCKS_DIFFER).isoformat()


def _unheard() -> Finding:
    place = urlsplit(settings.PUBLIC_URL).netloc
    return Finding(
        "webhooks_unheard",
        Severity.WARNING,
        "No call of the store has reached us yet. It may be unable to, which it does "
        "not say; it is asked at each interval in any case.",
        f"Change something small in the store. If nothing comes, {place} cannot be "
        "reached from outside: look at router, firewall and proxy.",
    )


def _open_issue(connection: Connection, reason: str, now: datetime) -> None:
    open_issue(
        IssueDraft(
            company=connection.company,
            connection=connection,
            code=WEBHOOKS,
            severity="warning",
            title=f"{connection.name} no longer tells us what changes",
            message=f"{reason} Until then we ask it at each interval.".strip(),
            remedy="Open the connection and choose Repair webhooks.",
        ),
        now=now,
    )
