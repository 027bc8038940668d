"""What the golden files are made of: orders of a shop, planned as the engine plans."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemField,
    ItemRecord,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, Order, TaxLine, TaxShare
from stockbridge.domain.money import Money
from stockbridge.domain.planning import Hold, Skip
from stockbridge.domain.policy import Ground, ItemMatch, PostingPolicy
from stockbridge.domain.posting import sale_of
from stockbridge.domain.refunding import refund_of
from stockbridge.domain.tests.builders import (
    TODAY,
    a_fee,
    a_ground,
    a_line,
    a_refund,
    a_refund_line,
    a_shipping_line,
    an_order,
    usd,
)


@dataclass(frozen=True, slots=True)
class Names:
    """How some books call what the shop's orders are about."""

    mug: str
    customer: str
    sale: str  # one that was written earlier
    order: str  # a sales order, likewise


def documents(names: Names) -> Mapping[str, Document]:
    """Return the documents by the names of their files."""
    made = {name: make(names) for name, make in _MAKERS.items()}
    return {name: _made(document) for name, document in made.items()}


def _taxed_order() -> Order:
    """Return two mugs with 8 percent, which the books compute themselves."""
    line = a_line(total="20.00", tax="1.60", taxes=(TaxShare("1", usd("1.60")),))
    rate = TaxLine("1", "State tax", Decimal(8), usd("1.60"), usd(0))
    return an_order(lines=(line,), tax_lines=(rate,))


def _shipped_order() -> Order:
    """Return an order taxed by a rate that the books have not, shipping included."""
    address = Address(
        first_name="Ada",
        last_name="Byron",
        line1="1 Example Street",
        city="Springfield",
        state="IL",
        postcode="62701",
        country="US",
    )
    return an_order(shipping_address=address)


def _discounted_order() -> Order:
    """Return an order with a coupon spread over its line, and a discount of its own."""
    line = a_line(total="18.00", tax="0", subtotal=usd("20.00"))
    off = a_fee(total="-1.00", tax="0", name="Loyal customer")
    return an_order(lines=(line, off))


def _split_order() -> Order:
    """Return three for ten: no price of two decimals gives it."""
    return an_order(lines=(a_line(total="10.00", quantity="3", tax="0"),))


def _foreign_order() -> Order:
    """Return an order in German, Polish, Greek, and with a sign nobody can keep."""
    line = a_line(name="Große Tasse „Bär“ ☕", tax="0", total="20.00")
    shipping = a_shipping_line(name="Przesyłka kurierska", total="5.00", tax="0")
    address = Address(
        first_name="Łukasz",
        last_name="Müller",
        line1="Straße des 17. Juni 1",
        city="Αθήνα",
        postcode="10115",
        country="DE",
    )
    return an_order(
        lines=(line, shipping),
        shipping_address=address,
        payment_title="Überweisung",
    )


def _sale(order: Order, names: Names) -> SaleDocument:
    made = sale_of(order, _ground(names), BooksRef(names.customer))
    assert isinstance(made, SaleDocument), made
    return made


def _refund(names: Names) -> Document | Hold | Skip:
    """Return one of two mugs to the shelf, with its tax and its money."""
    order = _taxed_order()
    line = a_refund_line(total="10.00", tax="0.80", taxes=(TaxShare("1", usd("0.80")),))
    back = a_refund(lines=[line], restocked_units=(("11", Decimal(1)),))
    order = replace(order, refunds=(back,))
    sale = _sale(order, names)
    return refund_of(back, order, sale, _ground(names), BooksRef(names.sale))


def _filled(names: Names) -> Document:
    """Return that the goods of a sales order left: two mugs with their tax."""
    sale = replace(_sale(_taxed_order(), names), form=SaleForm.SALES_ORDER)
    return FulfillmentDocument(BooksRef(names.order), TODAY, billed=sale)


def _cancelled(names: Names) -> Document:
    return ReversalDocument(
        BooksRef(names.sale), DocumentKind.SALE, TODAY, "Cancelled in the store"
    )


def _customer(_names: Names) -> Document:
    address = Address(
        line1="Straße des 17. Juni 1", city="Berlin", postcode="10115", country="DE"
    )
    return CustomerRecord(
        "Łukasz Müller",
        email="lukasz@example.com",
        first_name="Łukasz",
        last_name="Müller",
        phone="+49 30 5550100",
        billing=address,
    )


def _customer_who_moved(names: Names) -> Document:
    before = _customer(names)
    assert isinstance(before, CustomerRecord)
    home = Address(line1="Gartenweg 2", city="Köln", postcode="50667", country="DE")
    after = replace(before, email="mueller@example.com", billing=home)
    fields = (CustomerField.EMAIL, CustomerField.BILLING)
    return CustomerChange(BooksRef(names.customer), before, after, fields)


def _item_that_changed(names: Names) -> Document:
    before = ItemRecord(
        "Becher",
        sku="MUG",
        upc="036000291452",
        description="Ein Becher",
        price=Money(Decimal("9.90"), "USD"),
    )
    after = replace(
        before,
        name="Großer Becher aus Köln, von Hand",
        description="Ein großer Becher",
        price=Money(Decimal("12.50"), "USD"),
        upc="085470001234",
    )
    fields = tuple(ItemField)
    return ItemChange(BooksRef(names.mug), before, after, fields, (ItemField.PRICE,))


def _ground(names: Names) -> Ground:
    return a_ground(
        policy=PostingPolicy(form=SaleForm.SALES_RECEIPT),
        items={"93": (ItemMatch(BooksRef(names.mug)),)},
    )


def _untaxed_order() -> Order:
    return an_order(lines=(a_line(total="20.00", tax="0"),))


def _of(order: Callable[[], Order]) -> Callable[[Names], Document]:
    return lambda names: _sale(order(), names)


def _made(document: Document | Hold | Skip) -> Document:
    assert not isinstance(document, Hold | Skip), document
    return document


_MAKERS: Mapping[str, Callable[[Names], Document | Hold | Skip]] = {
    "sale-with-tax": _of(_taxed_order),
    "sale-without-tax": _of(_untaxed_order),
    "sale-with-shipping-and-billed-tax": _of(_shipped_order),
    "sale-with-discounts": _of(_discounted_order),
    "sale-with-a-split-line": _of(_split_order),
    "sale-in-other-languages": _of(_foreign_order),
    "refund": _refund,
    "cancelled-sale": _cancelled,
    "filled-order": _filled,
    "customer": _customer,
    "customer-who-moved": _customer_who_moved,
    "item-that-changed": _item_that_changed,
}
#: What the files show; a document added here needs one for each kind of books.
NAMES = tuple(_MAKERS)
