"""Where the derived schema and the captured answers are, if they are there at all."""

from functools import cache

from lxml import etree

from stockbridge.connectors.tests import shared_contracts

CONTRACTS = shared_contracts.CONTRACTS / "quickbooks" / "qbpos"
SCHEMA = CONTRACTS / "qbposxml30.derived.xsd"
needs_contracts = shared_contracts.needs("quickbooks/qbpos/qbposxml30.derived.xsd")


@cache
def derived_schema() -> etree.XMLSchema:
    """Return the derived schema of qbposXML 3.0."""
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def schema_if_there() -> etree.XMLSchema | None:
    """Return the schema; None where the contracts are not there."""
    return derived_schema() if SCHEMA.is_file() else None


def errors_in(message: bytes) -> list[str]:
    """Return what the schema says against a message."""
    schema = derived_schema()
    schema.validate(etree.fromstring(message))
    return [f"{e.line}: {e.message}" for e in schema.error_log]


def captured(name: str) -> bytes:
    """Return a captured answer of Point of Sale."""
    return (CONTRACTS / "samples" / f"captured-{name}.xml").read_bytes()
