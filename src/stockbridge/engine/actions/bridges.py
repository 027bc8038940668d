"""A store joined to books: joining, options, switching on and off, running now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
    SyncError,
)
from stockbridge.engine import links, ticks, webhooks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.option_checks import unknown_names
from stockbridge.engine.actions.separating import refuse_second
from stockbridge.engine.bridge_rows import look_again, plan_unposted
from stockbridge.engine.clock import DatabaseTime
from stockbridge.engine.field_owners import sends_prices
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Disposition,
    Lease,
    Run,
    Snapshot,
    StockTarget,
)
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.price_senders import other_sender

SHORT_INTERVAL_MIN = 2
WORKING_RUNS = (Run.State.RUNNING, Run.State.PREVIEWING, Run.State.STOPPING)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One option that does not fit, and why."""

    field: str
    message: str


class OptionsRefusedError(InvalidInputError):
    """Options break rules; all of them are named, each with its field."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        first = refusals[0]
        super().__init__(first.message, field=first.field)
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Saved:
    """What saving did, and what the person should know."""

    options: BridgeOptions
    is_under_way: bool  # it takes effect at the next step of what runs
    warnings: tuple[str, ...] = ()


def join(
    store: Connection, books: Connection, act: Act, *, are_separate: bool = False
) -> Bridge:
    """Join a store and books; nothing flows before it is switched on.

    Raises SameCompanyError where the store is joined to other books of the same company
    already, or where only a person can know; `are_separate` is that person's word.
    """
    if store.company_id != books.company_id:
        raise ConflictError("A store and books of two companies cannot be joined.")
    if (store.kind, books.kind) != ("store", "books"):
        raise InvalidInputError("Choose a store and books.", field="store")
    try:
        with transaction.atomic():
            Connection.objects.select_for_update().get(pk=store.pk)
            refuse_second(store, books, act, are_separate=are_separate)
            bridge, made = Bridge.objects.get_or_create(
                store=store, books=books, defaults={"company_id": store.company_id}
            )
    except IntegrityError:  # somebody joined them in the same moment
        return Bridge.objects.get(store=store, books=books)
    if made:
        act.note(store, f"{bridge} was joined.")
    return bridge


def save_options(bridge: Bridge, changes: Mapping[str, Any], act: Act) -> Saved:
    """Save options, all at once; in force at the next step of whatever runs.

    Where the automatic import is switched on without a start date, orders placed
    before that moment stay a person's choice. Raises OptionsRefusedError.
    """
    _check_names(bridge, changes, act)
    with transaction.atomic():
        row = Bridge.objects.select_for_update().get(pk=bridge.pk)
        before = options_of(row)
        wanted = valid_options({**before.model_dump(), **changes})
        if wanted.orders_enabled and wanted.start_date is None:
            # Stores tell whole seconds: an order of this very second is a new one.
            wanted.start_date = (row.activated_at or act.now).replace(microsecond=0)
        _refuse_second_sender(row, before, wanted)
        row.options = wanted.model_dump(mode="json")
        row.save(update_fields=["options"])
        if before.match_by_lookup_code != wanted.match_by_lookup_code:
            look_again([row.store_id])
        if _changes_quantities(before, wanted):
            StockTarget.objects.filter(bridge=row).update(is_stale=True)
        if _changes_orders(before, wanted):
            plan_unposted(row)
        act.note(bridge.store, f"{bridge}: options were saved.")
    bridge.refresh_from_db()
    return Saved(wanted, is_under_way(bridge), warnings_of(wanted))


def _refuse_second_sender(
    bridge: Bridge, before: BridgeOptions, wanted: BridgeOptions
) -> None:
    if not sends_prices(wanted) or sends_prices(before):
        return
    other = other_sender(bridge)
    if other is not None:
        message = (
            f"The prices of {other.books.name} go to this store by themselves already. "
            "Switch that off first: of two, each would overwrite the other's."
        )
        raise OptionsRefusedError((Refusal("send_prices", message),))


def _check_names(bridge: Bridge, changes: Mapping[str, Any], act: Act) -> None:
    """Ask the books about what the changes name; outside of any transaction."""
    before = options_of(bridge)
    wanted = valid_options({**before.model_dump(), **changes})
    wrong = unknown_names(bridge, before, wanted, act)
    if wrong:
        raise OptionsRefusedError(tuple(Refusal(*one) for one in wrong))


def valid_options(given: Mapping[str, Any]) -> BridgeOptions:
    """Return the options; OptionsRefusedError names each that does not fit."""
    try:
        return BridgeOptions.model_validate(dict(given))
    except ValidationError as error:
        refusals = tuple(
            Refusal(
                ".".join(str(part) for part in one["loc"][:1]),
                str(one["msg"]).removeprefix("Value error, "),
            )
            for one in error.errors(include_url=False)
        )
        raise OptionsRefusedError(refusals) from error


def warnings_of(options: BridgeOptions) -> tuple[str, ...]:
    """Return what is allowed and yet unwise."""
    found = []
    if options.stock_enabled and options.stock_interval_min < SHORT_INTERVAL_MIN:
        found.append(
            "Syncing stock every minute is much for a small host: the shop may become "
            "slow. 5 to 15 minutes suit most stores; sales reach us earlier anyway."
        )
    if options.orders_enabled and options.orders_interval_min < SHORT_INTERVAL_MIN:
        found.append(
            "Looking for orders every minute is much for a small host. Where the "
            "store notifies us, 5 minutes lose no time."
        )
    if options.send_prices and not sends_prices(options):
        found.append(
            "Changed prices are not sent by themselves yet: choose that the books own "
            "prices, and allow creating and updating items in the store."
        )
    return tuple(found)


def was_imported_by_hand(bridge: Bridge) -> bool:
    """Return whether a person has imported an order here and seen what happens."""
    return Disposition.objects.filter(
        bridge=bridge, is_by_hand=True, outcome=Disposition.Outcome.POSTED
    ).exists()


def is_under_way(bridge: Bridge) -> bool:
    """Return whether somebody works on this store or these books right now."""
    at_work = Lease.objects.filter(
        Q(connection=bridge.store_id) | Q(connection=bridge.books_id),
        expires_at__gt=DatabaseTime(),
    )
    runs = Run.objects.filter(bridge=bridge, state__in=WORKING_RUNS)
    return at_work.exists() or runs.exists()


def enable(bridge: Bridge, act: Act) -> None:
    """Let it work: from now on new data flows as the options say.

    Raises ActionNeededError while one of both sides has not been tested.
    """
    for side in (bridge.store, bridge.books):
        if side.status in {Connection.Status.NEW, Connection.Status.NEEDS_SIGN_IN}:
            raise ActionNeededError(
                f"{side.name} is {side.get_status_display()}.",
                remedy="Open it and test it first.",
            )
    with transaction.atomic():
        row = Bridge.objects.select_for_update().get(pk=bridge.pk)
        row.is_enabled, row.activated_at = True, row.activated_at or act.now
        row.save(update_fields=["is_enabled", "activated_at"])
        _plan_undecided(row)
        act.note(bridge.store, f"{bridge} was switched on.")
    bridge.refresh_from_db()
    webhooks.ensure_webhooks(bridge.store, now=act.now, find=act.find)
    run_now(bridge, act.now)


def disable(bridge: Bridge, act: Act) -> None:
    """Stop it at its next step: nothing is read, booked or written any more.

    The store's notices to us are switched off where no other connection needs them.
    """
    with transaction.atomic():
        Bridge.objects.filter(pk=bridge.pk).update(is_enabled=False)
        stop_runs(bridge)
        act.note(bridge.store, f"{bridge} was stopped.")
    bridge.refresh_from_db()
    if not Bridge.objects.filter(store=bridge.store, is_enabled=True).exists():
        _remove_webhooks(bridge.store, act)


def run_now(bridge: Bridge, now: datetime) -> None:
    """Look at both sides at once, without waiting for the interval."""
    ticks.wake([bridge.store_id, bridge.books_id], now=now)


def stop_runs(bridge: Bridge) -> int:
    """Ask what runs to stop at its next step; return how many were asked."""
    return Run.objects.filter(
        bridge=bridge, state__in=(Run.State.RUNNING, Run.State.PREVIEWING)
    ).update(state=Run.State.STOPPING)


def _remove_webhooks(store: Connection, act: Act) -> None:
    address = webhooks.known_address(store)
    if not address:
        return
    try:
        with links.calling():
            opened = links.open_store(store, None, find=act.find)
            opened.remove_webhooks(address)
    except SyncError as error:
        act.note(store, f"{store.name}: its notices stay on: {error.message}")
        return
    Connection.objects.filter(pk=store.pk).update(webhooks={})
    store.webhooks = {}


def _changes_quantities(before: BridgeOptions, after: BridgeOptions) -> bool:
    names = ("locations", "quantity", "buffer", "negative_to_zero", "owner")
    return any(getattr(before, name) != getattr(after, name) for name in names)


def _changes_orders(before: BridgeOptions, after: BridgeOptions) -> bool:
    """Return whether orders that are not in the books must be thought over."""
    ours = {
        name
        for name, field in BridgeOptions.model_fields.items()
        if _group(field) == "orders"
    }
    old, new = before.model_dump(), after.model_dump()
    return any(old[name] != new[name] for name in ours)


def _group(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("group", "")) if isinstance(extra, dict) else ""


def _plan_undecided(bridge: Bridge) -> None:
    """Plan what was read, or changed, while nobody planned here."""
    decided = Disposition.objects.filter(
        bridge=bridge,
        source_kind="order",
        source_id=OuterRef("external_id"),
        revision=OuterRef("digest"),
        is_current=True,
    )
    Snapshot.objects.filter(
        ~Exists(decided), connection=bridge.store, feed="orders"
    ).update(is_plan_due=True)
