"""Callers from outside of whom nothing was heard yet.

A test module says `fresh = callers.fresh`, so that each of its tests begins with them.
"""

from collections.abc import Iterator

import pytest

from stockbridge.engine import app_hearing
from stockbridge.web import hooks


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let each test begin with callers that nobody knows."""
    hooks.CALLER_LIMIT.forget()
    hooks.CONNECTION_LIMIT.forget()
    app_hearing.MEMORY.forget()
    yield
    app_hearing.MEMORY.forget()
