"""Where Intuit's samples and schemas of QuickBooks Online are, if they are there."""

import json
from decimal import Decimal
from functools import cache

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.tests import shared_contracts

CONTRACTS = shared_contracts.CONTRACTS / "quickbooks" / "qbo"
needs_contracts = shared_contracts.needs("quickbooks/qbo")
_FILES = {
    "entities": "qbo-v3-entities.derived.schema.json",
    "envelopes": "qbo-v3-envelopes.derived.schema.json",
    "webhooks": "webhooks/webhooks.derived.schema.json",
}


def contract(name: str) -> Value:
    """Return one file of the contracts as JSON."""
    return json.loads(
        (CONTRACTS / name).read_text(encoding="utf-8"), parse_float=Decimal
    )


def sample(beginning: str) -> Value:
    """Return the one sample whose file begins so, such as "salesreceipt-02"."""
    (path,) = (CONTRACTS / "samples-json").glob(f"{beginning}-*.json")
    return contract(f"samples-json/{path.name}")


def samples() -> list[str]:
    """Return the names of all samples."""
    return sorted(path.name for path in (CONTRACTS / "samples-json").glob("*.json"))


@cache
def _registry() -> Registry[Value]:
    found: Registry[Value] = Registry()
    for name in _FILES.values():
        plain = name.rpartition("/")[2]
        found = found.with_resource(plain, Resource.from_contents(contract(name)))
    return found


def faults_of(value: Value, file: str, name: str) -> list[str]:
    """Return what a schema has against a value."""
    plain = _FILES[file].rpartition("/")[2]
    schema = {"$ref": f"{plain}#/$defs/{name}"}
    validator = Draft202012Validator(schema, registry=_registry())
    return [error.message for error in validator.iter_errors(value)]


def definition(name: str) -> dict[str, Value]:
    """Return the schema of one entity or nested type, its own fields only."""
    found: dict[str, Value] = contract(_FILES["entities"])["$defs"][name]["properties"]
    return found
