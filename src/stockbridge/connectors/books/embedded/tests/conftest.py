"""A company, and its back office as books."""

import pytest

from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.books import EmbeddedBooks
from stockbridge.connectors.books.embedded.tests.orders import (
    a_link,
)


@pytest.fixture
def company(db: None) -> Company:
    return Company.objects.create(name="Mugs", slug="mugs", currency="USD")


@pytest.fixture
def books(company: Company) -> EmbeddedBooks:
    return EmbeddedBooks(a_link(company))
