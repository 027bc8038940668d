"""Names and numbers that QuickBooks has already: ours, or somebody else's."""

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_sale,
    ada,
    post,
    posted,
    refusal,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
)
from stockbridge.domain.accounting import (
    ItemRecord,
)
from stockbridge.domain.errors import (
    ConflictError,
)


def test_a_customer_of_the_same_e_mail_is_taken_as_it_is(connected: SignedIn) -> None:
    known = connected.simulator.write(
        "Customer",
        {
            "DisplayName": "Ada Example",
            "PrimaryEmailAddr": {"Address": "ADA@example.com"},
        },
    )

    result = posted(connected.books(), ada(), "customer/ada/1")

    assert result.books_id == known["Id"]


@pytest.mark.parametrize("kind", ["Vendor", "Employee", "Customer"])
def test_a_name_that_another_has_is_refused_with_the_policies_that_help(
    connected: SignedIn, kind: str
) -> None:
    connected.simulator.write(kind, {"DisplayName": "Ada Example"})

    error = refusal(post(connected.books(), ada(), "customer/ada/1"))

    assert isinstance(error, ConflictError)
    assert f"belongs to a {kind.lower()}" in error.message
    assert "Add a short sign" in error.remedy


def test_a_taken_name_gets_a_sign_of_its_own_where_policy_says_so(
    connected: SignedIn,
) -> None:
    connected.simulator.write("Vendor", {"DisplayName": "Ada Example"})
    books = connected.books(name_taken="suffix")

    first = posted(books, ada(), "customer/ada/1")
    again = posted(connected.books(name_taken="suffix"), ada(), "customer/ada/1")

    assert first.number.startswith("Ada Example #")
    assert again.books_id == first.books_id


def test_an_item_of_the_same_name_and_sku_is_taken_as_it_is(
    connected: SignedIn,
) -> None:
    books = connected.books()
    first = a_mug(books)

    record = ItemRecord("Mug", sku="mug-1")

    assert posted(books, record, "item/other/1").books_id == first


def test_an_item_of_the_same_name_and_another_sku_is_refused(
    connected: SignedIn,
) -> None:
    books = connected.books(item_naming="name")
    a_mug(books)

    error = refusal(post(books, ItemRecord("Mug", sku="OTHER"), "item/other/1"))

    assert isinstance(error, ConflictError)


def test_a_number_that_another_sale_has_names_that_one(connected: SignedIn) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    first = posted(books, a_sale(line), "sale/store-one/1")

    error = refusal(post(books, a_sale(line), "sale/store-two/1"))

    assert isinstance(error, ConflictError)
    assert first.books_id.replace(":", " ") in error.message
    assert "may be this very one" not in error.message  # it carries another sign


def test_an_order_that_was_taken_back_is_booked_anew_under_a_number_of_its_own(
    connected: SignedIn,
) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    posted(books, a_sale(line), "sale/1001/1")
    (first,) = connected.records("SalesReceipt")
    connected.simulator.write("SalesReceipt", dict(first), "void")

    again = posted(books, a_sale(line), "sale/1001/2")

    numbers = [one["DocNumber"] for one in connected.records("SalesReceipt")]
    assert numbers == ["1001", again.number]
    assert again.number.startswith("1001-")


def test_the_same_sale_typed_by_hand_is_offered_for_adoption(
    connected: SignedIn,
) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    posted(books, a_sale(line), "sale/1001/1")
    (stored,) = connected.records("SalesReceipt")
    stored["PrivateNote"] = "typed by hand"

    error = refusal(post(books, a_sale(line), "sale/other/1"))

    assert "may be this very one" in error.message


def test_a_number_that_we_used_ourselves_is_the_answer(connected: SignedIn) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    first = posted(books, a_sale(line))
    connected.simulator.gateway.services[
        connected.simulator.realm_id
    ].repeats.kept.clear()  # QuickBooks no longer knows the request

    again = posted(connected.books(), a_sale(line))

    assert again.books_id == first.books_id
    assert len(connected.records("SalesReceipt")) == 1
