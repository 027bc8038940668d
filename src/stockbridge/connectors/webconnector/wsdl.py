"""The service's description (WSDL 1.1), written from the table of methods.

The Web Connector has it built in and never asks; people and tools do.
"""

from lxml import etree

from stockbridge.connectors.webconnector.methods import (
    METHODS,
    NAMESPACE,
    Method,
    Shape,
)

_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_XSD = "http://www.w3.org/2001/XMLSchema"
_NAMES = {"wsdl": _WSDL, "soap": _SOAP, "s": _XSD, "tns": NAMESPACE}
_SERVICE = "QBWebConnectorSvc"
_PORT = "QBWebConnectorSvcSoap"
_TYPES = {Shape.TEXT: "s:string", Shape.NUMBER: "s:int", Shape.TEXTS: "tns:Texts"}


def wsdl(address: str) -> bytes:
    """Return the description of the service at `address`."""
    root = etree.Element(_q(_WSDL, "definitions"), nsmap=_NAMES)
    root.set("targetNamespace", NAMESPACE)
    types = _add(root, _WSDL, "types")
    schema = _add(types, _XSD, "schema", elementFormDefault="qualified")
    schema.set("targetNamespace", NAMESPACE)
    _add_texts(schema)
    for method in METHODS.values():
        _add_elements(schema, method)
    for method in METHODS.values():
        _add_messages(root, method)
    _add_port_type(root)
    _add_binding(root)
    _add_service(root, address)
    written: bytes = etree.tostring(
        root, xml_declaration=True, encoding="utf-8", pretty_print=True
    )
    return written


def _add_texts(schema: "etree._Element") -> None:
    kind = _add(schema, _XSD, "complexType", name="Texts")
    parts = _add(kind, _XSD, "sequence")
    _add(
        parts,
        _XSD,
        "element",
        name="string",
        type="s:string",
        minOccurs="0",
        maxOccurs="unbounded",
        nillable="true",
    )


def _add_elements(schema: "etree._Element", method: Method) -> None:
    parts = _sequence(schema, method.name)
    for parameter in method.parameters:
        kind = "s:int" if parameter.is_number else "s:string"
        least = "1" if parameter.is_number else "0"
        _add(parts, _XSD, "element", name=parameter.name, type=kind, minOccurs=least)
    parts = _sequence(schema, f"{method.name}Response")
    least = "1" if method.shape is Shape.NUMBER else "0"
    kind = _TYPES[method.shape]
    _add(
        parts,
        _XSD,
        "element",
        name=f"{method.name}Result",
        type=kind,
        minOccurs=least,
    )


def _sequence(schema: "etree._Element", name: str) -> "etree._Element":
    element = _add(schema, _XSD, "element", name=name)
    return _add(_add(element, _XSD, "complexType"), _XSD, "sequence")


def _add_messages(root: "etree._Element", method: Method) -> None:
    for suffix, element in (("In", ""), ("Out", "Response")):
        message = _add(root, _WSDL, "message", name=f"{method.name}Soap{suffix}")
        _add(
            message,
            _WSDL,
            "part",
            name="parameters",
            element=f"tns:{method.name}{element}",
        )


def _add_port_type(root: "etree._Element") -> None:
    port = _add(root, _WSDL, "portType", name=_PORT)
    for name in METHODS:
        operation = _add(port, _WSDL, "operation", name=name)
        _add(operation, _WSDL, "input", message=f"tns:{name}SoapIn")
        _add(operation, _WSDL, "output", message=f"tns:{name}SoapOut")


def _add_binding(root: "etree._Element") -> None:
    binding = _add(root, _WSDL, "binding", name=_PORT, type=f"tns:{_PORT}")
    _add(
        binding,
        _SOAP,
        "binding",
        transport="http://schemas.xmlsoap.org/soap/http",
        style="document",
    )
    for name in METHODS:
        operation = _add(binding, _WSDL, "operation", name=name)
        action = NAMESPACE + name
        _add(operation, _SOAP, "operation", soapAction=action, style="document")
        for side in ("input", "output"):
            _add(_add(operation, _WSDL, side), _SOAP, "body", use="literal")


def _add_service(root: "etree._Element", address: str) -> None:
    service = _add(root, _WSDL, "service", name=_SERVICE)
    port = _add(service, _WSDL, "port", name=_PORT, binding=f"tns:{_PORT}")
    _add(port, _SOAP, "address", location=address)


def _add(
    parent: "etree._Element", space: str, tag: str, /, **attributes: str
) -> "etree._Element":
    return etree.SubElement(parent, _q(space, tag), **attributes)


def _q(space: str, name: str) -> str:
    return f"{{{space}}}{name}"
