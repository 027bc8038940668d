"""The routes for coupons, as far as orders need them."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    links,
    meta_json,
    write_meta,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    invalid_id,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    PAGING,
    by_order,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    META,
    checked,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import amount, money_text
from stockbridge.connectors.stores.woocommerce.simulator.records import Coupon, Json
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_EXPECTED = {
    "code": text(),
    "amount": text(),
    "discount_type": text("percent", "fixed_cart", "fixed_product"),
    "description": text(),
    "meta_data": META,
}


def list_coupons(state: StoreState, request: Request) -> Answer:
    """Return the coupons, the newest first; `code` finds one."""
    query = checked(request.query, {**PAGING, "code": text()})
    demand(request, "view")
    wanted = str(query.get("code") or "").lower()
    ids = [row.id for row in state.coupons.values() if not wanted or row.code == wanted]
    return page_answer(
        with_query(request, query),
        by_order(sorted(ids), query),
        lambda id_: coupon_json(state, state.coupons[id_]),
    )


def read(state: StoreState, request: Request) -> Answer:
    """Return one coupon."""
    coupon = state.coupons.get(request.ids["id"])
    if coupon is None:
        raise invalid_id("shop_coupon")
    demand(request, "view_item")
    return Answer(coupon_json(state, coupon))


def create(state: StoreState, request: Request) -> Answer:
    """Make a coupon; its code is kept in lower case."""
    sent = checked(request.body, _EXPECTED, ("code",))
    demand(request, "create")
    coupon = insert(state, sent)
    return created(state, coupon_json(state, coupon), f"coupons/{coupon.id}")


def insert(state: StoreState, sent: Json) -> Coupon:
    """Make a coupon of what was sent."""
    code = str(sent["code"]).strip().lower()
    if any(row.code == code for row in state.coupons.values()):
        raise ApiError(
            400,
            "woocommerce_rest_coupon_code_already_exists",
            "The coupon code already exists",
        )
    now = state.now()
    coupon = Coupon(state.take_id("post"), code, now, now)
    coupon.amount = amount(sent.get("amount") or 0)
    coupon.discount_type = str(sent.get("discount_type") or "fixed_cart")
    coupon.other["description"] = str(sent.get("description") or "")
    write_meta(state, coupon.meta, sent.get("meta_data"))
    state.coupons[coupon.id] = coupon
    state.revision += 1
    return coupon


def coupon_json(state: StoreState, coupon: Coupon) -> Json:
    """Return a coupon as the API shows it."""
    zero = money_text(amount(0), state.decimals)
    return {
        "id": coupon.id,
        "code": coupon.code,
        "amount": money_text(coupon.amount, state.decimals),
        "status": "publish",
        **date_pair("date_created", coupon.created, state.zone),
        **date_pair("date_modified", coupon.modified, state.zone),
        "discount_type": coupon.discount_type,
        "description": coupon.other.get("description", ""),
        **date_pair("date_expires", None, state.zone),
        "usage_count": coupon.usage_count,
        "individual_use": False,
        "product_ids": [],
        "excluded_product_ids": [],
        "usage_limit": None,
        "usage_limit_per_user": None,
        "limit_usage_to_x_items": None,
        "free_shipping": False,
        "product_categories": [],
        "excluded_product_categories": [],
        "exclude_sale_items": False,
        "minimum_amount": zero,
        "maximum_amount": zero,
        "email_restrictions": [],
        "used_by": [],
        "meta_data": meta_json(coupon.meta),
        "_links": links(state, f"coupons/{coupon.id}"),
    }
