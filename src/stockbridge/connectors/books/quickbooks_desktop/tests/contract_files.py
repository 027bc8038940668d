"""Where Intuit's schema, field table and samples are, if they are there at all."""

import json
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


@cache
def field_table() -> dict[str, dict[str, Any]]:
    """Return Intuit's field table for the Desktop edition, by path."""
    told = json.loads((CONTRACTS / "qbxml160.fields.json").read_text())
    return {field["path"]: field for field in told["fields"]}


def samples() -> list[Path]:
    """Return Intuit's samples of messages."""
    return sorted(CONTRACTS.glob("samples/*/*.xml"))
