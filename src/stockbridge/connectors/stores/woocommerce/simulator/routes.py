"""Which handler answers which address and method, below /wp-json/wc/v3."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from stockbridge.connectors.stores.woocommerce.simulator import (
    coupons,
    customers,
    fulfillments,
    order_list,
    orders,
    product_list,
    products,
    refunds,
    settings,
    site,
    terms,
    variations,
    webhooks,
)
from stockbridge.connectors.stores.woocommerce.simulator.answers import Answer, Request
from stockbridge.connectors.stores.woocommerce.simulator.deliveries import (
    DeliveryQueue,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import no_route
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

Handler = Callable[[StoreState, Request], Answer]
_WRITES = ("POST", "PUT", "PATCH")
_ID = r"(?P<id>[\d]+)"
_KINDS = ("categories", "tags", "brands", "shipping_classes")
_KIND = f"(?P<kind>{'|'.join(_KINDS)})"
_ORDER = ("GET", "POST", "PUT", "PATCH", "DELETE")
_TERMS = r"products/attributes/(?P<attribute_id>[\d]+)/terms"
_GROUP = r"settings/(?P<group_id>[\w-]+)"


@dataclass(frozen=True, slots=True)
class Route:
    """One address pattern, and a handler for each method."""

    pattern: re.Pattern[str]
    source: str
    handlers: dict[str, Handler]
    unserved: tuple[str, ...] = ()  # the real one has these, too

    @property
    def allowed(self) -> tuple[str, ...]:
        """Return the methods that a real store names."""
        return (*self.handlers, *self.unserved)


@dataclass(frozen=True, slots=True)
class Match:
    """The route that an address led to, and the ids within it."""

    route: Route
    ids: dict[str, int]
    names: dict[str, str]

    def handler(self, method: str) -> Handler:
        """Return the handler of a method; a HEAD is a GET."""
        found = self.route.handlers.get("GET" if method == "HEAD" else method)
        if found is None:
            raise no_route()
        return found


class Router:
    """All routes of one store."""

    def __init__(self, queue: DeliveryQueue) -> None:
        create_webhook = partial(webhooks.create, ping=queue.ping)
        batch_webhooks = partial(webhooks.batch, ping=queue.ping)
        self._routes = [
            *_product_routes(),
            *_order_routes(),
            *_collection("customers", customers, customers.list_customers),
            *_collection(
                "webhooks",
                webhooks,
                webhooks.list_webhooks,
                create=create_webhook,
                batch=batch_webhooks,
            ),
            *_site_routes(),
        ]
        order = r"orders/(?P<order_id>[\d]+)"
        own = fulfillments.list_of_order
        #: Routes of a feature that is off: a store does not name them.
        self._hidden = [_route(f"{order}/fulfillments", list=own)]

    def match(self, path: str) -> Match:
        """Return where `path` (below /wc/v3) leads; raise 404 for nowhere."""
        for route in (*self._routes, *self._hidden):
            if found := route.pattern.fullmatch(path):
                parts = found.groupdict()
                ids = {
                    name: int(text) for name, text in parts.items() if text.isdigit()
                }
                return Match(route, ids, parts)
        raise no_route()

    def addresses(self) -> dict[str, list[str]]:
        """Return all address patterns with their methods."""
        found: dict[str, list[str]] = {}
        for route in self._routes:
            methods = sorted(route.allowed, key=_ORDER.index)
            for kind in _KINDS if _KIND in route.source else ("",):
                found[route.source.replace(_KIND, kind)] = methods
        return found


def _route(source: str, unserved: tuple[str, ...] = (), **handlers: Handler) -> Route:
    methods: dict[str, Handler] = {}
    for name, handler in handlers.items():
        if name in {"update", "batch"}:
            methods |= dict.fromkeys(_WRITES, handler)
        else:
            methods[{"list": "GET", "read": "GET"}.get(name, name.upper())] = handler
    return Route(re.compile(source), source, methods, unserved)


def _collection(
    base: str,
    module: object,
    list_handler: Handler,
    *,
    create: Handler | None = None,
    batch: Handler | None = None,
) -> list[Route]:
    def own(name: str) -> Handler:
        handler: Handler = getattr(module, name)
        return handler

    return [
        _route(base, list=list_handler, post=create or own("create")),
        _route(f"{base}/batch", batch=batch or own("batch")),
        _route(
            f"{base}/{_ID}",
            read=own("read"),
            update=own("update"),
            delete=own("delete"),
        ),
    ]


def _product_routes() -> list[Route]:
    parent = r"products/(?P<product_id>[\d]+)/variations"
    return [
        *_collection("products", products, product_list.list_products),
        *_collection(parent, variations, product_list.list_variations),
        _route("variations", list=product_list.list_variations),
        *_collection(f"products/{_KIND}", terms, terms.list_terms),
        *_collection(_TERMS, terms, terms.list_terms),
        _route(
            "products/attributes",
            list=terms.list_attributes,
            post=terms.create_attribute,
        ),
        _route(
            f"products/attributes/{_ID}",
            (*_WRITES, "DELETE"),
            read=terms.read_attribute,
        ),
    ]


def _order_routes() -> list[Route]:
    order = r"orders/(?P<order_id>[\d]+)"
    return [
        _route("orders/statuses", list=orders.statuses),
        *_collection("orders", orders, order_list.list_orders),
        _route(f"{order}/notes", list=orders.list_notes, post=orders.create_note),
        _route(f"{order}/refunds", list=refunds.list_of_order, post=refunds.create),
        _route(f"{order}/refunds/{_ID}", read=refunds.read, delete=refunds.delete),
        _route("refunds", list=refunds.list_all),
        _route("reports/orders/totals", list=orders.totals),
        _route("coupons", list=coupons.list_coupons, post=coupons.create),
        _route(f"coupons/{_ID}", (*_WRITES, "DELETE"), read=coupons.read),
    ]


def _site_routes() -> list[Route]:
    return [
        _route("settings", list=settings.list_groups),
        _route(_GROUP, list=settings.list_settings),
        _route(rf"{_GROUP}/(?P<id>[\w-]+)", read=settings.read, update=settings.update),
        _route("taxes", list=settings.list_taxes, post=settings.create_tax),
        _route("taxes/classes", ("POST",), list=settings.list_tax_classes),
        _route(
            f"taxes/{_ID}", _WRITES, read=settings.read_tax, delete=settings.delete_tax
        ),
        _route("system_status", list=site.system_status),
        _route("payment_gateways", list=site.payment_gateways),
        _route("shipping/zones", ("POST",), list=site.shipping_zones),
        _route(
            r"shipping/zones/(?P<zone_id>[\d]+)/methods",
            ("POST",),
            list=site.zone_methods,
        ),
        _route("data/currencies/current", list=site.current_currency),
    ]
