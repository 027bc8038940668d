"""Where the Web Connector's schemas and tables are, if they are there at all."""

import json
from functools import cache
from typing import Any

from lxml import etree

from stockbridge.connectors.tests import shared_contracts

CONTRACTS = shared_contracts.CONTRACTS / "quickbooks" / "qbwc"
WSDL = CONTRACTS / "QBWebConnectorSvc.wsdl"
needs_contracts = shared_contracts.needs("quickbooks/qbwc/QBWebConnectorSvc.wsdl")


@cache
def schema(name: str) -> "etree.XMLSchema":
    """Return one of the schemas by its file's name."""
    return etree.XMLSchema(etree.parse(str(CONTRACTS / name)))


def codes(name: str) -> dict[str, Any]:
    """Return the codes of one of the tables."""
    found: dict[str, Any] = json.loads((CONTRACTS / name).read_text())["codes"]
    return found


def assert_valid(document: bytes, name: str) -> None:
    """Fail with the schema's words where a document does not validate."""
    checked = schema(name)
    root = etree.fromstring(document)
    if name == "qbwc-soap-body.xsd":
        root = root[0][0]  # what is inside the body
        root = etree.fromstring(etree.tostring(root))
    assert checked.validate(root), checked.error_log
