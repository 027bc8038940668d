"""Quantities are written, checked, and believed only as the store answers."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.stock import ROWS_MAX, write_stock
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    Desk,
    a_desk,
    read_all,
)
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    DefectError,
    InvalidInputError,
    MappingError,
    NotSentError,
    RetryableError,
)
from stockbridge.ports import StockWrite

_Payload = dict[str, list[dict[str, object]]]


def _row(item_id: object, quantity: str = "5", product_id: object = "") -> StockWrite:
    kind = "variation" if product_id else "simple"
    return StockWrite(str(item_id), str(product_id or item_id), kind, Decimal(quantity))


def _stock(desk: Desk, item_id: int) -> int | None:
    return desk.simulator.state.products[item_id].stock_quantity


def _variations(desk: Desk) -> list[tuple[int, int]]:
    products = desk.simulator.state.products.values()
    return [(p.id, p.parent_id) for p in products if p.type == "variation"]


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_products_and_variations_are_written_and_shown_at_once(version: str) -> None:
    with a_desk(version) as desk:
        desk.simulator.seed_products(20, variable_share=0.5)
        items, _ = read_all(desk.store().walk_items)
        rows = [
            StockWrite(i.external_id, i.product_id, i.kind, Decimal(7))
            for i in items
            if i.kind != "variable"
        ]

        results = desk.store().write_stock(rows)

    assert [result.item_id for result in results] == [row.item_id for row in rows]
    assert {result.shown for result in results} == {Decimal(7)}
    assert not any(result.error for result in results)


def test_a_hundred_products_are_one_call() -> None:
    with a_desk() as desk:
        ids = desk.simulator.seed_products(100)
        store = desk.store()
        store.check()
        desk.simulator.log.clear()

        store.write_stock([_row(item_id) for item_id in ids])

        assert desk.simulator.log.count() == 1


def test_more_rows_than_the_store_takes_are_a_defect_of_ours() -> None:
    rows = [_row(1)] * (ROWS_MAX + 1)

    with a_desk() as desk, pytest.raises(DefectError):
        desk.store().write_stock(rows)


@pytest.mark.parametrize("quantity", ["2.5", "NaN", "Infinity", "1e12"])
def test_a_quantity_that_the_store_cannot_hold_never_leaves(quantity: str) -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)
        before = _stock(desk, item_id)

        (result,) = desk.store().write_stock([_row(item_id, quantity)])

        assert isinstance(result.error, InvalidInputError)
        assert result.error.field == "quantity"
        assert _stock(desk, item_id) == before


def test_a_whole_number_written_with_decimals_is_taken() -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)

        (result,) = desk.store().write_stock([_row(item_id, "3.000")])

    assert result.shown == 3


def test_a_negative_quantity_is_written() -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)

        (result,) = desk.store().write_stock([_row(item_id, "-2")])

    assert result.shown == -2


def test_stock_that_the_store_does_not_track_is_an_error_not_a_loss() -> None:
    with a_desk() as desk:
        item = desk.simulator.add_product(name="Voucher", manage_stock=False)
        (good,) = desk.simulator.seed_products(1)

        off, fine = desk.store().write_stock([_row(item.id), _row(good)])

    assert isinstance(off.error, ActionNeededError)
    assert off.error.code == "stock_not_tracked"
    assert off.shown is None
    assert fine.shown == 5


def test_stock_kept_by_the_product_is_an_error_at_the_variation() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(12, variable_share=0.9)
        item_id, product_id = _variations(desk)[0]
        desk.simulator.state.products[item_id].manage_stock = False
        desk.simulator.sales.edit_product(
            product_id, {"manage_stock": True, "stock_quantity": 50}
        )

        (result,) = desk.store().write_stock([_row(item_id, "5", product_id)])

    assert result.error is not None
    assert result.error.code == "stock_kept_by_parent"


def test_an_item_that_is_gone_fails_its_own_row_only() -> None:
    with a_desk() as desk:
        (good,) = desk.simulator.seed_products(1)

        gone, fine = desk.store().write_stock([_row(99999), _row(good)])

    assert isinstance(gone.error, MappingError)
    assert fine.shown == 5


def test_a_variation_under_the_wrong_product_is_an_error_of_its_row() -> None:
    with a_desk() as desk:
        (good,) = desk.simulator.seed_products(1)
        desk.simulator.seed_products(12, variable_share=0.9)
        item_id, _ = _variations(desk)[0]

        wrong, fine = desk.store().write_stock([_row(item_id, "5", good), _row(good)])

    assert wrong.error is not None
    assert fine.shown == 5


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.ANSWER_LOST,
        FaultKind.ERROR_AFTER_WRITE,
        FaultKind.TRUNCATED,
        FaultKind.CONNECTION_CUT,
        FaultKind.BAD_GATEWAY,
    ],
)
def test_where_nobody_knows_what_took_effect_the_answer_is_lost(
    kind: FaultKind,
) -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)
        store = desk.store()
        desk.simulator.faults.add(Fault(kind, method="POST"))

        with pytest.raises(AnswerLostError):
            store.write_stock([_row(item_id)])


def test_a_write_that_outlasts_our_patience_stands_and_is_a_doubt() -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)
        desk.store().check()
        link = desk.link()
        hasty = link.settings.model_copy(update={"timeout_s": 0.2})
        store = WooCommerceStore(replace(link, settings=hasty))
        late = Fault(FaultKind.TIMEOUT_AFTER_WRITE, method="POST", seconds=0.6)
        desk.simulator.faults.add(late)

        with pytest.raises(AnswerLostError) as caught:
            store.write_stock([_row(item_id)])

        assert caught.value.code == "timeout"
        assert _stock(desk, item_id) == 5


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_REQUESTS, FaultKind.MAINTENANCE])
def test_a_write_that_certainly_did_not_happen_is_no_doubt(kind: FaultKind) -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)
        before = _stock(desk, item_id)
        store = desk.store()
        desk.simulator.faults.add(Fault(kind, method="POST", seconds=30))

        with pytest.raises(RetryableError) as caught:
            store.write_stock([_row(item_id)])

        assert not isinstance(caught.value, AnswerLostError)
        assert caught.value.retry_after_s == 30
        assert _stock(desk, item_id) == before


def test_a_store_that_is_down_was_certainly_not_written_to() -> None:
    with a_desk() as desk:
        (item_id,) = desk.simulator.seed_products(1)
        store = desk.store()
        store.check()
        desk.simulator.stop()

        with pytest.raises((NotSentError, AnswerLostError)):
            store.write_stock([_row(item_id)])


def test_a_second_call_that_must_wait_fails_its_own_rows_only() -> None:
    with a_desk() as desk:
        (good,) = desk.simulator.seed_products(1)
        desk.simulator.seed_products(12, variable_share=0.9)
        item_id, product_id = _variations(desk)[0]
        store = desk.store()
        desk.simulator.faults.add(
            Fault(FaultKind.TOO_MANY_REQUESTS, method="POST", path="variations")
        )

        fine, waits = store.write_stock([_row(good), _row(item_id, "5", product_id)])

    assert fine.shown == 5
    assert isinstance(waits.error, RetryableError)


@given(st.decimals(min_value=-1000, max_value=1000, places=2))
def test_what_leaves_is_always_a_whole_number(quantity: Decimal) -> None:
    sent: list[dict[str, object]] = []

    class Ear:
        def post(
            self, path: str, payload: dict[str, list[dict[str, object]]]
        ) -> object:
            sent.extend(payload["update"])
            raise AnswerLostError("enough heard")

    row = StockWrite("5", "5", "simple", quantity)
    try:
        write_stock(Ear(), [row])  # type: ignore[arg-type]
    except AnswerLostError:
        assert sent[-1] == {"id": 5, "stock_quantity": int(quantity)}
        assert int(quantity) == quantity
    else:
        assert quantity != int(quantity)
        assert not sent
