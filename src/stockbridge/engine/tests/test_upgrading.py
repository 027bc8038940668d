"""What an installation had before goes on as it was after an upgrade."""

from importlib import import_module

import pytest
from django.apps import apps

from stockbridge.engine.models import Connection
from stockbridge.engine.tests.rows import a_connection

pytestmark = pytest.mark.django_db
FILLING = import_module("stockbridge.engine.migrations.0012_untried_attempts")
DESKTOP, POS = "quickbooks_desktop", "quickbooks_pos"


@pytest.mark.parametrize(
    ("connector", "before", "after"),
    [
        (DESKTOP, {"document": "sales_order"}, "by_hand"),
        (DESKTOP, {"document": "invoice"}, None),
        (DESKTOP, {"document": "sales_order", "fills_orders": "invoice"}, "invoice"),
        (POS, {"sale_document": "sales_order"}, "counter"),
        (POS, {"sale_document": "sales_receipt"}, None),
        (POS, {"sale_document": "sales_order", "fills_orders": "receipt"}, "receipt"),
    ],
)
def test_who_billed_sales_orders_by_hand_before_there_was_the_choice_goes_on_so(
    connector: str, before: dict[str, str], after: str | None
) -> None:
    row = a_connection(kind="books", connector=connector, settings=before)

    FILLING.leave_filling_by_hand(apps, None)

    settings = Connection.objects.get(pk=row.pk).settings
    assert settings.get("fills_orders") == after
    assert settings | before == settings
