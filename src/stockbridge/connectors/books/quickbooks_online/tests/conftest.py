"""One simulated company per test, whose clock stands still, with settings that fit."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock


@pytest.fixture
def connected() -> Iterator[SignedIn]:
    """Return a company with automated sales tax that keeps our numbers."""
    habits = Habits(automated_tax=True)
    options = Options(habits=habits, limits=UNLIMITED, clock=SettableClock())
    with signed_in(options) as found:
        yield found
