"""What settings are chosen from is read of books that offer it, and kept as facts."""

from collections.abc import Mapping, Sequence

import pytest

from stockbridge.domain.catalog import Location
from stockbridge.engine.called_lists import keep_lists, read_lists
from stockbridge.engine.desk.choices import offer_of
from stockbridge.engine.tests.ledger import Ledger
from stockbridge.engine.tests.ledger_books import LedgerBooks
from stockbridge.engine.tests.rows import NOW, a_connection
from stockbridge.ports import BooksAccount, ChosenFrom

pytestmark = pytest.mark.django_db


class Offering(LedgerBooks):
    """Books that have classes to choose from."""

    def accounts(self) -> tuple[BooksAccount, ...]:
        return (BooksAccount("35", "Checking", "Bank"),)

    def locations(self) -> tuple[Location, ...]:
        return (Location("main", "Main"),)

    def choices(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        return {"classes": (("5", "Web"),)}


def test_lists_that_books_offer_can_be_chosen_from() -> None:
    row = a_connection(kind="books", facts={"currency": "USD"})

    keep_lists(row.pk, read_lists(Offering(Ledger(now=lambda: NOW))))

    row.refresh_from_db()
    found = offer_of(row, ChosenFrom(("classes",))).find(limit=10)
    banks = ChosenFrom(("accounts",), kinds=frozenset({"Bank"}))
    assert [(one.id, one.name) for one in found] == [("5", "Web")]
    assert [one.name for one in offer_of(row, banks).find(limit=10)] == ["Checking"]
    assert row.facts["currency"] == "USD"


def test_books_without_lists_change_nothing() -> None:
    row = a_connection(kind="books", facts={"currency": "USD"})

    keep_lists(row.pk, read_lists(LedgerBooks(Ledger(now=lambda: NOW))))

    row.refresh_from_db()
    assert row.facts == {"currency": "USD"}
