"""Records that an order needs and others may need too: its customer, its items."""

from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import BooksRef, ItemRecord
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.identity import Source, digest_of, match_key
from stockbridge.domain.planning import Planned
from stockbridge.domain.policy import Billing, Ground, ItemMatch, MissingItem


def shared_records(
    order: Order, billing: Billing, ground: Ground
) -> tuple[Planned, ...]:
    """Return the customer and the items that must exist before the sale.

    Their keys are the same for every order that needs them, so two orders of one
    new customer share one delivery.
    """
    found = []
    if billing.create is not None and billing.ref is not None:
        found.append(
            Planned(
                effect="customer",
                source=Source("customer", billing.ref.key),
                key=billing.ref.key,
                document=billing.create,
                digest=digest_of(["customer", billing.ref.key]),
            )
        )
    if ground.policy.missing_item is MissingItem.CREATE:
        found += [
            Planned(
                effect="item",
                source=Source("item", store_id),
                key=item_key(record, ground),
                document=record,
                digest=digest_of(["item", item_key(record, ground)]),
            )
            for store_id, record in _needed(order, ground).items()
        ]
    return tuple(found)


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
    identity = match_key(record.sku) or f"{ground.scope.store}:{record.store_id}"
    return ground.scope.record_key("item", identity)


def item_record(item: StoreItem, *, quantity: Decimal | None = None) -> ItemRecord:
    """Return the record that a store item becomes in the books.

    `quantity` is the initial one: what the store has, plus what its orders took
    that will be posted later (CORRECTNESS 4). None says nothing about stock.
    """
    attributes = [value for _, value in item.attributes]
    return ItemRecord(
        name=item.name or item.sku,
        sku=item.sku,
        upc=item.upc,
        description=item.description,
        price=item.price,
        sale_price=item.sale_price,
        department=item.categories[0] if item.categories else "",
        attribute=attributes[0] if attributes else "",
        size=attributes[1] if len(attributes) > 1 else "",
        is_tracked=not item.is_virtual,
        initial_quantity=quantity,
        store_id=item.external_id,
    )


def customer_name(customer: Customer) -> str:
    """Return the name under which a customer is filed: company, else person."""
    person = " ".join(p for p in (customer.first_name, customer.last_name) if p)
    return customer.company or person or customer.email or "Guest"


def _needed(order: Order, ground: Ground) -> dict[str, ItemRecord]:
    return {
        line.item_id: ground.new_items[line.item_id]
        for line in order.item_lines
        if line.item_id in ground.new_items and line.item_id not in ground.items
    }
