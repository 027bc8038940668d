"""Records that an order needs and others may need too: its customer, its items."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from stockbridge.domain.accounting import BooksRef, ItemRecord
from stockbridge.domain.attributes import AttributeRule, fields_from
from stockbridge.domain.business_dates import local_day
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.departments import NO_DEPARTMENTS, department_of
from stockbridge.domain.identity import Source, digest_of, match_key
from stockbridge.domain.planning import CUSTOMER, ITEM, Planned
from stockbridge.domain.policy import Billing, Ground, ItemMatch, MissingItem


def shared_records(
    order: Order, billing: Billing, ground: Ground
) -> tuple[Planned, ...]:
    """Return the customer and the items that must exist before the sale.

    Their keys are the same for every order that needs them, so two orders of one
    new customer share one delivery.
    """
    customer: tuple[Planned, ...] = ()
    if billing.create is not None and billing.ref is not None:
        key = billing.ref.key
        customer = (
            Planned(
                effect=CUSTOMER,
                source=Source(CUSTOMER, key),
                key=key,
                document=billing.create,
                digest=digest_of([CUSTOMER, key]),
            ),
        )
    return (*customer, *item_records(order, ground))


def item_records(order: Order, ground: Ground) -> tuple[Planned, ...]:
    """Return the items that must exist before the order can be booked.

    Two store items with one SKU are one record: the first names it.
    """
    if ground.policy.missing_item is not MissingItem.CREATE:
        return ()
    found: dict[str, Planned] = {}
    for store_id, record in _needed(order, ground).items():
        key = item_key(record, ground)
        found.setdefault(
            key,
            Planned(
                effect=ITEM,
                source=Source(ITEM, store_id),
                key=key,
                document=_dated(record, order, ground),
                digest=digest_of([ITEM, key]),
            ),
        )
    return tuple(found.values())


def with_created_items(order: Order, ground: Ground) -> Ground:
    """Return the ground in which items that will be created count as matched."""
    if ground.policy.missing_item is not MissingItem.CREATE:
        return ground
    created = {
        store_id: (ItemMatch(BooksRef(key=item_key(record, ground))),)
        for store_id, record in _needed(order, ground).items()
    }
    return replace(ground, items={**ground.items, **created})


def item_key(record: ItemRecord, ground: Ground) -> str:
    """Return the key of an item to be created: by its match key, never our row."""
    own = f"id:{ground.scope.store}:{record.store_id}"
    identity = f"sku:{match_key(record.sku)}" if match_key(record.sku) else own
    return ground.scope.record_key("item", identity)


def item_record(
    item: StoreItem,
    rules: Sequence[AttributeRule] = (),
    *,
    quantity: Decimal | None = None,
    since: date | None = None,
    departments: Mapping[str, str] = NO_DEPARTMENTS,
) -> ItemRecord:
    """Return the record that a store item becomes in the books.

    `rules` say which of its attributes is which field. `quantity` is the initial one
    and `since` its day: see `initial_stock`. None says nothing about stock.
    `departments` are the books', by the store's category.
    """
    fields = fields_from(item.attributes, rules)
    return ItemRecord(
        name=item.name or item.sku,
        sku=item.sku,
        upc=item.upc,
        description=item.description,
        price=item.price,
        sale_price=item.sale_price,
        department=department_of(item.categories, departments),
        attribute=fields.get("attribute", ""),
        size=fields.get("size", ""),
        is_tracked=not item.is_virtual,
        initial_quantity=None if item.is_virtual else quantity,
        initial_date=since,
        store_id=item.external_id,
    )


def customer_name(customer: Customer) -> str:
    """Return the name under which a customer is filed: company, else person."""
    person = " ".join(p for p in (customer.first_name, customer.last_name) if p)
    return customer.company or person or customer.email or "Guest"


def _dated(record: ItemRecord, order: Order, ground: Ground) -> ItemRecord:
    """Return the record with a day for its first quantity: this order's, or sooner."""
    if record.initial_quantity is None or record.initial_date is not None:
        return record
    day = min(local_day(order.placed_at, ground), ground.today)
    if ground.closed_until is not None:
        day = max(day, ground.closed_until + timedelta(days=1))
    return replace(record, initial_date=day)


def _needed(order: Order, ground: Ground) -> dict[str, ItemRecord]:
    return {
        line.item_id: ground.new_items[line.item_id]
        for line in order.item_lines
        if line.item_id in ground.new_items and line.item_id not in ground.items
    }
