"""How a customer looks in an answer."""

import hashlib

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    ITEM_METHODS,
    links,
    meta_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.records import Customer, Json
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

PARTS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "country",
    "state",
)


def customer_json(
    state: StoreState, customer: Customer, *, is_gone: bool = False
) -> Json:
    """Return a customer as the API and the webhooks show it."""
    digest = hashlib.sha256(customer.email.lower().encode()).hexdigest()
    billing, shipping = customer.billing, customer.shipping
    return {
        "id": customer.id,
        **date_pair("date_created", customer.created, state.zone),
        **date_pair("date_modified", customer.modified, state.zone),
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "role": customer.role,
        "username": customer.username,
        "billing": {part: billing.get(part, "") for part in (*PARTS, "email", "phone")},
        "shipping": {part: shipping.get(part, "") for part in (*PARTS, "phone")},
        "is_paying_customer": customer.is_paying,
        "avatar_url": f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g",
        "meta_data": meta_json(customer.meta),
        "_links": links(
            state,
            f"customers/{customer.id}",
            methods=() if is_gone else methods_for(customer),
        ),
    }


def methods_for(customer: Customer) -> tuple[str, ...]:
    """Return what may be done with a user: nobody deletes the owner."""
    return ITEM_METHODS[:-1] if customer.role == "administrator" else ITEM_METHODS
