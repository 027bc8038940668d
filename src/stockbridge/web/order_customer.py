"""Who bought an order, whom its sale is billed to in the books, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.domain.commerce import Customer
from stockbridge.domain.customer_matching import CustomerKey, fits
from stockbridge.domain.delivery import LIVE, State
from stockbridge.domain.planning import SALE
from stockbridge.engine.codec import BOOKS_CUSTOMER
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Binding, Bridge, Delivery, Snapshot
from stockbridge.web.addresses import books_address
from stockbridge.web.text import Text

_WHY: dict[CustomerKey, Text] = {
    CustomerKey.EMAIL: gettext_lazy("Found by the e-mail address"),
    CustomerKey.NAME: gettext_lazy("Found by the name"),
    CustomerKey.PHONE: gettext_lazy("Found by the phone number"),
    CustomerKey.NAME_AND_PHONE: gettext_lazy("Found by name and phone number together"),
}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought; and the customer of the books, where there is one."""

    who: Customer
    name: str = ""  # in the books
    address: str = ""  # of that customer's page, where we keep it
    why: Text = ""


def buyer_of(bridge: Bridge, who: Customer, deliveries: Iterable[Delivery]) -> Buyer:
    """Return who is billed: as the sale says, else whom the buyer is linked to."""
    linked = _linked(bridge, who)
    books_id = _billed(deliveries) or linked
    if not books_id:
        return Buyer(who)
    row = Snapshot.objects.filter(
        connection=bridge.books_id, feed=CUSTOMERS, external_id=books_id
    ).first()
    return Buyer(
        who,
        row.name if row else books_id,
        books_address(bridge.books, "customer", books_id),
        _("Linked") if books_id == linked else _why(bridge, who, row),
    )


def _linked(bridge: Bridge, who: Customer) -> str:
    if not who.external_id:
        return ""
    link = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="customer",
        store_id=who.external_id,
    ).first()
    return link.books_id if link else ""


def _billed(deliveries: Iterable[Delivery]) -> str:
    """Return whom the sale names that counts: an id, where it needs nobody new."""
    for row in deliveries:
        is_sale = any(one.effect == SALE and one.is_live for one in row.sources.all())
        if is_sale and State(row.state) in LIVE and row.document:
            return str((row.document.get("customer") or {}).get("books_id", ""))
    return ""


def _why(bridge: Bridge, who: Customer, row: Snapshot | None) -> Text:
    """Return what both have in common now, in the order of the connection's keys."""
    if row is None or row.data is None:
        return ""
    customer = BOOKS_CUSTOMER.validate_python(row.data)
    for key in options_of(bridge).customer_matching.keys:
        if fits(who, customer, key):
            return _WHY[key]
    return ""
