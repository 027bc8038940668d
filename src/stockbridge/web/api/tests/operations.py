"""All operations of the API, each with a call that fits, for tests over all of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.web.api.api import api
from stockbridge.web.api.tests.worlds import ApiWorld, headers_of

PREFIX = "/api/v1"


@dataclass(frozen=True)
class Operation:
    """One operation, as the OpenAPI document tells it."""

    name: str
    method: str
    path: str
    permission: Permission
    takes_body: bool

    def __str__(self) -> str:
        return self.name

    @property
    def needed(self) -> Permission:
        """What a call of ours needs in the end: an import needs more than sight."""
        return INNER.get(self.name, self.permission)

    def address(self, world: ApiWorld) -> str:
        """Return its address, naming things of this company."""
        path = self.path
        parts = {**world.names, **{name: str(pk) for name, pk in world.ids.items()}}
        if path.startswith(f"{PREFIX}/connections/"):
            parts["uid"] = world.bridge.books.uid  # in process: nothing is called
        if "/bridges/{uid}/attributes/" in path:
            parts["key"] = "attribute"
        if "/bridges/{uid}/items/" in path:
            parts["item_id"] = "93"
        return path.format(**parts)

    def call(self, world: ApiWorld, token: str = "") -> HttpResponse:
        """Call it as whoever has the token."""
        body = BODIES[self.name](world) if self.takes_body else None
        answer: Any = Client().generic(
            self.method,
            self.address(world),
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            **(headers_of(token) if token else {}),
        )
        return cast(HttpResponse, answer)


def operations() -> list[Operation]:
    """Return every operation of the API."""
    schema = api.get_openapi_schema(path_prefix=f"{PREFIX}/")
    return [
        Operation(
            name=one["operationId"],
            method=method.upper(),
            path=path,
            permission=Permission(one["x-permission"]),
            takes_body="requestBody" in one,
        )
        for path, methods in schema["paths"].items()
        for method, one in methods.items()
    ]


#: Operations that need more than they declare, by what is asked or acted on.
INNER = dict.fromkeys(
    (
        "start_run",
        "approve_run",
        "answer_run",
        "stop_run",
        "undo_run",
        "retry_issue",
        "settle",
        "allow",
    ),
    Permission.IMPORT_ORDERS,
)
BODIES: dict[str, Callable[[ApiWorld], Any]] = {
    "change_company": lambda w: {"name": "North Mugs"},
    "change_user": lambda w: {"role": "member", "permissions": []},
    "invite_user": lambda w: {"role": "member", "email": "new@example.com"},
    "add_token": lambda w: {"name": "Second"},
    "add_alert": lambda w: {"kind": "email", "address": "on@example.com"},
    "change_alert": lambda w: {"kind": "email", "address": "on@example.com"},
    "add_connection": lambda w: {
        "connector": "woocommerce",
        "name": "Second shop",
        "settings": {"address": "https://second.example.com"},
    },
    "change_connection": lambda w: {"name": "Books"},
    "pause_connection": lambda w: {"reason": "Holidays"},
    "pair_connection": lambda w: {"return_address": "https://example.com/"},
    "finish_sign_in": lambda w: {"address": "https://sync.example.com/signed-in/"},
    "add_bridge": lambda w: {
        "store": w.bridge.store.uid,
        "books": w.bridge.books.uid,
    },
    "choose_sales": lambda w: {"takes": "here"},
    "change_options": lambda w: {"options": {"buffer": "1"}},
    "tick_checklist": lambda w: {"is_ticked": True},
    "put_attribute": lambda w: {"name": "Colour", "unmapped": "wait"},
    "put_attribute_values": lambda w: {"values": {"Rose": "Red"}},
    "put_rules": lambda w: {"rules": [{"name": "Wholesale", "prefix": "W-"}]},
    "try_on_past_orders": lambda w: {"rules": [], "last": 10},
    "put_mapping": lambda w: {"store_key": "cod", "value": {}},
    "mark_booked_elsewhere": lambda w: {"orders": ["727"]},
    "import_orders_again": lambda w: {"orders": ["727"]},
    "link_item": lambda w: {"parts": [{"id": "I1"}]},
    "link_customer": lambda w: {"id": "C1"},
    "retry_queued": lambda w: {"ids": [w.ids["document_id"]]},
    "cancel_queued": lambda w: {"ids": [w.ids["document_id"]]},
    "clear_queue": lambda w: {"bridge": w.bridge.uid},
    "allow": lambda w: {"rows": None},
    "start_run": lambda w: {"kind": "import_orders", "parameters": {"all": True}},
    "approve_run": lambda w: {"rows": [w.ids["row"]]},
    "answer_run": lambda w: {"parameters": {"all": True}},
    "add_backoffice_item": lambda w: {"name": "Pen", "sku": "PEN"},
    "change_backoffice_item": lambda w: {"price": "3.10"},
    "adjust_backoffice_stock": lambda w: {
        "key": "count 1",
        "reason": "Counted",
        "lines": [{"item": w.item.pk, "location": w.ids["location"], "counted": "7"}],
    },
}
