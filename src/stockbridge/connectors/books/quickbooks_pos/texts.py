"""Texts as QuickBooks Point of Sale can hold them: windows-1252, cut to the field.

Its answers are windows-1252 (captured), so what lies outside is written in the
nearest letters, and where there are none, as a question mark.
"""

import re
import unicodedata

from stockbridge.connectors.letters import LATIN

ENCODING = "windows-1252"
_NEAREST = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "İ": "I", "ħ": "h", "Ħ": "H"}
    | {"‐": "-", "‑": "-", "‒": "-", "−": "-", "′": "'", "″": '"', "ſ": "s"}
)
_BLANKS = re.compile(r"\s+")


def fit(text: str, chars_max: int) -> str:
    """Return the text in characters that POS knows, on one line, cut to the field."""
    return cleaned(text)[:chars_max].rstrip()


def cleaned(text: str) -> str:
    """Return the text on one line, in windows-1252; nothing else is lost silently.

    Control characters go; letters with marks that POS lacks lose the marks; Greek and
    Cyrillic are spelled in Latin letters; others become question marks.
    """
    if text.isascii() and text.isprintable():  # most are; nothing to be found out
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text).translate(_NEAREST)
    kept = "".join(_known(char) for char in composed)
    return _BLANKS.sub(" ", kept).strip()


def is_expressible(text: str) -> bool:
    """Return whether POS can hold the text exactly as it is."""
    return cleaned(text) == text


def _known(char: str) -> str:
    if char.isspace():
        return " "
    if _fits(char):
        return char
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Mn", "Me"}:
        return ""
    if char in LATIN:  # as a letter of its own: й is no и with a mark
        return LATIN[char]
    plain = "".join(
        part if _fits(part) else LATIN.get(part, "")
        for part in unicodedata.normalize("NFKD", char)
        if not unicodedata.combining(part)
    )
    return plain or "?"


def _fits(char: str) -> bool:
    if unicodedata.category(char) in {"Cc", "Cs"}:
        return False
    try:
        char.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True
