"""Books whose lists were read, so that a setting can be chosen from them."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.urls import reverse

from stockbridge.connectors import registry
from stockbridge.domain.errors import SettingNeededError
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.models import Connection, Cursor, Delivery
from stockbridge.engine.settings_needed import need_settings
from stockbridge.engine.tests.rows import a_snapshot
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.people import People

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)

SHIPPING, FEE, SALES, BANK, OLD = (f"8000000{n}-1234567890" for n in range(1, 6))
MUG, POST = "80000010-1234567890", "80000011-1234567890"


LISTS: dict[str, Any] = {
    "accounts": [
        [SALES, "Online sales", "Income", "4000"],
        [BANK, "Checking", "Bank", "1000"],
    ],
    "locations": [["main", "The company file", True]],
    "other_charges": [[SHIPPING, "Shipping"], [FEE, "Fee"]],
    "tax_items": [["80000020-1", "State (8 %)"]],
    "tax_groups": [],
    "tax_rates": [["80000020-1", "8"]],
    "tax_codes": [["Tax", "Taxable"], ["Non", "Exempt"]],
    "payment_methods": [["80000030-1", "Visa"]],
    "classes": [],
    "templates": [],
    "terms": [],
    "sales_reps": [],
}


def books(
    people: People, slug: str = "quickbooks_desktop", **settings: Any
) -> Connection:
    draft = ConnectionDraft("Books", settings)
    return create_connection(
        people.company, registry.get(slug), draft, Act(now=NOW, by="Ada")
    )


def read(row: Connection, lists: dict[str, Any] | None = None) -> Connection:
    """Let the lists, two items and a customer have been read to their end."""
    row.facts = {"lists": lists or LISTS}
    row.save()
    add_item(row, MUG, "Mug", is_tracked=True)
    add_item(row, POST, "Postage", is_tracked=False)
    guest = {"name": "Web guest", "key": "guest@example.com"}
    a_snapshot(row, "customers", "80000040-1", **guest)
    for feed in ("items", "customers"):
        Cursor.objects.create(connection=row, feed=feed, caught_up_at=NOW)
    return row


def add_item(
    row: Connection, item_id: str, name: str, *, is_tracked: bool, key: str = ""
) -> None:
    data = {"is_tracked": is_tracked, "is_active": True}
    own = {"name": name, "key": key or name.upper(), "data": data}
    a_snapshot(row, "items", item_id, **own)


def form_of(people: People, row: Connection, query: str = "") -> forms.Form:
    page = people.client().get(people.url("connection_edit", uid=row.uid) + query)
    form: forms.Form = page.context["form"]
    return form


def offered(form: forms.Form, name: str) -> list[tuple[str, str]]:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    assert isinstance(field.choices, list)
    return [(str(i), str(words)) for i, words in field.choices]


def sent(form: forms.Form, **changes: str) -> dict[str, Any]:
    """Return what a browser would send of the form as it is."""
    found: dict[str, Any] = {}
    for field in form:
        if field.html_name in {"tax_items", "payment_methods"}:
            continue
        value = field.value()
        if value not in (None, "", False):
            found[field.html_name] = value
    return {**found, **changes}


def save(people: People, row: Connection, **changes: Any) -> Answer:
    url = people.url("connection_edit", uid=row.uid)
    return people.client().post(url, sent(form_of(people, row), **changes))


def suggestions_url(people: People, row: Connection, name: str) -> str:
    parts = {"company": people.company.slug, "uid": row.uid, "name": name}
    return reverse("suggestions", kwargs=parts)


def add_many(row: Connection) -> None:
    """Let there be more services than a list is made for."""
    for number in range(120):
        name, key = f"Service {number:03d}", f"S{number}"
        add_item(row, f"80000{100 + number}-1", name, is_tracked=False, key=key)


def wait_for_shipping(row: Connection) -> None:
    Delivery.objects.create(
        company=row.company,
        connection=row,
        kind="sale",
        key="key/1",
        digest="d",
        state="held",
        was_refused=True,
        waits_for="shipping_item",
        reference="1042",
        created_at=NOW,
        changed_at=NOW,
    )
    error = SettingNeededError("The line needs an item.", field="shipping_item")
    need_settings(row, error, now=NOW)
