"""Runs on the screen: a preview, approval in whole or in part, progress, undo."""

from datetime import timedelta

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.tests.builders import a_guest, a_line, a_store_item
from stockbridge.engine.actions.pairs import Part, link_item
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.tests.rows import NOW, a_bridge
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def a_preview(trade: Trade, *orders: str) -> Run:
    """Return an import of these orders that waits for approval."""
    for number in orders:
        who = a_guest(email=f"guest{number}@example.com", last_name=f"No {number}")
        order = an_order(external_id=number, number=f"A-{number}", customer=who)
        trade.world.shop.place(order)
    trade.world.rest()
    rows = [trade.world.snapshot(number).pk for number in orders]
    trade.post(trade.url("orders_import"), {"selection": rows})
    trade.world.store_job()
    return trade.newest_run()


def finish(trade: Trade) -> None:
    """Let both sides work until the run is done."""
    for _ in range(3):
        trade.world.store_job()
        trade.world.books_job()


def test_runs_are_seen_by_every_member() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")

    for url in (
        trade.url("runs"),
        trade.url("run", run=run.pk),
        trade.url("run_progress", run=run.pk),
    ):
        assert_access(trade.people, url, Permission.VIEW)


@pytest.mark.parametrize("act", ["approve", "stop", "answer", "undo", "again"])
def test_acting_on_an_import_of_orders_is_for_those_who_may_import_them(
    act: str,
) -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")

    url = trade.url(f"run_{act}", run=run.pk)

    data = {"everything": "yes"}
    assert_access(trade.people, url, Permission.IMPORT_ORDERS, "post", data)


def test_syncing_stock_is_approved_by_those_who_may_sync_it() -> None:
    trade = a_trade()
    trade.post(trade.url("stock_sync"), {"selection": trade.world.target("93").pk})
    run = trade.newest_run()

    url = trade.url("run_stop", run=run.pk)

    assert_access(trade.people, url, Permission.SYNC_STOCK, "post")


def test_a_preview_shows_what_would_be_booked_money_and_stock() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")

    text = trade.text("run", run=run.pk)

    assert "waits for your approval" in text
    assert "Nothing has been done yet" in text
    assert "Money by account" in text
    assert "Sales tax" in text
    assert "Stock by item" in text
    assert "MUG" in text
    assert "Approve all" in text
    assert trade.world.deliveries() == []


def test_a_preview_that_waits_for_a_missing_item_can_be_looked_at_again() -> None:
    trade = a_trade(orders_enabled=False)
    cup = a_store_item(external_id="777", product_id="777", name="Cup", sku="CUP")
    trade.world.shop.add_item(cup)
    unknown = a_line(item_id="777", sku="CUP", name="Cup")
    trade.world.shop.place(an_order(lines=(unknown,)))
    run = a_preview(trade, "1")
    trade.post(
        trade.url("orders_import"), {"selection": [trade.world.snapshot("727").pk]}
    )
    trade.world.store_job()
    stuck = trade.newest_run()

    assert "then press Look again" not in trade.text("run", run=run.pk)
    assert "then press Look again" in trade.text("run", run=stuck.pk)
    assert "Approve all" not in trade.text("run", run=stuck.pk)
    link_item(trade.world.bridge, "777", [Part("I1")], trade.world.act)
    trade.post(trade.url("run_answer", run=stuck.pk), {})
    finish(trade)

    assert "Approve all" in trade.text("run", run=stuck.pk)


def test_a_customer_whose_orders_wait_for_an_answer_is_nothing_to_approve() -> None:
    trade = a_trade(orders_enabled=False)
    long_ago = NOW - timedelta(days=30)
    trade.world.shop.place(
        an_order(
            customer=a_guest(email="new@example.com"),
            status=OrderStatus.COMPLETED,
            placed_at=long_ago,
            paid_at=long_ago,
            completed_at=long_ago,
        )
    )
    trade.world.rest()
    row = trade.world.snapshot("727").pk
    trade.post(trade.url("orders_import"), {"selection": [row]})
    trade.world.store_job()
    run = trade.newest_run()

    text = trade.text("run", run=run.pk)

    assert RunRow.objects.filter(run=run, action="create").exists()
    assert "Approve all" not in text
    assert "1 order may be off the shelf already" in text
    assert "before the question below is answered" in text


def test_approving_all_books_all() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1", "2")

    said = trade.said(trade.url("run_approve", run=run.pk), {"everything": "yes"})
    finish(trade)

    assert "go now" in said
    assert trade.world.outcome("1") == trade.world.outcome("2") == "posted"
    text = trade.text("run", run=run.pk)
    assert "Undo" in text
    assert "created" in text


def test_approving_a_part_shows_first_what_goes_with_it() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1", "2")
    row = trade.world.rows(run)["1"]
    url = trade.url("run_approve", run=run.pk)

    asked = trade.said(url, {"selection": row.pk})
    waits = Run.objects.get(pk=run.pk).state
    trade.post(url, {"selection": row.pk, "sure": "yes"})
    finish(trade)

    assert "No 1" in asked
    assert "No 2" not in asked
    assert waits == Run.State.PREVIEW
    assert trade.world.outcome("1") == "posted"
    assert trade.world.outcome("2") == "waiting"


