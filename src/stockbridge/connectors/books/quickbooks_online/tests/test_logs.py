"""What is logged of our calls names nobody, whatever QuickBooks answers."""

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_post,
    a_refund,
    a_sale,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.domain.accounting import CustomerRecord


def test_no_name_and_no_address_of_a_customer_stands_in_any_log(
    connected: SignedIn,
) -> None:
    """Customers are created, billed, asked for, found taken, looked up and read."""
    books = connected.books()
    record = CustomerRecord(
        "Zenobia (Home) Quist",
        email="zenobia@example.com",
        first_name="Zenobia",
        last_name="Quist",
        phone="555 0199",
    )
    connected.simulator.write("Vendor", {"DisplayName": record.name})
    line = a_line(item=a_mug(books))
    customer = posted(
        connected.books(name_taken="suffix"), record, "customer/z/1"
    ).books_id
    sale = posted(books, a_sale(line, customer=customer))
    posted(books, a_refund(sale.books_id), "refund/1/1")
    books.look_up([a_post(record, "customer/z/1"), a_post(a_sale(line))])
    books.changed_customers("", limit=100)

    text = connected.wire.log_text

    assert "DisplayName" in text
    known = ("Zenobia", "Quist", "555 0199")
    assert [one for one in known if one.casefold() in text.casefold()] == []
