"""Builds and reads qbXML: elements in order, amounts in their patterns.

Envelopes leave in ASCII with character references, so that no byte can be misread on
the way. What comes in is parsed without entities, network or DTD (STACK).
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.text import fitted
from stockbridge.connectors.webconnector.untrusted import answer_root, unreadable
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money

Element: TypeAlias = Any  # lxml comes without types
Child: TypeAlias = Any | None

WHOSE = "QuickBooks Desktop"
_AMOUNT_DIGITS, _QUANTITY_DIGITS = 2, 5
_QUANTITY_MAX = Decimal(10) ** 10


def node(tag: str, *children: Child) -> Child:
    """Return an element with its children; None where it would be empty."""
    kept = [child for child in children if child is not None]
    if not kept:
        return None
    element = etree.Element(tag)
    element.extend(kept)
    return element


def leaf(tag: str, text: str) -> Child:
    """Return an element with text; None for no text."""
    if not text:
        return None
    element = etree.Element(tag)
    element.text = text
    return element


def told(tag: str, text: str) -> Element:
    """Return an element even for no text: in a change that empties the field."""
    element = etree.Element(tag)
    element.text = text
    return element


def words(tag: str, text: str, chars_max: int) -> Child:
    """Return an element with free text, as QuickBooks can keep it."""
    return leaf(tag, fitted(text, chars_max))


def ref(tag: str, list_id: str) -> Child:
    """Return a reference by id."""
    return node(tag, leaf("ListID", list_id))


def named_ref(tag: str, name: str) -> Child:
    """Return a reference by name: only for tax codes, which a person chose."""
    return node(tag, leaf("FullName", name))


def day(tag: str, value: date) -> Child:
    """Return a date."""
    return leaf(tag, value.isoformat())


def amount(tag: str, value: Money) -> Child:
    """Return an AMTTYPE: exactly two decimals (`1.5` is refused)."""
    return leaf(tag, amount_text(value))


def amount_text(value: Money) -> str:
    """Return an amount with two decimals; InvalidInputError where it has more."""
    rounded = value.amount.quantize(Decimal(10) ** -_AMOUNT_DIGITS)
    if rounded != value.amount:
        raise InvalidInputError(
            f"{value} has more than two decimals; QuickBooks Desktop keeps two.",
            field="total",
        )
    return f"{rounded + 0:f}"


def quantity(tag: str, value: Decimal) -> Child:
    """Return a QUANTYPE: at most five decimals."""
    return leaf(tag, quantity_text(value))


def quantity_text(value: Decimal) -> str:
    """Return a number with up to five decimals; InvalidInputError for a finer one."""
    rounded = value.quantize(Decimal(10) ** -_QUANTITY_DIGITS)
    if rounded != value or abs(value) >= _QUANTITY_MAX:
        raise InvalidInputError(
            f"QuickBooks Desktop cannot hold the quantity {value}: ten digits and "
            "five decimals at most.",
            field="quantity",
        )
    return f"{rounded.normalize() + 0:f}"


def request(tag: str, request_id: str, *children: Child) -> Element:
    """Return one request of an envelope; it may be empty of children."""
    element = etree.Element(tag, requestID=request_id)
    element.extend([child for child in children if child is not None])
    return element


def in_order(elements: Iterable[Child], order: tuple[str, ...]) -> list[Child]:
    """Return the elements in the schema's order; QuickBooks enforces it."""
    kept = [element for element in elements if element is not None]
    return sorted(kept, key=lambda element: order.index(str(element.tag)))


def envelope(
    requests: Iterable[Element],
    *,
    version: str,
    on_error: str = "continueOnError",
    new_id: str = "",
    old_id: str = "",
) -> bytes:
    """Return a message set as bytes."""
    root = etree.Element("QBXML")
    messages = etree.SubElement(root, "QBXMLMsgsRq", onError=on_error)
    if new_id:
        messages.set("newMessageSetID", new_id)
    if old_id:
        messages.set("oldMessageSetID", old_id)
    messages.extend(list(requests))
    body = etree.tostring(root, encoding="US-ASCII", xml_declaration=False)
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n'
    return head.encode() + bytes(body)


def parsed(answer: bytes) -> Element:
    """Return the message set of an answer; AnswerLostError where there is none."""
    root = answer_root(answer, WHOSE)
    messages = root.find("QBXMLMsgsRs")
    if root.tag != "QBXML" or messages is None:
        raise unreadable(WHOSE, "it has no QBXMLMsgsRs")
    return messages


def text_of(element: Element | None, path: str) -> str:
    """Return the text at a path, "" where it is not there."""
    if element is None:
        return ""
    return (element.findtext(path) or "").strip()
