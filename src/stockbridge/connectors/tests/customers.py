"""A customer whom books have and the store changes: Ada, and where she lives."""

from dataclasses import replace

from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.commerce import Address

HOME = Address(
    first_name="Ada", last_name="Example", line1="1 Main Street", line2="Flat 7",
    city="Springfield", state="IL", postcode="62701", country="US",
)  # fmt: skip
#: Another house of the same town, with a line less.
SIDE_STREET = replace(HOME, line1="2 Side Street", line2="")
ADA = CustomerRecord(
    "Ada Example",
    email="ada@example.com",
    phone="555-0100",
    first_name="Ada",
    last_name="Example",
    billing=HOME,
)
