"""A company that is joined to a simulated store, and jobs done on it one by one."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import Item, Ledger, Location, StockLevel
from stockbridge.backoffice.names import code_key
from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.engine import leases
from stockbridge.engine.actions import bridges
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.clock import utc_now
from stockbridge.engine.connection_rows import with_company
from stockbridge.engine.jobs import work_on
from stockbridge.engine.links import ConnectorFinder
from stockbridge.engine.models import Bridge
from stockbridge.engine.ticks import Deadline, Outcome
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.setting_up import StoreAccess

#: No safety limit is to stop what is measured.
UNLIMITED = {"created_max": 10**6, "posted_max": 10**6, "zeroed_max": 10**6}
JOB_S = 30.0
_CHUNK = 5_000


def join(access: StoreAccess, **options: object) -> Bridge:
    """Set a company up as a person would, with these options and no limits."""
    bridge = setting_up.set_up(access, now=utc_now()).bridge
    act = Act(now=utc_now(), by=setting_up.EMAIL)
    bridges.save_options(bridge, {**UNLIMITED, **options}, act)
    return Bridge.objects.select_related("company", "store", "books").get(pk=bridge.pk)


def choose(bridge: Bridge, **options: object) -> None:
    """Change options of the bridge."""
    act = Act(now=utc_now(), by=setting_up.EMAIL)
    bridges.save_options(bridge, options, act)


def fill_books(company: Company, skus: Sequence[str], *, on_hand: int) -> None:
    """Give the back office an item per SKU, with so many on hand; rows, no postings."""
    open_books(company)
    place, now = Location.objects.get(company=company), utc_now()
    common = {"company": company, "changed_at": now}
    for start in range(0, len(skus), _CHUNK):
        items = Item.objects.bulk_create(
            Item(
                sku=sku,
                sku_key=code_key(sku),
                name=f"Item {sku}",
                currency=company.currency,
                cost=Decimal(5),
                seq=number,
                created_at=now,
                **common,
            )
            for number, sku in enumerate(skus[start : start + _CHUNK], start + 1)
        )
        StockLevel.objects.bulk_create(
            StockLevel(
                item=item,
                location=place,
                on_hand=Decimal(on_hand),
                value=Decimal(5 * on_hand),
                seq=item.seq,
                **common,
            )
            for item in items
        )
    Ledger.objects.filter(company=company).update(change_seq=len(skus))


def move_stock(company: Company, *, on_hand: int) -> None:
    """Let every item have another quantity, as if all had been counted."""
    ledger = Ledger.objects.get(company=company)
    levels = list(StockLevel.objects.filter(company=company).order_by("id"))
    for number, level in enumerate(levels, ledger.change_seq + 1):
        level.on_hand, level.seq = Decimal(on_hand), number
    StockLevel.objects.bulk_update(levels, ["on_hand", "seq"], batch_size=_CHUNK)
    ledger.change_seq += len(levels)
    ledger.save(update_fields=["change_seq"])


def do_job(
    connection_id: int,
    *,
    seconds: float = JOB_S,
    find: ConnectorFinder = registry.get,
) -> Outcome:
    """Do one job of a connection, as a runner would."""
    (connection,) = with_company(connection_id)
    lease = leases.take(connection, leases.new_holder("bench"))
    if lease is None:
        raise RuntimeError("Somebody else works on this connection.")
    try:
        deadline = Deadline(seconds, is_stopping=lambda: False)
        return work_on(connection, lease, deadline, find=find)
    finally:
        leases.give_back(lease)


def do_jobs(connection_id: int, *, find: ConnectorFinder = registry.get) -> int:
    """Do jobs of a connection until one comes to its end; return how many."""
    count = 1
    while do_job(connection_id, find=find).has_more:
        count += 1
    return count
