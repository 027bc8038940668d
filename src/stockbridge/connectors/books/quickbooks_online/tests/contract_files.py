"""What Intuit's shapes hold against a body, where the contracts are there."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from stockbridge.connectors.tests.shared_contracts import CONTRACTS, needs

FOLDER = CONTRACTS / "quickbooks" / "qbo"
ENTITIES = "qbo-v3-entities.derived.schema.json"
ENVELOPES = "qbo-v3-envelopes.derived.schema.json"
needs_contracts = needs(f"quickbooks/qbo/{ENTITIES}")


@cache
def contract(name: str) -> Any:  # noqa: ANN401 – any JSON
    return json.loads((FOLDER / name).read_text())


@cache
def _registry() -> Registry[Any]:
    pairs = [
        (name, Resource.from_contents(contract(name))) for name in (ENTITIES, ENVELOPES)
    ]
    return Registry().with_resources(pairs)


@cache
def _validator(reference: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": reference}, registry=_registry())


def faults_of(entity: str, body: object) -> list[str]:
    """Return what the entity's shape and field lengths hold against a body."""
    found = [
        error.message
        for error in _validator(f"{ENTITIES}#/$defs/{entity}").iter_errors(body)
    ]
    limits = contract("qbo-field-limits.derived.json")["limits"]
    told = body if isinstance(body, dict) else {}
    found += [
        f"{name} has more than {most} characters"
        for name, most in limits.get(entity.lower(), {}).items()
        if len(str(told.get(name, ""))) > most
    ]
    return found


def envelope_faults(name: str, body: object) -> list[str]:
    """Return what an envelope's shape holds against a body."""
    validator = _validator(f"{ENVELOPES}#/$defs/{name}")
    return [error.message for error in validator.iter_errors(body)]
