"""From a connection's row to a store or books that can be spoken to."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from pydantic import BaseModel, ValidationError

from stockbridge.connectors import registry
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.engine import redaction
from stockbridge.engine.budgets import CallLimit
from stockbridge.engine.clock import database_clock
from stockbridge.engine.desk.as_read import BooksAsRead
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Connection
from stockbridge.engine.renewing import KeptSecrets
from stockbridge.engine.wire import EngineWire, WireOptions
from stockbridge.ports import Books, Connector, Link, Store, Translator

ConnectorFinder = Callable[[str], Connector]
# Far above what a shop's host bears for long, yet a stop for a loop gone wild. A
# connector that knows better remembers facts of the connection: `limit_key`,
# `limit_per_minute`, `limit_burst`.
PER_MINUTE, BURST = 6_000, 600


class _Calling(threading.local):
    """Who closes what this thread opens; None outside of `calling()`."""

    def __init__(self) -> None:
        self.closing: ExitStack | None = None


_calling = _Calling()


def open_store(
    connection: Connection,
    lease: HeldLease | None,
    *,
    find: ConnectorFinder = registry.get,
    options: WireOptions | None = None,
    now: Callable[[], datetime] | None = None,
) -> Store:
    """Return the store of a connection; the end of `calling()` closes it.

    Without a lease only reads are allowed to the caller: a live check, a screen.
    Raises ActionNeededError when the connection's settings or keys do not fit.
    """
    connector = find(connection.connector)
    if connector.open_store is None:
        raise DefectError(f"{connector.title} is no store.")
    return connector.open_store(link(connection, lease, connector, options, now))


def open_books(
    connection: Connection,
    lease: HeldLease | None,
    *,
    find: ConnectorFinder = registry.get,
    options: WireOptions | None = None,
    now: Callable[[], datetime] | None = None,
) -> Books:
    """Return the books of a connection; `close_wires` ends them."""
    connector = find(connection.connector)
    translator = translator_of(connection, connector)
    if translator is not None:
        return BooksAsRead(connection, translator.capabilities)
    if connector.open_books is None:
        raise DefectError(f"{connector.title} are no books.")
    return connector.open_books(link(connection, lease, connector, options, now))


@contextmanager
def calling() -> Iterator[None]:
    """Close, at the end, whatever this thread opened inside, and only that.

    Closing writes the exchanges down and gives back what was not spent.
    """
    outer = _calling.closing
    with ExitStack() as _calling.closing:
        try:
            yield
        finally:
            _calling.closing = outer


def link(
    connection: Connection,
    lease: HeldLease | None,
    connector: Connector,
    options: WireOptions | None = None,
    now: Callable[[], datetime] | None = None,
) -> Link:
    """Return all that the connector needs to speak for this connection.

    `now` is the clock of the job, which is the database's; without it, it is asked.
    Raises DefectError outside of `calling()`: nobody would close it.
    """
    if _calling.closing is None:
        raise DefectError("A connection is opened where nobody closes it.")
    settings = valid_settings(connector, connection.settings)
    secrets = dict(connection.secrets)
    redaction.remember(secrets.values())
    wire = EngineWire(connection, lease, options or _wired(connection, settings, now))
    _calling.closing.enter_context(wire)
    return Link(
        company_id=str(connection.company_id),
        settings=settings,
        secrets=secrets,
        wire=wire,
        save_facts=_FactsKeeper(connection.pk),
        facts=dict(connection.facts),
        renew_secrets=KeptSecrets(
            connection.pk, lambda given: valid_secrets(connector, given)
        ),
    )


def translator_of(connection: Connection, connector: Connector) -> Translator | None:
    """Return what translates for books that call us; None for all others.

    Raises InvalidInputError where the settings do not fit.
    """
    if connector.translator is None:
        return None
    settings = valid_settings(connector, connection.settings)
    return connector.translator(settings, connection.facts)


def valid_settings(connector: Connector, given: Mapping[str, object]) -> BaseModel:
    """Return the connector's settings; InvalidInputError names the field."""
    return _valid(connector.settings, given)


def valid_secrets(connector: Connector, given: Mapping[str, str]) -> dict[str, str]:
    """Return the connector's secrets as kept; InvalidInputError names the field."""
    model = _valid(connector.secrets, given)
    return {name: str(value) for name, value in model.model_dump().items() if value}


def set_secrets(
    connection: Connection,
    given: Mapping[str, str],
    *,
    find: ConnectorFinder = registry.get,
) -> None:
    """Keep new keys beside the old ones that were not given anew.

    The connection has to prove itself again: see `checks.check_now`.
    """
    connector = find(connection.connector)
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        fresh = {name: text for name, text in given.items() if text}
        row.secrets = valid_secrets(connector, {**row.secrets, **fresh})
        row.save(update_fields=["secrets"])
    connection.secrets = row.secrets


@dataclass(frozen=True, slots=True)
class _FactsKeeper:
    """Adds what a connector found out to the connection's facts."""

    connection_id: int

    def __call__(self, facts: Mapping[str, str]) -> None:
        with transaction.atomic():
            rows = Connection.objects.select_for_update()
            row = rows.only("facts").get(pk=self.connection_id)
            row.facts = {**row.facts, **facts}
            row.save(update_fields=["facts"])


def _wired(
    connection: Connection, settings: BaseModel, now: Callable[[], datetime] | None
) -> WireOptions:
    """Return what a wire works with.

    Its clock is the database's: when a reading of stock began is compared with when
    documents were posted, maybe by another machine.
    """
    return WireOptions(limit=_limit(connection, settings), now=now or database_clock())


def _limit(connection: Connection, settings: BaseModel) -> CallLimit | None:
    """Return the limit of calls; books in this very process have none."""
    facts = connection.facts
    address = str(getattr(settings, "address", "")).rstrip("/")
    key = facts.get("limit_key") or address
    if not key:
        return None
    return CallLimit(
        key=f"{connection.connector}:{key}"[:120],
        per_minute=int(facts.get("limit_per_minute", PER_MINUTE)),
        burst=int(facts.get("limit_burst", BURST)),
    )


def _valid(model: type[BaseModel], given: Mapping[str, object]) -> BaseModel:
    """Validate without ever quoting a value: it may be a secret."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
    # Raised outside of the handler: the cause would quote the value.
    raise InvalidInputError(
        f"{field or 'Settings'}: {message}",
        field=field,
        remedy="Correct it in the connection's options.",
    )
