"""Where Intuit's schema, field table and samples are, if they are there at all."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from stockbridge.connectors.tests import shared_contracts

CONTRACTS = shared_contracts.CONTRACTS / "quickbooks" / "qbxml"
needs_contracts = shared_contracts.needs("quickbooks/qbxml")


@cache
def schema(version: str = "160") -> Any:  # noqa: ANN401 – lxml comes without types
    """Return Intuit's own schema of qbXML."""
    name = CONTRACTS / f"xsd{version}" / f"qbxmlops{version}.xsd"
    return etree.XMLSchema(etree.parse(str(name)))


def faults_of(document: bytes, version: str = "160") -> list[str]:
    """Return what the schema has against a document."""
    checked = schema(version)
    if checked.validate(etree.fromstring(document)):
        return []
    return [str(error) for error in checked.error_log]


#: The table is of the usual messages only; these are told by qbxmlops160.xml, where
#: nothing keeps them from Desktop.
_BESIDES: dict[str, dict[str, Any]] = {
    "QBXMLMsgsRq/EntityQueryRq": {},
    "QBXMLMsgsRq/EntityQueryRq/FullName": {},
    "QBXMLMsgsRq/EntityQueryRq/IncludeRetElement": {"maxLength": 50, "since": "4.0"},
}


@cache
def field_table() -> dict[str, dict[str, Any]]:
    """Return Intuit's field table for the Desktop edition, by path."""
    told = json.loads((CONTRACTS / "qbxml160.fields.json").read_text())
    return {**_BESIDES, **{field["path"]: field for field in told["fields"]}}


def faults_of_request(body: bytes) -> list[str]:
    """Return what schema and field table have against an envelope."""
    assert body.isascii()
    found = faults_of(body)
    table = field_table()
    for element in etree.fromstring(body).iter():
        if not isinstance(element.tag, str) or element.tag == "QBXML":
            continue
        above = [one.tag for one in element.iterancestors()][::-1][1:]
        path = "/".join([*above, element.tag])
        if path == "QBXMLMsgsRq":
            continue
        if path not in table:
            found.append(f"{path} is not in QuickBooks Desktop")
            continue
        longest = table[path].get("maxLength")
        if longest and len(element.text or "") > int(longest):
            found.append(f"{path} is longer than {longest}")
        since = Decimal(table[path].get("since", "1.0"))
        if since > _version(body):
            found.append(f"{path} is not known before {since}")
    return found


def _version(body: bytes) -> Decimal:
    head = body.split(b"<QBXML>")[0].decode()
    return Decimal(head.split('<?qbxml version="')[1].split('"')[0])


def samples() -> list[Path]:
    """Return Intuit's samples of messages."""
    return sorted(CONTRACTS.glob("samples/*/*.xml"))
