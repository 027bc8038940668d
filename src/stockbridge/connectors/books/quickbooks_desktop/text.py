"""Turns any text into what QuickBooks Desktop keeps: printable ISO-8859-1, and short.

What is outside ISO-8859-1 becomes `?` in QuickBooks, or a parse error (FACTS 3). So
letters are transliterated where a reader would recognise them, and what has no
likeness (most of the world's scripts) is a `?` of ours, never a broken envelope.
"""

import re
import unicodedata

from stockbridge.connectors.letters import LATIN

_SIGNS = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201a": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2022": "*",
    "\u2026": "...",
    "\u20ac": "EUR",
    "\u2122": "(TM)",
    "Œ": "OE",
    "œ": "oe",
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "Ħ": "H",
    "ħ": "h",
    "ı": "i",
    "ĸ": "k",
    "Ŋ": "N",
    "ŋ": "n",
    "Ŧ": "T",
    "ŧ": "t",
    "ẞ": "SS",
    "ə": "e",
}
_LATIN1 = re.compile(r"[\x20-\x7e\xa0-\xac\xae-\xff]")
_COLON = re.compile(r"\s*:\s*")
UNKNOWN = "?"
_TABLE = {**_SIGNS, **LATIN}


def legible(text: str) -> str:
    """Return the text in printable ISO-8859-1, on one line."""
    plain = "".join(_likeness(char) for char in unicodedata.normalize("NFC", text))
    return " ".join(plain.split())


def fitted(text: str, chars_max: int) -> str:
    """Return the text as QuickBooks keeps it, cut to the field's length."""
    return legible(text)[:chars_max].strip()


def listed_name(text: str, chars_max: int, *, otherwise: str = "") -> str:
    """Return a name for a list of QuickBooks.

    A colon would mean a parent (3090), so it becomes a dash. A name of which nothing
    is legible is replaced by `otherwise`.
    """
    name = fitted(_COLON.sub(" - ", legible(text)), chars_max)
    is_legible = any(char.isalnum() for char in name)
    return name if is_legible else fitted(_COLON.sub(" - ", otherwise), chars_max)


def _likeness(char: str) -> str:
    if _LATIN1.fullmatch(char):
        return char
    if char in _TABLE:
        return _TABLE[char]
    if char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Cs"}:
        return " " if char.isspace() or unicodedata.category(char) == "Cc" else ""
    parts = unicodedata.normalize("NFKD", char)
    kept = "".join(
        part if _LATIN1.fullmatch(part) else _TABLE.get(part, "")
        for part in parts
        if not unicodedata.combining(part)
    )
    return kept or ("" if unicodedata.combining(char) else UNKNOWN)
