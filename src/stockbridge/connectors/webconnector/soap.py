"""SOAP's document/literal calls, read into values, and their answers.

A caller is unknown until its ticket has been looked at, so nothing it sends may cost
much, raise, or make an answer say more than what is wrong with the message itself.
Whatever is wrong with a call is the caller's fault and answered 400 with a Fault. The
WS-I profile would have 500 for SOAP 1.1; but 500 is what people watch for to see that
*we* fail, and the real Web Connector sends none of these.
"""

from dataclasses import dataclass
from email.message import Message
from enum import Enum

from lxml import etree

from stockbridge.connectors.webconnector.charsets import clean, repaired, utf8
from stockbridge.connectors.webconnector.guard import objection
from stockbridge.connectors.webconnector.methods import (
    METHODS,
    NAMESPACE,
    Method,
    MethodCall,
    Parameter,
    Result,
    Shape,
)
from stockbridge.connectors.webconnector.untrusted import a_parser

#: A page of a thousand items is about four megabytes.
BODY_BYTES_MAX = 32 * 1024 * 1024
_NUMBER_CHARS_MAX = 11  # of an xs:int
_MEDIA_TYPES = {"", "text/xml", "application/xml", "application/soap+xml"}
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


class SoapVersion(Enum):
    """Which SOAP a message speaks: its namespace."""

    V11 = "http://schemas.xmlsoap.org/soap/envelope/"
    V12 = "http://www.w3.org/2003/05/soap-envelope"

    @property
    def content_type(self) -> str:
        """The type of our answers."""
        kind = "text/xml" if self is SoapVersion.V11 else "application/soap+xml"
        return f"{kind}; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Heard:
    """A call that was understood."""

    version: SoapVersion
    method: Method
    call: MethodCall


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was not understood, and why; the words go back to the caller."""

    message: str
    version: SoapVersion = SoapVersion.V11
    code: str = "Client"  # Client, VersionMismatch, MustUnderstand
    status: int = 400


def hear(body: bytes, content_type: str = "") -> Heard | Refusal:
    """Return what a message asks. The body decides; SOAPAction is not looked at."""
    if len(body) > BODY_BYTES_MAX:
        return Refusal("The message is too large.")
    header = Message()
    header["content-type"] = content_type or "text/xml"
    if header.get_content_type() not in _MEDIA_TYPES:
        return Refusal("The message is not sent as XML.")
    root = _root(body, str(header.get_param("charset", "")))
    if isinstance(root, Refusal):
        return root
    return _opened(root)


def answer(heard: Heard, result: Result) -> bytes:
    """Return the answer to a call, as the WSDL has it."""
    name = heard.method.name
    response = etree.Element(f"{{{NAMESPACE}}}{name}Response", nsmap={None: NAMESPACE})
    told = etree.SubElement(response, f"{{{NAMESPACE}}}{name}Result")
    if heard.method.shape is Shape.TEXTS and isinstance(result, tuple):
        for text in result:
            etree.SubElement(told, f"{{{NAMESPACE}}}string").text = clean(text)
    else:
        told.text = clean(str(result))
    return _enveloped(heard.version, response)


def fault(refusal: Refusal) -> bytes:
    """Return a Fault in the SOAP that the caller speaks."""
    space = refusal.version.value
    element = etree.Element(f"{{{space}}}Fault", nsmap={"soap": space})
    if refusal.version is SoapVersion.V11:
        etree.SubElement(element, "faultcode").text = f"soap:{refusal.code}"
        etree.SubElement(element, "faultstring").text = refusal.message
    else:
        code = "Sender" if refusal.code == "Client" else refusal.code
        outer = etree.SubElement(element, f"{{{space}}}Code")
        etree.SubElement(outer, f"{{{space}}}Value").text = f"soap:{code}"
        reason = etree.SubElement(element, f"{{{space}}}Reason")
        text = etree.SubElement(reason, f"{{{space}}}Text")
        text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        text.text = refusal.message
    return _enveloped(refusal.version, element)


# ── reading ──────────────────────────────────────────────────────────────────


def _root(body: bytes, charset: str) -> "etree._Element | Refusal":
    message = utf8(body, charset)
    if message is None:
        return Refusal("The message's encoding is unknown, or not what it says.")
    if refused := objection(message):
        return Refusal(refused)
    root = _parsed(message)
    if root is None and (mended := repaired(message)) is not None:
        root = _parsed(mended)
    return Refusal("The message is not well-formed XML.") if root is None else root


def _parsed(message: bytes) -> "etree._Element | None":
    # An answer is one text of megabytes; its size and its tags were looked at.
    parser = a_parser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(message, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _opened(root: "etree._Element") -> Heard | Refusal:
    name = etree.QName(root)
    version = next((v for v in SoapVersion if v.value == name.namespace), None)
    if name.localname != "Envelope":
        return Refusal("The message is no SOAP envelope.")
    if version is None:
        return Refusal("This SOAP is not spoken here.", code="VersionMismatch")
    mark = f"{{{version.value}}}mustUnderstand"
    for header in root.iterfind(f"{{{version.value}}}Header/*"):
        if header.get(mark, "").strip() in {"1", "true"}:
            return Refusal("A header is not understood.", version, "MustUnderstand")
    bodies = root.findall(f"{{{version.value}}}Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        return Refusal("The message has to have one body with one call.", version)
    return _called(version, bodies[0][0])


def _called(version: SoapVersion, element: "etree._Element") -> Heard | Refusal:
    name = etree.QName(element)
    method = METHODS.get(name.localname) if name.namespace == NAMESPACE else None
    if method is None:
        return Refusal("There is no such method.", version)
    values = {}
    for parameter in method.parameters:
        found = element.findall(f"{{{NAMESPACE}}}{parameter.name}")
        text = _text(parameter, found)
        if text is None:
            return Refusal(
                f"{parameter.name} is missing, doubled or no {_kind(parameter)}.",
                version,
            )
        values[parameter.field] = text
    return Heard(version, method, method.value(**values))


def _text(parameter: Parameter, found: list["etree._Element"]) -> str | None:
    """Return a parameter's text; None where the WSDL does not allow it.

    .NET leaves out a text that is null, so a missing one is empty.
    """
    if len(found) > 1 or any(len(element) for element in found):
        return None
    is_there = found and found[0].get(_NIL, "").strip() not in {"1", "true"}
    text = str(found[0].text or "") if is_there else ""
    return _digits(text) if parameter.is_number else text[: parameter.chars_max]


def _digits(text: str) -> str | None:
    text = text.strip()
    is_number = len(text) <= _NUMBER_CHARS_MAX and text.lstrip("+-").isdecimal()
    return text if is_number and text.isascii() else None


def _kind(parameter: Parameter) -> str:
    return "number" if parameter.is_number else "text"


# ── writing ──────────────────────────────────────────────────────────────────


def _enveloped(version: SoapVersion, content: "etree._Element") -> bytes:
    space = version.value
    envelope = etree.Element(f"{{{space}}}Envelope", nsmap={"soap": space})
    etree.SubElement(envelope, f"{{{space}}}Body").append(content)
    written: bytes = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return written