def test_a_row_that_changed_since_the_preview_comes_back() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")
    dearer = an_order(
        external_id="1",
        number="A-1",
        lines=(a_line(quantity="3", total="15.00"),),
    )
    trade.world.shop.place(dearer)
    trade.world.approve(run)

    text = trade.text("run", run=run.pk)

    assert "came back: look at it again" in text
    assert "Changed since the preview; look at it again." in text
    assert "Approve all" in text


def test_progress_polls_while_it_runs_and_brings_the_page_anew_when_it_is_over() -> (
    None
):
    trade = a_trade(orders_enabled=False)
    trade.world.shop.place(an_order(external_id="1", number="A-1"))
    trade.world.rest()
    row = trade.world.snapshot("1").pk
    trade.post(trade.url("orders_import"), {"selection": row})
    run = trade.newest_run()
    address = trade.url("run_progress", run=run.pk)

    working = trade.get(address)
    trade.world.store_job()
    ready = trade.get(address)

    assert "HX-Refresh" not in working
    assert "every 1s" in working.content.decode()
    assert "Stop" in working.content.decode()
    assert ready["HX-Refresh"] == "true"


def test_a_preview_can_be_discarded_and_started_again() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")

    trade.post(trade.url("run_stop", run=run.pk))
    stopped = Run.objects.get(pk=run.pk).state
    answer = trade.post(trade.url("run_again", run=run.pk))

    again = trade.newest_run()
    assert stopped == Run.State.STOPPED
    assert again.pk != run.pk
    assert again.parameters["orders"] == ["1"]
    assert answer["Location"] == trade.url("run", run=again.pk)


def test_undoing_a_run_begins_with_a_preview_of_its_own() -> None:
    trade = a_trade(orders_enabled=False)
    run = a_preview(trade, "1")
    trade.post(trade.url("run_approve", run=run.pk), {"everything": "yes"})
    finish(trade)

    trade.post(trade.url("run_undo", run=run.pk))
    undo = trade.newest_run()
    trade.world.store_job()

    assert undo.kind == Run.Kind.UNDO
    assert undo.undoes_id == run.pk
    assert "Takes back" in trade.text("run", run=undo.pk)
    assert trade.world.outcome("1") == "posted"


def test_what_cannot_be_undone_says_why() -> None:
    trade = a_trade()
    trade.post(trade.url("stock_sync"), {"selection": trade.world.target("93").pk})
    run = trade.newest_run()

    said = trade.said(trade.url("run_undo", run=run.pk))

    assert "is not taken back" in said


def test_a_run_of_another_company_does_not_exist_here() -> None:
    trade = a_trade(orders_enabled=False)
    other = a_trade_of_others()

    answer = trade.get(trade.url("run", run=other.pk))

    assert answer.status_code == 404


def a_trade_of_others() -> Run:
    """Return a run of a company that nobody here belongs to."""
    bridge = a_bridge()
    return Run.objects.create(
        company=bridge.company,
        bridge=bridge,
        kind=Run.Kind.PUSH_STOCK,
        state=Run.State.DONE,
        created_at=NOW,
    )


# ── orders that are in the books already ─────────────────────────────────────


def links_to_choose(trade: Trade) -> Run:
    """Return a preview in which an order waits for a choice of two documents."""
    offer = {
        "id": "Invoice:7",
        "number": "1001",
        "date": "2026-03-10",
        "total": "16.50",
        "currency": "USD",
        "customer": "Ada Example",
    }
    order = {"number": "1001", "date": "2026-03-10", "total": "16.50"}
    offers = [offer, {**offer, "id": "Invoice:8", "total": "16.49"}]
    run = Run.objects.create(
        company=trade.bridge.company,
        bridge=trade.bridge,
        kind=Run.Kind.LINK_ORDERS,
        state=Run.State.PREVIEW,
        parameters={"first": "2026-03-01", "last": "2026-03-31", "documents": {}},
        created_at=NOW,
    )
    RunRow.objects.create(
        run=run,
        subject_kind="order",
        subject_id="1",
        label="1001 · Ada Example",
        action="hold",
        details={**order, "currency": "USD", "offers": offers, "refusal": ""},
    )
    return run


def test_a_preview_of_links_asks_which_document_an_order_is() -> None:
    trade = a_trade()
    run = links_to_choose(trade)

    text = trade.text("run", run=run.pk)

    assert "1 order may be in the books" in text
    assert "Choose below which documents these orders are" in text
    assert "Invoice 1001 of 2026-03-10 over 16.50 USD for Ada Example" in text
    assert "over 16.49 USD for Ada Example: its total differs." in text


def test_choosing_a_document_makes_the_preview_anew_for_those_who_may() -> None:
    trade = a_trade()
    run = links_to_choose(trade)
    url = trade.url("run_choose", run=run.pk)

    assert_access(
        trade.people, url, Permission.IMPORT_ORDERS, "post", {"document:1": "Invoice:8"}
    )

    run.refresh_from_db()
    assert run.parameters["documents"] == {"1": "Invoice:8"}
    assert run.state == Run.State.PREVIEWING
