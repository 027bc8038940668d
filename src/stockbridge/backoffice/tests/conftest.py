"""The company that most tests of the back office start with."""

import pytest

from stockbridge.backoffice.tests.builders import Shop, a_shop


@pytest.fixture
def shop(db: None) -> Shop:
    """Return a company with a chart of accounts and one location."""
    return a_shop()
