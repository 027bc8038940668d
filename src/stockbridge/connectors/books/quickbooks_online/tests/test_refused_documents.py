"""What QuickBooks refuses: the rest goes on, and a person learns what to do."""

from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_post,
    a_sale,
    money,
    post,
    posted,
    refusal,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    ItemChange,
    ItemField,
    ItemRecord,
)
from stockbridge.domain.errors import (
    MappingError,
)
from stockbridge.ports import PostOutcome


def test_one_bad_document_leaves_the_others_of_its_batch_alone(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    good = [a_sale(a_line(item=item), reference=str(n)) for n in range(3)]
    bad = a_sale(a_line(item="99999"), reference="9")

    results = books.post(
        [
            a_post(one, f"sale/{n}/1")
            for n, one in enumerate([good[0], bad, good[1], good[2]])
        ]
    )

    assert [r.outcome.value for r in results] == [
        "posted",
        "refused",
        "posted",
        "posted",
    ]
    assert isinstance(results[1].error, MappingError)


def test_a_closed_period_is_refused_with_what_to_do(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    connected.simulator.company.prefer(
        "AccountingInfoPrefs", BookCloseDate=DAY.isoformat()
    )

    error = refusal(post(books, a_sale(a_line(item=item))))

    assert error.code == "6210"
    assert "first open day" in error.remedy


def test_a_sale_older_than_its_items_inventory_is_refused(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    early = a_sale(a_line(item=item), day=DAY.replace(day=1))

    assert refusal(post(books, early)).code == "6270"


def test_a_subscription_that_ended_is_said(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    connected.simulator.company.habits.is_read_only = True

    assert refusal(post(books, a_sale(a_line(item=item)))).code == "6190"


def test_an_item_changed_meanwhile_is_read_again_before_it_is_written(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sent = {"Id": item, "SyncToken": "0", "sparse": True, "Description": "by hand"}
    connected.simulator.faults.interrupt(
        lambda: connected.simulator.write("Item", sent, "update"), path="/item"
    )
    record = ItemChange(
        BooksRef(item),
        ItemRecord("Mug", "MUG-1"),
        ItemRecord("Mug", "MUG-1", price=money("12.50")),
        (ItemField.PRICE,),
        (ItemField.PRICE,),
    )

    posted(books, record, "item/price/1")

    stored = connected.simulator.company.get("Item", item)
    assert (stored["UnitPrice"], stored["Description"]) == (Decimal("12.5"), "by hand")


@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("count", [1, 2])
def test_a_refusal_is_not_given_again_for_ever(*, keeps: bool, count: int) -> None:
    """Whether QuickBooks keeps a refusal with its request id, nobody could say."""
    options = Options(
        habits=Habits(automated_tax=True),
        limits=UNLIMITED,
        clock=SettableClock(),
        request_ids_keep_refusals=keeps,
    )
    with signed_in(options) as connected:
        books = connected.books()
        item = a_mug(books)
        sales = [a_sale(a_line(item=item), reference=str(n)) for n in range(count)]
        posts = [a_post(one, f"sale/{one.reference}/1") for one in sales]
        connected.simulator.refuse("SalesReceipt", code="150", times=count)
        first = books.post(posts)
        connected.simulator.refuse("SalesReceipt", code="6200", times=count)
        second = connected.books().post(posts)

        third = connected.books().post(posts)

    outcomes = [{one.outcome for one in round_} for round_ in (first, second, third)]
    assert outcomes == [
        {PostOutcome.RETRY},
        {PostOutcome.REFUSED},
        {PostOutcome.POSTED},
    ]


def test_a_plan_without_inventory_is_said_with_its_remedy() -> None:
    habits = Habits(automated_tax=True, plan="Essentials")
    options = Options(habits=habits, limits=UNLIMITED, clock=SettableClock())
    with signed_in(options) as connected:
        books = connected.books()
        error = refusal(post(books, ItemRecord("Mug", sku="M"), "item/mug/1"))
        service = posted(
            books, ItemRecord("Help", sku="H", is_tracked=False), "item/help/1"
        )
        delta = AdjustmentDocument(
            BooksRef(service.books_id), "main", Decimal(1), "found", DAY
        )
        other = refusal(post(books, delta, "adjustment/1/1"))

    assert error.code == "no_inventory"
    assert other.code == "5020"
