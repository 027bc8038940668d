"""A company with books, and drafts that show only what matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from stockbridge.backoffice.drafts import (
    AdjustmentDraft,
    CountDraft,
    Draft,
    FulfillmentDraft,
    Header,
    LineDraft,
    MoneyMoved,
    OrderDraft,
    ReceiptDraft,
    ReceiptLineDraft,
    RefundDraft,
    RefundLineDraft,
)
from stockbridge.backoffice.items import create_item
from stockbridge.backoffice.journal import balances
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    LineKind,
    Location,
    PostedDocument,
    StockLevel,
)
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company
from stockbridge.domain.money import Money

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
TODAY = date(2026, 3, 14)
_numbers = count(1)


def usd(amount: str | int | Decimal) -> Money:
    return Money(Decimal(amount), "USD")


def header(key: str = "", **more: Any) -> Header:
    return Header(key or f"key-{next(_numbers)}", TODAY, **more)


def a_line(
    item: Item | None,
    amount: str = "10.00",
    quantity: str = "1",
    kind: LineKind = LineKind.ITEM,
    source: str = "",
) -> LineDraft:
    return LineDraft(
        kind=kind,
        amount=usd(amount),
        quantity=Decimal(quantity),
        description=item.name if item else str(kind.label),
        item_id=item.pk if item else None,
        source_line=source,
    )


def shipping(amount: str = "5.00") -> LineDraft:
    return a_line(None, amount, kind=LineKind.SHIPPING, source="ship")


def tax(amount: str = "1.00") -> LineDraft:
    return a_line(None, amount, kind=LineKind.TAX, source="tax")


def an_order(lines: Sequence[LineDraft], key: str = "", **more: Any) -> OrderDraft:
    total = sum((line.amount.amount for line in lines), Decimal(0))
    return OrderDraft(
        header=header(key, reference="#1001"),
        lines=tuple(lines),
        total=usd(total),
        placed_at=NOW,
        **more,
    )


def paid(amount: str) -> MoneyMoved:
    return MoneyMoved(usd(amount), method="card")


def a_refund(
    order: CustomerOrder | str,
    lines: Sequence[RefundLineDraft],
    *,
    pays: bool = True,
) -> RefundDraft:
    total = usd(sum((line.amount.amount for line in lines), Decimal(0)))
    ref = order if isinstance(order, str) else order.pk
    return RefundDraft(
        header(), ref, tuple(lines), total, MoneyMoved(total) if pays else None
    )


def given_back(
    source: str, amount: str, quantity: str = "0", restock: str = "0"
) -> RefundLineDraft:
    return RefundLineDraft(
        LineKind.ITEM, usd(amount), source, Decimal(quantity), Decimal(restock)
    )


@dataclass
class Shop:
    """A company and its items, with short ways to post and to look."""

    company: Company
    items: list[Item] = field(default_factory=list)

    @property
    def place(self) -> Location:
        return self.company.locations.get(is_default=True)

    def post(self, draft: Draft) -> PostedDocument:
        return post(self.company, draft, at=NOW).document

    def order(self, lines: Sequence[LineDraft], **more: Any) -> CustomerOrder:
        document = self.post(an_order(lines, **more))
        assert document.order is not None
        return document.order

    def item(self, sku: str = "", cost: str = "4.00", **fields: object) -> Item:
        number = next(_numbers)
        made = {
            "sku": sku or f"SKU-{number}",
            "name": f"Mug {number}",
            "cost": Decimal(cost),
            **fields,
        }
        item = create_item(self.company, made, at=NOW)
        self.items.append(item)
        return item

    def stocked(self, units: str, cost: str = "4.00") -> Item:
        item = self.item(cost=cost)
        self.post(
            AdjustmentDraft(
                header(),
                (CountDraft(item.pk, delta=Decimal(units)),),
                "first count",
                is_opening=True,
            )
        )
        return item

    def receive(self, item: Item, units: str, amount: str) -> PostedDocument:
        line = ReceiptLineDraft(item.pk, Decimal(units), usd(amount))
        return self.post(ReceiptDraft(header(), (line,)))

    def fulfill(
        self, order: CustomerOrder, *units: tuple[str | int, str]
    ) -> PostedDocument:
        handed = tuple((ref, Decimal(number)) for ref, number in units)
        return self.post(FulfillmentDraft(header(), order.pk, handed))

    def level(self, item: Item) -> StockLevel:
        return StockLevel.objects.get(item=item, location=self.place)

    def shelf(self, item: Item) -> tuple[int, int]:
        """On hand and committed; items of these tests come in whole units."""
        level = self.level(item)
        return int(level.on_hand), int(level.committed)

    def balance(self, name: str) -> Decimal:
        (found,) = (
            balance.net
            for balance in balances(self.company)
            if balance.account.name == name
        )
        return found


def a_shop(slug: str = "mugs", currency: str = "USD") -> Shop:
    company = Company.objects.create(
        name=slug.title(), slug=slug, currency=currency, time_zone="America/New_York"
    )
    open_books(company)
    return Shop(company)
