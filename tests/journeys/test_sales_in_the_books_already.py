"""Orders that somebody typed into QuickBooks before us: linked, and never repeated."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import (
    WooCommerceSimulator,
)
from stockbridge.domain.account_movements import Cause, Movement
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions.runs import (
    answer_run,
    approve_run,
    undo_orders,
    undo_run,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import (
    Delivery,
    Disposition,
    Run,
    Snapshot,
)
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.tests.commands import typed
from tests.journeys.online_shop import open_online_shop
from tests.journeys.typed_by_hand import Shop, events, outcome, row_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(store: WooCommerceSimulator) -> Iterator[Shop]:
    """Return a shop whose orders are not imported by themselves."""
    with open_online_shop(store) as opened:
        made = Shop(opened.store, opened.online, opened.bridge)
        made.switch(orders_enabled=False)
        yield made


def test_a_sale_that_was_typed_in_is_linked_and_never_posted_again(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id)

    preview = shop.look()
    shown = row_of(preview, order_id)
    before = Delivery.objects.filter(kind="sale").count()
    run = shop.link(preview)
    shop.switch(orders_enabled=True)
    bring_to_rest(shop.bridge)

    assert (shown.action, before) == ("change", 0)
    assert "Web guest: number, date and total are the same" in shown.reason
    assert run.state == Run.State.DONE
    (sale,) = Delivery.objects.filter(kind="sale")
    assert (sale.state, sale.books_id) == ("posted", f"SalesReceipt:{receipt}")
    assert events(sale) == ["plan", "link"]
    assert shop.numbers() == [shop.snapshot(order_id).key]
    assert outcome(order_id) == "posted"


def test_store_equals_books_counts_what_is_linked(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    shop.type_in(order_id)
    without = shop.statement().statement
    shop.link(shop.look())

    found = shop.statement().statement

    assert [row.books.orders.amount for row in without.rows] == [0]
    (row,) = found.rows
    assert row.drift is None
    assert row.store.orders == row.books.orders
    assert row.store.orders.amount == shop.snapshot(order_id).amount
    # Typed in as one line: how it is split is a difference with a reason.
    assert row.difference.tax
    assert "splits the total otherwise" in row.reason


def test_the_money_of_a_linked_sale_is_right_where_it_was_typed_in(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id)  # names no account: Undeposited Funds
    before = movements(shop)
    shop.link(shop.look())

    after = movements(shop)

    waiting = str(shop.online.company.named("Account", "Undeposited Funds")["Id"])
    (planned,) = before.values()  # where nothing of ours lies, others do not show
    assert [line.cause for line in planned.lines] == [Cause.WAITING]
    assert waiting not in before
    linked = after[waiting]
    assert [line.books_id for line in linked.lines] == [f"SalesReceipt:{receipt}"]
    assert linked.booked.net.amount == shop.snapshot(order_id).amount
    assert linked.named == ()
    assert linked.others == ()
    assert sum(len(one.lines) for one in after.values()) == 1


def movements(shop: Shop) -> dict[str, Movement]:
    """Return the accounts of the statement, by their ids."""
    found = shop.statement().accounts
    assert found is not None
    return {one.account_id: one for one in found.movements.movements}


def test_a_linked_sale_that_is_changed_in_quickbooks_is_a_difference(
    shop: Shop,
) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id)
    shop.link(shop.look())

    stored = next(
        one
        for one in shop.online.company.of("SalesReceipt")
        if str(one["Id"]) == receipt
    )
    shop.online.write("SalesReceipt", dict(stored), "void")

    (row,) = shop.statement().statement.drift
    assert row.order_id == order_id


def test_one_that_differs_waits_for_a_person_who_chooses_it(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id, DocNumber="77")

    run = shop.look()
    shown = row_of(run, order_id)
    answer_run(run, {"documents": {order_id: f"SalesReceipt:{receipt}"}}, shop.act)
    chosen = row_of(shop.rest(run), order_id)
    shop.link(run)

    assert shown.action == "hold"
    assert "its number differs" in shown.reason
    assert chosen.action == "change"
    (sale,) = Delivery.objects.filter(kind="sale", state="posted")
    assert sale.books_number == "77"


def test_several_that_fit_are_a_choice_and_the_other_one_stays_free(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    shop.online.company.prefer("OtherPrefs", WarnDuplicateTransactionNumber=False)
    first = shop.type_in(order_id)
    second = shop.type_in(order_id, DocNumber=f"W-{shop.snapshot(order_id).key}")

    run = shop.look()
    shown = row_of(run, order_id)
    with pytest.raises(InvalidInputError, match="Nothing that can be done"):
        approve_run(run, shop.act)
    answer_run(run, {"documents": {order_id: f"SalesReceipt:{second}"}}, shop.act)
    shop.link(shop.rest(run))

    assert shown.reason == "2 documents may be it: choose one."
    ids = {f"SalesReceipt:{one}" for one in (first, second)}
    assert {one["id"] for one in shown.details["offers"]} == ids
    (sale,) = Delivery.objects.filter(kind="sale", state="posted")
    assert sale.books_id == f"SalesReceipt:{second}"


def test_the_command_shows_first_and_links_what_is_approved(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id, DocNumber="77")
    day = utc_now().date()
    line = f"link --from {day - timedelta(days=3)} --to {day + timedelta(days=1)}"

    shown = typed(f"{line} --dry-run")
    number = shop.snapshot(order_id).key
    done = typed(f"{line} --document {number}=SalesReceipt:{receipt} --yes")

    assert "Choose it if it is the same sale" in shown.out
    assert done.code == 0, done.err
    (sale,) = Delivery.objects.filter(kind="sale")
    assert sale.books_id == f"SalesReceipt:{receipt}"


def test_an_order_that_nothing_fits_is_left_to_be_posted(shop: Shop) -> None:
    order_id = shop.buy_and_read()

    run = shop.look()

    row = row_of(run, order_id)
    assert (row.action, row.reason) == (
        "skip",
        "The books have nothing that may be it.",
    )


def test_a_document_that_is_linked_is_offered_to_no_other_order(shop: Shop) -> None:
    first = shop.buy_and_read()
    shop.type_in(first)
    shop.link(shop.look())
    second = shop.buy_and_read()  # of the same day and total

    row = row_of(shop.look(), second)

    assert (row.action, row.details["offers"]) == ("skip", [])


def test_what_changed_since_the_preview_is_not_linked(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id)
    run = shop.look()

    stored: dict[str, Any] = next(
        dict(one)
        for one in shop.online.company.of("SalesReceipt")
        if str(one["Id"]) == receipt
    )
    stored["Line"][0]["Amount"] += Decimal(1)
    shop.online.write("SalesReceipt", stored)
    approve_run(run, shop.act)
    shop.rest(run)

    row = row_of(run, order_id)
    assert (row.action, row.outcome) == ("hold", "")
    assert "changed meanwhile" in row.reason
    assert not Delivery.objects.filter(kind="sale").exists()


def test_an_order_whose_number_was_taken_is_linked_instead_of_waiting(
    shop: Shop,
) -> None:
    order_id = shop.buy_and_read()
    shop.type_in(order_id)
    shop.switch(orders_enabled=True)
    Disposition.objects.all().delete()
    Snapshot.objects.filter(feed="orders").update(is_plan_due=True)
    bring_to_rest(shop.bridge)
    (refused,) = Delivery.objects.filter(kind="sale")
    held = refused.state

    shop.link(shop.look())
    bring_to_rest(shop.bridge)

    refused.refresh_from_db()
    assert (held, refused.state) == ("held", "superseded")
    assert outcome(order_id) == "posted"
    assert len(shop.numbers()) == 1
    assert not shop.bridge.company.issues.filter(resolved_at=None).exists()


def test_taking_the_links_back_leaves_the_documents_and_the_order_to_a_person(
    shop: Shop,
) -> None:
    order_id = shop.buy_and_read()
    receipt = shop.type_in(order_id)
    run = shop.link(shop.look())

    undo = shop.rest(undo_run(run, shop.act))
    shown = row_of(undo, order_id)
    shop.link(undo)
    bring_to_rest(shop.bridge)

    run.refresh_from_db()
    assert "the document stays in the books" in shown.reason
    assert run.state == Run.State.UNDONE
    (sale,) = Delivery.objects.filter(kind="sale")
    assert (sale.state, events(sale)) == ("cancelled", ["plan", "link", "unlink"])
    (stored,) = shop.online.company.of("SalesReceipt")
    assert (str(stored["Id"]), stored["TotalAmt"] > 0) == (receipt, True)
    assert outcome(order_id) == "undone"
    assert [one.books.orders.amount for one in shop.statement().statement.rows] == [0]

    again = shop.link(shop.look())

    assert again.state == Run.State.DONE
    assert outcome(order_id) == "posted"


def test_undoing_a_linked_order_reverses_nothing_in_the_books(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    shop.type_in(order_id)
    shop.link(shop.look())

    shop.link(shop.rest(undo_orders(shop.bridge, [order_id], shop.act)))

    assert not Delivery.objects.filter(kind="reversal").exists()
    (stored,) = shop.online.company.of("SalesReceipt")
    assert stored["TotalAmt"] == shop.snapshot(order_id).amount
    assert outcome(order_id) == "undone"


def test_a_linked_order_that_is_called_off_is_said_to_a_person(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    shop.type_in(order_id)
    shop.link(shop.look())

    shop.store.sales.change_status(int(order_id), "cancelled")
    bring_to_rest(shop.bridge)

    (issue,) = shop.bridge.company.issues.filter(resolved_at=None)
    assert issue.code == "adopted_ended"
    assert len(shop.numbers()) == 1


def test_the_goods_of_a_linked_order_no_longer_count_as_taken(shop: Shop) -> None:
    order_id = shop.buy_and_read()
    shop.type_in(order_id)
    claims = shop.bridge.claims.filter(order_id=order_id)
    before = list(claims.values_list("moved_at", flat=True))

    shop.link(shop.look())

    assert before == [None]
    assert all(claims.values_list("moved_at", flat=True))
