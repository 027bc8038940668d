"""What a single order or refund request may hold; batches are not checked."""

from stockbridge.connectors.stores.woocommerce.simulator.currencies import CURRENCIES
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    META,
    MIXED,
    Parameter,
    integer,
    listing,
    record,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import (
    ORDER_STATUSES,
    StoreState,
)

_TAXES = listing(record(id=integer()))
_ITEM = record(
    id=integer(),
    name=MIXED,
    product_id=MIXED,
    variation_id=integer(),
    quantity=integer(),
    tax_class=text(),
    subtotal=text(),
    subtotal_tax=text(),
    total=text(),
    total_tax=text(),
    taxes=_TAXES,
    meta_data=META,
)
_SHIPPING = record(
    id=integer(),
    method_title=MIXED,
    method_id=MIXED,
    instance_id=text(),
    total=text(),
    meta_data=META,
)
_FEE = record(
    id=integer(),
    name=MIXED,
    tax_class=text(),
    tax_status=text("taxable", "none"),
    total=text(),
    meta_data=META,
)

REFUND: dict[str, Parameter] = {
    "amount": text(),
    "reason": text(),
    "refunded_by": integer(),
    "meta_data": META,
    "api_refund": BOOLEAN,
    "api_restock": BOOLEAN,
    "line_items": listing(record(id=integer(), quantity=integer())),
}


def known_statuses(state: StoreState) -> tuple[str, ...]:
    """Return the statuses that an order may be set to."""
    return ("auto-draft", *ORDER_STATUSES, *state.custom_statuses)


def order_parameters(state: StoreState) -> dict[str, Parameter]:
    """Return what an order may hold in this store."""
    return {
        "parent_id": integer(),
        "created_via": text(),
        "status": text(*known_statuses(state)),
        "currency": text(*CURRENCIES),
        "customer_id": integer(),
        "customer_note": text(),
        "billing": Parameter("object", shape="email-inside"),
        "shipping": Parameter("object"),
        "payment_method": text(),
        "payment_method_title": text(),
        "transaction_id": text(),
        "meta_data": META,
        "line_items": listing(_ITEM),
        "shipping_lines": listing(_SHIPPING),
        "fee_lines": listing(_FEE),
        "coupon_lines": listing(record(id=integer(), code=MIXED)),
        "set_paid": BOOLEAN,
        "manual_update": BOOLEAN,
    }
