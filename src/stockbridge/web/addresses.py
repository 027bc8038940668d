"""Addresses of records: an order's page, a document in the books, a run."""

from urllib.parse import quote

from django.urls import NoReverseMatch, reverse

from stockbridge.engine.actions.connections import EMBEDDED
from stockbridge.engine.models import Bridge, Connection, Run
from stockbridge.engine.sign_in_ends import signs_in

#: Pages of our own back office, by what a document is; their part is the id.
_BACK_OFFICE = {
    "item": ("backoffice_item", "item"),
    "customer": ("backoffice_partner", "partner"),
    "fulfillment": ("backoffice_document", "document"),
    "adjustment": ("backoffice_document", "document"),
}
_DOCUMENT = ("backoffice_document", "document")


def order_address(bridge: Bridge, order_id: str) -> str:
    """Return the page that says what happened to an order; "" without an id."""
    if not order_id:
        return ""
    parts = {"company": bridge.company.slug, "uid": bridge.uid, "order": order_id}
    return reverse("order", kwargs=parts)


def item_address(bridge: Bridge, item_id: str) -> str:
    """Return the page of an item in the store."""
    parts = {"company": bridge.company.slug, "uid": bridge.uid, "item": item_id}
    return reverse("store_item", kwargs=parts)


def run_address(run: Run) -> str:
    """Return the page of an import or export."""
    return reverse("run", kwargs={"company": run.company.slug, "run": run.pk})


def books_address(books: Connection, kind: str, books_id: str) -> str:
    """Return where a record of the books is seen; "" where we have no page of it."""
    if books.connector != EMBEDDED or not books_id.isdecimal():
        return ""
    name, part = _BACK_OFFICE.get(kind, _DOCUMENT)
    try:
        return reverse(
            name, kwargs={"company": books.company.slug, part: int(books_id)}
        )
    except NoReverseMatch:
        return ""


def with_connection(address: str, bridge: Bridge) -> str:
    """Return an address of a list, at this connection."""
    return f"{address}?connection={quote(bridge.uid)}"


def attributes_address(bridge: Bridge) -> str:
    """Return where the values of a connection's items are mapped."""
    place = reverse("attributes", kwargs={"company": bridge.company.slug})
    return with_connection(place, bridge)


def setting_address(connection: Connection, setting: str) -> str:
    """Return where a setting of a connection is chosen."""
    parts = {"company": connection.company.slug, "uid": connection.uid}
    place = reverse("connection_edit", kwargs=parts)
    name = quote(setting)
    return f"{place}?setting={name}#id_{name}"


def sign_in_address(connection: Connection) -> str:
    """Return where a person signs the connection in; "" where keys are enough."""
    if not signs_in(connection):
        return ""
    parts = {"company": connection.company.slug, "uid": connection.uid}
    return reverse("sign_in", kwargs=parts)


def desk_address(connection: Connection) -> str:
    """Return where the caller of a connection is set up."""
    parts = {"company": connection.company.slug, "uid": connection.uid}
    return reverse("desk", kwargs=parts)
