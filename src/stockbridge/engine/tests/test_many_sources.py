"""Documents made of many orders, as daily summaries will be: nothing assumes one."""

from dataclasses import replace

import pytest
from django.db import IntegrityError

from stockbridge.domain.accounting import DocumentKind, SaleDocument
from stockbridge.domain.tests.builders import a_refund, usd
from stockbridge.engine.codec import dump_document, load_document
from stockbridge.engine.models import Delivery, DeliverySource, Snapshot
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.engine.undo import plan_undo

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = ["901", "902", "903"]


def test_one_document_of_three_orders_takes_a_refund_of_one_of_them() -> None:
    """A daily summary, as later issues make them: nothing assumes one order."""
    world = a_world()
    for number in ("901", "902", "903"):
        world.shop.place(an_order(external_id=number, number=f"S{number}"))
    world.clock.advance(minutes=6)
    world.store_job()
    summary = _merge_into_summary(world, ["901", "902", "903"])
    world.rest()
    assert [world.outcome(n) for n in ("901", "902", "903")] == ["posted"] * 3
    assert world.ledger.sale_totals() == ["49.50 USD"]

    world.shop.refund("902", a_refund(order_id="902", restocked_units=()))
    world.rest()

    assert len(world.ledger.live(DocumentKind.SALE)) == 1
    refunds = world.ledger.live(DocumentKind.REFUND)
    summary.refresh_from_db()
    assert [entry.sale_id for entry in refunds] == [summary.books_id]
    assert world.outcome("801", "refund") == "posted"
    assert world.outcome("901") == "posted"


@pytest.mark.parametrize("touched", [[], ["901"], ["901", "903"]])
def test_an_order_that_changes_before_its_summary_left_takes_no_other_with_it(
    touched: list[str],
) -> None:
    world = _with_summary()

    world.shop.change("902", store_status="processing-later")
    Snapshot.objects.filter(external_id__in=touched).update(is_plan_due=True)
    world.rest()

    assert [world.outcome(number) for number in ORDERS] == ["posted"] * 3
    assert world.ledger.sale_totals() == ["16.50 USD"] * 3


def test_no_effect_is_in_two_live_documents() -> None:
    world = _with_summary()
    another = Delivery.objects.filter(state="superseded", kind="sale")[0]
    taken = DeliverySource.objects.filter(is_live=True, effect="sale")[0]

    with pytest.raises(IntegrityError):
        DeliverySource.objects.create(
            delivery=another,
            bridge=world.bridge,
            kind=taken.kind,
            source_id=taken.source_id,
            order_id=taken.order_id,
            effect="sale",
            revision=taken.revision,
        )


def test_undoing_one_order_of_a_summary_names_those_that_go_with_it() -> None:
    world = _with_summary()
    world.rest()

    (plan,) = plan_undo(world.bridge, ["902"])

    assert plan.together == ("901", "903")


def _with_summary() -> World:
    """Return a world whose three orders wait to leave as one document."""
    world = a_world()
    for number in ORDERS:
        world.shop.place(an_order(external_id=number, number=f"S{number}"))
    world.clock.advance(minutes=6)
    world.store_job()
    _merge_into_summary(world, ORDERS)
    return world


def _sale_of(world: World, order_id: str) -> Delivery:
    return Delivery.objects.get(
        kind="sale", sources__order_id=order_id, sources__is_live=True
    )


def _merge_into_summary(world: World, order_ids: list[str]) -> Delivery:
    """Make one sale of several planned ones, by hand, through the outbox's rows."""
    sales = [_sale_of(world, order_id) for order_id in order_ids]
    documents = [load_document(row.kind, row.document) for row in sales]
    first = documents[0]
    assert isinstance(first, SaleDocument)
    lines = tuple(
        replace(line, source_id=f"{order_id}:{line.source_id}")
        for order_id, one in zip(order_ids, documents, strict=True)
        if isinstance(one, SaleDocument)
        for line in one.lines
    )
    taxes = tuple(
        tax for one in documents if isinstance(one, SaleDocument) for tax in one.taxes
    )
    total = usd(str(first.total.amount * len(sales)))
    whole = replace(first, lines=lines, taxes=taxes, total=total, reference="DAY-1")
    main, *others = sales
    Delivery.objects.filter(kind="payment").update(state="cancelled")
    DeliverySource.objects.filter(delivery__kind="payment").update(is_live=False)
    for row in others:
        Delivery.objects.filter(pk=row.pk).update(state="superseded")
        DeliverySource.objects.filter(delivery=row).update(delivery=main)
    Delivery.objects.filter(pk=main.pk).update(
        document=dump_document(DocumentKind.SALE, whole), total=total.amount
    )
    world.set_options(books_payments=False)
    return Delivery.objects.get(pk=main.pk)
