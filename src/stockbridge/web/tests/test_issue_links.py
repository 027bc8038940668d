"""Documents that an issue names lead to the page of their order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.domain.delivery import State
from stockbridge.domain.planning import SALE
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Delivery, DeliverySource
from stockbridge.engine.settings_needed import CODE
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.issue_cards import WAITING_SHOWN
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def a_booked_trade() -> tuple[Trade, Delivery]:
    """Return a trade that booked one order, and the document of its sale."""
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()
    return trade, Delivery.objects.filter(sources__order_id="727").earliest("pk")


def hold(trade: Trade, setting: str = "income_account") -> None:
    """Open the question for a setting that documents wait for."""
    open_issue(
        IssueDraft(
            company=trade.world.company,
            connection=trade.bridge.books,
            code=CODE,
            title="choose the income account",
            subject_kind="setting",
            subject_id=setting,
        ),
        now=trade.world.clock(),
    )


def test_a_refused_document_leads_to_its_order() -> None:
    trade, sale = a_booked_trade()
    open_issue(
        IssueDraft(
            company=trade.world.company,
            bridge=trade.bridge,
            code="refused_sale",
            title="The books refused sale 727",
            subject_kind="document",
            subject_id=str(sale.pk),
        ),
        now=trade.world.clock(),
    )

    text = trade.text("issues")

    assert f'<a href="{trade.order_url()}">The books refused sale 727</a>' in text


def test_a_document_that_waits_for_a_setting_leads_to_its_order() -> None:
    trade, sale = a_booked_trade()
    waits = {"state": State.HELD.value, "waits_for": "income_account"}
    Delivery.objects.filter(pk=sale.pk).update(**waits)
    hold(trade)

    assert f'href="{trade.order_url()}"' in trade.text("issues")


def a_waiting_document(trade: Trade, setting: str) -> str:
    """Let a document of an order of its own wait for a setting; return its order."""
    now, order_id = trade.world.clock(), f"9-{setting}"
    row = Delivery.objects.create(
        company=trade.world.company,
        connection=trade.bridge.books,
        kind="sale",
        key=f"sale-{setting}",
        title=f"Sale for {setting}",
        state=State.HELD.value,
        waits_for=setting,
        created_at=now,
        changed_at=now,
    )
    DeliverySource.objects.create(
        delivery=row,
        bridge=trade.bridge,
        kind="order",
        source_id=order_id,
        order_id=order_id,
        effect=SALE,
        is_live=True,
    )
    hold(trade, setting)
    return order_id


def test_however_many_settings_are_asked_for_their_documents_are_looked_up_once() -> (
    None
):
    trade = a_trade()

    def looked_up() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            trade.text("issues", f"?kind={CODE}")
        names = f'"{Delivery._meta.db_table}"."title"'
        orders = f'"{DeliverySource._meta.db_table}"."order_id"'
        return [
            one["sql"] for one in seen if names in one["sql"] or orders in one["sql"]
        ]

    a_waiting_document(trade, "income_account")
    one = looked_up()
    settings = ("shipping_item", "fee_item", "tax_agency")
    orders = [a_waiting_document(trade, setting) for setting in settings]
    four = looked_up()

    text = trade.text("issues", f"?kind={CODE}")
    assert all(f'href="{trade.order_url(order)}"' in text for order in orders)
    assert len(one) >= 2
    assert len(four) == len(one)


def test_where_more_wait_than_are_named_it_says_how_many() -> None:
    trade = a_trade()
    now = trade.world.clock()
    for number in range(WAITING_SHOWN + 3):
        Delivery.objects.create(
            company=trade.world.company,
            connection=trade.bridge.books,
            kind="item",
            key=f"item-{number}",
            title=f"Mug {number}",
            state=State.HELD.value,
            waits_for="income_account",
            created_at=now,
            changed_at=now,
        )
    hold(trade)

    text = trade.text("issues")

    assert "Mug 9" in text
    assert "Mug 10" not in text
    assert "and 3 more" in text
