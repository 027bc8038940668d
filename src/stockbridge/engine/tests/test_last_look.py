"""Totals are compared once more when a document is about to leave."""

from dataclasses import replace

import pytest

from stockbridge.domain.accounting import DocumentKind, RefundDocument, SaleDocument
from stockbridge.domain.commerce import Order
from stockbridge.domain.tests.builders import a_refund, usd
from stockbridge.engine.actions.deliveries import retry_deliveries
from stockbridge.engine.codec import dump_document, load_document
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_sale_that_does_not_add_up_any_more_stays_here_and_others_go() -> None:
    world = _planned(an_order(), an_order(external_id="728", number="1043"))
    _spoil(_document(world, "727", "sale"))

    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.outcome("727") == "held"
    assert world.outcome("728") == "posted"
    assert world.issue_codes() == ["total_differs"]


def test_a_total_that_differs_from_its_row_stays_here_too() -> None:
    world = _planned(an_order())
    sale = _document(world, "727", "sale")
    Delivery.objects.filter(pk=sale.pk).update(total="16.49")

    world.rest()

    assert world.ledger.sale_totals() == []
    assert world.issue_codes() == ["total_differs"]


def test_a_refund_that_does_not_add_up_stays_here() -> None:
    world = _planned(an_order())
    world.rest()
    world.shop.refund("727", a_refund())
    world.clock.advance(minutes=6)
    world.store_job()
    _spoil(_document(world, "727", "refund"))

    world.rest()

    assert world.ledger.live(DocumentKind.REFUND) == []
    assert world.issue_codes() == ["total_differs"]


def test_it_goes_once_it_was_planned_anew() -> None:
    world = _planned(an_order())
    sale = _document(world, "727", "sale")
    _spoil(sale)
    world.rest()

    retry_deliveries(world.company, [sale.pk], world.act)
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.issue_codes() == []


def _planned(*orders: Order) -> World:
    world = a_world()
    for order in orders:
        world.shop.place(order)
    world.clock.advance(minutes=6)
    world.store_job()
    return world


def _document(world: World, order_id: str, kind: str) -> Delivery:
    return Delivery.objects.get(
        kind=kind, sources__order_id=order_id, sources__is_live=True
    )


def _spoil(row: Delivery) -> None:
    document = load_document(row.kind, row.document)
    assert isinstance(document, SaleDocument | RefundDocument)
    first, *others = document.lines
    lines = (replace(first, total=first.total + usd("0.01")), *others)
    spoilt = dump_document(DocumentKind(row.kind), replace(document, lines=lines))
    Delivery.objects.filter(pk=row.pk).update(document=spoilt)
