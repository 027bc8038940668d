"""A shop and QuickBooks Online: the real connector over HTTP, a simulated company."""

from collections.abc import Iterator

import pytest

from stockbridge.domain.errors import SignInError
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.models import Bridge, Delivery
from stockbridge.engine.tests.shop import Shop
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.tests.worlds import an_order
from stockbridge.engine.work import work_on_store
from tests.quickbooks.journeys import ADA, Journeys, sales, statement
from tests.quickbooks.office import Entry
from tests.quickbooks.online import Online
from tests.quickbooks.online_world import OnlineWorld, a_world
from tests.quickbooks.world import a_clock, another_shop

pytestmark = pytest.mark.django_db(transaction=True)


class TestOnline(Journeys[OnlineWorld]):
    """Sales are receipts, refunds refund receipts with money, and voids take back."""

    def world(self, **options: object) -> Iterator[OnlineWorld]:
        """Give a world at rest."""
        with a_world(Online(a_clock()), **options) as world:
            yield world

    def taken_back(self, total: str, tax: str) -> Entry:
        """Return a voided sale: its amounts are zero."""
        return self.sale("0.00", "0.00", state="taken back")

    def test_nothing_is_written_into_another_company(self) -> None:
        """Instead of opening another file, the owner takes the access away."""
        with self.open() as world:
            world.shop.place(an_order())
            world.office.open_another()
            world.store_job()
            with pytest.raises(SignInError):
                world.books_job()
            assert world.office.entries() == []

            world.connect()
            world.rest()

            assert len(sales(world)) == 1
            assert world.issues() == []

    def test_two_shops_share_a_company_and_no_sale_is_booked_twice(self) -> None:
        """QuickBooks has each number once: the second shop's orders need a prefix."""
        with self.open() as world:
            books, clock = world.books_connection, world.clock
            second, bridge = another_shop(world.company, books, clock)
            world.shop.place(an_order())
            world.rest()
            second.place(an_order())
            read(world, second, bridge)
            assert [entry.number for entry in sales(world)] == ["1042"]
            (issue,) = world.issues()
            assert issue.remedy

            bridge.options = {**bridge.options, "prefix": "B-"}
            bridge.save(update_fields=["options"])
            retry_issues(world.company, [issue], world.act)
            read(world, second, bridge)

            assert [entry.number for entry in sales(world)] == ["1042", "B-1042"]
            assert world.office.customers() == [ADA]
            assert world.office.on_hand("MUG") == 16
            assert world.shown("93") == second.on_shelf("93") == 16

    def test_an_invoice_is_written_now_and_its_payment_when_it_is_paid(self) -> None:
        office = Online(a_clock(), document="invoice")
        with a_world(office, when="placed") as world:
            unpaid = an_order(paid_at=None)
            world.shop.place(unpaid)
            world.rest()
            assert office.entries() == [self.sale("16.50", "1.50")]

            world.shop.place(an_order())
            world.rest()

            assert office.entries() == [
                Entry("payment", "1042", "16.50"),
                self.sale("16.50", "1.50"),
            ]
            (invoice,) = office.company.of("Invoice")
            assert invoice["Balance"] == 0
            assert statement(world).is_even
            assert {row.state for row in Delivery.objects.all()} == {"posted"}


def read(world: OnlineWorld, shop: Shop, bridge: Bridge) -> None:
    """Let the second shop's jobs and those of the books take turns."""
    for _ in range(3):
        with world.session(bridge.store) as session:
            work_on_store(session, ShopStore(shop))
        world.rest()
