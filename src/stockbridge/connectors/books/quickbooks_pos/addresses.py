"""Postal addresses in the fields of POS, each cut to its length."""

from stockbridge.connectors.books.quickbooks_pos.envelopes import Node
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.commerce import Address

SHIPPING_NAME = "Shipping"  # under which POS lists the address that we write
_STREET, _CITY, _STATE, _COUNTRY = 41, 31, 21, 31
_POSTAL_CODE, _POSTAL_CODE_OF_RECEIPT = 13, 10


def bill_address(address: Address) -> list[Node]:
    """Return a customer's billing address."""
    return [
        ("City", fit(address.city, _CITY)),
        ("Country", fit(address.country, _COUNTRY)),
        ("PostalCode", fit(address.postcode, _POSTAL_CODE)),
        ("State", fit(address.state, _STATE)),
        ("Street", fit(address.line1, _STREET)),
        ("Street2", fit(address.line2, _STREET)),
    ]


def ship_address(address: Address) -> list[Node]:
    """Return one of a customer's shipping addresses."""
    rest = bill_address(address)
    if not any(value for _, value in rest):
        return []
    return [
        ("AddressName", SHIPPING_NAME),
        ("CompanyName", fit(address.company, 41)),
        ("FullName", fit(_full_name(address), 64)),
        *rest,
    ]


def receipt_address(address: Address, shipping: str) -> list[Node]:
    """Return where a receipt's goods go, with the charge for it ("" = none)."""
    return [
        ("City", fit(address.city, _CITY)),
        ("CompanyName", fit(address.company, 41)),
        ("Country", fit(address.country, _COUNTRY)),
        ("FullName", fit(_full_name(address), 64)),
        ("Phone", fit(address.phone, 40)),
        ("PostalCode", fit(address.postcode, _POSTAL_CODE_OF_RECEIPT)),
        ("Shipping", shipping),
        ("State", fit(address.state, _STATE)),
        ("Street", fit(address.line1, _STREET)),
        ("Street2", fit(address.line2, _STREET)),
    ]


def _full_name(address: Address) -> str:
    return f"{address.first_name} {address.last_name}".strip()
