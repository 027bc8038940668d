"""What PHP and WordPress do to values on their way in and out.

Each function is named after what it stands in for; the recordings show its effects.
"""

import html
import json
import re
import unicodedata
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote

_KEPT_TAGS = re.compile(
    r"</?(?!(?:a|abbr|b|blockquote|br|code|del|div|em|h[1-6]|hr|i|img|ins|li|ol|p|pre"
    r"|q|s|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul)\b)[a-zA-Z][^>]*>",
    re.IGNORECASE,
)
_BARE_AMPERSAND = re.compile(r"&(?!(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);)")
_LEADING_NUMBER = re.compile(r"\s*([+-]?\d+)")
_UNITS = tuple(Decimal(1).scaleb(-places) for places in range(16))


def php_json(value: object) -> bytes:
    r"""Encode as `json_encode` does: `\/` for slashes, `\u` for all but ASCII."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")


def php_number(value: Decimal | float) -> int | float:
    """Return a number as `json_encode` prints it: 18.0 becomes 18."""
    number = float(value)
    return int(number) if number.is_integer() else number


def intval(value: object) -> int:
    """Return PHP's `(int)`: leading digits of a text, fractions cut, else 0."""
    if isinstance(value, bool | int | float):
        return int(value)
    if isinstance(value, str):
        if match := re.match(r"\s*[+-]?\d+(?:\.\d*)?[eE]\d+", value):
            return int(float(match[0]))
        match = _LEADING_NUMBER.match(value)
        return int(match[1]) if match else 0
    return 0


def to_bool(value: object) -> bool:
    """Return `wc_string_to_bool`: yes, true, 1 and "1" are true."""
    if isinstance(value, str):
        return value.lower() in {"yes", "true", "1"}
    return value is True or value == 1


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round away from zero at the half, as PHP's `round` does."""
    return value.quantize(_UNITS[places], rounding=ROUND_HALF_UP)


def round_half_down(value: Decimal, places: int) -> Decimal:
    """Round towards zero at the half (`PHP_ROUND_HALF_DOWN`)."""
    return value.quantize(_UNITS[places], rounding=ROUND_HALF_DOWN)


def six_places(value: Decimal) -> Decimal:
    """Round to WooCommerce's inner precision (`wc_get_rounding_precision`)."""
    return value.quantize(_UNITS[6], rounding=ROUND_HALF_UP)


def money_text(value: Decimal, places: int) -> str:
    """Return an amount with exactly `places` decimals; minus zero loses its sign."""
    rounded = value.quantize(_UNITS[places], rounding=ROUND_HALF_UP)
    return str(rounded or abs(rounded))


def format_decimal(value: object, separator: str = ".") -> str:
    """Return `wc_format_decimal` without decimals given: how prices are stored.

    "19,95" becomes "1995", "abc" becomes "", "1e3" becomes "13" (recordings 108,
    109, 740); a number loses its trailing zeros.
    """
    if isinstance(value, float):
        text = f"{value:.6f}"
        return text.rstrip("0").rstrip(".")
    text = clean(str(value) if value is not None else "")
    text = text.replace(separator, ".")
    return re.sub(r"\.(?![^.]+$)|[^0-9.-]", "", text)


def amount(value: object) -> Decimal:
    """Return what a stored or sent amount is worth; anything odd is zero."""
    try:
        return Decimal(format_decimal(value))
    except InvalidOperation:
        return Decimal(0)


def clean(text: str) -> str:
    """Return `sanitize_text_field`: no tags, no octets (%2F), single blanks."""
    text = re.sub(r"<[^>]*>", "", text)
    text = re.sub(r"[\r\n\t ]+", " ", text).strip()
    while match := re.search(r"%[a-fA-F0-9]{2}", text):
        text = text.replace(match[0], "")
    return re.sub(r" +", " ", text).strip()


def kses(text: str) -> str:
    """Return rich text as WordPress stores it: `&` escaped, odd tags dropped."""
    return _BARE_AMPERSAND.sub("&amp;", _KEPT_TAGS.sub("", text))


def autop(text: str) -> str:
    r"""Return rich text as a reader gets it: paragraphs, and a final newline."""
    if not text:
        return ""
    if text.startswith("<p"):
        return f"{text}\n"
    paragraphs = [part.replace("\n", "<br />\n") for part in text.split("\n\n")]
    return "".join(f"<p>{part}</p>\n" for part in paragraphs)


def slug_of(text: str) -> str:
    """Return `sanitize_title`: lower case, no accents, other letters as octets."""
    text = html.unescape(re.sub(r"<[^>]*>", "", text)).replace("ß", "s")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = unicodedata.normalize("NFC", text).lower().replace(".", "-")
    text = re.sub(r"[\s/]+", "-", text)
    text = "".join(char for char in text if ord(char) > 127 or re.match(r"[\w-]", char))
    return re.sub(r"-+", "-", quote(text).lower()).strip("-")


def absent(mapping: dict[str, Any], key: str) -> bool:
    """Say whether PHP's `isset` is false: the key is missing or null."""
    return mapping.get(key) is None
