"""A sales order filled in parts: a receipt for each, to the cent, by nobody twice."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    a_line,
    a_refund,
    a_request,
    money,
)
from stockbridge.connectors.books.quickbooks_pos.tests.open_order import Shop
from stockbridge.domain.accounting import (
    BooksRef,
    CancellationDocument,
    DocumentLine,
    FulfillmentDocument,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.part_amounts import part_of_sale
from stockbridge.ports import LookUpOutcome, NotDone, PostOutcome, Prepare

ONE, TWO = "fulfillment/fulfillment:F1/1", "fulfillment/fulfillment:F2/1"


def part(shop: Shop, units: int, *earlier: FulfillmentDocument) -> FulfillmentDocument:
    """Return the next part of the order: so many mugs."""
    before = [one.billed for one in earlier if one.billed is not None]
    gone = sum((line[1] for one in earlier for line in one.lines), Decimal(0))
    return FulfillmentDocument(
        BooksRef(shop.order_id),
        DAY,
        lines=(("11", Decimal(units)),),
        billed=part_of_sale(shop.sale, before, {"11": Decimal(units)}),
        whole=(shop.sale.total, shop.sale.total_tax),
        gone=(("11", gone),),
    )


def test_two_receipts_fill_an_order_to_the_cent_and_close_it() -> None:
    shop = Shop()
    first = part(shop, 1)
    second = part(shop, 1, first)

    one = shop.counter.write(first, ONE)
    between = (shop.order["SalesOrderStatusDesc"], shop.promised)
    on_hand = shop.counter.on_hand(shop.mug)
    two = shop.counter.write(second, TWO)

    assert (one.total, one.total_tax) == (money("15.80"), money("0.80"))
    assert (two.total, two.total_tax) == (money("10.80"), money("0.80"))
    assert between == ("Open", "1.00")
    assert on_hand == 9
    assert shop.order["SalesOrderStatusDesc"] == "Closed"
    assert (shop.counter.on_hand(shop.mug), shop.promised) == (Decimal(8), "0.00")
    tenders = [r["TenderCreditCardRet"][0] for r in shop.counter.receipts()]
    assert sorted(t["TenderAmount"] for t in tenders) == ["10.80", "15.80"]


def test_an_order_of_which_somebody_sold_a_part_is_held() -> None:
    shop = Shop()
    first = part(shop, 1)
    (mugs, *_) = shop.order["SalesOrderItemRet"]
    mugs["QtySold"] = "1.00"

    shop.refuses("has been filled in Point of Sale", first)


def test_what_our_own_part_sold_does_not_hold_the_next() -> None:
    shop = Shop()
    first = part(shop, 1)
    shop.counter.write(first, ONE)

    ask = Prepare("p", a_request(part(shop, 1, first), TWO))
    (told,) = shop.counter.ask(ask)
    (again,) = shop.counter.ask(Prepare("q", a_request(first, ONE)))

    assert not isinstance(told, NotDone)
    assert isinstance(again, NotDone)


class TwoGoods(Shop):
    """The same counter; the order sells three plates for ten, too."""

    def __init__(self) -> None:
        super().__init__()
        self.plate = self.counter.item("PLATE", on_hand="10")
        self.sale = self.of(self.mugs(2), self.plates(), self.post())
        order = replace(self.sale, reference="13")
        self.order_id = self.counter.write(order, "sale/13/1").books_id

    def plates(self) -> DocumentLine:
        line = a_line(self.plate, total="10.00", source_id="14")
        return replace(line, quantity=Decimal(3), units=Decimal(3))

    def part_of(self, leaving: dict[str, int], gone: dict[str, int]) -> str:
        """Return what is said of a part: "" where it may leave."""
        before, count = [], {line: Decimal(n) for line, n in leaving.items()}
        if any(gone.values()):
            took = {line: Decimal(n) for line, n in gone.items() if n}
            before.append(part_of_sale(self.sale, [], took))
        document = FulfillmentDocument(
            BooksRef(self.order_id),
            DAY,
            lines=tuple(count.items()),
            billed=part_of_sale(self.sale, before, count),
            whole=(self.sale.total, self.sale.total_tax),
            gone=tuple((line, Decimal(n)) for line, n in gone.items()),
        )
        told = self.prepared(document)
        return told.message if isinstance(told, NotDone) else ""

    def sell(self, *units: int) -> None:
        """Let so many have been sold of each line of goods, as they stand there."""
        for line, count in zip(self.order["SalesOrderItemRet"], units, strict=False):
            line["QtySold"] = f"{count}.00"


@pytest.mark.parametrize("leaving", [{"11": 1}, {"14": 1}, {"11": 1, "14": 1}])
def test_what_somebody_sold_is_not_made_up_for_by_what_came_back_of_ours(
    leaving: dict[str, int],
) -> None:
    shop = TwoGoods()
    gone = {"11": 1, "14": 0}
    shop.sell(1, 0, 0)
    fine = shop.part_of(leaving, gone)
    shop.sell(0, 1, 0)

    assert fine == ""
    assert "has been filled in Point of Sale" in shop.part_of(leaving, gone)


def test_parts_of_an_item_on_two_lines_do_not_hold_each_other() -> None:
    shop = TwoGoods()
    more = replace(shop.mugs(1), source_id="15")
    shop.sale = shop.of(shop.mugs(2), more, shop.plates(), shop.post())
    order = replace(shop.sale, reference="14")
    shop.order_id = shop.counter.write(order, "sale/14/1").books_id
    shop.sell(1, 1, 0)

    gone = {"11": 1, "15": 1, "14": 0}
    assert shop.part_of({"11": 1}, gone) == ""
    assert shop.part_of({"14": 1}, gone) == ""


def test_parts_in_doubt_are_told_apart() -> None:
    shop = Shop()
    first = part(shop, 1)
    second = part(shop, 1, first)
    one = shop.counter.write(first, ONE)

    missing = shop.counter.look_up(second, TWO)
    two = shop.counter.write(second, TWO)
    found = [shop.counter.look_up(first, ONE), shop.counter.look_up(second, TWO)]

    assert missing.outcome is LookUpOutcome.MISSING
    ids = [look.result.books_id for look in found if look.result is not None]
    assert ids == [one.books_id, two.books_id]


def test_what_came_back_of_a_part_belongs_to_its_receipt() -> None:
    shop = Shop()
    receipt = shop.counter.write(part(shop, 1), ONE).books_id
    refund = a_refund(receipt, shop.mugs(1), restocked=(("11", Decimal(1)),))

    result = shop.counter.write(refund, "refund/70/1")

    assert result.outcome is PostOutcome.POSTED
    assert shop.counter.on_hand(shop.mug) == 10


def test_what_is_left_of_an_order_is_closed_by_a_person() -> None:
    shop = Shop()
    shop.counter.write(part(shop, 1), ONE)
    rest = CancellationDocument(BooksRef(shop.order_id), DAY, is_rest=True)

    with pytest.raises(InvalidInputError, match="what is left"):
        shop.counter.translator.check_document(a_request(rest))
