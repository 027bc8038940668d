"""Where it is written what the outside systems really do, if it is there at all.

A test that reads it carries `needs(…)` and is skipped without it (`conftest.py`).
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
CONTRACTS = ROOT.parent / "shared" / "contracts"


def needs(path: str) -> pytest.MarkDecorator:
    """Return the mark of a test that reads this file or folder of the contracts."""
    return pytest.mark.contracts(path)


def why_missing(path: str) -> str:
    """Return why a test that needs this cannot run; "" where it is there."""
    there = (CONTRACTS / path).exists()
    return "" if there else f"../shared/contracts/{path} is not there"
