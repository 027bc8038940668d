"""Writes an address into QuickBooks' lines."""

from stockbridge.connectors.books.quickbooks_desktop.qbxml import Child, node, words
from stockbridge.domain.commerce import Address

_LINE_CHARS = 41
#: What of an address we write, in QuickBooks' order; `Note` is the user's.
ADDRESS_PARTS = (
    *("Addr1", "Addr2", "Addr3", "Addr4", "Addr5"),
    *("City", "State", "PostalCode", "Country"),
)


def address(tag: str, value: Address) -> Child:
    """Return an address aggregate; None for an empty address.

    Name and company come first, as on an envelope. An address that is nothing but a
    country code is none.
    """
    person = f"{value.first_name} {value.last_name}".strip()
    lines = [part for part in (person, value.company, value.line1, value.line2) if part]
    if not lines and not value.city:
        return None
    return node(
        tag,
        *(
            words(f"Addr{number}", line, _LINE_CHARS)
            for number, line in enumerate(lines, start=1)
        ),
        words("City", value.city, 31),
        words("State", value.state, 21),
        words("PostalCode", value.postcode, 13),
        words("Country", value.country, 31),
    )
