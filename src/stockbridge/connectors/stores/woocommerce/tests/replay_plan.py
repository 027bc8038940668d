"""What happened to the recorded store between two recordings.

The recordings do not hold every request that was made to that store; what is missing
is made up for here, keyed by the recording before which it happened.
"""

from stockbridge.connectors.simulation import FaultKind
from stockbridge.connectors.stores.woocommerce.simulator.products import (
    remove as remove_product,
)
from stockbridge.connectors.stores.woocommerce.simulator.products import (
    trash as trash_product,
)
from stockbridge.connectors.stores.woocommerce.tests.replay_steps import (
    EVE,
    EVE_RAY,
    Step,
    act_on_legacy_order,
    add,
    add_hooked_customer,
    add_hooked_product,
    add_hundred_variations,
    at,
    change_order,
    check_out,
    edit,
    fail_once,
    fail_until_off,
    many,
    number_order,
    order,
    order_to_refund,
    refund_one,
    rename_hooked_customer,
    seed,
    set_cost_of_goods,
    set_custom_status,
    set_hpos,
    set_permalinks,
    set_separators,
    set_setting,
    set_sold_stock,
    set_variation_stock,
    subscribe,
)

# These were recorded last, whatever their numbers say.
LATE = ("227", "228", "229", "230", "231", "232", "233", "234")


def in_order(names: list[str]) -> list[str]:
    """Return the recordings in the order in which they were made."""
    early = [name for name in names if name[:3] not in LATE]
    # This one was deleted only after the list and the reading that follow it.
    early.remove("458b-webhook-delete")
    early.insert(early.index("460-webhook-get") + 1, "458b-webhook-delete")
    # It is still in the lists of all refunds. Another one, 322, is no longer: its
    # deletion was not recorded.
    early.remove("377-refund-delete-without-force")
    early.insert(
        early.index("381-refunds-list-modified-after") + 1,
        "377-refund-delete-without-force",
    )
    return early + [name for name in names if name[:3] in LATE]


_GAIL = {
    "first_name": "Gail",
    "last_name": "Guest",
    "address_1": "5 Broadway",
    "address_2": "Apt 3",
    "city": "New York",
    "state": "NY",
    "postcode": "10004",
    "country": "US",
    "email": "gail@customer.example",
    "phone": "555-0102",
}
_HOOK = "2026-11-22T01:06:"

