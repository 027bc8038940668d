"""Where the recorded exchanges of real stores are, if they are there at all."""

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[6]
CONTRACTS = ROOT.parent / "shared" / "contracts" / "stores" / "woocommerce"
RECORDINGS = CONTRACTS / "recordings"

needs_contracts = pytest.mark.skipif(
    not RECORDINGS.is_dir(),
    reason="../shared/contracts is not there: nothing recorded to compare with",
)


def recording(name: str) -> dict[str, Any]:
    """Return one recorded exchange by the name of its file, without .json."""
    found: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


def recording_names() -> list[str]:
    """Return the names of all recordings, in the order of their numbers."""
    return sorted(path.stem for path in RECORDINGS.glob("*.json"))
