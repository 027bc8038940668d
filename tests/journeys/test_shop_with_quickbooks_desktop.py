"""A shop and QuickBooks Desktop: the real translator, its caller, a company file."""

from collections.abc import Iterator

import pytest

from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.actions.runs import undo_run
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import (
    ADA,
    DeskJourneys,
    an_order_of_bob,
    sales,
    statement,
)
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.office import Entry
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)


class TestDesktop(DeskJourneys):
    """Sales are receipts, refunds credit memos with money, and voids take back."""

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        """Give a world at rest."""
        with a_world(Desktop(a_clock()), **options) as world:
            yield world

    def refund(self, number: str, total: str, tax: str) -> list[Entry]:
        """Return the credit memo and the money given back for it."""
        return [
            Entry("refund", number, total, tax, ADA),
            Entry("money back", number, total, "", ADA),
        ]

    def taken_back(self, total: str, tax: str) -> Entry:
        """Return a voided sale: its amounts are zero."""
        return self.sale("0.00", "0.00", state="taken back")

    def test_a_refused_customer_holds_only_what_is_billed_to_her(self) -> None:
        with self.open() as world:
            office = world.office
            assert isinstance(office, Desktop)
            vendor = office.company.add("Vendor", ADA)
            world.shop.place(an_order())
            world.shop.place(an_order_of_bob())
            world.rest()

            assert [entry.number for entry in sales(world)] == ["1043"]
            (issue,) = world.issues()
            assert f"customer {ADA}" in issue.title
            assert f'The name "{ADA}" of the list element' in issue.message
            assert issue.remedy
            assert issue.waiting_count == 2  # she, and her sale

            del office.company.state.records[vendor]
            retry_issues(world.company, [issue], world.act)
            world.rest()

            assert [entry.number for entry in sales(world)] == ["1042", "1043"]
            assert world.issues() == []

    def test_an_invoice_is_paid_once(self) -> None:
        office = Desktop(a_clock(), document="invoice")
        with a_world(office) as world:
            world.shop.place(an_order())
            world.rest()

            assert office.entries() == [
                Entry("payment", "1042", "16.50"),
                self.sale("16.50", "1.50"),
            ]
            assert statement(world).is_even

    def test_a_kept_answer_is_fetched_and_nothing_is_looked_up(self) -> None:
        with self.open() as world:
            line = lose_answer(world, b"SalesReceiptAddRq")
            world.shop.place(an_order())
            world.rest()

            assert world.outcome("727") == "posted"
            assert line.count(b"SalesReceiptAddRq") == 1
            assert line.count(b"<SalesReceiptQueryRq") == 0
            assert len(sales(world)) == 1

    def test_a_file_restored_from_a_backup_gets_the_sale_that_it_lost(self) -> None:
        with self.open() as world:
            office = world.office
            assert isinstance(office, Desktop)
            world.shop.place(an_order())
            world.rest()
            backup = office.company.backup()
            line = lose_answer(world, b"SalesReceiptAddRq")
            line.afterwards = lambda: office.company.restore(backup)
            world.shop.place(an_order(external_id="728", number="1043"))
            world.rest(rounds=3)

            assert [entry.number for entry in sales(world)] == ["1042", "1043"]
            assert line.count(b"SalesReceiptAddRq") == 2
            assert office.on_hand("MUG") == 16
            assert world.issues() == []

    def test_what_a_restored_file_lost_is_undone_and_imported_again_once(self) -> None:
        with self.open(orders_enabled=False) as world:
            office = world.office
            assert isinstance(office, Desktop)
            world.shop.place(an_order())
            world.shop.place(an_order(external_id="728", number="1043"))
            world.rest()
            world.approve(world.start(Run.Kind.IMPORT_ORDERS, orders=["727"]))
            world.rest()
            backup = office.company.backup()
            lost = world.approve(world.start(Run.Kind.IMPORT_ORDERS, orders=["728"]))
            world.rest()
            office.company.restore(backup)
            assert [entry.number for entry in sales(world)] == ["1042"]

            self.approve(world, undo_run(lost, world.act))
            import_again(world.bridge, ["728"], world.act)
            world.rest()

            assert [entry.number for entry in sales(world)] == ["1042", "1043"]
            assert office.on_hand("MUG") == 16
            assert world.issues() == []