PREPARATIONS: dict[str, Step] = {
    "100-category-create": seed,
    "166-product-delete-trash": at(
        "2026-11-22T00:54:45", add(270, name="To delete", sku="DEL-1")
    ),
    "211-variations-batch": edit(272, manage_stock=False),
    "260-order-create-full-nyc": many(
        edit(252, stock_quantity=30),
        add(282, name="Gift", sku="GIFT", virtual=True),
    ),
    "324-order-delete-trash": at(
        "2026-11-22T00:58:56",
        order(
            301,
            49,
            status="processing",
            billing=EVE,
            line_items=[{"product_id": 252, "quantity": 1}],
        ),
    ),
    "346-order-from-checkout": at(
        "2026-11-22T01:01:19",
        check_out(
            307,
            55,
            (252, 2),
            (273, 1),
            address=_GAIL,
            coupons=("tenpct",),
            shipping="10.00",
            note="Ring twice",
        ),
    ),
    "350-order-to-refund": at("2026-11-22T01:02:22", order_to_refund(308, 62)),
    "367-refund-full-amount-only": order_to_refund(319, 89),
    "370-refund-full-by-lines-restock": order_to_refund(321, 96),
    "372-refund-restock-default": order_to_refund(323, 110),
    "379-refunds-global-list": lambda simulator: simulator.sales.delete_refund(322),
    "451-webhook-create-product-updated": many(
        subscribe(2, "order.updated"),
        subscribe(3, "order.deleted"),
        subscribe(4, "product.created"),
    ),
    "453-webhook-create-no-secret": many(
        subscribe(6, "product.deleted"),
        subscribe(7, "customer.created"),
        subscribe(8, "customer.updated"),
        subscribe(9, "coupon.created"),
    ),
    "461-delivery-order-created": many(
        set_sold_stock(121, 76, total_sales=1),
        at(
            f"{_HOOK}22",
            order(
                334,
                132,
                status="processing",
                billing=EVE_RAY,
                line_items=[{"product_id": 121, "quantity": 1}],
                meta_data=[{"key": "_po_number", "value": "PO-1"}],
            ),
        ),
    ),
    "464-delivery-order-updated-status": at(
        f"{_HOOK}23", change_order(334, status="completed")
    ),
    "465-delivery-order-updated-refund": at(
        f"{_HOOK}26",
        many(
            change_order(334, meta_data=[{"key": "_qb_x", "value": "1"}]),
            refund_one(334, 335),
        ),
    ),
    "466-delivery-product-updated-stock": at(
        f"{_HOOK}27", edit(121, stock_quantity=77)
    ),
    "467-delivery-product-updated-variation-1": at(f"{_HOOK}28", set_variation_stock),
    "468-delivery-product-created-create": at(f"{_HOOK}30", add_hooked_product),
    "469-delivery-product-deleted-trash": lambda simulator: trash_product(
        simulator.state, simulator.state.product(336)
    ),
    "470-delivery-customer-created-customer": at(f"{_HOOK}31", add_hooked_customer),
    "471-delivery-customer-updated-customer": at(f"{_HOOK}32", rename_hooked_customer),
    "472-delivery-order-deleted-trash": lambda simulator: simulator.sales.trash_order(
        334
    ),
    "473-delivery-order-created-checkout-2": at(
        f"{_HOOK}35",
        many(
            set_sold_stock(121, 77, total_sales=1),
            check_out(337, 133, (121, 1), address=EVE_RAY, shipping="10.00"),
        ),
    ),
    "474-delivery-secret-html-chars": at(
        f"{_HOOK}36",
        many(
            subscribe(13, "order.updated", "secret-html-chars", "a&b<c>\"d'e"),
            change_order(283, customer_note="html-chars"),
        ),
    ),
    "475-delivery-secret-non-ascii": many(
        subscribe(14, "order.updated", "secret-non-ascii", "gehé-ß"),
        change_order(283, customer_note="non-ascii"),
    ),
    "476-delivery-secret-spaces": at(
        f"{_HOOK}37",
        many(
            subscribe(15, "order.updated", "secret-spaces", " lead and trail "),
            change_order(283, customer_note="spaces"),
        ),
    ),
    "480-webhook-update-url-answers-500": many(
        at(f"{_HOOK}38", subscribe(16, "order.updated", "fails")),
        lambda simulator: setattr(simulator.state.webhooks[16], "name", "Fails"),
    ),
    "481-webhook-disabled-after-failures": at(f"{_HOOK}43", fail_until_off),
    "600-auth-basic-https-ok": lambda simulator: remove_product(
        simulator.state, simulator.state.product(336)
    ),
    "655-plain-wp-json": set_permalinks(are_plain=True),
    "670-maintenance-json-accept": many(
        set_permalinks(are_plain=False), fail_once(FaultKind.MAINTENANCE)
    ),
    "671-maintenance-no-accept": fail_once(FaultKind.MAINTENANCE),
    "672-maintenance-post": fail_once(FaultKind.MAINTENANCE),
    "673-database-down": fail_once(FaultKind.DATABASE_DOWN),
    "674-php-fatal": fail_once(FaultKind.SERVER_ERROR),
    "675-php-fatal-accept-any": fail_once(FaultKind.SERVER_ERROR),
    "676-php-fatal-after-save": fail_once(FaultKind.ERROR_AFTER_WRITE),
    "677-output-before-json": fail_once(FaultKind.NOISE),
    "722-settings-manage-stock-off": many(
        at("2026-11-22T01:14:17", add_hundred_variations),
        add(440, name="Never shown"),
        at(
            "2026-11-22T01:17:02",
            order(
                509,
                265,
                status="processing",
                billing={**EVE_RAY, "phone": ""},
                line_items=[{"product_id": 91, "quantity": 1}],
                meta_data=[{"key": "_x", "value": "1"}],
            ),
        ),
        at("2026-11-22T01:17:07", refund_one(509, 510)),
        at("2026-11-22T01:17:09", edit(92, stock_quantity=5)),
    ),
    "725-product-get-after-stock-management-on": set_setting("manage_stock", "yes"),
    "726-order-round-at-subtotal": set_setting("tax_round_at_subtotal", "yes"),
    "727-order-round-per-line": set_setting("tax_round_at_subtotal", "no"),
    "728-order-zero-decimals": set_setting("price_num_decimals", "0"),
    "730-order-four-decimals": set_setting("price_num_decimals", "4"),
    "731-product-price-european-separators": many(
        set_setting("price_num_decimals", "2"), set_separators(",", ".")
    ),
    "736-product-price-odd-text": set_separators(".", ","),
    "741-product-create-cost-of-goods": set_cost_of_goods(is_on=True),
    "743-product-create-cost-of-goods-feature-off": set_cost_of_goods(is_on=False),
    "744-order-number-by-plugin": number_order(509, "SO-5509/A"),
    "745-order-status-custom": set_custom_status("awaiting-pickup", is_known=True),
    "747-order-custom-status-plugin-gone": many(
        set_custom_status("awaiting-pickup", is_known=False), number_order(509, "")
    ),
    "750-legacy-order-create": set_hpos(is_on=False),
    "752-legacy-orders-modified-after": act_on_legacy_order,
    "754-order-of-other-storage-not-found": set_hpos(is_on=True),
    "760-bad-gateway": fail_once(FaultKind.BAD_GATEWAY),
}
