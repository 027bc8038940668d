"""Where the Web Connector's schemas and tables are, if they are there at all."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).parents[5]
CONTRACTS = ROOT.parent / "shared" / "contracts" / "quickbooks" / "qbwc"
WSDL = CONTRACTS / "QBWebConnectorSvc.wsdl"

_needed = pytest.mark.skipif(
    not WSDL.is_file(),
    reason="../shared/contracts is not there: no schema to validate against",
)


def needs_contracts(test: Any) -> Any:  # noqa: ANN401 – any test function
    """Mark a test that reads the contracts."""
    return pytest.mark.contracts(_needed(test))


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
