"""The steps that a recorded store went through, beside the requests on record."""

from collections.abc import Callable

from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.connectors.stores.woocommerce.simulator.catalogue import add_product
from stockbridge.connectors.stores.woocommerce.simulator.customers import (
    change as change_customer,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_write import create_order
from stockbridge.connectors.stores.woocommerce.simulator.products import (
    insert as insert_product,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ApiKey,
    Value,
    Webhook,
)
from stockbridge.connectors.stores.woocommerce.simulator.variations import (
    change as change_variation,
)
from stockbridge.connectors.stores.woocommerce.simulator.variations import (
    insert as insert_variation,
)
from stockbridge.connectors.stores.woocommerce.tests.replay import set_clock

Step = Callable[[WooCommerceSimulator], object]
SEEDS = 240
SEEDED_AT = 1795308871  # 2026-11-22T00:54:31Z

EVE = {
    "first_name": "Eve",
    "last_name": "O'Neil",
    "company": "Ada & Sons",
    "address_1": "1 Main St",
    "city": "Portland",
    "state": "OR",
    "postcode": "97035",
    "country": "US",
    "email": "eve@customer.example",
    "phone": "555-0100",
}
EVE_RAY = {
    "first_name": "Eve",
    "last_name": "Ray",
    "address_1": "2 Oak St",
    "city": "Portland",
    "state": "OR",
    "postcode": "97035",
    "country": "US",
    "email": "eve@customer.example",
    "phone": "555-0101",
}
ADA = {
    "first_name": "Ada",
    "last_name": "O'Neil",
    "address_1": "1 Main St",
    "city": "New York",
    "state": "NY",
    "postcode": "10002",
    "country": "US",
}
SECRET = "woorig-webhook-secret"


def furnish_as_recorded(simulator: WooCommerceSimulator) -> None:
    """Set up title, keys, owner and settings as the recorded store had them."""
    state = simulator.state
    state.title = "Woorig Store"
    state.settings["woocommerce_store_address"] = "1 Test Plaza"
    state.customers[1].email = "owner@store.example"
    state.customers[1].created = 1795308499
    state.customers[1].meta = [state.new_meta("wc_last_active", "1795308576")]
    for digit, permissions in (("1", "read_write"), ("2", "read"), ("3", "write")):
        _add_key(simulator, digit, permissions)
    _add_key(simulator, "4", "read_write", user_may_manage=False)


def _add_key(
    simulator: WooCommerceSimulator,
    digit: str,
    permissions: str,
    *,
    user_may_manage: bool = True,
) -> None:
    key = ApiKey(
        int(digit), f"ck_{digit * 40}", f"cs_{digit * 40}", permissions, user_may_manage
    )
    simulator.state.keys[key.consumer_key] = key


def seed(simulator: WooCommerceSimulator) -> None:
    """Make the 240 products that were there from the start."""
    simulator.state.set_next_id("post", 11)
    for number in range(SEEDS):
        product = add_product(
            simulator.state,
            {
                "name": f"Seed {number:03}",
                "sku": f"SEED-{number:03}",
                "regular_price": f"{number % 50 + 1}.99",
                "manage_stock": True,
                "stock_quantity": number,
            },
        )
        product.created = product.modified = SEEDED_AT + number // 50
        simulator.state.put_product(product)


def add(product_id: int, **sent: Value) -> Step:
    """Make a product."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.set_next_id("post", product_id)
        simulator.add_product(**sent)

    return step


def edit(product_id: int, **sent: Value) -> Step:
    """Change a product."""
    return lambda simulator: simulator.sales.edit_product(product_id, sent)


def order(order_id: int, first_line: int, **sent: Value) -> Step:
    """Make an order."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.set_next_id("post", order_id)
        simulator.state.set_next_id("line", first_line)
        create_order(simulator.state, sent)

    return step


def order_to_refund(order_id: int, first_line: int) -> Step:
    """Make the kind of order that was then refunded."""
    return order(
        order_id,
        first_line,
        status="completed",
        payment_method="bacs",
        payment_method_title="Direct bank transfer",
        billing={**ADA, "email": "ada@customer.example"},
        shipping=ADA,
        line_items=[
            {"product_id": 111, "quantity": 4},
            {"product_id": 112, "quantity": 2},
        ],
        shipping_lines=[
            {"method_id": "flat_rate", "method_title": "Flat rate", "total": "10.00"}
        ],
        fee_lines=[{"name": "Gift wrap", "total": "4.00", "tax_status": "taxable"}],
    )


def subscribe(
    webhook_id: int, topic: str, name: str = "", secret: str = SECRET
) -> Step:
    """Make a webhook whose ping was answered."""

    def step(simulator: WooCommerceSimulator) -> None:
        state = simulator.state
        state.webhooks[webhook_id] = Webhook(
            webhook_id,
            f"Rig {name or topic}",
            topic,
            f"http://127.0.0.1:18990/hook/{name or topic}",
            secret,
            state.now(),
            state.now(),
            ping_pending=False,
        )

    return step


def many(*steps: Step) -> Step:
    """Do several things, one after the other."""

    def step(simulator: WooCommerceSimulator) -> None:
        for each in steps:
            each(simulator)

    return step


def add_hundred_variations(simulator: WooCommerceSimulator) -> None:
    """Make a product with a hundred variations."""
    sizes = [str(number) for number in range(100)]
    attributes = [{"name": "N", "variation": True, "options": sizes}]
    add(339, name="Hundred", type="variable", sku="HUN", attributes=attributes)(
        simulator
    )
    parent = simulator.state.product(339)
    for size in sizes:
        insert_variation(
            simulator.state,
            parent,
            {
                "sku": f"HUN-{size}",
                "regular_price": "1.00",
                "manage_stock": True,
                "stock_quantity": 8,
                "attributes": [{"name": "N", "option": size}],
            },
        )


def set_setting(name: str, value: str) -> Step:
    """Set one setting."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.settings[f"woocommerce_{name}"] = value

    return step


def set_separators(decimal: str, thousand: str) -> Step:
    """Set how prices are written."""
    return many(
        set_setting("price_decimal_sep", decimal),
        set_setting("price_thousand_sep", thousand),
    )


def set_cost_of_goods(*, is_on: bool) -> Step:
    """Turn the cost of goods on or off."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.cost_of_goods = is_on

    return step


def set_sold_stock(product_id: int, quantity: int, *, total_sales: int) -> Step:
    """Set what is left of a product, and what was sold."""

    def step(simulator: WooCommerceSimulator) -> None:
        product = simulator.state.product(product_id)
        product.stock_quantity, product.total_sales = quantity, total_sales

    return step


def set_permalinks(*, are_plain: bool) -> Step:
    """Turn pretty permalinks off or on."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.switches.plain_permalinks = are_plain

    return step


def fail_once(kind: FaultKind) -> Step:
    """Let the next request fail."""
    return lambda simulator: simulator.faults.add(Fault(kind))


def check_out(
    order_id: int, line_id: int, *items: tuple[int, int], **more: Value
) -> Step:
    """Let a shopper buy."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.set_next_id("post", order_id)
        simulator.state.set_next_id("line", line_id)
        simulator.sales.place_order(
            Basket(items=items, payment_method="cod", via="store-api", **more)
        )

    return step


def at(moment: str, step: Step) -> Step:
    """Do something at a given time, naive GMT."""

    def later(simulator: WooCommerceSimulator) -> None:
        clock = simulator.options.clock
        assert isinstance(clock, SettableClock)
        set_clock(clock, moment)
        step(simulator)

    return later


def fail_until_off(simulator: WooCommerceSimulator) -> None:
    """Let the webhook whose address answers 500 fail until it turns itself off."""
    for number in range(8):
        simulator.sales.edit_order(283, {"customer_note": f"again {number}"})
        simulator.send_webhooks()


def act_on_legacy_order(simulator: WooCommerceSimulator) -> None:
    """Do what was done to the order kept among the posts."""
    sales, state = simulator.sales, simulator.state
    sales.add_note(530, "A note")
    sales.edit_order(530, {})
    state.set_next_id("post", 531)
    at("2026-11-22T01:18:09", lambda it: it.sales.refund(530, amount="1.00"))(simulator)
    sales.edit_order(530, {"meta_data": [{"key": "_x", "value": "1"}]})
    at(
        "2026-11-22T01:18:12",
        lambda it: it.sales.change_status(530, "completed"),
    )(simulator)


def set_custom_status(slug: str, *, is_known: bool) -> Step:
    """Let a plugin add or take away an order status."""

    def step(simulator: WooCommerceSimulator) -> None:
        if is_known:
            simulator.state.register_status(slug, "Awaiting pickup")
        else:
            simulator.state.forget_status(slug)

    return step


def number_order(order_id: int, number: str) -> Step:
    """Let a plugin number an order."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.order(order_id).number = number

    return step


def set_hpos(*, is_on: bool) -> Step:
    """Switch where orders are kept."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.switch_order_storage(hpos=is_on)

    return step


def refund_one(order_id: int, refund_id: int) -> Step:
    """Refund 1.00 of an order."""

    def step(simulator: WooCommerceSimulator) -> None:
        simulator.state.set_next_id("post", refund_id)
        simulator.sales.refund(order_id, amount="1.00")

    return step


def change_order(order_id: int, **sent: Value) -> Step:
    """Change an order."""
    return lambda simulator: simulator.sales.edit_order(order_id, sent)


def add_hooked_customer(simulator: WooCommerceSimulator) -> None:
    """Make the customer that the webhooks told of."""
    simulator.state.set_next_id("user", 7)
    simulator.add_customer(email="hook1795309591@customer.example")


def rename_hooked_customer(simulator: WooCommerceSimulator) -> None:
    """Change that customer."""
    change_customer(simulator.state, simulator.state.customers[7], {"first_name": "Z"})


def add_hooked_product(simulator: WooCommerceSimulator) -> None:
    """Make the product that the webhooks told of."""
    simulator.state.set_next_id("post", 336)
    insert_product(
        simulator.state,
        {"name": "Hooked é & <b>", "sku": "HOOKED-1795309590", "regular_price": "2"},
    )


def set_variation_stock(simulator: WooCommerceSimulator) -> None:
    """Write the stock of a variation."""
    state = simulator.state
    change_variation(state, state.product(273), {"stock_quantity": 9})
