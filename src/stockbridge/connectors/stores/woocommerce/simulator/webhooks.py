"""The routes for webhooks."""

import re
from collections.abc import Callable

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
    links,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    invalid_id,
    no_trash,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    PAGING,
    by_order,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    checked,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Value,
    Webhook,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_KIND = "shop_webhook"
_EXPECTED = {
    "name": text(),
    "status": text("active", "paused", "disabled"),
    "topic": text(),
    "secret": text(),
    "delivery_url": text(),
}
_LIST = {
    **PAGING,
    "orderby": text("date", "id", "title"),
    "status": text("all", "active", "paused", "disabled"),
}
_HOOKS = {
    "coupon.created": (
        "woocommerce_process_shop_coupon_meta",
        "woocommerce_new_coupon",
    ),
    "coupon.updated": (
        "woocommerce_process_shop_coupon_meta",
        "woocommerce_update_coupon",
    ),
    "coupon.deleted": ("wp_trash_post",),
    "coupon.restored": ("untrashed_post",),
    "customer.created": (
        "user_register",
        "woocommerce_created_customer",
        "woocommerce_new_customer",
    ),
    "customer.updated": ("profile_update", "woocommerce_update_customer"),
    "customer.deleted": ("delete_user",),
    "order.created": ("woocommerce_new_order",),
    "order.updated": ("woocommerce_update_order", "woocommerce_order_refunded"),
    "order.deleted": ("wp_trash_post", "woocommerce_trash_order"),
    "order.restored": ("untrashed_post", "woocommerce_untrash_order"),
    "product.created": (
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ),
    "product.updated": (
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ),
    "product.deleted": ("wp_trash_post",),
    "product.restored": ("untrashed_post",),
}

Ping = Callable[[Webhook], None]


def list_webhooks(state: StoreState, request: Request) -> Answer:
    """Return the webhooks, the newest first."""
    query = checked(request.query, _LIST)
    demand(request, "view")
    wanted = query.get("status", "all")
    ids = sorted(
        (hook.created, hook.id)
        for hook in state.webhooks.values()
        if wanted in {"all", hook.status}
    )
    rows = by_order([hook_id for _, hook_id in ids], query)
    return page_answer(
        with_query(request, query),
        rows,
        lambda id_: webhook_json(state, state.webhooks[id_]),
    )


def read(state: StoreState, request: Request) -> Answer:
    """Return one webhook; its secret is never shown."""
    hook = _hook(state, request.ids["id"])
    demand(request, "view_item")
    body = webhook_json(state, hook)
    return item_answer(body, request.query)


def create(state: StoreState, request: Request, ping: Ping) -> Answer:
    """Make a webhook; the ping goes out before the answer, whatever comes of it."""
    sent = checked(request.body, _EXPECTED, ("topic", "delivery_url"))
    demand(request, "create")
    hook = insert(state, sent)
    answer = created(state, webhook_json(state, hook), f"webhooks/{hook.id}")
    ping(hook)
    return answer


def update(state: StoreState, request: Request) -> Answer:
    """Change a webhook; status active turns a disabled one on again."""
    sent = checked(request.body, _EXPECTED)
    hook = _hook(state, request.ids["id"])
    demand(request, "edit")
    return Answer(change(state, hook, sent))


def delete(state: StoreState, request: Request) -> Answer:
    """Delete a webhook; only with force=true."""
    hook = _hook(state, request.ids["id"])
    demand(request, "delete")
    if str(request.query.get("force", "")).lower() not in {"true", "1"}:
        raise no_trash("Webhooks")
    del state.webhooks[hook.id]
    return Answer(webhook_json(state, hook))


def batch(state: StoreState, request: Request, ping: Ping) -> Answer:
    """Create, change and delete webhooks."""
    demand(request, "batch")

    def make(row: Json) -> Json:
        hook = insert(state, row)
        body = webhook_json(state, hook)
        ping(hook)
        return body

    def drop(row: Json) -> Json:
        hook = _hook(state, row["id"])
        del state.webhooks[hook.id]
        return webhook_json(state, hook)

    return run_batch(
        request.body,
        create=make,
        update=lambda row: change(state, _hook(state, row.get("id")), row),
        delete=drop,
    )


def insert(state: StoreState, sent: Json) -> Webhook:
    """Make a webhook of what was sent; it is active whatever status was sent."""
    topic = str(sent.get("topic") or "")
    _check_topic(topic)
    url = str(sent.get("delivery_url") or "")
    _check_url(url)
    hook = Webhook(
        id=state.take_id("webhook"),
        name=str(sent.get("name") or f"Webhook created on {state.clock.now():%F}"),
        topic=topic,
        delivery_url=url,
        secret=str(sent.get("secret") or state.random_text(50)),
        created=state.now(),
    )
    state.webhooks[hook.id] = hook
    return hook


def change(state: StoreState, hook: Webhook, sent: Json) -> Json:
    """Take over what was sent for a webhook, and return its JSON."""
    if sent.get("topic"):
        _check_topic(str(sent["topic"]))
    if sent.get("delivery_url"):
        _check_url(str(sent["delivery_url"]))
    for name in ("name", "topic", "delivery_url", "secret", "status"):
        if sent.get(name):
            setattr(hook, name, str(sent[name]))
    hook.modified = state.now()
    return webhook_json(state, hook)


def webhook_json(state: StoreState, hook: Webhook) -> Json:
    """Return a webhook as the API shows it."""
    resource, _, event = hook.topic.partition(".")
    hooks = (event,) if resource == "action" else _HOOKS[hook.topic]
    return {
        "id": hook.id,
        "name": hook.name,
        "status": hook.status,
        "topic": hook.topic,
        "resource": resource,
        "event": event,
        "hooks": list(hooks),
        "delivery_url": hook.delivery_url,
        **date_pair("date_created", hook.created, state.zone),
        **date_pair("date_modified", hook.modified, state.zone),
        "_links": links(state, f"webhooks/{hook.id}"),
    }


def _check_topic(topic: str) -> None:
    if topic not in _HOOKS and not re.fullmatch(r"action\.\w+", topic):
        raise ApiError(
            400,
            "woocommerce_rest_shop_webhook_invalid_topic",
            "Webhook topic is required and must be valid.",
        )


def _check_url(url: str) -> None:
    if not re.match(r"https?://\S", url):
        raise ApiError(
            400,
            "woocommerce_rest_shop_webhook_invalid_delivery_url",
            "Webhook delivery URL must be a valid URL starting with http:// or https://.",
        )


def _hook(state: StoreState, hook_id: Value) -> Webhook:
    hook = state.webhooks.get(hook_id) if isinstance(hook_id, int) else None
    if hook is None:
        raise invalid_id(_KIND, message="ID is invalid.")
    return hook
