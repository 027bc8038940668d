"""Texts as QuickBooks Online keeps them: UTF-8, without control characters, cut."""

import re
import unicodedata

from stockbridge.domain.commerce import Address

_COLON = re.compile(r"\s*:\s*")
_MAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@.]{2,}")
_MAIL_CHARS_MAX = 100
_UNSAYABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Joins letters and emoji: without it Persian and families fall apart.
_JOINERS = frozenset("\u200c\u200d")


def line_of(text: str, chars_max: int) -> str:
    """Return the text on one line, cut to the field's length."""
    kept = "".join(
        char
        if unicodedata.category(char) not in _UNSAYABLE or char in _JOINERS
        else " "
        for char in unicodedata.normalize("NFC", text)
    )
    return " ".join(kept.split())[:chars_max].strip()


def listed_name(text: str, chars_max: int, *, otherwise: str = "") -> str:
    """Return a name for one of QuickBooks' lists.

    A colon would mean a parent, so it becomes a dash. A name without a letter or a
    digit is replaced by `otherwise`.
    """
    name = line_of(_COLON.sub(" - ", text), chars_max)
    if any(char.isalnum() for char in name):
        return name
    return line_of(_COLON.sub(" - ", otherwise), chars_max)


def mail_of(text: str) -> str:
    """Return an e-mail address that QuickBooks takes (2210), "" for any other."""
    mail = text.strip()
    is_good = len(mail) <= _MAIL_CHARS_MAX and mail.isascii() and _MAIL.fullmatch(mail)
    return mail if is_good else ""


def address_of(value: Address) -> dict[str, str]:
    """Return a PhysicalAddress; empty for an address that is only a country.

    Name and company come first, as on an envelope.
    """
    person = f"{value.first_name} {value.last_name}".strip()
    lines = [
        line
        for part in (person, value.company, value.line1, value.line2)
        if (line := line_of(part, 500))
    ]
    if not lines and not value.city:
        return {}
    told = {f"Line{number}": line for number, line in enumerate(lines, start=1)}
    told |= {
        "City": line_of(value.city, 255),
        "CountrySubDivisionCode": line_of(value.state, 255),
        "PostalCode": line_of(value.postcode, 30),
        "Country": line_of(value.country, 255),
    }
    return {name: text for name, text in told.items() if text}
