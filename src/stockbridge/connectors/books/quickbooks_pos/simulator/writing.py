"""Answers as POS writes them (captured).

In windows-1252; scalars by the alphabet, nothing empty, True and False.
"""

from collections.abc import Iterable

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row

_FIRST = ("ListID", "TxnID", "TimeCreated", "TimeModified")


def answer(responses: Iterable[etree._Element]) -> bytes:
    """Return one message."""
    root = etree.Element("QBPOSXML")
    etree.SubElement(root, "QBPOSXMLMsgsRs").extend(responses)
    written: bytes = etree.tostring(root, encoding="windows-1252", pretty_print=True)
    return written


def response(
    request: etree._Element, code: str, text: str, severity: str
) -> etree._Element:
    """Return the empty answer to one request."""
    found = etree.Element(request.tag.removesuffix("Rq") + "Rs")
    if request.get("requestID"):
        found.set("requestID", request.get("requestID"))
    found.set("statusCode", code)
    found.set("statusMessage", text)
    found.set("statusSeverity", severity)
    return found


def append(parent: etree._Element, tag: str, row: Row) -> None:
    """Write one record."""
    element = etree.SubElement(parent, tag)
    for name in sorted(row, key=_place):
        value = row[name]
        if isinstance(value, list):
            for inner in value:
                append(element, name, inner)
        elif isinstance(value, dict):
            append(element, name, value)
        elif value not in {"", None}:
            etree.SubElement(element, name).text = str(value)


def _place(name: str) -> tuple[int, str]:
    if name in _FIRST:
        return (_FIRST.index(name), "")
    return (len(_FIRST), name.lower())
