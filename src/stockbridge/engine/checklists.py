"""The two checklists of a bridge: before the first test, and before going live.

Most lines check themselves from what is in the tables. Where only a person can know,
a person ticks, and it is kept who did and when.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission
from stockbridge.domain.delivery import State
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.ground import options_of
from stockbridge.engine.matched import item_figures
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    Disposition,
    Lease,
    LogEntry,
    Run,
    StockReading,
    StockTarget,
)
from stockbridge.engine.order_proof import proofs

if TYPE_CHECKING:
    from stockbridge.engine.actions.connections import Act


@dataclass(frozen=True, slots=True)
class Check:
    """One line: met or not, why, and where to do it.

    `place` names where to act; `is_for_person`: only a person can know.
    """

    key: str
    title: str
    is_met: bool = False
    detail: str = ""
    place: str = ""
    is_for_person: bool = False
    ticked_by: str = ""
    ticked_at: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """One list, and how far it is."""

    key: str
    title: str
    checks: tuple[Check, ...]

    @property
    def met_count(self) -> int:
        """How many lines are met."""
        return sum(check.is_met for check in self.checks)

    @property
    def is_complete(self) -> bool:
        """Whether all lines are met."""
        return self.met_count == len(self.checks)


def checklists(bridge: Bridge) -> tuple[Checklist, Checklist]:
    """Return both lists as they stand now."""
    return (
        Checklist("test", "Test", _all(bridge, TEST)),
        Checklist("live", "Go live", _all(bridge, GO_LIVE)),
    )


def tick(bridge: Bridge, key: str, act: "Act", *, is_ticked: bool) -> None:
    """Keep that a person says so; raises InvalidInputError for what checks itself."""
    with transaction.atomic():
        row = Bridge.objects.select_for_update().get(pk=bridge.pk)
        known = {one.key for one in (*_all(row, TEST), *_all(row, GO_LIVE))}
        if key not in known & PERSONS:
            raise InvalidInputError("This line checks itself.", field="key")
        if is_ticked:
            row.checklist[key] = {"by": act.by, "at": act.now.isoformat()}
        else:
            row.checklist.pop(key, None)
        row.save(update_fields=["checklist"])
    bridge.checklist = row.checklist


def _all(
    bridge: Bridge, makers: tuple[Callable[[Bridge], Check], ...]
) -> tuple[Check, ...]:
    return tuple(_with_tick(bridge, make(bridge)) for make in makers)


def _with_tick(bridge: Bridge, check: Check) -> Check:
    ticked = bridge.checklist.get(check.key)
    if not (check.is_for_person and ticked):
        return check
    return replace(
        check,
        is_met=True,
        ticked_by=ticked.get("by", ""),
        ticked_at=ticked.get("at", ""),
    )


# ── test ─────────────────────────────────────────────────────────────────────


def _reconnected(bridge: Bridge) -> Check:
    store = bridge.store
    is_met = (
        bool(store.report.get("is_usable")) and store.status == Connection.Status.ACTIVE
    )
    detail = "" if is_met else (store.last_error or "It has not been tested yet.")
    return Check("reconnect", "The store answers a test", is_met, detail, "store")


def _log_active(bridge: Bridge) -> Check:
    is_met = LogEntry.objects.filter(connection=bridge.store).exists()
    return Check("log", "The log shows activity", is_met, "", "logs")


def _items_loaded(bridge: Bridge) -> Check:
    count = item_figures(bridge).total
    return Check(
        "items",
        "The store's items are here",
        count > 0,
        f"{count:,} items were read." if count else "None has been read yet.",
        "store_items",
    )


def _stock_arrived(bridge: Bridge) -> Check:
    done = StockTarget.objects.filter(
        bridge=bridge, written_at__isnull=False, is_due=False, error=""
    ).exists()
    return Check(
        "stock",
        "Stock of a chosen item arrived in the store",
        done,
        "The store shows what was sent." if done else "None has been sent yet.",
        "stock",
    )


def _customer_imported(bridge: Bridge) -> Check:
    done = Delivery.objects.filter(
        connection=bridge.books, kind="customer", state=State.POSTED.value
    ).exists()
    skipped = Run.objects.filter(
        bridge=bridge, kind=Run.Kind.IMPORT_CUSTOMERS, state=Run.State.DONE
    ).exists()
    return Check(
        "customer",
        "A customer was imported, or skipped with a reason",
        done or skipped,
        "",
        "customers",
    )


def _order_imported(bridge: Bridge) -> Check:
    done = Disposition.objects.filter(
        bridge=bridge,
        source_kind="order",
        is_current=True,
        outcome=Disposition.Outcome.POSTED,
    ).exists()
    return Check("order", "An order was imported and linked", done, "", "store_orders")


def _order_listed(bridge: Bridge) -> Check:
    done = (
        Delivery.objects.filter(bridge=bridge, kind="sale", state=State.POSTED.value)
        .exclude(books_id="")
        .exists()
    )
    return Check("imported", "It appears under Imported", done, "", "imported_orders")


# ── go live ──────────────────────────────────────────────────────────────────


def _key_may_write(bridge: Bridge) -> Check:
    is_met = bool(bridge.store.report.get("is_usable"))
    detail = "The test wrote an empty batch and was let through." if is_met else ""
    return Check("key", "The key may read and write", is_met, detail, "store")


def _tested(bridge: Bridge) -> Check:
    at = str(bridge.store.report.get("at", ""))
    is_met = bool(bridge.store.report.get("is_usable"))
    detail = f"Tested {_local(at, bridge)}." if at else "Not tested yet."
    return Check("address", "Address and key were tested", is_met, detail, "store")


def _local(at: str, bridge: Bridge) -> str:
    zone = ZoneInfo(bridge.company.time_zone)
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"


def _matched(bridge: Bridge) -> Check:
    share = item_figures(bridge)
    detail = f"{share.linked:,} of {share.total:,} store items are linked."
    if share.rest:
        detail += f" Not linked: {', '.join(share.rest)}"
        detail += " …" if share.total - share.linked > len(share.rest) else "."
    return Check(
        "matching",
        "Matching is confirmed",
        share.total > 0 and share.linked == share.total,
        detail,
        "unmatched_items",
        is_for_person=share.total > 0,
    )


def _locations(bridge: Bridge) -> Check:
    chosen = options_of(bridge).locations
    known = StockReading.objects.filter(books=bridge.books)
    count = known.values("location_id").distinct().count()
    if chosen:
        detail = f"{len(chosen)} chosen."
    elif count == 0:
        detail = "Stock has not been read yet."
    else:
        detail = f"None is chosen: all {count} count." if count > 1 else "There is one."
    is_met = bool(chosen) or count == 1
    return Check("locations", "Locations are chosen", is_met, detail, "options")


def _stock_tested(bridge: Bridge) -> Check:
    return replace(_stock_arrived(bridge), key="stock_test", title="One stock test")


def _customer_tested(bridge: Bridge) -> Check:
    return replace(
        _customer_imported(bridge), key="customer_test", title="One customer test"
    )


def _orders_compared(bridge: Bridge) -> Check:
    found = proofs(bridge)
    same = sum(proof.is_same for proof in found)
    return Check(
        "orders_test",
        "Orders agree: items, quantities, customer, date, location",
        bool(found) and same == len(found),
        f"{same} of the newest {len(found)} agree in every point."
        if found
        else "No order has been imported yet.",
        "store_orders",
    )


def _accounts(bridge: Bridge) -> Check:
    return Check(
        "accounts",
        "The default accounts were reviewed",
        detail="Best with your bookkeeper; tick it when done.",
        place="accounts",
        is_for_person=True,
    )


def _one_machine(bridge: Bridge) -> Check:
    lease = Lease.objects.filter(connection=bridge.store).first()
    machine = lease.machine if lease else ""
    detail = f"Here {machine} does it. " if machine else ""
    detail += "Tick it when no other program or plugin writes stock into this store."
    return Check(
        "one_machine",
        "Stock is synced from one machine only",
        detail=detail,
        place="store",
        is_for_person=True,
    )


def _manual_first(bridge: Bridge) -> Check:
    by_hand = Disposition.objects.filter(
        bridge=bridge, is_by_hand=True, outcome=Disposition.Outcome.POSTED
    ).exists()
    is_on = options_of(bridge).orders_enabled
    detail = "The automatic import is on." if is_on else "The automatic import is off."
    if not by_hand:
        detail += " No order has been imported by hand yet."
    return Check(
        "manual_first",
        "The automatic import came after a manual one",
        by_hand,
        detail,
        "store_orders",
    )


def _log_readers(bridge: Bridge) -> Check:
    members = Membership.objects.filter(company=bridge.company).select_related("user")
    names = [str(one.user) for one in members if one.may(Permission.SEE_LOGS)]
    return Check(
        "log_readers",
        "It is decided who may see the logs",
        detail=f"Now: {', '.join(names)}." if names else "Nobody may.",
        place="users",
        is_for_person=True,
    )


TEST: tuple[Callable[[Bridge], Check], ...] = (
    _reconnected,
    _log_active,
    _items_loaded,
    _stock_arrived,
    _customer_imported,
    _order_imported,
    _order_listed,
)
GO_LIVE: tuple[Callable[[Bridge], Check], ...] = (
    _key_may_write,
    _tested,
    _matched,
    _locations,
    _stock_tested,
    _customer_tested,
    _orders_compared,
    _accounts,
    _one_machine,
    _manual_first,
    _log_readers,
)
PERSONS = frozenset({"matching", "accounts", "one_machine", "log_readers"})
