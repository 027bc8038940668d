"""What somebody does to our documents in QuickBooks by hand is seen, and said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import moneys
from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import touch
from stockbridge.domain.reconciliation import Drift
from stockbridge.domain.tests.builders import a_refund
from stockbridge.engine.statement import BridgeStatement
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import is_even, statement
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
_CHECK = """<?xml version="1.0"?><?qbxml version="13.0"?>
<QBXML><QBXMLMsgsRq onError="stopOnError"><CheckAddRq requestID="1"><CheckAdd>
<AccountRef><ListID>{bank}</ListID></AccountRef>
<PayeeEntityRef><ListID>{payee}</ListID></PayeeEntityRef>
<ApplyCheckToTxnAdd><TxnID>{memo}</TxnID><Amount>{amount}</Amount></ApplyCheckToTxnAdd>
<ExpenseLineAdd><AccountRef><ListID>{receivable}</ListID></AccountRef>
<Amount>{amount}</Amount><CustomerRef><ListID>{payee}</ListID></CustomerRef>
</ExpenseLineAdd></CheckAdd></CheckAddRq></QBXMLMsgsRq></QBXML>"""
Hand = Callable[[QuickBooksWorld], None]


def reverse_the_receipt(world: QuickBooksWorld) -> None:
    office = world.office
    assert isinstance(office, PointOfSale)
    for row in office.company.records.receipts.all():
        row["HistoryDocStatus"] = "Reversed"
        row["TimeModified"] = office.company.now()


def void_the_sale(world: QuickBooksWorld) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    for record in list(office.company.state.of("SalesReceipt")):
        moneys.void(office.company.state, record.kind, record.id)


@pytest.fixture(params=["pos", "desktop"])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[QuickBooksWorld, Hand]]:
    is_pos = request.param == "pos"
    office = PointOfSale(a_clock()) if is_pos else Desktop(a_clock())
    with a_world(office) as world:
        yield world, reverse_the_receipt if is_pos else void_the_sale


def test_a_sale_that_was_taken_back_in_quickbooks_is_a_difference(
    shop: tuple[QuickBooksWorld, Hand],
) -> None:
    world, take_back = shop
    world.shop.place(an_order())
    world.rest()
    assert statement(world).is_even

    take_back(world)
    world.clock.advance(hours=7)
    world.rest()

    found = statement(world)
    assert not found.is_even
    assert [row.drift for row in found.statement.drift] == [Drift.MISSING_IN_BOOKS]


def test_a_sale_that_was_deleted_in_quickbooks_desktop_is_a_difference() -> None:
    with a_world(Desktop(a_clock())) as world:
        world.shop.place(an_order())
        world.shop.place(an_order(external_id="728", number="1043"))
        world.rest()
        delete(world, "SalesReceipt", "1042")

        look_again(world)

        found = statement(world)
        assert missing(found) == ["1042"]


def test_a_refund_that_was_deleted_in_quickbooks_desktop_is_a_difference() -> None:
    with a_world(Desktop(a_clock())) as world:
        world.shop.place(an_order())
        world.rest()
        world.shop.refund("727", a_refund(restocked_units=()))
        world.rest()
        assert is_even(world)
        delete(world, "CreditMemo", "1042")

        look_again(world)

        (row,) = statement(world).statement.drift
        assert (row.drift, row.is_refund) == (Drift.MISSING_IN_BOOKS, True)


def test_a_refund_that_was_voided_with_its_money_is_a_difference() -> None:
    with a_refunded_order() as world:
        void(world, "ARRefundCreditCard", "CreditMemo")

        look_again(world)

        (row,) = statement(world).statement.drift
        assert (row.drift, row.is_refund) == (Drift.MISSING_IN_BOOKS, True)


def test_a_refund_whose_money_was_given_back_by_hand_is_still_the_refund() -> None:
    with a_refunded_order(refund_form="credit_memo") as world:
        give_back_by_check(world)
        look_again(world)
        assert is_even(world)
        change_the_total(world, "CreditMemo", "1.00")

        look_again(world)

        (row,) = statement(world).statement.drift
        assert (row.drift, row.is_refund) == (Drift.AMOUNTS_DIFFER, True)


def test_what_was_deleted_before_it_was_ever_read_is_a_difference_too() -> None:
    with a_world(Desktop(a_clock())) as world:
        world.shop.place(an_order())
        world.rest(rounds=1)
        delete(world, "SalesReceipt", "1042")

        look_again(world)

        assert missing(statement(world)) == ["1042"]


def test_a_sale_that_is_older_than_what_is_read_is_not_gone_for_that() -> None:
    with a_world(Desktop(a_clock())) as world:
        world.shop.place(an_order())
        world.rest()
        world.clock.advance(hours=24 * 60)

        look_again(world)

        assert is_even(world)


def test_a_company_file_restored_after_a_deletion_has_the_sale_again() -> None:
    with a_world(Desktop(a_clock())) as world:
        world.shop.place(an_order())
        world.rest()
        assert isinstance(world.office, Desktop)
        backup = world.office.company.backup()
        delete(world, "SalesReceipt", "1042")
        look_again(world)
        assert missing(statement(world)) == ["1042"]
        world.office.company.restore(backup)

        look_again(world)

        assert is_even(world)


def delete(world: QuickBooksWorld, kind: str, number: str) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    (record,) = [
        one for one in office.company.state.of(kind) if one.text("RefNumber") == number
    ]
    moneys.delete(office.company.state, record.kind, record.id)


@contextmanager
def a_refunded_order(
    refund_form: str = "credit_memo_and_refund",
) -> Iterator[QuickBooksWorld]:
    with a_world(Desktop(a_clock(), refund_form=refund_form)) as world:
        world.shop.place(an_order())
        world.rest()
        world.shop.refund("727", a_refund(restocked_units=()))
        world.rest()
        assert is_even(world)
        yield world


def change_the_total(world: QuickBooksWorld, kind: str, total: str) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    (record,) = office.company.state.of(kind)
    record.ret.find("TotalAmount").text = total
    touch(office.company.state, record)


def give_back_by_check(world: QuickBooksWorld) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    company = office.company
    (memo,) = company.state.of("CreditMemo")
    told = _CHECK.format(
        bank=company.id_of("Account", "Checking"),
        receivable=company.id_of("Account", "Accounts Receivable"),
        payee=memo.text("CustomerRef/ListID"),
        memo=memo.id,
        amount=memo.text("TotalAmount"),
    )
    assert b'statusCode="0"' in company.process(told.encode())


def void(world: QuickBooksWorld, *kinds: str) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    for kind in kinds:
        (record,) = office.company.state.of(kind)
        moneys.void(office.company.state, record.kind, record.id)


def look_again(world: QuickBooksWorld) -> None:
    world.clock.advance(hours=7)
    world.rest()


def missing(found: BridgeStatement) -> list[str]:
    return [
        row.number
        for row in found.statement.drift
        if row.drift is Drift.MISSING_IN_BOOKS
    ]
