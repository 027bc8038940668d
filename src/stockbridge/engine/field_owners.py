"""Whose value of which field counts between the two sides of a bridge."""

from stockbridge.domain.accounting import CustomerField, ItemField
from stockbridge.domain.three_way import FieldOwner
from stockbridge.engine.options import BridgeOptions


def customer_owners(options: BridgeOptions) -> dict[CustomerField, FieldOwner]:
    """Return whose value of each field of a customer counts."""
    names, place = options.customer_name_owner, options.customer_address_owner
    return {
        CustomerField.NAME: names,
        CustomerField.PERSON: names,
        CustomerField.COMPANY: names,
        CustomerField.EMAIL: options.customer_email_owner,
        CustomerField.PHONE: options.customer_phone_owner,
        CustomerField.BILLING: place,
        CustomerField.SHIPPING: place,
    }


def item_owners(options: BridgeOptions) -> dict[ItemField, FieldOwner]:
    """Return whose value of each field of an item counts on its way to the books."""
    is_ours = options.price_owner == "store"
    return {
        ItemField.NAME: options.item_name_owner,
        ItemField.DESCRIPTION: options.item_description_owner,
        ItemField.PRICE: FieldOwner.STORE if is_ours else FieldOwner.NOBODY,
        ItemField.UPC: options.item_upc_owner,
    }


def sends_prices(options: BridgeOptions) -> bool:
    """Return whether changed prices go to the store by themselves."""
    is_ours = options.price_owner == "books"
    return options.send_prices and is_ours and options.allow_export
