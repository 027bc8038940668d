"""How codes, e-mail addresses and phone numbers are compared."""

import unicodedata


def code_key(code: str) -> str:
    """Return what a SKU or lookup code is compared by: trimmed, case aside."""
    return unicodedata.normalize("NFC", code).strip().casefold()


def email_key(email: str) -> str:
    """Return what an e-mail address is compared by."""
    return unicodedata.normalize("NFC", email).strip().casefold()


def phone_key(phone: str) -> str:
    """Return what a phone number is compared by: its digits."""
    return "".join(char for char in phone if char.isdigit())


def upc_digits(upc: str) -> str:
    """Return a UPC's digits; blanks and dashes between them are dropped."""
    return "".join(char for char in upc if char.isdigit())
