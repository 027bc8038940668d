"""Documents of one small order, for the tests of the back office as books."""

from datetime import UTC, date, datetime
from decimal import Decimal

from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.books import EmbeddedBooks
from stockbridge.connectors.books.embedded.settings import EmbeddedSettings
from stockbridge.domain.accounting import (
    BooksRef,
    Document,
    DocumentLine,
    DocumentTax,
    ItemRecord,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.money import Money, zero
from stockbridge.ports import (
    Exchange,
    Link,
    PostRequest,
    PostResult,
)

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)

TODAY = date(2026, 3, 14)


class QuietWire:
    """A wire that lets everything through, or nothing."""

    connection_key = "books-1"
    allows_private_addresses = False

    def __init__(self, *, is_cut: bool = False) -> None:
        self.is_cut = is_cut
        self.exchanges: list[Exchange] = []

    def now(self) -> datetime:
        return NOW

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        if self.is_cut:
            raise RetryableError("The lease ends too soon.")

    def after_call(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)


def a_link(company: Company, *, is_cut: bool = False) -> Link:
    return Link(str(company.pk), EmbeddedSettings(), {}, QuietWire(is_cut=is_cut))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def a_request(document: Document, key: str) -> PostRequest:
    return PostRequest(f"try-{key}", key, f"[{key}]", document)


def put(books: EmbeddedBooks, document: Document, key: str) -> PostResult:
    (result,) = books.post([a_request(document, key)])
    return result


def an_item(books: EmbeddedBooks, sku: str = "MUG-1", units: str = "10") -> str:
    record = ItemRecord(
        name=f"Mug {sku}",
        sku=sku,
        price=usd("10.00"),
        initial_quantity=Decimal(units),
    )
    return put(books, record, f"item-{sku}").books_id


def a_sale(item: str, units: str = "2", tax: str = "1.60") -> SaleDocument:
    nothing = zero("USD")
    return SaleDocument(
        form=SaleForm.CUSTOMER_ORDER,
        reference="WEB-727",
        business_date=TODAY,
        customer=None,
        lines=(
            DocumentLine(
                source_id="11",
                kind=LineKind.ITEM,
                name="Mug",
                quantity=Decimal(units),
                total=usd("20.00"),
                tax=usd(tax),
                item=BooksRef(item),
                units=Decimal(units),
            ),
            DocumentLine(
                "12", LineKind.SHIPPING, "Flat rate", Decimal(1), usd("5.00"), nothing
            ),
        ),
        taxes=(DocumentTax("1", "State tax", usd(tax), Decimal("8.0")),),
        total=usd("25.00") + usd(tax),
        total_tax=usd(tax),
        placed_at=NOW,
    )


def a_refund(sale: str, restock: str = "1") -> RefundDocument:
    return RefundDocument(
        sale=BooksRef(sale),
        reference="WEB-727",
        business_date=TODAY,
        lines=(
            DocumentLine(
                "11", LineKind.ITEM, "Mug", Decimal(1), usd("10.00"), usd("0.80")
            ),
            DocumentLine(
                "amount", LineKind.FEE, "Amount", Decimal(1), usd("1.00"), usd("0.00")
            ),
        ),
        taxes=(DocumentTax("1", "State tax", usd("0.80")),),
        total=usd("11.80"),
        total_tax=usd("0.80"),
        restocked=(("11", Decimal(restock)),) if restock else (),
    )
