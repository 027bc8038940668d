"""The port `Store` in front of a `Shop`, as a connector stands before a real store.

It behaves as WooCommerce does where the engine can tell: what we write echoes in the
item feed, a number written to an item that tracks none is refused.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from stockbridge.domain.catalog import StockKeeping, StoreItem
from stockbridge.domain.commerce import (
    Customer,
    Order,
    OrderStatus,
)
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    ConflictError,
)
from stockbridge.domain.identity import digest_of, match_key
from stockbridge.engine.tests.shop import Shop
from stockbridge.ports import (
    ConnectionReport,
    Finding,
    ItemWrite,
    OrderMark,
    Page,
    Severity,
    StockMeaning,
    StockWrite,
    Store,
    StoreCapabilities,
    Unreadable,
    WebhookHealth,
    WriteResult,
)

Kind = TypeVar("Kind", StoreItem, Order, Customer)


class ShopStore(Store):
    """Speaks to a shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    @property
    def capabilities(self) -> StoreCapabilities:
        return StoreCapabilities(
            stock_meaning=StockMeaning.SELLABLE,
            is_write_visible_at_once=True,
            has_compare_and_set=self._shop.has_compare_and_set,
            stock_rows_max=100,
            item_rows_max=100,
            has_webhooks=True,
        )

    def check(self) -> ConnectionReport:
        if self._shop.failure:
            found = Finding("down", Severity.ERROR, self._shop.failure.message)
            return ConnectionReport((found,))
        ok = Finding("reached", Severity.OK, "The shop answers.")
        return ConnectionReport((ok,), version="10.3", facts={"currency": "USD"})

    def changed_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        page = self._changed("orders", self._shop.orders, cursor, limit)
        bad = tuple(
            Unreadable(row.external_id, self._shop.unreadable[row.external_id])
            for row in page.records
            if row.external_id in self._shop.unreadable
        )
        good = tuple(
            row for row in page.records if row.external_id not in self._shop.unreadable
        )
        return replace(page, records=good, unreadable=bad)

    def open_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        rows = {
            key: order
            for key, order in self._shop.orders.items()
            if order.takes_stock and not order.is_fulfilled
        }
        return self._walk(rows, cursor, limit)

    def orders(self, ids: Sequence[str]) -> Page[Order]:
        self._reach()
        found = tuple(self._shop.orders[one] for one in ids if one in self._shop.orders)
        return Page(found, "", is_last=True)

    def walk_orders(self, cursor: str, *, limit: int) -> Page[OrderMark]:
        live = {
            key: order
            for key, order in self._shop.orders.items()
            if order.status is not OrderStatus.DELETED
        }
        page = self._walk(live, cursor, limit)
        marks = tuple(
            OrderMark(o.external_id, o.store_status, _fingerprint(o))
            for o in page.records
        )
        return Page(marks, page.cursor, page.is_last)

    def changed_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        return self._changed("items", self._shop.items, cursor, limit)

    def walk_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        return self._walk(self._shop.items, cursor, limit)

    def items(self, refs: Sequence[tuple[str, str]]) -> Page[StoreItem]:
        self._reach()
        found = tuple(
            self._shop.items[one] for one, _ in refs if one in self._shop.items
        )
        if self._shop.on_read_items:
            self._shop.on_read_items()
        return Page(found, "", is_last=True)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[Customer]:
        return self._changed("customers", self._shop.customers, cursor, limit)

    def write_stock(self, rows: Sequence[StockWrite]) -> tuple[WriteResult, ...]:
        if self._shop.before_write:
            quicker, self._shop.before_write = self._shop.before_write, None
            quicker()
        self._reach()
        self._shop.stock_calls.append(list(rows))
        results = tuple(self._write_stock(row) for row in rows)
        self._lose()
        return results

    def write_items(self, rows: Sequence[ItemWrite]) -> tuple[WriteResult, ...]:
        self._reach()
        self._shop.item_calls.append(list(rows))
        results = tuple(self._write_item(row) for row in rows)
        self._lose()
        return results

    def find_item(self, sku: str) -> StoreItem | None:
        self._reach()
        for item in self._shop.items.values():
            if item.status != "trash" and match_key(item.sku) == match_key(sku):
                return item
        return None

    def ensure_webhooks(self, address: str, secret: str) -> WebhookHealth:
        return WebhookHealth(is_working=True, ids=("1",))

    def webhook_health(self, address: str) -> WebhookHealth:
        return WebhookHealth(is_working=True, ids=("1",))

    def remove_webhooks(self, address: str) -> None:
        return None

    def _reach(self) -> None:
        self._shop.reads += 1
        if self._shop.failure:
            raise self._shop.failure

    def _lose(self) -> None:
        if self._shop.lose_answer_after == 0:
            self._shop.lose_answer_after = None
            raise AnswerLostError("The answer got lost.")
        if self._shop.lose_answer_after is not None:
            self._shop.lose_answer_after -= 1
        if self._shop.lose_next_answer:
            lost, self._shop.lose_next_answer = self._shop.lose_next_answer, None
            raise lost

    def _changed(
        self, feed: str, rows: dict[str, Kind], cursor: str, limit: int
    ) -> Page[Kind]:
        self._reach()
        after = int(cursor or 0)
        due = sorted(
            (tick, key)
            for (name, key), tick in self._shop.ticks.items()
            if name == feed and tick > after
        )
        chosen = due[:limit]
        end = str(chosen[-1][0]) if chosen else cursor
        found = tuple(rows[key] for _, key in chosen)
        return Page(found, end, is_last=len(due) <= limit)

    def _walk(self, rows: dict[str, Kind], cursor: str, limit: int) -> Page[Kind]:
        self._reach()
        keys = sorted(key for key in rows if key > cursor)
        chosen = keys[:limit]
        end = chosen[-1] if chosen else cursor
        return Page(tuple(rows[k] for k in chosen), end, is_last=len(keys) <= limit)

    def _write_stock(self, row: StockWrite) -> WriteResult:
        shop, item = self._shop, self._shop.items.get(row.item_id)
        why = shop.refused.get(row.item_id)
        if item is None or why:
            error = ActionNeededError(why or "There is no such item.")
            return WriteResult(row.item_id, error=error)
        if item.stock_keeping is StockKeeping.NONE:
            error = ActionNeededError(
                "Its stock is not tracked.", remedy="Switch tracking on."
            )
            return WriteResult(row.item_id, error=error)
        is_stale = row.expected is not None and row.expected != item.stock_quantity
        if shop.has_compare_and_set and is_stale:
            return WriteResult(row.item_id, shown=item.stock_quantity, conflict=True)
        shop.set_quantity(row.item_id, row.quantity)
        shop.touch_item(row.item_id)
        return WriteResult(row.item_id, shown=row.quantity)

    def _write_item(self, row: ItemWrite) -> WriteResult:
        shop = self._shop
        why = shop.refused.get(row.item_id or row.sku or "")
        if why:
            return WriteResult(row.item_id, error=ActionNeededError(why))
        old = shop.items.get(row.item_id)
        if row.item_id and old is None:
            gone = ActionNeededError("There is no such item.")
            return WriteResult(row.item_id, error=gone)
        if old is None and row.sku and self.find_item(row.sku) is not None:
            taken = ConflictError(f"SKU {row.sku} is taken.")
            return WriteResult("", error=taken)
        item = old or self._new_item(row)
        if item is None:
            gone = ActionNeededError("There is no such product.")
            return WriteResult("", error=gone)
        given = {
            "name": row.name,
            "sku": row.sku,
            "price": row.price,
            "description": row.description,
            "status": row.status,
            "upc": row.upc,
            "stock_quantity": row.quantity,
            "sale_price": row.sale_price,
        }
        changes: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        item = replace(item, **changes)
        if row.attributes is not None:
            item = replace(item, attributes=self._kept_attributes(item, row))
        if row.clear_sale_price or row.sale_price is not None:
            item = replace(item, is_sale_dated=False)
        if row.clear_sale_price:
            item = replace(item, sale_price=None)
        shop.add_item(item)
        return WriteResult(item.external_id, shown=item.stock_quantity, item=item)

    def _new_item(self, row: ItemWrite) -> StoreItem | None:
        """Return what is made of a creation; None where its product is not there."""
        new_id = self._shop.new_item_id()
        if row.kind != "variation":
            return StoreItem(
                new_id, new_id, row.name or "", kind=row.kind, status="draft"
            )
        product = self._shop.items.get(row.product_id)
        if product is None or product.kind != "variable":
            return None
        return StoreItem(
            new_id, product.external_id, product.name, kind="variation", status="draft"
        )

    def _kept_attributes(
        self, item: StoreItem, row: ItemWrite
    ) -> tuple[tuple[str, str], ...]:
        """Return what is kept: a product offers more, a variation what is offered.

        As a WooCommerce shop does, which drops what its product does not offer.
        """
        given = row.attributes or ()
        if item.kind == "variable":
            return tuple(_grouped([*item.attributes, *given]).items())
        if item.kind != "variation":
            return tuple(_grouped(given).items())
        product = self._shop.items[item.product_id]
        offered = {name: text.split(", ") for name, text in product.attributes}
        return tuple((n, v) for n, v in given if v in offered.get(n, ()))


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, values in pairs:
        known = found.setdefault(name, [])
        known += [one for one in values.split(", ") if one not in known]
    return {name: ", ".join(values) for name, values in found.items()}


def _fingerprint(order: Order) -> str:
    refunds = [[r.external_id, str(r.amount)] for r in order.refunds]
    return digest_of([order.status, str(order.total), refunds])
