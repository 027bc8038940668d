"""Orders that leave in parts, booked part by part in both kinds of QuickBooks."""

import pytest

from tests.quickbooks.desktop import Desktop
from tests.quickbooks.open_orders import (
    OpenOrdersOnDesktop,
    OpenOrdersOnPointOfSale,
    sell_at_the_counter,
)
from tests.quickbooks.parting import PartedOrders
from tests.quickbooks.world import QuickBooksWorld

pytestmark = pytest.mark.django_db(transaction=True)
_INVOICE = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>
<QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="1"><InvoiceAdd>
<CustomerRef><ListID>{customer}</ListID></CustomerRef>
<InvoiceLineAdd><Quantity>1</Quantity><LinkToTxn><TxnID>{order}</TxnID>
<TxnLineID>{line}</TxnLineID></LinkToTxn></InvoiceLineAdd>
</InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""


class TestDesktop(OpenOrdersOnDesktop, PartedOrders):
    """Each part is an invoice that names the order's lines, and its payment."""

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, Desktop)
        (order,) = office.company.state.of("SalesOrder")
        told = _INVOICE.format(
            customer=order.text("CustomerRef/ListID"),
            order=order.id,
            line=order.text("SalesOrderLineRet/TxnLineID"),
        )
        office.company.process(told.encode())


class TestPointOfSale(OpenOrdersOnPointOfSale, PartedOrders):
    """Each part is a sales receipt that names the order."""

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        sell_at_the_counter(world, 1)
