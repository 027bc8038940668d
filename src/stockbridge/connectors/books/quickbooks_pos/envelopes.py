"""One qbposXML message as bytes: written in ASCII, read without trust.

What we write is plain ASCII with character references, so that no carrier can break
it. What comes is windows-1252 (captured); a carrier may have made UTF-8 of it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.texts import ENCODING
from stockbridge.connectors.webconnector.untrusted import answer_root, unreadable

HEAD = (
    f'<?xml version="1.0" encoding="{ENCODING}"?>\n<?qbposxml version="3.0"?>\n'
).encode()
WHOSE = "Point of Sale"
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")

#: The text of a field that a change empties: an element without text, not left out.
#: No text that POS can hold has this character.
EMPTIED = "\0"
#: A tag and its text, or its children; what is None or "" is left out.
Node = tuple[str, "str | Sequence[Node] | None"]


@dataclass(frozen=True, slots=True)
class Message:
    """One request on its way: its tag, its attributes, what is in it."""

    tag: str
    request_id: str
    children: Sequence[Node]
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """One answer in a message, by the id of its request."""

    request_id: str
    tag: str
    code: str
    severity: str
    text: str
    element: etree._Element

    @property
    def is_error(self) -> bool:
        """Whether it was refused. Status 1, nothing found, is no error."""
        return self.code not in {"0", "1"} and self.severity.lower() == "error"

    def rows(self, tag: str) -> list[etree._Element]:
        """Return the records in it."""
        found: list[etree._Element] = self.element.findall(tag)
        return found


def envelope(messages: Iterable[Message]) -> bytes:
    """Return the bytes of one message; what follows an error is done all the same."""
    root = etree.Element("QBPOSXML")
    body = etree.SubElement(root, "QBPOSXMLMsgsRq", onError="continueOnError")
    for message in messages:
        request = etree.SubElement(body, message.tag, requestID=message.request_id)
        for name, value in message.attributes:
            request.set(name, value)
        _fill(request, message.children)
    written: bytes = etree.tostring(root, encoding="us-ascii", xml_declaration=False)
    return HEAD + written


def responses(answer: bytes) -> dict[str, Response]:
    """Return the answers by request id; raises AnswerLostError if it is unreadable."""
    root = answer_root(answer, WHOSE, encoding=_encoding_of(answer))
    body = root if root.tag == "QBPOSXMLMsgsRs" else root.find("QBPOSXMLMsgsRs")
    if body is None:
        raise unreadable(WHOSE, "it has no QBPOSXMLMsgsRs")
    return {found.request_id: found for found in _responses(body) if found.request_id}


def text_of(element: etree._Element, path: str) -> str:
    """Return the text at the path, "" where it is left out: POS omits the empty."""
    return (element.findtext(path) or "").strip()


def flag_of(element: etree._Element, path: str, *, default: bool) -> bool:
    """Return a truth as POS writes it: True, False; the schema says true, 1, too."""
    text = text_of(element, path).lower()
    return text in {"true", "1"} if text else default


def _responses(body: etree._Element) -> Iterator[Response]:
    for element in body.iterchildren(tag=etree.Element):
        yield Response(
            request_id=element.get("requestID", ""),
            tag=element.tag,
            code=element.get("statusCode", ""),
            severity=element.get("statusSeverity", ""),
            text=element.get("statusMessage", ""),
            element=element,
        )


def _encoding_of(answer: bytes) -> str:
    """Return how the bytes are really written, whatever the declaration says.

    SOAP carries text: a carrier that wrote UTF-8 again left the old declaration.
    Text of windows-1252 that happens to be valid UTF-8 is next to impossible.
    """
    try:
        _DECLARATION.sub(b"", answer, count=1).decode()
    except UnicodeDecodeError:
        return ENCODING
    return "utf-8"


def _fill(parent: etree._Element, children: Sequence[Node]) -> None:
    for tag, value in children:
        if not value:
            continue
        child = etree.SubElement(parent, tag)
        if isinstance(value, str):
            child.text = "" if value == EMPTIED else value
        else:
            _fill(child, value)
