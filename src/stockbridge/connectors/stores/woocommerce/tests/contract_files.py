"""Where the recorded exchanges of real stores are, if they are there at all."""

import json
from typing import Any

from stockbridge.connectors.tests import shared_contracts

CONTRACTS = shared_contracts.CONTRACTS / "stores" / "woocommerce"
RECORDINGS = CONTRACTS / "recordings"
needs_contracts = shared_contracts.needs("stores/woocommerce/recordings")


def recording(name: str) -> dict[str, Any]:
    """Return one recorded exchange by the name of its file, without .json."""
    found: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


def recording_names() -> list[str]:
    """Return the names of all recordings, in the order of their numbers."""
    return sorted(path.stem for path in RECORDINGS.glob("*.json"))
